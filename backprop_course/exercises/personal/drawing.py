"""Draws a set's numbers from a seed: the first candidate of its hashes that is as telling as the published numbers.

Every mistake stays a hundredth away from right where it shows at all; mistakes stay apart that the published numbers
keep apart; no two quantities are alike unless they are so for all numbers; every number keeps its published sign, and
every unit its side of a kink. These are the rules of version 1: other rules are another version.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import combinations

import numpy as np

from backprop_course.exercises.kinds import Givens
from backprop_course.exercises.personal.number_set import Asked, NumberSet

MOST_TRIES = 8192
"""Candidates that are looked at: of a set that shows every mistake one in three will do."""
_FIRST, _AT_ONCE = 32, 512
"""How many are looked at together, first and at most: it does not matter for what is found."""
_DIGITS = 9
"""Values are rounded to so many before they are compared: no machine's last digit decides."""
_SHOWN_APART = 0.01
"""How far from right, relative, a mistake must lead for a number worked out by hand to show it."""
_TOLD_APART = 0.001
"""From there on two numbers are different to a check."""
_SMALLEST, _LARGEST, _BENT = 0.01, 30.0, 2.5
"""Quantities can be worked out to four digits between these; from the last on a sigmoid and a tanh are flat."""
_KINKED = ("greater", "greater_equal", "less", "less_equal", "maximum", "minimum", "sign", "copysign", "absolute")
_PROBES = 3
_ENOUGH = 10**8
"""Sets of numbers to choose from: of a thousand students hardly two draw the same."""


