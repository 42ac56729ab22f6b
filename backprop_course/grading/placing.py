"""Which submitted cell is which released one: by nbgrader's name, else by its id, by its text, by its place.

nbgrader's names are lost where a front end drops metadata, or a class works on a copy. What cannot be told is not
guessed: it waits for a human.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backprop_course.errors import CourseError
from backprop_course.exercises import NOTEBOOKS
from backprop_course.grading.cells import exercises_named
from backprop_course.grading.released import ReleasedCell, ReleasedNotebook
from backprop_course.sandbox.between.task import Cell, Flag


@dataclass(frozen=True)
class Placed:
    """Where the released cells stand in what was handed in.

    places: by the released cell's name. lost: the names of those that were not found by nbgrader's name, but
    otherwise. moved: whether they stand in another order than they were released in.
    """

    places: Mapping[str, int]
    lost: frozenset[str]

    @property
    def moved(self) -> bool:
        """Whether the released cells stand in another order than they were released in."""
        return any(later < earlier for earlier, later in pairwise(self.places.values()))


def place(cells: Sequence[Cell], released: ReleasedNotebook) -> Placed:
    """Recognises the released cells among the submitted ones. Of several copies the last one counts.

    Raises CourseError where none of them was released.
    """
    known = {cell.name for cell in released.cells}
    named = {cell.name: at for at, cell in enumerate(cells) if cell.name in known}
    found = dict(named)
    taken = set(found.values())
    for match in (_same_id, _same_text):
        for ours in released.cells:
            if ours.name in found:
                continue
            at = [k for k, cell in enumerate(cells) if k not in taken and not cell.name and match(cell, ours)]
            if len(at) == 1:
                found[ours.name] = at[0]
                taken.add(at[0])
    if not found and released.cells:
        raise CourseError(foreign(cells, released))
    for answer, check in pairwise(released.cells):
        if answer.name not in found and check.name in found and check.name not in named and answer.solution:
            above = found[check.name] - 1
            if above >= 0 and above not in taken and cells[above].cell_type == answer.cell_type == "code":
                found[answer.name] = above
                taken.add(above)
    places = {cell.name: found[cell.name] for cell in released.cells if cell.name in found}
    return Placed(places, frozenset(places.keys() - named.keys()))


def _same_id(cell: Cell, ours: ReleasedCell) -> bool:
    return bool(cell.id) and cell.id == (ours.id or ours.name)


def _same_text(cell: Cell, ours: ReleasedCell) -> bool:
    text = ours.source.strip()
    return bool(text) and ours.locked and cell.cell_type == ours.cell_type and cell.source.strip() == text


def foreign(cells: Iterable[Cell], released: ReleasedNotebook) -> str:
    """What to say of a notebook that holds none of the released cells."""
    asked = {id for cell in cells for id in exercises_named(cell.source)}
    like = [name for name, exercises in NOTEBOOKS.items() if asked & {exercise.id for exercise in exercises}]
    looks = f"; it looks like {' and '.join(name.split('/')[-1] for name in like)}" if like else ""
    return f"{released.name}.ipynb holds none of {released.name}'s cells{looks}. Ask for the right notebook."


def flags_of(placed: Placed, released: ReleasedNotebook, unplaced: Iterable[str]) -> tuple[Flag, ...]:
    """What an instructor should know about how the cells were placed. unplaced: answers that were not found."""
    flags = []
    if placed.lost:
        names = ", ".join(sorted(placed.lost))
        said = f"{released.name}: cells have lost nbgrader's metadata and were recognised otherwise: {names}."
        flags.append(Flag("cells-recognised", "", said))
    if placed.moved:
        said = f"{released.name}: cells stand in another order than released; they were put back."
        flags.append(Flag("cells-moved", "", said))
    said = "its cell was not found, and others of the notebook have lost their metadata; it waits for a human."
    return (*flags, *(Flag("cell-not-found", name, said) for name in unplaced))


def in_released_order(
    submitted: Sequence[Cell], placed: Placed, names: Iterable[str], missing: Mapping[str, Cell]
) -> list[Cell]:
    """The cells of a notebook: released ones in their order, each followed by the student's own that stood below it.

    missing: released cells that were not handed in, which come back after the one before them.
    """
    ours = set(placed.places.values())
    below: dict[int, list[Cell]] = {-1: []}
    last = -1
    for at, cell in enumerate(submitted):
        if at in ours:
            last = at
            below[at] = []
        else:
            below[last].append(cell)
    whole: list[Cell] = []
    waiting = below[-1]
    for name in names:
        if name in placed.places:
            at = placed.places[name]
            whole += [*waiting, submitted[at]]
            waiting = below[at]
        else:
            whole.append(missing[name])
    return whole + waiting


def written_beside(cells: Sequence[Cell], placed: Placed, name: str, released: ReleasedNotebook) -> bool:
    """Whether text of the student's own stands near a written question, between its neighbouring released cells."""
    names = [cell.name for cell in released.cells]
    at = names.index(name)
    before = [placed.places[one] for one in names[:at] if one in placed.places]
    after = [placed.places[one] for one in names[at + 1 :] if one in placed.places]
    between = range(max(before, default=-1) + 1, min(after, default=len(cells)))
    theirs = [cells[k] for k in between if k not in placed.places.values() and cells[k].cell_type != "code"]
    return any(cell.source.strip() and cell.source.strip() not in released.texts for cell in theirs)


def changed_answers(before: Iterable[Cell] | None, now: Iterable[Cell]) -> frozenset[str] | None:
    """The answers of which a graded notebook says something else than before; None where that is not known."""
    if before is None:
        return None
    then, after = _answers(before), _answers(now)
    return frozenset(name for name in after if after[name] != then.get(name))


def _answers(cells: Iterable[Cell]) -> dict[str, list[tuple[str, str]]]:
    """By an answer's name: its text, and that of the student's cells below it."""
    answers: dict[str, list[tuple[str, str]]] = {}
    name = ""
    for cell in cells:
        name = (cell.name if cell.solution or cell.task else "") if cell.name else name
        if name:
            answers.setdefault(name, []).append((cell.cell_type, cell.source))
    return answers
