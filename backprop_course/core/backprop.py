"""Backpropagation: six rules, applied from the loss back to the first weight.

An error that leaves a unit along several edges comes back along all of them: each rule below is the
chain rule for one kind of step, and `sum_paths` is what happens where paths meet.
"""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import numpy as np

from backprop_course.core import names
from backprop_course.core.forward import Edge, Output
from backprop_course.core.functions import Activation, Array
from backprop_course.core.network import Network
from backprop_course.core.trace import Kind, Step, Trace, carry_out, expect_trace
from backprop_course.errors import CourseError


class Backprop:
    """The six rules: of each its value and, beside it, its text (names in, a NumPy expression out).

    A single unit has no axis where a layer has n; one example has no batch axis.
    """

    def loss_gradient(self, at: Output, y_hat: Array, y: Array) -> Array:
        """The loss's gradient, where every error starts.

        dL/dy_hat; dL/dz of the output, where the loss is taken together with the output's activation.

        y_hat, y: (batch, n_out). Returns that shape; the loss is the mean over the batch, hence 1/batch.
        """
        gradient = at.loss.gradient(y_hat, y)
        return gradient / len(gradient) if at.batched else gradient

    def loss_gradient_text(self, at: Output, y_hat: str, y: str) -> str:
        text = at.loss.gradient_text.format(y_hat=y_hat, y=y)
        return f"({text}) / len({y_hat})" if at.batched else text

    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        """Back through an activation: the error times the slope at z.

        dL/dz = dL/dh · f'(z)

        z, h, dL_dh: (batch, n). Returns (batch, n).
        """
        return activation.pull_back(z, h, dL_dh)

    def through_activation_text(self, activation: Activation, z: str, h: str, dL_dh: str) -> str:
        return activation.pull_back_text.format(z=z, h=h, dL_dh=dL_dh)

    def to_weight(self, edge: Edge, h: Array, dL_dz: Array) -> Array:
        """Gradient of a weight: what came in, times the error at what went out.

        dL/dW = hᵀ · dL/dz

        h: (batch, n_in) activations of the source; dL_dz: (batch, n_out). Returns (n_in, n_out): summed
        over the batch, or, for one example, every h times every dL/dz.
        """
        if edge.batched:
            return h.T @ dL_dz
        return np.multiply.outer(h, dL_dz) if edge.source_wide and edge.target_wide else h * dL_dz

    def to_weight_text(self, edge: Edge, h: str, dL_dz: str) -> str:
        if edge.batched:
            return f"{h}.T @ {dL_dz}"
        return f"outer({h}, {dL_dz})" if edge.source_wide and edge.target_wide else f"{h} * {dL_dz}"

    def to_bias(self, batched: bool, dL_dz: Array) -> Array:
        """Gradient of a bias: its input is always 1, so the error itself, summed over the batch.

        dL/db = Σ dL/dz

        dL_dz: (batch, n). Returns (n,).
        """
        return dL_dz.sum(axis=0) if batched else +dL_dz  # + copies: a gradient is nobody else's array

    def to_bias_text(self, batched: bool, dL_dz: str) -> str:
        return f"{dL_dz}.sum(axis=0)" if batched else dL_dz

    def to_unit_below(self, edge: Edge, W: Array, dL_dz: Array) -> Array:
        """Back along an edge: the error comes down through the weight that it went up through.

        dL/dh = dL/dz · Wᵀ

        W: (n_in, n_out); dL_dz: (batch, n_out). Returns (batch, n_in): summed over the target's units.
        """
        if edge.target_wide:
            return dL_dz @ W.T
        return np.multiply.outer(dL_dz, W) if edge.batched and edge.source_wide else dL_dz * W

    def to_unit_below_text(self, edge: Edge, W: str, dL_dz: str) -> str:
        if edge.target_wide:
            return f"{dL_dz} @ {W}.T"
        return f"outer({dL_dz}, {W})" if edge.batched and edge.source_wide else f"{dL_dz} * {W}"

    def sum_paths(self, source: str, *dL_dh: Array) -> Array:
        """Where paths meet: a unit that feeds several others gets the sum of what they send back.

        dL/dh = Σ over paths

        dL_dh: (batch, n) from each path. Returns (batch, n).
        """
        total = dL_dh[0]
        for path in dL_dh[1:]:
            total = total + path
        return total

    def sum_paths_text(self, source: str, *dL_dh: str) -> str:
        return " + ".join(dL_dh)


