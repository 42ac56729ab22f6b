"""Numbers for each student in a class: given, judged, named where they are another's, practised with."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import nbformat
import pytest
from classroom import ANSWERS, ASSIGNMENT, OURS, release, solved
from nbformat.v4 import new_code_cell, new_notebook
from submitted import answer, cell, check, task
from traitlets.config import Config

from backprop_course import Network, Unit, checks, given, practice
from backprop_course.checks import judge
from backprop_course.checks.hints import hints_on
from backprop_course.checks.personal import as_given, practised
from backprop_course.checks.proof import right_answers
from backprop_course.checks.settings import Settings, during
from backprop_course.errors import CourseError
from backprop_course.exercises import EXERCISES, Values, register, values
from backprop_course.exercises.model_answers import instructors_notebooks
from backprop_course.exercises.personal import personal_givens, seed_of
from backprop_course.exercises.registry import set_aside
from backprop_course.grading.cells import parse_notebook
from backprop_course.grading.class_folder import find_course
from backprop_course.grading.class_settings import id_cell, sets_up, settings_of, with_settings
from backprop_course.grading.executor import Executor
from backprop_course.grading.fitting import refuse_what_does_not_fit, release_mark
from backprop_course.grading.new_class import new_class
from backprop_course.grading.personal_numbers import gives_numbers, refuse_other_numbers
from backprop_course.grading.preprocessors import AskForId, ExecuteAndSave
from backprop_course.grading.released import ReleasedCell, ReleasedNotebook
from backprop_course.grading.source_release import released_from
from backprop_course.worksheets.number_sheets import sheets_of

SALT = "q8Zk0xR2mW"
CLASS = Settings(personal_numbers=f"1-{SALT}", self_study=False)
FORWARD = (
    "z_j = w_in * x\nh_j = s(z_j)\nz_k = w_j * h_j\nh_k = s(z_k)\nz_o = w_k * h_k\ny_hat = z_o\nL = (y_hat - y)**2 / 2"
)


@pytest.fixture(autouse=True)
def a_class():
    with during(CLASS):
        yield


def of(student, exercise="chain-forward"):
    """The exercise with a student's numbers."""
    return replace(EXERCISES[exercise], givens=personal_givens(exercise, student, SALT))


def right_for(student, exercise="chain-forward"):
    """Names of a notebook in which everything is right for a student's numbers."""
    return right_answers(of(student, exercise))


def in_notebook(source, namespace):
    exec(source, namespace)
    return namespace


def test_a_notebook_has_the_numbers_of_the_id_that_is_typed():
    names = in_notebook('numbers = given("chain-forward")', {"given": given, "student_id": " Ada"})
    assert names["numbers"] == personal_givens("chain-forward", "ada", SALT)


@pytest.mark.parametrize("typed", ["", None, 3.5])
def test_without_an_id_a_notebook_has_the_published_numbers(typed):
    names = in_notebook('numbers = given("chain-forward")', {"given": given, "student_id": typed})
    assert names["numbers"] == EXERCISES["chain-forward"].given


def test_the_setup_cell_says_whose_numbers_there_are(capsys):
    in_notebook(CLASS.line, {"student_id": "Ada"})
    assert capsys.readouterr().out == "The numbers in this notebook are those of ada.\n"
    in_notebook(CLASS.line, {"student_id": ""})
    assert "student_id is empty" in capsys.readouterr().out


def test_without_the_setting_a_setup_cell_is_what_it_was(capsys):
    in_notebook(Settings(self_study=False).line, {"student_id": "Ada"})
    assert "personal" not in Settings().line
    assert capsys.readouterr().out == ""
    assert judge("chain-forward", right_for("") | {"student_id": "ada"}).notes == ()


@pytest.mark.parametrize("wrong", ["salt", "1-", "1-short", "1-with spaces in it", "x-12345678", 7, None])
def test_what_is_no_setting_says_what_is_expected(wrong):
    with pytest.raises(CourseError, match="version, a hyphen and a salt"):
        Settings(personal_numbers=wrong)


