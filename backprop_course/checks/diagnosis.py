"""Finds the mistake that explains a function's results: the one that gives the same in every call."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from backprop_course.checks.comparing import same_shape
from backprop_course.checks.evidence import Agreement, explanation, of_arrays
from backprop_course.checks.misfits import stopped_by
from backprop_course.checks.remembering import Searches
from backprop_course.checks.search import MOST_UNSOLVED, WrongPart
from backprop_course.core.trace import Step
from backprop_course.exercises import Case
from backprop_course.misconceptions import Variant, changes_by_variant
from backprop_course.misconceptions.combined import Explanation, Proportion, Scaled, SingleMistake
from backprop_course.misconceptions.points import STOPPED, ValuesAt
from backprop_course.misconceptions.registry import Changes

Results = dict[str, Any]
_LARGE = 60
"""From how many numbers on a call says no more of a mistake than one with more."""
_VERY_LARGE = 100.0
"""From there on numbers are given to see whether a function bears them."""
Accepts = Callable[[np.ndarray, Any], bool]
_SEARCHES = Searches()


class Diagnosis:
    """The mistakes that can be made in some calls, compared with what a student's function returned there.

    accepts: whether a result is right. explains: whether it is what a mistake gives; by default to the accuracy
    in which it was computed. warned: what each call warned of.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        answers: Sequence[Results],
        accepts: Accepts,
        explains: Accepts = of_arrays,
        warned: Sequence[str] = (),
    ) -> None:
        self.cases = cases
        self.answers = answers
        self.accepts = accepts
        self.explains = explains
        self.warned = warned or ("",) * len(cases)
        self.compared: dict[tuple[Variant, int, str, Accepts], bool] = {}
        self.explained: list[Explanation] = []
        self.unexplained = 0

    @cached_property
    def tables(self) -> list[Mapping[Variant, Changes]]:
        """For each call the ways to go wrong in it, with the steps that they change."""
        return [changes_by_variant(case.steps) for case in self.cases]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys that are asked in any call."""
        return tuple(dict.fromkeys(key for case in self.cases for key in case.asked))

    @cached_property
    def right_keys(self) -> list[str]:
        """The keys at which every call is right."""
        right = [{key: self._right(k, key) for key in case.asked} for k, case in enumerate(self.cases)]
        return [key for key in self.keys if all(found.get(key, True) for found in right)]

    def of(self, part: str, failing: int) -> Variant | None:
        """The mistake that gives this part ("" for the whole) in every call, and contradicts no part that is right.

        Best the one that gives most of what else is wrong. failing: the number of a call in which the part is
        wrong, where most mistakes are ruled out at once. Calls with whole numbers do not count where others are
        wrong: these may be cut besides.
        """
        order = sorted(self._floats(failing), key=lambda k: k != failing)
        asked = {
            key: [(k, one) for k in order for one in self.cases[k].asked if not key or one == key]
            for key in (part, *self.keys)
        }

        def given(variant: Variant, key: str, same: Accepts) -> bool:
            return all(self._same(variant, k, one, same) for k, one in asked[key])

        return explanation(
            self.tables[failing],
            part,
            [key for key in self.keys if key not in self.right_keys] if part else (),
            self.right_keys if part else (),
            lambda variant, key: Agreement.FULL if given(variant, key, self.explains) else Agreement.NONE,
            lambda variant, key: not given(variant, key, self.accepts),
        )

    def searched(self, part: str, failing: int, far: bool = False) -> Explanation | None:
        """What explains a wrong part that no listed mistake explains: an edit, a factor, two listed mistakes.

        far: two mistakes of any kind, which takes long to look for.
        """
        order = sorted(self._floats(failing), key=lambda k: k != failing)
        whole = not part and "" not in self.keys
        listed = [(k, key) for k in order for key in (self.cases[k].asked if whole else [part])]
        listed = [(k, key) for k, key in listed if key in self.cases[k].asked]
        if not listed or not all(isinstance(self.answers[k].get(key), np.ndarray) for k, key in listed):
            return None
        # The largest call says most: what is one example has no mean, what is one unit no sum; and of its like one in
        # which no quantity is 0 or the same as another. But where numbers are so large that exp has no number for them,
        # some ways to write what is right have none either.
        listed.sort(key=lambda one: _point(self.cases[one[0]]).alike)
        listed.sort(key=lambda one: self._size(one[0]), reverse=True)
        listed.sort(key=lambda one: (self._right(*one), not self._ordinary(*one)))
        question = self._question(listed, whole)
        question.before, question.thorough = self.explained, not self.unexplained
        if self.unexplained >= MOST_UNSOLVED:
            with np.errstate(all="ignore"):
                return None if far else question.again()
        compared = *self.cases, *self.explained
        asked = part, failing, len(self.cases), question.thorough, far
        found = _SEARCHES.found(asked, compared, self.answers, question.far if far else question.near)
        if found:
            self.explained.append(found)
        self.unexplained += far and not found
        return found

    def stopped(self, message: str, case: Case) -> SingleMistake | None:
        """What explains that the call after these stopped with shapes that do not fit."""
        listed = [(k, key) for k, one in enumerate(self.cases) for key in one.asked]
        if not all(isinstance(self.answers[k].get(key), np.ndarray) for k, key in listed):
            return None
        question = self._question(listed, True)
        question.points = [_point(case), *question.points]
        question.targets = [next(iter(case.asked.values())), *question.targets]
        question.answers = [np.nan, *question.answers]
        return stopped_by(message, question, list(case.asked.values()))

    def _question(self, listed: Sequence[tuple[int, str]], whole: bool) -> WrongPart:
        """The answers at these keys of these calls. whole: whether all that is asked is one part."""
        made = {k: _point(self.cases[k]) for k, _ in listed}

        def contradicted(number: int, changes: Changes) -> bool:
            k = listed[number][0]
            try:
                return not all(
                    self._agrees(self.answers[k][key], made[k].predicted(changes, asked), self.accepts)
                    for key, asked in self.cases[k].asked.items()
                    if key in self.right_keys
                )
            except STOPPED:
                return True

        return WrongPart(
            [made[k] for k, _ in listed],
            [self.cases[k].asked[key] for k, key in listed],
            [self.answers[k][key] for k, key in listed],
            lambda answer, value: self._agrees(answer, value, self.explains),
            lambda answer, value: self._agrees(answer, value, self.accepts),
            (lambda number, changes: False) if whole else contradicted,
            local=not whole,
            visible={step.name for k in made for step in self.cases[k].steps if step.kind},
        )

    def _ordinary(self, k: int, key: str) -> bool:
        """Whether the k-th call is given no very large numbers, and its answer at a key is finite."""
        given = [value for value in self.cases[k].values.values() if isinstance(value, np.ndarray | float)]
        return bool(np.isfinite(self.answers[k][key]).all()) and all(np.all(np.abs(one) < _VERY_LARGE) for one in given)

    def _size(self, k: int) -> tuple[int, int]:
        """How many axes and numbers a call is given, up to where more say no more."""
        shapes = [np.shape(value) for value in self.cases[k].values.values() if isinstance(value, np.ndarray)]
        return max(map(len, shapes), default=0), min(sum(int(np.prod(shape)) for shape in shapes), _LARGE)

    def _floats(self, failing: int) -> Sequence[int]:
        """The calls that count: not those with whole numbers where others are wrong, too."""
        floats = [k for k, case in enumerate(self.cases) if case.in_floats() is None]
        return floats if failing in floats else range(len(self.cases))

    def turned(self, part: str) -> bool:
        """Whether a wrong part has the right size in every call, and everywhere the wrong sign."""
        turned = [
            isinstance(answer.get(key), np.ndarray)
            # Both ways: a small relative error may be any small number.
            and self._agrees(answer[key], -np.asarray(result, dtype=float), self.accepts)
            and self._agrees(-answer[key], result, self.accepts)
            for case, answer in zip(self.cases, self.answers, strict=True)
            for key, result in case.results().items()
            if (not part or key == part) and np.any(np.asarray(result) != 0)
        ]
        return bool(turned) and all(turned)

    def right(self) -> int:
        """How many of the answers are right in every part."""
        return sum(all(self._right(k, key) for key in case.asked) for k, case in enumerate(self.cases))

    def _right(self, k: int, key: str) -> bool:
        case, answer = self.cases[k], self.answers[k]
        readings = (case.results(), case.right_otherwise)
        return any(self._is(result, answer, key, self.accepts) for result in readings if result is not None)

    def _same(self, variant: Variant, k: int, key: str, same: Accepts) -> bool:
        """Whether the k-th answer has at that key what the mistake gives; computed once, where it is asked."""
        known = (variant, k, key, same)
        if known not in self.compared:
            changes = self.tables[k].get(variant, {})
            found = self._is(self._predicted(variant, k, {}, changes), self.answers[k], key, same)
            if not found and self.cases[k].otherwise:
                # With the other choice at a kink the same mistake may give something else.
                other = self._predicted(variant, k, self.cases[k].otherwise, changes)
                found = self._is(other, self.answers[k], key, same)
            if found and not np.isfinite(self.answers[k][key]).all():
                found = self._warns_alike(variant, k)
            self.compared[known] = found
        return self.compared[known]

    def _predicted(self, variant: Variant, k: int, otherwise: Mapping[str, Step], changes: Changes) -> Results:
        """The k-th answer of a student who makes this mistake; none, where it cannot be made with these shapes."""
        case, way = self.cases[k], (variant, bool(otherwise))
        if way not in case.mistaken:
            try:
                with np.errstate(all="ignore"):
                    case.mistaken[way] = case.results({**otherwise, **changes})
            except STOPPED:
                case.mistaken[way] = {}
        return case.mistaken[way]

    def _warns_alike(self, variant: Variant, k: int) -> bool:
        """Whether what the student's call warned of first is among what this mistake makes NumPy warn of."""
        if not self.warned[k]:
            return True
        with warnings.catch_warnings(record=True) as found, np.errstate(divide="warn", over="warn", invalid="warn"):
            warnings.simplefilter("always")
            self.cases[k].results(self.tables[k].get(variant, {}))
        return any(self.warned[k] in " ".join(str(warning.message).split()) for warning in found)

    def _is(self, predicted: Results, answer: Results, key: str, same: Accepts) -> bool:
        there = key in predicted and isinstance(answer.get(key), np.ndarray)
        return there and self._agrees(answer[key], predicted[key], same)

    def _agrees(self, answer: np.ndarray, predicted: Any, same: Accepts) -> bool:
        """Whether an answer is what a mistake predicts; where that is not finite, it must be so in the same entries."""
        finite = np.isfinite(predicted)
        if finite if isinstance(predicted, float) else finite.all():
            return same(answer, predicted)
        return same_shape(answer, predicted) and bool(
            (np.isfinite(answer.reshape(np.shape(predicted))) == finite).all()
        )


def _point(case: Case) -> ValuesAt:
    return ValuesAt(case.steps, case.values, {}, case.otherwise)


def shows(found: Explanation | None, case: Case, answer: Results, key: str, same: Accepts) -> bool:
    """Whether a call shows what explains a wrong part, not something else besides."""
    if found is None or isinstance(found, Scaled | Proportion):
        return True
    try:
        with np.errstate(all="ignore"):
            return same(answer[key], _point(case).predicted(found.changes_in(case.steps), case.asked[key]))
    except STOPPED:
        return False
