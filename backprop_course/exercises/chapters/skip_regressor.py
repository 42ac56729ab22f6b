"""04: the same connections as a regressor: ReLU units, the absolute error, and a step that goes wrong."""

from __future__ import annotations

import numpy as np

from backprop_course.core import names
from backprop_course.core.backprop import steps_of_both
from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.core.training import Descent
from backprop_course.exercises.functions.network_functions import gradients_of, other_slope, regime
from backprop_course.exercises.kinds import Exercise, Formula, Givens, Values, renamed
from backprop_course.networks import skip_regressor

GIVENS = Givens(x=1.7, w_0=0.9, w_1=1.3, w_2=0.7, w_s=0.6, y=6.7, eta=0.2)
_PASSES = steps_of_both(skip_regressor)
_GIVEN = ("x", *skip_regressor.weights, "y")
_FORWARD = ("z_0", "h_0", "z_1", "h_1", "z_2", "y_hat", "L")
_ERRORS = ("dL_dy_hat", "dL_dz_2", "dL_dh_1", "dL_dz_1", "dL_dh_0", "dL_dz_0")
_WEIGHTS = ("w_2", "w_s", "w_1", "w_0")
_BACKWARD = (*_ERRORS, *(names.gradient(w) for w in _WEIGHTS))


def _with_step() -> tuple[Step, ...]:
    """A step of gradient descent, and the forward pass with the new weights."""
    descent = Descent()
    made_from = {w: (w, "eta", names.gradient(w)) for w in _WEIGHTS}
    descents = tuple(Step(f"new_{w}", "step", skip_regressor, made_from[w], w, descent) for w in _WEIGHTS)
    again = renamed(
        (*skip_regressor.steps(), skip_regressor.loss_step()),
        {name: f"new_{name}" for name in (*_WEIGHTS, *_FORWARD)},
    )
    return (*descents, *again)


def _draw(rng: np.random.Generator) -> dict[str, Array]:
    weights, x, y = skip_regressor.random(rng)
    return {**weights, "x": x, "y": y}


def _formulas(id: str, asked: tuple[str, ...], before: tuple[str, ...]) -> Formula:
    at_hand = {name: (*before, *asked[:k]) for k, name in enumerate(asked)}
    otherwise = other_slope(_PASSES)
    return Formula(
        id, asked, _PASSES, _draw, at_hand, otherwise=otherwise, regime=lambda values: regime(skip_regressor, values)
    )


_VALUES = Values("skip-regressor-values", _FORWARD + _BACKWARD, GIVENS, _PASSES)

EXERCISES: tuple[Exercise, ...] = (
    _formulas("skip-regressor-forward", _FORWARD, _GIVEN),
    _formulas("skip-regressor-backward", _BACKWARD, _GIVEN + _FORWARD),
    _VALUES,
    Values(
        "skip-regressor-step",
        (*(f"new_{w}" for w in _WEIGHTS), "new_L"),
        GIVENS,
        _with_step(),
        _VALUES.asked,
        after=_VALUES,
    ),
    gradients_of("skip-regressor-gradients", "skip_regressor_gradients", skip_regressor, ("weights", "x", "y")),
)