@pytest.mark.parametrize("exercise", [id for id, one in EXERCISES.items() if isinstance(one, Values)])
def test_answers_are_judged_by_the_numbers_of_the_id_that_is_typed(exercise):
    verdict = judge(exercise, right_for("ada", exercise) | {"student_id": "ADA"})
    assert verdict.passed
    assert verdict.notes == ("Judged by the numbers of ada.",)
    with during(replace(CLASS, people=("ada", "bob"))):
        verdict = judge(exercise, right_for("ada", exercise) | {"student_id": "bob"})
    # Where all follows from answers to exercises before, it is those that are somebody else's.
    assert verdict.anothers == "ada" or {part.status for part in verdict.parts} == {"follows"}
    assert not verdict.passed


@pytest.mark.parametrize("typed", ["student 0", "Student 127", "student 128", "student 149", "nobody of them", ""])
def test_in_a_class_whose_numbers_are_drawn_together_everybody_has_his_own(typed, monkeypatch):
    expected = of(typed).given
    monkeypatch.setattr("backprop_course.exercises.personal.sets._DRAWN", {})
    monkeypatch.setattr("backprop_course.exercises.personal.sets._COPIES", {})
    with during(replace(CLASS, people=tuple(f"STUDENT {k}" for k in range(150)))):
        assert as_given(EXERCISES["chain-forward"], {"student_id": typed}).given == expected


def test_a_mistake_is_named_with_ones_own_numbers():
    names = right_for("ada", "chain-backward") | {"student_id": "ada"}
    part = judge("chain-backward", names | {"dL_dw_in": names["dL_dw_in"] / names["x"]}).parts[-1]
    assert part.misconception == "input-left-out"


def test_answers_for_the_published_numbers_are_named_as_that():
    verdict = judge("chain-forward", right_for("") | {"student_id": "ada"})
    wrong = {part.message for part in verdict.parts if part.status == "wrong"}
    numbers = ", ".join(f"{name} = {value:g}" for name, value in of("ada").givens.items())
    assert wrong == {f"this is right for the published numbers.\nYours are {numbers}."}


def test_answers_for_somebody_elses_numbers_are_named_as_that_and_not_whose():
    with during(replace(CLASS, people=("ada", "bob", "Emmy"))):
        verdict = judge("chain-forward", right_for("emmy") | {"student_id": "ada"})
    assert verdict.anothers == "Emmy"
    assert "this is right for somebody else's numbers." in str(verdict)
    assert "emmy" not in (str(verdict) + verdict._repr_html_() + str(verdict.to_json())).lower()


def test_four_digits_of_somebody_elses_answers_are_enough():
    typed = {name: float(f"{value:.4g}") for name, value in right_for("bob").items()}
    with during(replace(CLASS, people=("ada", "bob"))):
        assert judge("chain-forward", typed | {"student_id": "ada"}).anothers == "bob"


def test_an_answer_that_is_wrong_for_everybody_is_nobody_elses():
    names = right_for("ada") | {"student_id": "ada", "z_j": 0.123, "L": 0.5}
    with during(replace(CLASS, people=tuple(f"student {k}" for k in range(30)))):
        assert judge("chain-forward", names).anothers == ""


def test_a_short_number_that_is_somebody_elses_by_chance_is_not_called_that():
    salt, people = "3d28f4d339961a19", ("student-0503", "student-0528")
    mine, other = (
        replace(EXERCISES["skip-regressor-values"], givens=personal_givens("skip-regressor-values", one, salt))
        for one in people
    )
    wrong = mine.expected["h_0"] * mine.expected["dL_dz_2"]
    assert repr(wrong) == "-1.2320000000000002"
    assert wrong == pytest.approx(other.expected["dL_dw_2"], 1e-12)
    with during(Settings(personal_numbers=f"1-{salt}", self_study=False, people=people)):
        names = {"student_id": people[0], **mine.givens, **mine.expected, "dL_dw_2": wrong}
        verdict = judge("skip-regressor-values", names)
    assert [part.misconception for part in verdict.parts if part.status != "right"] == ["neighbour-activation"]
    assert verdict.anothers == ""


def test_who_changes_the_id_is_told_to_run_the_numbers_again():
    notes = judge("chain-forward", right_for("ada") | {"student_id": "bob"}).notes
    assert any("run the cell with the numbers again" in note for note in notes)


def test_hints_work_with_other_numbers_than_ones_own():
    exercise = as_given(EXERCISES["chain-forward"], {"student_id": "ada"})
    hints = " ".join(map(str, hints_on(exercise, "z_j", {})))
    assert "With other numbers" in hints
    assert f"x = {of('ada').givens['x']:g}," not in hints


# Practice


