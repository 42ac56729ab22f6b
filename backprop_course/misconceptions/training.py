"""Mistakes of a training loop: which weights a gradient belongs to, how many steps, which loss is kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backprop_course.core import names
from backprop_course.core.backprop import backward, backward_steps
from backprop_course.core.forward import Output
from backprop_course.core.functions import Array
from backprop_course.core.network import Network
from backprop_course.core.trace import ByName, carry_out
from backprop_course.misconceptions.registry import wrong_rule
from backprop_course.misconceptions.wrong_equations import wrong_equation

Trained = tuple[ByName, Array]

_COUNT = "Each round of the loop keeps one loss and takes one step. How many rounds does range give you?"
_BEFORE = "The first entry of losses belongs to the weights that came in: in each round keep the loss, then step."
_FRESH = "After each step the slope is another one: forward and backward pass belong inside the loop."
_ONE = "The loss of a batch is one number: the mean over its examples."
_WHOLE = "One step is made from the whole batch: its gradient is already the mean over all examples."


@wrong_rule("one-step-less", "there is one step too few", _COUNT)
class _OneStepLess:
    def rounds(self, at: Network, steps: int) -> range:
        return range(steps - 1)


@wrong_rule("one-step-more", "there is one step too many", _COUNT)
class _OneStepMore:
    def rounds(self, at: Network, steps: int) -> range:
        return range(steps + 1)


@wrong_rule("one-step-more")
class _LastStepAfterTheLoop:
    def train(self, at: Network, x: Array, y: Array, eta: float, steps: int, *weights: Array) -> Trained:
        _, losses = super().train(at, x, y, eta, steps, *weights)  # type: ignore[misc]  # the rules' own
        current, _ = super().train(at, x, y, eta, steps + 1, *weights)  # type: ignore[misc]
        return current, losses


@wrong_rule("one-step-less")
class _NoStepAfterTheLastLoss:
    def train(self, at: Network, x: Array, y: Array, eta: float, steps: int, *weights: Array) -> Trained:
        _, losses = super().train(at, x, y, eta, steps, *weights)  # type: ignore[misc]  # the rules' own
        current, _ = super().train(at, x, y, eta, steps - 1, *weights)  # type: ignore[misc]
        return current, losses


@wrong_rule("loss-after-step", "each loss is taken after its step instead of before", _BEFORE)
class _LossAfterStep:
    def train(self, at: Network, x: Array, y: Array, eta: float, steps: int, *weights: Array) -> Trained:
        current, _ = super().train(at, x, y, eta, steps, *weights)  # type: ignore[misc]  # the rules' own
        _, losses = super().train(at, x, y, eta, steps + 1, *weights)  # type: ignore[misc]
        return current, losses[1:]


@wrong_rule(
    "last-loss-added",
    "the losses have one entry too many",
    "Keep one loss for each step, the one before it; the loss after the last step is not asked.",
)
class _LastLossAdded:
    def train(self, at: Network, x: Array, y: Array, eta: float, steps: int, *weights: Array) -> Trained:
        current, _ = super().train(at, x, y, eta, steps, *weights)  # type: ignore[misc]  # the rules' own
        _, losses = super().train(at, x, y, eta, steps + 1, *weights)  # type: ignore[misc]
        return current, losses


@wrong_rule(
    "last-loss-only",
    "only one loss is given",
    "Start with an empty list before the loop, and append to it in every round.",
)
class _LastLossOnly:
    def train(self, at: Network, x: Array, y: Array, eta: float, steps: int, *weights: Array) -> Trained:
        current, losses = super().train(at, x, y, eta, steps, *weights)  # type: ignore[misc]  # the rules' own
        return current, losses[-1]


@wrong_rule(
    "first-weights-returned",
    "the parameters come back as they went in",
    "Each step starts from the parameters of the step before, and the last ones are returned. Which name holds them?",
)
class _FirstWeightsReturned:
    def train(self, at: Network, x: Array, y: Array, eta: float, steps: int, *weights: Array) -> Trained:
        _, losses = super().train(at, x, y, eta, steps, *weights)  # type: ignore[misc]  # the rules' own
        return dict(zip(at.weights, weights, strict=True)), losses


@wrong_rule(
    "every-step-from-the-start",
    "every step starts from the first parameters",
    "Each step starts from the parameters of the step before. Which name holds them?",
)
class _EveryStepFromTheStart:
    def train(self, at: Network, x: Array, y: Array, eta: float, steps: int, *weights: Array) -> Trained:
        current, losses = super().train(at, x, y, eta, min(steps, 1), *weights)  # type: ignore[misc]  # the rules' own
        return current, np.repeat(losses, steps)


@wrong_rule(
    "one-round-only",
    "only one round is carried out",
    "Is the return inside the loop? It belongs after it, as far left as the for.",
)
class _OneRoundOnly:
    def rounds(self, at: Network, steps: int) -> range:
        return range(min(steps, 1))


@wrong_rule(
    "losses-of-the-start",
    "every loss is taken at the first parameters",
    "The loss of a round is that of the parameters with which the round begins. Which name holds them?",
)
class _LossesOfTheStart:
    def train(self, at: Network, x: Array, y: Array, eta: float, steps: int, *weights: Array) -> Trained:
        current, losses = super().train(at, x, y, eta, steps, *weights)  # type: ignore[misc]  # the rules' own
        return current, np.repeat(losses[:1], steps)


@wrong_rule("gradient-not-renewed", "the gradient is computed once for all steps", _FRESH)
class _GradientNotRenewed:
    def train(self, at: Network, x: Array, y: Array, eta: float, steps: int, *weights: Array) -> Trained:
        current = dict(zip(at.weights, weights, strict=True))
        gradients, losses = backward(at.forward(current, x, y)).gradients, []
        for _ in range(steps):
            losses.append(at.forward(current, x, y)["L"])
            current = _stepped(current, gradients, eta)
        return current, np.array(losses)


@wrong_rule("gradient-not-renewed")
class _LossNotRenewedEither:
    def train(self, at: Network, x: Array, y: Array, eta: float, steps: int, *weights: Array) -> Trained:
        trace = backward(at.forward(dict(zip(at.weights, weights, strict=True)), x, y))
        current = _stepped({name: trace[name] for name in at.weights}, trace.gradients, eta * steps)
        return current, np.full(steps, trace["L"])


def _stepped(weights: ByName, gradients: ByName, eta: float) -> ByName:
    return {name: weights[name] - eta * gradients[name] for name in weights}


# One parameter after the other, each with a gradient at what is already updated.

Order = Callable[[Network], list[str]]


def _one_after_the_other(order: Order) -> None:
    @wrong_rule("updated-weights-used")
    class _OneAfterTheOther:
        def descend(self, at: Network, weights: ByName, x: Array, y: Array, eta: float) -> Trained:
            current, loss = dict(weights), at.forward(weights, x, y)["L"]
            for name in order(at):
                current[name] = current[name] - eta * backward(at.forward(current, x, y)).gradients[name]
            return current, loss


def _layers_back(network: Network) -> list[str]:
    return [name for unit in reversed(network.units) for name in (*unit.inputs, *([unit.bias] if unit.bias else ()))]


_one_after_the_other(lambda network: list(network.weights))
_one_after_the_other(lambda network: list(reversed(network.weights)))
_one_after_the_other(_layers_back)


@wrong_rule("updated-weights-used")
class _ErrorThroughUpdatedWeight:
    def descend(self, at: Network, weights: ByName, x: Array, y: Array, eta: float) -> Trained:
        # The upper weights are updated before the error goes down through them; all else is of one forward pass.
        before = backward(at.forward(weights, x, y))
        updated = {name: weights[name] - eta * before[names.gradient(name)] for name in weights}
        steps = backward_steps(at, before.batched)
        after = carry_out(steps, {**before, **{name: updated[name] for name in at.units[-1].inputs}})
        return {name: weights[name] - eta * after[names.gradient(name)] for name in weights}, before["L"]


# What a step is made from.


@wrong_rule("example-by-example", "a step is taken for each example instead of one for all of them", _WHOLE)
class _ExampleByExample:
    def descend(self, at: Network, weights: ByName, x: Array, y: Array, eta: float) -> Trained:
        current, loss = weights, at.forward(weights, x, y)["L"]
        for one in range(len(y)):
            current, _ = super().descend(at, current, x[[one]], y[[one]], eta)  # type: ignore[misc]  # the rules' own
        return current, loss


@wrong_rule("sum-for-mean")
class _StepsOfAllExamples:
    def descend(self, at: Network, weights: ByName, x: Array, y: Array, eta: float) -> Trained:
        current, _ = super().descend(at, weights, x, y, eta * len(y))  # type: ignore[misc]  # the rules' own
        return current, at.forward(weights, x, y)["L"]


@wrong_rule("mean-twice")
class _StepDividedAgain:
    def descend(self, at: Network, weights: ByName, x: Array, y: Array, eta: float) -> Trained:
        current, _ = super().descend(at, weights, x, y, eta / len(y))  # type: ignore[misc]  # the rules' own
        return current, at.forward(weights, x, y)["L"]


@wrong_rule(
    "biases-not-trained",
    "the biases stay as they were",
    "A bias is a parameter like any other: every key of params gets its step.",
)
class _BiasesNotTrained:
    def descend(self, at: Network, weights: ByName, x: Array, y: Array, eta: float) -> Trained:
        current, loss = super().descend(at, weights, x, y, eta)  # type: ignore[misc]  # the rules' own
        return {**current, **{unit.bias: weights[unit.bias] for unit in at.units if unit.bias}}, loss


# Which loss is kept, where the batch makes a difference.


def _squared_over_batch(at: Output) -> bool:
    return at.batched and at.loss.name == "squared_error"


@wrong_rule("loss-per-example", "a loss for each example is given instead of their mean", _ONE)
class _LossPerExample:
    def loss(self, at: Output, out: Array, y: Array) -> Array:
        return at.loss.value(out, y)


@wrong_rule("loss-factor", where=_squared_over_batch)
class _MeanWithoutHalf:
    def loss(self, at: Output, out: Array, y: Array) -> Array:
        return 2 * at.loss.value(out, y).mean()


wrong_equation(
    "loss-not-squared",
    where=_squared_over_batch,
    loss=("0.5 * (out - y).mean()", "0.5 * abs(out - y).mean()"),
)


@wrong_rule(
    "mean-before-square",
    "the differences are averaged before they are squared",
    "Errors of both signs cancel in a mean. First each example's own loss, then the mean of these.",
    _squared_over_batch,
)
class _MeanBeforeSquare:
    def loss(self, at: Output, out: Array, y: Array) -> Array:
        return at.loss.value(out.mean(), y.mean())
