"""Mistakes with what is kept and with what is done with a gradient: cached factors, descent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from backprop_course.core.backprop import backward_steps
from backprop_course.core.functions import Array
from backprop_course.core.network import Network
from backprop_course.core.trace import Step
from backprop_course.misconceptions.registry import Changes, Steps, wrong_steps
from backprop_course.misconceptions.wrong_equations import wrong_equation

_FACTORS_MULTIPLY = "Along one path the factors are multiplied, starting from the error at the output."


@wrong_steps(
    "running-products",
    "running products are given where the local factors are asked",
    "Each factor belongs to one unit alone; they are multiplied with each other later.",
)
def _running_products(steps: Steps) -> Iterator[tuple[str, Changes]]:
    changes: Changes = {}
    previous = "C_1"
    for step in steps:
        if step.rule == "local_factor":
            changes[step.name] = replace(step, parents=(*step.parents, previous), function=_times_last(step))
            previous = step.name
    yield "", changes


def _times_last(step: Step) -> Callable[..., Array]:
    return lambda at, *values: step.function(at, *values[:-1]) * values[-1]


wrong_equation(
    "factors-added",
    "the factors are added instead of multiplied",
    _FACTORS_MULTIPLY,
    carry="delta + factor",
)

wrong_equation("error-not-carried", "the error from the unit above is left out", _FACTORS_MULTIPLY, carry="factor")

wrong_equation("factor-left-out", "the unit's own factor is left out", _FACTORS_MULTIPLY, carry="delta")


_ETA = "The learning rate eta scales the step: it is multiplied with the gradient, once."
_DOWNHILL = "The gradient points uphill; the loss falls in the opposite direction, −eta times the gradient."
_UPDATE = "An update is what is added to a weight: −eta times its gradient."
_NEW = "The new weight is the old one plus its update: w − eta · gradient."


wrong_equation("eta-left-out", "the learning rate eta is left out", _ETA, update="-gradient", step="weight - gradient")

wrong_equation(
    "eta-squared",
    "the learning rate eta is applied twice",
    _ETA,
    update="-eta * eta * gradient",
    step="weight - eta * eta * gradient",
)

wrong_equation(
    "eta-divides",
    "the gradient is divided by the learning rate",
    _ETA,
    update="-gradient / eta",
    step="weight - gradient / eta",
)

wrong_equation("ascent", "the step goes uphill", _DOWNHILL, update="eta * gradient", step="weight + eta * gradient")

wrong_equation(
    "gradient-for-update",
    "the gradient is given where the step is asked",
    _UPDATE,
    update="gradient",
    step="gradient",
)

wrong_equation("update-for-weight", "the step is given where the new weight is asked", _NEW, step="-eta * gradient")

wrong_equation("weight-scaled", "the weight is multiplied by the step", _NEW, step="weight * (1 - eta * gradient)")


@wrong_steps("weight-for-update", "the new weight is given where its update is asked", _UPDATE)
def _weight_for_update(steps: Steps) -> Iterator[tuple[str, Changes]]:
    yield (
        "",
        {
            step.name: replace(step, parents=(*step.parents, step.place), function=_added_to_last(step))
            for step in steps
            if step.rule == "update"
        },
    )


def _added_to_last(step: Step) -> Callable[..., Array]:
    return lambda at, *values: values[-1] + step.function(at, *values[:-1])


@wrong_steps(
    "updated-weights-used",
    "weights that are already updated are used for the other gradients",
    "All gradients belong to the same weights: compute every gradient first, then update.",
)
def _updated_weights(steps: Steps) -> Iterator[tuple[str, Changes]]:
    updates = {step.place: step.name for step in steps if step.rule == "update"}
    yield (
        "",
        {
            step.name: replace(
                step, parents=(*step.parents, updates[step.parents[0]]), function=_with_updated_weight(step)
            )
            for step in steps
            if step.rule == "to_unit_below" and step.parents[0] in updates
        },
    )
    again = _gone_back_with_new_weights(steps)
    yield "", again
    new = [step for step in again.values() if step.rule == "step"]
    for step in new:
        others = {other.name for other in new if other is not step}
        yield step.place, {name: one for name, one in again.items() if name not in others}


def _gone_back_with_new_weights(steps: Steps) -> Changes:
    """The new weights from gradients of their own, for which each weight is already the new one."""
    new = [step for step in steps if step.rule == "step" and isinstance(step.at, Network)]
    if not new:
        return {}
    weights = {step.place: step.name for step in new}
    passes = backward_steps(new[0].at)
    again = {step.name: f"{step.name} again" for step in passes}
    changes: Changes = {}
    for step in (*passes, *new):
        parents = tuple(again.get(parent, parent) for parent in step.parents)
        if step.rule == "to_unit_below":
            parents = (weights[parents[0]], *parents[1:])
        name = again.get(step.name, step.name)
        changes[name] = replace(step, name=name, parents=parents)
    return changes


def _with_updated_weight(step: Step) -> Callable[..., Array]:
    return lambda at, weight, dL_dz, update: step.function(at, weight + update, dL_dz)
