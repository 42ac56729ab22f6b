"""A notebook as it was released: the cells that students may not change, their points and their tests.

It comes from the gradebook, where `nbgrader generate_assignment` puts it, and never from what a student handed in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

OUTDATED = "graded by an earlier release (other tests, points or due date)"
"""What is said of a grade whose release is not the present one."""


@dataclass(frozen=True)
class ReleasedCell:
    """A cell that nbgrader knows.

    source: the text that students got, with hidden tests. points: the most that the cell can give, None where it
    gives none. solution: whether students write in it. task: whether it describes work that is graded by hand.
    """

    name: str
    cell_type: str
    source: str
    locked: bool
    checksum: str | None
    points: float | None = None
    solution: bool = False
    task: bool = False
    id: str = ""  # in the instructor's notebook, where that is at hand

    @property
    def automatic(self) -> bool:
        """Whether a machine gives the points."""
        return self.points is not None and not self.solution and not self.task

    @property
    def metadata(self) -> dict[str, object]:
        """What nbgrader wants to find in the cell's metadata."""
        metadata: dict[str, object] = {
            "grade_id": self.name,
            "schema_version": 3,
            "cell_type": self.cell_type,
            "locked": self.locked,
            "solution": self.solution,
            "grade": self.points is not None and not self.task,
            "task": self.task,
        }
        if self.checksum:
            metadata["checksum"] = self.checksum
        if self.points is not None:
            metadata["points"] = self.points
        return metadata


@dataclass(frozen=True)
class ReleasedNotebook:
    """A notebook of an assignment: its cells in the order in which students got them.

    due: when, in words. mark: by what version it was released (`fitting.mark`); empty for one of an early version.
    texts: the instructor's cells that nbgrader does not know, as far as the source notebook is at hand.
    """

    name: str
    cells: tuple[ReleasedCell, ...]
    kernelspec: Mapping[str, object]
    due: str = ""
    mark: Mapping[str, object] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()

    @cached_property
    def digest(self) -> str:
        """What a grade depends on in the release, in a few letters: another one, another release."""
        cells = sorted((replace(cell, id="") for cell in self.cells), key=lambda cell: cell.name)
        return hashlib.sha256(repr((cells, self.due)).encode(errors="replace")).hexdigest()[:16]

    @property
    def points(self) -> dict[str, float]:
        """The most that each automatically graded cell can give, by its name."""
        return {cell.name: cell.points for cell in self.cells if cell.points is not None and cell.automatic}


def in_notebook_order(cells: Iterable[ReleasedCell], names: Iterable[str]) -> tuple[ReleasedCell, ...]:
    """The cells in the order of their names in the instructor's notebook; others keep their place after those.

    A gradebook keeps no order: SQLite happens to answer in the order of insertion, PostgreSQL does not.
    """
    places = {name: place for place, name in enumerate(names)}
    return tuple(sorted(cells, key=lambda cell: places.get(cell.name, len(places))))