@pytest.fixture
def notebook():
    names = {"practice": practice, "given": given, "check": checks.check, "student_id": "ada"}
    in_notebook('numbers = given("chain-forward")', names)
    in_notebook("from math import exp\ns = lambda z: 1 / (1 + exp(-z))", names)
    yield in_notebook(f"{BIND}\n{FORWARD}", names)
    in_notebook('given("chain-forward")', names)


BIND = 'x, y = numbers["x"], numbers["y"]\nw_in, w_j, w_k = (numbers[name] for name in ("w_in", "w_j", "w_k"))'


def test_practice_gives_new_numbers_and_checks_that_give_no_points(notebook, capsys):
    own = dict(notebook["numbers"])
    seen = set()
    for _ in range(3):
        in_notebook('practice("chain-forward")', notebook)
        assert notebook["z_j"] is notebook["L"] is None
        seen.add(tuple(notebook["numbers"].values()))
        in_notebook(FORWARD, notebook)
        assert in_notebook('points = check("chain-forward")', notebook)["points"] == 0
    assert len(seen | {tuple(own.values())}) == 4
    assert "chain-forward: practice, 7 of 7 right, no points" in capsys.readouterr().out


def test_after_practice_ones_own_numbers_come_back_with_the_cell_that_gives_them(notebook):
    own = dict(notebook["numbers"])
    in_notebook('practice("chain-deltas")', notebook)
    in_notebook(FORWARD, notebook)
    in_notebook(f'numbers = given("chain-forward")\n{BIND}', notebook)
    assert notebook["numbers"] == own
    assert notebook["z_j"] is notebook["L"] is None  # they were answers to other numbers
    in_notebook(f'numbers = given("chain-forward")\n{FORWARD}', notebook)
    in_notebook('given("chain-forward")', notebook)
    assert notebook["L"] is not None
    assert in_notebook('points = check("chain-forward")', notebook)["points"] == 7


def test_a_mistake_in_practice_is_named(notebook, capsys):
    in_notebook('practice("chain-forward")', notebook)
    in_notebook(f"{FORWARD}\nL = (y_hat - y) ** 2", notebook)
    in_notebook('check("chain-forward")', notebook)
    assert "✗ L: " in capsys.readouterr().out


