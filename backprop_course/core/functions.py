"""Activations and losses: the value and the derivative of each, side by side.

Every formula is written twice, once to compute and once to read: `{z}` in a text stands for the
name, or the number, that the reader sees there. Texts are NumPy expressions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from backprop_course.core.arrays import as_array
from backprop_course.errors import CourseError

T = TypeVar("T")
Array = Any
"""A float, a NumPy scalar or a NumPy array of floats."""


@dataclass(frozen=True)
class Activation:
    """A unit's nonlinearity, h = f(z).

    value(z): h, of z's shape.
    derivative(z, h): dh/dz, of z's shape; h = value(z) is handed over so that nothing is computed twice.
    """

    name: str
    value: Callable[[Array], Array] = field(repr=False)
    derivative: Callable[[Array, Array], Array] = field(repr=False)
    value_text: str = field(repr=False)
    derivative_text: str = field(repr=False)

    def __call__(self, z: Array) -> Array:
        """h = f(z), of z's shape; z: a number, an array, or what can be read as one.

        Raises CourseError for what is neither.
        """
        return self.value(as_array("z", z))

    def pull_back(self, z: Array, h: Array, dL_dh: Array) -> Array:
        """The gradient at z, from the gradient at h: dL/dz = dL/dh · f'(z)."""
        return dL_dh * self.derivative(z, h)

    @property
    def pull_back_text(self) -> str:
        """The same, to read."""
        return "{dL_dh} * " + self.derivative_text if self.derivative_text else "{dL_dh}"


@dataclass(frozen=True)
class Softmax(Activation):
    """An activation in which every output depends on every input of its layer."""

    def __call__(self, z: Array) -> Array:
        """h = f(z), over the last axis. Raises CourseError for a single number: softmax needs a layer."""
        if not np.ndim(z):
            raise CourseError(f"{self.name} of a single number is always 1; give it a layer's numbers, as [1.0, 2.0].")
        return super().__call__(z)

    def pull_back(self, z: Array, h: Array, dL_dh: Array) -> Array:
        """dL/dz = h · (dL/dh − Σ h · dL/dh): the product with the Jacobian, without building it."""
        return h * (dL_dh - (h * dL_dh).sum(axis=-1, keepdims=True))

    @property
    def pull_back_text(self) -> str:
        """The same, to read."""
        return "{h} * ({dL_dh} - ({h} * {dL_dh}).sum(axis=-1, keepdims=True))"


# One number takes Python's own functions: NumPy's need ten times as long for it.


def _exp(z: Array) -> Array:
    return math.exp(z) if z.__class__ is float else np.exp(z)


def _log1p(z: Array) -> Array:
    return math.log1p(z) if z.__class__ is float else np.log1p(z)


def _tanh(z: Array) -> Array:
    return math.tanh(z) if z.__class__ is float else np.tanh(z)


def _relu(z: Array) -> Array:
    return (0.0 if z < 0 else z) if z.__class__ is float else np.maximum(z, 0)


def _sign(difference: Array) -> Array:
    return math.copysign(1, difference) if difference.__class__ is float else np.copysign(1, difference)


def _sigmoid(z: Array) -> Array:
    # exp(-z) may be too large for a float: inf, and 1 / (1 + inf) is the 0 that is right there.
    if z.__class__ is float:
        return 0.0 if z < -709 else 1 / (1 + math.exp(-z))
    with np.errstate(over="ignore"):
        e = np.exp(-z)
    e += 1  # in place: a large layer spends its time on memory, and e is nobody else's
    return 1 / e


def _softmax(z: Array) -> Array:
    # Shifting every logit by the largest changes nothing in the quotient and keeps exp below 1.
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    e /= e.sum(axis=-1, keepdims=True)
    return e


def _softmax_jacobian(z: Array, h: Array) -> Array:
    return h[..., :, None] * (np.eye(h.shape[-1], dtype=h.dtype) - h[..., None, :])


