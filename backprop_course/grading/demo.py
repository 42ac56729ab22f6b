"""A class that nobody taught: submissions of every kind, to see what grading makes of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import singledispatch
from itertools import cycle
from pathlib import Path
from typing import Any

from backprop_course.checks.output import VERDICT_KEY
from backprop_course.errors import CourseError
from backprop_course.exercises import Bug, Derivation, Exercise, Formula, Function, Functions, Options, Values, find
from backprop_course.exercises.files import beside, known
from backprop_course.exercises.model_answers import instructors_notebooks
from backprop_course.grading.cells import parse_cell
from backprop_course.grading.class_folder import find_course
from backprop_course.grading.new_class import new_class

Notebook = dict[str, Any]
Solutions = dict[str, str]
"""The instructor's answers by the name of their cell."""

SHORT_LIMITS = "c.Grading.cell_seconds = 5\n"
"""In a demonstration nobody waits half a minute for a cell that hangs."""

OPINION = "**From 1 (I was lost) to 5 (clear, and worth the time):**"
HANG = "while True:\n    pass"
COPY = "from backprop_course.exercises import exercise\nexercise({name!r})"
HOSTILE = """\
import os, signal, socket
from pathlib import Path
for steal in ("../../gradebook.db", "/etc/passwd", str(Path.home())):
    try:
        print(os.listdir(steal) if os.path.isdir(steal) else Path(steal).read_bytes()[:20])
    except Exception as error:
        print(type(error).__name__)
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except Exception as error:
    print(type(error).__name__)
import backprop_course.checks
backprop_course.checks.check = lambda exercise: 99.0
np.allclose = lambda *arguments, **more: True
os.kill(-1, signal.SIGKILL)
"""


def make_demo(assignment: str, count: int) -> Path:
    """Makes a class with so many submissions of an assignment in a new folder, says where, and returns it.

    The assignment is that of the class in the current folder, where it has one of that name, else the course's.
    Raises CourseError for an unknown assignment, for one without answers, or where nbgrader cannot release it.
    """
    source = _source(assignment)
    file = beside(source)
    folder = Path(tempfile.mkdtemp(prefix="backprop-course-demo-"))
    new_class(folder)
    shutil.rmtree(folder / "notebooks" / assignment, ignore_errors=True)
    shutil.copytree(source, folder / "notebooks" / assignment, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(SHORT_LIMITS)
    print(f"A class of {count} is being made in {folder}; delete it when you have seen enough.", flush=True)
    _release(folder, assignment)
    with known(file):
        _hand_in(folder, assignment, count)
    return folder


def _source(assignment: str) -> Path:
    """The folder of the instructor's version: in the class around, or the course's own."""
    courses = sorted(path.name for path in instructors_notebooks().iterdir() if path.is_dir())
    own: list[str] = []
    with suppress(CourseError):  # no class here
        source = find_course().source(assignment)
        if list(source.glob("*.ipynb")):
            return source
        own = sorted({path.parent.name for path in source.parent.glob("*/*.ipynb")} - {*courses})
    if assignment not in courses:
        raise CourseError(f"There is no assignment {assignment!r}; there are {', '.join([*courses, *own])}.")
    return instructors_notebooks() / assignment


def _hand_in(folder: Path, assignment: str, count: int) -> None:
    """Puts so many submissions into a class that has released an assignment."""
    for released in sorted((folder / "release" / assignment).glob("*.ipynb")):
        solutions = solutions_of(folder / "notebooks" / assignment / released.name)
        if not solutions:
            raise CourseError(f"{assignment}/{released.name} has no answer cells with code: nobody can answer it.")
        kinds = cycle(_kinds(solutions))
        for number, (kind, change) in zip(range(count), kinds, strict=False):
            notebook = json.loads(released.read_bytes())
            change(notebook)
            if kind != "untouched":
                _try(notebook, number)
                _say(notebook, number)
            path = folder / "submitted" / f"student-{number:03}-{kind}" / assignment / released.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{" if kind == "no-notebook" else json.dumps(notebook), encoding="utf-8")


def _release(folder: Path, assignment: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])  # nbgrader calls alembic
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", assignment]
    done = subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True)
    if done.returncode:
        raise CourseError(f"nbgrader cannot release {assignment}: {' '.join(done.stderr.splitlines()[-1:])}")


