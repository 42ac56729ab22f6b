"""Ways in which a function may behave wrongly, each as the call that it answers instead of the one it was given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations, permutations
from typing import Any

import numpy as np

from backprop_course.checks.verdict import and_
from backprop_course.exercises import Case, Function
from backprop_course.misconceptions.points import STOPPED


@dataclass(frozen=True)
class Behaviour:
    """One way in which a function may go wrong: a clause, the call that it answers instead, and what it makes of that.

    instead: the call that would rightly be answered so; None where a call leaves nothing to change.
    made: from the right result of that call, and the two calls, what comes back.
    """

    clause: str
    instead: Callable[[Case], Case | None]
    made: Callable[[Any, Case, Case], Any] = lambda right, case, other: right


_SOME = (
    ("only the first example counts", slice(None, 1)),
    ("only the last example counts", slice(-1, None)),
    ("the last example is left out", slice(None, -1)),
    ("the first example is left out", slice(1, None)),
)
"""Which examples of a batch may count alone."""
_MOST_ENTRIES = 5
"""Entries of a dict that may be in any order; more are seldom told apart, and there are too many orders."""


def behaviours(exercise: Function, case: Case) -> Iterator[Behaviour]:
    """What may be the matter, as far as a call shows what can be."""
    names = list(case.arguments)
    for one, other in combinations(names, 2):
        yield _exchanged(exercise, one, other)
    for order in permutations(names) if 2 < len(names) <= _MOST_ENTRIES else ():
        if sum(one != other for one, other in zip(names, order, strict=True)) > 2:
            # order[k] is what stands k-th in the def, and so gets what comes k-th.
            told = f"the arguments are taken in another order than they come, as {', '.join(order)}"
            yield Behaviour(told, partial(_reordered, exercise, dict(zip(order, names, strict=True))))
    for name in names:
        yield from _in_another_order(exercise, name, case.arguments[name])
    for name in names:
        yield Behaviour(f"{name} is cut to whole numbers", partial(_with_cut, exercise, name))
    for clause, kept in _SOME:
        some = partial(_examples, exercise, kept)
        yield Behaviour(clause, some)
        yield Behaviour(f"{clause}, and what is there is divided by the number of all", some, partial(_share, kept))
    yield Behaviour(
        "every example gets the result of the first one", partial(_examples, exercise, slice(0, None)), _first
    )
    yield Behaviour("only the last entry comes back: does each one have its own place?", lambda case: case, _last)


def _exchanged(exercise: Function, one: str, other: str) -> Behaviour:
    """Two arguments of one shape in each other's place."""

    def instead(case: Case) -> Case | None:
        a, b = case.arguments.get(one), case.arguments.get(other)
        if not (isinstance(a, float | np.ndarray) and isinstance(b, float | np.ndarray)):
            return None
        return changed_call(exercise, case, {one: b, other: a}) if np.shape(a) == np.shape(b) else None

    return Behaviour(f"{one} and {other} have changed places", instead)


def _reordered(exercise: Function, taken: Mapping[str, str], case: Case) -> Case | None:
    given = case.arguments
    if not all(isinstance(given.get(one), int | float) for one in taken):
        return None
    return changed_call(exercise, case, {one: given[other] for one, other in taken.items()})


def _in_another_order(exercise: Function, name: str, value: object) -> Iterator[Behaviour]:
    """The entries of a dict taken for each other, as where they are given to names in another order."""
    if not isinstance(value, Mapping) or not 2 <= len(value) <= _MOST_ENTRIES:
        return
    keys = list(value)
    for order in permutations(keys):
        moved = {key: taken for key, taken in zip(keys, order, strict=True) if key != taken}
        if moved:
            (key, taken), *others = moved.items()
            told = [f"{taken} of {name} is taken for {key}", *(f"{taken} for {key}" for key, taken in others)]
            yield Behaviour(and_(told), partial(_with_entries, exercise, name, moved))


def _with_entries(exercise: Function, name: str, moved: Mapping[str, str], case: Case) -> Case | None:
    entries = case.arguments.get(name)
    if not isinstance(entries, Mapping) or not {*moved} <= {*entries}:
        return None
    if any(np.shape(entries[key]) != np.shape(entries[taken]) for key, taken in moved.items()):
        return None
    taken = {key: entries[moved.get(key, key)] for key in entries}
    return changed_call(exercise, case, {name: taken})


def _share(kept: slice, right: Any, case: Case, other: Case) -> Any:
    """A mean over some examples, as a share of all; 0 where none is left."""
    return np.multiply(right, len(range(_count(case))[kept]) / _count(case))


def _first(right: Any, case: Case, other: Case) -> Any:
    """The first example's result for all; None where the result is not one for each example."""
    each = np.ndim(right) and len(right) == _count(case) > 1
    return np.broadcast_to(np.asarray(right)[:1], np.shape(right)) if each else None


def _last(right: Any, case: Case, other: Case) -> Any:
    return np.ravel(right)[-1] if np.ndim(right) and np.size(right) else None


def _count(case: Case) -> int:
    """How many examples a call has."""
    return max(len(value) for value in case.arguments.values() if isinstance(value, np.ndarray) and value.ndim)


def _examples(exercise: Function, kept: slice, case: Case) -> Case | None:
    """The call of a batch with some of its examples alone, itself where none is left; None where it has no batch."""
    arrays = {name: value for name, value in case.arguments.items() if isinstance(value, np.ndarray) and value.ndim}
    sizes = {len(value) for value in arrays.values()}
    if len(sizes) != 1 or all(value.ndim < 2 for value in arrays.values()):
        return None
    some = {name: value[kept] for name, value in arrays.items()}
    return changed_call(exercise, case, some) if all(map(len, some.values())) else case


def _with_cut(exercise: Function, name: str, case: Case) -> Case | None:
    cut = _cut(case.arguments.get(name))
    return None if cut is None else changed_call(exercise, case, {name: cut})


def changed_call(exercise: Function, case: Case, changed: Mapping[str, object]) -> Case | None:
    """The case with some of its arguments changed; None where the exercise knows none like that."""
    arguments = {**case.arguments, **changed}
    try:
        return exercise.case((*arguments.values(), *(case.then or ())))
    except STOPPED:
        return None


def _cut(value: object) -> object:
    """An argument without what stands after the point; None where that changes nothing."""
    if (
        isinstance(value, float | np.ndarray)
        and np.asarray(value).dtype.kind == "f"
        and np.any(np.trunc(value) != value)
    ):
        return np.trunc(value) if isinstance(value, np.ndarray) else float(np.trunc(value))
    return None
