"""Each student's own numbers while a class is graded: handed to the notebook, told where they are another's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from backprop_course.checks import Verdict
from backprop_course.checks.anothers import PUBLISHED
from backprop_course.checks.personal import STUDENT_ID, found_none, numbers_here, whose
from backprop_course.checks.settings import Settings, settings
from backprop_course.errors import CourseError
from backprop_course.exercises import Exercise, Givens, find
from backprop_course.exercises.kinds import redrawable
from backprop_course.exercises.personal import identified, personal_givens, refuse_published
from backprop_course.grading.cells import exercises_named
from backprop_course.grading.class_settings import ID_CELL, sets_up, settings_in, settings_of
from backprop_course.sandbox.between.task import Cell, Flag, Task
from backprop_course.sandbox.outside.proxies import Names

if TYPE_CHECKING:
    from backprop_course.grading.class_folder import Course
    from backprop_course.grading.gradebook import Book
    from backprop_course.grading.released import ReleasedNotebook
    from backprop_course.sandbox.outside.session import Session

_SECONDS, _ROOM = 20.0, 2**16
_MADE_UP = 8
"""For how many made-up students numbers are drawn, to see what a class will have."""


def drawn_for_nobody(exercise: Exercise, decided: Settings) -> list[Givens]:
    """The numbers of an exercise for some made-up students of a class."""
    return [personal_givens(exercise.id, f"nobody {k}", decided.salt, decided.version) for k in range(_MADE_UP)]


def gives_numbers(decided: Settings, sources: Iterable[str]) -> bool:
    """Whether a notebook asks for numbers that are each student's own.

    Raises CourseError where an exercise of one's own has numbers that no others are found for.
    """
    ids = dict.fromkeys(id for source in sources for id in exercises_named(source))
    asked = [exercise for exercise in map(find, ids) if redrawable(exercise)]
    for exercise in asked:
        try:
            refuse_published(exercise, drawn_for_nobody(exercise, decided))
        except CourseError as error:
            raise CourseError(f'{error} Or release it with c.Grading.personal_numbers = "".') from error
    return bool(asked)


def people_of(course: Course, book: Book, assignment: str) -> tuple[str, ...]:
    """All of the class, and whoever has handed in."""
    return tuple(sorted({*course.everybody(assignment), *book.everybody()}))


def refuse_other_numbers(name: str, cells: Iterable[Cell], released: ReleasedNotebook) -> None:
    """Raises CourseError where a file says that its numbers are a student's own, and its source does not.

    Without a class nobody but the source knows what they are drawn by.
    """
    ours = settings_in(released.cells).personal_numbers
    theirs = settings_of(cell.source for cell in cells if sets_up(cell.source)).personal_numbers
    if theirs and theirs != ours:
        raise CourseError(
            f"{name} is from a class in which each student has numbers of his own. Grade it in that class's folder, or "
            "write the line of its set-up cell, in_class(…, personal_numbers=…), into the set-up cell of the notebook "
            "that --source names."
        )


def asked_besides(exercise: Exercise) -> tuple[str, ...]:
    """What judging an exercise has to know besides its answers."""
    return (STUDENT_ID,) if settings().personal_numbers and redrawable(exercise) else ()


def hand_numbers(cell: Cell, session: Session) -> None:
    """Gives the process that runs a notebook the numbers for which a cell is going to ask."""
    if not settings().personal_numbers:
        return
    asked = [exercise for exercise in map(find, exercises_named(cell.source)) if exercise and exercise.given]
    if asked:
        with session.line(_SECONDS) as line:
            names = Names(line, (STUDENT_ID,))
            numbers = {exercise.id: dict(numbers_here(exercise, names)) for exercise in asked}
        session.cell(_source(numbers), 0, _SECONDS, _ROOM, False)


def flags_of_numbers(
    task: Task, cell: Cell, exercise: Exercise, names: Mapping[str, object], verdict: Verdict
) -> Iterator[Flag]:
    """What an instructor should know about whose numbers these are."""
    if not asked_besides(exercise):
        return
    typed, folder = whose(names), task.student
    if not typed:
        yield Flag("no-id", ID_CELL, f"{STUDENT_ID} is empty: judged by the published numbers.")
    elif found_none(exercise, names):
        yield Flag("no-numbers", ID_CELL, f"no other numbers were found for {typed}: judged by the published ones.")
    if typed and folder in task.people and typed != identified(folder):
        yield Flag("other-id", ID_CELL, f"{STUDENT_ID} is {typed}, not {folder}: judged by the numbers of {typed}.")
    if verdict.anothers:
        right_for = PUBLISHED if verdict.anothers == PUBLISHED else f"the numbers of {verdict.anothers}"
        yield Flag("anothers-numbers", cell.name, f"what is wrong is right for {right_for}.")


def _source(numbers: Mapping[str, Mapping[str, float]]) -> str:
    return (
        "def _hand_over():\n"
        "    from backprop_course.checks.personal import handed\n"
        f"    handed.update({numbers!r})\n"
        "_hand_over()\n"
        "del _hand_over"
    )
