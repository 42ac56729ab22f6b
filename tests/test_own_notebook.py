"""From a file of exercises to a notebook that keeps what was edited, and through grading to the feedback page."""

import json
import tempfile
from types import SimpleNamespace

import nbformat
import pytest
from classroom import OURS, Classroom
from own_networks import FILES, WITH_A_BUG, together

from backprop_course.authoring.notebook import make_notebook
from backprop_course.checks import judge, prove
from backprop_course.cli import main
from backprop_course.errors import CourseError
from backprop_course.exercises import find
from backprop_course.exercises.files import beside, known, load
from backprop_course.grading.demo import make_demo
from backprop_course.grading.fitting import fingerprint, refuse_what_does_not_fit, release_mark
from backprop_course.grading.own_exercises import refuse_what_does_not_match

ASSIGNMENT = "10_exam"


def cells(path):
    return {cell["id"]: cell for cell in json.loads(path.read_bytes())["cells"]}


def source(cell):
    return "".join(cell["source"])


@pytest.fixture
def sheet(tmp_path):
    """A file of exercises and its notebook."""
    file = tmp_path / "exercises.py"
    file.write_text(FILES["two_skips"])
    make_notebook(file, tmp_path / "exam.ipynb")
    return file, tmp_path / "exam.ipynb"


# The notebook.


def test_a_notebook_is_made_whole(sheet):
    _, path = sheet
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    made = cells(path)
    assert [id for id in made if id.startswith("two-errors")] == [
        "two-errors-question",
        "two-errors",
        "two-errors-check",
    ]
    assert made["two-errors-check"]["metadata"]["nbgrader"]["points"] == 2
    assert "(2 points)" in source(made["two-errors-question"])
    assert "dL_dh_a = dL_dh_a_via_o + dL_dh_a_via_b" in source(made["two-errors"])
    assert 'weights["w_1"]' in source(made["two-gradients"])
    assert 'dL_dh_a = "(dL_dz_o * w_t) + (dL_dz_b * w_2)"' in source(made["two-formulas"])
    assert "import exercises" in source(made["two-forward-setup"])
    assert 'after=("two-forward", "two-errors")' in source(made["two-forward-steps"])


def test_a_derivation_is_asked_in_words_and_its_lines_are_the_solution(tmp_path):
    file = tmp_path / "exercises.py"
    file.write_text(
        "from backprop_course.exercises import Derivation, Goal, register\n"
        "lines = ('1 - 2*y + y**2 - y**2', '1 - 2*y')\n"
        "goal = Goal('the difference', ('y',), lambda at: 1 - 2 * at['y'], {'a step': lambda tree: True},\n"
        "            lambda tree: 'y stands twice.' if '**' in __import__('ast').unparse(tree) else '', lines)\n"
        "register(Derivation('exam-lines', {'square_lines': goal}, lambda rng: {'y': rng.uniform(0, 1)}, 3))\n"
    )
    make_notebook(file, tmp_path / "exam.ipynb")
    made = cells(tmp_path / "exam.ipynb")
    assert "1 exercise, 3 points" in source(made["exam-lines-title"])
    assert "Derive line by line: `square_lines`, the difference, in terms of `y`." in source(
        made["exam-lines-question"]
    )
    answers = {}
    exec(source(made["exam-lines"]), answers)
    with known(beside(tmp_path)):
        assert judge("exam-lines", answers).passed
        assert prove(find("exam-lines")).passed


def test_made_again_it_is_the_same(sheet):
    file, path = sheet
    before = path.read_bytes()
    done = make_notebook(file, path)
    assert path.read_bytes() == before
    assert [done.added, done.renewed, done.edited, done.removed] == [[], [], [], []]


def test_what_was_edited_stays_and_what_was_not_is_renewed(sheet):
    file, path = sheet
    notebook = json.loads(path.read_bytes())
    by_id = {cell["id"]: cell for cell in notebook["cells"]}
    by_id["two-forward-question"]["source"] = ["My own words."]
    by_id["two-forward-check"]["metadata"]["nbgrader"]["points"] = 3
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "two-forward-picture-net"]
    notebook["cells"].insert(2, {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": ["A story."]})
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "two-errors"]
    path.write_text(json.dumps(notebook))
    text = FILES["two_skips"].replace("points=2", "points=4").replace('    gradients("two-gradients", net),\n', "")
    file.write_text(text.replace("two-formulas", "two-equations"))
    done = make_notebook(file, path)
    made = cells(path)
    assert source(made["two-forward-question"]) == "My own words."
    assert made["two-forward-check"]["metadata"]["nbgrader"]["points"] == 3
    assert list(made)[2] == "mine"
    assert "two-forward-picture-net" not in made  # a picture that was deleted stays so
    assert source(made["two-errors"])  # an answer cell comes back: its exercise is still asked
    assert made["two-errors-check"]["metadata"]["nbgrader"]["points"] == 4
    assert "two-gradients" not in made
    assert "two-equations" in made
    assert done.edited == ["two-forward-question", "two-forward-check"]
    assert "two-errors-check" in done.renewed
    assert "two-gradients" in done.removed
    assert set(done.added) >= {"two-errors", "two-equations"}


@pytest.mark.parametrize(
    ("name", "output", "said"),
    [
        ("exam.py", "exam.ipynb", "imports its exercises from exercises.py, in its own folder: rename exam.py"),
        ("exercises.py", "elsewhere/exam.ipynb", "stands beside its exercises: -o "),
        ("exercises.py", "exam.txt", "stands beside its exercises: -o "),
        ("exercises.py", "broken.ipynb", "is there, and no notebook that can be read"),
    ],
)
def test_where_no_notebook_can_be_made_one_message_says_why_and_nothing_is_lost(tmp_path, capsys, name, output, said):
    (tmp_path / name).write_text(FILES["two_skips"])
    (tmp_path / "broken.ipynb").write_text("{")
    assert main(["notebook", str(tmp_path / name), "-o", str(tmp_path / output)]) == 1
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["broken.ipynb", name])


