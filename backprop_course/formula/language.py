"""The functions and constants of a formula: what each computes and how it is set, for reader and typesetter alike."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_course.core import functions


@dataclass(frozen=True)
class Called:
    """A function that a formula may call.

    value: what it computes, elementwise. word: what stands before its bracket when it is set; "" where it is set
    in a way of its own, as e to a power, a root or bars. several: whether it takes several arguments.
    """

    value: Callable[..., Any]
    word: str = ""
    several: bool = False


FUNCTIONS = {
    "exp": Called(np.exp),
    "log": Called(np.log, "log"),
    "ln": Called(np.log, "ln"),
    "sqrt": Called(np.sqrt),
    "abs": Called(np.abs),
    "max": Called(lambda *values: np.maximum.reduce(values), "max", several=True),
    "min": Called(lambda *values: np.minimum.reduce(values), "min", several=True),
    "sin": Called(np.sin, "sin"),
    "cos": Called(np.cos, "cos"),
    "tanh": Called(np.tanh, "tanh"),
    "sinh": Called(np.sinh, "sinh"),
    "cosh": Called(np.cosh, "cosh"),
    "sigmoid": Called(functions.sigmoid.value, "σ"),
    "logistic": Called(functions.sigmoid.value, "σ"),
    "σ": Called(functions.sigmoid.value, "σ"),
    "relu": Called(functions.relu.value, "ReLU"),
    "sign": Called(np.sign, "sign"),
    "step": Called(lambda z: np.heaviside(z, 1.0), "step"),
}
"""What may be called, with or without np. or math. before it. step(0) = 1."""
CONSTANTS = {"e": math.e, "pi": math.pi}
