"""Numbers cut short on the way or at the end: rounded to some decimals, cut to whole numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from backprop_course.core.trace import Step
from backprop_course.misconceptions.registry import Changes, Steps

Where = Literal["result", "activations", "way", "before"]


@dataclass(frozen=True)
class Shortened:
    """Digits that are dropped: of the result, of every activation, of all on the way to it, or of what it is made from.

    targets: the quantities that are asked. decimals: how many stay; None cuts to whole numbers, towards 0.
    """

    targets: tuple[str, ...]
    where: Where
    decimals: int | None

    misconception: ClassVar[None] = None
    edit: ClassVar[str] = "rounding"

    @property
    def clause(self) -> str:
        """What is done, in words."""
        what = {
            "result": "the result is",
            "activations": "the activations are",
            "way": "every result on the way is",
            "before": "what it is made from is",
        }[self.where]
        if self.decimals is None:
            return f"{what} cut to whole numbers"
        return f"{what} rounded to {self.decimals} decimal{'s' * (self.decimals != 1)}"

    @property
    def told(self) -> str:
        """What would come out exactly so."""
        return f"this is exactly what comes out if {self.clause}."

    def changes_in(self, steps: Steps) -> Changes:
        """The steps that it changes among these."""
        before = {parent for step in steps if step.name in self.targets for parent in step.parents}
        return {
            step.name: step.carried_out_by(self._short(step), step.parents)
            for step in steps
            if (step.name in self.targets) == (self.where == "result")
            and (self.where != "activations" or step.kind == "activation")
            and (self.where != "before" or step.name in before)
        }

    def _short(self, step: Step) -> Any:
        def function(at: Any, *values: Any) -> Any:
            value = step.function(at, *values)
            return np.trunc(value) if self.decimals is None else np.round(value, self.decimals)

        return function


def digits_dropped(targets: tuple[str, ...], most: int) -> Iterator[Shortened]:
    """Every way to drop digits, those of the result first. most: decimals of the result."""
    yield Shortened(targets, "result", None)
    for decimals in range(most + 1):
        yield Shortened(targets, "result", decimals)
    places: tuple[Where, ...] = ("activations", "way", "before")
    for where in places:
        for decimals in range(1, 5):
            yield Shortened(targets, where, decimals)