def test_numbers_that_hide_a_mistake_make_no_notebook_unless_told(tmp_path):
    numbers = "numbers=dict(x=0.7, w_1=1, w_2=0.8, w_s=0.4, w_3=0.6, w_t=1.7, y=0.9)"
    head = FILES["two_skips"].split("register(\n")[0]
    file = tmp_path / "exercises.py"
    file.write_text(f'{head}register(values("f", net, {numbers}))')
    with pytest.raises(CourseError, match=r"The numbers of f hide a mistake.*weight-left-out-forward"):
        make_notebook(file, tmp_path / "exam.ipynb")
    file.write_text(f'{head}register(values("f", net, {numbers}, hides=["weight-left-out-forward"]))')
    assert make_notebook(file, tmp_path / "exam.ipynb").added


# From the file to the feedback page.

MISTAKEN = {
    "two-errors": "dL_dz_a = dL_dh_a_via_o * (1 - h_a**2)",
    "three-forward": "z_o = h_a * v_a + h_b * v_b + h_c * v_c",
    "mixed-formulas": 'dL_dz_4 = "y - y_hat"',
    "layer-gradients": (
        "_right = layer_gradients\n"
        "def layer_gradients(X, y, params):\n"
        "    found = _right(X, y, params)\n"
        "    return {name: len(X) * gradient for name, gradient in found.items()}"
    ),
    "softplus": "def softplus(z):\n    return np.log(np.exp(z))",
}
"""Lines that spoil an answer, one for each network."""
NAMES = {
    "two-errors": "path",
    "three-forward": "bias",
    "mixed-formulas": "sign",
    "layer-gradients": "sum",
    "softplus": "the 1 is left out",
}
"""A word of what each mistake is called."""


