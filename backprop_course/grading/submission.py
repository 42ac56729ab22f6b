"""What a student handed in, mended before anything of it runs.

Nothing is kept of a submitted notebook but the text of its cells, the pictures in its answers, and how many attempts
its checks have noted: a new notebook is built around them, with the roles, points and tests that the gradebook knows.
So tags, metadata and outputs of the student's own cannot do anything, whatever they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backprop_course.errors import CourseError
from backprop_course.grading.cells import LANGUAGE, exercise_checked, notebook_json, parse_notebook, with_ids
from backprop_course.grading.placing import flags_of, in_released_order, place, written_beside
from backprop_course.grading.released import ReleasedCell, ReleasedNotebook
from backprop_course.sandbox.between.task import Cell, Executed, Flag

METADATA = "backprop_course"
"""Under this name a graded notebook's metadata hold what grading has noted: attempts, flags, why it ended early."""
MOST_LETTERS = 100_000
"""The text of one cell; an honest one has a tenth of that."""


@dataclass(frozen=True)
class Mended:
    """A notebook fit to run.

    cells: all of them, the released ones as they were released. noted: what is to stand under METADATA.
    unanswered: the names of the cells for answers that are as they were released. waiting: those of cells whose points
    a human has to give or to look at, because it cannot be told what belongs to them. flags: what is to be looked at.
    """

    cells: tuple[Cell, ...]
    released: ReleasedNotebook
    noted: Mapping[str, Any]
    unanswered: frozenset[str]
    waiting: frozenset[str] = frozenset()
    flags: tuple[Flag, ...] = ()

    @property
    def code(self) -> tuple[Cell, ...]:
        """The cells that can be executed, in order."""
        return tuple(cell for cell in self.cells if cell.is_code)

    def to_json(self, executed: Sequence[Executed] = (), noted: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The notebook as nbformat has it. executed: what its code cells show. noted: what to note besides."""
        roles = {cell.name: cell.metadata for cell in self.released.cells}
        metadata = {
            "kernelspec": dict(self.released.kernelspec),
            "language_info": LANGUAGE,
            METADATA: {**self.noted, **(noted or {})},
        }
        return notebook_json(self.cells, roles, metadata, executed)


def mend(content: bytes, released: ReleasedNotebook, parsed: Sequence[Cell] | None = None) -> Mended:
    """A submitted notebook with every released cell once, as it was released, and where it belongs.

    parsed: the cells of the content, where they are known already.
    What students write stays: their answers, and cells of their own. Of a cell that is there twice the last one
    counts, the others become cells of the student's own. A deleted cell comes back after the one before it.
    Raises CourseError where the content is no notebook, or holds none of the released cells.
    """
    cells = parse_notebook(content, released.name) if parsed is None else parsed
    longest = max((len(cell.source) for cell in cells), default=0)
    if longest > MOST_LETTERS:  # nbconvert would colour them in for hours, and with them the whole class's feedback
        raise CourseError(
            f"refused: a cell of {released.name}.ipynb has {longest:,} letters; no more than "
            f"{MOST_LETTERS:,} are allowed."
        )
    placed = place(cells, released)
    known = {cell.name: cell for cell in released.cells}
    ours = {at: known[name] for name, at in placed.places.items()}
    mended = [_as_released(cell, ours[at]) if at in ours else _their_own(cell) for at, cell in enumerate(cells)]
    missing = {name: _as_released(None, cell) for name, cell in known.items() if name not in placed.places}
    whole = with_ids(in_released_order(mended, placed, known, missing))
    answers = {cell.name: cell for cell in released.cells if cell.solution}
    unanswered = {
        name
        for name, cell in answers.items()
        if name not in placed.places or cells[placed.places[name]].source == cell.source
    }
    by_hand = {name for name, cell in answers.items() if cell.points is not None}
    beside = {name for name in by_hand & unanswered if written_beside(cells, placed, name, released)}
    # An answer that was deleted is none; but where names were lost, nobody knows whether it is there.
    unplaced = {name for name in missing if placed.lost and known[name].solution and name in by_hand | _checked(known)}
    waiting = beside | unplaced | {f"{name}-check" for name in unplaced if f"{name}-check" in known}
    noted = {
        "attempts": {name: cells[at].attempts for name, at in placed.places.items() if cells[at].attempts},
        "hints": {name: cells[at].hints for name, at in placed.places.items() if cells[at].hints},
        "submitted": digest(content),
        "released": released.digest,
    }
    flags = flags_of(placed, released, sorted(unplaced))
    return Mended(whole, released, noted, frozenset(unanswered - waiting), frozenset(waiting), flags)


def _checked(names: Iterable[str]) -> set[str]:
    """The answers that a check cell judges."""
    return {name.removesuffix("-check") for name in names if name.endswith("-check")}


def digest(content: bytes) -> str:
    """What was handed in, in a few letters, to see whether it has changed."""
    return hashlib.sha256(content).hexdigest()[:16]


def _as_released(cell: Cell | None, released: ReleasedCell) -> Cell:
    """A cell with the role, the type and, where students may not change it, the text that it was released with.

    cell: None for one that is not there any more.
    """
    source = released.source if released.locked or not cell else cell.source
    is_code = released.cell_type == "code"
    return Cell(
        source,
        released.cell_type,
        cell.id if cell else "",
        released.name,
        released.solution,
        released.locked and not released.solution,
        released.task,
        exercise_checked(source) if is_code else "",
        cell.attachments if cell and not is_code else {},
    )


def _their_own(cell: Cell) -> Cell:
    """A cell of the student's own, whatever it claims to be."""
    pictures = {} if cell.is_code else cell.attachments
    return replace(cell, name="", solution=False, locked=False, task=False, attachments=pictures, attempts=0, hints=0)
