"""Mistakes that need a layer or a batch: transposes, axes, sums and means, broadcasting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from backprop_course.core.forward import Edge, Inputs, Output
from backprop_course.core.functions import Array, linear
from backprop_course.core.trace import Step
from backprop_course.misconceptions.registry import Changes, Steps, wrong_rule, wrong_steps
from backprop_course.misconceptions.wrong_equations import wrong_equation

_SHAPE = "A gradient has its variable's shape. Compare the two before anything else."
_BIAS = "A bias is added to every example of the batch, so the errors of all examples are added up: over axis 0."
_MEAN = "The loss is the mean over the batch, so what each example adds is divided by their number, once."


@wrong_rule(
    "gradient-transposed",
    "the outer product is the wrong way round",
    "For z = h @ W, row i of W belongs to h_i: the gradient is h outer dL_dz, or h.T @ dL_dz for a batch.",
    lambda edge: edge.source_wide and edge.target_wide,
)
class _GradientTransposed:
    def to_weight(self, edge: Edge, h: Array, dL_dz: Array) -> Array:
        return dL_dz.T @ h if edge.batched else np.multiply.outer(dL_dz, h)


@wrong_rule(
    "outer-of-batch",
    "one outer product is taken of the whole batch",
    "np.outer flattens what it gets, and so mixes the examples. h.T @ dL_dz multiplies, and adds up over the batch.",
    lambda edge: edge.batched and edge.source_wide,
)
class _OuterOfBatch:
    def to_weight(self, edge: Edge, h: Array, dL_dz: Array) -> Array:
        return np.outer(h, dL_dz)


@wrong_rule(
    "gradient-summed-up",
    "a single number is given where there is one for every entry",
    _SHAPE,
    lambda edge: edge.source_wide,
)
class _GradientSummedUp:
    def to_weight(self, edge: Edge, h: Array, dL_dz: Array) -> Array:
        return (np.multiply.outer(h, dL_dz) if not edge.batched else h.T @ dL_dz).sum()


wrong_equation(
    "transpose-missing",
    "a transpose is missing on the way back",
    "Up: z = h @ W. Down: dL_dh = dL_dz @ W.T, which brings the width back to that of h.",
    where=lambda edge: edge.source_wide and edge.target_wide,
    to_unit_below="dL_dz @ W",
)

wrong_equation(
    "elementwise-for-product",
    "weights and inputs are multiplied entry by entry, and not added up",
    "z = h @ W multiplies and adds up over all units of the layer below; * alone does not add.",
    where=lambda edges: any(edge.source_wide for edge in edges),
    weigh="h * W",
)


@wrong_rule(
    "bias-left-out",
    "the bias is left out",
    "z = h @ W + b: the bias is added before the activation function.",
    lambda at: at.biased,
)
class _BiasLeftOut:
    def weighted_sum(self, at: Inputs, *values: Array) -> Array:
        return super().weighted_sum(replace(at, biased=False), *values[:-1])  # type: ignore[misc]  # the rules' own


@wrong_steps(
    "bias-after-activation",
    "the bias is added after the activation function",
    "z = h @ W + b: the bias belongs to z, inside the activation function.",
)
def _bias_after_activation(steps: Steps) -> Iterator[tuple[str, Changes]]:
    sums = {step.name: step for step in steps if step.rule == "weighted_sum" and step.at.biased}
    found: dict[str, Changes] = {}
    for step in steps:
        # Behind a linear unit it makes no difference to what the unit hands on.
        if step.rule == "activate" and step.at is not linear and step.parents[0] in sums:
            z = sums[step.parents[0]]
            later = replace(step, parents=(*step.parents, z.parents[-1]), function=_with_bias(step))
            found[step.place] = {z.name: _without_bias(z), step.name: later}
    yield "", {name: changed for changes in found.values() for name, changed in changes.items()}
    if len(found) > 1:
        yield from found.items()


def _without_bias(step: Step) -> Step:
    return replace(step, parents=step.parents[:-1], at=replace(step.at, biased=False))


def _with_bias(step: Step) -> Callable[..., Array]:
    return lambda at, z, b: step.function(at, z) + b


def _to_single(edge: Edge) -> bool:
    return edge.source_wide and not edge.target_wide


wrong_equation(
    "examples-added-up",
    "the examples of the batch are added up",
    "Axis 0 is the batch: every example keeps a row of its own. Only the units of a layer are added up, over axis 1.",
    where=lambda edges: any(edge.batched and _to_single(edge) for edge in edges),
    weigh=("(h * W).sum()", "(h * W).sum(axis=0)"),
)


_COLUMN = "(n, 1) is a column, (n,) a vector, and mixed they broadcast to n × n. Give each quantity its own shape."


@wrong_rule(
    "column-for-vector",
    "a column is given where a vector belongs",
    _COLUMN,
    lambda edges: any(edge.batched and _to_single(edge) for edge in edges),
)
class _PredictionsInColumn:
    def weigh(self, edge: Edge, h: Array, W: Array) -> Array:
        return (h @ W)[:, None]


@wrong_rule("column-for-vector", where=_to_single)
class _GradientInColumn:
    def to_weight(self, edge: Edge, h: Array, dL_dz: Array) -> Array:
        return super().to_weight(edge, h, dL_dz)[:, None]  # type: ignore[misc]  # the rules' own


@wrong_rule("sum-for-mean", "a sum over the batch is taken instead of the mean", _MEAN, lambda at: at.batched)
class _SumForMean:
    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        return at.loss.gradient(y_hat, y)


@wrong_rule("sum-for-mean", where=lambda at: at.batched)
class _LossSumForMean:
    def loss(self, at: Output, out: Array, y: Array) -> Array:
        return at.loss.value(out, y).sum()


@wrong_rule("mean-twice", "the mean over the batch is taken twice", _MEAN, lambda at: at.batched)
class _MeanTwice:
    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        return at.loss.gradient(y_hat, y) / len(y) ** 2


wrong_equation("mean-twice", where=lambda batched: batched, to_bias="dL_dz.mean(axis=0)")

wrong_equation("mean-twice", where=lambda edge: edge.batched, to_weight="right / len(dL_dz)")

wrong_equation(
    "bias-not-summed",
    "the bias's gradient is not summed over the batch",
    _BIAS,
    where=lambda batched: batched,
    to_bias="dL_dz",
)


@wrong_rule("bias-wrong-axis", "the bias's gradient is summed over the wrong axis", _BIAS, lambda batched: batched)
class _BiasWrongAxis:
    def to_bias(self, batched: bool, dL_dz: Array) -> Array:
        return dL_dz.sum(axis=-1) if dL_dz.ndim > 1 else dL_dz.sum()


@wrong_rule(
    "bias-summed-up",
    "the bias's gradient is summed up to a single number",
    "Every unit has a bias of its own, and the gradient an entry for each: nothing is added up over the units.",
)
class _BiasSummedUp:
    def to_bias(self, batched: bool, dL_dz: Array) -> Array:
        return np.sum(dL_dz)


@wrong_rule(
    "broadcast-to-square",
    "predictions and targets of unlike shapes are subtracted",
    "(n,) minus (n, 1) has n × n entries: every prediction against every target. Give both the same shape.",
    lambda at: at.batched and not at.wide,
)
class _BroadcastToSquare:
    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        return at.loss.gradient(y_hat[:, None], y).mean(axis=0) / len(y)


@wrong_rule("broadcast-to-square", where=lambda at: at.batched and not at.wide)
class _LossBroadcastToSquare:
    def loss(self, at: Output, out: Array, y: Array) -> Array:
        return at.loss.value(out[:, None], y).mean()
