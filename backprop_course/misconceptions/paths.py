"""Mistakes of the backward pass where paths split and where they meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.misconceptions.edges import edge_of, edges_of
from backprop_course.misconceptions.registry import Changes, Steps, wrong_rule, wrong_steps


@wrong_rule(
    "first-path-only",
    "only one of the paths is counted",
    "Count the arrows that leave this unit: an error comes back along every one of them, and they are added.",
)
class _FirstPathOnly:
    def sum_paths(self, source: str, *dL_dh: Array) -> Array:
        return dL_dh[0]


@wrong_rule(
    "second-path-only",
    "only one of the paths is counted",
    "Count the arrows that leave this unit: an error comes back along every one of them, and they are added.",
)
class _SecondPathOnly:
    def sum_paths(self, source: str, *dL_dh: Array) -> Array:
        return dL_dh[-1]


@wrong_rule(
    "paths-averaged",
    "the errors that meet are averaged",
    "A change of this unit acts along every path at once: the errors are added, not averaged.",
)
class _PathsAveraged:
    def sum_paths(self, source: str, *dL_dh: Array) -> Array:
        return sum(dL_dh) / len(dL_dh)


@wrong_rule(
    "paths-multiplied",
    "the errors that meet are multiplied",
    "Along one path factors are multiplied; where paths meet, their errors are added.",
)
class _PathsMultiplied:
    def sum_paths(self, source: str, *dL_dh: Array) -> Array:
        return np.prod(np.array(dL_dh), axis=0)


def _meeting(steps: Steps) -> Iterator[tuple[Step, list[Step]]]:
    """Every unit at which errors meet, with the steps that bring them there."""
    made = {step.name: step for step in steps}
    for step in steps:
        if step.rule == "sum_paths":
            yield step, [made[parent] for parent in step.parents]


@wrong_steps("weight-left-out-backward", "", "")
def _both_weights_left_out(steps: Steps) -> Iterator[tuple[str, Changes]]:
    for meeting, paths in _meeting(steps):
        yield meeting.place, {path.name: replace(path, function=lambda at, W, dL_dz: dL_dz) for path in paths}


@wrong_steps("branch-weights-swapped", "", "")
def _both_weights_swapped(steps: Steps) -> Iterator[tuple[str, Changes]]:
    for meeting, paths in _meeting(steps):
        if len(paths) == 2:
            (u, a), (v, b) = (path.parents for path in paths)
            first, second = paths
            yield (
                meeting.place,
                {first.name: replace(first, parents=(v, a)), second.name: replace(second, parents=(u, b))},
            )


@wrong_steps(
    "slope-on-one-path",
    "the activation's derivative reaches only one of the paths",
    "First the errors of all paths are added, then the sum goes back through the activation: mind the brackets.",
)
def _slope_on_one_path(steps: Steps) -> Iterator[tuple[str, Changes]]:
    sums = {step.name: step for step in steps if step.rule == "sum_paths"}
    for step in steps:
        if step.rule == "through_activation" and step.parents[2] in sums and step.at.name in ("sigmoid", "tanh"):
            paths = sums[step.parents[2]].parents
            for path in paths:
                others = tuple(other for other in paths if other != path)
                parents = (*step.parents[:2], path, *others)
                yield step.place, {step.name: replace(step, parents=parents, function=_plus_others(step))}


def _plus_others(step: Step) -> Callable[..., Array]:
    return lambda at, z, h, path, *others: step.function(at, z, h, path) + sum(others)


@wrong_steps(
    "paths-lumped",
    "errors and weights are added up before they are multiplied",
    "Each path has its own error and its own weight: multiply along each path first, then add.",
)
def _lumped(steps: Steps) -> Iterator[tuple[str, Changes]]:
    for meeting, paths in _meeting(steps):
        parents = tuple(parent for path in paths for parent in path.parents)
        if not any(edge_of(path).source_wide or edge_of(path).target_wide for path in paths):
            yield meeting.place, {meeting.name: replace(meeting, parents=parents, function=_lump)}


def _lump(at: str, *values: Array) -> Array:
    return sum(values[::2]) * sum(values[1::2])


@wrong_steps(
    "error-shared-out",
    "the error of a sum is shared out among its inputs",
    "An addition copies its error signal: each of its inputs gets all of it, not a part.",
)
def _shared_out(steps: Steps) -> Iterator[tuple[str, Changes]]:
    inputs = Counter(edge.target for edge in edges_of(steps))
    yield (
        "",
        {
            step.name: replace(step, function=_divided(step, inputs[edge_of(step).target]))
            for step in steps
            if step.rule == "to_unit_below" and inputs[edge_of(step).target] > 1
        },
    )


def _divided(step: Step, inputs: int) -> Callable[..., Array]:
    return lambda at, *values: step.function(at, *values) / inputs
