"""The kind *values*: named numbers, computed from given numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, TypeGuard

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.exercises.kinds.kind import Exercise, Givens
from backprop_course.exercises.kinds.quantities import Quantities, evaluate, sources_of
from backprop_course.misconceptions import Steps, Variant


@dataclass(frozen=True)
class Values(Quantities):
    """An exercise of kind *values*: named numbers, computed from given numbers.

    id: the exercise's name. asked: the quantities, in the order in which they are judged; one point each.
    givens: the numbers to start from, or a function that finds them, called when they are first needed.
    steps: how every quantity is made. earlier: quantities of earlier exercises, whose answers are taken as the student
    has them. after: an exercise from whose answers these steps go on; mistakes in those are judged there.
    worth: its points, where they are not one for each thing asked.
    """

    id: str
    asked: tuple[str, ...]
    givens: Givens
    steps: Steps
    earlier: tuple[str, ...] = ()
    after: Values | None = None
    worth: float | None = None
    hides: tuple[str, ...] = ()
    redrawable: ClassVar[bool] = True

    @property
    def names(self) -> tuple[str, ...]:
        """The names of a notebook that judging needs."""
        return (*self.asked, *self.earlier, *self.givens)

    @property
    def given(self) -> Givens:
        """The numbers to start from."""
        return self.givens

    @cached_property
    def start(self) -> dict[str, float]:
        """What the steps start from: the givens, and the right answers of the exercise before."""
        return {**self.givens, **(replace(self.after, givens=self.givens).expected if self.after else {})}

    @cached_property
    def expected(self) -> dict[str, float]:
        """The right value of every quantity."""
        return {name: float(self._right[name]) for name in (*self.earlier, *self.asked)}

    @cached_property
    def predicted(self) -> tuple[dict[str, float], ...]:
        """For each variant the answers of a student who makes that mistake and no other, from the givens on."""
        return tuple(map(self.predicted_by, self.variants))

    def predicted_by(self, variant: Variant) -> dict[str, float]:
        """The answers of a student who makes this mistake and no other, from the givens on."""
        found: dict[str, Array] = {}
        with np.errstate(all="ignore"):
            return {name: self.carried(variant, name, found) for name in (*self.earlier, *self.asked)}

    def carried(self, variant: Variant, name: str, found: dict[str, Array]) -> float:
        """One of these answers; nan where the mistake has no value with these numbers.

        found: what this mistake has been found to give so far; kept there.
        """
        # What no changed step leads to is what it is: most mistakes are made late, at one place.
        made_from, changes, right = self._sources, variant.changes, self._right

        def value(name: str) -> Array:
            if name not in found:
                if name in right and made_from[name].isdisjoint(changes):
                    return right[name]
                step = changes.get(name) or self.by_name[name]
                found[name] = step.function(step.at, *[value(parent) for parent in step.parents])
            return found[name]

        try:
            return float(value(name))
        except (ZeroDivisionError, OverflowError):
            return float("nan")

    def changed_by(self, variant: Variant, name: str) -> bool:
        """Whether a quantity is made from one that a mistake changes, or is that."""
        return not self._sources[name].isdisjoint(variant.changes)

    @cached_property
    def _right(self) -> dict[str, Array]:
        """The right value of every quantity, also of those that nobody asks for."""
        found: dict[str, Array] = dict(self.start)
        for name in self.by_name:
            if name not in found:
                evaluate(name, self.by_name, self.start, found)
        return found

    @cached_property
    def _sources(self) -> dict[str, frozenset[str]]:
        """All that each quantity is made from, and itself."""
        return sources_of(self.steps, self.start)

    def made_before(self, variant: Variant) -> bool:
        """Whether a mistake is made in earlier exercises alone: it is judged there, and followed here."""
        return bool(self.earlier) and self._before.issuperset(variant.changes)

    @cached_property
    def _before(self) -> frozenset[str]:
        return frozenset().union(*(self._sources[name] for name in self.earlier))


class _Found:
    """Stands for the field of given numbers: those that must be looked for are, when somebody asks for them."""

    def __get__(self, exercise: Values | None, owner: type) -> Givens:
        if exercise is None:
            raise AttributeError("givens")
        found = vars(exercise)[_KEPT]
        if callable(found):
            found = vars(exercise)[_KEPT] = found()
        return found  # type: ignore[no-any-return]

    def __set__(self, exercise: Values, numbers: Givens | Callable[[], Givens]) -> None:
        vars(exercise)[_KEPT] = numbers


_KEPT = "_givens"
Values.givens = _Found()  # type: ignore[assignment]  # a field to all who read it, without a default


def redrawable(exercise: Exercise | None) -> TypeGuard[Values]:
    """Whether there is an exercise, and others can stand for its given numbers."""
    return exercise is not None and exercise.redrawable
