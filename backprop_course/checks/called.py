"""A student's function called with the cases of an exercise: what came of it, and which call shows what is wrong."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from backprop_course.calling.behaviour import repetitions
from backprop_course.calling.guard import Raised, Returned, Stopwatch, call_each
from backprop_course.calling.reading import Unreadable
from backprop_course.checks import results
from backprop_course.checks.comparing import agrees, same_shape
from backprop_course.checks.diagnosis import Results, shows
from backprop_course.checks.repairing import Repairs
from backprop_course.checks.results import Failure, keys_told, named, results_of
from backprop_course.checks.showing import call_text, form, likely_cause, shown_number
from backprop_course.checks.verdict import Part, Status
from backprop_course.exercises import Case, Function
from backprop_course.misconceptions.combined import Explanation

SECONDS = 5.0
"""How long a student's function may run in one check, all calls together."""
_SMALLER = 40
"""How many further calls may be spent on looking for a smaller failure."""


class FunctionCalls:
    """The calls by which one function is judged, and the time that they may take together."""

    def __init__(
        self, exercise: Function, namespace: Mapping[str, object], rng: np.random.Generator, explains: bool = False
    ) -> None:
        self.exercise = exercise
        self.explains = explains
        self.namespace = namespace
        self.rng = rng
        self.drawn = list(exercise.explained_on if explains else exercise.cases(rng))
        self.cases = self.drawn
        self.watch = Stopwatch(SECONDS)
        self.function: Any = None
        self.printed = ""
        self.in_time = True
        self.repairs: Repairs | None = None

    def called(self, cases: list[Case]) -> Iterator[tuple[dict[str, Any], Returned | Raised]]:
        """The function called with each case, up to the first that does not come back: its arguments, what came."""
        given = [copy.deepcopy(dict(case.arguments)) for case in cases]
        reads = [partial(results.read_result, self.exercise, case) for case in cases]
        return zip(given, call_each(self.function, given, reads, self.watch), strict=False)

    def answer_of(self, case: Case, arguments: dict[str, Any], outcome: Returned | Raised) -> Results:
        """The results by key of one call; raises Failure where there are none."""
        if isinstance(outcome, Returned):
            self.printed = self.printed or outcome.printed
        elif outcome.kind in ("TimeIsUp", "Stopped"):
            self.in_time = False
        return results_of(self.exercise, case, arguments, outcome, self.namespace)

    def right_with_floats(self, case: Case) -> bool:
        """Whether a case of whole numbers, in which the answer is not right, would be so if they were floats."""
        floats = case.in_floats()
        if floats is None or not self.in_time:
            return False
        try:
            answer = self.answer_of(floats, *next(self.called([floats])))
        except Failure:
            return False
        return all(self.problem(floats, answer, key) is None for key in self.exercise.keys or ("",))

    def without_loop(self, right: bool) -> Part:
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
            if not isinstance(value, dict) or any(self.problem(case, value, key) for key in self.exercise.keys):
                return Part(name, "invalid", None, "while its steps are counted, the function gives something else.")
        sizes = [len(next(iter(case.arguments.values()))) for case in cases]  # type: ignore[arg-type]
        if 2 * growth < sizes[-1] - sizes[0]:
            return Part(name, "right")
        more = (
            f"For {sizes[-1]} {self.exercise.looped} something is done {growth} times more often than for {sizes[0]}."
        )
        return Part(name, "wrong", "loop-over-batch", f"{named('loop-over-batch')}\n{more}")

    def problem(self, case: Case, answer: Results, part: str) -> tuple[Status, str] | None:
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
            if not self.accepts(value, expected[key]):
                return "wrong", key
        return None

    def fact(self, case: Case, answer: Results, key: str) -> str:
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

    def accepts(self, answer: np.ndarray, value: Any) -> bool:
        return (self.exercise.accepts or agrees)(answer, value)

    def smallest(
        self, part: str, case: Case, answer: Results, entry: str, found: Explanation | None
    ) -> tuple[Case, Results, str]:
        """A simpler call that fails too, found by making one argument simpler at a time.

        found: what explains the mistake: a simpler call must show that one.
        """
        tried = 0
        while True:
            for smaller in case.smaller():
                tried += 1
                if tried > _SMALLER:
                    return case, answer, entry
                try:
                    simpler = self.answer_of(smaller, *next(self.called([smaller])))
                except Failure:
                    continue
                problem = self.problem(smaller, simpler, part)
                if problem and problem[0] == "wrong" and shows(found, smaller, simpler, problem[1], self.accepts):
                    case, answer, entry = smaller, simpler, problem[1]
                    break
            else:
                return case, answer, entry
