"""A network in words: what a screen reader says of a figure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from backprop_course.core import names
from backprop_course.core.functions import Array
from backprop_course.core.network import Network, Unit


def in_words(network: Network, values: Mapping[str, Array] | None = None) -> str:
    """One sentence for each unit, from the input to the loss; and one each for the way back, where it is known."""
    values = values or {}
    count = len(network.units)
    sentences = [f"A network of {count} unit{'s' * (count > 1)}."]
    sentences += [_forward(network, unit, values) for unit in network.units]
    loss = network.loss.name.replace("_", " ")
    sentences.append(f"The {loss} of y_hat against the target y is the loss L{_told(['y', 'L'], values)}.")
    sentences += [_backward(network, unit, values) for unit in reversed(network.units)]
    return " ".join(sentence for sentence in sentences if sentence)


def _forward(network: Network, unit: Unit, values: Mapping[str, Array]) -> str:
    ways = []
    for weight, source in unit.inputs.items():
        known = [weight] if source != "x" else ["x", weight]
        ways.append(f"{network.activation_of(source)} through {weight}{_told(known, values, brackets=True)}")
    if len(ways) == 1:
        way = ways[0].replace(" through ", " goes through ", 1)
        verb = ""
    else:
        way = f"{', '.join(ways[:-1])} and {ways[-1]}"
        verb = " add up and go"
    kind = unit.activation.name
    if unit.width is not None:
        kind = f"{unit.width} × {kind}"
    bias = f", with the bias {unit.bias}{_told([unit.bias], values, brackets=True)}" if unit.bias else ""
    last = unit is network.units[-1]
    gives = ", which gives y_hat" if last else ""
    told = _told([names.pre_activation(unit.name), network.activation_of(unit.name)], values)
    return f"{way}{verb} to unit {unit.name} ({kind}){bias}{gives}{told}."


def _backward(network: Network, unit: Unit, values: Mapping[str, Array]) -> str:
    h = network.activation_of(unit.name)
    paths = [names.along(h, edge.target) for edge in network.edges_from(unit.name)]
    own = [h, names.pre_activation(unit.name), *unit.inputs, *([unit.bias] if unit.bias else [])]
    told = _told([*paths, *map(names.gradient, own)], values)
    return f"Back at unit {unit.name}{told}." if told else ""


def _told(quantities: list[str], values: Mapping[str, Array], brackets: bool = False) -> str:
    """The values that are single numbers: ": z_j = 1.485, h_j = 0.8153"."""
    known = [
        f"{name} = {float(values[name]):.4g}" for name in quantities if name in values and not np.ndim(values[name])
    ]
    if not known:
        return ""
    return f" ({', '.join(known)})" if brackets else f": {', '.join(known)}"
