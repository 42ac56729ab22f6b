"""The course's networks, each written once."""

from __future__ import annotations

from functools import cache

from backprop_course.network import Network, Unit

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


@cache
def mlp(n_in: int, n_hidden: int, biased: bool = True) -> Network:
    """05: n_in inputs, one hidden layer of n_hidden units, one output; sigmoid everywhere."""
    names = ("W_1", "b_1", "w_2", "b_2") if biased else ("w_1", None, "w_2", None)
    return Network(
        Unit("1", "sigmoid", {names[0]: "x"}, names[1], n_hidden),
        Unit("2", "sigmoid", {names[2]: "1"}, names[3]),
        loss="squared_error",
        input_width=n_in,
    )


@cache
def classifier(widths: tuple[int, ...] = (1024, 512, 256, 10)) -> Network:
    """06: layers of the given widths, from the input's on; sigmoid, the last one softmax with cross-entropy."""
    last = len(widths) - 1
    units = [
        Unit(
            f"{k}",
            "softmax" if k == last else "sigmoid",
            {f"W_{k}": f"{k - 1}" if k > 1 else "x"},
            f"b_{k}",
            widths[k],
        )
        for k in range(1, last + 1)
    ]
    return Network(*units, loss="softmax_cross_entropy", input_width=widths[0])
