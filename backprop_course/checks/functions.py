"""Judges exercises of kind *function*: calls it on cases drawn anew, and explains the smallest failure."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from backprop_course.calling.behaviour import numbers_from_outside, repetitions
from backprop_course.calling.guard import Raised, Returned, Stopwatch, call_each
from backprop_course.calling.reading import Unreadable
from backprop_course.checks import results
from backprop_course.checks.comparing import agrees, same_shape
from backprop_course.checks.diagnosis import Diagnosis, Results
from backprop_course.checks.evidence import of_arrays
from backprop_course.checks.following import followed
from backprop_course.checks.judging import verdict_on
from backprop_course.checks.results import Failure, calls, keys_told, named, no_function, results_of
from backprop_course.checks.showing import call_text, form, likely_cause, off_by, only_first_entry, shown_number
from backprop_course.checks.verdict import Part, Status, Verdict
from backprop_course.exercises import Case, Function, Functions

SECONDS = 5.0
"""How long a student's function may run in one check, all calls together."""
_SMALLER = 40
"""How many further calls may be spent on looking for a smaller failure."""
_SEEN = 0.01
"""How far off an answer must be, of the largest entry, to be a good example."""


@verdict_on.register(Function)
def judge_function(
    exercise: Function,
    namespace: Mapping[str, object],
    rng: np.random.Generator,
    known: dict[str, Verdict] | None = None,
) -> Verdict:
    """The verdict on a function of a notebook. known: those on functions that it may use, kept from call to call."""
    judge = _Judge(exercise, namespace, rng)
    parts = judge.parts(namespace.get(exercise.name))
    if not judge.in_time or all(part.status in ("right", "missing") for part in parts):
        return judge.verdict(parts)
    known = {} if known is None else known

    def again(function: Any) -> tuple[Part, ...]:
        return _Judge(exercise, namespace, rng).parts(function)

    def of_helper(helper: Function) -> Verdict:
        if helper.name not in known:
            known[helper.name] = judge_function(helper, namespace, rng, known)
        return known[helper.name]

    parts, note = followed(exercise, judge.function, parts, again, of_helper)
    return judge.verdict(parts, note)


