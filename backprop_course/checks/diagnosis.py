"""Finds the mistake that explains a function's results: the one that gives the same in every call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from backprop_course.checks.comparing import same_shape
from backprop_course.exercises import Case
from backprop_course.misconceptions import Variant, variants
from backprop_course.misconceptions.registry import Changes

Results = dict[str, Any]
Accepts = Callable[[np.ndarray, Any], bool]


class Diagnosis:
    """The mistakes that can be made in some calls, compared with what a student's function returned there."""

    def __init__(self, cases: Sequence[Case], answers: Sequence[Results], accepts: Accepts) -> None:
        self.cases = cases
        self.answers = answers
        self.accepts = accepts
        self.compared: dict[tuple[Variant, int], dict[str, bool]] = {}

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
            explained = 0
            for k in order:
                same = self._same(variant, k)
                if not (same.get(part) if part else all(same.values())):
                    break
                explained += sum(same.values())
            else:
                if explained > most:
                    best, most = variant, explained
        return best

    def right(self) -> int:
        """How many of the answers are right in every part."""
        found = zip(self.cases, self.answers, strict=True)
        return sum(all(self._compare(case.results(), answer).values()) for case, answer in found)

    def _same(self, variant: Variant, k: int) -> dict[str, bool]:
        """Which parts of the k-th answer are what the mistake gives."""
        if (variant, k) not in self.compared:
            self.compared[variant, k] = self._carried_out(variant, k)
        return self.compared[variant, k]

    def _carried_out(self, variant: Variant, k: int) -> dict[str, bool]:
        changes = self.tables[k].get(variant, {})
        same = self._predicted(k, changes)
        if self.cases[k].otherwise and not all(same.values()):
            # With the other choice at a kink the same mistake may give something else.
            other = self._predicted(k, {**self.cases[k].otherwise, **changes})
            same = {key: same[key] or other.get(key, False) for key in same}
        return same

    def _predicted(self, k: int, changes: Changes) -> dict[str, bool]:
        try:
            with np.errstate(all="ignore"):
                predicted = self.cases[k].results(changes)
        except (ValueError, IndexError, TypeError):
            return {"": False}  # the mistake cannot be made with these shapes
        return self._compare(predicted, self.answers[k])

    def _compare(self, predicted: Results, answer: Results) -> dict[str, bool]:
        return {
            key: isinstance(answer.get(key), np.ndarray) and self._agrees(answer[key], value)
            for key, value in predicted.items()
        }

    def _agrees(self, answer: np.ndarray, predicted: Any) -> bool:
        """Whether an answer is what a mistake predicts; where that is not finite, it is enough to be neither."""
        if np.isfinite(predicted).all():
            return self.accepts(answer, predicted)
        return same_shape(answer, predicted) and not np.isfinite(answer).all()
