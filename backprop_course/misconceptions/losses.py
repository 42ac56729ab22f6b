"""Mistakes of the loss and of its gradient, where every error starts."""

from __future__ import annotations

from collections.abc import Callable

from backprop_course.core.backprop import Backprop
from backprop_course.core.forward import Output
from backprop_course.core.functions import Array
from backprop_course.misconceptions.registry import wrong_rule
from backprop_course.misconceptions.wrong_equations import wrong_equation

_RIGHT = Backprop()
"""The right rules: a mistake in the loss is no mistake in the mean over a batch."""


def _loss_is(name: str) -> Callable[[Output], bool]:
    return lambda at: at.loss.name == name


@wrong_rule(
    "loss-factor",
    "the factor ½ of the loss is left out",
    "The loss is ½ (y_hat − y)²; the ½ is there so that its derivative has no 2.",
    _loss_is("squared_error"),
)
class _LossWithoutHalf:
    def loss(self, at: Output, out: Array, y: Array) -> Array:
        return 2 * at.loss.value(out, y)


wrong_equation(
    "loss-not-squared",
    "the difference is not squared",
    "The loss is ½ (y_hat − y)²: never negative, and 0 only where prediction and target agree.",
    where=_loss_is("squared_error"),
    loss=("0.5 * (out - y)", "0.5 * abs(out - y)"),
)


@wrong_rule(
    "gradient-for-loss",
    "this is the loss's gradient, not the loss",
    "y_hat − y is where the backward pass starts; the loss itself is ½ (y_hat − y)².",
    _loss_is("squared_error"),
)
class _GradientForLoss:
    def loss(self, at: Output, out: Array, y: Array) -> Array:
        return at.loss.gradient(out, y)


@wrong_rule(
    "loss-target-added",
    "prediction and target are added, not subtracted",
    "The loss measures how far y_hat is from y: it starts from their difference.",
    _loss_is("squared_error"),
)
class _LossTargetAdded:
    def loss(self, at: Output, out: Array, y: Array) -> Array:
        return at.loss.value(out, -y)


wrong_equation(
    "error-sign",
    "the error has the wrong sign",
    "Differentiate the loss by y_hat, not by y: where the prediction is too high, the gradient is positive.",
    loss_gradient="-right",
)

wrong_equation(
    "error-doubled",
    "the error is twice what it should be",
    "The ½ of the loss cancels the 2 that comes down when the square is differentiated.",
    where=_loss_is("squared_error"),
    loss_gradient="2 * right",
)

wrong_equation(
    "error-halved",
    "the error is half of what it should be",
    "Differentiating the square brings down a 2, and it cancels the ½.",
    where=_loss_is("squared_error"),
    loss_gradient="0.5 * right",
)


@wrong_rule(
    "loss-for-gradient",
    "the loss is used where its gradient is asked",
    "The backward pass starts from dL/dy_hat, the loss's derivative, not from L.",
    lambda at: not at.loss.fused,
)
class _LossForGradient:
    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        value = at.loss.value(y_hat, y)
        return value / len(value) if at.batched else value


@wrong_rule(
    "target-left-out",
    "the target y is left out of the error",
    "The error compares the prediction with the target.",
    lambda at: at.loss.name != "absolute_error",
)
class _TargetLeftOut:
    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        return _RIGHT.loss_gradient(at, y_hat, 0 * y)
