"""What a function's behaviour says of a mistake that its equations do not: what it ignores, exchanges, leaves out."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product
from typing import Any

import numpy as np

from backprop_course.checks.behaviours import Behaviour, behaviours, changed_call
from backprop_course.checks.diagnosis import Results
from backprop_course.checks.evidence import Same
from backprop_course.exercises import Case, Function
from backprop_course.misconceptions.points import STOPPED

Answered = Callable[[Case], Results | None]
"""What the student's function gives for a case; None where it does not come back with that."""

_CALLS = 4
"""In how many calls it must be seen that a result does not depend on an argument."""
_CLOSE = 0.02
"""How far off an answer may be, of the largest entry, to be called close."""


def constant(cases: Sequence[Case], answers: Sequence[Results], key: str) -> str:
    """That a result is the same in all calls although it should not be, in a clause; "" where that is not so."""
    given = [answer[key] for case, answer in zip(cases, answers, strict=True) if key in case.asked and key in answer]
    wanted = [np.asarray(case.results()[key]) for case in cases if key in case.asked]
    if len(given) < 3 or not all(isinstance(value, np.ndarray) and value.size for value in given):
        return ""
    numbers = {round(float(entry), 12) for value in given for entry in np.unique(value)}
    if len(numbers) == 1 and len({float(entry) for value in wanted for entry in np.unique(value)}) > 1:
        return f"the result is {numbers.pop() + 0.0:g}, whatever comes in"
    return ""


def behaviour(
    exercise: Function, cases: Sequence[Case], answers: Sequence[Results], key: str, answered: Answered, same: Same
) -> str:
    """What explains wrong results by how the function behaves, in a clause; "" where nothing does in every call.

    key: where something is wrong. It is told of that key alone where a function has the same keys in every call.
    """
    whole = _seen(cases, answers, same)
    calls = _seen(cases, answers, same, key) if key in exercise.keys else whole
    wrong = [call for call in calls if not call.right]
    if not wrong:
        return ""
    with np.errstate(all="ignore"):
        if clause := _by_position(wrong, answered):
            return clause
        listed = list(behaviours(exercise, wrong[0].case))
        for seen in (whole, calls):  # what explains all keys at once says more than what explains one
            if clause := next((found.clause for found in listed if _explains(found, seen)), ""):
                return clause
        return _flags(calls) or _ignored(exercise, calls, answered) or _nearly(calls, wrong)


def _seen(cases: Sequence[Case], answers: Sequence[Results], same: Same, key: str = "") -> list[SeenCall]:
    """The calls with numbers at a key; "" for all keys."""
    found = [
        SeenCall(case, answer, [key] if key else [*case.asked], same)
        for case, answer in zip(cases, answers, strict=True)
    ]
    return [
        call for call in found if call.keys and all(isinstance(call.answer.get(one), np.ndarray) for one in call.keys)
    ]


@dataclass
class SeenCall:
    """A call of a student's function, what came back, and the keys at which that is looked at."""

    case: Case
    answer: Results
    keys: Sequence[str]
    same: Same

    @property
    def there(self) -> bool:
        """Whether numbers came back at all of these keys."""
        return bool(self.keys) and all(isinstance(self.answer.get(one), np.ndarray) for one in self.keys)

    @cached_property
    def right(self) -> bool:
        """Whether it came back with what is right."""
        return self.is_of(self.case.results())

    def is_of(self, results: Mapping[str, Any]) -> bool:
        """Whether it came back with these results."""
        return all(one in results and self.same(self.answer[one], results[one]) for one in self.keys)


def _explains(found: Behaviour, calls: Sequence[SeenCall]) -> bool:
    """Whether what comes back is everywhere what a function makes that behaves so, and somewhere is not right."""
    seen = 0
    for call in calls:
        made = _made(found, call)
        if made is None:
            if not call.right:
                return False
        elif not call.is_of(made):
            return False
        else:
            seen += not call.right
    return seen > 0


def _made(found: Behaviour, call: SeenCall) -> Results | None:
    """What a function that behaves so gives in a call; None where it gives what is right."""
    other = found.instead(call.case)
    if other is None or not set(call.keys) <= set(other.asked):
        return None
    try:
        made = {one: found.made(other.results()[one], call.case, other) for one in call.keys}
    except STOPPED:
        return None
    return None if any(value is None for value in made.values()) else made


def in_another_order(case: Case, answered: Answered, same: Same) -> str:
    """That the function comes back with what is right if two of its arguments are given the other way round."""
    for one, other in combinations(case.arguments, 2):
        turned = {**case.arguments, one: case.arguments[other], other: case.arguments[one]}
        answer = answered(replace(case, arguments=copy.deepcopy(turned)))
        if answer and all(
            isinstance(answer.get(key), np.ndarray) and same(answer[key], right)
            for key, right in case.results().items()
        ):
            return f"right if {one} and {other} come the other way round: in which order does the def take them?"
    return ""


