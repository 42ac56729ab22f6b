"""What a function's behaviour says of a mistake that its equations do not: what it ignores, exchanges, leaves out."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

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


@dataclass(frozen=True)
class Behaviour:
    """One way in which a function may go wrong: a clause, the call that it answers instead, and what it makes of that.

    instead: the call that would rightly be answered so; None where a call leaves nothing to change.
    made: from the right result of that call, and the two calls, what comes back.
    """

    clause: str
    instead: Callable[[Case], Case | None]
    made: Callable[[Any, Case, Case], Any] = lambda right, case, other: right


def constant(cases: Sequence[Case], answers: Sequence[Results], key: str) -> str:
    """That a result is the same in all calls although it should not be, in a clause; "" where that is not so."""
    given = [answer[key] for case, answer in zip(cases, answers, strict=True) if key in case.asked and key in answer]
    wanted = [np.asarray(case.results()[key]) for case in cases if key in case.asked]
    if len(given) < 3 or not all(isinstance(value, np.ndarray) and value.size for value in given):
        return ""
    if all(value.dtype.kind == "b" for value in given):
        return "True or False comes back; the number itself is asked"
    numbers = {round(float(entry), 12) for value in given for entry in np.unique(value)}
    if len(numbers) == 1 and len({float(entry) for value in wanted for entry in np.unique(value)}) > 1:
        return f"the result is {numbers.pop() + 0.0:g}, whatever comes in"
    return ""


def behaviour(
    exercise: Function, cases: Sequence[Case], answers: Sequence[Results], key: str, answered: Answered, same: Same
) -> str:
    """What explains wrong results by how the function behaves, in a clause; "" where nothing does in every call."""
    calls = [(case, answer[key]) for case, answer in zip(cases, answers, strict=True) if key in case.asked]
    calls = [(case, value) for case, value in calls if isinstance(value, np.ndarray)]
    wrong = [(case, value) for case, value in calls if not _is_right(case, key, value, same)]
    if not wrong:
        return ""
    with np.errstate(all="ignore"):
        for found in _behaviours(exercise, wrong[0][0]):
            if _explains(found, calls, key, same):
                return found.clause
        return _ignored(exercise, wrong, key, answered) or _nearly(calls, wrong, key)


def _is_right(case: Case, key: str, value: np.ndarray, same: Same) -> bool:
    return same(value, case.results()[key])


def _explains(found: Behaviour, calls: Sequence[tuple[Case, np.ndarray]], key: str, same: Same) -> bool:
    """Whether what comes back is everywhere what a function makes that behaves so, and somewhere is not right."""
    seen = 0
    for case, value in calls:
        other = found.instead(case)
        try:
            made = found.made(other.results()[key], case, other) if other and key in other.asked else None
        except STOPPED:
            made = None
        if made is None:
            if not _is_right(case, key, value, same):
                return False
        elif not same(value, made):
            return False
        else:
            seen += not _is_right(case, key, value, same)
    return seen > 0


def _behaviours(exercise: Function, case: Case) -> Iterator[Behaviour]:
    """What may be the matter, as far as a call shows what can be."""
    names = list(case.arguments)
    for one, other in combinations(names, 2):
        yield exchanged(exercise, one, other)
    for name in names:
        yield Behaviour(f"{name} is cut to whole numbers", partial(_with_cut, exercise, name))
    for word, kept in (("first", slice(None, 1)), ("last", slice(-1, None))):
        yield Behaviour(f"only the {word} example counts", partial(_examples, exercise, kept))
        yield Behaviour(
            f"only the {word} example is there, divided by the number of all",
            partial(_examples, exercise, kept),
            _share,
        )
    for word, kept in (("last", slice(None, -1)), ("first", slice(1, None))):
        yield Behaviour(f"the {word} example is left out", partial(_examples, exercise, kept))
        yield Behaviour(
            f"the {word} example is left out, and the sum of the others divided by the number of all",
            partial(_examples, exercise, kept),
            _share,
        )
    yield Behaviour(
        "every example gets the result of the first one", partial(_examples, exercise, slice(0, None)), _first
    )
    yield Behaviour("only the last entry comes back: does each one have its own place?", lambda case: case, _last)


def exchanged(exercise: Function, one: str, other: str) -> Behaviour:
    """Two arguments of one shape in each other's place."""

    def instead(case: Case) -> Case | None:
        a, b = case.arguments.get(one), case.arguments.get(other)
        if not (isinstance(a, float | np.ndarray) and isinstance(b, float | np.ndarray)):
            return None
        return _changed(exercise, case, {one: b, other: a}) if np.shape(a) == np.shape(b) else None

    return Behaviour(f"{one} and {other} have changed places", instead)


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


def _share(right: Any, case: Case, other: Case) -> Any:
    """A mean over some examples, as a share of all."""
    return np.multiply(right, _count(other) / _count(case))


def _first(right: Any, case: Case, other: Case) -> Any:
    return np.broadcast_to(np.asarray(right)[:1], np.shape(right)) if np.ndim(right) and len(right) > 1 else None


