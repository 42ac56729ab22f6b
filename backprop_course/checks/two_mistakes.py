"""Two mistakes at once in a wrong part: two listed ones, each in results of its own, or any two at different steps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations, islice, product, takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop_course.misconceptions import Variant, variants
from backprop_course.misconceptions.combined import Pair, SingleMistake
from backprop_course.misconceptions.edit_kinds import CORE
from backprop_course.misconceptions.points import STOPPED, is_real
from backprop_course.misconceptions.two_places import PairsAt

if TYPE_CHECKING:
    from backprop_course.checks.search import WrongPart

BUDGET = 2000
"""How many pairs are tried at most: a number of candidates, so that the same answer always hears the same."""
_NATURAL, _LESS_NATURAL, _LESS = 16_000_000, 8_000_000, 2_000_000
"""How many numbers are worked out for pairs of mistakes at different steps, about: of natural kinds, of others, and
where another part has been found no explanation for."""
_VERIFIED = 1000
"""How many pairs that give an answer at one point are tried at the others."""
_IN_TWO_RESULTS = 20
"""How many pairs that explain every wrong result are tried at all points."""
_SAMPLE = 6
"""At about how many points listed mistakes must agree to be tried as one."""


class TwoMistakes:
    """Pairs of mistakes that may explain a wrong part."""

    def __init__(self, part: WrongPart) -> None:
        self.part = part

    def listed(self) -> Pair | None:
        """Two listed mistakes at different steps that together give the answers."""
        tried = 0
        part, point = self.part, self.part.points[0]
        for first, second in combinations(self._distinct, 2):
            if first.changes.keys() & second.changes.keys():
                continue
            tried += 1
            if tried > BUDGET:
                return None
            value = part.predicted(point, {**first.changes, **second.changes})
            if value is not None and part.same(part.answers[0], value):
                pair = Pair(first, second)
                if part.holds(pair.changes_in):
                    return pair
        return None

    def in_two_results(self) -> Pair | None:
        """Two listed mistakes, each in results of its own."""
        part, wrong = self.part, dict[str, list[int]]()
        for k, (point, target) in enumerate(zip(part.points, part.targets, strict=True)):
            if not part.accepts(part.answers[k], point.values[target]):
                wrong.setdefault(target, []).append(k)
        if len(wrong) < 2:
            return None
        (name, where), *_ = wrong.items()
        several = variants(part.points[0].steps)
        firsts = [one for one in several if self._gives(one, where)]
        if not firsts:
            return None
        given = {other: {key for key, where in wrong.items() if self._gives(other, where)} for other in several}
        pairs = (
            Pair(one, other)
            for one, other in product(firsts, several)
            if name not in given[other] and given[one] | given[other] == wrong.keys()
        )
        return next((pair for pair in islice(pairs, _IN_TWO_RESULTS) if part.holds(pair.changes_in)), None)

    def at_two_places(self) -> Pair | None:
        """Two mistakes of any kind at different steps, natural ones first."""
        if not self.part.local or not all(map(is_real, self.part.points[self._telling].values.values())):
            return None  # what makes several things at once, as a training does, is not carried out for many
        if len(self.part.points[0].ancestors(self.part.targets[0])) < 2:
            return None
        core = takewhile(lambda one: one[0].kind in CORE, self.part.edited)
        natural: list[SingleMistake] = [*self._distinct, *(made for made, _ in core if made.place)]
        part, k = self.part, self._telling
        with np.errstate(all="ignore"):
            here = PairsAt(part.points[k], part.targets[k], part.answers[k], _NATURAL if part.thorough else _LESS)
            one = here.candidates(natural)
            if (pair := self._first(here.found(one, one))) or part.alone or not part.thorough:
                return pair
            other = here.candidates([made for made, _ in part.edited if made.place and made.kind not in CORE])
            here.left = _LESS_NATURAL
            for first, second in ((other, one), (one, other), (other, other)):
                if pair := self._first(here.found(first, second)):
                    return pair
            return None

    def _first(self, found: Sequence[tuple[SingleMistake, SingleMistake]]) -> Pair | None:
        """The first of these that holds at all points; of one number none, where they are not the same elsewhere."""
        pairs = (Pair(one, other) for one, other in found[:_VERIFIED])
        pairs = (pair for pair in pairs if self.part.holds(pair.changes_in))
        pair = next(pairs, None)
        return None if pair is None or (self.part.alone and self._differ([pair, *pairs])) else self._named(pair)

    def _differ(self, pairs: Sequence[Pair]) -> bool:
        """Whether pairs that give the same number here would give different ones if other numbers were given."""
        try:
            other = self.part.points[0].elsewhere()
        except STOPPED:
            return True
        values = [self.part.predicted(other, pair.changes_in(other.steps)) for pair in pairs]
        return any(value is None or not _equal(value, values[0]) for value in values)

    def _named(self, pair: Pair) -> Pair:
        """Two mistakes as they are told: by the name of a listed one that does the same."""
        both = [pair.first, pair.second]
        for k, made in enumerate(both):
            if not isinstance(made, Variant):
                alike = (variant for variant in self._distinct if [*variant.changes] == [made.place])
                pairs = ((one, Pair(one, both[1]) if k == 0 else Pair(both[0], one)) for one in alike)
                named = (one for one, pair in pairs if self.part.holds(pair.changes_in))
                both[k] = next(named, None) or self.part.told(made)
        return Pair(*both)

    def _gives(self, variant: Variant, where: Sequence[int]) -> bool:
        """Whether a mistake gives the answers at these points."""
        part = self.part
        return all(
            value is not None and part.same(part.answers[k], value) for k in where for value in [self._at(variant, k)]
        )

    def _at(self, variant: Variant, k: int) -> Any:
        """What a mistake gives at the k-th point."""
        point = self.part.points[k]
        return self.part.predicted(point, variant.changes_in(point.steps), k)

    @cached_property
    def _sample(self) -> range:
        """The numbers of some points: where 0 and 1 or signs are given, what is alike at one is not so at the next."""
        return range(0, len(self.part.points), max(1, len(self.part.points) // _SAMPLE))

    @cached_property
    def _changed(self) -> dict[Variant, list[bytes | None]]:
        """The listed mistakes that change the target, with what each gives at some points; None is right there."""
        point = self.part.points[0]
        about = {*point.ancestors(self.part.targets[0])}
        right = [_fingerprint(self.part.points[k].values[self.part.targets[k]]) for k in self._sample]
        found = {}
        for variant in variants(point.steps):
            if not about.isdisjoint(variant.changes):
                values = [_fingerprint(self._at(variant, k)) for k in self._sample]
                given = [None if one == other else one for one, other in zip(values, right, strict=True)]
                if any(given):
                    found[variant] = given
        return found

    @cached_property
    def _distinct(self) -> list[Variant]:
        """The same, one for each way to change a step."""
        found = {(tuple(variant.changes), *given): variant for variant, given in reversed(self._changed.items())}
        return [*reversed(found.values())]

    @cached_property
    def _telling(self) -> int:
        """The number of a point at which little is to be computed, and most mistakes show."""
        part = self.part

        def size(k: int) -> tuple[bool, int]:
            shapes = [np.shape(value) for value in part.points[k].values.values() if is_real(value)]
            return any(1 in shape for shape in shapes), sum(int(np.prod(shape)) for shape in shapes)

        sizes = {k: size(k) for k in range(len(part.points))}
        small = min(sizes, key=sizes.__getitem__)
        show = {
            k: sum(given[j] is not None for given in self._changed.values())
            for j, k in enumerate(self._sample)
            if sizes[k] == sizes[small] and not part.accepts(part.answers[k], part.points[k].values[part.targets[k]])
        }
        return max(show, key=show.__getitem__, default=small)


def _fingerprint(value: Any) -> bytes:
    """A number or an array to some six digits, so that what is the same is equal."""
    return b"" if value is None else f"{np.shape(value)}".encode() + np.asarray(value, dtype=np.float32).tobytes()


def _equal(a: Any, b: Any) -> bool:
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-9, atol=0)
