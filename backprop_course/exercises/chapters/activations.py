"""05: the hidden layer's activation changed, and what else must change with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from backprop_course.core.network import Network
from backprop_course.core.trace import ByName
from backprop_course.exercises.functions.array_functions import layer_gradients_of, nudge_entry
from backprop_course.exercises.kinds import Case, Option, Options
from backprop_course.networks import mlp

# One example last: it would not show what is wrong with many.
_BATCHES = ((2, 3, 4), (3, 2, 5), (4, 5, 3), (1, 3, 5), (2, 1, 3), (3, 3, 3), (3, 4, 1))


def _with_tanh(params: ByName) -> Network:
    return mlp(*np.shape(params["W_1"]), activation="tanh")


def _batches(rng: np.random.Generator) -> Iterator[tuple[Network, int | None]]:
    for n_in, n_hidden, examples in _BATCHES:
        yield mlp(n_in, n_hidden, activation="tanh"), examples


def _prediction_and_nudge(case: Case, key: str) -> str:
    """What comes out forward, which shows at once whether an activation is still the old one; then the loss's slope."""
    params, x, y = ({name: case.values[name] for name in _KEYS}, case.values["x"], case.values["y"])
    network = _with_tanh(params)
    first = float(network.forward(params, x)["y_hat"][0])
    return f"{nudge_entry(network, params, x, y, key)} For the first row of X, y_hat is {first:.4g}."


_KEYS = ("w_2", "b_2", "W_1", "b_1")
MLP_TANH = replace(
    layer_gradients_of("mlp-tanh", "tanh_backpropagation", _with_tanh, ("X", "y", "params"), _batches, _KEYS),
    verify=_prediction_and_nudge,
)

_LETTERS = ("a", "b", "c")

ACTIVATION_WHY = Options(
    "activation-why",
    {
        "relu_factor": Option(
            "b",
            _LETTERS,
            {
                "a": ("other-derivative", "That is a sigmoid's slope. How steep is a ReLU, left and right of 0?"),
                "c": ("value-for-derivative", "A ReLU hands that on. How steep is it, left and right of 0?"),
            },
        ),
        "possible_targets": Option(
            "c",
            _LETTERS,
            {
                "a": (None, "That holds for a sigmoid. Here the output is z_2 itself: which values can it take?"),
                "b": (None, "A ReLU is never negative, but w_2 and b_2 may be: which values can z_2 take?"),
            },
        ),
        "rate": Option(
            "a",
            _LETTERS,
            {
                "b": (None, "A sign does not make a step longer. Which factors on the way back have grown?"),
                "c": (None, "The mean is taken over the batch as before. Which factors on the way back have grown?"),
            },
        ),
        "silent": Option(
            "a",
            _LETTERS,
            {
                "b": (None, "A bias's gradient is the error at z. What is left of it behind a slope of 0?"),
                "c": (None, "eta multiplies the gradient. What is that where the slope is 0 for every example?"),
            },
        ),
    },
)
