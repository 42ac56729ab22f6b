"""A mistake that nobody listed, made in an exercise: what comes of it, and whether what is said of it is true."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import singledispatch
from typing import Any

import numpy as np

from backprop_course.checks.comparing import close
from backprop_course.checks.verdict import Part
from backprop_course.exercises import Exercise
from backprop_course.misconceptions.combined import Either, Explanation, Proportion, Scaled
from backprop_course.misconceptions.edits import Edit, OtherActivation, edits, other_activations
from backprop_course.misconceptions.points import STOPPED, ValuesAt
from backprop_course.misconceptions.registry import Changes, Steps

_SAME = 1e-7
"""How near two ways to compute the same end, relative."""


class Likeness(IntEnum):
    """Where what is told gives what was handed in: nowhere, at these numbers alone, at all numbers."""

    NOWHERE = 0
    HERE = 1
    EVERYWHERE = 2


Single = Edit | OtherActivation
"""One edit."""


@dataclass(frozen=True)
class Both:
    """Two edits made at once."""

    first: Single
    second: Single

    def changes_in(self, steps: Steps) -> Changes:
        """What both change among these steps."""
        return {**self.first.changes_in(steps), **self.second.changes_in(steps)}


def clause_of(made: Single | Both) -> str:
    """What is done, as a check would say it."""
    if isinstance(made, Both):
        return f"{clause_of(made.first)}; and {clause_of(made.second)}"
    return f"{made.clause}{made.where}"


@dataclass(frozen=True)
class MistakenAnswer:
    """What a student does, and in which of the answers: "" for all that is asked."""

    made: Single | Both
    part: str = ""


class Edited(ABC):
    """An exercise in which mistakes that nobody listed are made, carried out with its own numbers."""

    @abstractmethod
    def singles(self) -> list[tuple[Single, str]]:
        """Every single edit of its equations, as the search tries them, with the answer that it is made in."""

    @abstractmethod
    def fingerprint(self, answer: MistakenAnswer) -> tuple[bytes, bytes] | None:
        """What is handed in here, and would be at other numbers: the same for the same numbers, but for rounding.

        None where nothing comes out here that is an answer.
        """

    @abstractmethod
    def shows(self, answer: MistakenAnswer) -> bool:
        """Whether something else comes out than what is right, beyond what a check accepts."""

    @abstractmethod
    def shows_elsewhere(self, answer: MistakenAnswer) -> bool:
        """Whether it does so at any other numbers."""

    @abstractmethod
    def judged(self, answer: MistakenAnswer) -> tuple[Part, ...]:
        """What the check says of the answers."""

    @abstractmethod
    def likeness(self, answer: MistakenAnswer, told: Part) -> Likeness:
        """Where what explains a part gives what was handed in for it."""


@singledispatch
def edited(exercise: Exercise) -> tuple[Edited, ...]:
    """An exercise ready for mistakes; each of its functions by itself, and nothing where it has no equations."""
    return ()


def single_edits(point: ValuesAt, about: Iterable[str], local: bool = True) -> list[Single]:
    """Every single edit of the equations of these quantities. local: whether single ones are changed, or all alike."""
    wanted = list(about)
    with np.errstate(all="ignore"):
        changed = edits(point.steps, wanted, point.quantities, point.follows, local)
        return [*changed, *other_activations(point.steps, wanted)]


def as_bytes(numbers: Iterable[Any]) -> bytes:
    """Numbers and arrays in a row, the same for what is the same to seven digits; shapes count."""
    found = []
    with np.errstate(all="ignore"):
        for one in numbers:
            array = np.round(np.asarray(one, dtype=float), 12) + 0.0  # no -0
            found.append(f"{array.shape}".encode() + array.astype(np.float32).tobytes())
    return b"".join(found)


def told_changes(told: Explanation | None, point: ValuesAt) -> Iterator[tuple[Changes, float]]:
    """What an explanation changes at a point, and by what the result is multiplied besides; for each of its causes."""
    if isinstance(told, Either):
        yield from told_changes(told.first, point)
        yield from told_changes(told.second, point)
    elif isinstance(told, Scaled):
        # A size of 1 is no factor.
        yield told.first.changes_in(point.steps) if told.first else {}, point.constants.get(told.clause, 1.0)
    elif told is not None and not isinstance(told, Proportion):
        yield told.changes_in(point.steps), 1.0


def gives(answer: Any, point: ValuesAt, target: str, told: Explanation | None, relative: float = _SAME) -> bool | None:
    """Whether what is told gives an answer at a point, by any of its causes; by the other choice at a kink, too.

    None where it stops or is too large for numbers there: that says nothing.
    """
    choices = ({}, point.otherwise) if point.otherwise else ({},)
    compared = False
    for changes, factor in told_changes(told, point):
        for chosen in choices:
            try:
                value = np.multiply(point.predicted({**chosen, **changes}, target), factor)
            except STOPPED:
                continue
            if alike(answer, value, relative):
                return True
            compared = compared or bool(np.isfinite(value).all() and np.isfinite(answer).all())
    return False if compared else None


def alike(a: Any, b: Any, relative: float = _SAME) -> bool:
    """Whether two results are the same numbers but for rounding; what is not finite is so in both, and not all is."""
    if np.shape(a) != np.shape(b):
        return False
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    finite = np.isfinite(a)
    same = (finite.any() or not a.size) and (np.isfinite(b) == finite).all()
    return bool(same) and close(a[finite], b[finite], relative, 1e-13)