def test_while_a_notebook_is_graded_practice_does_nothing(notebook, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    own = dict(notebook["numbers"])
    in_notebook('practice("chain-forward")', notebook)
    assert notebook["numbers"] == own
    assert in_notebook('points = check("chain-forward")', notebook)["points"] == 7


def test_a_class_can_do_without_practice(notebook, capsys):
    with during(replace(CLASS, practice=False)):
        in_notebook('practice("chain-forward")', notebook)
    assert "no practice" in capsys.readouterr().out
    assert in_notebook('points = check("chain-forward")', notebook)["points"] == 7


def test_practice_with_what_gives_no_numbers_says_what_does():
    with pytest.raises(CourseError, match="those that do: chain-forward"):
        practice("chain-gradients")


def test_where_no_other_numbers_are_found_nobody_is_given_the_same_as_new_ones(notebook):
    net = Network(Unit("a", "linear", {"w_1": "x"}), Unit("o", "linear", {"w_2": "a"}), loss="squared_error")
    with set_aside():
        register(values("exam", net, numbers={"x": 0.001, "w_1": 300, "w_2": 0.004, "y": 2}))
        said = "No other numbers were found for exam"
        with pytest.raises(CourseError, match=said):
            in_notebook('practice("exam")', notebook)
        assert not practised(EXERCISES["exam"])
        with pytest.raises(CourseError, match=f"{said}.* Or release it with c.Grading.personal_numbers"):
            gives_numbers(CLASS, ['given("exam")'])
        [sheet] = sheets_of([EXERCISES["exam"]])
        with pytest.raises(CourseError, match=said):
            sheet.numbers(seed_of("ada", SALT), 1)


# In the sandbox


@pytest.fixture(scope="module")
def execute():
    with Executor() as execute:
        yield execute


SETUP = f"from backprop_course import check, given, practice\nfrom math import exp\n{CLASS.line}"
GIVENS = f's = lambda z: 1 / (1 + exp(-z))\nnumbers = given("chain-forward")\n{BIND}'


def graded(execute, typed, answers=FORWARD, student="ada", people=("ada", "bob"), exercises=""):
    made = task(
        answer(f"student_id = {typed!r}", "student-id"),
        cell(SETUP, "setup", locked=True),
        cell(GIVENS, "givens", locked=True),
        answer(answers, "chain-forward"),
        check("chain-forward", 7),
    )
    outcome = execute(replace(made, student=student, people=people, exercises=exercises))
    assert outcome.error == ""
    return outcome.scores["chain-forward-check"], [(flag.kind, flag.message) for flag in outcome.flags]


def literal(student):
    """Somebody's answers, copied."""
    one = of(student)
    return "\n".join(f"{name} = {one.expected[name]}" for name in one.asked)


def test_a_submission_is_judged_by_its_students_numbers(execute):
    assert graded(execute, "Ada") == (7, [])
    assert graded(execute, "ada", literal("ada")) == (7, [])


def test_another_id_than_the_folders_is_judged_by_what_was_typed_and_flagged(execute):
    points, flags = graded(execute, "bob", literal("bob"))
    assert points == 7
    assert flags == [("other-id", "student_id is bob, not ada: judged by the numbers of bob.")]


def test_no_id_is_judged_by_the_published_numbers_and_flagged(execute):
    points, flags = graded(execute, "", literal(""))
    assert points == 7
    assert flags == [("no-id", "student_id is empty: judged by the published numbers.")]


@pytest.mark.parametrize(("whose", "said"), [("bob", "the numbers of bob"), ("", "the published numbers")])
def test_a_copied_answer_is_flagged_with_whose_it_is(execute, whose, said):
    points, flags = graded(execute, "ada", literal(whose))
    assert points < 7
    assert flags == [("anothers-numbers", f"what is wrong is right for {said}.")]


def test_practice_left_in_a_notebook_costs_nothing_when_it_is_graded(execute):
    assert graded(execute, "ada", f'practice("chain-forward")\n{FORWARD}') == (7, [])


OWN = """\
from backprop_course import Network, Unit
from backprop_course.exercises import register, values
net = Network(Unit("a", "tanh", {"w_1": "x"}), Unit("o", "linear", {"w_2": "a"}), loss="squared_error")
register(values("own-forward", net))
"""


def test_exercises_of_ones_own_are_judged_by_a_students_numbers(execute):
    made = task(
        answer("student_id = 'ada'", "student-id"),
        cell(SETUP, "setup", locked=True),
        cell('numbers = given("own-forward")\nprint(dict(numbers))', "givens", locked=True),
        answer(
            "from math import tanh\nx, y, w_1, w_2 = (numbers[name] for name in ('x', 'y', 'w_1', 'w_2'))\n"
            "z_a = w_1 * x\nh_a = tanh(z_a)\nz_o = w_2 * h_a\ny_hat = z_o\nL = (y_hat - y)**2 / 2",
            "own-forward",
        ),
        check("own-forward", 5),
    )
    outcome = execute(replace(made, student="ada", people=("ada", "bob"), exercises=OWN))
    assert outcome.scores == {"own-forward-check": 5}
    other = execute(
        replace(made, cells=(replace(made.cells[0], source="student_id = 'bob'"), *made.cells[1:]), exercises=OWN)
    )
    assert other.scores == {"own-forward-check": 5}
    assert other.cells[2].outputs != outcome.cells[2].outputs


NONE_FOUND = OWN.replace('"tanh"', '"linear"').replace(
    "net))", 'net, numbers={"x": 0.001, "w_1": 300, "w_2": 0.004, "y": 2}))'
)


def test_whom_no_other_numbers_were_found_for_is_told_so_and_flagged(execute):
    answers = "z_a = h_a = 0.001 * 300\nz_o = y_hat = 0.004 * h_a\nL = (y_hat - 2)**2 / 2"
    made = task(
        answer("student_id = 'ada'", "student-id"),
        cell(SETUP, "setup", locked=True),
        answer(answers, "own-forward"),
        check("own-forward", 5),
    )
    outcome = execute(replace(made, student="ada", people=("ada", "bob"), exercises=NONE_FOUND))
    assert outcome.scores == {"own-forward-check": 5}
    said = "no other numbers were found for ada: judged by the published ones."
    assert [(flag.kind, flag.message) for flag in outcome.flags] == [("no-numbers", said)]
    [notes] = (verdict["notes"] for verdict in outcome.verdicts.values())
    assert notes == ["Judged by the published numbers: no others were found for ada."]


def test_what_a_release_says_of_its_class_is_read_from_its_locked_cells():
    assert settings_of(["x = 1", SETUP]) == CLASS
    assert settings_of(["in_class(hints=print())", "in_class(", "x = 1"]) == Settings()
    assert id_cell()["source"].endswith('\nstudent_id = ""')


@pytest.mark.parametrize(
    "setup",
    [
        "%matplotlib inline\nfrom backprop_course import check",
        "from backprop_course import (\n    given,\n    check,\n)\n!ls",
        "%%time\nfrom backprop_course import check",
        "# in_class() is written here\nfrom backprop_course import check",
    ],
)
def test_what_is_written_into_any_setup_cell_is_read_from_it_again(setup):
    assert sets_up(setup)
    written = with_settings(setup, CLASS)
    assert settings_of([written]) == CLASS
    assert with_settings(written, Settings()) == written  # a line that is there stays
    release_mark("exam", [written])


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("in_class(hints=FEW)", "in_class(hints=FEW) holds more than plain values"),
        ("in_class(2)", "its settings have names"),
        ("in_class(hint=2)", "unexpected keyword argument 'hint'"),
        ("in_class(hints=7)", "a number of degrees from 0 to 3"),
        ("files = !ls\nin_class(hints=2)", "the cell is not plain Python"),
    ],
)
def test_a_release_is_refused_whose_settings_grading_could_not_read(source, why):
    with pytest.raises(CourseError, match=re.escape(why)):
        release_mark("exam", ["x = 1", source])


