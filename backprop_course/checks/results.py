"""What one call of a student's function has given, by key; or why there is nothing to compare."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import Any

from backprop_course.calling.behaviour import changed
from backprop_course.calling.exceptions import advice
from backprop_course.calling.guard import Raised, Returned
from backprop_course.calling.reading import Unreadable, arrays, count, describe, noun, plain
from backprop_course.checks.diagnosis import Results
from backprop_course.checks.showing import call_text, form
from backprop_course.checks.verdict import Status
from backprop_course.exercises import Case, Function
from backprop_course.misconceptions import MISCONCEPTIONS


class Failure(Exception):
    """A call whose result cannot be compared part by part: what to say of all parts.

    answer: what came back all the same, with a warning. unwritten: there is no function to judge yet.
    raised: the exception with which the call stopped. edit: the kind of edit that explains it, if any.
    """

    def __init__(
        self,
        status: Status,
        message: str,
        misconception: str | None = None,
        *,
        answer: Results | None = None,
        unwritten: bool = False,
        raised: Raised | None = None,
        edit: str | None = None,
    ) -> None:
        self.status, self.message, self.misconception = status, message, misconception
        self.answer, self.unwritten, self.raised, self.edit = answer, unwritten, raised, edit


@dataclass(frozen=True)
class NoFunction:
    """What came where a function is to be returned, in words."""

    what: str


def named(misconception: str) -> str:
    """A mistake's name and its hint."""
    mistake = MISCONCEPTIONS[misconception]
    return f"{mistake.name}.\n{mistake.hint}"


def read_result(exercise: Function, case: Case, value: Any) -> object:
    """What a call gives, as plain arrays; where that is to be a function, what this one gives."""
    if case.then is not None:
        if not callable(value):
            return NoFunction("None" if value is None else noun(value))
        value = value(*case.then)
    if not exercise.returns:
        return arrays(value)
    names = exercise.returns
    expected = f"a tuple ({', '.join(names)})"
    result = plain(value)
    entries: tuple[object, ...] = tuple(result) if type(result) is tuple or type(result) is list else ()
    if len(entries) != len(names):
        return Unreadable(f"is {describe(value)}", expected)
    found: dict[str, object] = {}
    for name, entry in zip(names, entries, strict=True):
        entry_read = arrays(entry)
        if isinstance(entry_read, dict) == (name in case.asked):
            return Unreadable(f"has {noun(entry)} for {name}", expected, "Have two results changed places?")
        found.update(entry_read if isinstance(entry_read, dict) else {name: entry_read})
    return found


def results_of(
    exercise: Function,
    case: Case,
    arguments: Mapping[str, Any],
    outcome: Returned | Raised,
    names: Mapping[str, object],
) -> Results:
    """The results by key of one call; raises Failure where there are none. names: those of the notebook."""
    shown = partial(call_text, exercise.name, case)  # written out where it is needed: that takes its time
    if isinstance(outcome, Raised):
        raise _stopped(exercise, shown, outcome, names)
    touched = changed(case.arguments, arguments)
    if touched:
        raise Failure("wrong", named("argument-changed") + f"\n{shown()} changes {touched}.", "argument-changed")
    results = _by_key(exercise, case, outcome.value, shown)
    if outcome.warning and exercise.silent:
        raise Failure("wrong", f"{shown()} warns: {outcome.warning}.", "warns", answer=results)
    return results


