"""03: the split network; a unit with two outputs, a unit with two inputs."""

from __future__ import annotations

from backprop_course.core.backprop import steps_of_both
from backprop_course.core.names import gradient
from backprop_course.core.trace import Step
from backprop_course.core.training import Descent
from backprop_course.exercises.chapters.partial_derivatives import PRODUCT
from backprop_course.exercises.constructors.bugs import bug
from backprop_course.exercises.functions.network_functions import gradients_of
from backprop_course.exercises.kinds import Exercise, Givens, Values, renamed
from backprop_course.networks import split, with_activation

GIVENS = Givens(x=1.5, w_in=0.8, w_ij=2.9, w_ik=-1.1, w_j=-0.9, w_k=1.3, y=1.7, eta=0.3)
_UNITS = ("o", "j", "k", "i")
_WEIGHTS = ("w_j", "w_k", "w_ij", "w_ik", "w_in")
_RULES = Descent()
_STEPS = (
    *renamed(steps_of_both(split), {f"dL_dz_{u}": f"delta_{u}" for u in _UNITS}),
    *(Step(f"update_{w}", "update", None, ("eta", gradient(w)), w, _RULES, of=w) for w in _WEIGHTS),
)
_FORWARD = ("z_i", "h_i", "z_j", "h_j", "z_k", "h_k", "z_o", "y_hat", "L")
_DELTAS = tuple(f"delta_{u}" for u in _UNITS)

EXERCISES: tuple[Exercise, ...] = (
    Values("split-forward", _FORWARD, GIVENS, _STEPS),
    PRODUCT,
    Values("split-deltas", _DELTAS, GIVENS, _STEPS, _FORWARD),
    Values("split-updates", tuple(f"update_{w}" for w in _WEIGHTS), GIVENS, _STEPS, _FORWARD + _DELTAS),
    gradients_of("split-gradients", "split_gradients", split, ("weights", "x", "y")),
    bug("split-bug", with_activation(split, "tanh"), mistake="unit-skipped", at="dL_dh_i_via_j"),
)
