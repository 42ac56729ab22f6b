"""02: the chain network; one unit a layer."""

from __future__ import annotations

from backprop_course.core import names
from backprop_course.core.backprop import steps_of_both
from backprop_course.core.local_factors import Cache, Factor
from backprop_course.core.trace import Step
from backprop_course.exercises.constructors.bugs import bug
from backprop_course.exercises.functions.descent import gradient_step_exercise
from backprop_course.exercises.functions.network_functions import gradients_of
from backprop_course.exercises.kinds import Exercise, Givens, Values, renamed
from backprop_course.misconceptions import Steps
from backprop_course.networks import chain, with_activation

GIVENS = Givens(x=1.5, w_in=0.7, w_j=-1.2, w_k=2.3, y=0.4)


def _cached_steps() -> Steps:
    """The chain's passes with the cache: C_1, local factors, errors as products, gradients."""
    rules = Cache()
    above = {edge.source: edge for unit in chain.units for edge in chain.edges_from(unit.name)}
    passes = renamed(
        steps_of_both(chain),
        {"dL_dy_hat": "C_1", "dL_dz_o": "delta_o", "dL_dz_k": "delta_k", "dL_dz_j": "delta_j"},
    )
    factors: list[Step] = []
    error = "delta_o"
    for number, name in ((2, "k"), (3, "j")):
        edge, factor, delta = above[name], f"C_{number}", f"delta_{name}"
        at = Factor(chain.unit[name].activation, edge)
        z, h = names.pre_activation(name), names.activation(name)
        factors += [
            Step(
                factor,
                "local_factor",
                at,
                (edge.weight, z, h),
                name,
                rules,
            ),
            Step(delta, "carry", name, (error, factor), name, rules),
        ]
        error = delta
    made = {step.name for step in factors} | {"dL_dh_k", "dL_dh_j"}
    return (*(step for step in passes if step.name not in made), *factors)


_STEPS = _cached_steps()
_FORWARD = ("z_j", "h_j", "z_k", "h_k", "z_o", "y_hat", "L")
_CACHE = ("C_1", "C_2", "C_3")


def _values(id: str, asked: tuple[str, ...], earlier: tuple[str, ...] = ()) -> Values:
    return Values(id, asked, GIVENS, _STEPS, earlier)


EXERCISES: tuple[Exercise, ...] = (
    _values("chain-forward", _FORWARD),
    _values("chain-cache", _CACHE, _FORWARD),
    _values("chain-backward", ("dL_dw_k", "dL_dw_j", "dL_dw_in"), _FORWARD + _CACHE),
    _values("chain-deltas", ("delta_o", "delta_k", "delta_j"), _FORWARD + _CACHE),
    gradients_of("chain-gradients", "chain_gradients", chain, ("w_in", "w_j", "w_k", "x", "y")),
    bug("chain-bug", with_activation(chain, "tanh"), mistake="unit-skipped", at="dL_dh_j"),
    gradient_step_exercise("chain-descent"),
)
