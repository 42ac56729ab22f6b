"""Five networks unlike the course's, each as a file of exercises that an instructor would write."""

from __future__ import annotations

import re

_HEAD = """\
from backprop_course import Network, Unit
from backprop_course.exercises import errors, formulas, function, gradients, predictions
from backprop_course.exercises import register, shapes, updates, values
from backprop_course.networks import classifier

"""

FILES = {
    "two_skips": """\
net = Network(
    Unit("a", "tanh", {"w_1": "x"}),
    Unit("b", "relu", {"w_2": "a", "w_s": "x"}),
    Unit("o", "linear", {"w_3": "b", "w_t": "a"}),
    loss="squared_error",
)
register(
    values("two-forward", net),
    errors("two-errors", net, points=2),
    gradients("two-gradients", net),
    formulas("two-formulas", net, ["z_b", "dL_dz_b", "dL_dh_a"]),
)
""",
    "three_branches": """\
net = Network(
    Unit("s", "tanh", {"w_s": "x"}),
    Unit("a", "sigmoid", {"w_a": "s"}),
    Unit("b", "tanh", {"w_b": "s"}),
    Unit("c", "relu", {"w_c": "s"}),
    Unit("o", "linear", {"v_a": "a", "v_b": "b", "v_c": "c"}, bias="b_o"),
    loss="squared_error",
)
register(values("three-forward", net), errors("three-errors", net), updates("three-updates", net))
""",
    "tanh_and_relu": """\
net = Network(
    Unit("1", "tanh", {"w_1": "x"}, bias="b_1"),
    Unit("2", "relu", {"w_2": "1"}),
    Unit("3", "tanh", {"w_3": "2"}),
    Unit("4", "sigmoid", {"w_4": "3", "w_s": "2"}),
    loss="logistic_loss",
)
register(
    values("mixed-forward", net),
    errors("mixed-errors", net),
    formulas("mixed-formulas", net, ["dL_dz_4", "dL_dh_2"], points=3),
    predictions("mixed-prediction", net),
)
""",
    "layer_with_a_skip": """\
net = Network(
    Unit("1", "tanh", {"W_1": "x"}, bias="b_1", width=4),
    Unit("2", "relu", {"W_2": "1"}, bias="b_2", width=3),
    Unit("3", "linear", {"w_3": "2", "w_s": "1"}, bias="b_3"),
    loss="squared_error",
    input_width=3,
)
register(predictions("layer-prediction", net), gradients("layer-gradients", net, points=5))
""",
    "three_classes": """\
import numpy as np

net = classifier(4, 5, 3, activation="tanh")


def softplus(z):
    return np.log1p(np.exp(z))


register(
    shapes("classes-shapes", net, points=2),
    gradients("classes-gradients", net, name="class_gradients"),
    function(
        "softplus",
        reference=softplus,
        cases=[0.5, -2.0, [1.0, -3.0]],
        mistakes=[("the 1 is left out", lambda z: np.log(np.exp(z)), "What is added inside the logarithm?")],
    ),
)
""",
}
FILES = {name: _HEAD + text for name, text in FILES.items()}

WITH_A_BUG = """
from backprop_course import Network, Unit
from backprop_course.exercises import bug, register

net = Network(
    Unit("a", "tanh", {"w_1": "x"}, bias="b_1"),
    Unit("o", "linear", {"w_2": "a", "w_t": "x"}),
    loss="squared_error",
)
register(bug("exam-bug", net, points=3))
"""
"""A program with a bug, for a network with a skip."""


def together():
    """All of them in one file, each network by its own name."""
    parts = [re.sub(r"\bnet\b", name, text.removeprefix(_HEAD)) for name, text in FILES.items()]
    return _HEAD + "\n\n".join(parts)
