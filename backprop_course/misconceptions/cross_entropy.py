"""Mistakes with the cross-entropy: its value from logits and labels, and its derivative step by step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backprop_course.core.forward import Output
from backprop_course.core.functions import Array, softmax, softmax_cross_entropy
from backprop_course.misconceptions.registry import wrong_rule
from backprop_course.misconceptions.wrong_equations import wrong_equation

_MEAN = "The loss of an example is a sum over its classes; the loss of a batch is the mean over its examples."


def _is_cross_entropy(at: Output) -> bool:
    return at.loss is softmax_cross_entropy


def _is_batch(at: Output) -> bool:
    return _is_cross_entropy(at) and at.batched


def _mean(at: Output, losses: Array) -> Array:
    """The mean over a batch of what the classes cost."""
    return losses.sum() / (len(losses) if at.batched else 1)


wrong_equation("logits-for-probabilities", where=_is_cross_entropy, loss="(-y * out).sum(axis=-1).mean()")

wrong_equation(
    "log-of-logits",
    "the logarithm of the logits is taken",
    "The loss is minus the logarithm of a probability: of the softmax, not of the logit.",
    where=_is_cross_entropy,
    loss="(-y * log(out)).sum(axis=-1).mean()",
)

wrong_equation(
    "no-max-shift",
    where=_is_cross_entropy,
    loss="(y * (log(exp(out).sum(axis=-1, keepdims=True)) - out)).sum(axis=-1).mean()",
)

wrong_equation(
    "max-shift-of-all",
    where=_is_batch,
    loss="(y * (out.max() + log(exp(out - out.max()).sum(axis=-1, keepdims=True)) - out)).sum(axis=-1).mean()",
)

wrong_equation(
    "max-not-added-back",
    "the largest logit is subtracted before exp, but not added again after log",
    "log Σ exp(z) = m + log Σ exp(z − m): what was taken out before exp comes back after log.",
    where=_is_cross_entropy,
    loss="(y * (log(exp(out - out.max(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True)) - out))"
    ".sum(axis=-1).mean()",
)

wrong_equation(
    "log-of-zero",
    "the logarithm of a probability is taken that has become 0",
    "Never compute the small probability itself: log(exp(a) / s) = a − log(s), and s is at least 1 after the shift.",
    where=_is_cross_entropy,
    loss=(
        "(-y * log(softmax(out))).sum(axis=-1).mean()",
        "(-log((y * softmax(out)).sum(axis=-1, keepdims=True))).sum(axis=-1).mean()",
    ),
)


def _clipped(smallest: float) -> type:
    class Clipped:
        def loss(self, at: Output, z: Array, y: Array) -> Array:
            return _mean(at, -y * np.log(np.maximum(softmax.value(z), smallest)))

    return Clipped


def _padded(smallest: float) -> type:
    class Padded:
        def loss(self, at: Output, z: Array, y: Array) -> Array:
            return _mean(at, -y * np.log(softmax.value(z) + smallest))

    return Padded


for _smallest in (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20, 1e-100, 1e-300):
    for _make in (_clipped, _padded):
        wrong_rule(
            "log-clipped",
            "a small number keeps the logarithm from being that of 0, and makes the loss too small",
            "A surely wrong answer must cost what it costs. Write log(exp(a) / s) as a − log(s): then nothing is lost.",
            _is_cross_entropy,
        )(_make(_smallest))


@wrong_rule(
    "true-logit-left-out",
    "the true class's own logit is left out of the loss",
    "log(a / b) = log(a) − log(b): the logarithm of the sum is one of two terms.",
    _is_cross_entropy,
)
class _TrueLogitLeftOut:
    def loss(self, at: Output, z: Array, y: Array) -> Array:
        return _mean(at, y * (softmax_cross_entropy.value(z, np.ones_like(y)) + z))


@wrong_rule(
    "loss-sign-lost",
    "the minus of the loss is lost",
    "The logarithm of a probability is negative; the loss has a minus before it, so that it is positive.",
    _is_cross_entropy,
)
class _LossSignLost:
    def loss(self, at: Output, z: Array, y: Array) -> Array:
        return -_mean(at, at.loss.value(z, y))


@wrong_rule("log-base", where=_is_cross_entropy)
class _LogBaseTwo:
    def loss(self, at: Output, z: Array, y: Array) -> Array:
        return _mean(at, at.loss.value(z, y)) / np.log(2)


@wrong_rule("log-base", where=_is_cross_entropy)
class _LogBaseTen:
    def loss(self, at: Output, z: Array, y: Array) -> Array:
        return _mean(at, at.loss.value(z, y)) / np.log(10)


@wrong_rule("mean-over-classes", where=_is_cross_entropy)
class _MeanOverClasses:
    def loss(self, at: Output, z: Array, y: Array) -> Array:
        return at.loss.value(z, y).mean()


@wrong_rule("loss-not-averaged", "a loss for every example is given, not their mean", _MEAN, _is_batch)
class _LossNotAveraged:
    def loss(self, at: Output, z: Array, y: Array) -> Array:
        return at.loss.value(z, y).sum(axis=-1)


@wrong_rule(
    "every-class-counts",
    "the logarithms of all classes are added up, not only the true one's",
    "The label y is 1 for the true class and 0 elsewhere: multiplied with it, the others drop out.",
    _is_cross_entropy,
)
class _EveryClassCounts:
    def loss(self, at: Output, z: Array, y: Array) -> Array:
        return _mean(at, at.loss.value(z, np.ones_like(y)))


@wrong_rule(
    "binary-cross-entropy",
    "each class is treated as a yes-or-no question of its own",
    "With a softmax there is one question, which class it is: only the true class's probability is in the loss.",
    _is_cross_entropy,
)
class _BinaryCrossEntropy:
    def loss(self, at: Output, z: Array, y: Array) -> Array:
        return _mean(at, at.loss.value(z, y) - (1 - y) * np.log(1 - softmax.value(z)))


wrong_equation(
    "other-loss",
    where=_is_cross_entropy,
    loss=("(0.5 * (softmax(out) - y) ** 2).sum(axis=-1).mean()", "((softmax(out) - y) ** 2).sum(axis=-1).mean()"),
)

wrong_equation(
    "cross-entropy-without-log",
    "the logarithm is left out of the loss",
    "The loss is minus the logarithm of the true class's probability: as that goes to 0, the loss grows without end.",
    where=_is_cross_entropy,
    loss="(-y * softmax(out)).sum(axis=-1).mean()",
)


@wrong_rule("softmax-twice", where=_is_cross_entropy)
class _LossOfSoftmax:
    def loss(self, at: Output, z: Array, y: Array) -> Array:
        return _mean(at, at.loss.value(softmax.value(z), y))


@wrong_rule("softmax-wrong-axis", where=_is_batch)
class _LossAlongWrongAxis:
    def loss(self, at: Output, z: Array, y: Array) -> Array:
        return _mean(at, at.loss.value(z.T, y.T).T)


@wrong_rule("softmax-of-all", where=_is_batch)
class _LossOfAll:
    def loss(self, at: Output, z: Array, y: Array) -> Array:
        return _mean(at, at.loss.value(z.reshape(-1), y.reshape(-1)).reshape(z.shape))


# --- The derivative step by step: three classes, L = −z_1 + log Σ e^z ------------------------------------


def _log_sum(*z: Array) -> Array:
    return np.log(np.exp(z).sum())


def _wrong(id: str, name: str, hint: str, rule: str, formula: Callable[..., Array]) -> None:
    """Registers a wrong formula, in the class whose logit is moved and the rule's inputs."""
    wrong_rule(id, name, hint)(type(id, (), {rule: lambda self, at, *inputs: formula(at, *inputs)}))


