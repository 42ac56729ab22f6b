"""Answers that are everywhere in the same proportion to what is right, whatever made them so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop_course.misconceptions.combined import Proportion
from backprop_course.misconceptions.points import ValuesAt

_ENOUGH = 3
"""At how many points a proportion must be the same to count."""


def proportion(points: Sequence[ValuesAt], targets: Sequence[str], answers: Sequence[Any]) -> Proportion | None:
    """The proportion of answers to what is right, where that is the same at all points; None where it is not.

    A number of its own, a number where a size belongs, or a given quantity and so much of the right result besides.
    """
    compared = [
        (point, answer, right)
        for point, target, answer in zip(points, targets, answers, strict=True)
        for right in [point.values[target]]
        if np.any(right) or np.any(answer)  # 0 is 0 in every proportion
    ]
    if len(compared) < _ENOUGH:
        return None
    numbers = [ratio(answer, right) or 0.0 for _, answer, right in compared]
    if _alike(numbers) and f"{numbers[0]:.4g}" != "1":
        return Proportion(f"the result is {numbers[0]:.4g} times what is right, everywhere")
    for size in points[0].sizes:
        sizes = [point.sizes.get(size, 0) for point, _, _ in compared]
        if all(sizes) and len({*sizes}) > 1 and _alike(shares := [n / k for n, k in zip(numbers, sizes, strict=True)]):
            return Proportion(f"the number {1 / shares[0]:.4g} is divided by where {size} belongs")
    for name in points[0].quantities:
        left = [(_less(answer, point.values.get(name)), right) for point, answer, right in compared]
        shares = [(ratio(rest, right) if rest is not None else None) or 0.0 for rest, right in left]
        if _alike(shares):
            sign = "+" if shares[0] > 0 else "−"
            return Proportion(f"the result is {name} {sign} {abs(shares[0]):.4g} times what is asked")
    return None


def ratio(answer: Any, value: Any) -> float | None:
    """How many times as large an answer is in every entry; None where that differs, or there is nothing to divide."""
    if value.__class__ is float and np.ndim(answer) == 0:
        found = float(answer) / value if value else 0.0
        return found if found and np.isfinite(found) else None
    a, b = np.asarray(answer, dtype=float), np.asarray(value, dtype=float)
    if a.size != b.size or not b.size or (a.shape != b.shape and b.size > 1):
        return None
    a, b = a.ravel(), b.ravel()
    k = int(np.abs(b).argmax())
    if b[k] == 0 or a[k] == 0:
        return None
    found = float(a[k] / b[k])
    same = np.isfinite(found) and (np.abs(a - found * b) <= 1e-5 * np.abs(a) + 1e-12).all()
    return found if same else None


def _less(answer: Any, value: Any) -> Any:
    """An answer without a quantity of its shape; None for one of another shape."""
    return np.subtract(answer, value) if value is not None and np.shape(value) == np.shape(answer) else None


def _alike(numbers: Sequence[float]) -> bool:
    """Whether all are the same number, and that is not 0."""
    return bool(numbers[0]) and all(abs(number - numbers[0]) <= 1e-6 * abs(numbers[0]) for number in numbers)
