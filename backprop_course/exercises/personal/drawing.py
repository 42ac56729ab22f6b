"""Draws a set's numbers from a seed: the first candidate of its hashes that is as telling as the published numbers.

Every mistake stays a hundredth away from right where it shows at all; mistakes stay apart that the published numbers
keep apart; no two quantities are alike unless they are so for all numbers; every number keeps its published sign, and
every unit its side of a kink. These are the rules of version 1: other rules are another version.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha512
from itertools import combinations

import numpy as np

from backprop_course.exercises.kinds import Givens
from backprop_course.exercises.personal.number_set import NumberSet
from backprop_course.exercises.personal.telling import COMPARED_DIGITS, TOLD_APART, MistakesShown, indistinct

MOST_TRIES = 8480
"""Candidates that are looked at: of a set that shows every mistake one in three will do."""
_TRIES_OF_PROBES = 8192
_FIRST, _AT_ONCE = 32, 512
"""How many of a seed are looked at together, first and at most: it does not matter for what is found."""
_TOGETHER = 8192
"""How many of all seeds are looked at together: what is worked out for these stays small."""
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
        return self.drawn_together([seed])[0]

    def drawn_together(self, seeds: Sequence[str]) -> list[Givens]:
        """The numbers of each seed, the same as alone: many take little longer than one."""
        found: dict[str, Givens] = {}
        start, count = 0, _FIRST
        while start < MOST_TRIES and (left := [seed for seed in dict.fromkeys(seeds) if seed not in found]):
            tries, most = range(start, min(start + count, MOST_TRIES)), max(1, _TOGETHER // count)
            for k in range(0, len(left), most):
                found |= self._first_telling(left[k : k + most], tries)
            start, count = start + count, min(8 * count, _AT_ONCE, max(_FIRST, _TOGETHER // len(left)))
        return [Givens(found.get(seed, self.set.published)) for seed in seeds]

    def _first_telling(self, seeds: Sequence[str], tries: range) -> dict[str, Givens]:
        """The first candidate of each seed that will do, for those that have one among these."""
        table = self._candidates(seeds, tries)
        right = self.set.calculation.carried_out(table, self.set.until)
        usable = np.flatnonzero(self._fit(table) & self._same_sides(right) & self._workable(right))
        usable = usable[~self._alike(np.array(right)[:, usable])]
        found: dict[str, Givens] = {}
        if not len(usable):
            return found
        some = {name: column[usable] for name, column in table.items()}
        values = np.array(self.set.calculation.carried_out(some))
        left = np.arange(len(usable))
        for one in self._mistakes:
            left = left[~one.hidden(values[:, left])]
        whose = usable // len(tries)
        while len(left):
            _, first = np.unique(whose[left], return_index=True)  # of each seed the first that is left
            apart = left[first]
            for one in self._mistakes:
                apart = apart[one.told_apart(values[:, apart])]
            for k in apart:
                found[seeds[whose[k]]] = Givens({name: float(column[k]) for name, column in some.items()})
            done = np.isin(whose[left], whose[apart])
            done[first] = True
            left = left[~done]
        return found

    def _candidates(self, seeds: Sequence[str], tries: range) -> dict[str, np.ndarray]:
        """Numbers of so many candidates of each seed, one seed after the other: (seeds * tries,) each."""
        integers = _integers([f"{self.set.name}\n{seed}\n" for seed in seeds], tries, len(self._ranges))
        found = {name: np.full(len(seeds) * len(tries), value) for name, value in self._labels.items()}
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
        for start in range(0, _TRIES_OF_PROBES, _AT_ONCE):
            values = self.set.calculation.carried_out(self._candidates(["probe"], range(start, start + _AT_ONCE)))
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
                same &= np.sign(np.round(here, COMPARED_DIGITS)) == np.sign(round(published, COMPARED_DIGITS))
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
        pairs = [(a, b) for a, b in combinations(rows, 2) if not indistinct(sizes[a], sizes[b], 1e-9).all()]
        return np.array(pairs, dtype=int).reshape(-1, 2).T

    def _alike(self, values: np.ndarray) -> np.ndarray:
        """Whether two quantities are equal up to sign that need not be. values: (rows, count)."""
        sizes = np.abs(values)
        a, b = sizes[self._pairs[0]], sizes[self._pairs[1]]
        return np.asarray(indistinct(a, b, TOLD_APART).any(axis=0))

    @cached_property
    def _mistakes(self) -> list[MistakesShown]:
        return [MistakesShown(one, self._probes) for one in self.set.asked.values()]


def _integers(texts: Sequence[str], tries: range, count: int) -> np.ndarray:
    """So many numbers from 0 to 65535 for each text with each number after it, one text after the other: (count, all).

    From a hash, and the hash's hash: a generator's stream may change with its library.
    """
    found, most = [], 2 * count
    ends = [b"%d" % k for k in tries]
    for text in texts:
        start = text.encode("utf-8", "surrogatepass")
        for end in ends:
            block = digest = sha512(start + end).digest()
            while len(digest) < most:
                block = sha512(block).digest()
                digest += block
            found.append(digest[:most])
    return np.frombuffer(b"".join(found), dtype=">u2").reshape(len(found), count).astype(int).T
