"""When an answer counts as equal to a value."""

from __future__ import annotations

import numpy as np

from backprop_course.core.functions import Array

VALUE_TOLERANCE = 1e-3
"""Relative tolerance for numbers that may come from pen and paper: 4 significant digits."""
FUNCTION_TOLERANCE = 1e-6
"""Relative tolerance for what a function computes in float64; in float32 it is that of `VALUES`."""
_FLOOR, _SINGLE_FLOOR = 1e-12, 1e-5
"""What counts as nothing, in float64 and in float32: there, what should cancel leaves some 1e-7 of what went in."""

_LARGEST_SINGLE = float(np.finfo(np.float32).max)


def close(answer: Array, value: Array, relative: float, floor: float = _FLOOR) -> bool:
    """Whether two arrays of one shape agree in every entry, up to a relative tolerance.

    An entry much smaller than the largest one is measured against a thousandth of that one.
    """
    if isinstance(value, float) and isinstance(answer, np.ndarray) and answer.ndim == 0:
        return bool(abs(float(answer) - value) <= relative * 1.001 * abs(value) + floor)  # the same, for one number
    value = np.asarray(value, dtype=float)
    scale = np.abs(value).max(initial=0.0)
    tolerance = relative * (np.abs(value) + 1e-3 * scale) + floor
    return bool((np.abs(np.asarray(answer, dtype=float) - value) <= tolerance).all())


def close_numbers(answer: float, value: float, relative: float = VALUE_TOLERANCE) -> bool:
    """The same for two numbers."""
    return abs(answer - value) <= relative * abs(value) + _FLOOR


def same_shape(answer: np.ndarray, value: Array) -> bool:
    """Whether an answer has a value's shape; any array of one entry does where a number is asked."""
    return answer.shape == np.shape(value) or (np.ndim(value) == 0 and answer.size == 1)


def agrees(answer: np.ndarray, value: Array) -> bool:
    """Whether a function's result is right, in the accuracy in which it was computed."""
    if not same_shape(answer, value):
        return False
    single = in_float32(answer)
    answer = answer.reshape(np.shape(value))
    return close(answer, value, VALUE_TOLERANCE, _SINGLE_FLOOR) if single else close(answer, value, FUNCTION_TOLERANCE)


def in_float32(answer: np.ndarray) -> bool:
    """Whether an answer may have been computed in float32, whatever it came in: what is too large for that is not."""
    if answer.dtype.itemsize < 8:
        return True
    if answer.ndim == 0:  # as below, and much quicker: most answers are one number
        number = float(answer)
        return abs(number) <= _LARGEST_SINGLE and float(np.float32(number)) == number
    with np.errstate(over="ignore"):
        return bool((answer.astype(np.float32) == answer).all())
