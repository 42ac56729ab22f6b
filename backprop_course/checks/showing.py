"""Arguments and results in a message: numbers short, arrays shorter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from backprop_course.calling.reading import describe
from backprop_course.exercises import Case


def call_text(name: str, case: Case) -> str:
    """The call of a case, as a student would write it."""
    arguments = ", ".join(f"{k}={case.shown.get(k) or shown_number(v)}" for k, v in case.arguments.items())
    then = f"({', '.join(map(shown_number, case.then))})" if case.then is not None else ""
    return f"{name}({arguments}){then}"


def form(value: Any) -> str:
    """What is expected of a result's form."""
    return "a number" if np.ndim(value) == 0 else f"shape {np.shape(value)}"


def shown_number(value: Any) -> str:
    """A number, an array or a dict of these, short enough for a message."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {shown_number(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, np.ndarray) and value.ndim:
        text = np.array2string(value, precision=4, threshold=12, separator=", ", suppress_small=False)
        return " ".join(text.split())
    if isinstance(value, Iterable) and not isinstance(value, np.ndarray):
        return str(value)
    return f"{float(value) + 0.0:.6g}" if isinstance(value, np.ndarray | float | int) else describe(value)


def likely_cause(value: np.ndarray, expected: Any) -> str:
    """A question that leads to why a result has another shape than it should; "" where nobody can say."""
    shape, right = value.shape, np.shape(expected)
    if shape == right:
        return ""
    if len(right) == 2 and len(shape) == 2 and _multiples(shape, right):
        return (
            "np.outer makes one long vector of a whole batch: it has a row for every number that comes in. "
            "X.T @ d adds up the products of all examples."
        )
    if shape == right[::-1]:
        return "Is it transposed, or is a product the wrong way round?"
    if tuple(size for size in shape if size != 1) == tuple(size for size in right if size != 1):
        return "Is there an axis of size 1 too many or too few, from keepdims or [:, None]?"
    if len(shape) < len(right):
        return "Was it added up over an axis too many?"
    if len(shape) > len(right):
        return "Is a sum over an axis missing, or were unlike shapes combined?"
    return ""


def _multiples(shape: tuple[int, ...], right: tuple[int, ...]) -> bool:
    """Whether both sizes are so many times too large."""
    times = shape[0] // right[0] if right[0] else 0
    return times > 1 and shape == tuple(times * size for size in right)


def off_by(value: np.ndarray, expected: Any) -> float:
    """How far an answer is off at most, as a share of what is right; infinite where it cannot be compared."""
    right = np.asarray(expected, dtype=float)
    if value.size != right.size or not np.isfinite(value).all() or not right.size:
        return np.inf
    distance = np.abs(value.reshape(right.shape) - right).max()
    return float(distance / max(np.abs(right).max(), 1e-3))


def only_first_entry(value: Any, expected: Any) -> bool:
    """Whether of several entries only the first is right, and all others are still 0."""
    if not isinstance(value, np.ndarray) or value.shape != np.shape(expected) or value.size < 2:
        return False
    first, *others = np.ravel(value)
    right, *rest = np.ravel(expected)
    return bool(np.isclose(first, right, 1e-4) and not any(others) and any(rest))
