"""Functions on a network of layers as exercises: predictions and gradients, of one input or of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from backprop_course.core import names
from backprop_course.core.backprop import steps_of_both
from backprop_course.core.functions import Array
from backprop_course.core.gradcheck import numerical_gradient
from backprop_course.core.network import Network
from backprop_course.core.trace import ByName
from backprop_course.exercises.kinds import Case, Function, evaluate

NetworkFor = Callable[[ByName], Network]
Sizes = Callable[[np.random.Generator], Iterable[tuple[Network, int | None]]]


def predictions_of(id: str, name: str, network_for: NetworkFor, parameters: tuple[str, str], sizes: Sizes) -> Function:
    """The exercise of a function that returns a network's prediction.

    network_for(weights): the network for weights of these shapes. parameters: those of the function, in its
    order: x or X, y, and another name for the dict of weights. sizes(rng): networks to try it on, the
    smallest first, each with the size of a batch, or None for one input.
    """

    def case(arguments: tuple[Any, ...]) -> Case:
        network, values = _read(network_for, parameters, arguments)
        steps = network.steps(batched=_batched(network, values["x"]))
        return Case(dict(zip(parameters, arguments, strict=True)), values, steps, {"": "y_hat"})

    return Function(id, name, lambda rng: _cases(rng, sizes, parameters, case), case, verify=_first_unit)


def layer_gradients_of(
    id: str,
    name: str,
    network_for: NetworkFor,
    parameters: tuple[str, str, str],
    sizes: Sizes,
    keys: tuple[str, ...],
    looped: str = "",
    growing: Sizes = lambda rng: (),
) -> Function:
    """The exercise of a function that returns a dict of all gradients; arguments as in predictions_of.

    keys: the gradients, in the order in which they are judged. looped: what may not be looped over, as is tried on
    the networks and batches of growing(rng).
    """

    def case(arguments: tuple[Any, ...]) -> Case:
        network, values = _read(network_for, parameters, arguments)
        batched = _batched(network, values["x"])
        steps = steps_of_both(network, batched)
        asked = {weight: names.gradient(weight) for weight in keys}
        return Case(dict(zip(parameters, arguments, strict=True)), values, steps, asked)

    def verify(case: Case, key: str) -> str:
        weights = next(value for value in case.arguments.values() if isinstance(value, dict))
        return nudge_entry(network_for(weights), weights, case.values["x"], case.values["y"], key)

    return Function(
        id,
        name,
        lambda rng: _cases(rng, sizes, parameters, case),
        case,
        keys,
        looped=looped,
        growing=lambda rng: _of_sizes(rng, growing, parameters, case),
        verify=verify,
    )


def _first_unit(case: Case, key: str) -> str:
    """What the first unit of the first layer has, in a sentence: enough to find the layer that goes wrong."""
    z, h = (float(np.ravel(evaluate(step.name, case.by_name, case.values))[0]) for step in case.steps[:2])
    of = "for the first row of X, " if "X" in case.arguments else ""
    return f"Check alone: {of}the first hidden unit has z = {z:.4g} and h = {h:.4g}."


def _read(network_for: NetworkFor, parameters: tuple[str, ...], arguments: tuple[Any, ...]) -> tuple[Network, ByName]:
    values: ByName = {}
    weights: ByName = {}
    for parameter, argument in zip(parameters, arguments, strict=True):
        if parameter in ("x", "X", "y"):
            values[parameter.lower()] = np.asarray(argument)
        else:
            weights = argument
    return network_for(weights), {**values, **weights}


def _batched(network: Network, x: Array) -> bool:
    return bool(np.ndim(x) == 1 + (network.input_width is not None))


def _cases(
    rng: np.random.Generator, sizes: Sizes, parameters: tuple[str, ...], case: Callable[[tuple[Any, ...]], Case]
) -> Iterator[Case]:
    tried = list(_of_sizes(rng, sizes, parameters, case))
    yield from tried
    # Data may be whole numbers; what is learnt never stays whole.
    largest = max(tried, key=lambda one: np.size(one.values["x"]))
    yield case(tuple(_whole(name, value) for name, value in largest.arguments.items()))


def _whole(name: str, value: Any) -> Any:
    return np.sign(value).astype(int) if name in ("x", "X") else np.rint(value).astype(int) if name == "y" else value


def _of_sizes(
    rng: np.random.Generator, sizes: Sizes, parameters: tuple[str, ...], case: Callable[[tuple[Any, ...]], Case]
) -> Iterator[Case]:
    several = list(sizes(rng))
    for number, (network, batch) in enumerate(several, 1):
        weights, x, y = network.random(rng, batch)
        # Two decimals can be read; in the last call what is rounded shows, where it did not before.
        decimals = 2 if number < len(several) else 6
        # A layer's sum stays where activations are not flat.
        weights = {
            name: np.array(np.round(value / np.sqrt(max(np.shape(value)[:1], default=1)), decimals))
            for name, value in weights.items()
        }
        values = {"x": np.round(x, decimals), "X": np.round(x, decimals), "y": np.round(y, decimals)}
        yield case(tuple(values.get(parameter, weights) for parameter in parameters))


def nudge_entry(network: Network, weights: ByName, x: Array, y: Array, key: str) -> str:
    """The loss's change with one entry of a weight, the one that matters most, in a sentence."""
    eps = 1e-3
    gradient = np.asarray(_slopes(network, weights, x, y, key, eps))
    where = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
    entry = f"{key}[{', '.join(str(int(k)) for k in where)}]" if where else key
    slope = gradient[where]
    return f"Check alone: change {entry} by {eps:g} and L changes by {eps * slope:.4g}; the slope is {slope:.4g}."


def _slopes(network: Network, weights: ByName, x: Array, y: Array, key: str, eps: float) -> Array:
    def loss(value: Array) -> Array:
        return network.forward({**weights, key: value}, x, y)["L"]

    return numerical_gradient(loss, np.asarray(weights[key], dtype=float), eps)