def solution(text):
    return "\n".join(line for line in text.splitlines() if "###" not in line and "raise" not in line)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A class in which all five networks are asked: released, answered, graded, reported, fed back."""
    room = Classroom(tmp_path_factory.mktemp("own") / "class")
    folder = room.folder / "notebooks" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "exercises.py").write_text(together())
    (room.folder / "nbgrader_config.py").write_text(OURS)
    room.run("backprop_course.cli", "notebook", f"{folder}/exercises.py", "-o", f"{folder}/exam.ipynb")
    room.run("nbgrader", "generate_assignment", ASSIGNMENT)
    right = {id: solution(source(cell)) for id, cell in cells(folder / "exam.ipynb").items() if is_answer(cell)}
    wrong = right | {id: f"{right[id]}\n{line}" for id, line in MISTAKEN.items()}
    for student, answers in (("right", right), ("mistaken", wrong), ("cheat", wrong), ("idle", {})):
        hand_in(room, student, answers)
    # A file of one's own beside the notebook, in which everything is right.
    (room.folder / "submitted" / "cheat" / ASSIGNMENT / "exercises.py").write_text("def f(): pass")
    room.said = room.run("backprop_course.cli", "grade", ASSIGNMENT, status=(0, 2))
    room.run("backprop_course.cli", "report", ASSIGNMENT)
    room.run("nbgrader", "generate_feedback", ASSIGNMENT)
    return room


def is_answer(cell):
    return cell["metadata"].get("nbgrader", {}).get("solution")


def hand_in(room, student, answers):
    notebook = nbformat.read(room.folder / "release" / ASSIGNMENT / "exam.ipynb", 4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    path = room.folder / "submitted" / student / ASSIGNMENT / "exam.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def scores(room, student):
    with room.gradebook() as gradebook:
        notebooks = gradebook.find_submission(ASSIGNMENT, student).notebooks
        return {grade.name.removesuffix("-check"): grade.auto_score for nb in notebooks for grade in nb.grades}


def text_of(room, student):
    path = next((room.folder / "feedback" / student / ASSIGNMENT).glob("*.html"))
    return path.read_text(encoding="utf-8")


def test_the_release_has_the_file_and_no_solution(room):
    released = room.folder / "release" / ASSIGNMENT
    assert (released / "exercises.py").read_text() == together()
    assert "dL_dh_a_via_o" not in (released / "exam.ipynb").read_text()


def test_right_answers_on_five_networks_of_ones_own_score_every_point_in_the_sandbox(room):
    with room.gradebook() as gradebook:
        most = gradebook.find_assignment(ASSIGNMENT).max_score
    assert sum(scores(room, "right").values()) == most
    assert sum(scores(room, "idle").values()) == 0


@pytest.mark.parametrize("id", MISTAKEN)
def test_a_mistake_is_named_in_feedback_and_report(room, id):
    assert scores(room, "mistaken")[id] < scores(room, "right")[id]
    graded = cells(room.folder / "autograded" / "mistaken" / ASSIGNMENT / "exam.ipynb")
    verdict = json.dumps(graded[f"{id}-check"]["outputs"])
    assert NAMES[id] in verdict
    assert id in text_of(room, "mistaken")
    report = (room.folder / "reports" / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")
    assert id in report


def test_a_students_own_file_of_exercises_changes_nothing(room):
    assert scores(room, "cheat") == scores(room, "mistaken")


def test_nbgraders_own_command_gives_the_same_points(room):
    before = scores(room, "mistaken")
    room.run("nbgrader", "autograde", ASSIGNMENT, "--student", "mistaken", "--force")
    assert scores(room, "mistaken") == before


def test_a_demonstration_makes_a_class_of_an_assignment_of_ones_own(room, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(room.folder)
    demo = Classroom(make_demo(ASSIGNMENT, 2))
    demo.run("backprop_course.cli", "grade", ASSIGNMENT)
    students = ["student-000-right", "student-001-mistaken"]
    assert sum(scores(demo, students[0]).values()) == sum(scores(room, "right").values())
    assert sum(scores(demo, students[1]).values()) < sum(scores(room, "right").values())
    with pytest.raises(CourseError, match=r"There is no assignment '11_exam'; there are 01_chain_rule.* 10_exam"):
        make_demo("11_exam", 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda nb, file: nb["cells"].pop(place(nb, "softplus-check")), "softplus has an answer cell and no cell that"),
        (lambda nb, file: nb["cells"].pop(place(nb, "softplus")), "softplus is checked, and there is no answer cell"),
        (lambda nb, file: drop(nb, "softplus"), "softplus is in exercises.py, and no notebook in"),
        (lambda nb, file: file.unlink(), "neither in this course nor in its own exercises.py"),
    ],
)
def test_exercises_and_cells_that_do_not_belong_together_are_not_released(room, tmp_path, change, said):
    folder = tmp_path / ASSIGNMENT
    folder.mkdir()
    for name in ("exercises.py", "exam.ipynb"):
        (folder / name).write_bytes((room.folder / "notebooks" / ASSIGNMENT / name).read_bytes())
    notebook = json.loads((folder / "exam.ipynb").read_bytes())
    change(notebook, folder / "exercises.py")
    (folder / "exam.ipynb").write_text(json.dumps(notebook))
    with pytest.raises(CourseError, match=said):
        released(folder, notebook)


def test_a_file_that_has_changed_since_the_release_grades_nobody_and_is_said_to_have_changed():
    mark = dict(release_mark(ASSIGNMENT, []))
    with known(load(together())):
        mark["exercises"] = {"two-errors": fingerprint(find("two-errors"))}
    cells = (SimpleNamespace(source='check("two-errors")', locked=True),)
    with known(
        load(together().replace('errors("two-errors", two_skips, points=2)', 'errors("two-errors", two_skips)'))
    ):
        said = "other numbers or other parts of two-errors than exercises.py gives now"
        with pytest.raises(CourseError, match=said):
            refuse_what_does_not_fit(ASSIGNMENT, [SimpleNamespace(cells=cells, mark=mark)])


def released(folder, notebook):
    """What `nbgrader generate_assignment` asks before it saves a release."""
    own = beside(folder)
    with known(own):
        release_mark(ASSIGNMENT, [source(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"])
    if own:
        refuse_what_does_not_match(folder, own)


def place(notebook, id):
    return next(k for k, cell in enumerate(notebook["cells"]) if cell["id"] == id)


def drop(notebook, id):
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in (id, f"{id}-check")]


def test_a_release_is_refused_whose_notebook_shows_another_program_than_the_one_that_is_judged(tmp_path):
    (tmp_path / "exercises.py").write_text(WITH_A_BUG, encoding="utf-8")
    make_notebook(tmp_path / "exercises.py", tmp_path / "exam.ipynb")
    refuse_what_does_not_match(tmp_path, load(WITH_A_BUG, "exercises.py"))
    other = load(WITH_A_BUG.replace("points=3", "points=3, seed=5"), "exercises.py")
    with pytest.raises(CourseError, match="exam-bug is about stands in no notebook"):
        refuse_what_does_not_match(tmp_path, other)
    [drawn], [changed] = load(WITH_A_BUG, "exercises.py").exercises, other.exercises
    assert fingerprint(drawn) != fingerprint(changed)  # nor is what was handed out judged by it
