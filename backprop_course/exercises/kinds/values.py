"""The kind *values*: named numbers, computed from given numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.exercises.kinds.kind import Givens
from backprop_course.exercises.kinds.quantities import Quantities, evaluate
from backprop_course.misconceptions import Steps


@dataclass(frozen=True)
class Values(Quantities):
    """An exercise of kind *values*: named numbers, computed from given numbers.

    id: the exercise's name. asked: the quantities, in the order in which they are judged; one point each.
    givens: the numbers to start from. steps: how every quantity is made. earlier: quantities of earlier
    exercises, whose answers are taken as the student has them. after: an exercise from whose answers these
    steps go on; mistakes in those are judged there.
    """

    id: str
    asked: tuple[str, ...]
    givens: Givens
    steps: Steps
    earlier: tuple[str, ...] = ()
    after: Values | None = None

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
        return self.predict(self.by_name)

    @cached_property
    def predicted(self) -> tuple[dict[str, float], ...]:
        """For each variant the answers of a student who makes that mistake and no other, from the givens on."""
        return tuple(self.predict({**self.by_name, **variant.changes}) for variant in self.variants)

    def predict(self, steps: Mapping[str, Step]) -> dict[str, float]:
        """The values of all that is asked here and before, by these steps from the start."""
        found: dict[str, Array] = dict(self.start)
        return {
            name: float(found[name] if name in found else evaluate(name, steps, self.start, found))
            for name in (*self.earlier, *self.asked)
        }
