"""The course through nbgrader, with its own commands: released, handed in by a class, graded, handed back."""

import copy
import csv
import fcntl
import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from backprop_course.exercises import EXERCISES, NOTEBOOKS, Values
from backprop_course.misconceptions import MISCONCEPTIONS
from backprop_course.students import STUBS, instructors_notebooks

ROOT = instructors_notebooks()
CHAIN, SPLIT = "02_chain_network/chain_network", "03_split_network/split_network"
WRITTEN = {CHAIN: "chain-why-cache", SPLIT: "split-why-addition"}
DAMAGED = {CHAIN: ("chain-deltas", "chain-descent"), SPLIT: ("split-updates", "split-gradients")}
"""Two exercises whose cells are damaged; no other exercise needs their answers."""

MISTAKES = {
    CHAIN: {
        "chain-cache": ("running-products", 1, "C_2 = C_1 * C_2\nC_3 = C_2 * C_3"),
        "chain-backward": ("input-left-out", 2, "dL_dw_in = C_1 * C_2 * C_3"),
        "chain-descent": ("ascent", 0, "def gradient_step(w, g, eta):\n    return {k: w[k] + eta * g[k] for k in w}"),
    },
    SPLIT: {
        "split-deltas": ("first-path-only", 3, "delta_i = delta_j * w_ij * h_i * (1 - h_i)"),
        "split-updates": ("ascent", 4, "update_w_k = eta * h_k * delta_o"),
        "split-gradients": (
            "input-left-out",
            4,
            "rightly = split_gradients\n"
            "def split_gradients(weights, x, y):\n"
            "    delta_o = split.forward(weights, x)['y_hat'] - y\n"
            "    return rightly(weights, x, y) | {'w_k': delta_o}",
        ),
    },
}
"""For an exercise: the mistake, the points that are left, and what is added to the right answer to make it."""

every_notebook = pytest.mark.parametrize("name", WRITTEN)


def solve(notebook, name):
    """The instructor's answers, as a student would have typed them, and something for the written question."""
    solution = by_grade_id(nbformat.read(ROOT / f"{name}.ipynb", 4))
    for grade_id, cell in by_grade_id(notebook).items():
        if cell.metadata["nbgrader"]["solution"]:
            lines = solution[grade_id].source.splitlines()
            cell.source = "\n".join(line for line in lines if not line.strip().startswith("###"))
    by_grade_id(notebook)[WRITTEN[name]].source = "Because <b>nothing</b> is lost."


def err(notebook, name):
    solve(notebook, name)
    for exercise, (_, _, wrong) in MISTAKES[name].items():
        by_grade_id(notebook)[exercise].source += f"\n{wrong}"


def delete(notebook, name):
    """One answer, and another one with its check."""
    solve(notebook, name)
    cells = by_grade_id(notebook)
    first, second = DAMAGED[name]
    for grade_id in first, second, f"{second}-check":
        notebook.cells.remove(cells[grade_id])


def crash_and_copy(notebook, name):
    """An answer that raises, as does a cell of the student's own; an answer and its check that are there twice."""
    solve(notebook, name)
    cells = by_grade_id(notebook)
    first, second = DAMAGED[name]
    cells[first].source = f"1 / 0\n{cells[first].source}"
    notebook.cells.insert(2, new_code_cell("print(what_is_this)"))
    for grade_id in second, f"{second}-check":
        twin = copy.deepcopy(cells[grade_id])
        twin.id += "-copy"
        notebook.cells.insert(notebook.cells.index(cells[grade_id]) + 1, twin)


def tag(notebook, name):
    """Nothing is answered; nbgrader alone would skip every check, and give full marks for that."""
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution"]


CLASS = {
    "solved": solve,
    "untouched": lambda notebook, name: None,
    "tagged": tag,
    "mistaken": err,
    "deleted": delete,
    "crashed": crash_and_copy,
}
"""The students, and what each of them does with a released notebook."""


def by_grade_id(notebook):
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    return {cell.metadata["nbgrader"]["grade_id"]: cell for cell in cells}


