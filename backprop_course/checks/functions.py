"""Judges exercises of kind *function*: calls it on cases drawn anew, and explains the smallest failure."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from backprop_course.checks.behaviour import changed, numbers_from_outside, steps_taken
from backprop_course.checks.comparing import agrees, same_shape
from backprop_course.checks.diagnosis import Diagnosis, Results
from backprop_course.checks.evidence import of_arrays
from backprop_course.checks.guard import Raised, Returned, Stopwatch, call_each
from backprop_course.checks.reading import Unreadable, arrays, describe
from backprop_course.checks.showing import call_text, form, likely_cause, number
from backprop_course.checks.verdict import Part, Status, Verdict
from backprop_course.exercises import Case, Function
from backprop_course.misconceptions import MISCONCEPTIONS

SECONDS = 5.0
"""How long a student's function may run in one check, all calls together."""
_SMALLER = 40
"""How many further calls may be spent on looking for a smaller failure."""


def judge_function(exercise: Function, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
    """The verdict on a function of a notebook."""
    return _Judge(exercise, rng).verdict(namespace)


class _Failure(Exception):
    """The function cannot be judged part by part; what to say of all parts."""

    def __init__(
        self, status: Any, message: str, misconception: str | None = None, answer: Results | None = None
    ) -> None:
        self.status, self.message, self.misconception = status, message, misconception
        self.answer = answer  # what came back all the same, with a warning


class _Judge:
    def __init__(self, exercise: Function, rng: np.random.Generator) -> None:
        self.exercise = exercise
        self.cases = list(exercise.cases(rng))
        self.watch = Stopwatch(SECONDS)
        self.function: Any = None
        self.printed = ""

    def verdict(self, namespace: Mapping[str, object]) -> Verdict:
        try:
            self.function = namespace.get(self.exercise.name)
            if self.function is None:
                raise _Failure("missing", f"no function called {self.exercise.name} yet.")
            if not callable(self.function):
                raise _Failure("invalid", f"is {describe(self.function)}; a function is expected.")
            parts = self._parts()
        except _Failure as failure:
            parts = tuple(
                Part(name, failure.status, failure.misconception, failure.message) for name in self.exercise.parts
            )
        looped = bool(self.exercise.looped)
        # One function: what is wrong in it first may well be what is wrong in all of it.
        wrong = [part for part in parts if part.status == "wrong"]
        parts = tuple(replace(p, after=wrong[0].name) if p in wrong[1:] else p for p in parts)
        each = (self.exercise.points - looped) / (len(parts) - looped)
        right = [part.name for part in parts if part.status == "right"]
        # The point for doing without a loop is for doing what was asked without one.
        done = looped and len(right) == len(parts)
        points = float(each * sum(name in (self.exercise.keys or (self.exercise.name,)) for name in right) + done)
        notes = [f"Your function prints: {self.printed.strip()[:200]}"] if self.printed.strip() else []
        outside = numbers_from_outside(self.function, namespace) if len(right) < len(parts) else []
        if outside:
            notes.append(f"Your function uses {', '.join(outside)} from outside; it may need its own.")
        return Verdict(self.exercise.id, parts, points, self.exercise.points, tuple(notes))

    def _parts(self) -> tuple[Part, ...]:
        answers: list[Results] = []
        warned: list[str] = []
        failure = None
        well = len(self.cases)
        for k, (case, called) in enumerate(zip(self.cases, self._called(self.cases), strict=False)):
            warned.append(called[1].warning if isinstance(called[1], Returned) else "")
            try:
                answers.append(self._answer(case, *called))
            except _Failure as found:
                failure, well = failure or found, min(well, k)
                if found.answer is None:
                    break
                answers.append(found.answer)
        cases = self.cases[: len(answers)]
        # What comes back and is wrong in a small case says more than what fails in a later, larger one.
        self.cases = self.cases[:well]
        diagnosis, *others = self._readings(answers[:well])
        self.cases = list(diagnosis.cases)
        parts: tuple[Part, ...] = ()
        for key in (self.exercise.keys or ("",)) if self.cases else ():
            # One small example is enough to read: that of the first thing wrong.
            parts = (*parts, self._part(key, diagnosis, others, all(part.status == "right" for part in parts)))
        if failure and all(part.status == "right" for part in parts):
            raise self._explained(failure, self._diagnosis(cases, answers, warned), well)
        if self.exercise.looped:
            parts = (
                *parts,
                self._without_loop() if not failure else Part(self.exercise.parts[-1], "missing", None, ""),
            )
        return parts

    def _readings(self, answers: list[Results]) -> list[Diagnosis]:
        """The answers compared by every definition that is right, that by which most are right first."""
        found: list[Diagnosis] = []
        for read in (None, *self.exercise.readings):
            cases = [read(case) for case in self.cases] if read else self.cases
            found.append(self._diagnosis(cases, answers))
            if self.exercise.readings and found[-1].right() == len(cases):
                return found[-1:]
        return sorted(found, key=Diagnosis.right, reverse=True) if len(found) > 1 else found

    def _diagnosis(self, cases: list[Case], answers: list[Results], warned: list[str] | None = None) -> Diagnosis:
        # What is right only roughly, as a difference quotient is, is compared as roughly.
        explains = self.exercise.accepts or of_arrays
        return Diagnosis(cases, answers, self._accepts, explains, warned[: len(cases)] if warned else ())

    def _called(self, cases: list[Case]) -> Iterator[tuple[dict[str, Any], Returned | Raised]]:
        """The function called with each case, up to the first that does not come back: its arguments, what came."""
        given = [copy.deepcopy(dict(case.arguments)) for case in cases]
        return zip(
            given,
            call_each(self.function, given, [partial(self._read, case) for case in cases], self.watch),
            strict=False,
        )

    def _answer(self, case: Case, arguments: dict[str, Any], outcome: Returned | Raised) -> Results:
        """The results by key of one call; raises _Failure where there are none."""
        shown = partial(call_text, self.exercise.name, case)  # written out where it is needed: that takes its time
        if isinstance(outcome, Raised):
            if outcome.kind == "NotImplementedError":
                raise _Failure("missing", "not written yet.")
            facts = f"{shown()} does not come back.\n{outcome}"
            if outcome.kind == "ValueError" and re.search("matmul|shapes|broadcast", outcome.message):
                facts += (
                    "\nWrite the shapes of both sides next to each other: is a transpose missing, or wrong there? "
                    "Has a sum lost an axis (keepdims=True keeps it)?"
                )
            elif outcome.kind == "TypeError" and "arrays can be converted" in outcome.message:
                facts += "\nFunctions of `math` take one number; for a whole array there are those of NumPy, as np.exp."
            elif outcome.kind == "AxisError":
                facts += "\nCount the axes of what comes in here. The last one is axis=-1, however many there are."
            raise _Failure("invalid", facts)
        self.printed = self.printed or outcome.printed
        touched = changed(case.arguments, arguments)
        if touched:
            raise _Failure("wrong", named("argument-changed") + f"\n{shown()} changes {touched}.", "argument-changed")
        results = self._results(case, outcome, shown)
        if outcome.warning and self.exercise.silent:
            raise _Failure("wrong", f"{shown()} warns: {outcome.warning}.", "warns", results)
        return results

    def _explained(self, failure: _Failure, diagnosis: Diagnosis, k: int) -> _Failure:
        """A warning, with the mistake behind it where that is known; another failure as it is."""
        if failure.answer is None:
            return failure
        variant = diagnosis.of("", k)
        where = variant.told if variant else named("warns")
        return _Failure("wrong", f"{where}\n{failure.message}", variant.misconception if variant else "warns")

    def _read(self, case: Case, value: Any) -> object:
        """What a call gives, as plain arrays; where that is to be a function, what this one gives."""
        if case.then is not None:
            if not callable(value):
                return Unreadable(
                    f"is nothing yet: {self.exercise.name} must return a function, not {describe(value)}."
                )
            value = value(*case.then)
        if not self.exercise.returns:
            return arrays(value)
        names = self.exercise.returns
        entries: tuple[object, ...] = tuple(value) if type(value) in (tuple, list) else ()
        if len(entries) != len(names):
            return Unreadable(f"is {describe(value)}; a tuple ({', '.join(names)}) is expected.")
        found: dict[str, object] = {}
        for name, entry in zip(names, entries, strict=True):
            read = arrays(entry)
            if isinstance(read, dict) == (name in case.asked):
                return Unreadable(f"has {describe(entry)} for {name}; have two results changed places?")
            found.update(read if isinstance(read, dict) else {name: read})
        return found

    def _without_loop(self) -> Part:
        """Whether twice the size takes no more steps of Python code; judged on the last two cases."""
        name = self.exercise.parts[-1]
        small, large = (steps_taken(self.function, case.arguments, self.watch) for case in self.cases[-2:])
        if large <= 1.2 * small + 20:
            return Part(name, "right")
        sizes = f"{small} steps of Python for the smaller batch, {large} for the larger one"
        return Part(name, "wrong", "loop-over-batch", f"{named('loop-over-batch')}\nIt takes {sizes}.")

    def _results(self, case: Case, outcome: Returned, shown: Callable[[], str]) -> Results:
        value = outcome.value
        if value is None:
            raise _Failure("invalid", f"{shown()} returns None.\nDoes the function end with a return?")
        if "" in case.asked:
            if isinstance(value, Unreadable):
                raise _Failure("invalid", f"What {shown()} returns {value.message}")
            if isinstance(value, dict):
                raise _Failure("invalid", f"{shown()} returns a dict; {form(case.results()[''])} is expected.")
            return {"": value}
        if not isinstance(value, dict):
            what = value.message if isinstance(value, Unreadable) else f"is an array of shape {value.shape};"
            keys = ", ".join(repr(key) for key in case.asked)
            returns = self.exercise.returns
            expected = f"a tuple ({', '.join(returns)})" if returns else f"a dict with {keys}"
            found = what.split(";")[0].rstrip(".")
            raise _Failure("invalid", f"What {shown()} returns {found}; {expected} is expected.")
        return value

    def _part(self, key: str, diagnosis: Diagnosis, others: list[Diagnosis], smallest: bool) -> Part:
        """The verdict on one key of the results; "" is the whole result of a function with no fixed keys.

        others: by the other definitions that are right; a mistake may have been made in one of those.
        smallest: whether to look for the smallest call that shows what is wrong.
        """
        name = key or self.exercise.name
        problems = [
            self._problem(case, answer, key) for case, answer in zip(self.cases, diagnosis.answers, strict=True)
        ]
        found = next(((k, problem) for k, problem in enumerate(problems) if problem), None)
        if found is None:
            return Part(name, "right")
        failing, (status, entry) = found
        case, answer = self.cases[failing], diagnosis.answers[failing]
        if status in ("missing", "invalid"):
            return Part(name, status, None, self._fact(case, answer, entry))
        if smallest:
            case, answer, entry = self._smallest(key, case, answer, entry)
        variant = next(filter(None, (reading.of(key, failing) for reading in (diagnosis, *others))), None)
        where = variant.told if variant else diagnosis.fact(key)
        fact = self._fact(case, answer, entry)
        return Part(name, "wrong", variant.misconception if variant else None, f"{where}\n{fact}")

    def _problem(self, case: Case, answer: Results, part: str) -> tuple[Status, str] | None:
        """Whether a part of an answer is missing, invalid or wrong, and at which key; None where it is right."""
        expected = case.results()
        for key in [part] if part else list(case.asked):
            if key not in answer:
                return "missing", key
            value = answer[key]
            if isinstance(value, Unreadable):
                return "invalid", key
            if not (np.isfinite(value).all() and same_shape(value, expected[key])):
                return "wrong", key
            if not self._accepts(value, expected[key]):
                return "wrong", key
        return None

    def _fact(self, case: Case, answer: Results, key: str) -> str:
        """What shows that an answer is wrong at that key."""
        call_shown = call_text(self.exercise.name, case)
        if key not in answer:
            keys = ", ".join(repr(k) for k in answer) or "none"
            return f"no such key in the result of {call_shown}; its keys are {keys}."
        value, expected = answer[key], case.results()[key]
        shown = f"{call_shown}{f'[{key!r}]' if key else ''}"
        if isinstance(value, Unreadable):
            return f"{shown} {value.message}"
        if not np.isfinite(value).all():
            return f"{shown} is not finite: {number(value)}."
        if not same_shape(value, expected):
            fact = f"{shown} has shape {value.shape}; {form(expected)} is expected."
            return "\n".join(filter(None, [fact, likely_cause(value, expected)]))
        return "\n".join(filter(None, [f"{shown} gives {number(value)}.", self.exercise.verify(case, key)]))

    def _accepts(self, answer: np.ndarray, value: Any) -> bool:
        return (self.exercise.accepts or agrees)(answer, value)

    def _smallest(self, part: str, case: Case, answer: Results, entry: str) -> tuple[Case, Results, str]:
        """A simpler call that fails too, found by making one argument simpler at a time."""
        calls = 0
        while True:
            for smaller in case.smaller():
                calls += 1
                if calls > _SMALLER:
                    return case, answer, entry
                try:
                    simpler = self._answer(smaller, *next(self._called([smaller])))
                except _Failure:
                    continue
                problem = self._problem(smaller, simpler, part)
                if problem and problem[0] == "wrong":
                    case, answer, entry = smaller, simpler, problem[1]
                    break
            else:
                return case, answer, entry


def named(misconception: str) -> str:
    """A mistake's name and its hint."""
    mistake = MISCONCEPTIONS[misconception]
    return f"{mistake.name}.\n{mistake.hint}"
