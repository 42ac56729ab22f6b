"""What numbers tell: which mistakes they show, and which of these they tell apart, for many sets of numbers at once."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from backprop_course.exercises.personal.number_set import Asked

COMPARED_DIGITS = 9
"""Values are rounded to so many before they are compared: no machine's last digit decides."""
TOLD_APART = 0.001
"""From there on two numbers are different to a check."""
_SHOWN_APART = 0.01
"""How far from right, relative, a mistake must lead for a number worked out by hand to show it."""


class MistakesShown:
    """The mistakes of one exercise that show at all.

    probes: the value of every row with some numbers, (rows, probes), the published ones first.
    """

    def __init__(self, asked: Asked, probes: np.ndarray) -> None:
        self._right = np.array(asked.right)
        wrong = np.array(asked.wrong).reshape(-1, len(self._right))
        shows = np.asarray(~indistinct(probes[self._right], probes[wrong], 1e-7).all(axis=-1))
        here = np.asarray(shows.any(axis=1))
        self._wrong, self._unchanged = wrong[here], ~shows[here][..., None]
        self._hidden_in_print = self._near_right(probes[:, :1])
        ids = [frozenset(ids) for ids, one in zip(asked.ids, here, strict=True) if one]
        pairs = [(a, b) for a, b in combinations(range(len(ids)), 2) if not ids[a] & ids[b]]
        table = np.array(pairs, dtype=int).reshape(-1, 2)
        self._pairs = np.delete(table, self._confused(probes[:, :1], table)[0], axis=0)

    def hidden(self, values: np.ndarray) -> np.ndarray:
        """Whether numbers hide a mistake that the published ones show. values: of every row, (rows, count)."""
        return np.asarray((self._near_right(values) & ~self._hidden_in_print).any(axis=0))

    def told_apart(self, values: np.ndarray) -> np.ndarray:
        """Whether no two mistakes are confused that the published numbers tell apart.

        values: of every row, (rows, count).
        """
        told = np.ones(values.shape[1], dtype=bool)
        told[self._confused(values, self._pairs)[1]] = False
        return told

    def _near_right(self, values: np.ndarray) -> np.ndarray:
        """The mistakes that stay within a hundredth of right in all that they change: (mistakes, count)."""
        right, wrong = values[self._right], values[self._wrong]
        with np.errstate(all="ignore"):
            away = np.where(np.isfinite(wrong), np.abs(wrong - right) / np.abs(right), np.inf)
        return np.asarray((self._unchanged | (np.round(away, COMPARED_DIGITS) <= _SHOWN_APART)).all(axis=1))

    def _confused(self, values: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which of these pairs of mistakes have answers that a check cannot tell apart, and with which numbers.

        values: of every row, (rows, count). Returns their places among the pairs, and those of the numbers.
        """
        pair = at = np.empty(0, dtype=int)
        for k, column in enumerate(values[self._wrong.T[::-1]]):  # (mistakes, count): the last ones depend on most
            if k == 0:
                pair, at = np.nonzero(_perhaps_near(column[pairs[:, 0]], column[pairs[:, 1]]))
            a, b = column[pairs[pair, 0], at], column[pairs[pair, 1], at]
            alike = indistinct(a, b, TOLD_APART)
            pair, at = pair[alike], at[alike]
        return pair, at


def _perhaps_near(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """A quick look at many numbers: false only where two are surely told apart."""
    with np.errstate(all="ignore"):
        return np.asarray(~(np.abs(a - b) > 4 * TOLD_APART * np.abs(a)))


def indistinct(a: np.ndarray, b: np.ndarray, relative: float) -> np.ndarray:
    """Where two numbers are as good as the same; what is not finite is only like what is not finite either."""
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(a), np.abs(b))
        close = np.round(np.abs(a - b) / np.where(size > 0, size, 1.0), COMPARED_DIGITS + 3) <= relative
    return np.asarray(np.where(np.isfinite(a) & np.isfinite(b), close, ~np.isfinite(a) & ~np.isfinite(b)), dtype=bool)
