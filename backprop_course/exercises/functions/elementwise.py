"""Activations and their slopes as functions that a student writes: elementwise, on arrays of any shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from backprop_course.core.functions import Activation, Array
from backprop_course.core.trace import Step
from backprop_course.exercises.kinds import Case, Function

_SHAPES: tuple[tuple[int, ...], ...] = ((), (3,), (1,), (2, 3), (3, 2), (2, 1, 3))
_FAR = 30.0
"""So far out a curve is flat, and the plainest formula has no overflow yet."""


class Elementwise:
    """An activation, or its slope, for every entry by itself: the rules of the forward and the backward pass alone."""

    parts: ClassVar = {
        "value_of": {"activate": lambda activation: activation},
        "slope_of": {"through_activation": lambda activation: activation},
    }

    def activate(self, activation: Activation, z: Array) -> Array:
        """What a unit hands on: h = f(z)."""
        return activation.value(z)

    def activate_text(self, activation: Activation, z: str) -> str:
        return activation.value_text.format(z=z)

    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        """The error before an activation: dL/dz = dL/dh · f'(z)."""
        return activation.pull_back(z, h, dL_dh)

    def value_of(self, activation: Activation, z: Array) -> Array:
        """f(z), of z's shape."""
        return self.activate(activation, z)

    def value_of_text(self, activation: Activation, z: str) -> str:
        return self.activate_text(activation, z)

    def slope_of(self, activation: Activation, z: Array) -> Array:
        """f'(z), of z's shape: what an error of 1 becomes."""
        return self.through_activation(activation, z, activation.value(z), np.ones_like(z)[()])

    def slope_of_text(self, activation: Activation, z: str) -> str:
        return activation.derivative_text.format(z=z, h=self.activate_text(activation, z))

    def relu_slope(self, activation: Activation, z: Array) -> Array:
        """The same where the curve is a straight line on either side, and other mistakes are made."""
        return self.slope_of(activation, z)

    def relu_slope_text(self, activation: Activation, z: str) -> str:
        return self.slope_of_text(activation, z)

    def relu_slope_forms(self, activation: Activation, z: str) -> tuple[str, ...]:
        return (f"where(ge({z}, 0), 1, 0)",)


_RULES = Elementwise()


def value_of(id: str, name: str, activation: Activation, parameter: str = "z") -> Function:
    """The exercise of a function that returns f(z)."""
    return _function(id, name, "value_of", activation, parameter)


def slope_of(id: str, name: str, activation: Activation, parameter: str = "z") -> Function:
    """The exercise of a function that returns f'(z)."""
    rule = "relu_slope" if activation.name == "relu" else "slope_of"
    return _function(id, name, rule, activation, parameter)


def _function(id: str, name: str, rule: str, activation: Activation, parameter: str) -> Function:
    def case(arguments: tuple[Any, ...]) -> Case:
        (z,) = arguments
        step = Step("result", rule, activation, (parameter,), name, _RULES)
        return Case({parameter: z}, {parameter: z}, (step,), {"": "result"})

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        yield case((np.array(0.5),))
        yield case((np.array(-2.0),))
        for shape in _SHAPES:
            # Never 0, where a ReLU has no slope.
            z = np.round(rng.uniform(0.2, 3, shape) * rng.choice([-1, 1], shape), 2)
            yield case((z[()],))
        # What is rounded shows where numbers have more decimals than it leaves.
        yield case((np.round(rng.uniform(0.2, 3, 4) * [1, -1, 1, -1], 6),))
        for whole in ([-2, 1, 3], [[1, -1], [2, -3]], [[[2], [-1]]]):
            yield case((np.array(whole),))
        yield case((np.int64(2),))
        yield case((np.array([-_FAR, -1.5, 0.5, _FAR]),))

    def verify(case: Case, key: str) -> str:
        z = float(np.ravel(case.values[parameter])[0])
        return (_rough if rule == "value_of" else _near)(activation, parameter, z)

    return Function(id, name, cases, case, worth=1.0, verify=verify)


def _near(activation: Activation, parameter: str, z: float) -> str:
    """The slope by numbers, in a sentence."""
    eps = 1e-3
    below, above = (float(activation.value(z + sign * eps)) for sign in (-1, 1))
    return (
        f"Check alone: from {parameter} = {z - eps:.3f} to {z + eps:.3f} the function itself changes by "
        f"{above - below:.4g}; divided by {2 * eps:g} that is its slope there."
    )


def _rough(activation: Activation, parameter: str, z: float) -> str:
    """What a student knows of the curve."""
    if activation.name == "relu":
        return f"Check alone: of the two numbers {z:g} and 0, ReLU gives the larger."
    lowest = "0" if activation.name == "sigmoid" else "-1"
    middle = "½" if activation.name == "sigmoid" else "0"
    return f"Check alone: the curve is {middle} at {parameter} = 0, near 1 far right, and near {lowest} far left."
