"""Mistakes that nobody listed: a step carried out by a neighbour of its equation, as the catalogue's mistakes are.

An edit changes one place of one equation, or the same place wherever that rule is used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar

from backprop_course.core.functions import Activation, linear, relu, sigmoid, tanh
from backprop_course.core.newest import Newest
from backprop_course.core.trace import Step
from backprop_course.misconceptions.edit_kinds import BELONGS, OTHER, RANK, EditKind
from backprop_course.misconceptions.equations import WayToWrite, ways_to_write
from backprop_course.misconceptions.expressions import Operation, parent
from backprop_course.misconceptions.neighbours import Neighbour, neighbours
from backprop_course.misconceptions.registry import Changes, Steps
from backprop_course.misconceptions.roles import roles, what_belongs
from backprop_course.misconceptions.two_slips import TWO_THINGS, second_neighbours


@dataclass(frozen=True)
class Edit:
    """An equation changed at one place, in one step or (place "") wherever a rule is used.

    clause: what is changed, in words that do not give the right equation away. rule: whose equation it is;
    before, after: that equation over its numbered parents, and what becomes of it. part: the smaller rule that it is
    the equation of, if any. other: the quantity that stands for "?" in it. told_of: where a student has no name for the
    changed quantity, that in whose equation it was made, or "" where that has no name either.
    """

    kind: EditKind
    place: str
    rule: str
    before: Operation = field(repr=False)
    after: Operation = field(repr=False)
    part: str = ""
    other: str = ""
    clause: str = field(default="", compare=False)
    told_of: str | None = field(default=None, compare=False)

    misconception = None

    @property
    def edit(self) -> str:
        """Its kind."""
        return self.kind

    @property
    def told(self) -> str:
        """What would come out exactly so, in a sentence that is true whatever was done."""
        return f"this is exactly what comes out if {self.clause}{self.where}."

    @property
    def is_twice(self) -> bool:
        """Whether two things are changed in the equation."""
        return self.clause.startswith(TWO_THINGS)

    @property
    def where(self) -> str:
        """In which equation, in words; "" where there is but one, or all are meant."""
        return _in_the_equation(self.place if self.told_of is None else self.told_of)

    @cached_property
    def alone(self) -> Operation | None:
        """What becomes of one step's own equation, the other quantity in it as "?name"; None for any other edit."""
        if not self.place or self.part:
            return None
        return self.after.with_all(parent(OTHER), parent(f"{OTHER}{self.other}")) if self.other else self.after

    def changes_in(self, steps: Steps) -> Changes:
        """The steps that it changes among these; none where they are written otherwise."""
        found: Changes = {}
        for step, equation in _written(steps).get((self.rule, self.part, self.before), ()):
            if not self.place or step.name == self.place:
                found[step.name] = equation.changed(step, self.after, self.other)
        return found


@dataclass(frozen=True)
class OtherActivation:
    """Another activation, or its slope, in one unit's step or (place "") in all of a rule, or (rule "") everywhere.

    on_linear: it comes in where units are linear; else it stands where another one belongs.
    """

    place: str
    rule: str
    activation: Activation
    on_linear: bool = False
    told_of: str | None = field(default=None, compare=False)

    kind: ClassVar[EditKind] = "function"
    edit: ClassVar[str] = "function"
    misconception: ClassVar[None] = None

    @property
    def clause(self) -> str:
        """What is changed, in words."""
        name = self.activation.name
        if not self.rule:
            belongs = "a unit is linear" if self.on_linear else "another activation's belong"
            return f"{name} and its slope stand where {belongs}"
        what = f"the slope of {name}" if self.rule in _SLOPES else name
        return f"{what} stands where {'a unit is linear' if self.on_linear else 'another belongs'}"

    @property
    def where(self) -> str:
        """In which equation, in words."""
        return _in_the_equation(self.place if self.told_of is None else self.told_of)

    @property
    def told(self) -> str:
        """What would come out exactly so."""
        return f"this is exactly what comes out if {self.clause}{self.where}."

    def changes_in(self, steps: Steps) -> Changes:
        """The steps that it changes among these."""
        return {
            step.name: replace(step, at=self.activation)
            for step in steps
            if isinstance(step.at, Activation)
            and step.at.name not in (self.activation.name, "softmax")
            and (step.at.name == "linear") == self.on_linear
            and (not self.rule or step.rule == self.rule)
            and (not self.place or step.name == self.place)
        }


