"""How a mistake that nobody listed is made in a function, and how what is told of it is carried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop_course.checks.comparing import FUNCTION_TOLERANCE, close
from backprop_course.checks.edited import (
    Edited,
    Likeness,
    MistakenAnswer,
    Single,
    as_bytes,
    edited,
    gives,
    single_edits,
)
from backprop_course.checks.functions import judge_function
from backprop_course.checks.proof import mistaken_function
from backprop_course.checks.verdict import Part
from backprop_course.exercises import Case, Function, Functions
from backprop_course.exercises.kinds.quantities import sources_of
from backprop_course.misconceptions.points import STOPPED, ValuesAt, real


@edited.register(Function)
@edited.register(Functions)
def _of_functions(exercise: Function | Functions) -> tuple[Edited, ...]:
    return tuple(map(EditedFunction, exercise.written))


class EditedFunction(Edited):
    """A function: a mistake is made in every call."""

    def __init__(self, exercise: Function) -> None:
        self.exercise = exercise
        self._here = _ordinary(exercise.explained_on)
        self._fresh = _ordinary(tuple(exercise.cases(np.random.default_rng(1))))

    def singles(self) -> list[tuple[Single, str]]:
        """Those of an ordinary call; where its results have no fixed names, the same for each of them."""
        case = self._here[min(2, len(self._here) - 1)]
        point = ValuesAt(case.steps, case.values)
        made_from = sources_of(case.steps)
        here = frozenset().union(*(made_from[name] for name in case.asked.values()))
        about = [step.name for step in case.steps if step.name in here]
        local = bool(self.exercise.keys) or "" in case.asked
        return [(made, "") for made in single_edits(point, about, local)]

    def fingerprint(self, answer: MistakenAnswer) -> tuple[bytes, bytes] | None:
        """All that comes back, call by call; a call that stops gives nothing."""
        here, fresh = ([self._results(answer, case) or {} for case in cases] for cases in (self._here, self._fresh))
        if not any(here):
            return None
        one, other = (as_bytes(value for found in each for value in found.values()) for each in (here, fresh))
        return one, other

    def shows(self, answer: MistakenAnswer) -> bool:
        """In the calls that are explained."""
        return self._off(answer, self._here)

    def shows_elsewhere(self, answer: MistakenAnswer) -> bool:
        """In other calls."""
        return self._off(answer, self._fresh)

    def judged(self, answer: MistakenAnswer) -> tuple[Part, ...]:
        """The function as a student would have written it."""
        function = mistaken_function(self.exercise, answer.made)
        return judge_function(self.exercise, {self.exercise.name: function}, np.random.default_rng(0)).parts

    def likeness(self, answer: MistakenAnswer, told: Part) -> Likeness:
        """By any of the definitions that are right, the same one in all calls."""
        here, fresh = (self._ways(answer, told, cases) for cases in (self._here, self._fresh))
        both = [a and b for a, b in zip(here, fresh, strict=True)]
        return Likeness.EVERYWHERE if any(both) else Likeness.HERE if any(here) else Likeness.NOWHERE

    def _off(self, answer: MistakenAnswer, cases: Sequence[Case]) -> bool:
        for case in cases:
            results = self._results(answer, case)
            if results is None or any(not self._accepted(results[key], case, key) for key in case.asked):
                return True
        return False

    def _accepted(self, answer: Any, case: Case, key: str) -> bool:
        readings = [case, *(reading(case) for reading in self.exercise.readings)]
        rights = [right[key] for one in readings for right in (one.results(), one.right_otherwise) if right is not None]
        return any(
            np.shape(answer) == np.shape(right) and self._same(np.asarray(answer, dtype=float), right)
            for right in rights
        )

    def _same(self, answer: np.ndarray, right: Any) -> bool:
        accepts = self.exercise.accepts or (lambda a, b: close(a, b, 1.01 * FUNCTION_TOLERANCE))
        return bool(accepts(answer, right))

    def _results(self, answer: MistakenAnswer, case: Case) -> dict[str, Any] | None:
        try:
            with np.errstate(all="ignore"):
                found = case.results(answer.made.changes_in(case.steps))
                return {key: real(value) for key, value in found.items()}
        except STOPPED:
            return None

    def _ways(self, answer: MistakenAnswer, told: Part, cases: Sequence[Case]) -> list[bool]:
        """Whether what is told gives the results, by each definition that is right."""
        relative = 1e-4 if self.exercise.accepts else 1e-7
        ways = []
        for reading in (lambda case: case, *self.exercise.readings):
            same = []
            for case in cases:
                results = self._results(answer, case)
                if results is None:
                    break  # what comes after a call that stops is not looked at
                read = reading(case)
                point = ValuesAt(read.steps, read.values, {}, read.otherwise)
                keys = [told.name] if told.name in case.asked else list(case.asked)
                same += [gives(results[key], point, read.asked[key], told.because, relative) for key in keys]
            compared = [one for one in same if one is not None]
            ways.append(bool(compared) and all(compared))
        return ways


def _ordinary(cases: Sequence[Case]) -> tuple[Case, ...]:
    """The calls without whole numbers, which may be cut besides; all where there are no others."""
    return tuple(case for case in cases if case.in_floats() is None) or tuple(cases)
