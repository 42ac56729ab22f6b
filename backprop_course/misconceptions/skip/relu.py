"""Mistakes with ReLUs: their mask, and where it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from backprop_course.core.functions import Activation, Array, relu
from backprop_course.core.trace import Step
from backprop_course.misconceptions.registry import (
    Changes,
    Steps,
    wrong_inputs,
    wrong_rule,
    wrong_steps,
)
from backprop_course.misconceptions.wrong_equations import wrong_equation


def _is_relu(activation: Activation) -> bool:
    return activation.name == "relu"


_MASK = "A ReLU lets the error through where z ≥ 0, unchanged, and stops it where z < 0."


wrong_equation(
    "mask-left-out",
    "the ReLU's mask is left out",
    f"{_MASK} (Its mask needs z: step(h) is always 1, because h is never negative.)",
    where=_is_relu,
    through_activation="dL_dh",
)


@wrong_rule("mask-reversed", "the ReLU's mask is the wrong way round", _MASK, _is_relu)
class _MaskReversed:
    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        return dL_dh * (z < 0)


wrong_equation(
    "relu-of-gradient",
    "the ReLU is applied to the gradient",
    f"{_MASK} The sign of the error itself plays no part.",
    where=_is_relu,
    through_activation="relu(dL_dh)",
)

wrong_equation(
    "sign-for-mask",
    "sign is used where step is needed",
    f"{_MASK} sign would turn it round there.",
    where=_is_relu,
    through_activation="dL_dh * sign(z)",
)


@wrong_rule("derivative-for-activation", where=_is_relu)
class _DerivativeForActivation:
    def activate(self, activation: Activation, z: Array) -> Array:
        return np.heaviside(z, 1.0)


@wrong_inputs(
    "slope-of-other-unit",
    "another unit's slope is used",
    "An error that goes back through a unit meets the slope of this unit: its own z and h.",
    "through_activation",
)
def _slope_of_other_unit(step: Step, steps: Steps) -> Iterator[tuple[str, ...]]:
    for other in steps:
        if other.rule == "through_activation" and other.at == step.at:
            yield (*other.parents[:2], *step.parents[2:])


def _hidden_relu(steps: Steps) -> bool:
    return any(step.rule == "activate" and step.at is relu for step in steps)


def _with_relu(steps: Steps, rule: str) -> Iterator[tuple[str, Changes]]:
    """The linear output with the hidden units' ReLU, in the steps of a rule."""
    if _hidden_relu(steps):
        outputs = [step for step in steps if step.rule == rule and step.at.name == "linear"]
        yield "", {step.name: replace(step, at=relu) for step in outputs}


@wrong_steps("activation-on-output", "", "")
def _relu_on_output(steps: Steps) -> Iterator[tuple[str, Changes]]:
    yield from _with_relu(steps, "activate")


@wrong_steps("derivative-on-output", "", "")
def _mask_on_output(steps: Steps) -> Iterator[tuple[str, Changes]]:
    yield from _with_relu(steps, "through_activation")