class Draws:
    """The numbers of a set, by seed."""

    def __init__(self, numbers: NumberSet) -> None:
        self.set = numbers

    def drawn(self, seed: str) -> Givens:
        """The numbers of this seed. The published ones, where none were found that are as telling."""
        start, count = 0, _FIRST
        while start < MOST_TRIES:
            table = self._candidates(seed, range(start, start + count))
            right = self.set.calculation.carried_out(table, self.set.until)
            usable = np.flatnonzero(self._fit(table) & self._same_sides(right) & self._workable(right))
            usable = usable[~self._alike(np.array(right)[:, usable])]
            if len(usable):
                some = {name: column[usable] for name, column in table.items()}
                values = np.array(self.set.calculation.carried_out(some))
                shown = ~np.any([one.hidden(values) for one in self._mistakes], axis=0)
                for k in np.flatnonzero(shown):
                    if all(one.told_apart(values[:, k]) for one in self._mistakes):
                        return Givens({name: float(column[k]) for name, column in some.items()})
            start, count = start + count, min(8 * count, _AT_ONCE)
        return Givens(self.set.published)

    def _candidates(self, seed: str, tries: range) -> dict[str, np.ndarray]:
        """Numbers of so many candidates, (count,) each."""
        integers = _integers([f"{self.set.name}\n{seed}\n{k}" for k in tries], len(self._ranges))
        found = {name: np.full(len(tries), value) for name, value in self._labels.items()}
        for (name, (least, most, scale)), column in zip(self._ranges.items(), integers, strict=True):
            found[name] = math.copysign(1, self.set.published[name]) * (least + column % (most - least + 1)) / scale
        return {name: found[name] for name in self.set.published}

    def _fit(self, table: Mapping[str, np.ndarray]) -> np.ndarray:
        """Whether no number is ½, 1 or 2: with these a factor, a square or the ½ of a loss is lost."""
        sizes = np.abs(np.array([table[name] for name in self._ranges]))
        return np.asarray(~np.isin(sizes, (0.5, 1.0, 2.0)).any(axis=0))

    @cached_property
    def _labels(self) -> dict[str, float]:
        """A y that is no measured number but a class, 0 or 1, stays."""
        y = self.set.published.get("y")
        return {"y": y} if y in (0, 1) and self._probability else {}

    @cached_property
    def _ranges(self) -> dict[str, tuple[int, int, int]]:
        """Between which whole numbers each is drawn, and what these are divided by.

        x and y have two decimals; others as well, one by one, until there are enough sets for a large class.
        """
        names = [name for name in self.set.published if name not in self._labels]
        finer = [*(name for name in ("x", "y") if name in names), *(n for n in names if n not in ("x", "y", "eta"))]
        for count in range(len(finer) + 1):
            ranges = {name: self._range(name, 100 if name in finer[:count] else 10) for name in names}
            enough = math.prod(most - least + 1 for least, most, _ in ranges.values()) >= _ENOUGH
            if enough and not {"x", "y"} & {*finer[count:]}:
                break
        return ranges

    def _range(self, name: str, scale: int) -> tuple[int, int, int]:
        size = abs(self.set.published[name])
        if name == "eta":
            return 2, 7, 10
        if name == "y" and self._probability:
            return 2 * scale // 10, 8 * scale // 10, scale
        least = max(0.3, 0.4 * size)
        return round(scale * least), round(scale * max(least + 1.2, 1.8 * size)), scale

    @cached_property
    def _probability(self) -> bool:
        """Whether y is that of a class: the loss has a logarithm."""
        rows = self.set.calculation.rows[: self.set.until]
        return any(row[0] in ("log", "log1p") for row in rows) and 0 <= self.set.published.get("y", 2) <= 1

    @cached_property
    def _published(self) -> list[float]:
        """The value of every row with the published numbers."""
        given = {name: np.array([value]) for name, value in self.set.published.items()}
        return [float(row[0]) for row in self.set.calculation.carried_out(given)]

    @cached_property
    def _probes(self) -> np.ndarray:
        """The value of every row with some other numbers on the same side of every kink: (rows, probes)."""
        found: list[np.ndarray] = []
        for start in range(0, MOST_TRIES, _AT_ONCE):
            values = self.set.calculation.carried_out(self._candidates("probe", range(start, start + _AT_ONCE)))
            found += list(np.array(values).T[self._same_sides(values) & self._workable(values)])
            if len(found) >= _PROBES:
                break
        return np.array([self._published, *found[:_PROBES]]).T

    def _same_sides(self, values: list[np.ndarray]) -> np.ndarray:
        """Whether every kink is passed on the published side."""
        same = np.ones(np.shape(values[0]), dtype=bool)
        for operation, *made_from in self.set.calculation.rows[: self.set.until]:
            if operation in _KINKED:
                *_, a = made_from
                here, published = values[a], self._published[a]
                if operation not in ("copysign", "absolute", "sign"):
                    here, published = values[made_from[0]] - here, self._published[made_from[0]] - published
                same &= np.sign(np.round(here, _DIGITS)) == np.sign(round(published, _DIGITS))
        return np.asarray(same)

    def _workable(self, values: list[np.ndarray]) -> np.ndarray:
        """Whether every quantity is neither tiny nor large, and no unit flat."""
        names = [row for name, row in self.set.right.items() if name not in self.set.published]
        sizes = np.abs(np.array([values[row] for row in names]))
        published = np.abs([self._published[row] for row in names])
        fit = (sizes.min(axis=0) >= min(_SMALLEST, published.min())) & (
            sizes.max(axis=0) <= max(_LARGEST, published.max())
        )
        for operation, *made_from in self.set.calculation.rows[: self.set.until]:
            if operation in ("exp", "tanh"):
                fit &= np.abs(values[made_from[0]]) <= max(_BENT, abs(self._published[made_from[0]]))
        return np.asarray(fit)

    @cached_property
    def _pairs(self) -> np.ndarray:
        """The pairs of rows of quantities that are not alike for all numbers: (2, pairs)."""
        rows = list(dict.fromkeys(self.set.right.values()))
        sizes = np.abs(self._probes)
        pairs = [(a, b) for a, b in combinations(rows, 2) if not _near(sizes[a], sizes[b], 1e-9).all()]
        return np.array(pairs, dtype=int).reshape(-1, 2).T

    def _alike(self, values: np.ndarray) -> np.ndarray:
        """Whether two quantities are equal up to sign that need not be. values: (rows, count)."""
        sizes = np.abs(values)
        a, b = sizes[self._pairs[0]], sizes[self._pairs[1]]
        return np.asarray(_near(a, b, _TOLD_APART).any(axis=0))

    @cached_property
    def _mistakes(self) -> list[_Mistakes]:
        return [_Mistakes(one, self._probes) for one in self.set.asked.values()]


