"""Judges exercises of kind *function*: calls it on cases drawn anew, and explains the smallest failure."""

from __future__ import annotations

import copy
import os
import re
import sys
from collections.abc import Iterable, Mapping
from types import FrameType, FunctionType
from typing import Any

import numpy as np

from backprop_course.checks.comparing import agrees, same_shape
from backprop_course.checks.guard import Raised, Returned, Stopwatch, call
from backprop_course.checks.reading import Unreadable, arrays, describe, read_array
from backprop_course.checks.verdict import Part, Verdict
from backprop_course.exercises import Case, Function
from backprop_course.misconceptions import MISCONCEPTIONS, variants

SECONDS = 5.0
"""How long a student's function may run in one check, all calls together."""
_SMALLER = 40
"""How many further calls may be spent on looking for a smaller failure."""
Results = dict[str, Any]


def judge_function(exercise: Function, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
    """The verdict on a function of a notebook."""
    return _Judge(exercise, rng).verdict(namespace)


class _Failure(Exception):
    """The function cannot be judged part by part; what to say of all parts."""

    def __init__(self, status: Any, message: str, misconception: str | None = None) -> None:
        self.status, self.message, self.misconception = status, message, misconception


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
        each = (self.exercise.points - looped) / (len(parts) - looped)
        right = [part.name for part in parts if part.status == "right"]
        # The point for doing without a loop is for doing what was asked without one.
        done = looped and len(right) == len(parts)
        points = float(each * sum(name in (self.exercise.keys or (self.exercise.name,)) for name in right) + done)
        notes = [f"Your function prints: {self.printed.strip()[:200]}"] if self.printed.strip() else []
        outside = _numbers_from_outside(self.function, namespace) if len(right) < len(parts) else []
        if outside:
            notes.append(f"Your function uses {', '.join(outside)} from outside; it may need its own.")
        return Verdict(self.exercise.id, parts, points, self.exercise.points, tuple(notes))

    def _parts(self) -> tuple[Part, ...]:
        answers: list[Results] = []
        failure = None
        for case in self.cases:
            try:
                answers.append(self._call(case))
            except _Failure as found:
                failure = found
                break
        # What comes back and is wrong in a small case says more than what fails in a later, larger one.
        self.cases = self.cases[: len(answers)]
        parts = tuple(self._part(key, answers) for key in self.exercise.keys or ("",)) if answers else ()
        if failure and all(part.status == "right" for part in parts):
            raise failure
        if self.exercise.looped:
            parts = (
                *parts,
                self._without_loop() if not failure else Part(self.exercise.parts[-1], "missing", None, ""),
            )
        return parts

    def _call(self, case: Case) -> Results:
        """The results by key of one call; raises _Failure where there are none."""
        arguments = copy.deepcopy(case.arguments)
        outcome = call(self._function(case), arguments, self._read, self.watch)
        shown = self._shown(case)
        if isinstance(outcome, Raised):
            if outcome.kind == "NotImplementedError":
                raise _Failure("missing", "not written yet.")
            facts = f"{shown} does not come back.\n{outcome}"
            if outcome.kind == "ValueError" and re.search("matmul|shapes|broadcast", outcome.message):
                facts += (
                    "\nWrite the shapes of both sides next to each other: is a transpose missing, or a wrong one there?"
                )
            raise _Failure("invalid", facts)
        self.printed = self.printed or outcome.printed
        if outcome.warning and self.exercise.silent:
            raise _Failure("wrong", _named("warns") + f"\n{shown} warns: {outcome.warning}.", "warns")
        changed = _changed(case.arguments, arguments)
        if changed:
            raise _Failure("wrong", _named("argument-changed") + f"\n{shown} changes {changed}.", "argument-changed")
        return self._results(case, outcome, shown)

    def _function(self, case: Case) -> Any:
        """What to call: the student's function, or that and then the one which it returns."""
        if case.then is None:
            return self.function
        return lambda *arguments: self.function(*arguments)(*case.then)

    def _read(self, value: object) -> object:
        if not self.exercise.returns:
            return arrays(value)
        names = self.exercise.returns
        entries: tuple[object, ...] = tuple(value) if type(value) in (tuple, list) else ()  # type: ignore[arg-type]
        if len(entries) != len(names):
            return Unreadable(f"is {describe(value)}; a tuple ({', '.join(names)}) is expected.")
        found: dict[str, object] = {}
        for name, entry in zip(names, entries, strict=True):
            read = arrays(entry)
            found.update(read if isinstance(read, dict) else {name: read})
        return found

    def _without_loop(self) -> Part:
        """Whether twice the size takes no more steps of Python code; judged on the last two cases."""
        name = self.exercise.parts[-1]
        small, large = (_steps_taken(self._function(case), case.arguments, self.watch) for case in self.cases[-2:])
        if large <= 1.2 * small + 20:
            return Part(name, "right")
        sizes = f"{small} steps of Python for the smaller batch, {large} for the larger one"
        return Part(name, "wrong", "loop-over-batch", f"{_named('loop-over-batch')}\nIt takes {sizes}.")

    def _results(self, case: Case, outcome: Returned, shown: str) -> Results:
        value = outcome.value
        if value is None:
            raise _Failure("invalid", f"{shown} returns None.\nDoes the function end with a return?")
        if "" in case.asked:
            if isinstance(value, Unreadable):
                raise _Failure("invalid", f"What {shown} returns {value.message}")
            if isinstance(value, dict):
                raise _Failure("invalid", f"{shown} returns a dict; {_form(case.results()[''])} is expected.")
            return {"": value}
        if not isinstance(value, dict):
            what = value.message if isinstance(value, Unreadable) else f"is an array of shape {value.shape};"
            keys = ", ".join(repr(key) for key in case.asked)
            raise _Failure("invalid", f"What {shown} returns {what.split(';')[0]}; a dict with {keys} is expected.")
        return value

    def _part(self, key: str, answers: list[Results]) -> Part:
        """The verdict on one key of the results; "" is the whole result of a function with no fixed keys."""
        name = key or self.exercise.name
        failing = [
            (case, answer)
            for case, answer in zip(self.cases, answers, strict=True)
            if self._problem(case, answer, key) is not None
        ]
        if not failing:
            return Part(name, "right")
        case, answer = failing[0]
        problem = self._problem(case, answer, key)
        assert problem is not None
        if problem[0] in ("missing", "invalid"):
            return Part(name, problem[0], None, problem[1])
        case, answer = self._smallest(key, case, answer)
        problem = self._problem(case, answer, key) or problem
        misconception = self._diagnosed(key, answers)
        where = _named(*misconception) if misconception else "not right."
        return Part(name, "wrong", misconception[0] if misconception else None, f"{where}\n{problem[1]}")

    def _problem(self, case: Case, answer: Results, part: str) -> tuple[Any, str] | None:
        """What is wrong with the part of an answer: its status and what shows it; None where all is right."""
        expected = case.results()
        for key in [part] if part else list(case.asked):
            shown = f"{self._shown(case)}{f'[{key!r}]' if key else ''}"
            if key not in answer:
                names = ", ".join(repr(k) for k in answer) or "none"
                return "missing", f"no such key in the result of {self._shown(case)}; its keys are {names}."
            value = answer[key]
            if isinstance(value, Unreadable):
                return "invalid", f"{shown} {value.message}"
            if not np.isfinite(value).all():
                return "wrong", f"{shown} is not finite: {_number(value)}."
            if not same_shape(value, expected[key]):
                return "wrong", f"{shown} has shape {value.shape}; {_form(expected[key])} is expected."
            if not self._accepts(value, expected[key]):
                facts = [f"{shown} gives {_number(value)}."]
                return "wrong", "\n".join([*facts, *filter(None, [self.exercise.verify(case, key)])])
        return None

    def _accepts(self, answer: np.ndarray, value: Any) -> bool:
        return (self.exercise.accepts or agrees)(answer, value)

    def _smallest(self, part: str, case: Case, answer: Results) -> tuple[Case, Results]:
        """A simpler call that fails in the same way, found by making one argument simpler at a time."""
        status = (self._problem(case, answer, part) or ("",))[0]
        calls = 0
        while True:
            for smaller in case.smaller():
                calls += 1
                if calls > _SMALLER:
                    return case, answer
                try:
                    simpler = self._call(smaller)
                except _Failure:
                    continue
                if (self._problem(smaller, simpler, part) or ("right",))[0] == status:
                    case, answer = smaller, simpler
                    break
            else:
                return case, answer

    def _diagnosed(self, part: str, answers: list[Results]) -> tuple[str, str] | None:
        """The mistake, and its place, that gives this part in every call; best the one that gives all parts."""
        best, most = None, -1
        tables = [{variant: variant.changes for variant in variants(case.steps)} for case in self.cases]
        for variant in dict.fromkeys(variant for table in tables for variant in table):
            explained = 0
            for case, table, answer in zip(self.cases, tables, answers, strict=True):
                same = self._explained(case, table.get(variant, {}), answer)
                if not (same.get(part) if part else all(same.values())):
                    break
                explained += sum(same.values())
            else:
                if explained > most:
                    best, most = (variant.misconception, variant.place), explained
        return best

    def _explained(self, case: Case, changes: Mapping[str, Any], answer: Results) -> dict[str, bool]:
        try:
            with np.errstate(all="ignore"):
                predicted = case.results(changes)
        except (ValueError, IndexError, TypeError):
            return {"": False}  # the mistake cannot be made with these shapes
        return {
            key: isinstance(answer.get(key), np.ndarray) and self._accepts(answer[key], value)
            for key, value in predicted.items()
        }

    def _shown(self, case: Case) -> str:
        arguments = ", ".join(f"{k}={case.shown.get(k) or _number(v)}" for k, v in case.arguments.items())
        then = f"({', '.join(map(_number, case.then))})" if case.then is not None else ""
        return f"{self.exercise.name}({arguments}){then}"


def _named(misconception: str, place: str = "") -> str:
    mistake = MISCONCEPTIONS[misconception]
    return f"{mistake.name}{f' (at {place})' if place else ''}.\n{mistake.hint}"


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The names of what differs between two dicts of arguments."""
    names = [name for name in before if not _equal(before[name], after.get(name))]
    return ", ".join(names)


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return type(b) is dict and list(a) == list(b) and all(_equal(a[key], b[key]) for key in a)
    if isinstance(a, np.ndarray):
        # Perturbing an entry and putting it back may cost its last digit.
        return type(b) is np.ndarray and a.shape == b.shape and bool((abs(a - b) <= 1e-12 * abs(a)).all())
    return a is b or callable(a) or (type(a) is type(b) and bool(a == b))


def _numbers_from_outside(function: Any, namespace: Mapping[str, object]) -> list[str]:
    """The notebook's numbers and arrays that a function uses instead of its arguments."""
    if type(function) is not FunctionType:
        return []
    used = [name for name in function.__code__.co_names if name in namespace]
    return [name for name in used if isinstance(read_array(namespace[name]), np.ndarray)]


def _steps_taken(function: Any, arguments: Mapping[str, Any], watch: Stopwatch) -> int:
    """How many instructions of Python code a call takes, library code not counted."""
    taken = 0
    library = os.path.dirname(np.__file__)

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal taken
        if frame.f_code.co_filename.startswith(library):
            return None
        frame.f_trace_opcodes = True
        taken += event == "opcode"
        return count

    def traced(*values: object) -> None:
        before = sys.gettrace()
        sys.settrace(count)
        try:
            function(*values)
        finally:
            sys.settrace(before)

    call(traced, copy.deepcopy(dict(arguments)), lambda value: None, watch)
    return taken


def _form(value: Any) -> str:
    return "a number" if np.ndim(value) == 0 else f"shape {np.shape(value)}"


def _number(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_number(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, np.ndarray) and value.ndim:
        text = np.array2string(value, precision=4, threshold=12, separator=", ", suppress_small=False)
        return " ".join(text.split())
    if isinstance(value, Iterable) and not isinstance(value, np.ndarray):
        return str(value)
    return f"{float(value) + 0.0:.6g}" if isinstance(value, np.ndarray | float | int) else describe(value)