@verdict_on.register(Functions)
def judge_functions(exercise: Functions, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
    """The verdict on several functions, each judged by itself."""
    verdicts = [judge_function(function, namespace, rng) for function in exercise.functions]
    return Verdict(
        exercise.id,
        tuple(part for verdict in verdicts for part in verdict.parts),
        float(sum(verdict.points for verdict in verdicts)),
        exercise.points,
        tuple(note for verdict in verdicts for note in verdict.notes),
    )


class _Judge:
    def __init__(self, exercise: Function, namespace: Mapping[str, object], rng: np.random.Generator) -> None:
        self.exercise = exercise
        self.namespace = namespace
        self.rng = rng
        self.cases = list(exercise.cases(rng))
        self.watch = Stopwatch(SECONDS)
        self.function: Any = None
        self.printed = ""
        self.in_time = True

    def parts(self, function: Any) -> tuple[Part, ...]:
        """The verdict on every part of what a function gives."""
        try:
            self.function = function
            if nothing := no_function(self.exercise, function, self.namespace):
                raise nothing
            return self._parts()
        except Failure as failure:
            return tuple(
                Part(name, failure.status, failure.misconception, failure.message) for name in self.exercise.parts
            )

    def verdict(self, parts: tuple[Part, ...], note: str = "") -> Verdict:
        """Parts with their points, and what else is to be said."""
        looped = bool(self.exercise.looped)
        # One example is enough to read; of the others what is wrong is told, where that is known.
        wrong = [part for part in parts if part.status == "wrong"]
        parts = tuple(replace(p, message=_without_example(p)) if p in wrong[1:] else p for p in parts)
        each = (self.exercise.points - looped) / (len(parts) - looped)
        right = [part.name for part in parts if part.status in ("right", "follows")]
        # The point for doing without a loop is for doing what was asked without one.
        done = looped and len(right) == len(parts)
        points = float(each * sum(name in (self.exercise.keys or (self.exercise.name,)) for name in right) + done)
        notes = [note] if note else []
        if self.printed.strip():
            notes.append(f"Your function prints: {self.printed.strip()[:200]}")
        outside = numbers_from_outside(self.function, self.namespace) if len(right) < len(parts) else []
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
            except Failure as found:
                failure, well = failure or found, min(well, k)
                if found.answer is None:
                    break
                answers.append(found.answer)
        if failure and failure.unwritten:
            raise failure
        failing_case = self.cases[well] if failure else None
        cases = self.cases[: len(answers)]
        # What comes back and is wrong in a small case says more than what fails in a later, larger one.
        self.cases = self.cases[:well]
        diagnosis, *others = self._readings(answers[:well])
        self.cases = list(diagnosis.cases)
        parts: tuple[Part, ...] = ()
        for key in (self.exercise.keys or ("",)) if self.cases else ():
            # One small example is enough to read: that of the first thing wrong.
            parts = (*parts, self._part(key, diagnosis, others, all(part.status == "right" for part in parts)))
        if failure and failing_case:
            if all(part.status == "right" for part in parts):
                failure = self._explained(failure, self._diagnosis(cases, answers, warned), well)
                if failure.answer is None and self._right_with_floats(failing_case):
                    failure = Failure("wrong", f"{named('whole-numbers-cut')}\n{failure.message}", "whole-numbers-cut")
            parts = tuple(
                self._after(name, failure, parts, well) for name in self.exercise.keys or (self.exercise.name,)
            )
        if self.exercise.looped:
            right = all(part.status == "right" for part in parts)
            parts = (*parts, self._without_loop(right))
        return parts

    def _after(self, name: str, failure: Failure, parts: tuple[Part, ...], well: int) -> Part:
        """The verdict on a part where a later call failed: it is right only if it is so in every call."""
        for part in parts:
            if part.name == name and part.status != "right":
                return part
        so_far = f"right so far, in the first {calls(well)}; "
        if any(part.status == "wrong" for part in parts):  # that is told first, and may be behind it
            return Part(name, "missing", None, f"{so_far}a later one fails.")
        told = bool(well and self.exercise.keys and not failure.misconception)
        message = f"{so_far}then no more.\n" if told else ""
        return Part(name, failure.status, failure.misconception, message + failure.message)

    def _readings(self, answers: list[Results]) -> list[Diagnosis]:
        """The answers compared by every definition that is right, that by which most are right first."""
        found: list[Diagnosis] = []
        for reading in (None, *self.exercise.readings):
            cases = [reading(case) for case in self.cases] if reading else self.cases
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
        reads = [partial(results.read_result, self.exercise, case) for case in cases]
        return zip(given, call_each(self.function, given, reads, self.watch), strict=False)

    def _answer(self, case: Case, arguments: dict[str, Any], outcome: Returned | Raised) -> Results:
        """The results by key of one call; raises Failure where there are none."""
        if isinstance(outcome, Returned):
            self.printed = self.printed or outcome.printed
        elif outcome.kind in ("TimeIsUp", "Stopped"):
            self.in_time = False
        return results_of(self.exercise, case, arguments, outcome, self.namespace)

    def _explained(self, failure: Failure, diagnosis: Diagnosis, k: int) -> Failure:
        """A warning, with the mistake behind it where that is known; another failure as it is."""
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

    def _right_with_floats(self, case: Case) -> bool:
        """Whether a case of whole numbers, in which the answer is not right, would be so if they were floats."""
        floats = case.in_floats()
        if floats is None or not self.in_time:
            return False
        try:
            answer = self._answer(floats, *next(self._called([floats])))
        except Failure:
            return False
        return all(self._problem(floats, answer, key) is None for key in self.exercise.keys or ("",))

    def _without_loop(self, right: bool) -> Part:
        """Whether more examples take no more steps of Python code, and give what they should all the same."""
        name = self.exercise.parts[-1]
        if not right:
            return Part(name, "missing", None, f"judged when {self.exercise.name} is right.")
        cases = list(self.exercise.growing(self.rng))
        given = [copy.deepcopy(dict(case.arguments)) for case in cases]
        reads = [partial(results.read_result, self.exercise, case) for case in cases]
        outcomes, growth = repetitions(self.function, given, reads, self.watch)
        for case, outcome in zip(cases, outcomes, strict=True):
            value = outcome.value if isinstance(outcome, Returned) else None
            if not isinstance(value, dict) or any(self._problem(case, value, key) for key in self.exercise.keys):
                return Part(name, "invalid", None, "while its steps are counted, the function gives something else.")
        sizes = [len(next(iter(case.arguments.values()))) for case in cases]  # type: ignore[arg-type]
        if 2 * growth < sizes[-1] - sizes[0]:
            return Part(name, "right")
        more = (
            f"For {sizes[-1]} {self.exercise.looped} something is done {growth} times more often than for {sizes[0]}."
        )
        return Part(name, "wrong", "loop-over-batch", f"{named('loop-over-batch')}\n{more}")

    def _part(self, key: str, diagnosis: Diagnosis, others: list[Diagnosis], smallest: bool) -> Part:
        """The verdict on one key of the results; "" is the whole result of a function with no fixed keys.

        others: by the other definitions that are right; a mistake may have been made in one of those.
        smallest: whether to look for the smallest call that shows what is wrong.
        """
        name = key or self.exercise.name
        problems = [
            self._problem(case, answer, key) for case, answer in zip(self.cases, diagnosis.answers, strict=True)
        ]
        wrong = [k for k, problem in enumerate(problems) if problem]
        if not wrong:
            return Part(name, "right")
        failing = self._example(wrong, problems, diagnosis.answers)
        status, entry = problems[failing] or ("wrong", key)
        case, answer = self.cases[failing], diagnosis.answers[failing]
        if status in ("missing", "invalid"):
            return Part(name, status, None, self._fact(case, answer, entry))
        if self.cases[wrong[0]].in_floats() and self._right_with_floats(case):
            fact = self._fact(case, answer, entry)
            return Part(name, "wrong", "whole-numbers-cut", f"{named('whole-numbers-cut')}\n{fact}")
        if smallest:
            case, answer, entry = self._smallest(key, case, answer, entry)
        variant = next(filter(None, (reading.of(key, failing) for reading in (diagnosis, *others))), None)
        where = variant.told if variant else diagnosis.fact(key)
        fact = self._fact(case, answer, entry)
        if not variant and only_first_entry(answer.get(entry), case.results()[entry]):
            fact += "\nOnly the first entry is there: is the return inside the loop?"
        return Part(name, "wrong", variant.misconception if variant else None, f"{where}\n{fact}")

    def _example(
        self, wrong: list[int], problems: list[tuple[Status, str] | None], answers: list[Results] | Any
    ) -> int:
        """The number of the call that shows best what is wrong: the first that is visibly off, else the worst."""
        off = {}
        for k in wrong:
            status, entry = problems[k] or ("wrong", "")
            if status != "wrong":
                return k
            off[k] = off_by(answers[k][entry], self.cases[k].results()[entry])
            if off[k] > _SEEN:
                return k
        return max(wrong, key=lambda k: off[k])

    def _problem(self, case: Case, answer: Results, part: str) -> tuple[Status, str] | None:
        """Whether a part of an answer is missing, invalid or wrong, and at which key; None where it is right."""
        expected = case.results()
        for key in [part] if part else list(case.asked):
            if key not in answer:
                return ("missing" if part else "invalid"), key
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
            return f"the result of {call_shown} has no key {key!r}; {keys_told(answer, case.asked)}"
        value, expected = answer[key], case.results()[key]
        shown = f"{call_shown}{f'[{key!r}]' if key else ''}"
        if isinstance(value, Unreadable):
            return f"{shown} {value.where(form(expected))}"
        if not np.isfinite(value).all():
            return f"{shown} is not finite: {shown_number(value)}."
        if not same_shape(value, expected):
            fact = f"{shown} has shape {value.shape}; {form(expected)} is expected."
            return "\n".join(filter(None, [fact, likely_cause(value, expected)]))
        return "\n".join(filter(None, [f"{shown} gives {shown_number(value)}.", self.exercise.verify(case, key)]))

    def _accepts(self, answer: np.ndarray, value: Any) -> bool:
        return (self.exercise.accepts or agrees)(answer, value)

    def _smallest(self, part: str, case: Case, answer: Results, entry: str) -> tuple[Case, Results, str]:
        """A simpler call that fails too, found by making one argument simpler at a time."""
        tried = 0
        while True:
            for smaller in case.smaller():
                tried += 1
                if tried > _SMALLER:
                    return case, answer, entry
                try:
                    simpler = self._answer(smaller, *next(self._called([smaller])))
                except Failure:
                    continue
                problem = self._problem(smaller, simpler, part)
                if problem and problem[0] == "wrong":
                    case, answer, entry = smaller, simpler, problem[1]
                    break
            else:
                return case, answer, entry


def _without_example(part: Part) -> str:
    """What is said of a part, without the call that shows it: a mistake's name and its hint, or "not right"."""
    return "\n".join(part.message.split("\n")[: 2 if part.misconception else 1])
