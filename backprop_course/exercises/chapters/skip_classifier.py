"""04: a classifier with a skip connection, with pen and paper: every equation of both passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backprop_course.core.backprop import Backprop, steps_of_both
from backprop_course.core.functions import Array, sigmoid
from backprop_course.core.trace import Step
from backprop_course.exercises.chapters.derivations import CROSS_ENTROPY
from backprop_course.exercises.constructors.bugs import bug
from backprop_course.exercises.functions.network_functions import gradients_of
from backprop_course.exercises.kinds import Exercise, Formula
from backprop_course.misconceptions import Steps
from backprop_course.networks import skip_classifier, with_activation


class StepByStep(Backprop):
    """The cross-entropy of two classes differentiated by y_hat; `Backprop` goes on to z in the same breath."""

    def loss_slope(self, at: Any, y_hat: Array, y: Array) -> Array:
        """dL/dy_hat = (y_hat − y) / (y_hat (1 − y_hat)): what is left of dL/dz without the sigmoid's slope."""
        return at.loss.gradient(y_hat, y) / sigmoid.derivative(None, y_hat)

    def loss_slope_text(self, at: Any, y_hat: str, y: str) -> str:
        return f"-{y} / {y_hat} + (1 - {y}) / (1 - {y_hat})"

    def loss_slope_forms(self, at: Any, y_hat: str, y: str) -> tuple[str, ...]:
        return (f"({y_hat} - {y}) / ({y_hat} * (1 - {y_hat}))",)


_RULES = StepByStep()
_STEPS = (
    *steps_of_both(skip_classifier),
    Step("dL_dy_hat", "loss_slope", skip_classifier.output(), ("y_hat", "y"), "L", _RULES),
    # An error of 1 at y_hat comes out as the slope itself.
    Step("dy_hat_dz_2", "through_activation", sigmoid, ("z_2", "y_hat", "one"), "2", _RULES),
)
_GIVEN = ("x", *skip_classifier.weights, "y")
_FORWARD = ("z_0", "h_0", "z_1", "h_1", "z_2", "y_hat", "L")
_OUTPUT = ("dL_dy_hat", "dy_hat_dz_2", "dL_dz_2")
_BACKWARD = ("dL_dh_1", "dL_dz_1", "dL_dh_0", "dL_dz_0", "dL_dw_2", "dL_dw_s", "dL_dw_1", "dL_dw_0")


def _draw(rng: np.random.Generator) -> dict[str, Array]:
    weights, x, _ = skip_classifier.random(rng)
    return {**weights, "x": x, "y": rng.uniform(0.05, 0.95), "one": 1.0}


def _draw_output(rng: np.random.Generator) -> dict[str, Array]:
    z_2 = rng.uniform(-3, 3)
    return {"z_2": z_2, "y_hat": sigmoid.value(z_2), "y": rng.uniform(0.05, 0.95), "one": 1.0}


def _formulas(
    id: str,
    asked: tuple[str, ...],
    before: tuple[str, ...],
    steps: Steps = _STEPS,
    draw: Callable[[np.random.Generator], dict[str, Array]] = _draw,
) -> Formula:
    at_hand = {name: (*before, *asked[:k]) for k, name in enumerate(asked)}
    return Formula(id, asked, steps, draw, at_hand)


EXERCISES: tuple[Exercise, ...] = (
    _formulas("skip-classifier-forward", _FORWARD, _GIVEN),
    _formulas(
        "cross-entropy-gradient",
        _OUTPUT,
        ("y_hat", "y"),
        tuple(step for step in _STEPS if step.name in _OUTPUT),
        _draw_output,
    ),
    CROSS_ENTROPY,
    _formulas("skip-classifier-backward", _BACKWARD, _GIVEN + _FORWARD + _OUTPUT),
    gradients_of("skip-classifier-gradients", "skip_classifier_gradients", skip_classifier, ("weights", "x", "y")),
    bug("skip-bug", with_activation(skip_classifier, "sigmoid"), mistake="z-for-h-in-derivative", at="dL_dz_1"),
)
