"""Functions that return a network's gradients, as exercises: their cases, and a number to verify them by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from backprop_course.backprop import backward_steps
from backprop_course.exercises.exercise import Case, Function
from backprop_course.network import Network
from backprop_course.trace import Values


def gradients_of(id: str, name: str, network: Network, parameters: tuple[str, ...]) -> Function:
    """The exercise of a function that returns every weight's gradient of a network of single units.

    parameters: the function's: names of weights, or "weights" for a dict of all of them, "x", "y".
    """

    def case(arguments: tuple[Any, ...]) -> Case:
        values: dict[str, Any] = {}
        for parameter, argument in zip(parameters, arguments, strict=True):
            values.update(argument if parameter == "weights" else {parameter: argument})
        weights = {weight: values[weight] for weight in network.weights}
        steps = (*network.steps(), network.loss_step(), *backward_steps(network))
        asked = {weight: f"dL_d{weight}" for weight in weights}
        shown = dict(zip(parameters, arguments, strict=True))
        return Case(shown, values, steps, asked, lambda: smaller(weights, values["x"], values["y"]))

    def arguments(weights: Values, x: float, y: float) -> tuple[Any, ...]:
        values = {**weights, "x": x, "y": y, "weights": weights}
        return tuple(values[parameter] for parameter in parameters)

    def smaller(weights: Values, x: float, y: float) -> Iterator[Case]:
        for name, value in {**weights, "x": x, "y": y}.items():
            for simpler in (1.0, 2.0):
                if value not in (1.0, simpler):
                    changed = {**weights, "x": x, "y": y, name: simpler}
                    new_x, new_y = changed.pop("x"), changed.pop("y")
                    yield case(arguments(changed, new_x, new_y))

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        for number, (weights, x, y) in enumerate(_draws(network, rng)):
            # A NumPy scalar must do as well as a float.
            kind = np.float64 if number % 3 == 2 else float
            yield case(arguments({weight: kind(w) for weight, w in weights.items()}, kind(x), kind(y)))

    keys = tuple(reversed(network.weights))
    return Function(id, name, cases, case, keys, verify=lambda case, key: nudge(network, case, key))


def _draws(network: Network, rng: np.random.Generator) -> Iterator[tuple[Values, float, float]]:
    yield dict.fromkeys(network.weights, 1.0), 2.0, 0.5
    for _ in range(9):
        yield _draw(network, rng)
    # Edges: no input; far out, where an activation is flat; no error.
    yield _draw(network, rng)[0], 0.0, 1.0
    yield _draw(network, rng)[0], 6.0, -1.0
    weights, x, _ = _draw(network, rng)
    yield weights, x, float(network.forward(weights, x)["y_hat"])


def _draw(network: Network, rng: np.random.Generator) -> tuple[Values, float, float]:
    weights, x, y = network.random(rng)
    return {name: round(w, 1) for name, w in weights.items()}, round(x, 1), round(y, 1)


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
