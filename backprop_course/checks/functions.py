"""Judges exercises of kind *function*: calls it on cases drawn anew, and explains the smallest failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zlib import crc32

import numpy as np

from backprop_course.calling.behaviour import numbers_from_outside
from backprop_course.calling.guard import Returned
from backprop_course.checks.diagnosis import Diagnosis, Results
from backprop_course.checks.following import followed
from backprop_course.checks.judging import verdict_on
from backprop_course.checks.results import Failure, calls, named, no_function
from backprop_course.checks.showing import off_by
from backprop_course.checks.verdict import Part, Status, Verdict
from backprop_course.checks.wrong_results import WrongResults
from backprop_course.exercises import Function, Functions

_SEEN = 0.01
"""How far off an answer must be, of the largest entry, to be a good example."""


@verdict_on.register(Function)
def judge_function(exercise: Function, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
    """The verdict on a function of a notebook."""
    return _judged(exercise, namespace, rng, {})


def _judged(
    exercise: Function,
    namespace: Mapping[str, object],
    rng: np.random.Generator,
    known: dict[str, Verdict],
    explains: bool = True,
) -> Verdict:
    """The verdict on a function, and on those that it uses.

    known: that on functions that it may use, kept from call to call; only whether they are right is asked of them,
    and so nothing is explained there.
    """
    judge = FunctionJudge(exercise, namespace, rng)
    parts = judge.parts(namespace.get(exercise.name))
    if not judge.in_time or all(part.status in ("right", "missing") for part in parts):
        return judge.verdict(parts)

    def of_helper(helper: Function) -> Verdict:
        if helper.name not in known:
            known[helper.name] = _judged(helper, namespace, rng, known, explains=False)
        return known[helper.name]

    def judged(function: Any) -> tuple[Part, ...]:
        return parts if function is judge.function else FunctionJudge(exercise, namespace, rng).parts(function)

    def explained(function: Any) -> tuple[Part, ...]:
        if function is judge.function:
            return _explained(judge, function, parts)
        return _explained(FunctionJudge(exercise, namespace, rng), function)

    parts, note = followed(exercise, judge.function, judged, explained if explains else judged, of_helper)
    return judge.verdict(parts, note)


def _explained(judge: FunctionJudge, function: Any, parts: tuple[Part, ...] | None = None) -> tuple[Part, ...]:
    """Parts as they are judged, on cases drawn anew, with what is said on cases that are always the same.

    The same answer always hears the same; but where only the drawn cases show what is wrong, they tell it.
    parts: as the judge has found them already.
    """
    parts = parts or judge.parts(function)
    if all(part.status in ("right", "missing") for part in parts) or not judge.in_time:
        return parts
    exercise = judge.exercise
    same = FunctionJudge(exercise, judge.namespace, np.random.default_rng(crc32(exercise.id.encode())), explains=True)
    explained = same.parts(function)
    if [part.status for part in explained] == [part.status for part in parts]:
        return explained
    judge.explains = True
    return judge.parts(function)


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


class FunctionJudge(WrongResults):
    """A function of a notebook, called and judged."""

    def parts(self, function: Any) -> tuple[Part, ...]:
        """The verdict on every part of what a function gives."""
        try:
            self.function, self.cases, self.repairs = function, self.drawn, None
            if nothing := no_function(self.exercise, function, self.namespace):
                raise nothing
            return self._parts()
        except Failure as failure:
            return tuple(
                Part(name, failure.status, failure.misconception, failure.message, edit=failure.edit)
                for name in self.exercise.parts
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
        for k, (case, called) in enumerate(zip(self.cases, self.called(self.cases), strict=False)):
            warned.append(called[1].warning if isinstance(called[1], Returned) else "")
            try:
                answers.append(self.answer_of(case, *called))
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
                failure = self.explained(failure, self.diagnosis(cases, answers, warned), well, failing_case)
            parts = tuple(
                self._after(name, failure, parts, well) for name in self.exercise.keys or (self.exercise.name,)
            )
        if self.exercise.looped:
            right = all(part.status == "right" for part in parts)
            parts = (*parts, self.without_loop(right))
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
        return Part(name, failure.status, failure.misconception, message + failure.message, edit=failure.edit)

    def _readings(self, answers: list[Results]) -> list[Diagnosis]:
        """The answers compared by every definition that is right, that by which most are right first."""
        found: list[Diagnosis] = []
        for reading in (None, *self.exercise.readings):
            cases = [reading(case) for case in self.cases] if reading else self.cases
            found.append(self.diagnosis(cases, answers))
            if self.exercise.readings and found[-1].right() == len(cases):
                return found[-1:]
        return sorted(found, key=Diagnosis.right, reverse=True) if len(found) > 1 else found

    def _part(self, key: str, diagnosis: Diagnosis, others: list[Diagnosis], smallest: bool) -> Part:
        """The verdict on one key of the results; "" is the whole result of a function with no fixed keys.

        others: by the other definitions that are right; a mistake may have been made in one of those.
        smallest: whether to look for the smallest call that shows what is wrong.
        """
        name = key or self.exercise.name
        problems = [self.problem(case, answer, key) for case, answer in zip(self.cases, diagnosis.answers, strict=True)]
        wrong = [k for k, problem in enumerate(problems) if problem]
        if not wrong:
            return Part(name, "right")
        failing = self._example(wrong, problems, diagnosis.answers)
        status, entry = problems[failing] or ("wrong", key)
        case, answer = self.cases[failing], diagnosis.answers[failing]
        if status in ("missing", "invalid"):
            return Part(name, status, None, self.fact(case, answer, entry))
        if self.cases[wrong[0]].in_floats() and self.right_with_floats(case):
            fact = self.fact(case, answer, entry)
            return Part(name, "wrong", "whole-numbers-cut", f"{named('whole-numbers-cut')}\n{fact}")
        if not self.explains:
            return Part(name, "wrong", None, "not right.")
        where, edit, found = self.why(key, entry, failing, (diagnosis, *others))
        if smallest:
            case, answer, entry = self.smallest(key, case, answer, entry, found)
        fact = self.fact(case, answer, entry)
        mistake = found.misconception if found else None
        return Part(name, "wrong", mistake, f"{where}\n{fact}", edit=edit, because=found)

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


def _without_example(part: Part) -> str:
    """What is said of a part, without the call that shows it: a mistake's name and its hint, or "not right"."""
    return "\n".join(part.message.split("\n")[: 2 if part.misconception else 1])
