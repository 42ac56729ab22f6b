"""Mistakes with the loss after a step of gradient descent: what is old where it should be new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backprop_course.core.names import PREDICTION, activation
from backprop_course.misconceptions.registry import (
    Changes,
    Steps,
    replaced,
    wrong_steps,
)


@wrong_steps(
    "old-weights-used",
    "an old weight is used in the new forward pass",
    "After the step, the network has four new weights: go forward once more with all of them.",
)
def _old_weights(steps: Steps) -> Iterator[tuple[str, Changes]]:
    old = {step.name: step.place for step in steps if step.rule == "step"}
    changes: Changes = {}
    for step in steps:
        if step.rule == "weighted_sum" and old.keys() & step.parents:
            wrong = replace(step, parents=tuple(old.get(name, name) for name in step.parents))
            changes[step.name] = wrong
    yield "", changes
    for name, wrong in changes.items():
        for position, weight in enumerate(wrong.parents):
            right = next(step for step in steps if step.name == name).parents
            if right[position] != weight:
                yield wrong.place, {name: replace(wrong, parents=replaced(right, position, weight))}


@wrong_steps(
    "old-activations-used",
    "old activations are used in the new forward pass",
    "A new weight changes every z and h that comes after it: work them out anew, from the input on.",
)
def _old_activations(steps: Steps) -> Iterator[tuple[str, Changes]]:
    own = {step.name: activation(step.unit) for step in steps if step.kind == "activation" and step.name != PREDICTION}
    old = {name: usual for name, usual in own.items() if name != usual}  # of the pass that was there before
    changes = {
        step.name: replace(step, parents=tuple(old.get(name, name) for name in step.parents))
        for step in steps
        if step.rule == "weighted_sum" and old.keys() & step.parents
    }
    yield "", changes
    for name, wrong in changes.items():
        yield wrong.place, {name: wrong}
