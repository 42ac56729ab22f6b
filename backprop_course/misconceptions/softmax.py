"""Mistakes with a layer of probabilities: the softmax, and the error at its logits."""

from __future__ import annotations

import numpy as np

from backprop_course.core.forward import Output
from backprop_course.core.functions import Activation, Array, softmax, softmax_cross_entropy
from backprop_course.misconceptions.registry import wrong_rule
from backprop_course.misconceptions.wrong_equations import wrong_equation

_ROW = "Each example has its own probabilities: sum along the last axis (axis=-1, keepdims=True)."
_SHIFT = (
    "Subtract the largest logit of each row before exp: in the quotient it cancels, and exp then gets nothing above 0."
)
_DISTRIBUTION = "A softmax divides every exp by their sum, so that they are positive and add up to 1."
_MEAN = "The loss of an example is a sum over its classes; the loss of a batch is the mean over its examples."


def _is_softmax(activation: Activation) -> bool:
    return activation is softmax


def _is_cross_entropy(at: Output) -> bool:
    return at.loss is softmax_cross_entropy


def _share(at: Output, gradient: Array) -> Array:
    """Each example's share of a gradient of the mean."""
    return gradient / len(gradient) if at.batched else gradient


# --- Forward: from logits to probabilities ------------------------------------------------------------


wrong_equation(
    "no-max-shift",
    "the largest logit is not subtracted before exp, which then becomes too large",
    _SHIFT,
    where=_is_softmax,
    activate="exp(z) / exp(z).sum(axis=-1, keepdims=True)",
)


@wrong_rule("max-shift-of-all", "the largest logit of all rows is subtracted from every row", _SHIFT, _is_softmax)
class _MaxShiftOfAll:
    def activate(self, activation: Activation, z: Array) -> Array:
        e = np.exp(z - z.max())
        return e / e.sum(axis=-1, keepdims=True)


wrong_equation(
    "max-shift-in-one-place",
    "the largest logit is subtracted above the fraction bar, but not below it",
    "It cancels only if it is subtracted in both places: compute e = exp(z − max) once, then divide it by its own sum.",
    where=_is_softmax,
    activate=(
        "exp(z - z.max(axis=-1, keepdims=True)) / exp(z).sum(axis=-1, keepdims=True)",
        "exp(z - z.max()) / exp(z).sum(axis=-1, keepdims=True)",
    ),
)

wrong_equation(
    "softmax-not-normalised",
    "the exps are not divided by their sum",
    _DISTRIBUTION,
    where=_is_softmax,
    activate=("exp(z)", "exp(z - z.max(axis=-1, keepdims=True))"),
)

wrong_equation(
    "softmax-without-exp",
    "the logits are divided by their sum, without exp",
    _DISTRIBUTION,
    where=_is_softmax,
    activate="z / z.sum(axis=-1, keepdims=True)",
)


@wrong_rule("softmax-wrong-axis", "the softmax is taken along the wrong axis", _ROW, _is_softmax)
class _WrongAxis:
    def activate(self, activation: Activation, z: Array) -> Array:
        return softmax.value(z.swapaxes(0, -1)).swapaxes(0, -1)


@wrong_rule("softmax-of-all", "one softmax is taken over the whole array", _ROW, _is_softmax)
class _OfAll:
    def activate(self, activation: Activation, z: Array) -> Array:
        return softmax.value(z.reshape(-1)).reshape(z.shape)


wrong_equation(
    "softmax-reversed",
    "the smallest logit gets the largest probability",
    "The larger a logit, the larger its probability: is z − max the wrong way round?",
    where=_is_softmax,
    activate="softmax(-z)",
)

wrong_equation(
    "sigmoid-for-softmax",
    "a sigmoid of each logit is taken instead of a softmax",
    "A softmax looks at all classes at once: its numbers add up to 1.",
    where=_is_softmax,
    activate="sigmoid(z)",
)

wrong_equation(
    "softmax-twice",
    "a softmax is taken of what is a softmax already",
    "Logits go through the softmax once. What comes out are probabilities, and they stay as they are.",
    where=_is_softmax,
    activate="softmax(softmax(z))",
)

wrong_equation(
    "logits-for-probabilities",
    "the logits are used where the probabilities belong",
    "Logits are any numbers; what is compared with the target is their softmax.",
    where=_is_softmax,
    activate="z",
)


# --- Backward: the error at the logits ------------------------------------------------------------------


@wrong_rule(
    "one-from-every-class",
    "one is subtracted from every class",
    "The label is 1 for the true class alone: subtract y, not 1.",
    _is_cross_entropy,
)
class _OneFromEveryClass:
    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        return _share(at, y_hat - 1)


@wrong_rule(
    "true-class-only",
    "only the true class gets a gradient, as with the diagonal of the softmax's Jacobian alone",
    "Every logit is in the softmax's sum: nudge a wrong class's logit, and the true class's probability moves too.",
    _is_cross_entropy,
)
class _TrueClassOnly:
    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        return _share(at, y * (y_hat - 1))


@wrong_rule("extra-slope", where=_is_cross_entropy)
class _ExtraSlope:
    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        return _share(at, (y_hat - y) * y_hat * (1 - y_hat))


@wrong_rule(
    "extra-jacobian",
    "the softmax is gone back through once too often",
    "y_hat − y is already the gradient at the logits: the softmax's derivative is in it.",
    _is_cross_entropy,
)
class _ExtraJacobian:
    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        return _share(at, softmax.pull_back(y_hat, y_hat, y_hat - y))


@wrong_rule(
    "gradient-at-probabilities",
    "this is the gradient at the probabilities, before the softmax is gone back through",
    "−y/h is dL/dh. One more step back, through the softmax, leads to the logits.",
    _is_cross_entropy,
)
class _GradientAtProbabilities:
    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        return _share(at, -y / y_hat)


@wrong_rule("cross-entropy-without-log", where=_is_cross_entropy)
class _WithoutLog:
    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        return _share(at, -softmax.pull_back(y_hat, y_hat, y))


@wrong_rule("mean-over-classes", "the mean is taken over the classes too", _MEAN, _is_cross_entropy)
class _GradientMeanOverClasses:
    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        return _share(at, (y_hat - y) / y_hat.shape[-1])
