"""The step of gradient descent as an exercise: new weights from old ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from backprop_course.core.names import gradient
from backprop_course.core.trace import Step
from backprop_course.core.training import Descent
from backprop_course.exercises.kinds import Case, Function

_RULES = Descent()


def gradient_step_exercise(id: str) -> Function:
    """The exercise `gradient_step(weights, gradients, eta)`, a new dict of weights."""
    return Function(id, "gradient_step", _cases, _case, verify=_by_hand)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    # One weight first, so that the first failure shown is easy to follow; then names that nobody
    # could have written into the code, and arrays.
    for names, shape, decimals in (
        (("w",), (), 2),
        (("w_in", "w_j", "w_k"), (), 2),
        (("w_in", "w_j", "w_k"), (), 2),
        (("w_0", "w_1", "w_2", "w_s"), (), 2),
        (("w_0", "w_1", "w_2", "w_s"), (), 6),  # what is rounded shows
        (("W_1", "b_1"), (3,), 2),
        (("W",), (2, 3), 6),
        ((), (), 2),
    ):
        eta = float(rng.choice([0.1, 0.2, 0.3, 0.7]))
        weights = {name: _draw(rng, shape, decimals) for name in names}
        gradients = {name: _draw(rng, shape, decimals) for name in reversed(names)}
        yield _case((weights, gradients, eta))


def _draw(rng: np.random.Generator, shape: tuple[int, ...], decimals: int) -> np.ndarray | float:
    numbers = np.round(rng.uniform(0.2, 2, shape) * rng.choice([-1, 1], shape), decimals)
    return numbers if shape else float(numbers)


def _case(arguments: tuple[Any, ...]) -> Case:
    weights, gradients, eta = arguments
    values = {"eta": eta}
    values |= {f"{name}_": value for name, value in weights.items()}
    values |= {gradient(name): value for name, value in gradients.items()}
    steps = tuple(
        Step(f"new_{name}", "step", None, (f"{name}_", "eta", gradient(name)), name, _RULES) for name in weights
    )
    shown = {"weights": weights, "gradients": gradients, "eta": eta}
    return Case(shown, values, steps, {name: f"new_{name}" for name in weights})


def _by_hand(case: Case, key: str) -> str:
    if not key:
        return ""
    weight, slope = case.values[f"{key}_"], case.values[gradient(key)]
    if np.ndim(weight):
        return f"Look at one entry of {key}: it moves against its own gradient, and by eta times as much."
    direction = "smaller" if slope > 0 else "larger"
    size = abs(case.values["eta"] * slope)
    return f"Check alone: {key} must become {direction}, and by {size:.4g}."
