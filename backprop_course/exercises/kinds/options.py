"""The kinds *shape* and *choice*: a tuple of sizes, or one of the named options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backprop_course.exercises.kinds.kind import Exercise


@dataclass(frozen=True)
class Option:
    """One thing asked in an exercise of kind *shape* or *choice*.

    right: a tuple of sizes, or the right one of `options`. reasons: for each answer that a student may
    well give the mistake behind it (an id, or None) and why it is wrong, in a sentence or two.
    """

    right: tuple[int, ...] | str
    options: tuple[str, ...] = ()
    reasons: Mapping[tuple[int, ...] | str, tuple[str | None, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Options(Exercise):
    """An exercise of kind *shape* or *choice*: a tuple of sizes, or one of the named options."""

    id: str
    asked: Mapping[str, Option]
    worth: float | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """What is judged, a point each, or an equal share of what the exercise is worth."""
        return tuple(self.asked)

    @property
    def points(self) -> float:
        """What it is worth."""
        return float(len(self.asked)) if self.worth is None else self.worth

    @property
    def answered(self) -> tuple[str, ...]:
        """The names that an answer gives something."""
        return tuple(self.asked)
