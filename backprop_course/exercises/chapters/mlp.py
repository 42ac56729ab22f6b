"""05: a multi-layer perceptron with one hidden layer, of one input and of a batch; its gradients checked; trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from backprop_course.core.functions import sigmoid
from backprop_course.core.network import Network
from backprop_course.core.trace import ByName, Step
from backprop_course.core.training import Training
from backprop_course.exercises.chapters.activations import ACTIVATION_WHY, MLP_TANH
from backprop_course.exercises.chapters.derivations import MLP
from backprop_course.exercises.constructors.bugs import bug
from backprop_course.exercises.functions import elementwise, gradient_checks, numerics, relative_errors
from backprop_course.exercises.functions.array_functions import layer_gradients_of, predictions_of
from backprop_course.exercises.kinds import Case, Exercise, Function, Functions
from backprop_course.networks import mlp

# Never as many examples as units, or one layer as wide as the next but for one time: a transpose shows then.
_ONE_INPUT = ((2, 3), (3, 2), (4, 5), (5, 3), (1, 4), (3, 1), (3, 3))
# One example last: it would not show what is wrong with many.
_BATCHES = ((2, 3, 4), (3, 2, 5), (4, 5, 3), (1, 3, 5), (2, 1, 3), (3, 3, 3), (2, 3, 1), (3, 4, 1))


def _unbiased(weights: ByName) -> Network:
    return mlp(*np.shape(weights["w_1"]), biased=False)


def _biased(params: ByName) -> Network:
    return mlp(*np.shape(params["W_1"]))


def _one_input(rng: np.random.Generator) -> Iterator[tuple[Network, int | None]]:
    for n_in, n_hidden in _ONE_INPUT:
        yield mlp(n_in, n_hidden, biased=False), None


def _batches(rng: np.random.Generator) -> Iterator[tuple[Network, int | None]]:
    for n_in, n_hidden, examples in _BATCHES:
        yield mlp(n_in, n_hidden), examples


def _trained(arguments: tuple[Any, ...]) -> Case:
    x, y, params, eta, steps = arguments
    network = _biased(params)
    known = dict(zip(("X", "y", "params", "eta", "steps"), arguments, strict=True))
    values = {"x": np.asarray(x), "y": np.asarray(y), "eta": eta, "steps": steps, **params}
    parents = ("x", "y", "eta", "steps", *network.weights)
    made = (
        Step("trained", "train", network, parents, "", _TRAINING),
        *(Step(f"new_{name}", "trained", name, ("trained",), "", _RESULT) for name in network.weights),
        Step("losses", "losses", None, ("trained",), "", _RESULT),
    )
    return Case(known, values, made, {**{name: f"new_{name}" for name in network.weights}, "losses": "losses"})


class _Result:
    """The parts of what a training gives."""

    def trained(self, at: str, result: tuple[ByName, Any]) -> Any:
        return result[0][at]

    def losses(self, at: None, result: tuple[ByName, Any]) -> Any:
        return result[1]


_TRAINING, _RESULT = Training(), _Result()


def _trainings(rng: np.random.Generator) -> Iterator[Case]:
    for n_in, n_hidden, examples, eta, steps in (
        (2, 1, 2, 0.5, 1),
        (2, 3, 4, 2.0, 1),
        (2, 3, 4, 2.0, 3),
        (3, 2, 5, 1.5, 2),
        (2, 4, 1, 0.7, 4),
        (1, 3, 6, 3.0, 7),
    ):
        params, x, y = mlp(n_in, n_hidden).random(rng, examples)
        params = {name: np.array(np.round(value, 2)) for name, value in params.items()}
        yield _trained((np.round(x, 1), np.round(y, 1), params, eta, steps))
    yield _trained((np.sign(x).astype(int), np.arange(6) % 2, params, 2, 2))
    yield _overshooting(rng)
    yield _near_the_end(rng)


def _overshooting(rng: np.random.Generator) -> Case:
    """Steps so long that the loss rises and falls: there is no reason to end before the last one."""
    while True:
        params, x, y = mlp(2, 2).random(rng, 3)
        arguments = (np.round(x, 1), np.round(y, 1), {name: np.array(np.round(w, 2)) for name, w in params.items()})
        _, losses = Training().train(mlp(2, 2), *arguments[:2], 40.0, 5, *arguments[2].values())
        if (np.diff(losses) > 1e-3).any() and (np.diff(losses) < -1e-3).any():
            return _trained((*arguments, 40.0, 5))


def _near_the_end(rng: np.random.Generator) -> Case:
    """Next to nothing left to learn: the steps go on all the same."""
    params, x, _ = mlp(2, 2).random(rng, 3)
    params = {name: np.array(np.round(value, 2)) for name, value in params.items()}
    x = np.round(x, 1)
    y = np.round(mlp(2, 2).forward(params, x)["y_hat"], 3)
    return _trained((x, y, params, 0.1, 4))


def _first_step(case: Case, key: str) -> str:
    """What the first step does to the loss, in a sentence."""
    network, x, y = case.steps[0].at, case.values["x"], case.values["y"]
    before = {name: case.values[name] for name in network.weights}
    after, losses = Training().train(network, x, y, case.values["eta"], 1, *before.values())
    then = network.forward(after, x, y)["L"]
    fact = f"the loss of these params is {losses[0]:.6g}; after one step it is {then:.6g}"
    return f"Check alone: {fact}. (Do the functions that you use pass their own checks?)"


EXERCISES: tuple[Exercise, ...] = (
    Functions(
        "mlp-sigmoid",
        (
            elementwise.value_of("mlp-sigmoid", "sigmoid", sigmoid, "t"),
            elementwise.slope_of("mlp-sigmoid", "grad_sigmoid", sigmoid, "t"),
        ),
    ),
    predictions_of("mlp-forward", "simple_feed_forward", _unbiased, ("x", "W"), _one_input),
    MLP,
    layer_gradients_of(
        "mlp-backward", "simple_backpropagation", _unbiased, ("y", "x", "W"), _one_input, ("w_2", "w_1")
    ),
    predictions_of("mlp-batch-forward", "feed_forward", _biased, ("X", "params"), _batches),
    layer_gradients_of(
        "mlp-batch-backward", "backpropagation", _biased, ("X", "y", "params"), _batches, ("w_2", "b_2", "W_1", "b_1")
    ),
    numerics.numerical_gradient_exercise("numerical-gradient"),
    Functions(
        "gradient-check",
        (
            relative_errors.relative_error_exercise("gradient-check"),
            gradient_checks.check_gradients_exercise("gradient-check"),
        ),
    ),
    bug("mlp-bug", mlp(2, 3, activation="tanh"), mistake="mean-twice", at="dL_db_1", points=4),
    Function(
        "mlp-train",
        "train",
        _trainings,
        _trained,
        ("W_1", "b_1", "w_2", "b_2", "losses"),
        returns=("params", "losses"),
        verify=_first_step,
    ),
    MLP_TANH,
    ACTIVATION_WHY,
)
