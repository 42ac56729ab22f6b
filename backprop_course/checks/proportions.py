"""Answers that are everywhere in the same proportion to what is right, whatever made them so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop_course.checks.evidence import Same
from backprop_course.misconceptions.combined import Proportion
from backprop_course.misconceptions.points import ValuesAt

_ENOUGH = 3
"""At how many points a proportion must be the same to count."""


def proportion(
    points: Sequence[ValuesAt], targets: Sequence[str], answers: Sequence[Any], same: Same
) -> Proportion | None:
    """The proportion of answers to what is right, where that is the same at all points; None where it is not.

    A number of its own, a number where a size belongs, or a given quantity and so much of the right result besides.
    """
    right = [point.values[target] for point, target in zip(points, targets, strict=True)]
    if len(points) < _ENOUGH or not all(np.any(value) for value in right):
        return None
    ratios = [ratio(answer, value) for answer, value in zip(answers, right, strict=True)]
    if all(ratios):
        numbers = [float(one) for one in ratios if one]
        if _alike(numbers):
            return Proportion(f"the result is {numbers[0]:.4g} times what is right, everywhere")
        for clause in points[0].constants:
            factors = [point.constants.get(clause) for point in points]
            if "divided by the" not in clause or None in factors:
                continue
            sizes = [1 / factor for factor in factors if factor]
            shares = [number / size for number, size in zip(numbers, sizes, strict=True)]
            if len({*sizes}) > 1 and _alike(shares):
                size = clause.removeprefix("the result is divided by ")
                return Proportion(f"the number {1 / shares[0]:.4g} is divided by where {size} belongs")
    for name in points[0].quantities:
        left = [_less(answer, point.values.get(name)) for answer, point in zip(answers, points, strict=True)]
        shares = [ratio(one, value) or 0.0 for one, value in zip(left, right, strict=True) if one is not None]
        if len(shares) == len(points) and all(shares) and _alike(shares):
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
    return all(abs(number - numbers[0]) <= 1e-6 * abs(numbers[0]) for number in numbers)
