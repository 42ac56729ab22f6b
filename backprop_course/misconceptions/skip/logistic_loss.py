"""Mistakes with the cross-entropy of two classes: the loss, and its slopes at y_hat and at z."""

from __future__ import annotations

import numpy as np

from backprop_course.core.forward import Output
from backprop_course.core.functions import Array
from backprop_course.misconceptions.skip.formulas import wrong_formulas


def _logistic(at: Output) -> bool:
    return at.loss.name == "logistic_loss"


def _slope(y_hat: Array) -> Array:
    return y_hat * (1 - y_hat)


def _loss_slope(y_hat: Array, y: Array) -> Array:
    return -y / y_hat + (1 - y) / (1 - y_hat)


_MINUS = (
    "The logarithm of a number below 1 is negative, and the loss is not: a minus stands before each of its two terms."
)
_SWAPPED = (
    "y goes with y_hat, the probability of class 1; 1 − y goes with 1 − y_hat. With y = 1, a large y_hat is good."
)
_BOTH = "There are two terms: one counts where y is 1, the other where y is 0. For both kinds of example, keep both."
_OTHER = "Each network has a loss of its own: look up which one this is."

wrong_formulas(
    "loss-minus-left-out",
    "a minus of the loss is left out",
    _MINUS,
    _logistic,
    "loss",
    lambda y_hat, y: y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat),
    lambda y_hat, y: -y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat),
    lambda y_hat, y: y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat),
)
wrong_formulas(
    "classes-swapped",
    "y and 1 − y are swapped",
    _SWAPPED,
    _logistic,
    "loss",
    lambda y_hat, y: -(1 - y) * np.log(y_hat) - y * np.log(1 - y_hat),
)
wrong_formulas(
    "one-class-only",
    "only one of the two classes is counted",
    _BOTH,
    _logistic,
    "loss",
    lambda y_hat, y: -y * np.log(y_hat),
    lambda y_hat, y: -(1 - y) * np.log(1 - y_hat),
)
wrong_formulas(
    "log-base",
    "a logarithm of another base is taken",
    "log is the natural logarithm here, base e: only its derivative is 1/x with no factor.",
    _logistic,
    "loss",
    lambda y_hat, y: (-y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat)) / np.log(10),
    lambda y_hat, y: (-y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat)) / np.log(2),
)
wrong_formulas(
    "prediction-for-target",
    "prediction and target have changed places",
    "The logarithm is taken of the prediction; the target says how much it counts.",
    _logistic,
    "loss",
    lambda y_hat, y: -y_hat * np.log(y) - (1 - y_hat) * np.log(1 - y),
)
wrong_formulas(
    "no-logarithm",
    "the logarithm is left out",
    "The loss is built from log y_hat and log(1 − y_hat): a confident wrong prediction must cost a lot.",
    _logistic,
    "loss",
    lambda y_hat, y: -y * y_hat - (1 - y) * (1 - y_hat),
)
wrong_formulas(
    "same-probability-twice",
    "the probability of class 1 stands in both terms",
    "The second term is about class 0, whose probability is 1 − y_hat.",
    _logistic,
    "loss",
    lambda y_hat, y: -y * np.log(y_hat) - (1 - y) * np.log(y_hat),
)
wrong_formulas(
    "log-of-product",
    "the target is put inside the logarithm",
    "y and 1 − y stand before the logarithms, as factors; with y = 0 inside, the logarithm would not exist.",
    _logistic,
    "loss",
    lambda y_hat, y: -np.log(y * y_hat) - np.log((1 - y) * (1 - y_hat)),
)
wrong_formulas(
    "other-loss",
    "another loss function is used",
    _OTHER,
    _logistic,
    "loss",
    lambda y_hat, y: 0.5 * (y_hat - y) ** 2,
    lambda y_hat, y: (y_hat - y) ** 2,
    lambda y_hat, y: abs(y_hat - y),
)

_INNER = "In log(1 − y_hat) there is a second chain: the derivative of 1 − y_hat by y_hat is −1."
_STEPS = "Two steps lead back to z: the loss's slope at y_hat, times the slope of the sigmoid."

wrong_formulas(
    "error-sign", "", "", _logistic, "loss_slope",
    lambda y_hat, y: -_loss_slope(y_hat, y),
)  # fmt: skip
wrong_formulas(
    "inner-minus-lost",
    "the minus of 1 − y_hat is lost",
    _INNER,
    _logistic,
    "loss_slope",
    lambda y_hat, y: -y / y_hat - (1 - y) / (1 - y_hat),
)
wrong_formulas(
    "inner-minus-lost", "", "", _logistic, "loss_gradient",
    lambda y_hat, y: -y * (1 - y_hat) - (1 - y) * y_hat,
)  # fmt: skip
wrong_formulas(
    "classes-swapped", "", "", _logistic, "loss_slope",
    lambda y_hat, y: _loss_slope(y_hat, 1 - y),
)  # fmt: skip
wrong_formulas(
    "classes-swapped", "", "", _logistic, "loss_gradient",
    lambda y_hat, y: y_hat - (1 - y),
)  # fmt: skip
wrong_formulas(
    "one-class-only", "", "", _logistic, "loss_slope",
    lambda y_hat, y: -y / y_hat,
    lambda y_hat, y: (1 - y) / (1 - y_hat),
)  # fmt: skip
wrong_formulas(
    "one-class-only", "", "", _logistic, "loss_gradient",
    lambda y_hat, y: -y * (1 - y_hat),
    lambda y_hat, y: (1 - y) * y_hat,
)  # fmt: skip
wrong_formulas(
    "differentiated-by-target",
    "the loss is differentiated by y instead of y_hat",
    "y is a fixed number of the example. What the network can change is y_hat, and that stands inside the logarithms.",
    _logistic,
    "loss_slope",
    lambda y_hat, y: -np.log(y_hat) + np.log(1 - y_hat),
)
wrong_formulas(
    "target-left-out", "", "", _logistic, "loss_slope",
    lambda y_hat, y: -1 / y_hat + 1 / (1 - y_hat),
)  # fmt: skip
wrong_formulas(
    "loss-for-gradient", "", "", _logistic, "loss_slope",
    lambda y_hat, y: -y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat),
)  # fmt: skip
wrong_formulas(
    "gradient-of-z",
    "this is the gradient at z_2, not yet the one at y_hat",
    "One step at a time: first only differentiate the two logarithms by y_hat.",
    _logistic,
    "loss_slope",
    lambda y_hat, y: y_hat - y,
)
wrong_formulas(
    "extra-slope",
    "the output's slope is multiplied in once too often",
    "y_hat − y is already the gradient at z: with cross-entropy, the slope of sigmoid or softmax has cancelled out.",
    _logistic,
    "loss_gradient",
    lambda y_hat, y: (y_hat - y) * _slope(y_hat),
)
wrong_formulas(
    "output-slope-left-out",
    "the slope of the output's sigmoid is left out",
    _STEPS,
    _logistic,
    "loss_gradient",
    _loss_slope,
)
wrong_formulas(
    "error-not-carried", "", "", _logistic, "loss_gradient",
    lambda y_hat, y: _slope(y_hat),
)  # fmt: skip
wrong_formulas(
    "factors-added", "", "", _logistic, "loss_gradient",
    lambda y_hat, y: _loss_slope(y_hat, y) + _slope(y_hat),
)  # fmt: skip