def _kinds(solutions: Solutions) -> Iterator[tuple[str, Callable[[Notebook], None]]]:
    """The kinds of students, right ones and those who made mistakes in turn, and one of each rarer kind."""
    first = next(iter(solutions))

    def edited(**changes: str) -> Callable[[Notebook], None]:
        return lambda notebook: answer(notebook, solutions | changes)

    mistakes = [(name, edited(**{name: source})) for name, source in _mistaken(solutions)]
    rare = [
        ("untouched", lambda notebook: None),
        ("raises", edited(**{first: f"1 / 0\n{solutions[first]}"})),
        ("hangs", edited(**{first: f"{solutions[first]}\n{HANG}"})),
        ("copies", edited(**{first: f"{solutions[first]}\n{COPY.format(name=first)}"})),
        ("hostile", edited(**{first: f"{solutions[first]}\n{HOSTILE}"})),
        ("deleted", lambda notebook: notebook["cells"].clear()),
        ("no-notebook", lambda notebook: None),
    ]
    for (kind, change), mistaken in zip(rare, cycle(mistakes or [("right", edited())]), strict=False):
        yield "right", edited()
        yield "mistaken", mistaken[1]
        yield kind, change


def _mistaken(solutions: Solutions) -> Iterator[tuple[str, str]]:
    """For each exercise, its answer with a mistake that the course has a name for, where one is at hand."""
    for name, source in solutions.items():
        if (exercise := find(name)) and (wrong := mistaken(exercise, source)):
            yield name, wrong


@singledispatch
def mistaken(exercise: Exercise, source: str) -> str:
    """The right source of an answer, and lines that spoil it; "" for a kind that registers nothing here."""
    return ""


@mistaken.register(Values)
def _mistaken_values(exercise: Values, source: str) -> str:
    wrong = next((answers for answers in exercise.predicted if answers != exercise.expected), {})
    return "\n".join([source, *(f"{asked} = {wrong.get(asked)!r}" for asked in exercise.asked)])


@mistaken.register(Options)
def _mistaken_options(exercise: Options, source: str) -> str:
    reasons = [(asked, answer) for asked, option in exercise.asked.items() for answer in option.reasons]
    return "\n".join([source, *(f"{asked} = {answer!r}" for asked, answer in reasons[:1])])


@mistaken.register(Derivation)
def _mistaken_derivation(exercise: Derivation, source: str) -> str:
    name = exercise.answered[0]
    return f"{source}\n{name} = [*{name}[:-1], f'-({{{name}[-1]}})']"


@mistaken.register(Bug)
def _mistaken_bug(exercise: Bug, source: str) -> str:
    return f"{source}\n{exercise.line_name} = {exercise.line % len(exercise.right.lines) + 1}"


@mistaken.register(Formula)
def _mistaken_formula(exercise: Formula, source: str) -> str:
    asked = exercise.asked[-1]
    return f"{source}\n{asked} = f'-({{{asked}}})'"


@mistaken.register(Function)
@mistaken.register(Functions)
def _mistaken_function(exercise: Function | Functions, source: str) -> str:
    function = exercise.written[0].name
    return f"{source}\n_right = {function}\n{function} = lambda *given: _twice(_right(*given))\n{_TWICE}"


_TWICE = """
def _twice(result):
    return {key: 2 * value for key, value in result.items()} if isinstance(result, dict) else 2 * result
"""


def solutions_of(path: Path) -> Solutions:
    cells = json.loads(path.read_bytes())["cells"]
    answers = {
        _name(cell): "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code" and _is_answer(cell)
    }
    return {name: "\n".join(line for line in text.splitlines() if "### " not in line) for name, text in answers.items()}


def answer(notebook: Notebook, answers: Solutions) -> None:
    for cell in notebook["cells"]:
        if _is_answer(cell):
            cell["source"] = answers.get(_name(cell), "My answer: because the same factor is needed again.")


def _try(notebook: Notebook, number: int) -> None:
    """Notes attempts and hints as checks do, so many that students differ."""
    for place, cell in enumerate(notebook["cells"]):
        if parse_cell(cell).exercise:
            tried = 1 + (number + place) % 7
            metadata = {VERDICT_KEY: {"attempts": [0.0] * tried, "hints": max(0, tried - 3)}}
            cell["outputs"] = [{"output_type": "display_data", "metadata": metadata, "data": {}}]


def _say(notebook: Notebook, number: int) -> None:
    """An opinion from each of those who bother: two of three students, and one of six has a wish, too."""
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and OPINION in text and number % 3:
            text = text.replace(OPINION, f"{OPINION} {1 + number % 5}")
            cell["source"] = f"{text} More pictures, please." if number % 6 == 1 else text


def _is_answer(cell: Notebook) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get("solution"))


def _name(cell: Notebook) -> str:
    return str(cell["metadata"]["nbgrader"]["grade_id"])
