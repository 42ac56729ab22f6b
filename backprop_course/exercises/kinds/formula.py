"""The kind *formula*: right-hand sides, typed as text, in names of other quantities."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.exercises.kinds.quantities import Quantities, evaluate, sources, spread
from backprop_course.misconceptions import Steps


@dataclass(frozen=True)
class Formula(Quantities):
    """An exercise of kind *formula*: right-hand sides, typed as text, in names of other quantities.

    id: the exercise's name. asked: what is asked, a point each. steps: how every quantity is made.
    draw(rng): random numbers to start from. at_hand: for each thing asked the names that may stand in it.
    form(asked, tree): what is wrong with the form of an answer that has the right value; "" where nothing.
    otherwise: steps by another choice that is as right (the slope at a kink); points where it matters to
    a quantity do not count for it.
    regime(values): tells apart the kinds of points (a unit is on or off); there are points of every kind.
    worth: its points, where they are not one for each thing asked.
    """

    as_text: ClassVar[bool] = True

    id: str
    asked: tuple[str, ...]
    steps: Steps
    draw: Callable[[np.random.Generator], dict[str, Array]]
    at_hand: Mapping[str, tuple[str, ...]]
    form: Callable[[str, ast.expr], str] = field(default=lambda asked, tree: "", repr=False)
    otherwise: Mapping[str, Step] = field(default_factory=dict, repr=False)
    regime: Callable[[Mapping[str, Array]], Hashable] | None = field(default=None, repr=False)
    worth: float | None = None

    def draws(self, rng: np.random.Generator, count: int) -> list[dict[str, Array]]:
        """Numbers for so many points, at least one of every regime that is not very rare."""
        if self.regime is None:
            return [self.draw(rng) for _ in range(count)]
        regime = self.regime
        return spread((self.draw(rng) for _ in range(8 * count)), lambda drawn: regime(self.values(drawn)), count)

    @cached_property
    def made_from(self) -> dict[str, frozenset[str]]:
        """For each thing asked all that its right-hand side is made from, back to the names at hand, and itself."""
        return {name: sources(self.steps, self.at_hand[name])[name] for name in self.asked}

    def values(self, numbers: Mapping[str, Array], changes: Mapping[str, Step] = {}) -> dict[str, Array]:
        """Every quantity from these numbers; with a mistake's changes, a mistaken student's."""
        steps = {**self.by_name, **changes} if changes else self.by_name
        found: dict[str, Array] = {}
        for name in steps:
            if name not in found:
                evaluate(name, steps, numbers, found)
        return {**numbers, **found}
