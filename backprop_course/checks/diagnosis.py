"""Finds the mistake that explains a function's results: the one that gives the same in every call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from backprop_course.checks.comparing import same_shape
from backprop_course.exercises import Case
from backprop_course.misconceptions import Variant, variants
from backprop_course.misconceptions.registry import Changes
from backprop_course.trace import Step

Results = dict[str, Any]
Accepts = Callable[[np.ndarray, Any], bool]


class Diagnosis:
    """The mistakes that can be made in some calls, compared with what a student's function returned there."""

    def __init__(self, cases: Sequence[Case], answers: Sequence[Results], accepts: Accepts) -> None:
        self.cases = cases
        self.answers = answers
        self.accepts = accepts
        self.compared: dict[tuple[Variant, int, str], bool] = {}
        self.predicted: dict[tuple[Variant, int, bool], Results] = {}

    @cached_property
    def tables(self) -> list[dict[Variant, Changes]]:
        """For each call the ways to go wrong in it, with the steps that they change."""
        return [{variant: variant.changes for variant in variants(case.steps)} for case in self.cases]

    def of(self, part: str, failing: int) -> Variant | None:
        """The mistake that gives this part ("" for the whole) in every call; best the one that gives all parts.

        failing: the number of a call in which the part is wrong, where most mistakes are ruled out at once.
        """
        order = sorted(range(len(self.cases)), key=lambda k: k != failing)
        best, most = None, -1
        for variant in self.tables[failing]:
            if all(self._same(variant, k, key) for k in order for key in ([part] if part else self.cases[k].asked)):
                explained = sum(self._same(variant, k, key) for k in order for key in self.cases[k].asked)
                if explained > most:
                    best, most = variant, explained
        return best

    def right(self) -> int:
        """How many of the answers are right in every part."""
        return sum(
            all(self._is(case.results(), answer, key) for key in case.asked)
            for case, answer in zip(self.cases, self.answers, strict=True)
        )

    def _same(self, variant: Variant, k: int, key: str) -> bool:
        """Whether the k-th answer has at that key what the mistake gives; computed once, where it is asked."""
        if (variant, k, key) not in self.compared:
            changes = self.tables[k].get(variant, {})
            same = self._is(self._predicted(variant, k, {}, changes), self.answers[k], key)
            if not same and self.cases[k].otherwise:
                # With the other choice at a kink the same mistake may give something else.
                other = self._predicted(variant, k, self.cases[k].otherwise, changes)
                same = self._is(other, self.answers[k], key)
            self.compared[variant, k, key] = same
        return self.compared[variant, k, key]

    def _predicted(self, variant: Variant, k: int, otherwise: Mapping[str, Step], changes: Changes) -> Results:
        """The k-th answer of a student who makes this mistake; none, where it cannot be made with these shapes."""
        known = (variant, k, bool(otherwise))
        if known not in self.predicted:
            try:
                with np.errstate(all="ignore"):
                    self.predicted[known] = self.cases[k].results({**otherwise, **changes})
            except (ValueError, IndexError, TypeError):
                self.predicted[known] = {}
        return self.predicted[known]

    def _is(self, predicted: Results, answer: Results, key: str) -> bool:
        return (
            key in predicted and isinstance(answer.get(key), np.ndarray) and self._agrees(answer[key], predicted[key])
        )

    def _agrees(self, answer: np.ndarray, predicted: Any) -> bool:
        """Whether an answer is what a mistake predicts; where that is not finite, it is enough to be neither."""
        if np.isfinite(predicted).all():
            return self.accepts(answer, predicted)
        return same_shape(answer, predicted) and not np.isfinite(answer).all()