@cache
def backward_steps(network: Network, batched: bool = False) -> tuple[Step, ...]:
    """The backward pass, step by step: the errors from output to input, then every weight's gradient.

    A unit that feeds several others has one step for each path, `dL_dh_0_via_2`, and one for their sum.
    """
    errors: list[Step] = []
    gradients: list[Step] = []
    for unit in reversed(network.units):
        z, h = names.pre_activation(unit.name), network.activation_of(unit.name)
        dL_dz, dL_dh = names.gradient(z), names.gradient(h)
        of_z = partial(_step, kind="pre-activation error", unit=unit.name, of=z)
        of_h = partial(_step, kind="activation error", unit=unit.name, of=h)
        edges = network.edges_from(unit.name, batched)
        if not edges:
            fused = network.loss.fused is not None
            start, step = (dL_dz, of_z) if fused else (dL_dh, of_h)
            parents = (names.PREDICTION, names.TARGET)
            errors.append(step(start, "loss_gradient", network.output(batched), parents, names.LOSS))
        several = len(edges) > 1
        paths = [names.along(h, edge.target) if several else dL_dh for edge in edges]
        for edge, path in zip(edges, paths, strict=True):
            above = names.gradient(names.pre_activation(edge.target))
            via = edge.target if several else ""
            errors.append(of_h(path, "to_unit_below", edge, (edge.weight, above), edge.weight, path=via))
        if several:
            errors.append(of_h(dL_dh, "sum_paths", unit.name, tuple(paths), unit.name))
        if edges or not fused:
            errors.append(of_z(dL_dz, "through_activation", unit.activation, (z, h, dL_dh), unit.name))
    for unit in reversed(network.units):
        dL_dz = names.gradient(names.pre_activation(unit.name))
        for source in reversed(list(unit.inputs.values())):
            (edge,) = [edge for edge in network.edges_from(source, batched) if edge.target == unit.name]
            parents = (network.activation_of(source), dL_dz)
            gradients.append(_of_weight(edge.weight, "weight gradient", "to_weight", edge, parents))
        if unit.bias:
            gradients.append(_of_weight(unit.bias, "bias gradient", "to_bias", batched, (dL_dz,)))
    return tuple(errors + gradients)


@cache
def steps_of_both(network: Network, batched: bool = False) -> tuple[Step, ...]:
    """The forward pass, the loss and the backward pass, step by step."""
    return (*network.steps(batched), network.loss_step(batched), *backward_steps(network, batched))


def backward(trace: Trace) -> Trace:
    """The backward pass: from a forward trace with a loss to one with every gradient.

    Returns a new trace; `trace.gradients` holds dL/d(weight) by the weight's name, each in its weight's
    shape. Raises CourseError where the forward pass had no target, or for what is no trace.
    """
    expect_trace(trace)
    if "L" not in trace:
        raise CourseError(_NO_LOSS)
    steps = backward_steps(trace.network, trace.batched)
    return Trace(trace.network, trace.batched, trace.steps + steps, carry_out(steps, dict(trace.values_by_name)))


def gradients(network: Network, weights: dict[str, Array], x: Array, y: Array) -> dict[str, Array]:
    """The loss's gradient for every weight: a forward and a backward pass. Arguments as in Network.forward."""
    if y is None:
        raise CourseError(_NO_LOSS)
    values, batched = network.read(weights, x, y)
    carry_out(_steps_to_gradients(network, batched), values)
    return {name: values[names.gradient(name)] for name in network.weights}


@cache
def _steps_to_gradients(network: Network, batched: bool) -> tuple[Step, ...]:
    """Both passes without the loss itself: training asks for gradients thousands of times, and for nothing else."""
    return (*network.steps(batched), *backward_steps(network, batched))


def _step(name: str, rule: str, at: Any, parents: tuple[str, ...], place: str, **what: Any) -> Step:
    return Step(name, rule, at, parents, place, _RULES, **what)


def _of_weight(weight: str, kind: Kind, rule: str, at: Any, parents: tuple[str, ...]) -> Step:
    return _step(names.gradient(weight), rule, at, parents, weight, kind=kind, of=weight)


_NO_LOSS = "The trace has no loss to go back from; call forward(weights, x, y) with a target y."
_RULES = Backprop()
