"""Pictures of the ten digits, of 5 × 3 noisy pixels: what a small network learns to read in a second."""

from __future__ import annotations

import numpy as np

from backprop_course.core.functions import Array

DIGIT_SHAPE = (5, 3)
_CODES = (31599, 11415, 29671, 29647, 23497, 31183, 31215, 29257, 31727, 31695)
"""Each digit's pixels as the bits of a number, from the top left on."""

DIGITS: Array = np.array([[float(bit) for bit in f"{code:015b}"] for code in _CODES])
"""The digits 0 to 9 without noise: (10, 15), 1 where there is ink."""


def noisy_digits(n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Pictures of n random digits, (n, 15), with noise of 0.3 on each pixel, and their one-hot labels, (n, 10)."""
    which = rng.integers(10, size=n)
    return DIGITS[which] + rng.normal(0, 0.3, (n, 15)), np.eye(10)[which]