class _Mistakes:
    """The mistakes of one exercise that show at all.

    probes: the value of every row with some numbers, (rows, probes), the published ones first.
    """

    def __init__(self, asked: Asked, probes: np.ndarray) -> None:
        self._right = np.array(asked.right)
        wrong = np.array(asked.wrong).reshape(-1, len(self._right))
        shows = np.asarray(~_near(probes[self._right], probes[wrong], 1e-7).all(axis=-1))
        here = np.asarray(shows.any(axis=1))
        self._wrong, self._unchanged = wrong[here], ~shows[here][..., None]
        self._hidden_in_print = self._near_right(probes[:, :1])
        ids = [frozenset(ids) for ids, one in zip(asked.ids, here, strict=True) if one]
        pairs = [(a, b) for a, b in combinations(range(len(ids)), 2) if not ids[a] & ids[b]]
        table = np.array(pairs, dtype=int).reshape(-1, 2)
        self._pairs = np.delete(table, self._confused(probes[:, 0], table), axis=0)

    def hidden(self, values: np.ndarray) -> np.ndarray:
        """Whether numbers hide a mistake that the published ones show. values: of every row, (rows, count)."""
        return np.asarray((self._near_right(values) & ~self._hidden_in_print).any(axis=0))

    def told_apart(self, values: np.ndarray) -> bool:
        """Whether no two mistakes are confused that the published numbers tell apart. values: of every row."""
        return not len(self._confused(values, self._pairs))

    def _near_right(self, values: np.ndarray) -> np.ndarray:
        """The mistakes that stay within a hundredth of right in all that they change: (mistakes, count)."""
        right, wrong = values[self._right], values[self._wrong]
        with np.errstate(all="ignore"):
            away = np.where(np.isfinite(wrong), np.abs(wrong - right) / np.abs(right), np.inf)
        return np.asarray((self._unchanged | (np.round(away, _DIGITS) <= _SHOWN_APART)).all(axis=1))

    def _confused(self, values: np.ndarray, pairs: np.ndarray) -> np.ndarray:
        """Which of these pairs of mistakes have answers that a check cannot tell apart, by their places."""
        found = np.arange(len(pairs))
        for column in values[self._wrong].T[::-1]:  # the last quantities depend on most
            a, b = column[pairs[found]].T
            found = found[_near(a, b, _TOLD_APART)]
        return found


def _near(a: np.ndarray, b: np.ndarray, relative: float) -> np.ndarray:
    """Where two numbers are as good as the same; what is not finite is only like what is not finite either."""
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(a), np.abs(b))
        near = np.round(np.abs(a - b) / np.where(size > 0, size, 1.0), _DIGITS + 3) <= relative
    return np.asarray(np.where(np.isfinite(a) & np.isfinite(b), near, ~np.isfinite(a) & ~np.isfinite(b)), dtype=bool)


def _integers(texts: Sequence[str], count: int) -> np.ndarray:
    """So many numbers from 0 to 65535 for each text: (count, texts).

    From a hash, and the hash's hash: a generator's stream may change with its library.
    """
    found = []
    for text in texts:
        block = digest = hashlib.sha512(text.encode("utf-8", "surrogatepass")).digest()
        while len(digest) < 2 * count:
            block = hashlib.sha512(block).digest()
            digest += block
        found.append(digest[: 2 * count])
    return np.frombuffer(b"".join(found), dtype=">u2").reshape(len(texts), count).astype(int).T