def _flags(calls: Sequence[SeenCall]) -> str:
    """That nothing but 0 and 1 comes back where other numbers are right."""
    given = {float(entry) for call in calls for one in call.keys for entry in np.unique(call.answer[one])}
    wanted = {float(entry) for call in calls for one in call.keys for entry in np.unique(call.case.results()[one])}
    if given == {0.0, 1.0} and not wanted <= given:
        return "only 0 and 1 come back, which True and False are, too; the number itself is asked"
    return ""


def _by_position(wrong: Sequence[SeenCall], answered: Answered) -> str:
    """That results change with the order in which a dict has its entries."""
    for call in wrong[:_CALLS]:
        for name, value in call.case.arguments.items():
            if not isinstance(value, Mapping) or len(value) < 2:
                continue
            turned = {**call.case.arguments, name: dict([*value.items()][::-1])}
            given = answered(replace(call.case, arguments=copy.deepcopy(turned))) or {}
            there = all(isinstance(given.get(one), np.ndarray) for one in call.keys)
            if there and not all(_alike(given[one], call.answer[one]) for one in call.keys):
                return f"the result depends on the order in which {name} has its entries; each is found by its key"
    return ""


def _ignored(exercise: Function, calls: Sequence[SeenCall], answered: Answered) -> str:
    """The argument that the result does not depend on, although it should: seen by changes in several calls.

    In right calls, too: what is wrong only where numbers are large is no witness alone.
    """
    wrong = [call for call in calls if not call.right]
    witnesses = [*wrong[:_CALLS], *[call for call in calls if call.right][:_CALLS]]
    for name in wrong[0].case.arguments:
        seen = 0
        for call, factor in product(witnesses, (1.37, -0.59)):
            depends = _depends(exercise, call, name, factor, answered)
            if depends:
                break
            seen += depends is False
        else:
            if seen >= min(_CALLS, 2 * len(wrong)):
                return f"the result does not depend on {name}"
    return ""


def _depends(exercise: Function, call: SeenCall, name: str, factor: float, answered: Answered) -> bool | None:
    """Whether a call's results are others once an argument is changed; None where they need not be."""
    changed = _scaled(call.case.arguments.get(name), factor)
    other = None if changed is None else changed_call(exercise, call.case, {name: changed})
    if other is None or not set(call.keys) <= set(other.asked):
        return None
    try:
        right = other.results()
    except STOPPED:
        return None
    if all(_alike(np.asarray(right[one]), np.asarray(call.case.results()[one])) for one in call.keys):
        return None
    given = answered(replace(other, arguments=copy.deepcopy(dict(other.arguments)))) or {}
    return not all(isinstance(given.get(one), np.ndarray) and _alike(given[one], call.answer[one]) for one in call.keys)


def _nearly(calls: Sequence[SeenCall], wrong: Sequence[SeenCall]) -> str:
    """That results are close to right ones in every call, or right as long as the numbers are small."""
    off = max(_off(call.answer[one], call.case.results()[one]) for call in calls for one in call.keys)
    if off < _CLOSE:
        return f"close, but off by up to {off:.1g} of the largest entry: is something rounded, or a difference taken?"
    largest = {id(call): _largest(call.case.arguments) for call in calls}
    right = [largest[id(call)] for call in calls if call.right]
    least = min((size for call in wrong for size in (largest[id(call)], *_where_wrong(call)) if size), default=0.0)
    if len(right) > 1 and max(right) < least:
        return f"right for numbers up to {max(right):.3g}, not for larger ones: here up to {least:.3g}"
    return ""


def _where_wrong(call: SeenCall) -> Iterator[float]:
    """The size of what was given at each wrong entry, where there is an entry for each that was given."""
    for given in call.case.arguments.values():
        for one in call.keys:
            value, right = call.answer[one], np.asarray(call.case.results()[one])
            if isinstance(given, np.ndarray) and np.shape(given) == value.shape == right.shape:
                with np.errstate(all="ignore"):
                    yield from np.abs(given[~np.isclose(value, right, rtol=1e-3)]).tolist()


def _off(value: np.ndarray, right: Any) -> float:
    if np.shape(value) != np.shape(right) or not np.isfinite(value).all():
        return float("inf")
    largest = float(np.max(np.abs(right))) if np.size(right) else 0.0
    if not largest:
        return float("inf") if np.any(value) else 0.0
    return float(np.max(np.abs(value - right))) / largest


def _largest(value: object) -> float:
    """The largest number of a call, without its sign."""
    if isinstance(value, Mapping):
        return max((_largest(entry) for entry in value.values()), default=0.0)
    if isinstance(value, float | np.ndarray) and np.size(value):  # not a number of steps
        return float(np.max(np.abs(np.asarray(value, dtype=float))))
    return 0.0


def _scaled(value: object, factor: float) -> object:
    """An argument changed in all its numbers; None where it holds none that may be changed."""
    if isinstance(value, dict):
        entries = {key: _scaled(entry, factor) for key, entry in value.items()}
        return None if any(entry is None for entry in entries.values()) else entries
    if isinstance(value, float | np.floating):
        return float(value) * factor
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * factor + (factor - 1) * np.arange(value.size).reshape(value.shape) / 7
    return None


def _alike(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-12, atol=1e-15))
