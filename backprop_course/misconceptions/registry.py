"""Named mistakes: each is one rule gone wrong, so every mistake can be carried out.

A mistake overrides one rule of a pass (`Forward`, `Backprop`, …) or takes a rule's inputs from the wrong
place. Put into the steps of an exercise, everywhere or at one unit, it gives the answers of a student who
makes it: that is how a wrong answer is recognised, and how the course proves that it is rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Protocol

from backprop_course.core.functions import Activation, sigmoid, tanh
from backprop_course.core.newest import Newest
from backprop_course.core.trace import Step

Steps = tuple[Step, ...]
Changes = dict[str, Step]
Source = Callable[[Steps], Iterable[tuple[str, Changes]]]


class Mistake(Protocol):
    """Whatever changes steps: a listed mistake, an edit, several."""

    def changes_in(self, steps: Steps) -> Changes:
        """The steps that it changes among these."""


@dataclass(frozen=True)
class Variant:
    """A mistake made at a certain place: the steps that it changes, by name; place "" is everywhere.

    number: tells apart several ways to make it at one place. Two variants of different steps are the same
    way to go wrong where they are equal.
    """

    misconception: str
    place: str
    number: int
    changes: Changes = field(compare=False)

    edit = None

    def changes_in(self, steps: Steps) -> Changes:
        """The same mistake made in other steps; nothing where it cannot be made there."""
        return changes_by_variant(steps).get(self, {})

    @property
    def told(self) -> str:
        """The mistake's name, the place in words that a student sees, and the hint in a line of its own."""
        mistake = MISCONCEPTIONS[self.misconception]
        return f"{mistake.name}{place_in_words(self.place)}.\n{mistake.hint}"


def place_in_words(place: str) -> str:
    """A place as the notebooks speak of it: units by their letter, numbered ones by their weighted sum."""
    if not place:
        return ""
    if place.isdigit():
        return f" (at z_{place})"
    return f" (in unit {place})" if len(place) == 1 else f" (at {place})"


@dataclass
class Misconception:
    """A mistake with an id, a name in one line and a hint that says what to look at.

    variants(steps) gives every way to make it in these steps.
    """

    id: str
    name: str
    hint: str
    sources: list[tuple[Source, Collection[str]]] = field(default_factory=list, repr=False)
    """Where it is found, each with the rules that there must be steps of; none where it looks for itself."""

    def variants(self, steps: Steps) -> Iterator[Variant]:
        """Every way to make this mistake in these steps: everywhere, then at one place at a time."""
        seen: dict[str, int] = {}
        there = _by_rule(steps)
        for source, rules in self.sources:
            for place, changes in source(steps) if not rules or any(rule in there for rule in rules) else ():
                if changes:
                    seen[place] = seen.get(place, -1) + 1
                    yield Variant(self.id, place, seen[place], changes)


MISCONCEPTIONS: dict[str, Misconception] = {}


def variants(steps: Steps) -> tuple[Variant, ...]:
    """Every way to make every known mistake in these steps."""
    return tuple(changes_by_variant(steps))


def changes_by_variant(steps: Steps) -> Mapping[Variant, Changes]:
    """Every way to make every known mistake in these steps, with the steps that it changes."""
    # Looked up by identity: the same steps come again with every case of an exercise, and are long to compare.
    if id(steps) not in _FOUND:
        found = {variant: variant.changes for mistake in MISCONCEPTIONS.values() for variant in mistake.variants(steps)}
        _FOUND[id(steps)] = (steps, found)
    return _FOUND[id(steps)][1]


_FOUND = Newest[int, tuple[Steps, dict[Variant, Changes]]](200)


def _known(id: str, name: str, hint: str) -> Misconception:
    mistake = MISCONCEPTIONS.setdefault(id, Misconception(id, name, hint))
    if not mistake.name:  # the same mistake in several rules: one of them names it
        mistake.name, mistake.hint = name, hint
    return mistake


def wrong_rule(
    id: str, name: str = "", hint: str = "", where: Callable[[Any], bool] = lambda at: True
) -> Callable[[type], type]:
    """Registers a class whose one method is a rule gone wrong; `where` looks at the step's `at`."""

    def register(override: type) -> type:
        (rule,) = [method for method in vars(override) if not method.startswith("__") and not method.endswith("_text")]

        def source(steps: Steps) -> Iterator[tuple[str, Changes]]:
            wrong = {
                step.name: _overridden(step, override)
                for step in _by_rule(steps).get(rule, ())
                if _is_at(step, rule, where)
            }
            yield "", wrong
            if len(wrong) > 1:
                for step_name, step in wrong.items():
                    yield step.place, {step_name: step}

        _known(id, name, hint).sources.append((source, (rule,)))
        return override

    return register


