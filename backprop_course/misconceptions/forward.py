"""Mistakes of the forward pass: what comes into a unit, and what it hands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backprop_course.core.forward import Inputs
from backprop_course.core.functions import Activation, Array, relu, tanh
from backprop_course.core.trace import Step
from backprop_course.misconceptions.edges import pre_activation_of
from backprop_course.misconceptions.registry import (
    Changes,
    Steps,
    curved,
    mistaken_for,
    replaced,
    wrong_inputs,
    wrong_rule,
    wrong_steps,
)
from backprop_course.misconceptions.wrong_equations import wrong_equation

wrong_equation(
    "activation-left-out",
    "the activation function is left out",
    "A unit adds up its weighted inputs to z and then hands on h = f(z), not z.",
    where=curved,
    activate="z",
)


@wrong_rule(
    "other-activation",
    "another activation function is used",
    "Look up which function this unit has: sigmoid, tanh and ReLU give different numbers.",
    curved,
)
class _OtherActivation:
    def activate(self, activation: Activation, z: Array) -> Array:
        return mistaken_for(activation).value(z)


@wrong_rule("other-activation", where=lambda activation: activation.name in ("tanh", "relu"))
class _OtherActivationStill:
    def activate(self, activation: Activation, z: Array) -> Array:
        return (relu if activation.name == "tanh" else tanh).value(z)


wrong_equation(
    "activation-on-output",
    "an activation function is applied at the linear output",
    "The output unit is linear: y_hat is its weighted sum as it is.",
    where=lambda activation: activation.name == "linear",
    activate="sigmoid(z)",
)


def _several(at: Inputs) -> bool:
    return len(at.edges) > 1


wrong_equation(
    "weight-left-out-forward",
    "the weight is left out",
    "What a unit hands on is multiplied by the weight of each connection that it takes.",
    weigh="h",
)

wrong_equation(
    "weight-added",
    "the weight is added instead of multiplied",
    "A weight scales what comes through it: multiply.",
    weigh="h + W",
)


@wrong_rule("weight-left-out-forward", where=_several)
class _FirstWeightLeftOut:
    def weighted_sum(self, at: Inputs, *values: Array) -> Array:
        return values[0] + values[2] * values[3]


@wrong_rule("weight-left-out-forward", where=_several)
class _SecondWeightLeftOut:
    def weighted_sum(self, at: Inputs, *values: Array) -> Array:
        return values[0] * values[1] + values[2]


@wrong_rule(
    "one-input-only",
    "only one of the unit's inputs is counted",
    "Count the arrows that end at this unit: the weighted input of each belongs into its sum.",
    _several,
)
class _FirstInputOnly:
    def weighted_sum(self, at: Inputs, *values: Array) -> Array:
        return values[0] * values[1]


@wrong_rule("one-input-only", where=_several)
class _SecondInputOnly:
    def weighted_sum(self, at: Inputs, *values: Array) -> Array:
        return values[2] * values[3]


@wrong_rule(
    "inputs-multiplied",
    "the weighted inputs are multiplied with each other",
    "Weighted inputs that meet in a unit are added.",
    _several,
)
class _InputsMultiplied:
    def weighted_sum(self, at: Inputs, *values: Array) -> Array:
        return values[0] * values[1] * values[2] * values[3]


@wrong_rule(
    "weights-added-first",
    "weights and inputs are added up before they are multiplied",
    "Each input has a weight of its own: multiply first, then add.",
    _several,
)
class _WeightsAddedFirst:
    def weighted_sum(self, at: Inputs, *values: Array) -> Array:
        return (values[0] + values[2]) * (values[1] + values[3])


@wrong_inputs(
    "pre-activation-fed-forward",
    "a pre-activation z is handed on instead of the activation h",
    "What goes along a connection is the unit's output h, after the activation function.",
    "weighted_sum",
)
def _feeds_z(step: Step, steps: Steps) -> Iterator[tuple[str, ...]]:
    for k in range(0, len(step.parents) - 1, 2):
        for z in pre_activation_of(step.parents[k], steps):
            yield replaced(step.parents, k, z)


def _pass(step: Step, steps: Steps) -> list[Step]:
    """The weighted sums of a step's own forward pass: one after an update has weights that were made by steps."""
    made = {other.name for other in steps}
    sums = [other for other in steps if other.rule == "weighted_sum"]
    return [other for other in sums if (other.parents[1] in made) == (step.parents[1] in made)]


_FINGER = (
    "Follow each arrow with a finger: the weight on it belongs to the unit where it starts and the one where it ends."
)


@wrong_inputs("branch-weights-swapped-forward", "the weights of the two branches are swapped", _FINGER, "weighted_sum")
def _swaps_weights(step: Step, steps: Steps) -> Iterator[tuple[str, ...]]:
    if len(step.parents) >= 4:
        a, u, b, v, *rest = step.parents
        yield (a, v, b, u, *rest)


@wrong_steps("branch-weights-swapped-forward", "", "")
def _swaps_weights_of_units(steps: Steps) -> Iterator[tuple[str, Changes]]:
    """Two units that take the same source: each with the other's weight."""
    sums = [step for step in steps if step.rule == "weighted_sum"]
    for k, step in enumerate(sums):
        for other in sums[k + 1 :]:
            if other in _pass(step, steps) and other.parents[0] == step.parents[0]:
                u, v = step.parents[1], other.parents[1]
                yield (
                    "",
                    {
                        step.name: replace(step, parents=replaced(step.parents, 1, v)),
                        other.name: replace(other, parents=replaced(other.parents, 1, u)),
                    },
                )


@wrong_inputs(
    "wrong-weight-forward",
    "another connection's weight is used",
    "Follow the arrow that ends at this unit: the weight on it is the one to use.",
    "weighted_sum",
)
def _takes_another_weight(step: Step, steps: Steps) -> Iterator[tuple[str, ...]]:
    sums = _pass(step, steps)
    for k in range(1, len(step.parents), 2):
        for weight in (name for other in sums for name in other.parents[1::2]):
            if weight not in step.parents:
                yield replaced(step.parents, k, weight)


@wrong_inputs(
    "wrong-source-forward",
    "another unit's activation is used",
    "Follow the arrow that ends at this unit back to where it starts: that unit's h goes in.",
    "weighted_sum",
)
def _takes_another_source(step: Step, steps: Steps) -> Iterator[tuple[str, ...]]:
    before = ["x"]
    sums = {other.name for other in _pass(step, steps)}
    for other in steps:
        if other is step:
            break
        if other.rule == "activate" and other.parents[0] in sums:
            before.append(other.name)
    for k in range(0, len(step.parents) - 1, 2):
        for name in before:
            if name not in step.parents:
                yield replaced(step.parents, k, name)
