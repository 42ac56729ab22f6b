"""Looks for what explains a wrong part when no listed mistake does: an edit, a factor, two mistakes at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, takewhile
from typing import Any, TypeVar

import numpy as np

from backprop_course.checks.evidence import Same
from backprop_course.checks.proportions import proportion
from backprop_course.checks.proportions import ratio as ratio_to
from backprop_course.checks.two_mistakes import BUDGET, TwoMistakes
from backprop_course.core.kept import Kept
from backprop_course.core.trace import Step
from backprop_course.misconceptions import Variant, variants
from backprop_course.misconceptions.combined import Either, Explanation, Proportion, Scaled, SingleMistake
from backprop_course.misconceptions.edit_kinds import CORE, OTHER
from backprop_course.misconceptions.edits import Edit, OtherActivation, TwoSlips, edits, other_activations, twice_edited
from backprop_course.misconceptions.equations import WayToWrite
from backprop_course.misconceptions.expressions import Operation
from backprop_course.misconceptions.points import STOPPED, ValuesAt, real
from backprop_course.misconceptions.precision import Shortened, digits_dropped
from backprop_course.misconceptions.registry import Changes, Steps

Changed = TypeVar("Changed", bound=Edit | OtherActivation)
ChangesIn = Callable[[Steps], Changes]
_ROUNDING = 1e-9
MOST_UNSOLVED = 2
"""For how many parts a search may end without a result: what is in none of them is seldom in the next."""


@dataclass
class WrongPart:
    """A wrong part: what it is at every point, and which parts are right there.

    points: the first one is that where candidates are tried first. targets: the quantity that is asked at each.
    answers: what the student has for it. same: whether an answer is what a candidate gives.
    accepts: whether an answer is right. contradicted: whether changed steps give something else than the student has
    for a part that is right, at the k-th point. core: whether only the most natural kinds of edits count, because
    there is little to tell candidates apart by. local: whether a step is the same one at every point.
    deep: whether two things at once are looked for; thorough: also two at different steps of which one is of the less
        natural kinds. before: what explains other parts: looked at first.
    visible: the quantities that a student has a name for; an edit anywhere else is told of the part itself, or of
        nothing where a student has no name for that. None: all.
    most_decimals: to how many decimals a result may have been rounded; 0 for none.
    """

    points: Sequence[ValuesAt]
    targets: Sequence[str]
    answers: Sequence[Any]
    same: Same
    accepts: Same
    contradicted: Callable[[int, Changes], bool]
    core: bool = False
    local: bool = True
    deep: bool = True
    thorough: bool = True
    visible: Collection[str] | None = None
    most_decimals: int = 8
    before: Sequence[Explanation] = ()

    def explanation(self) -> Explanation | None:
        """The edit, the factor or the pair that gives these answers and contradicts no right part; None for none."""
        return self.near() or self.far()

    def near(self) -> Explanation | None:
        """One edit or factor, or two listed mistakes: what is found in a moment."""
        if not np.all(np.isfinite(self.answers[0])):
            return None
        with np.errstate(all="ignore"):
            one = self.again() or self._shortened() or self._one_change()
            return one or (self._two_at_once() if self.deep and not self.core else None)

    def far(self) -> Explanation | None:
        """Two of all slips, in one equation or at two steps: what takes long to look for."""
        if not self.deep or self.core or not np.all(np.isfinite(self.answers[0])):
            return None
        with np.errstate(all="ignore"):
            return self._twice() or TwoMistakes(self).at_two_places()

    @property
    def alone(self) -> bool:
        """Whether there is but one number to tell causes apart by."""
        return len(self.points) == 1

    def _one_change(self) -> Explanation | None:
        """One edit or one factor; where one number alone cannot tell the two apart, both."""
        factor = self._scaled([(None, self._right)])
        if factor and not self.alone:
            return factor
        natural = self._edit(takewhile(lambda one: one[0].kind in CORE, self.edited))
        if natural and factor:
            return Either(natural, factor)
        return natural or factor or self._edit(self.edited)

    def _shortened(self) -> Shortened | None:
        """Digits that are dropped, in a number or in every entry."""
        for candidate in digits_dropped(tuple(dict.fromkeys(self.targets)), self.most_decimals):
            changes = candidate.changes_in(self.points[0].steps)
            value = self.predicted(self.points[0], changes) if changes else None
            if value is None or _equal(value, self._right) or not self.same(self.answers[0], value):
                continue
            if self.holds(candidate.changes_in):
                return candidate
        return None

    def _two_at_once(self) -> Explanation | None:
        two = TwoMistakes(self)
        listed = self._scaled(self.mistaken) or two.listed() or two.in_two_results()
        whole = listed or proportion(self.points, self.targets, self.answers)
        return whole or self._scaled(self.edited)

    def again(self) -> Explanation | None:
        """What explains another part, where it explains this one, too."""
        for candidate in self.before:
            if isinstance(candidate, Shortened | Proportion):
                continue  # told of one target
            if not isinstance(candidate, Scaled):
                if self.holds(candidate.changes_in):
                    return candidate
            elif self.holds(candidate.first.changes_in if candidate.first else _nothing, candidate.clause):
                return candidate
        return None

    def _twice(self) -> Edit | None:
        """Two slips in one equation, the part's own or one near it."""
        point = self.points[0]
        twice = twice_edited(point.steps, point.ancestors(self.targets[0]), point.follows)
        parts = 0
        for candidate in islice(twice, 5 * BUDGET):
            parts += bool(candidate.equation.part)
            if candidate.equation.part and parts > BUDGET // 10:
                continue  # what is made of parts, a training, is dear to carry out
            value = self._slipped(point, candidate)
            if value is not None and self.same(self.answers[0], value):
                edit = candidate.edit(point.steps)
                if self.holds(edit.changes_in):
                    return self.told(edit)
        return None

    def _slipped(self, point: ValuesAt, candidate: TwoSlips) -> Any:
        """What two slips in an equation make of the target."""
        step, equation, slip = candidate.step, candidate.equation, candidate.slip
        if equation.part:
            return self._carried(point, candidate.edit(point.steps).changes_in(point.steps), self._known)
        return self._written(point, step, slip.edited)

    def _written(self, point: ValuesAt, step: Step, tree: Operation) -> Any:
        """What a step carried out by another equation makes of the target."""
        if step.name not in self._worked_out:
            names = WayToWrite.named(step, [point.values[parent] for parent in step.parents])
            self._worked_out[step.name] = {**names, **self._others}, {}
        names, known = self._worked_out[step.name]
        try:
            made = tree.value_known(names, known)
        except STOPPED:
            return None
        return self._carried_on(point, step.name, made, self._known)

    def told(self, candidate: Changed) -> Changed:
        """An edit as it is told to whoever has no name for the quantity that is changed."""
        if self.visible is None or not candidate.place or candidate.place in self.visible:
            return candidate
        return replace(candidate, told_of=self.targets[0] if self.targets[0] in self.visible else "")

    @property
    def _right(self) -> Any:
        return self.points[0].values[self.targets[0]]

    def _edit(self, candidates: Iterable[tuple[Edit | OtherActivation, Any]]) -> Edit | OtherActivation | None:
        for candidate, value in candidates:
            if self.same(self.answers[0], value) and self.holds(candidate.changes_in):
                return self.told(candidate)
        return None

    @cached_property
    def _worked_out(self) -> dict[str, tuple[dict[str, Any], dict[Operation, Any]]]:
        """By a step's name what stands in its equation, and what parts of it come to where it is changed."""
        return {}

    @cached_property
    def _known(self) -> dict[tuple[str, float | bytes], Any]:
        """What a value of a step makes of the target."""
        return {}

    @cached_property
    def _others(self) -> dict[str, Any]:
        """What may stand in another quantity's place, by the name that an edit has for it."""
        return {f"{OTHER}{name}": value for name, value in self.points[0].values.items()}

    @cached_property
    def edited(self) -> Kept[tuple[Edit | OtherActivation, Any]]:
        """Every edit with what it gives at the first point, the most natural first, but those that give what is right.

        Most answers are explained by one of the first.
        """
        return Kept(self._edits_with_values())

    def _edits_with_values(self) -> Iterator[tuple[Edit | OtherActivation, Any]]:
        point = self.points[0]
        about = point.ancestors(self.targets[0])
        right = self._right
        changed = edits(point.steps, about, point.quantities, point.follows, self.local)
        candidates: list[Edit | OtherActivation] = [*other_activations(point.steps, about), *changed]
        for candidate in candidates:
            if self.core and candidate.kind not in CORE:
                continue
            tree = candidate.alone if isinstance(candidate, Edit) else None
            if tree is None:
                value = self._carried(point, candidate.changes_in(point.steps), self._known)
            else:
                value = self._written(point, point.by_name[candidate.place], tree)
            if value is not None and not _equal(value, right):
                yield candidate, value

    def _carried(self, point: ValuesAt, changes: Changes, known: dict[tuple[str, float | bytes], Any]) -> Any:
        """What changed steps make of the target; worked out once for all that give the same at their place."""
        if len(changes) != 1:
            return self.predicted(point, changes)
        ((name, step),) = changes.items()
        try:
            made = step.function(step.at, *(point.values[parent] for parent in step.parents))
        except STOPPED:
            return None
        return self._carried_on(point, name, made, known)

    def _carried_on(self, point: ValuesAt, name: str, made: Any, known: dict[tuple[str, float | bytes], Any]) -> Any:
        """What a step's value makes of the target."""
        try:
            made = real(made)
        except (TypeError, ValueError):
            return None if name == self.targets[0] else self._on(point, name, made)
        if name == self.targets[0]:
            return made
        key = name, made
        if not isinstance(made, float) or not made:  # 0 is equal to −0, and gives something else
            key = name, f"{np.shape(made)}".encode() + np.asarray(made, dtype=float).tobytes()
        if key not in known:
            known[key] = self._on(point, name, made)
        return known[key]

    def _on(self, point: ValuesAt, name: str, made: Any) -> Any:
        try:
            return point.carried(name, made, self.targets[0])
        except STOPPED:
            return None

    @cached_property
    def mistaken(self) -> list[tuple[Variant, Any]]:
        """Every listed mistake that changes the target, with what it gives at the first point."""
        point = self.points[0]
        about = {*point.ancestors(self.targets[0])}
        found = []
        for variant in variants(point.steps):
            if not about.isdisjoint(variant.changes):
                value = self.predicted(point, variant.changes)
                if value is not None and not _equal(value, self._right):
                    found.append((variant, value))
        return found

    def predicted(self, point: ValuesAt, changes: Changes, k: int = 0) -> Any:
        try:
            return point.predicted(changes, self.targets[k])
        except STOPPED:
            return None

    def _scaled(self, candidates: Iterable[tuple[SingleMistake | None, Any]]) -> Scaled | None:
        """A candidate that gives the answers but for a factor."""
        constants = self.points[0].constants
        for candidate, value in candidates:
            ratio = ratio_to(self.answers[0], value)
            if ratio is None:
                continue
            for clause, factor in constants.items():
                changes_in = candidate.changes_in if candidate else _nothing
                if abs(ratio - factor) <= 1e-5 * abs(factor) and self.holds(changes_in, clause):
                    # At several points a given number is not the same factor again and again.
                    return Scaled(candidate, clause, self.points[0].by_a_number(factor) if self.alone else "")
        return None

    def holds(self, changes_in: ChangesIn, clause: str = "") -> bool:
        """Whether a candidate gives the answer at every point, and contradicts no part that is right."""
        return all(self._holds_at(k, changes_in(point.steps), clause) for k, point in enumerate(self.points))

    def holds_elsewhere(self, changes_in: ChangesIn) -> bool:
        """Whether a candidate gives the answers at all points but the first."""
        return all(self._holds_at(k, changes_in(self.points[k].steps), "") for k in range(1, len(self.points)))

    def _holds_at(self, k: int, changes: Changes, clause: str) -> bool:
        point, answer = self.points[k], self.answers[k]
        factor = point.constants.get(clause, 1.0) if clause else 1.0
        for chosen in ({}, point.otherwise) if point.otherwise else ({},):
            try:
                value = point.predicted({**chosen, **changes}, self.targets[k])
                if not np.all(np.isfinite(value)) and (
                    not np.all(np.isfinite(answer))
                    or (self.accepts(answer, point.values[self.targets[k]]) and not self._no_value(k, changes))
                ):
                    return True  # too large for this way to write it, or divided by 0: nothing to compare
                if self.same(answer, value * factor if clause else value):
                    return not self.contradicted(k, {**chosen, **changes})
            except ArithmeticError:  # divided by 0: nothing to compare where the student's is not finite either
                if not np.all(np.isfinite(answer)):
                    return True
            except STOPPED:
                continue
        return False

    def _no_value(self, k: int, changes: Changes) -> bool:
        """Whether a root or a logarithm is taken of what is below 0: no way to write it has a number there."""
        try:
            with np.errstate(invalid="raise"):
                self.points[k].predicted(changes, self.targets[k])
        except FloatingPointError as error:
            return str(error).endswith(("sqrt", "log", "log10"))
        except STOPPED:
            pass
        return False


def _nothing(steps: Steps) -> Changes:
    return {}


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return bool(abs(a - b) <= _ROUNDING * abs(b))
    if np.shape(a) != np.shape(b):
        return False
    return bool((np.abs(np.subtract(a, b, dtype=float)) <= _ROUNDING * np.abs(b)).all())