def _stopped(exercise: Function, shown: Callable[[], str], raised: Raised, names: Mapping[str, object]) -> Failure:
    """What to say of an exception."""
    if raised.kind == "NotImplementedError":
        if raised.stub and raised.within in names and raised.within != exercise.name:
            return Failure("invalid", f"it calls {raised.within}, which is not written yet.", unwritten=True)
        if raised.within == exercise.name and not raised.stub:
            line = f"line {raised.line} of its cell" if raised.line else "it"
            return Failure("invalid", f"{line} still raises NotImplementedError: delete that line.", unwritten=True)
        close = _close_name(exercise.name, names)
        said = f"not written yet; is it {close}? Then that must be called {exercise.name}." if close else ""
        return Failure("missing", said or "not written yet.", unwritten=True)
    if raised.kind == "TimeIsUp":
        return Failure("invalid", f"{shown()} does not come back.\n{raised}", raised=raised)
    there = f"That is in `{raised.code}`." if raised.line and raised.code else ""
    facts = [f"{shown()} stops with an error.", str(raised), there, advice(raised.kind, raised.message, raised.code)]
    return Failure("invalid", "\n".join(filter(None, facts)), raised=raised)


def no_function(exercise: Function, value: object, names: Mapping[str, object]) -> Failure | None:
    """What to say where the name asked for holds no function; None where it does."""
    if value is None:
        close = _close_name(exercise.name, names)
        return Failure(
            "missing",
            f"no function called {exercise.name}; did you mean {close}?"
            if close
            else f"no function called {exercise.name} yet.",
            unwritten=True,
        )
    if not callable(value):
        return Failure("invalid", f"is {describe(value)}; a function is expected.", unwritten=True)
    return None


def _close_name(name: str, names: Mapping[str, object]) -> str:
    """The notebook's own function whose name comes close; "" where there is none."""
    own = [
        other
        for other, value in names.items()
        if type(value) is FunctionType and value.__globals__ is names and other != name and type(other) is str
    ]
    return next(iter(difflib.get_close_matches(name, own, 1, 0.85)), "")


def _by_key(exercise: Function, case: Case, value: object, shown: Callable[[], str]) -> Results:
    if isinstance(value, NoFunction):
        hint = (
            f"Does {exercise.name} end with a return of the inner function?"
            if value.what == "None"
            else "The inner function itself is returned, by its name without brackets; nothing is called yet."
        )
        made = shown().rpartition(")(")[0] + ")"
        raise Failure("invalid", f"{made} returns {value.what}; a function is expected.\n{hint}")
    if value is None:
        raise Failure("invalid", f"{shown()} returns None.\nDoes the function end with a return?")
    if "" in case.asked:
        expected = form(case.results()[""])
        if isinstance(value, Unreadable):
            raise Failure("invalid", f"What {shown()} returns {value.where(expected)}")
        if isinstance(value, dict):
            raise Failure("invalid", f"{shown()} returns a dict; {expected} is expected.")
        return {"": value}
    if isinstance(value, dict):
        return value
    returns = exercise.returns
    expected = f"a dict with {', '.join(map(repr, case.asked))}" if not returns else f"a tuple ({', '.join(returns)})"
    what = value if isinstance(value, Unreadable) else Unreadable(f"is {_form_of(value)}", "a dict")
    raise Failure("invalid", f"What {shown()} returns {what.where(expected)}")


def _form_of(value: Any) -> str:
    return f"an array of shape {value.shape}" if value.ndim else "a number"


def keys_told(answer: Results, asked: Mapping[str, str]) -> str:
    """Which keys a result has, in a sentence, and what may have led to that."""
    odd = [str(key) for key in answer if type(key) is not str]
    if not answer:
        return "it is empty."
    told = ", ".join(repr(key) if type(key) is str else str(key) for key in answer)
    numbers = [key.removeprefix("the number ") for key in odd if key.startswith("the number ")]
    if len(numbers) == len(answer):
        are = "its only key is the number" if len(numbers) == 1 else "its keys are the numbers"
        return f"{are} {', '.join(numbers)}: are quotes missing?"
    sentence = f"its only key is {told}." if len(answer) == 1 else f"its keys are {told}."
    if len(answer) == 1 and len(asked) > 1 and next(iter(answer)) in asked:
        sentence += "\nIs the return inside the loop?"
    return sentence


def calls(number: int) -> str:
    """The first so many calls, after "the first"."""
    return "call" if number == 1 else count(number, "call")