_TERMS = "log_difference"
_wrong("loss-sign-lost", "", "", _TERMS, lambda at, *z: z[at] - _log_sum(*z))
_wrong("log-base", "", "", _TERMS, lambda at, *z: (_log_sum(*z) - z[at]) / np.log(2))
_wrong("true-logit-left-out", "", "", _TERMS, lambda at, *z: _log_sum(*z))
_wrong("log-operation-kept", "", "", _TERMS, lambda at, *z: -z[at] / _log_sum(*z))
_wrong(
    "log-exp-not-undone",
    "exp and log do not undo each other",
    "log(e^z) = z: where a logarithm meets a single exp, both are gone.",
    _TERMS,
    lambda at, *z: _log_sum(*z) - np.exp(z[at]),
)
_wrong("log-exp-not-undone", "", "", _TERMS, lambda at, *z: _log_sum(*z) - np.log(z[at]))
_wrong(
    "log-of-sum-split",
    "the logarithm of a sum is taken term by term",
    "log(a · b) = log(a) + log(b), but log(a + b) cannot be taken apart.",
    _TERMS,
    lambda at, *z: sum(z) - z[at],
)
_wrong(
    "true-class-left-out-of-sum",
    "the true class is left out of the sum",
    "The softmax divides by the sum over all classes, the true one among them.",
    _TERMS,
    lambda at, *z: np.log(np.exp(z).sum() - np.exp(z[at])) - z[at],
)

