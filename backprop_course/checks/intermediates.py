"""Where a student's function goes wrong first: its own variables, compared with the quantities of the same names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

import numpy as np

from backprop_course.calling.guard import Stopwatch
from backprop_course.calling.intermediate import intermediate_results
from backprop_course.checks.comparing import agrees
from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.exercises import Case, Function
from backprop_course.exercises.kinds import evaluate

TRACING_SECONDS = 2.0
_CASES = 6


class Difference(NamedTuple):
    """The first quantity at which a function's own variables differ, as the steps call it, or ""; and what to say."""

    quantity: str = ""
    told: str = ""


def first_difference(exercise: Function, key: str, function: Any) -> tuple[Case, Difference]:
    """A case to look at, and the first of the function's intermediate results that is wrong there.

    The second is empty where none is, or no name of the function's is one of a quantity.
    """
    watch = Stopwatch(TRACING_SECONDS)
    cases = list(exercise.cases(np.random.default_rng(0)))[:_CASES]
    for case in cases:
        own = intermediate_results(function, case.arguments, watch)
        if (found := _compared(case, key, own)).quantity:
            return case, found
    return cases[0], Difference()


def _compared(case: Case, key: str, own: Mapping[str, np.ndarray]) -> Difference:
    target = case.asked.get(key, case.asked.get("", ""))
    needed = _needed(target, case)
    called = {_plain(name): name for name in own}
    batched = np.ndim(cast(Any, case.arguments.get("X"))) > 1
    right: list[str] = []
    found: dict[str, Array] = {}
    for name, step in case.by_name.items():
        if name not in needed or name in case.values or (batched and step.of):
            continue  # the 1/N of a batch's mean may come in anywhere on the way back
        written = next((called[one] for one in _names(step) if one in called), None)
        if written is None:
            continue
        value = found[name] if name in found else evaluate(name, case.by_name, case.values, found)
        if agrees(own[written], value):
            right.append(written)
            continue
        before = f" Your {', '.join(right)} {'is' if len(right) == 1 else 'are'} right there;" if right else ""
        return Difference(name, f"\nPrint your {written}:{before} {written} is the first that is not.")
    return Difference()


def _needed(name: str, case: Case) -> set[str]:
    """All that a quantity is made from, and itself."""
    parents = case.by_name[name].parents if name in case.by_name else ()
    return {name}.union(*(_needed(parent, case) for parent in parents))


def _names(step: Step) -> list[str]:
    """What a student may call a quantity: dL_dz_j also delta_j."""
    return [_plain(step.name), *([_plain(f"delta_{step.unit}")] if step.kind == "pre-activation error" else [])]


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
