"""The course's networks, each written once."""

from __future__ import annotations

from functools import cache

from backprop_course.core.network import Network, Unit
from backprop_course.core.structure import whole
from backprop_course.errors import CourseError

chain = Network(
    Unit("j", "sigmoid", {"w_in": "x"}),
    Unit("k", "sigmoid", {"w_j": "j"}),
    Unit("o", "linear", {"w_k": "k"}),
    loss="squared_error",
)
"""02: one unit a layer. x – j – k – o."""

split = Network(
    Unit("i", "sigmoid", {"w_in": "x"}),
    Unit("j", "sigmoid", {"w_ij": "i"}),
    Unit("k", "sigmoid", {"w_ik": "i"}),
    Unit("o", "linear", {"w_j": "j", "w_k": "k"}),
    loss="squared_error",
)
"""03: the path splits at i and meets again at o."""

skip_classifier = Network(
    Unit("0", "tanh", {"w_0": "x"}),
    Unit("1", "tanh", {"w_1": "0"}),
    Unit("2", "sigmoid", {"w_2": "1", "w_s": "0"}),
    loss="logistic_loss",
)
"""04: a skip connection from unit 0 to unit 2; a classifier."""

skip_regressor = Network(
    Unit("0", "relu", {"w_0": "x"}),
    Unit("1", "relu", {"w_1": "0"}),
    Unit("2", "linear", {"w_2": "1", "w_s": "0"}),
    loss="absolute_error",
)
"""04: the same connections; a regressor."""


def with_activation(network: Network, activation: str) -> Network:
    """The same connections with another activation in every hidden unit; the output and the loss stay.

    Raises CourseError for an activation that the course does not know.
    """
    *hidden, last = network.units
    units = (Unit(unit.name, activation, unit.inputs, unit.bias, unit.width) for unit in hidden)
    return Network(*units, last, loss=network.loss, input_width=network.input_width)


def mlp(*widths: int, activation: str = "sigmoid", biased: bool = True) -> Network:
    """05: a multilayer perceptron with the squared error: `mlp(4, 5, 6, 1)` has four inputs and two hidden layers.

    widths: from the input's on, the output's last; an output of width 1 is a single unit. Of two widths, the second is
        a hidden layer's, as in 05: `mlp(4, 5)` is `mlp(4, 5, 1)`.
    activation: the hidden layers': "sigmoid", "tanh", "relu" or "linear". The output of a sigmoid network is a sigmoid,
        too; of the others, it is linear.
    biased: whether units have biases b_1, b_2 …; without, all weights are written small, w_1, w_2 …

    Raises CourseError for widths that are no positive whole numbers, and for an activation that is none of these.
    """
    sizes = _widths("mlp", widths)
    return _mlp(sizes if len(sizes) > 2 else (*sizes, 1), _hidden(activation), bool(biased))


@cache
def _mlp(sizes: tuple[int, ...], hidden: str, biased: bool) -> Network:
    last = len(sizes) - 1
    units = []
    for k in range(1, last + 1):
        kind = hidden if k < last or hidden == "sigmoid" else "linear"
        width = None if k == last and sizes[k] == 1 else sizes[k]
        weight = f"W_{k}" if biased and width else f"w_{k}"  # a single unit's are a vector, and written small
        units.append(Unit(f"{k}", kind, {weight: _before(k)}, f"b_{k}" if biased else None, width))
    return Network(*units, loss="squared_error", input_width=sizes[0])


def classifier(*widths: int | tuple[int, ...], activation: str = "sigmoid") -> Network:
    """06: softmax with cross-entropy at the end: `classifier(64, 32, 10)` has 64 inputs, a hidden layer, 10 classes.

    widths: from the input's on, the number of classes last; without, 06's own: 1024, 512, 256, 10. A single tuple of
        them is what notebooks have that students may have kept.
    activation: the hidden layers': "sigmoid", "tanh", "relu" or "linear".

    Raises CourseError for widths that are no positive whole numbers, for a single class, and for an activation that is
    none of these.
    """
    given: tuple[object, ...] = widths[0] if len(widths) == 1 and isinstance(widths[0], tuple) else widths
    return _classifier(_widths("classifier", given or (1024, 512, 256, 10)), _hidden(activation))


@cache
def _classifier(sizes: tuple[int, ...], hidden: str) -> Network:
    last = len(sizes) - 1
    if sizes[last] < 2:
        raise CourseError("A classifier has two classes or more: with one, softmax always gives 1 and no loss is left.")
    units = [
        Unit(f"{k}", "softmax" if k == last else hidden, {f"W_{k}": _before(k)}, f"b_{k}", sizes[k])
        for k in range(1, last + 1)
    ]
    return Network(*units, loss="softmax_cross_entropy", input_width=sizes[0])


HIDDEN_ACTIVATIONS = ("sigmoid", "tanh", "relu", "linear")
"""What the hidden layers of `mlp` and `classifier` may have."""


def _before(k: int) -> str:
    return f"{k - 1}" if k > 1 else "x"


def _widths(made: str, widths: tuple[object, ...]) -> tuple[int, ...]:
    example = f"{made}(4, 5, 3)"
    sizes = tuple(whole(f"A width of {made}", width, f"one by one, as in {example}") for width in widths)
    if len(sizes) < 2:
        raise CourseError(f"{made} needs at least two widths, the input's and a layer's, as in {example}.")
    return sizes


def _hidden(activation: str) -> str:
    if activation not in HIDDEN_ACTIVATIONS:
        raise CourseError(f"Hidden layers cannot be {activation!r} here; they can be {', '.join(HIDDEN_ACTIVATIONS)}.")
    return activation
