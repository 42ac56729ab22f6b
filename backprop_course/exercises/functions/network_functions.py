"""Functions that return a network's gradients, as exercises: their cases, and a number to verify them by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from backprop_course.core import functions, names
from backprop_course.core.backprop import backward, steps_of_both
from backprop_course.core.functions import Array, relu
from backprop_course.core.network import Network
from backprop_course.core.trace import ByName, Step, carry_out
from backprop_course.exercises.kinds import Case, Function, spread
from backprop_course.misconceptions import Steps


def gradients_of(id: str, name: str, network: Network, parameters: tuple[str, ...]) -> Function:
    """The exercise of a function that returns every weight's gradient of a network of single units.

    parameters: the function's: names of weights, or "weights" for a dict of all of them, "x", "y".
    """

    def case(arguments: tuple[Any, ...]) -> Case:
        values: dict[str, Any] = {}
        for parameter, argument in zip(parameters, arguments, strict=True):
            values.update(argument if parameter == "weights" else {parameter: argument})
        weights = {weight: values[weight] for weight in network.weights}
        steps = steps_of_both(network)
        asked = {weight: names.gradient(weight) for weight in weights}
        shown = dict(zip(parameters, arguments, strict=True))
        simpler = lambda: smaller(weights, values["x"], values["y"])  # noqa: E731
        return Case(shown, values, steps, asked, simpler, otherwise=other_slope(steps))

    def arguments(weights: ByName, x: float, y: float) -> tuple[Any, ...]:
        values = {**weights, "x": x, "y": y, "weights": weights}
        return tuple(values[parameter] for parameter in parameters)

    def smaller(weights: ByName, x: float, y: float) -> Iterator[Case]:
        for name, value in {**weights, "x": x, "y": y}.items():
            for simpler in (1.0,) if name == "y" and network.loss.fused else (1.0, 2.0):
                if value not in (1.0, simpler):
                    changed = {**weights, "x": x, "y": y, name: simpler}
                    new_x, new_y = changed.pop("x"), changed.pop("y")
                    if not at_kink(network, changed, new_x, new_y):
                        yield case(arguments(changed, new_x, new_y))

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        for number, (weights, x, y) in enumerate(_draws(network, rng)):
            # A NumPy scalar must do as well as a float.
            kind = np.float64 if number % 3 == 2 else float
            # A dict is read by its keys: now and then they come in another order.
            order = reversed(weights) if number % 4 == 3 else weights
            yield case(arguments({name: kind(weights[name]) for name in order}, kind(x), kind(y)))
        yield case(arguments(dict.fromkeys(network.weights, 1), 2, 0))

    keys = tuple(reversed(network.weights))
    return Function(id, name, cases, case, keys, verify=lambda case, key: nudge(network, case, key))


def _draws(network: Network, rng: np.random.Generator) -> Iterator[tuple[ByName, float, float]]:
    labels = network.loss.fused is not None
    yield dict.fromkeys(network.weights, 1.0), 2.0, 0.0 if labels else 0.5
    if _smooth(network):
        yield from (_draw(network, rng) for _ in range(9))
    else:
        drawn = (_draw(network, rng) for _ in range(60))
        yield from spread(drawn, lambda one: regime(network, _passes(network, *one)), 20)
        # A prediction shows in the gradients only by its side: many cases tell wrong ones apart.
        yield from (_draw(network, rng, all_on=True) for _ in range(40))
    # Edges: no input; far out, where an activation is flat; no error.
    yield _draw(network, rng)[0], 0.0, 1.0
    yield _draw(network, rng)[0], 6.0, 0.0 if labels else -1.1
    if network.loss is functions.squared_error:
        weights, x, _ = _draw(network, rng)
        yield weights, x, float(network.forward(weights, x)["y_hat"])
    # What is rounded shows where numbers have more decimals than it leaves.
    yield _draw(network, rng, all_on=True, decimals=6)


def _draw(
    network: Network, rng: np.random.Generator, all_on: bool = False, decimals: int = 1
) -> tuple[ByName, float, float]:
    drawn, x, y = network.random(rng)
    weights, x, y = {name: round(w, decimals) for name, w in drawn.items()}, round(x, decimals), round(y, decimals)
    if all_on:
        hidden = {name for unit in network.units if unit.activation is relu for name in unit.inputs}
        weights, x = {name: abs(w) if name in hidden else w for name, w in weights.items()}, abs(x)
    if network.loss is functions.absolute_error:
        weights = {name: round(w * rng.choice([1, 2, 3]), decimals) for name, w in weights.items()}
        # Near the prediction: then a wrong prediction is often on its other side.
        y = round(float(network.forward(weights, x)["y_hat"]) + 0.1 * y, decimals + 1)
    return weights, x, y


def _smooth(network: Network) -> bool:
    return network.loss is not functions.absolute_error and all(unit.activation is not relu for unit in network.units)


def _passes(network: Network, weights: ByName, x: float, y: float) -> Mapping[str, Array]:
    return backward(network.forward(weights, x, y))


def other_slope(steps: Steps) -> dict[str, Step]:
    """The steps in which the slope of a ReLU at 0 matters, with the slope 0 there."""
    strict = replace(relu, derivative=lambda z, h: z > 0)
    return {
        step.name: replace(step, at=strict) for step in steps if step.rule == "through_activation" and step.at is relu
    }


def regime(network: Network, values: Mapping[str, Array]) -> tuple[bool, ...]:
    """On which side of its kinks a network is: which ReLUs are on, whether the prediction is too high.

    The signs of the errors that come back to a ReLU are told apart too: nothing may depend on them.
    """
    errors = [names.gradient(network.activation_of(unit.name)) for unit in network.units if unit.activation is relu]
    sides = [names.pre_activation(unit.name) for unit in network.units if unit.activation is relu]
    sides += ["dL_dy_hat"] if network.loss is functions.absolute_error else []
    return tuple(bool(values[name] > 0) for name in sides + errors)


def at_kink(network: Network, weights: ByName, x: float, y: float) -> bool:
    """Whether a gradient depends on a choice here: the slope of a ReLU, or of an absolute value, at 0."""
    if _smooth(network):
        return False
    values = {**weights, "x": x, "y": y}
    steps = steps_of_both(network)
    chosen = carry_out(steps, dict(values))
    others = other_slope(steps)
    other = carry_out(tuple(others.get(step.name, step) for step in steps), dict(values))
    close = network.loss is functions.absolute_error and abs(chosen["y_hat"] - y) < 1e-3
    return close or any(chosen[names.gradient(name)] != other[names.gradient(name)] for name in network.weights)


def nudge(network: Network, case: Case, key: str) -> str:
    """The loss before and after a small change of one weight: the gradient by numbers, in a sentence."""
    weights = {name: float(case.values[name]) for name in network.weights}
    x, y, eps = case.values["x"], case.values["y"], 1e-3
    up, down = ({**weights, key: weights[key] + sign * eps} for sign in (1, -1))
    above, below = (float(network.forward(w, x, y)["L"]) for w in (up, down))
    change, slope = above - below, (above - below) / (2 * eps)
    return (
        f"Check alone: when {key} goes from {weights[key] - eps:.3f} to {weights[key] + eps:.3f}, "
        f"L changes by {change:.4g}; divided by {2 * eps:g} that is the slope, {slope:.4g}."
    )