def _last(right: Any, case: Case, other: Case) -> Any:
    return np.ravel(right)[-1] if np.ndim(right) and np.size(right) > 1 else None


def _count(case: Case) -> int:
    """How many examples a call has."""
    return max(len(value) for value in case.arguments.values() if isinstance(value, np.ndarray) and value.ndim)


def _examples(exercise: Function, kept: slice, case: Case) -> Case | None:
    """The call of a batch with some of its examples alone; None where it has no batch, or none would stay."""
    arrays = {name: value for name, value in case.arguments.items() if isinstance(value, np.ndarray) and value.ndim}
    sizes = {len(value) for value in arrays.values()}
    if len(sizes) != 1 or sizes == {1} or all(value.ndim < 2 for value in arrays.values()):
        return None
    return _changed(exercise, case, {name: value[kept] for name, value in arrays.items()})


def _with_cut(exercise: Function, name: str, case: Case) -> Case | None:
    cut = _cut(case.arguments.get(name))
    return None if cut is None else _changed(exercise, case, {name: cut})


def _changed(exercise: Function, case: Case, changed: Mapping[str, object]) -> Case | None:
    """The case with some of its arguments changed; None where the exercise knows none like that."""
    arguments = {**case.arguments, **changed}
    try:
        return exercise.case((*arguments.values(), *(case.then or ())))
    except STOPPED:
        return None


def _ignored(exercise: Function, wrong: Sequence[tuple[Case, np.ndarray]], key: str, answered: Answered) -> str:
    """The argument that the result does not depend on, although it should: seen by changes in several calls."""
    for name in wrong[0][0].arguments:
        seen = 0
        for case, value in wrong[:_CALLS]:
            for factor in (1.37, 0.59):
                changed = _scaled(case.arguments.get(name), factor)
                other = None if changed is None else _changed(exercise, case, {name: changed})
                if other is None or key not in other.asked:
                    continue
                if _alike(np.asarray(other.results()[key]), np.asarray(case.results()[key])):
                    continue
                given = answered(replace(other, arguments=copy.deepcopy(dict(other.arguments))))
                if given is None or not isinstance(given.get(key), np.ndarray) or not _alike(given[key], value):
                    seen = -2 * _CALLS * len(wrong)
                else:
                    seen += 1
            if seen < 0:
                break
        if seen >= min(_CALLS, 2 * len(wrong)):
            return f"the result does not depend on {name}"
    return ""


def _nearly(calls: Sequence[tuple[Case, np.ndarray]], wrong: Sequence[tuple[Case, np.ndarray]], key: str) -> str:
    """That results are close to right ones in every call, or right as long as the numbers are small."""
    off = [_off(value, case.results()[key]) for case, value in calls]
    if max(off) < _CLOSE:
        return (
            f"close, but off by up to {max(off):.1g} of the largest entry: is something rounded, or a difference taken?"
        )
    wrong_sizes = [_largest(case.arguments) for case, _ in wrong]
    right_sizes = [_largest(case.arguments) for case, _ in calls if not any(case is other for other, _ in wrong)]
    if len(right_sizes) > 1 and max(right_sizes) < min(wrong_sizes):
        return f"right for numbers up to {max(right_sizes):.3g}, not for larger ones: here up to {min(wrong_sizes):.3g}"
    return ""


def _off(value: np.ndarray, right: Any) -> float:
    if np.shape(value) != np.shape(right) or not np.isfinite(value).all():
        return float("inf")
    largest = float(np.max(np.abs(right))) if np.size(right) else 0.0
    return float(np.max(np.abs(value - right))) / largest if largest else float("inf") * bool(np.any(value))


def _largest(value: object) -> float:
    """The largest number of a call, without its sign."""
    if isinstance(value, Mapping):
        return max((_largest(entry) for entry in value.values()), default=0.0)
    if isinstance(value, float | np.ndarray) and np.size(value):  # not a number of steps
        return float(np.max(np.abs(np.asarray(value, dtype=float))))
    return 0.0


def _cut(value: object) -> object:
    """An argument without what stands after the point; None where that changes nothing."""
    if (
        isinstance(value, float | np.ndarray)
        and np.asarray(value).dtype.kind == "f"
        and np.any(np.trunc(value) != value)
    ):
        return np.trunc(value) if isinstance(value, np.ndarray) else float(np.trunc(value))
    return None


def _scaled(value: object, factor: float) -> object:
    """An argument changed in all its numbers; None where it holds none that may be changed."""
    if isinstance(value, dict):
        entries = {key: _scaled(entry, factor) for key, entry in value.items()}
        return None if None in [type(entry) if entry is None else 0 for entry in entries.values()] else entries
    if isinstance(value, float | np.floating):
        return float(value) * factor
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * factor + (factor - 1) * np.arange(value.size).reshape(value.shape) / 7
    return None


def _alike(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-12, atol=1e-15))
