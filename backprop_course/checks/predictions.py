"""What each listed mistake gives for a number: from a student's own numbers, from right ones, or carried on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.exercises import Values
from backprop_course.exercises.kinds import evaluate
from backprop_course.misconceptions import Variant


def made_from(exercise: Values, name: str, known: Mapping[str, float], changes: Mapping[str, Step] = {}) -> float:
    """A quantity by its own equation from these answers; with a mistake's changes, a mistaken student's."""
    steps = {**exercise.by_name, **changes} if changes else exercise.by_name
    return float(evaluate(name, steps, {**exercise.start, **known}))


class Predictions:
    """For the answers of one student: of hundreds of mistakes few change a number, and only these are carried out."""

    def __init__(self, exercise: Values, answers: Mapping[str, float]) -> None:
        self.exercise = exercise
        self.own = FromNumbers(exercise, answers)
        self.exact = FromNumbers(exercise, exercise.expected)
        self._carried: dict[Variant, dict[str, Array]] = {}

    def right(self, name: str) -> tuple[float, float]:
        """A quantity's value without a mistake: from the student's own numbers, and from right ones."""
        return self.own.right(name), self.exercise.expected[name]

    def carried(self, variant: Variant, name: str) -> float:
        """What a student gives who makes this mistake and no other, from the givens on."""
        if not self.exercise.changed_by(variant, name):
            return self.exercise.expected[name]
        with np.errstate(all="ignore"):
            return self.exercise.carried(variant, name, self._carried.setdefault(variant, {}))


class FromNumbers:
    """Each quantity by its own equation from all the others, as these are."""

    def __init__(self, exercise: Values, numbers: Mapping[str, float]) -> None:
        self.exercise = exercise
        self.numbers = numbers
        self._right: dict[str, float] = {}
        self._wrong: dict[tuple[Variant, str], float] = {}

    def right(self, name: str) -> float:
        """Without a mistake."""
        if name not in self._right:
            self._right[name] = made_from(self.exercise, name, self._before(name))
        return self._right[name]

    def changed_by(self, variant: Variant, name: str) -> bool:
        """Whether a mistake is made on the way to a quantity from these numbers."""
        return not self._opened(name).isdisjoint(variant.changes)

    def wrong(self, variant: Variant, name: str) -> float:
        """With this mistake; asked for again and again."""
        if not self.changed_by(variant, name):
            return self.right(name)
        if (variant, name) not in self._wrong:
            self._wrong[variant, name] = made_from(self.exercise, name, self._before(name), variant.changes)
        return self._wrong[variant, name]

    def _before(self, name: str) -> dict[str, float]:
        return {other: number for other, number in self.numbers.items() if other != name}

    def _opened(self, name: str) -> frozenset[str]:
        """The quantities that are worked out on the way to one: itself, and what nobody has a number for."""
        if name not in self._ways:
            found = [name]
            for one in found:
                for parent in self.exercise.by_name[one].parents:
                    if parent not in self.exercise.start and parent not in self.numbers and parent not in found:
                        found.append(parent)
            self._ways[name] = frozenset(found)
        return self._ways[name]

    @cached_property
    def _ways(self) -> dict[str, frozenset[str]]:
        return {}
