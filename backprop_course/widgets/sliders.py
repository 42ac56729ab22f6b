"""The sliders of a step-through: which numbers can be moved, from where to where, and by how much."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.trace import Trace
from backprop_course.formula import to_mathml

FARTHEST = 1e6
"""A slider for larger numbers would be of no use."""


def sliders(trace: Trace, given: Mapping[str, Array], only: str) -> list[dict[str, Any]]:
    """What can be changed: the weights, the input and the target, where they are single numbers.

    Where a slider begins, ends, and goes back to, is decided by the numbers that were given, not by those of now.
    """
    names = [*trace.network.weights, "x", *(["y"] if "y" in trace else [])]
    if any(np.ndim(given[name]) or not abs(float(given[name])) <= FARTHEST for name in names):
        return []
    label = trace.network.loss.fused is not None  # then y is a probability
    offered = []
    for name in [only] if only else names:
        reach = _reach(float(given[name]))
        low, high = (0.0, 1.0) if name == "y" and label else (-reach, reach)
        offered.append(
            {
                "name": name,
                "label": to_mathml(name),
                "value": float(trace[name]),
                "given": float(given[name]),
                "min": low,
                "max": high,
                "step": _step(high - low),
            }
        )
    return offered


def _reach(value: float) -> float:
    """A round number beyond the value: how far its slider goes to either side."""
    return max(2.0, 2.0 ** math.ceil(math.log2(abs(value) + 1.0)))


def _step(span: float) -> float:
    """A round number that is a hundredth of what a slider spans, or less: 1, 2 or 5 with some zeros."""
    power = 10.0 ** math.floor(math.log10(span / 100))
    return max(power * first for first in (1, 2, 5) if power * first <= span / 100)
