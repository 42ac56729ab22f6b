"""Which mistake explains a wrong answer: it gives what is wrong, to the digits given, and contradicts nothing right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from enum import IntEnum
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np

from backprop_course.checks.comparing import VALUE_TOLERANCE, close, in_float32, same_shape
from backprop_course.core.functions import Array

C = TypeVar("C")
Same = Callable[[Any, Any], bool]
"""Whether an answer is what is predicted."""

_DOUBLE, _SINGLE = 1e-9, 1e-5
"""How far apart two ways to compute the same may end, relative, in float64 and in float32."""
FEWEST = 4
"""From how many digits on one number alone is evidence: of random ones hardly any agrees by chance."""

COMPUTED = 8
"""From how many digits on a number is evidence for whatever gives it: a computer's, not read off and typed again."""


class Agreement(IntEnum):
    """How well a mistake's prediction agrees with an answer."""

    NONE = 0
    FEW_DIGITS = 1
    FULL = 2


def explanation(
    candidates: Iterable[C],
    part: str,
    wrong: Collection[str],
    right: Collection[str],
    agreement: Callable[[C, str], Agreement],
    contradicts: Callable[[C, str], bool],
) -> C | None:
    """The candidate that explains most of what is wrong, this part in any case; the first of equals.

    agreement(candidate, part): how well it agrees with a wrong part. contradicts(candidate, part): whether it
    predicts something else for a part that is right: then it is not what was done. An answer of few digits
    needs a second part that agrees.
    """
    best, most = None, -1
    for candidate in candidates:
        found = agreement(candidate, part)
        if not found:
            continue
        explained = sum(bool(agreement(candidate, other)) for other in wrong if other != part)
        if explained <= most or (found is Agreement.FEW_DIGITS and not explained):
            continue
        if not any(contradicts(candidate, other) for other in right):
            best, most = candidate, explained
    return best


def of_numbers(answer: float, value: float) -> Agreement:
    """How well a number agrees with a prediction, to the digits that it was given with."""
    if not np.isfinite(value):
        return Agreement.NONE
    if abs(answer - value) <= accuracy(answer) * abs(value) + 1e-14:
        return Agreement.FULL
    digits, unit = digits_of(answer)
    if digits < 2 or abs(answer - value) > 0.5 * unit * (1 + 1e-6):
        return Agreement.NONE  # a single digit agrees with too much
    return Agreement.FULL if digits >= FEWEST else Agreement.FEW_DIGITS


@lru_cache(1000)
def accuracy(answer: float) -> float:
    """How far two ways to compute the same number may be apart, relative: more where it was computed in float32."""
    single = digits_of(answer)[0] > 8 and float(np.float32(answer)) == answer
    return _SINGLE if single else _DOUBLE


@lru_cache(1000)  # an answer is compared with what hundreds of mistakes give
def digits_of(number: float) -> tuple[int, float]:
    """How many significant digits a number is written with, and the unit of the last one."""
    rounded = float(f"{number:.13g}")
    if rounded != number and digits_of(rounded)[0] < 2:
        return digits_of(rounded)  # a computer's 0.49999999999999994 says no more than 0.5
    mantissa, exponent = f"{abs(number):.16e}".split("e")
    if float(f"{number:.15g}") == number:  # what a person may have typed: more digits than that are a computer's
        mantissa = f"{abs(float(f'{number:.15g}')):.14e}".split("e")[0]
    digits = len(mantissa.replace(".", "").rstrip("0")) or 1
    return digits, 10.0 ** (int(exponent) - digits + 1)


def of_arrays(answer: np.ndarray, value: Array) -> bool:
    """Whether a function's result is what a mistake gives, in the accuracy in which it was computed."""
    if not same_shape(answer, value):
        return False
    if answer.dtype.itemsize < 4:
        return close(answer.reshape(np.shape(value)), value, VALUE_TOLERANCE, VALUE_TOLERANCE)
    shaped = answer.reshape(np.shape(value))
    if not close(shaped, value, _SINGLE, _SINGLE):  # of thousands that are compared, nearly all end here
        return False
    return in_float32(answer) or close(shaped, value, _DOUBLE)
