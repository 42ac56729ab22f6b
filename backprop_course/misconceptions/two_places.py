"""Two mistakes at different steps: which of all pairs give an answer, carried out for many pairs at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from backprop_course.core.trace import Step
from backprop_course.misconceptions.combined import SingleMistake
from backprop_course.misconceptions.expressions import Operation
from backprop_course.misconceptions.many_values import LEADING, Many, in_all
from backprop_course.misconceptions.points import STOPPED, ValuesAt, is_real
from backprop_course.misconceptions.registry import Variant
from backprop_course.misconceptions.step_mistakes import (
    LISTED,
    StepEquation,
    StepMistake,
    equation_of,
    mistakes_by_step,
)

_EACH = 500
"""What it costs to carry out one slip, in numbers that can be worked out meanwhile."""
_ALIKE = 1e-6
"""How near a result is that may be the answer, relative: whether it is will be seen at all points."""

_TOGETHER = 500_000
"""How many numbers an array has, about, that is worked out together."""


@dataclass(frozen=True, slots=True)
class AlikeHere:
    """Mistakes at one step that make the same of it where all else is right, and what that is."""

    mistakes: list[StepMistake]
    value: Many


Alike = tuple[list[list[StepMistake]], Many]
"""Mistakes at one step that make values of one shape of it, those that make the same one together; and these values."""

Hit = tuple[int, SingleMistake, SingleMistake]
"""How natural a pair is, the less the more; and the two."""


@dataclass(frozen=True)
class Candidates:
    """Mistakes that may be one of two. several: those that are made at several steps."""

    by_step: Mapping[str, list[AlikeHere]]
    several: Sequence[Variant]


class PairsAt:
    """Pairs of mistakes at different steps, carried out at one point. left: how many numbers may be worked out."""

    def __init__(self, point: ValuesAt, target: str, answer: Any, left: int) -> None:
        self.point = point
        self.target = target
        self.answer = np.asarray(answer, dtype=float)
        about = {*point.ancestors(target)}
        self.about = [step.name for step in point.steps if step.name in about and is_real(point.values[step.name])]
        self.equations = {step.name: equation_of(step, point) for step in point.steps}
        self.largest = max((int(np.size(point.values[name])) for name in self.about), default=1)
        self.left = left

    def found(self, first: Candidates, second: Candidates) -> list[tuple[SingleMistake, SingleMistake]]:
        """The pairs that give the answer here, the most natural ones first, each in the order of its steps.

        first, second: what may be made at the earlier step and at the later one; what is made at several steps counts
        as the first. No more of them are tried when `left` numbers have been worked out.
        """
        hits = [*self._with_several(first, second), *self._of_slips(first, second)]
        return [(a, b) for _, a, b in sorted(hits, key=lambda hit: hit[0])]

    def candidates(self, mistakes: Sequence[SingleMistake]) -> Candidates:
        """Mistakes by the step that they are made at, those together that give the same here: one is done for all."""
        by_step = mistakes_by_step(mistakes, self.point)
        several = [made for made in mistakes if isinstance(made, Variant) and len(made.changes) > 1]
        return Candidates({name: self._grouped(name, by_step[name]) for name in self.about if name in by_step}, several)

    def _of_slips(self, first: Candidates, second: Candidates) -> Iterator[Hit]:
        """Two slips at two steps, those nearest to the target first."""
        for k, name in reversed([*enumerate(self.about)]):
            for several, values in self._stacked(first.by_step.get(name, ()), self.point.values, 1):
                # Whatever is made from it: the second one may take from there what the right equation does not.
                base = self._carried_on({**self.point.values, name: values}, self.point.made_from(name), {})
                for later in self.about[k + 1 :]:
                    if self.left <= 0:
                        return
                    for others, both in self._stacked(second.by_step.get(later, ()), base, 0):
                        for n, m in self._hits({**base, later: both}, later, {}, len(several)):
                            for one, other in product(several[m], others[n]):
                                yield one.rank + other.rank, one.made, other.made

    def _with_several(self, first: Candidates, second: Candidates) -> Iterator[Hit]:
        """A listed mistake at several steps and a slip at another one."""
        for variant in first.several:
            if self.left <= 0:
                return
            changes = variant.changes_in(self.point.steps)
            try:
                base = self.point.all_predicted(changes)
            except STOPPED:
                continue
            wrong = {name: equation_of(step, self.point) for name, step in changes.items() if name in self.equations}
            for name in self.about:
                if name in changes:
                    continue
                for several, values in self._stacked(second.by_step.get(name, ()), base, 0):
                    for n, _ in self._hits({**base, name: values}, name, wrong, 1):
                        for one in several[n]:
                            yield LISTED + one.rank, variant, one.made

    def _grouped(self, name: str, slips: Sequence[StepMistake]) -> list[AlikeHere]:
        right = self._key(in_all(self.point.values[name]))
        groups: dict[tuple[tuple[int, ...], bytes], AlikeHere] = {}
        known: dict[tuple[object, ...], dict[Operation, Any]] = {}
        for slip in slips:
            value = self._made(slip, self.point.values, known)
            if value is not None and (key := self._key(value)) != right:
                groups.setdefault(key, AlikeHere([], value)).mistakes.append(slip)
        return [*groups.values()]

    @staticmethod
    def _key(value: Many) -> tuple[tuple[int, ...], bytes]:
        return value.own, value.array.astype(np.float32).tobytes()

    @staticmethod
    def _made(
        slip: StepMistake, values: Mapping[str, Any], known: dict[tuple[object, ...], dict[Operation, Any]]
    ) -> Many | None:
        """What a slip makes of its step; None where that stops."""
        alike = id(slip.equation.step.at), *slip.equation.uses
        try:
            value = slip.equation.value(values, known.setdefault(alike, {}))
            return value if isinstance(value, Many) else in_all(value)
        except (*STOPPED, np.linalg.LinAlgError):
            return None

    def _stacked(self, slips: Iterable[AlikeHere], values: Mapping[str, Any], axis: int) -> Iterator[Alike]:
        """What slips at one step make of it, in a row along an axis: for those together that give the same shape."""
        groups: dict[tuple[int, ...], list[tuple[list[StepMistake], np.ndarray]]] = {}
        known: dict[tuple[object, ...], dict[Operation, Any]] = {}
        right = self.point.values
        for alike in slips:
            slip, value = alike.mistakes[0], alike.value
            if any(values.get(one) is not right[one] for one in slip.equation.uses):
                self.left -= _EACH
                made = self._made(slip, values, known)
                if made is None:
                    continue
                value = made
            groups.setdefault(value.own, []).append((alike.mistakes, value.array))
        for group in groups.values():
            widest = max(array.shape[1] for _, array in group)
            most = max(1, _TOGETHER // (widest * self.largest))
            for k in range(0, len(group), most):
                some = group[k : k + most]
                arrays = [np.broadcast_to(array, (1, widest, *array.shape[LEADING:])) for _, array in some]
                yield [mistakes for mistakes, _ in some], Many(np.concatenate(arrays, axis=axis))

    def _carried_on(
        self, values: dict[str, Any], steps: Iterable[Step], wrong: Mapping[str, StepEquation]
    ) -> dict[str, Any]:
        """All values with what follows by these steps; what cannot be made is left out."""
        for step in steps:
            try:
                values[step.name] = made = (wrong.get(step.name) or self.equations[step.name]).value(values)
                self.left -= made.array.size if isinstance(made, Many) else 1
            except (*STOPPED, np.linalg.LinAlgError):
                values.pop(step.name, None)
        return values

    def _hits(
        self, values: dict[str, Any], name: str, wrong: Mapping[str, StepEquation], count: int
    ) -> Collection[tuple[int, int]]:
        """Which of the pairs give the answer; count: how many first mistakes there are."""
        found = self._carried_on(values, self.point.between(name, self.target), wrong).get(self.target)
        if not isinstance(found, Many) or found.own != self.answer.shape or found.array.shape[1] != count:
            return ()
        flat, answer = found.array.reshape(*found.array.shape[:LEADING], -1), self.answer.ravel()
        size = np.abs(answer).max(initial=0.0)
        entry = int(np.abs(answer).argmax())
        near = np.argwhere(np.abs(flat[..., entry] - answer[entry]) <= _ALIKE * size)
        return [(n, m) for n, m in near.tolist() if (np.abs(flat[n, m] - answer) <= _ALIKE * size).all()]
