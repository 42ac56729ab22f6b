"""Mistakes at the skip connection itself: where what it brings is added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backprop_course.core.functions import Activation, Array
from backprop_course.misconceptions.registry import (
    Changes,
    Steps,
    wrong_steps,
)


@wrong_steps(
    "skip-after-activation",
    "the skip connection's input is added after the activation function",
    "All weighted inputs are added up to z first; then z goes through the activation function.",
)
def _skip_after_activation(steps: Steps) -> Iterator[tuple[str, Changes]]:
    made = {step.name: step for step in steps}
    for step in steps:
        z = made.get(step.parents[0]) if step.parents else None
        if step.rule == "activate" and step.at.name != "linear" and z and len(z.parents) == 4:
            parents = z.parents
            for apart in (_added_after, _activated_apart):
                yield step.place, {step.name: replace(step, parents=parents, function=apart)}


def _added_after(at: Activation, h: Array, w: Array, h_skip: Array, w_skip: Array) -> Array:
    return at.value(h * w) + h_skip * w_skip


def _activated_apart(at: Activation, h: Array, w: Array, h_skip: Array, w_skip: Array) -> Array:
    return at.value(h * w) + at.value(h_skip * w_skip)
