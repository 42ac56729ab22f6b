"""Exercises in which a student writes a network's passes as a function: its predictions, its gradients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from backprop_course.core.network import Network, Unit
from backprop_course.core.trace import ByName
from backprop_course.errors import CourseError
from backprop_course.exercises.functions.array_functions import NetworkFor, layer_gradients_of, predictions_of
from backprop_course.exercises.functions.network_functions import gradients_of
from backprop_course.exercises.kinds import Function
from backprop_course.exercises.programs import has_layers

_BATCHES = (2, 3, 5, 4, 3, 1)
"""How many examples there are in each try; one example last: it would not show what is wrong with many."""
_WIDTHS = (3, 2, 4, 5, 2, 3, 4, 2, 5, 3, 2, 4, 3, 5)
"""Widths of layers, in turn: two that follow each other differ, so that a transpose shows."""


def gradients(id: str, network: Network, name: str = "", *, points: float | None = None, looped: str = "") -> Function:
    """The exercise of a function that returns the loss's gradient for every weight, as a dict by the weights' names.

    Of single units the function is called with (weights, x, y), of layers with a batch, (X, y, params), and with layers
    of any width. name: the function's; without, the id with _ for -. points: one for each weight, without.
    looped: "examples", where a loop over the batch loses a point.
    """
    if not has_layers(network):
        made = gradients_of(id, called(id, name), network, ("weights", "x", "y"))
    else:
        keys = tuple(reversed(network.weights))

        def sizes(rng: np.random.Generator) -> Iterator[tuple[Network, int | None]]:
            yield from _sizes(network)

        def growing(rng: np.random.Generator) -> Iterator[tuple[Network, int | None]]:
            for batch in (2, 4, 8):
                yield network, batch

        made = layer_gradients_of(
            id,
            called(id, name),
            _of_any_width(network),
            ("X", "y", "params"),
            sizes,
            keys,
            looped,
            growing if looped else lambda rng: (),
        )
    return replace(made, worth=points)


def predictions(id: str, network: Network, name: str = "", *, points: float | None = None) -> Function:
    """The exercise of a function that returns a network's prediction; arguments as in `gradients`.

    Of single units the function is called with (weights, x), of layers with a batch, (X, params).
    """
    layers = has_layers(network)

    def sizes(rng: np.random.Generator) -> Iterator[tuple[Network, int | None]]:
        yield from _sizes(network) if layers else ((network, None) for _ in range(12))

    parameters = ("X", "params") if layers else ("x", "weights")
    made = predictions_of(id, called(id, name), _of_any_width(network), parameters, sizes)
    return replace(made, worth=points)


def called(id: str, name: str) -> str:
    """What the function of an exercise is called. Raises CourseError for what is no name."""
    found = name or str(id).replace("-", "_")
    if not found.isidentifier():
        raise CourseError(f"A function cannot be called {found!r}; give it another name: name='exam_gradients'.")
    return found


def _of_any_width(network: Network) -> NetworkFor:
    """The same connections for weights of other shapes."""

    def network_for(weights: ByName) -> Network:
        def width(unit: Unit) -> int | None:
            return None if unit.width is None else int(np.shape(weights[next(iter(unit.inputs))])[-1])

        if network.input_width is None and not any(unit.width for unit in network.units):
            return network
        first = next(weight for unit in network.units for weight, source in unit.inputs.items() if source == "x")
        rows = None if network.input_width is None else int(np.shape(weights[first])[0])
        return _resized(network, rows, {unit.name: width(unit) for unit in network.units})

    return network_for


def _sizes(network: Network) -> Iterator[tuple[Network, int]]:
    """The network with layers of other widths, small ones first, each with the size of a batch."""
    at = 0
    for batch in _BATCHES:
        widths: dict[str, int | None] = {}
        for name in ("x", *(unit.name for unit in network.units)):
            at += 1
            widths[name] = None if network.width(name) is None else _WIDTHS[at % len(_WIDTHS)]
        yield _resized(network, widths.pop("x"), widths), batch


def _resized(network: Network, input_width: int | None, widths: dict[str, int | None]) -> Network:
    units = (Unit(u.name, u.activation, u.inputs, u.bias, widths[u.name]) for u in network.units)
    return Network(*units, loss=network.loss, input_width=input_width)