def _in_the_equation(place: str) -> str:
    return f" in the equation of {place}" if place else ""


_SLOPES = ("through_activation", "slope_of", "relu_slope")


def other_activations(steps: Steps, about: Collection[str]) -> Iterator[OtherActivation]:
    """Every activation that may stand for another one, in the steps of these quantities."""
    curved = [step for step in steps if step.name in about and isinstance(step.at, Activation)]
    straight = dict.fromkeys(step.rule for step in curved if step.at is linear)
    for activation in (sigmoid, tanh, relu):
        for rule in ("", *straight) if len(straight) > 1 else straight:
            yield OtherActivation("", rule, activation, on_linear=True)
    for activation in (linear, sigmoid, tanh, relu):
        rules = dict.fromkeys(step.rule for step in curved)
        for rule in ("", *rules) if len(rules) > 1 else rules:
            yield OtherActivation("", rule, activation)
        for step in curved if len(curved) > 1 else ():
            yield OtherActivation(step.name, step.rule, activation)


Written = dict[tuple[str, str, Operation], list[tuple[Step, WayToWrite]]]
"""Steps by rule, part of a rule, and equation, each with the way to write it that has this equation."""
_FOUND = Newest[int, tuple[Steps, Written]](200)


def _written(steps: Steps) -> Written:
    """The steps by rule and equation."""
    # Looked up by identity: the same steps come again with every edit.
    if id(steps) not in _FOUND:
        found: Written = {}
        for step in steps:
            for equation in ways_to_write(step):
                found.setdefault((step.rule, equation.part, equation.tree), []).append((step, equation))
        _FOUND[id(steps)] = (steps, found)
    return _FOUND[id(steps)][1]


_EDITS = Newest[tuple[object, ...], tuple[Steps, tuple[Edit, ...]]](100)
_OF_STEP = Newest[tuple[object, ...], tuple[Steps, tuple[Edit, ...]]](150)


def edits(
    steps: Steps,
    about: Iterable[str],
    known: Iterable[str],
    follows: Callable[[Step, WayToWrite], bool],
    local: bool = True,
) -> tuple[Edit, ...]:
    """Every edit of the steps that these quantities are made by; the most natural kinds first.

    about: the quantities whose equations are changed. known: what a student has at hand besides the steps.
    follows: whether an equation gives a step's value. local: whether single steps are changed, or only all of a rule.
    """
    by_name, known = {step.name: step for step in steps}, tuple(known)
    wanted = [
        (step, equation)
        for one in about
        if one in by_name
        for step in [by_name[one]]
        for equation in ways_to_write(step)
        if follows(step, equation)
    ]
    # They don't depend on numbers: those of a whole class are compared with the same ones.
    key = id(steps), tuple((step.name, equation) for step, equation in wanted), known, local
    if key not in _EDITS:
        _EDITS[key] = steps, tuple(_edits(steps, wanted, known, local))
    return _EDITS[key][1]


def _edits(steps: Steps, wanted: Sequence[tuple[Step, WayToWrite]], known: tuple[str, ...], local: bool) -> list[Edit]:
    words = roles(steps)
    found = list(_everywhere(wanted, words, 1 if local else 0))
    if local:
        by_name = {step.name: step for step in steps}
        others: dict[str, tuple[str, ...]] = {}
        for step, equation in wanted:
            if step.name not in others:
                others[step.name] = _at_hand(step, by_name, known)
            key = id(steps), step.name, equation, others[step.name]
            if key not in _OF_STEP:
                _OF_STEP[key] = steps, tuple(_of_step(step, equation, words, others[step.name]))
            found += _OF_STEP[key][1]
    return sorted(found, key=lambda edit: (RANK[edit.kind], not edit.place))