def test_numbers_that_are_no_longer_drawn_as_they_were_are_refused_before_anything_is_graded():
    sources = [SETUP, 'given("chain-forward")']
    cells = [ReleasedCell(f"cell-{k}", "code", source, True, None) for k, source in enumerate(sources)]
    mark = release_mark("exam", sources)
    assert mark["drawn"].keys() == {"chain-forward"}
    refuse_what_does_not_fit("exam", [ReleasedNotebook("one", tuple(cells), {}, mark=mark)])
    other = {**mark, "drawn": {"chain-forward": "another"}}
    with pytest.raises(CourseError, match="those of chain-forward are no longer drawn as they were"):
        refuse_what_does_not_fit("exam", [ReleasedNotebook("one", tuple(cells), {}, mark=other)])


def test_a_release_in_which_all_have_the_published_numbers_notes_none():
    assert "drawn" not in release_mark("exam", ["in_class(hints=3)", 'given("chain-forward")'])


def test_a_file_of_a_class_with_personal_numbers_is_not_judged_by_the_published_ones():
    source = instructors_notebooks() / "02_chain_network" / "chain_network.ipynb"
    notebook = nbformat.read(source, 4)
    at = next(k for k, cell in enumerate(notebook.cells) if cell.id == "chain-setup")
    notebook.cells[at].source = with_settings(notebook.cells[at].source, CLASS)
    cells = parse_notebook(json.dumps(notebook), "chain_network")
    with pytest.raises(CourseError, match="each student has numbers of his own"):
        refuse_other_numbers("chain_network.ipynb", cells, released_from(source))


def test_a_new_class_has_a_salt_of_its_own_and_keeps_it(tmp_path):
    said = [line for _ in range(2) for line in new_class(tmp_path / "one")]
    new_class(tmp_path / "other")
    lines = [(tmp_path / name / "nbgrader_config.py").read_text().splitlines()[-1] for name in ("one", "other")]
    assert all(re.fullmatch(r'# c.Grading.personal_numbers = "1-[0-9a-f]{16}"', line) for line in lines)
    assert lines[0] != lines[1]
    assert "Kept as they were:" not in said


def test_a_class_whose_configuration_is_in_other_letters_is_kept(tmp_path):
    (tmp_path / "nbgrader_config.py").write_bytes("# Jürgens Kurs\n".encode("latin-1"))
    assert "  nbgrader_config.py" in new_class(tmp_path)


# A class, with nbgrader's own commands


