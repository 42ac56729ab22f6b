"""Mistakes with the absolute error: the loss, and the sign that is its slope."""

from __future__ import annotations

import numpy as np

from backprop_course.core.forward import Output
from backprop_course.misconceptions.skip.formulas import wrong_formulas


def _absolute(at: Output) -> bool:
    return at.loss.name == "absolute_error"


_SIGN = "However large the error is, |y − y_hat| has slope 1 or −1: only the side of y on which y_hat lies counts."

wrong_formulas(
    "loss-not-absolute",
    "the absolute value is left out",
    "A loss is never negative: |y − y_hat| is the distance between prediction and target.",
    _absolute,
    "loss",
    lambda y_hat, y: y_hat - y,
    lambda y_hat, y: y - y_hat,
)
wrong_formulas(
    "other-loss", "", "", _absolute, "loss",
    lambda y_hat, y: 0.5 * (y_hat - y) ** 2,
    lambda y_hat, y: (y_hat - y) ** 2,
)  # fmt: skip
wrong_formulas(
    "half-too-much",
    "there is a factor ½ too much",
    "The ½ belongs to the squared error, where it cancels a 2; the absolute error has none.",
    _absolute,
    "loss",
    lambda y_hat, y: 0.5 * abs(y_hat - y),
)
wrong_formulas(
    "absolute-of-each",
    "the absolute values are taken before the difference",
    "First the difference y − y_hat, then the absolute value of that.",
    _absolute,
    "loss",
    lambda y_hat, y: abs(y) - abs(y_hat),
)
wrong_formulas(
    "loss-target-added", "", "", _absolute, "loss",
    lambda y_hat, y: abs(y_hat + y),
)  # fmt: skip
wrong_formulas(
    "difference-for-sign",
    "the difference itself is used instead of its sign",
    _SIGN,
    _absolute,
    "loss_gradient",
    lambda y_hat, y: y_hat - y,
    lambda y_hat, y: y - y_hat,
)
wrong_formulas(
    "absolute-ignored",
    "the slope of the absolute value is taken to be the same on both sides",
    _SIGN,
    _absolute,
    "loss_gradient",
    lambda y_hat, y: -1.0 + 0 * y_hat,
    lambda y_hat, y: 1.0 + 0 * y_hat,
)
wrong_formulas(
    "step-for-sign",
    "step is used where sign is needed",
    "step is 1 or 0. The slope of an absolute value is 1 or −1.",
    _absolute,
    "loss_gradient",
    lambda y_hat, y: np.heaviside(y_hat - y, 1.0),
    lambda y_hat, y: np.heaviside(y - y_hat, 1.0),
)
