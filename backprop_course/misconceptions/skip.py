"""Mistakes with the skip networks' losses and ReLUs: cross-entropy of two classes, the absolute error, the mask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from backprop_course.core.forward import Output
from backprop_course.core.functions import Activation, Array, relu, sigmoid
from backprop_course.core.trace import Step
from backprop_course.misconceptions.registry import (
    Changes,
    Steps,
    replaced,
    wrong_inputs,
    wrong_rule,
    wrong_steps,
)


def _logistic(at: Output) -> bool:
    return at.loss.name == "logistic_loss"


def _absolute(at: Output) -> bool:
    return at.loss.name == "absolute_error"


def _is_relu(activation: Activation) -> bool:
    return activation.name == "relu"


Formula = Callable[[Array, Array], Array]


def _wrong(id: str, name: str, hint: str, where: Callable[[Output], bool], rule: str, *formulas: Formula) -> None:
    """Registers wrong formulas, each in (y_hat, y), for the loss or for one of its slopes."""

    def overriding(formula: Formula) -> type:
        def method(self: Any, at: Output, out: Array, y: Array) -> Array:
            # The loss is handed z where it is taken together with its activation.
            return formula(sigmoid.value(out) if rule == "loss" and at.loss.fused else out, y)

        return type(id.title().replace("-", ""), (), {rule: method})

    for formula in formulas:
        wrong_rule(id, name, hint, where)(overriding(formula))


def _slope(y_hat: Array) -> Array:
    return y_hat * (1 - y_hat)


def _loss_slope(y_hat: Array, y: Array) -> Array:
    return -y / y_hat + (1 - y) / (1 - y_hat)


# --- Cross-entropy of two classes: the loss ----------------------------------------------------------

_MINUS = (
    "The logarithm of a number below 1 is negative, and the loss is not: a minus stands before each of its two terms."
)
_SWAPPED = (
    "y goes with y_hat, the probability of class 1; 1 − y goes with 1 − y_hat. With y = 1, a large y_hat is good."
)
_BOTH = "There are two terms: one counts where y is 1, the other where y is 0. For both kinds of example, keep both."
_OTHER = "Each network has a loss of its own: look up which one this is."

_wrong(
    "loss-minus-left-out",
    "a minus of the loss is left out",
    _MINUS,
    _logistic,
    "loss",
    lambda y_hat, y: y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat),
    lambda y_hat, y: -y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat),
    lambda y_hat, y: y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat),
)
_wrong(
    "classes-swapped",
    "y and 1 − y are swapped",
    _SWAPPED,
    _logistic,
    "loss",
    lambda y_hat, y: -(1 - y) * np.log(y_hat) - y * np.log(1 - y_hat),
)
_wrong(
    "one-class-only",
    "only one of the two classes is counted",
    _BOTH,
    _logistic,
    "loss",
    lambda y_hat, y: -y * np.log(y_hat),
    lambda y_hat, y: -(1 - y) * np.log(1 - y_hat),
)
_wrong(
    "log-base",
    "a logarithm of another base is taken",
    "log is the natural logarithm here, base e: only its derivative is 1/x with no factor.",
    _logistic,
    "loss",
    lambda y_hat, y: (-y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat)) / np.log(10),
    lambda y_hat, y: (-y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat)) / np.log(2),
)
_wrong(
    "prediction-for-target",
    "prediction and target have changed places",
    "The logarithm is taken of the prediction; the target says how much it counts.",
    _logistic,
    "loss",
    lambda y_hat, y: -y_hat * np.log(y) - (1 - y_hat) * np.log(1 - y),
)
_wrong(
    "no-logarithm",
    "the logarithm is left out",
    "The loss is built from log y_hat and log(1 − y_hat): a confident wrong prediction must cost a lot.",
    _logistic,
    "loss",
    lambda y_hat, y: -y * y_hat - (1 - y) * (1 - y_hat),
)
_wrong(
    "same-probability-twice",
    "the probability of class 1 stands in both terms",
    "The second term is about class 0, whose probability is 1 − y_hat.",
    _logistic,
    "loss",
    lambda y_hat, y: -y * np.log(y_hat) - (1 - y) * np.log(y_hat),
)
_wrong(
    "log-of-product",
    "the target is put inside the logarithm",
    "y and 1 − y stand before the logarithms, as factors; with y = 0 inside, the logarithm would not exist.",
    _logistic,
    "loss",
    lambda y_hat, y: -np.log(y * y_hat) - np.log((1 - y) * (1 - y_hat)),
)
_wrong(
    "other-loss",
    "another loss function is used",
    _OTHER,
    _logistic,
    "loss",
    lambda y_hat, y: 0.5 * (y_hat - y) ** 2,
    lambda y_hat, y: (y_hat - y) ** 2,
    lambda y_hat, y: abs(y_hat - y),
)

# --- Cross-entropy of two classes: its slope at y_hat, and at z --------------------------------------

_INNER = "In log(1 − y_hat) there is a second chain: the derivative of 1 − y_hat by y_hat is −1."
_STEPS = "Two steps lead back to z: the loss's slope at y_hat, times the slope of the sigmoid."

_wrong(
    "error-sign", "", "", _logistic, "loss_slope",
    lambda y_hat, y: -_loss_slope(y_hat, y),
)  # fmt: skip
_wrong(
    "inner-minus-lost",
    "the minus of 1 − y_hat is lost",
    _INNER,
    _logistic,
    "loss_slope",
    lambda y_hat, y: -y / y_hat - (1 - y) / (1 - y_hat),
)
_wrong(
    "inner-minus-lost", "", "", _logistic, "loss_gradient",
    lambda y_hat, y: -y * (1 - y_hat) - (1 - y) * y_hat,
)  # fmt: skip
_wrong(
    "classes-swapped", "", "", _logistic, "loss_slope",
    lambda y_hat, y: _loss_slope(y_hat, 1 - y),
)  # fmt: skip
_wrong(
    "classes-swapped", "", "", _logistic, "loss_gradient",
    lambda y_hat, y: y_hat - (1 - y),
)  # fmt: skip
_wrong(
    "one-class-only", "", "", _logistic, "loss_slope",
    lambda y_hat, y: -y / y_hat,
    lambda y_hat, y: (1 - y) / (1 - y_hat),
)  # fmt: skip
_wrong(
    "one-class-only", "", "", _logistic, "loss_gradient",
    lambda y_hat, y: -y * (1 - y_hat),
    lambda y_hat, y: (1 - y) * y_hat,
)  # fmt: skip
_wrong(
    "differentiated-by-target",
    "the loss is differentiated by y instead of y_hat",
    "y is a fixed number of the example. What the network can change is y_hat, and that stands inside the logarithms.",
    _logistic,
    "loss_slope",
    lambda y_hat, y: -np.log(y_hat) + np.log(1 - y_hat),
)
_wrong(
    "target-left-out", "", "", _logistic, "loss_slope",
    lambda y_hat, y: -1 / y_hat + 1 / (1 - y_hat),
)  # fmt: skip
_wrong(
    "loss-for-gradient", "", "", _logistic, "loss_slope",
    lambda y_hat, y: -y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat),
)  # fmt: skip
_wrong(
    "gradient-of-z",
    "this is the gradient at z_2, not yet the one at y_hat",
    "One step at a time: first only differentiate the two logarithms by y_hat.",
    _logistic,
    "loss_slope",
    lambda y_hat, y: y_hat - y,
)
_wrong(
    "extra-slope",
    "the output's slope, h(1 − h), is multiplied in once too often",
    "y_hat − y is already the gradient at z: with cross-entropy, the slope of sigmoid or softmax has cancelled out.",
    _logistic,
    "loss_gradient",
    lambda y_hat, y: (y_hat - y) * _slope(y_hat),
)
_wrong(
    "output-slope-left-out",
    "the slope of the output's sigmoid is left out",
    _STEPS,
    _logistic,
    "loss_gradient",
    _loss_slope,
)
_wrong(
    "error-not-carried", "", "", _logistic, "loss_gradient",
    lambda y_hat, y: _slope(y_hat),
)  # fmt: skip
_wrong(
    "factors-added", "", "", _logistic, "loss_gradient",
    lambda y_hat, y: _loss_slope(y_hat, y) + _slope(y_hat),
)  # fmt: skip

# --- The absolute error ------------------------------------------------------------------------------

_SIGN = "However large the error is, |y − y_hat| has slope 1 or −1: only the side of y on which y_hat lies counts."

_wrong(
    "loss-not-absolute",
    "the absolute value is left out",
    "A loss is never negative: |y − y_hat| is the distance between prediction and target.",
    _absolute,
    "loss",
    lambda y_hat, y: y_hat - y,
    lambda y_hat, y: y - y_hat,
)
_wrong(
    "other-loss", "", "", _absolute, "loss",
    lambda y_hat, y: 0.5 * (y_hat - y) ** 2,
    lambda y_hat, y: (y_hat - y) ** 2,
)  # fmt: skip
_wrong(
    "half-too-much",
    "there is a factor ½ too much",
    "The ½ belongs to the squared error, where it cancels a 2; the absolute error has none.",
    _absolute,
    "loss",
    lambda y_hat, y: 0.5 * abs(y_hat - y),
)
_wrong(
    "absolute-of-each",
    "the absolute values are taken before the difference",
    "First the difference y − y_hat, then the absolute value of that.",
    _absolute,
    "loss",
    lambda y_hat, y: abs(y) - abs(y_hat),
)
_wrong(
    "loss-target-added", "", "", _absolute, "loss",
    lambda y_hat, y: abs(y_hat + y),
)  # fmt: skip
_wrong(
    "difference-for-sign",
    "the difference itself is used instead of its sign",
    _SIGN,
    _absolute,
    "loss_gradient",
    lambda y_hat, y: y_hat - y,
    lambda y_hat, y: y - y_hat,
)
_wrong(
    "absolute-ignored",
    "the slope of the absolute value is taken to be the same on both sides",
    _SIGN,
    _absolute,
    "loss_gradient",
    lambda y_hat, y: -1.0 + 0 * y_hat,
    lambda y_hat, y: 1.0 + 0 * y_hat,
)
_wrong(
    "step-for-sign",
    "step is used where sign is needed",
    "step is 1 or 0. The slope of an absolute value is 1 or −1.",
    _absolute,
    "loss_gradient",
    lambda y_hat, y: np.heaviside(y_hat - y, 1.0),
    lambda y_hat, y: np.heaviside(y - y_hat, 1.0),
)

# --- ReLU --------------------------------------------------------------------------------------------

_MASK = "A ReLU lets the error through where z ≥ 0, unchanged, and stops it where z < 0."


@wrong_rule(
    "mask-left-out",
    "the ReLU's mask is left out",
    f"{_MASK} (Its mask needs z: step(h) is always 1, because h is never negative.)",
    _is_relu,
)
class _MaskLeftOut:
    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        return dL_dh


@wrong_rule("mask-reversed", "the ReLU's mask is the wrong way round", _MASK, _is_relu)
class _MaskReversed:
    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        return dL_dh * (z < 0)


@wrong_rule(
    "relu-of-gradient",
    "the ReLU is applied to the gradient",
    f"{_MASK} The sign of the error itself plays no part.",
    _is_relu,
)
class _ReluOfGradient:
    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        return relu.value(dL_dh)


@wrong_rule("sign-for-mask", "sign is used where step is needed", f"{_MASK} sign would turn it round there.", _is_relu)
class _SignForMask:
    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        return dL_dh * np.sign(z)


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


# --- The skip connection -----------------------------------------------------------------------------


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


# --- A step of gradient descent, and the loss after it -----------------------------------------------


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
    new = {step.name for step in steps if step.rule == "activate" and step.name.startswith("new_")}
    changes = {
        step.name: replace(step, parents=tuple(name[len("new_") :] if name in new else name for name in step.parents))
        for step in steps
        if step.rule == "weighted_sum" and new & {*step.parents}
    }
    yield "", changes
    for name, wrong in changes.items():
        yield wrong.place, {name: wrong}
