"""The forward pass: three rules, from the input to the loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from backprop_course.core.functions import Activation, Array, Loss


@dataclass(frozen=True)
class Edge:
    """One weight's connection; `source` and `target` are names, wide is a layer, batched a whole batch."""

    weight: str
    source: str
    target: str
    source_wide: bool
    target_wide: bool
    batched: bool


@dataclass(frozen=True)
class Inputs:
    """All that comes into one unit: an edge for each weight, and perhaps a bias."""

    edges: tuple[Edge, ...]
    biased: bool


@dataclass(frozen=True)
class Output:
    """The end of a network: its loss, its last activation, whether it is a layer and whether batched."""

    loss: Loss
    activation: Activation
    wide: bool
    batched: bool


class Forward:
    """The forward pass's three rules: of each its value and, beside it, its text (names in, a NumPy expression out)."""

    parts: ClassVar = {"weighted_sum": {"weigh": lambda at: at.edges}}
    """The smaller rules that a rule is made of, each with what it looks at."""

    def weighted_sum(self, at: Inputs, *values: Array) -> Array:
        """What comes into a unit, weighted and added up before the nonlinearity.

        z = Σ h @ W + b

        values: h and W of each edge in turn, h: (batch, n_in), W: (n_in, n_out); then b: (n_out,).
        Returns (batch, n_out). A single unit has no axis where a layer has n.
        """
        z = self.weigh(at.edges[0], values[0], values[1])
        for k in range(1, len(at.edges)):
            z = z + self.weigh(at.edges[k], values[2 * k], values[2 * k + 1])
        return z + values[-1] if at.biased else z

    def weighted_sum_text(self, at: Inputs, *names: str) -> str:
        terms = [self.weigh_text(edge, *names[2 * k : 2 * k + 2]) for k, edge in enumerate(at.edges)]
        return " + ".join(terms + list(names[-1:] if at.biased else ()))

    def weigh(self, edge: Edge, h: Array, W: Array) -> Array:
        """One edge's share: a sum over the source's units; nothing to sum where there is only one."""
        if edge.source_wide:
            return h @ W
        return np.multiply.outer(h, W) if edge.batched and edge.target_wide else h * W

    def weigh_text(self, edge: Edge, h: str, W: str) -> str:
        if edge.source_wide:
            return f"{h} @ {W}"
        return f"outer({h}, {W})" if edge.batched and edge.target_wide else f"{h} * {W}"

    def activate(self, activation: Activation, z: Array) -> Array:
        """h = f(z), of z's shape."""
        return activation.value(z)

    def activate_text(self, activation: Activation, z: str) -> str:
        return activation.value_text.format(z=z)

    def loss(self, at: Output, out: Array, y: Array) -> Array:
        """The loss, summed over a layer's outputs, averaged over the batch.

        out: y_hat, or z where the loss is fused with its activation; y: of its shape. Returns a number.
        """
        value = at.loss.value(out, y)
        total = value.sum() if at.wide or at.batched else value
        return total / len(value) if at.batched else total

    def loss_text(self, at: Output, out: str, y: str) -> str:
        y_hat = at.activation.value_text.format(z=out) if at.loss.fused else out
        text = at.loss.value_text.format(y_hat=y_hat, y=y)
        if at.wide:
            text = f"({text}).sum(axis=-1)"
        return f"({text}).mean()" if at.batched else text

    def loss_forms(self, at: Output, out: str, y: str) -> tuple[str, ...]:
        """The mean cross-entropy in other ways to write it; a mean of one number is that number."""
        if at.loss.fused != "softmax" or not at.wide:
            return ()
        largest = f"{out}.max(axis=-1, keepdims=True)"
        logarithm = f"log(exp({out} - {largest}).sum(axis=-1, keepdims=True))"
        sums = (
            f"(-{y} * log(softmax({out}))).sum(axis=-1)",
            f"log(exp({out}).sum(axis=-1)) - ({y} * {out}).sum(axis=-1)",
            f"({largest}).sum(axis=-1) + log(exp({out} - {largest}).sum(axis=-1)) - ({y} * {out}).sum(axis=-1)",
            f"-({y} * ({out} - {largest} - {logarithm})).sum(axis=-1)",
            f"({y} * ({largest} + {logarithm} - {out})).sum(axis=-1)",
        )
        return tuple(f"({text}).mean()" for text in sums)
