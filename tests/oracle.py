"""What the maths is tested by: random networks, and HIPS autograd on a forward pass of its own.

The pass below is written for arrays of two axes only and from the textbook's formulas; it shares with the course
what a `Network` says (units, connections, loss) and none of its rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
from hypothesis import strategies as st

from backprop_course import Network, Unit

Values = dict[str, Any]

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: z * (z >= 0),
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}
LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "squared_error": lambda y_hat, y: 0.5 * (y_hat - y) ** 2,
    "absolute_error": lambda y_hat, y: anp.abs(y_hat - y),
    "logistic_loss": lambda y_hat, y: -y * anp.log(y_hat) - (1 - y) * anp.log(1 - y_hat),
    "softmax_cross_entropy": lambda y_hat, y: -y * anp.log(y_hat),
}
FUSED = {"logistic_loss": "sigmoid", "softmax_cross_entropy": "softmax"}

EQUATION_NAMES = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True),
    "step": lambda z: np.where(z >= 0, 1.0, 0.0),
    "sign": lambda d: np.where(d > 0, 1.0, -1.0),
    "log": np.log,
    "outer": np.multiply.outer,
}
"""What the texts of a trace may use, besides its quantities and Python's abs and len."""


def loss(network: Network, weights: Values, x: Any, y: Any, batched: bool) -> Any:
    """The loss of a network, every array with the axes (example, unit)."""
    examples = len(x) if batched else 1
    h = {"x": anp.reshape(x, (examples, -1))}
    for unit in network.units:
        z = 0
        for weight, source in unit.inputs.items():
            z = z + h[source] @ anp.reshape(weights[weight], (h[source].shape[1], -1))
        if unit.bias:
            z = z + anp.reshape(weights[unit.bias], (1, -1))
        h[unit.name] = y_hat = ACTIVATIONS[unit.activation.name](z)
    return anp.sum(LOSSES[network.loss.name](y_hat, anp.reshape(y, y_hat.shape))) / examples


def gradients(network: Network, weights: Values, x: Any, y: Any, batched: bool) -> Values:
    """The same loss's gradients, by autograd."""
    return autograd.grad(lambda w: loss(network, w, x, y, batched))(weights)


@dataclass
class Case:
    """A network with numbers that fit it."""

    network: Network
    weights: Values
    x: Any
    y: Any
    batched: bool


@st.composite
def cases(draw: st.DrawFn, batched: bool | None = None) -> Case:
    """Networks of any shape: deep, wide or single units mixed, skips and splits, every activation and loss."""
    network = draw(networks())
    batch = draw(st.integers(1, 4)) if (draw(st.booleans()) if batched is None else batched) else None
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return numbers(network, rng, batch)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """See cases."""
    widths = st.none() | st.integers(1, 4)
    loss = draw(st.sampled_from(list(LOSSES)))
    names = [str(k) for k in range(draw(st.integers(1, 5)))]
    sources: dict[str, list[str]] = {}
    for k, name in enumerate(names):
        before = ["x", *names[:k]]
        sources[name] = draw(st.lists(st.sampled_from(before), unique=True, min_size=1))
    # Nothing may lead nowhere: what nobody takes, the output takes.
    taken = {source for inputs in sources.values() for source in inputs}
    sources[names[-1]] += [name for name in ["x", *names[:-1]] if name not in taken]
    units = []
    for name in names:
        last = name == names[-1]
        width = draw(st.integers(1, 4) if last and FUSED.get(loss) == "softmax" else widths)
        kinds = [kind for kind in ACTIVATIONS if width is not None or kind != "softmax"]
        kind = FUSED[loss] if last and loss in FUSED else draw(st.sampled_from(kinds))
        inputs = {f"w_{source}_{name}": source for source in sources[name]}
        units.append(Unit(name, kind, inputs, f"b_{name}" if draw(st.booleans()) else None, width))
    return Network(*units, loss=loss, input_width=draw(widths))


def numbers(network: Network, rng: np.random.Generator, batch: int | None) -> Case:
    """Weights small enough that no unit saturates, however deep: autograd's textbook formulas need that."""

    def draw(shape: tuple[int, ...], size: float = 1.0) -> Any:
        value = rng.uniform(-size, size, shape)
        return value if shape else float(value)

    incoming: Values = {}
    for unit in network.units:
        fan_in = sum(network.width(source) or 1 for source in unit.inputs.values())
        incoming |= dict.fromkeys(unit.inputs, 2 / fan_in)
    weights = {name: draw(shape, incoming.get(name, 1.0)) for name, shape in network.weights.items()}
    lead = () if batch is None else (batch,)
    last = network.units[-1].width
    y = draw(lead + (() if last is None else (last,)), 2.0)
    if network.loss.name == "logistic_loss":
        y = abs(y) / 2
    elif network.loss.name == "softmax_cross_entropy":
        y = abs(y) / abs(y).sum(axis=-1, keepdims=True)
    width = network.input_width
    return Case(network, weights, draw(lead + (() if width is None else (width,))), y, batch is not None)
