"""The same numbers hear the same: what goes by plain numbers and text alone is worked out once.

A class makes the same mistakes, and to name one takes longer than everything else about a check.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from backprop_course.checks.verdict import Verdict
from backprop_course.core.newest import Newest
from backprop_course.exercises import Exercise
from backprop_course.misconceptions.combined import Explanation

E = TypeVar("E", bound=Exercise)
_KEPT = 2000
_FEWER = 500
"""How many searches: each holds the results of a dozen calls."""
_LONGEST = 200
"""Letters of a text that is remembered, and so many names at most: what is longer is nobody's usual answer."""


def remembered(
    judge: Callable[[E, Mapping[str, object], np.random.Generator], Verdict],
) -> Callable[[E, Mapping[str, object], np.random.Generator], Verdict]:
    """A judge that draws nothing, and is asked once for each set of values of a whole namespace."""
    known = Newest[tuple[int, tuple[object, ...]], tuple[E, Verdict]](_KEPT)

    @wraps(judge)
    def judging(exercise: E, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
        values = _plain(namespace)
        if values is None:
            return judge(exercise, namespace, rng)
        key = id(exercise), values
        if key not in known:
            known[key] = exercise, judge(exercise, namespace, rng)  # the exercise stays, so that its id does
        return known[key][1]

    return judging


class Searches:
    """What was found for results that nothing listed explains: looked for once, in whatever words they were made."""

    def __init__(self) -> None:
        self._known = Newest[tuple[object, ...], tuple[object, Explanation | None]](_FEWER)

    def found(
        self,
        asked: Hashable,
        compared: Iterable[object],
        answers: Iterable[Mapping[str, Any]],
        search: Callable[[], Explanation | None],
    ) -> Explanation | None:
        """What `search()` gives; it is not called for what was asked before of the same answers.

        asked: what is looked for in them. compared: what they are compared with; told apart by what it is, not by
        what is in it.
        """
        compared, results = tuple(compared), _bytes_of(answers)
        if results is None:
            return search()
        key = asked, tuple(map(id, compared)), results
        if key not in self._known:
            self._known[key] = compared, search()  # what it was compared with stays, so that its id does
        return self._known[key][1]


def _bytes_of(answers: Iterable[Mapping[str, Any]]) -> tuple[object, ...] | None:
    """Arrays of numbers, written so that what is the same to the last bit is equal; None for anything else."""
    found: list[object] = []
    for answer in answers:
        for key, value in answer.items():
            if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
                return None
            found += [key, value.dtype.str, value.shape, value.tobytes()]
        found.append(None)
    return tuple(found)


def _plain(namespace: Mapping[str, object]) -> tuple[object, ...] | None:
    """All that a namespace holds, written so that what is equal is the same; None where it holds anything else.

    Types are told apart, and so are 0.0 and -0.0: a judge may say so, too.
    """
    found: list[object] = []
    for name, value in list(namespace.items()):
        if not _is_plain(value) or len(found) > _LONGEST:
            return None
        found += [name, type(value), repr(value)]
    return tuple(found)


def _is_plain(value: object) -> bool:
    match value:
        case None | bool():
            return True
        case int():
            return type(value) is int and abs(value) < 2**63
        case str():
            return type(value) is str and len(value) <= _LONGEST
        case _:
            return type(value) is float or (isinstance(value, np.number) and value.nbytes <= 8)
