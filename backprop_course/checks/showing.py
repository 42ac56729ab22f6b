"""Arguments and results in a message: numbers short, arrays shorter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from backprop_course.checks.reading import describe
from backprop_course.exercises import Case


def call_text(name: str, case: Case) -> str:
    """The call of a case, as a student would write it."""
    arguments = ", ".join(f"{k}={case.shown.get(k) or number(v)}" for k, v in case.arguments.items())
    then = f"({', '.join(map(number, case.then))})" if case.then is not None else ""
    return f"{name}({arguments}){then}"


def form(value: Any) -> str:
    """What is expected of a result's form."""
    return "a number" if np.ndim(value) == 0 else f"shape {np.shape(value)}"


def number(value: Any) -> str:
    """A number, an array or a dict of these, short enough for a message."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {number(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, np.ndarray) and value.ndim:
        text = np.array2string(value, precision=4, threshold=12, separator=", ", suppress_small=False)
        return " ".join(text.split())
    if isinstance(value, Iterable) and not isinstance(value, np.ndarray):
        return str(value)
    return f"{float(value) + 0.0:.6g}" if isinstance(value, np.ndarray | float | int) else describe(value)


def likely_cause(value: np.ndarray, expected: Any) -> str:
    """A question that leads to why a result has another shape than it should; "" where nobody can say."""
    shape, right = value.shape, np.shape(expected)
    if shape == right[::-1]:
        return "Is it transposed, or is a product the wrong way round?"
    if tuple(size for size in shape if size != 1) == tuple(size for size in right if size != 1):
        return "Is there an axis of size 1 too many or too few, from keepdims or [:, None]?"
    if len(shape) < len(right):
        return "Was it added up over an axis too many?"
    if len(shape) > len(right):
        return "Is a sum over an axis missing, or were unlike shapes combined?"
    return ""