class Course:
    """A course directory in which nbgrader's commands are run."""

    def __init__(self, folder):
        self.folder = folder

    def nbgrader(self, *commands):
        """Runs commands one after the other, in one process: importing nbgrader takes longer than most of them."""
        run = (
            "import sys; from traitlets.config import Application; from nbgrader.apps import NbGraderApp\n"
            "for command in sys.argv[1:]:\n"
            "    NbGraderApp.launch_instance(command.split()); type(Application.instance()).clear_instance()"
        )
        own = {name: str(self.folder / "jupyter") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # nbgrader calls alembic
        done = subprocess.run(
            [sys.executable, "-c", run, *commands],
            cwd=self.folder,
            env=os.environ | own | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def grades(self, student, name):
        """Each graded cell of a submission: its points from the machine, and whether a human must look at it."""
        assignment, notebook = name.split("/")
        with Gradebook(f"sqlite:///{self.folder}/gradebook.db") as gradebook:
            graded = gradebook.find_submission_notebook(notebook, assignment, student).grades
            return {grade.name: (grade.auto_score, bool(grade.needs_manual_grade)) for grade in graded}

    def points(self, student, name):
        """The points for each exercise."""
        return {cell.removesuffix("-check"): points for cell, (points, _) in self.grades(student, name).items()}

    def page(self, student, name):
        """The text that a student reads in the feedback."""
        assignment, notebook = name.split("/")
        source = (self.folder / "feedback" / student / assignment / f"{notebook}.html").read_text(encoding="utf-8")
        source = re.sub(r"<(style|script)\b.*?</\1>|<img\b[^>]*>|<!--.*?-->", " ", source, flags=re.DOTALL)
        return html.unescape(re.sub(r"<[^>]+>", "", source))


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """The course after a term, graded once for all of pytest's processes: the others wait for the first."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    with (shared / "course.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        course = Course(shared / "course")
        if not (course.folder / "grades.csv").exists():
            a_term(course)
    return course


def a_term(course):
    """Both notebooks are released, handed in by the class, graded and handed back."""
    shutil.rmtree(course.folder, ignore_errors=True)
    shutil.copytree(ROOT, course.folder / "notebooks")
    shutil.copy(ROOT.parent / "nbgrader_config.py", course.folder)
    assignments = [name.split("/")[0] for name in WRITTEN]
    course.nbgrader(*(f"generate_assignment {assignment}" for assignment in assignments))
    for student, work in CLASS.items():
        for name in WRITTEN:
            notebook = nbformat.read(course.folder / "release" / f"{name}.ipynb", 4)
            work(notebook, name)
            path = course.folder / "submitted" / student / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, path)
    commands = [f"{command} {a}" for a in assignments for command in ("autograde", "generate_feedback")]
    course.nbgrader(*commands, "export")


def full(name):
    """Every point for every exercise, and none yet for the written question."""
    return {exercise.id: exercise.points for exercise in NOTEBOOKS[name]} | {WRITTEN[name]: None}


@every_notebook
def test_the_solutions_score_every_point_that_a_machine_can_give(course, name):
    assert course.points("solved", name) == full(name)


@every_notebook
@pytest.mark.parametrize("student", ["untouched", "tagged"])
def test_the_untouched_release_scores_nothing_and_needs_no_human(course, student, name):
    assert set(course.grades(student, name).values()) == {(0.0, False)}


@every_notebook
def test_mistakes_cost_what_they_spoil_and_nothing_else(course, name):
    left = {exercise: points for exercise, (_, points, _) in MISTAKES[name].items()}
    assert course.points("mistaken", name) == full(name) | left


@every_notebook
def test_mistakes_are_named_in_the_feedback(course, name):
    page, perfect = course.page("mistaken", name), course.page("solved", name)
    names = [MISCONCEPTIONS[mistake].name for mistake, _, _ in MISTAKES[name].values()]
    assert [mistake for mistake in names if mistake not in page] == []
    assert [mistake for mistake in names if mistake in perfect] == []


@every_notebook
def test_a_deleted_answer_costs_its_own_points_alone_with_or_without_its_check(course, name):
    assert course.points("deleted", name) == full(name) | dict.fromkeys(DAMAGED[name], 0)


@every_notebook
def test_an_exception_costs_its_own_cells_points_and_a_copied_cell_costs_nothing(course, name):
    crashed, _copied = DAMAGED[name]
    assert course.points("crashed", name) == full(name) | {crashed: 0}


@every_notebook
@pytest.mark.parametrize("student", ["solved", "mistaken", "deleted", "crashed"])
def test_a_human_is_asked_for_the_written_answer_alone(course, student, name):
    waiting = {cell for cell, (_, needs_a_human) in course.grades(student, name).items() if needs_a_human}
    assert waiting == {WRITTEN[name]}


@every_notebook
def test_the_feedback_holds_nothing_of_what_the_instructor_keeps(course, name):
    cells = nbformat.read(ROOT / f"{name}.ipynb", 4).cells
    shown = "\n".join(cell.source for cell in cells if cell.id.endswith("-source"))  # programs with a bug
    kept = [line for cell in cells for line in solution_of(cell.source) if line not in shown]
    page = course.page("untouched", name)
    assert len(kept) > 10
    assert [line for line in kept if line in page] == []
    for student in CLASS:
        assert not re.search("BEGIN SOLUTION|END SOLUTION|[Mm]arking scheme", course.page(student, name))
    assert STUBS["code_stub"]["python"] in page


def solution_of(source):
    """The lines of a solution that say something."""
    inside = re.findall(r"BEGIN SOLUTION(.*?)(?:### END|<!-- END)", source, re.DOTALL)
    return [line.strip() for part in inside for line in part.splitlines() if len(line.strip()) > 12]


@every_notebook
def test_the_feedback_gives_no_expected_value_away(course, name):
    for student in "untouched", "mistaken":
        shown = set(re.findall(r"\d+\.\d+(?:e-\d+)?", course.page(student, name)))
        for exercise in NOTEBOOKS[name]:
            if isinstance(exercise, Values):
                for quantity in not_answered_rightly(exercise, student, name):
                    texts = {f"{abs(exercise.expected[quantity]):.{digits}g}" for digits in (4, 5, 6)}
                    assert not {text for text in texts & shown if len(text) > 4}, (student, quantity)


def not_answered_rightly(exercise, student, name):
    if student == "untouched":
        return exercise.asked
    _, _, wrong = MISTAKES[name].get(exercise.id, ("", 0, ""))
    return [quantity for quantity in exercise.asked if f"{quantity} =" in wrong]


def test_the_export_holds_everybodys_points(course):
    with (course.folder / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}
    assert len(rows) == len(CLASS) * len(WRITTEN)
    for name, written in WRITTEN.items():
        assignment = name.split("/")[0]
        cells = by_grade_id(nbformat.read(ROOT / f"{name}.ipynb", 4))
        automatic = sum(exercise.points for exercise in NOTEBOOKS[name])
        lost = sum(EXERCISES[id].points - left for id, (_, left, _) in MISTAKES[name].items())
        scores = {student: float(rows[student, assignment]["score"]) for student in ("solved", "untouched", "mistaken")}
        assert scores == {"solved": automatic, "untouched": 0, "mistaken": automatic - lost}
        most = automatic + cells[written].metadata["nbgrader"]["points"]
        assert {float(row["max_score"]) for (_, a), row in rows.items() if a == assignment} == {most}