linear = Activation("linear", lambda z: z, lambda z, h: 1.0, "{z}", "")
sigmoid = Activation("sigmoid", _sigmoid, lambda z, h: h * (1 - h), "sigmoid({z})", "{h} * (1 - {h})")
tanh = Activation("tanh", _tanh, lambda z, h: 1 - h * h, "tanh({z})", "(1 - {h}**2)")
# The chosen subgradient: relu'(0) = 1.
relu = Activation("relu", _relu, lambda z, h: z >= 0, "relu({z})", "step({z})")
softmax = Softmax("softmax", _softmax, _softmax_jacobian, "softmax({z})", "")

ACTIVATIONS = {f.name: f for f in (linear, sigmoid, tanh, relu, softmax)}


@dataclass(frozen=True)
class Loss:
    """What is to become small, for one example.

    value(out, y): the loss of every number that the network puts out, of out's shape (a layer's are then
        added up); `out` is y_hat, or the last pre-activation z where `fused`.
    gradient(y_hat, y): its derivative with respect to that same `out`.
    fused: the name of the output activation this loss belongs to. Taken together with it, loss and
        gradient are computed from z, so that a saturated unit neither overflows nor takes the log of 0.
    """

    name: str
    value: Callable[[Array, Array], Array] = field(repr=False)
    gradient: Callable[[Array, Array], Array] = field(repr=False)
    value_text: str = field(repr=False)
    gradient_text: str = field(repr=False)
    fused: str | None = field(default=None, repr=False)


def _minus_log_softmax(z: Array) -> Array:
    # log Σ exp(z) − z, shifted by the largest logit. That one's exp is 1: leaving it to log1p keeps
    # every digit of a small loss. Sorted, it is the last.
    shifted = z - z.max(axis=-1, keepdims=True)
    others = np.sort(np.exp(shifted), axis=-1)[..., :-1]
    return np.log1p(others.sum(axis=-1, keepdims=True)) - shifted


def _half_square(difference: Array) -> Array:
    # Not difference**2, which stops with an OverflowError where a float gets too large.
    return 0.5 * difference * difference


squared_error = Loss(
    "squared_error",
    lambda y_hat, y: _half_square(y_hat - y),
    lambda y_hat, y: y_hat - y,
    "0.5 * ({y_hat} - {y})**2",
    "{y_hat} - {y}",
)
# The chosen subgradient: +1 where y_hat > y, else -1. (0 + y makes a target of -0 the 0 it is.)
absolute_error = Loss(
    "absolute_error",
    lambda y_hat, y: abs(y - y_hat),
    lambda y_hat, y: -_sign(0 + y - y_hat),
    "abs({y} - {y_hat})",
    "sign({y_hat} - {y})",
)
# -y log y_hat - (1 - y) log(1 - y_hat), with y_hat = sigmoid(z) put in and simplified.
logistic_loss = Loss(
    "logistic_loss",
    lambda z, y: _relu(z) - y * z + _log1p(_exp(-abs(z))),
    lambda y_hat, y: y_hat - y,
    "-{y} * log({y_hat}) - (1 - {y}) * log(1 - {y_hat})",
    "{y_hat} - {y}",
    fused="sigmoid",
)
# -Σ y log y_hat, with y_hat = softmax(z) put in; every row of y adds up to 1.
softmax_cross_entropy = Loss(
    "softmax_cross_entropy",
    lambda z, y: y * _minus_log_softmax(z),
    lambda y_hat, y: y_hat - y,
    "-{y} * log({y_hat})",
    "{y_hat} - {y}",
    fused="softmax",
)

LOSSES = {f.name: f for f in (squared_error, absolute_error, logistic_loss, softmax_cross_entropy)}


def activation_named(name: str | Activation) -> Activation:
    """The activation of that name; an activation is handed back as it is.

    Raises CourseError for a name that the course does not know.
    """
    if isinstance(name, Activation):
        return name
    return _named(name, ACTIVATIONS, "activation")


def loss_named(name: str | Loss) -> Loss:
    """The loss of that name; a loss is handed back as it is.

    Raises CourseError for a name that the course does not know.
    """
    if isinstance(name, Loss):
        return name
    return _named(name, LOSSES, "loss")


def _named(name: str, known: dict[str, T], kind: str) -> T:
    if not isinstance(name, str) or name not in known:
        raise CourseError(f"There is no {kind} called {name!r}; there are {', '.join(known)}.")
    return known[name]