STUDENTS = {
    "ada": ("Ada", None),
    "bob": ("bob", "ada"),
    "carl": ("ada", None),
    "dora": ("", None),
    "emmy": ("emmy", ""),
}
"""The folder's name; what is typed; whose answers are copied, if anybody's."""


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A class that is graded by `backprop-course grade`, and handed back."""
    config = f'{OURS}\nc.Grading.personal_numbers = "{CLASS.personal_numbers}"\n'
    made = release(tmp_path_factory.mktemp("class") / "personal", config)
    for student, (typed, copied) in STUDENTS.items():
        answers = {name: solved(source) for name, source in ANSWERS.items()} | {"student-id": f"student_id = {typed!r}"}
        if copied is not None:
            one = of(copied, "split-forward")
            answers["split-forward"] = "\n".join(f"{name} = {one.expected[name]}" for name in one.asked)
        made.hand_in(student, answers, ("one",))
    made.said, _ = made.grade("--workers", "2")
    made.run("nbgrader", "generate_feedback", ASSIGNMENT)
    made.run("backprop_course.cli", "report", ASSIGNMENT)
    return made


def page(room, student):
    return (room.folder / "feedback" / student / ASSIGNMENT / "one.html").read_text()


def test_a_release_asks_for_the_id_above_the_setup_cell(room):
    cells = room.released("one").cells
    assert [cell.id for cell in cells[:3]] == ["title", "student-id", "setup"]
    role = cells[1].metadata.nbgrader
    assert (role.solution, role.grade, role.locked) == (True, False, False)
    assert cells[2].source.startswith(CLASS.line)
    assert "student_id" not in str(room.released("two").cells)


@pytest.mark.parametrize("student", STUDENTS)
def test_the_command_and_nbgrader_give_the_same_points_by_the_same_numbers(room, student):
    copied = STUDENTS[student][1] is not None
    points, _ = room.scores(student)["split-forward-check"]
    assert (points < 9) == copied
    assert room.scores(student)["split-deltas-check"] == (4, False)


def test_nbgraders_own_command_gives_the_same(room, tmp_path):
    again = room.copy(tmp_path / "again", (room.folder / "nbgrader_config.py").read_text())
    again.run("nbgrader", "autograde", ASSIGNMENT, "--force")
    assert [again.scores(student) for student in STUDENTS] == [room.scores(student) for student in STUDENTS]


def test_who_hands_in_later_is_of_the_class_to_a_server_that_lives_on(room, tmp_path, monkeypatch):
    later = room.copy(tmp_path / "later", (room.folder / "nbgrader_config.py").read_text())
    monkeypatch.chdir(later.folder)
    config = find_course().config
    here = {"assignment": ASSIGNMENT, "db_url": later.url}
    assert ExecuteAndSave(config=config)._people(here) == tuple(sorted(STUDENTS))
    later.submitted("late").mkdir(parents=True)
    assert "late" in ExecuteAndSave(config=config)._people(here)


def test_without_a_cell_that_can_say_whose_numbers_there_are_nothing_is_released():
    config = Config({"Grading": {"personal_numbers": CLASS.personal_numbers}})
    here = {"nbgrader": {"assignment": "exam", "notebook": "one"}}
    made = new_notebook(cells=[new_code_cell('from backprop_course import given\ngiven("chain-forward")')])
    with pytest.raises(CourseError, match="there is no cell to say that in"):
        AskForId(config=config).preprocess(made, here)
    made.cells.append(new_code_cell("x = 1"))
    own = new_code_cell("in_class(hints=2)\nfrom backprop_course import check")
    released, _ = AskForId(config=config).preprocess(new_notebook(cells=[own, *made.cells]), here)
    assert len(released.cells) == 3  # the instructor's own line decides, and says nothing of numbers


def test_what_to_look_at_says_whose_numbers_and_the_feedback_does_not(room):
    for said in (
        "bob: split-forward-check: what is wrong is right for the numbers of ada.",
        "carl: student-id: student_id is ada, not carl: judged by the numbers of ada.",
        "dora: student-id: student_id is empty: judged by the published numbers.",
        "emmy: split-forward-check: what is wrong is right for the published numbers.",
    ):
        assert said in room.said
    assert "Judged by the numbers of bob." in page(room, "bob")
    assert "this is right for somebody else&#x27;s numbers." in page(room, "bob")
    assert "ada" not in page(room, "bob").lower().split("<body", 1)[1].replace("metadata", "")


def test_the_report_says_whose_numbers_an_answer_is_right_for(room):
    report = (room.folder / "reports" / f"{ASSIGNMENT}.html").read_text()
    assert "right for the numbers of ada" in report
    assert "right for other numbers" in report
    assert "judged by the numbers of ada" in report
