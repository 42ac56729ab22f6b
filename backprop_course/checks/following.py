"""Follow-through for functions: a wrong helper is told first, and what is right with a right one gets its points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from backprop_course.calling.helpers import functions_used, with_helpers
from backprop_course.checks.verdict import Part, Verdict
from backprop_course.exercises import Function

_GOOD = ("right", "follows")


def followed(
    exercise: Function,
    function: Any,
    judged: Callable[[Any], tuple[Part, ...]],
    explained: Callable[[Any], tuple[Part, ...]],
    verdict_on: Callable[[Function], Verdict],
) -> tuple[tuple[Part, ...], str]:
    """The parts where every earlier function that is used, and does not pass its own check, is replaced by a right one.

    judged: gives the parts for a function; explained: the same with what is said of them, which takes long and is
    asked only where something stays wrong. verdict_on: that on an earlier exercise's function. The second result
    says which helper to mend; it is "" where that would change nothing.
    """
    used = set(functions_used(function)) if exercise.earlier else set()
    wrong = [helper for helper in exercise.earlier if helper.name in used and not verdict_on(helper).passed]
    wrong = [helper for helper in wrong if any(part.status != "missing" for part in verdict_on(helper).parts)]
    if not wrong:
        return explained(function), ""
    mended = with_helpers(function, {helper.name: right_one(helper) for helper in wrong})
    parts, others = judged(function), judged(mended)
    if not all(_better(*both).status in _GOOD for both in zip(parts, others, strict=True)):
        parts, others = explained(function), explained(mended)
    found = tuple(_better(part, other) for part, other in zip(parts, others, strict=True))
    if found == parts:
        return parts, ""
    guilty = [helper for helper in wrong if any(part.status not in _GOOD for part in verdict_on(helper).parts)]
    first = (guilty or wrong)[0]
    return found, f"Your own {first.name} does not pass its check ({first.id}): mend that first."


def _better(part: Part, other: Part) -> Part:
    if part.status == "right":
        return part
    if other.status == "right":
        return replace(other, status="follows")
    return other if other.misconception and not part.misconception else part


def right_one(exercise: Function) -> Callable[..., Any]:
    """A right function for an exercise, called as a student calls his own: by position or by name."""

    order = list(next(iter(exercise.cases(np.random.default_rng(0)))).arguments)

    def function(*arguments: Any, **named: Any) -> Any:
        if all(name in order for name in named):
            named = {name: named[name] for name in sorted(named, key=order.index)}
        results = exercise.case((*arguments, *named.values())).results()
        if exercise.returns:  # a tuple, in which a dict holds what has no name of its own
            rest = {key: value for key, value in results.items() if key not in exercise.returns}
            return tuple(results.get(name, rest) for name in exercise.returns)
        if "" in results:
            return np.asarray(results[""])[()]
        return {key: np.asarray(value)[()] for key, value in results.items()}

    return function
