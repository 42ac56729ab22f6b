"""Gradient descent: what is done with a gradient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from backprop_course.core.backprop import backward
from backprop_course.core.forward import Forward, Output
from backprop_course.core.functions import Array
from backprop_course.core.network import Network
from backprop_course.core.trace import ByName


class Descent:
    """The two ways to write a step downhill: of each its value and, beside it, its text."""

    def update(self, at: Any, eta: Array, gradient: Array) -> Array:
        """What is added to a weight: −eta · dL/dw, of the gradient's shape."""
        return -eta * gradient

    def update_text(self, at: Any, eta: str, gradient: str) -> str:
        return f"-{eta} * {gradient}"

    def step(self, at: Any, weight: Array, eta: Array, gradient: Array) -> Array:
        """The new weight: w − eta · dL/dw, of the weight's shape."""
        return weight - eta * gradient

    def step_text(self, at: Any, weight: str, eta: str, gradient: str) -> str:
        return f"{weight} - {eta} * {gradient}"


class Training(Descent):
    """Many steps downhill, each from the gradient of the loss on all examples: full-batch gradient descent."""

    parts: ClassVar = {
        "train": {
            "rounds": lambda network: network,
            "descend": lambda network: network,
            "step": lambda network: network,
            "loss": lambda network: network.output(batched=True),
        }
    }

    def train(self, at: Network, x: Array, y: Array, eta: float, steps: int, *weights: Array) -> tuple[ByName, Array]:
        """All steps: the weights after the last one, and the loss before each."""
        current, losses = dict(zip(at.weights, weights, strict=True)), []
        for _ in self.rounds(at, steps):
            current, loss = self.descend(at, current, x, y, eta)
            losses.append(loss)
        return current, np.array(losses)

    def rounds(self, at: Network, steps: int) -> range:
        """One round for every step."""
        return range(steps)

    def descend(self, at: Network, weights: ByName, x: Array, y: Array, eta: float) -> tuple[ByName, Array]:
        """One step: all gradients at the same weights, then all new weights; and the loss before it."""
        trace = backward(at.forward(weights, x, y))
        out, target = at.loss_step(trace.batched).parents
        loss = self.loss(at.output(trace.batched), trace[out], trace[target])
        return {name: self.step(at, weights[name], eta, dL_dw) for name, dL_dw in trace.gradients.items()}, loss

    def loss(self, at: Output, out: Array, y: Array) -> Array:
        """The mean loss over all examples, as the forward pass has it."""
        return _FORWARD.loss(at, out, y)

    def loss_text(self, at: Output, out: str, y: str) -> str:
        return _FORWARD.loss_text(at, out, y)


def train(
    network: Network, weights: Mapping[str, Array], x: Array, y: Array, eta: float, steps: int
) -> tuple[ByName, Array]:
    """Full-batch gradient descent: so many steps, each against the gradient of the mean loss over all examples.

    w ← w − eta · dL/dw, for every weight at once

    weights, x, y: as in Network.forward, and left as they are. Returns the new weights and the losses, (steps,),
    each before its step: the first belongs to the given weights.
    Raises CourseError for weights, inputs or targets that do not fit the network.
    """
    trace = network.forward(weights, x, y)  # refuses what does not fit, before the first step
    return Training().train(network, trace["x"], trace["y"], eta, steps, *(trace[name] for name in network.weights))


_FORWARD = Forward()
