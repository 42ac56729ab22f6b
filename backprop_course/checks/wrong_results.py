"""What makes a function's results wrong, or stops it: a listed mistake, a fact that shows, a slip, how it behaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from backprop_course.calling.guard import Raised
from backprop_course.calling.repairs import Repair
from backprop_course.checks import probes
from backprop_course.checks.called import FunctionCalls
from backprop_course.checks.diagnosis import Diagnosis, Results
from backprop_course.checks.evidence import of_arrays
from backprop_course.checks.repairing import Given, Repairs, sentence, told
from backprop_course.checks.results import Failure, named, results_of
from backprop_course.checks.showing import only_first_entry
from backprop_course.exercises import Case
from backprop_course.misconceptions import Variant
from backprop_course.misconceptions.combined import Explanation, SingleMistake

_READINGS = 4
"""In how many of the definitions that are right a mistake is looked for that nobody has listed."""


class WrongResults(FunctionCalls):
    """The calls of a function that is not right, and what is said of them."""

    def diagnosis(self, cases: list[Case], answers: list[Results], warned: list[str] | None = None) -> Diagnosis:
        """The answers in these calls, ready to be compared with what mistakes give."""
        # What is right only roughly, as a difference quotient is, is compared as roughly.
        explains = self.exercise.accepts or of_arrays
        return Diagnosis(cases, answers, self.accepts, explains, warned[: len(cases)] if warned else ())

    def why(
        self, key: str, entry: str, failing: int, readings: Sequence[Diagnosis]
    ) -> tuple[str, str | None, Explanation | None]:
        """Why a part is wrong, in words, the kind of edit, and the mistake: a listed one, a fact, a slip, a behaviour.

        key: of the results, "" for all of them; entry: where it shows in the call with the number `failing`.
        readings: the answers by every definition that is right, the best one first.
        """
        found: Explanation | None = _first(reading.of(key, failing) for reading in readings)
        where, edit = (found.told, found.edit) if found else self._fact_of(key, failing, readings[0])
        if not where:
            found = self._searched(key, failing, readings)
            if not found and (told_so := self._repaired(key, adding=False)):
                return *told_so, None  # one change of what stands there is less than two mistakes
            found = found or self._searched(key, failing, readings, far=True)
            where, edit = (found.told, found.edit) if found else self._behaviour(entry, readings[0])
            if not where:
                where, edit = self._repaired(key, adding=True) or ("not right.", None)
        return where, edit, found

    def explained(self, failure: Failure, diagnosis: Diagnosis, k: int, case: Case) -> Failure:
        """A warning or an exception, in the k-th call, with what is behind it where that is known; else as it is."""
        if failure.answer is None and self.right_with_floats(case):
            return Failure("wrong", f"{named('whole-numbers-cut')}\n{failure.message}", "whole-numbers-cut")
        if failure.raised and self.explains:
            if found := diagnosis.stopped(failure.raised.message, case):
                said = f"{found.told}\n{failure.message}" if found.misconception else _such_an_error(found, failure)
                return Failure(failure.status, said, found.misconception, raised=failure.raised, edit=found.edit)
            turned = probes.in_another_order(case, self._answered, self.accepts) if self.in_time else ""
            if turned and not failure.misconception:
                return Failure("wrong", f"{turned}\n{failure.message}", edit="behaviour")
            repairs = [] if failure.misconception else self._repairs("", case)
            if repairs:
                first, *rest = failure.message.split("\n")
                message = "\n".join([first, sentence(told(repairs, self.exercise.name)), *rest])
                return Failure(failure.status, message, raised=failure.raised, edit=repairs[0].kind)
        if failure.answer is None:
            return failure
        variant = diagnosis.of("", k)
        where = variant.told if variant else named("warns")
        return Failure(
            "wrong",
            f"{where}\n{failure.message}",
            variant.misconception if variant else "warns",
            answer=failure.answer,
        )

    def _fact_of(self, key: str, failing: int, diagnosis: Diagnosis) -> tuple[str, str | None]:
        """What is true of a wrong part before anything is looked for, and its kind; "" where nothing is."""
        if diagnosis.turned(key):
            return "the size is right, the sign is not.", "sign"
        for one in [key] if key else list(self.cases[failing].asked):
            if only_first_entry(diagnosis.answers[failing].get(one), self.cases[failing].results()[one]):
                return "not right.\nOnly the first entry is there: is the return inside the loop?", "first entry"
            if clause := probes.constant(self.cases, diagnosis.answers, one):
                return f"{clause}.", "constant"
        return "", None

    def _behaviour(self, entry: str, diagnosis: Diagnosis) -> tuple[str, str | None]:
        """What explains a wrong part by how the function behaves, and that it does; "not right." where nothing does."""
        clause = ""
        if self.in_time:
            calls = diagnosis.cases, diagnosis.answers
            clause = probes.behaviour(self.exercise, *calls, entry, self._answered, self.accepts)
        return (f"{clause}{'' if clause.endswith('?') else '.'}", "behaviour") if clause else ("", None)

    def _searched(self, key: str, failing: int, readings: Sequence[Diagnosis], far: bool = False) -> Explanation | None:
        """What a search finds by some of the definitions that are right."""
        return _first(reading.searched(key, failing, far) for reading in readings[:_READINGS])

    def _repaired(self, key: str, adding: bool) -> tuple[str, str | None] | None:
        """By which change of the student's own source a part becomes right, and its kind; None where none does.

        adding: whether changes count, too, that put in what was nowhere.
        """
        found = self._repairs(key)
        if not found or (found[0].adds and not adding):
            return None
        return f"not right; {told(found, self.exercise.name)}.", found[0].kind

    def _repairs(self, key: str, first: Case | None = None) -> list[Repair]:
        """The changes of the source that make it right at a key in every call, those after one that fails too.

        key: "" for all of them. first: the call that every change is tried in; else one that is neither the simplest,
        in which much is right by chance, nor the largest, which takes long.
        """
        if not self.in_time:
            return []
        if self.repairs is None:
            by_size = sorted(self.drawn, key=_size)
            first = first or by_size[len(by_size) // 4]
            cases = [first, *(one for one in self.drawn if one is not first)]
            self.repairs = Repairs(self.exercise, self.function, cases)
        readings = (lambda case: case, *self.exercise.readings)
        found = (self.repairs.that_make(partial(self._is_right, key, reading)) for reading in readings)
        return next(filter(None, found), [])

    def _is_right(self, key: str, reading: Callable[[Case], Case], case: Case, given: Given) -> bool:
        """Whether what came of a call is right at a key, "" for all, by one of the definitions that are right."""
        if isinstance(given[1], Raised):
            return False
        try:
            answer = results_of(self.exercise, case, *given, self.namespace)
        except Failure:
            return False
        read = reading(case)
        return bool(key and key not in read.asked) or self.problem(read, answer, key) is None

    def _answered(self, case: Case) -> Results | None:
        """What the function gives for one more case; None where it does not come back with that."""
        try:
            return self.answer_of(case, *next(self.called([case])))
        except (Failure, StopIteration):
            return None


def _first(found: Iterable[Explanation | None]) -> Explanation | None:
    """The first of what may explain a part."""
    return next((one for one in found if one is not None), None)


def _size(case: Case) -> int:
    """How much a call has to do: how many numbers it is given, how many steps it is to take."""
    given = case.arguments.values()
    return sum(one.size if isinstance(one, np.ndarray) else one if type(one) is int else 1 for one in given)


def _such_an_error(found: SingleMistake, failure: Failure) -> str:
    """An error, and by which change of the right equations it comes about."""
    first, *rest = failure.message.split("\n")
    return "\n".join([first, f"The same two shapes meet if {_clause(found)}.", *rest])


def _clause(found: SingleMistake) -> str:
    return "" if isinstance(found, Variant) else f"{found.clause}{found.where}"
