"""What a function's behaviour says of a mistake that its equations do not: what it ignores, what it exchanges."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from backprop_course.checks.diagnosis import Results
from backprop_course.checks.evidence import Same
from backprop_course.exercises import Case, Function

Answered = Callable[[Case], Results | None]
"""What the student's function gives for a case; None where it does not come back with that."""


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


def behaviour(exercise: Function, case: Case, answer: Results, key: str, answered: Answered, same: Same) -> str:
    """What explains a wrong result by how the function behaves, in a clause; "" where nothing does.

    case, answer: a call in which the key's result is wrong, and what came of it.
    """
    with np.errstate(all="ignore"):
        for found in (*_exchanged(exercise, case), *_only_one_example(exercise, case)):
            clause, other = found
            if _gives(other, answer, key, same):
                return clause
        return _ignored(exercise, case, answer, key, answered)


def _gives(case: Case, answer: Results, key: str, same: Same) -> bool:
    try:
        right = case.results()
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
        return False
    return key in right and same(answer[key], right[key])


def _with(exercise: Function, case: Case, changed: Mapping[str, object]) -> Case | None:
    """The case with some of its arguments changed; None where the exercise knows none like that."""
    arguments = {**case.arguments, **changed}
    try:
        return exercise.case((*arguments.values(), *(case.then or ())))
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
        return None


def _exchanged(exercise: Function, case: Case) -> Iterator[tuple[str, Case]]:
    """The case with two arguments in each other's place."""
    for one, other in combinations(case.arguments, 2):
        a, b = case.arguments[one], case.arguments[other]
        numbers = isinstance(a, float | np.ndarray) and isinstance(b, float | np.ndarray)
        if numbers and np.asarray(a).shape == np.asarray(b).shape:
            found = _with(exercise, case, {one: b, other: a})
            if found:
                yield f"{one} and {other} have changed places", found


def _only_one_example(exercise: Function, case: Case) -> Iterator[tuple[str, Case]]:
    """The case of a batch with its first or its last example alone."""
    arrays = {name: value for name, value in case.arguments.items() if isinstance(value, np.ndarray) and value.ndim}
    sizes = {len(value) for value in arrays.values()}
    if len(sizes) == 1 and sizes != {1} and any(value.ndim > 1 for value in arrays.values()):
        for word, kept in (("first", slice(None, 1)), ("last", slice(-1, None))):
            found = _with(exercise, case, {name: value[kept] for name, value in arrays.items()})
            if found:
                yield f"only the {word} example counts", found


def _ignored(exercise: Function, case: Case, answer: Results, key: str, answered: Answered) -> str:
    """The argument that the result does not depend on, although it should: found by two changes of each."""
    for name, value in case.arguments.items():
        found = 0
        for factor in (1.37, 0.59):
            changed = _scaled(value, factor)
            other = None if changed is None else _with(exercise, case, {name: changed})
            if other is None or key not in other.asked:
                break
            if _alike(np.asarray(other.results()[key]), np.asarray(case.results()[key])):
                break
            given = answered(replace(other, arguments=copy.deepcopy(dict(other.arguments))))
            if given is None or not isinstance(given.get(key), np.ndarray) or not _alike(given[key], answer[key]):
                break
            found += 1
        if found == 2:
            return f"the result does not depend on {name}"
    return ""


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