@dataclass(frozen=True)
class TwoSlips:
    """Two slips in one step's equation, not yet in words: of thousands that are tried, one is told."""

    step: Step
    equation: WayToWrite
    slip: Neighbour

    def edit(self, steps: Steps) -> Edit:
        """The same as an edit of these steps."""
        words = roles(steps)
        shown = [(parent, words.get(parent, "")) for parent in self.equation.shown(self.step)]
        return _edit(self.step, self.equation, self.slip, self.step.name, shown)


def twice_edited(steps: Steps, about: Iterable[str], follows: Callable[[Step, WayToWrite], bool]) -> Iterator[TwoSlips]:
    """Two slips of the most natural kinds in the equation of each of these quantities."""
    by_name = {step.name: step for step in steps}
    for one in about:
        step = by_name[one]
        for equation in ways_to_write(step):
            if follows(step, equation):
                for slip in second_neighbours(equation.tree, equation.names):
                    yield TwoSlips(step, equation, slip)


def _of_step(step: Step, equation: WayToWrite, words: Mapping[str, str], others: Sequence[str]) -> Iterator[Edit]:
    shown = [(parent, words.get(parent, "")) for parent in equation.shown(step)]
    for slip in neighbours(equation.tree, equation.names):
        if not slip.needs_other:
            yield _edit(step, equation, slip, step.name, shown)
        elif not equation.part:
            for other in others:
                yield _edit(step, equation, slip, step.name, shown, (other, words.get(other, "")))


def _edit(
    step: Step,
    equation: WayToWrite,
    slip: Neighbour,
    place: str,
    shown: Sequence[tuple[str, str]],
    other: tuple[str, str] = ("", ""),
) -> Edit:
    """shown: what the numbered quantities are called, and what each is; other: the same of the one that is put in."""
    clause = slip.clause
    if BELONGS in clause:
        stands = next((role for k, (_, role) in enumerate(shown) if f"#{k} stands" in clause), other[1])
        for k, (_, role) in enumerate(shown):
            clause = clause.replace(f"{BELONGS}{k}", what_belongs(role, stands))
    for k, (name, _) in enumerate(shown):
        clause = clause.replace(f"#{k}", name)
    clause = clause.replace(OTHER, other[0])
    return Edit(slip.kind, place, step.rule, equation.tree, slip.edited, equation.part, other[0], clause)


def _everywhere(steps: Iterable[tuple[Step, WayToWrite]], words: Mapping[str, str], more_than: int) -> Iterator[Edit]:
    """The same slip in all steps of a rule, where there are so many."""
    groups: dict[tuple[str, WayToWrite], list[Step]] = {}
    for step, equation in steps:
        groups.setdefault((step.rule, equation), []).append(step)
    for (_, equation), group in groups.items():
        if len(group) > more_than:
            shown = [_in_common(names, words) for names in zip(*map(equation.shown, group), strict=True)]
            for slip in neighbours(equation.tree, equation.names):
                if not slip.needs_other:
                    yield _edit(group[0], equation, slip, "", shown)


def _in_common(names: Sequence[str], words: Mapping[str, str]) -> tuple[str, str]:
    """What quantities of several steps are called together, and what they are."""
    role = words.get(names[0], "")
    return names[0] if len({*names}) == 1 else f"the {role}" if role else "another quantity", role


def _at_hand(step: Step, by_name: Mapping[str, Step], known: Iterable[str]) -> tuple[str, ...]:
    """The quantities that can stand in a step's equation: all that are not made from it."""
    made = {step.name}
    more = True
    while more:
        more = False
        for other in by_name.values():
            if other.name not in made and not made.isdisjoint(other.parents):
                made.add(other.name)
                more = True
    return tuple(one for one in dict.fromkeys((*known, *by_name)) if one not in made and one not in step.parents)