def _by_rule(steps: Steps) -> Mapping[str, tuple[Step, ...]]:
    """The steps that are made by each rule, or of which it is a part; all mistakes ask, one after the other."""
    if _SORTED.steps is not steps:
        found: dict[str, list[Step]] = {}
        for step in steps:
            for one in {step.rule, *_parts(step)}:
                found.setdefault(one, []).append(step)
        _SORTED.steps, _SORTED.by_rule = steps, {one: tuple(made) for one, made in found.items()}
    return _SORTED.by_rule


@dataclass
class _Sorted:
    """The steps that were asked for last, by rule."""

    steps: Steps = ()
    by_rule: dict[str, tuple[Step, ...]] = field(default_factory=dict)


_SORTED = _Sorted()


def _parts(step: Step) -> Mapping[str, Callable[[Any], Any]]:
    """The rules that are part of a step's rule, with what each looks at."""
    found: Mapping[str, Callable[[Any], Any]] = getattr(step.rules, "parts", {}).get(step.rule, {})
    return found


def _is_at(step: Step, rule: str, where: Callable[[Any], bool]) -> bool:
    return where(step.at if step.rule == rule else _parts(step)[rule](step.at))


def _overridden(step: Step, override: type) -> Step:
    wrong = _rules((override, type(step.rules)))
    return replace(step, rules=wrong, function=getattr(wrong, step.rule))


@cache
def _rules(bases: tuple[type, type]) -> Any:
    """The rules of a pass with one gone wrong; they hold nothing but how to go."""
    return type(bases[0].__name__, bases, {})()


def wrong_inputs(
    id: str, name: str, hint: str, *rules: str
) -> Callable[[Callable[[Step, Steps], Iterable[tuple[str, ...]]]], Any]:
    """Registers a function (step, steps) → other parents that a mistaken student takes in those rules' steps."""

    def register(wire: Callable[[Step, Steps], Iterable[tuple[str, ...]]]) -> Any:
        def source(steps: Steps) -> Iterator[tuple[str, Changes]]:
            names = {parent for step in steps for parent in step.parents}
            made = {step.name: step for step in steps}
            found: dict[str, list[Step]] = {}
            for step in steps:
                if step.rule in rules:
                    for parents in wire(step, steps):
                        wrong = replace(step, parents=parents)
                        others = found.setdefault(step.name, [])
                        possible = names.issuperset(parents) and not any(
                            _made_from(parent, step.name, made) for parent in parents if parent not in step.parents
                        )
                        if parents != step.parents and possible and wrong not in others:
                            others.append(wrong)
            found = {name: others for name, others in found.items() if others}
            yield "", {step_name: others[0] for step_name, others in found.items()}
            for step_name, others in found.items():
                for step in others[0 if len(found) > 1 else 1 :]:
                    yield step.place, {step_name: step}

        _known(id, name, hint).sources.append((source, rules))
        return wire

    return register


def _made_from(name: str, source: str, made: Mapping[str, Step]) -> bool:
    """Whether a quantity is made from another one, or is that: then it cannot stand in its place."""
    return name == source or (name in made and any(_made_from(parent, source, made) for parent in made[name].parents))


def wrong_steps(id: str, name: str, hint: str) -> Callable[[Source], Source]:
    """Registers a function steps → (place, changed steps), for mistakes that span several steps."""

    def register(source: Source) -> Source:
        _known(id, name, hint).sources.append((source, ()))
        return source

    return register


def curved(activation: Activation) -> bool:
    """Whether an activation has a slope worth forgetting."""
    return activation.name in ("sigmoid", "tanh", "relu")


def smooth(activation: Activation) -> bool:
    """Whether its slope changes little by little; that of a ReLU is a mask."""
    return activation.name in ("sigmoid", "tanh")


def mistaken_for(activation: Activation) -> Activation:
    """The activation that a student is likely to mistake it for."""
    return tanh if activation.name == "sigmoid" else sigmoid


def replaced(parents: tuple[str, ...], position: int, name: str) -> tuple[str, ...]:
    """The same parents, with another name at one position."""
    return (*parents[:position], name, *parents[position + 1 :])


# Mistakes that show in how a function behaves rather than in what it returns.
_known(
    "argument-changed",
    "the function changes what it was given",
    "Make a new dict or array for the result; the caller still needs the old one. (A copied dict still holds the "
    "same arrays, and -= changes those in place.)",
)
_known(
    "warns",
    "the function warns",
    "Somewhere a number becomes too large, or 0 where it may not be. Rewrite the formula so that this cannot happen.",
)
_known(
    "loop-over-batch",
    "the examples are gone through one by one",
    "A matrix product handles the whole batch at once: X @ W has one row for each example.",
)
_known(
    "whole-numbers-cut",
    "an array of whole numbers cuts what is written into it",
    "np.zeros_like and .copy() of integers keep integers, so 0.7 becomes 0. np.zeros(x.shape) holds floats, and so "
    "does np.array(x, dtype=float).",
)
