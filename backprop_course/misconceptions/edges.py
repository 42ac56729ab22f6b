"""Mistakes on the way back along the edges: to the unit below, and to a weight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from backprop_course.core.backprop import Backprop
from backprop_course.core.forward import Edge
from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.misconceptions.registry import Changes, Steps, replaced, wrong_inputs, wrong_steps
from backprop_course.misconceptions.wrong_equations import wrong_equation

wrong_equation(
    "weight-left-out-backward",
    "the weight is left out on the way back",
    "The error comes down through the same weight that the activation went up through: multiply by it.",
    to_unit_below="dL_dz",
)


def edge_of(step: Step) -> Edge:
    """The edge that a step goes along."""
    edge: Edge = step.at if isinstance(step.at, Edge) else step.at.edge
    return edge


def pre_activation_of(activation: str, steps: Steps) -> list[str]:
    """The z from which an activation is made; none for the input."""
    return [step.parents[0] for step in steps if step.kind == "activation" and step.name == activation]


def edges_of(steps: Steps) -> list[Edge]:
    """Every edge of the network that these steps belong to."""
    return [edge for step in steps if step.rule == "weighted_sum" for edge in step.at.edges]


@wrong_steps(
    "error-in-proportion",
    "the error is divided among the units below in proportion to their weights",
    "Nothing is shared out: each unit below gets the whole error times its own weight. That is the derivative of the "
    "weighted sum.",
)
def _shares_the_error(steps: Steps) -> Iterator[tuple[str, Changes]]:
    into: dict[str, list[Step]] = {}
    for step in steps:
        if step.rule == "to_unit_below":
            into.setdefault(step.parents[1], []).append(step)
    changes = {
        step.name: replace(step, parents=(*step.parents, *(other.parents[0] for other in alike)), function=_share)
        for alike in into.values()
        for step in alike
        if len(alike) > 1 or step.at.source_wide
    }
    yield "", changes


def _share(edge: Edge, W: Array, dL_dz: Array, *weights: Array) -> Array:
    """One unit's share of an error, if it were divided in proportion to the weights that lead to the unit above."""
    whole = sum(weight.sum(axis=0) if edge.source_wide else weight for weight in weights)
    return Backprop().to_unit_below(edge, np.divide(W, whole), dL_dz)


def _siblings(edge: Edge, steps: Steps) -> list[str]:
    """The weights of the other branches: those that start or end where this one does."""
    return [other.weight for other in edges_of(steps) if (other.source == edge.source) != (other.target == edge.target)]


@wrong_inputs(
    "branch-weights-swapped",
    "the weights of the two branches are swapped on the way back",
    "The error from a unit comes down through the weight that leads to that unit.",
    "to_unit_below",
    "local_factor",
)
def _swaps_branches(step: Step, steps: Steps) -> Iterator[tuple[str, ...]]:
    for weight in _siblings(edge_of(step), steps):
        yield replaced(step.parents, 0, weight)


@wrong_inputs(
    "wrong-weight",
    "another connection's weight is used on the way back",
    "An error comes down through the weight between the two units: the one that leaves the unit, not the one "
    "that enters it.",
    "to_unit_below",
    "local_factor",
)
def _takes_wrong_weight(step: Step, steps: Steps) -> Iterator[tuple[str, ...]]:
    edge = edge_of(step)
    siblings = _siblings(edge, steps)
    others = [other for other in edges_of(steps) if other.weight != edge.weight and other.weight not in siblings]
    # First the weight that enters the unit: the usual mistake.
    for other in sorted(others, key=lambda other: other.target != edge.source):
        yield replaced(step.parents, 0, other.weight)


# --- Backward: to a weight ---------------------------------------------------------------------------


@wrong_inputs(
    "unit-skipped",
    "the error comes down from the wrong unit",
    "Go back one unit at a time: the error at a unit is made from the error at the unit it feeds.",
    "to_unit_below",
)
def _skips_a_unit(step: Step, steps: Steps) -> Iterator[tuple[str, ...]]:
    for other in steps:
        # Errors that are there already when this one is made.
        if other is step:
            break
        if other.kind == "pre-activation error":
            yield replaced(step.parents, 1, other.name)


wrong_equation(
    "input-left-out",
    "what came in through the weight is left out of its gradient",
    "A weight's gradient is the error at its end times the activation at its start.",
    to_weight="dL_dz",
)


@wrong_inputs(
    "pre-activation-for-input",
    "the pre-activation z is used in a weight's gradient instead of the activation h",
    "What went through the weight was h, after the activation function.",
    "to_weight",
)
def _weight_sees_z(step: Step, steps: Steps) -> Iterator[tuple[str, ...]]:
    for z in pre_activation_of(step.parents[0], steps):
        yield replaced(step.parents, 0, z)


@wrong_inputs(
    "weight-for-input",
    "the weight itself is used in its gradient instead of what came in through it",
    "z = h · w, so dz/dw is h. (dz/dh is w: that one is needed to go further down.)",
    "to_weight",
)
def _weight_sees_itself(step: Step, steps: Steps) -> Iterator[tuple[str, ...]]:
    yield replaced(step.parents, 0, edge_of(step).weight)


@wrong_inputs(
    "neighbour-activation",
    "another unit's activation is used in a weight's gradient",
    "Take the activation at the start of this connection, and the error at its end.",
    "to_weight",
)
def _weight_sees_neighbour(step: Step, steps: Steps) -> Iterator[tuple[str, ...]]:
    target = edge_of(step).target
    found = [("x", "x"), *((other.name, other.unit) for other in steps if other.kind == "activation")]
    # First the activation at the weight's end: the usual mistake.
    for name, _ in sorted(found, key=lambda one: one[1] != target):
        if name != step.parents[0]:
            yield replaced(step.parents, 0, name)


@wrong_inputs(
    "neighbour-error",
    "another unit's error is used in a weight's gradient: a factor too many, or too few",
    "Take the error at the end of this connection: dL/dz of the unit that the weight leads to.",
    "to_weight",
)
def _weight_sees_other_error(step: Step, steps: Steps) -> Iterator[tuple[str, ...]]:
    for other in steps:
        if other.rule == "to_weight" and other.parents[1] != step.parents[1]:
            yield replaced(step.parents, 1, other.parents[1])