_FIRST = "first_partial"
_wrong("loss-sign-lost", "", "", _FIRST, lambda at, *z: float(at == 1))
_wrong("one-from-every-class", "", "", _FIRST, lambda at, *z: -1.0)
_wrong("value-for-derivative", "", "", _FIRST, lambda at, *z: -z[1])
_wrong(
    "first-term-held",
    "the first term is held constant where it changes",
    "The first term holds the true class's logit. How much does it change when that is nudged?",
    _FIRST,
    lambda at, *z: 0.0,
)

_SECOND = "second_partial"
_wrong("loss-sign-lost", "", "", _SECOND, lambda at, *z: -np.exp(z[at]) / np.exp(z).sum())
_wrong("inner-derivative-left-out", "", "", _SECOND, lambda at, *z: 1 / np.exp(z).sum())
_wrong("outer-derivative-left-out", "", "", _SECOND, lambda at, *z: np.exp(z[at]))
_wrong("log-of-sum-split", "", "", _SECOND, lambda at, *z: 1.0)
_wrong("true-class-left-out-of-sum", "", "", _SECOND, lambda at, *z: np.exp(z[at]) / (np.exp(z).sum() - np.exp(z[1])))
_wrong("value-for-derivative", "", "", _SECOND, lambda at, *z: _log_sum(*z))
_wrong(
    "wrong-class",
    "another class's term is used",
    "Only one logit is moved. Look for it in the sum: in which term does it stand?",
    _SECOND,
    lambda at, *z: np.exp(z[at - 1]) / np.exp(z).sum(),
)
_wrong("wrong-class", "", "", _SECOND, lambda at, *z: np.exp(z[at - 2]) / np.exp(z).sum())

_SUM = "both_partials"
_wrong("error-sign", "", "", _SUM, lambda at, first, *h: -(first + h[at]))
_wrong("target-left-out", "", "", _SUM, lambda at, first, *h: h[at])
_wrong("one-from-every-class", "", "", _SUM, lambda at, first, *h: h[at] - 1)
_wrong("true-class-only", "", "", _SUM, lambda at, first, *h: (first + h[at]) * (at == 1))
_wrong("extra-slope", "", "", _SUM, lambda at, first, *h: (first + h[at]) * h[at] * (1 - h[at]))
_SLOPE = (
    "the slope of the softmax stands where the loss's gradient is asked",
    "The loss is −log h_1, not h_1: the logarithm's own derivative, one over h_1, comes in as well.",
)
_wrong("softmax-slope-for-gradient", *_SLOPE, _SUM, lambda at, first, *h: h[1] * (h[at] - (at == 1)))
_wrong("softmax-slope-for-gradient", *_SLOPE, _SUM, lambda at, first, *h: -h[1] * (h[at] - (at == 1)))
_wrong("wrong-class", "", "", _SUM, lambda at, first, *h: first + h[at - 1])
_wrong("wrong-class", "", "", _SUM, lambda at, first, *h: first + h[at - 2])
