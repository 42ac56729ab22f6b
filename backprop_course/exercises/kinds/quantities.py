"""What kinds on named quantities share: how a quantity is made by its step, and what is worth a point."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import zip_longest
from typing import TypeVar

from backprop_course.core.functions import Array
from backprop_course.core.newest import Newest
from backprop_course.core.trace import Step
from backprop_course.exercises.kinds.kind import Exercise
from backprop_course.misconceptions import Steps, Variant, variants

T = TypeVar("T")


def evaluate(
    target: str, steps: Mapping[str, Step], known: Mapping[str, Array], found: dict[str, Array] | None = None
) -> Array:
    """The value of one quantity: by its step, from what is known, else from its parents' own steps.

    What is found on the way is kept in `found`. Raises KeyError for a name with neither value nor step.
    """
    found = {} if found is None else found
    values = []
    step = steps[target]
    for name in step.parents:
        if name in known:
            values.append(known[name])
        elif name in found:
            values.append(found[name])
        else:
            values.append(evaluate(name, steps, known, found))
    found[target] = step.function(step.at, *values)
    return found[target]


def sources(steps: Steps, start: Iterable[str]) -> dict[str, frozenset[str]]:
    """By a quantity's name all that it is made from, and itself; start: what is given."""
    made = {step.name: step for step in steps}
    found = {name: frozenset((name,)) for name in start}

    def visit(name: str) -> frozenset[str]:
        if name not in found:
            found[name] = frozenset((name,)).union(*map(visit, made[name].parents if name in made else ()))
        return found[name]

    for name in made:
        visit(name)
    return found


_SOURCES = Newest[tuple[int, tuple[str, ...]], tuple[Steps, dict[str, frozenset[str]]]](200)


def sources_of(steps: Steps, start: Iterable[str] = ()) -> dict[str, frozenset[str]]:
    """The same as `sources`, worked out once for the same steps."""
    key = id(steps), tuple(start)  # by identity: steps are long to compare
    if key not in _SOURCES:
        _SOURCES[key] = steps, sources(steps, key[1])
    return _SOURCES[key][1]


def renamed(steps: Iterable[Step], names: Mapping[str, str]) -> Steps:
    """The same steps with some quantities called otherwise, as dL_dz_j is called delta_j."""
    return tuple(
        replace(
            step,
            name=names.get(step.name, step.name),
            parents=tuple(names.get(parent, parent) for parent in step.parents),
        )
        for step in steps
    )


def spread(drawn: Iterable[T], regime: Callable[[T], Hashable], count: int) -> list[T]:
    """So many of what was drawn, from all regimes alike; more, where there are more regimes than that."""
    groups: dict[Hashable, list[T]] = {}
    for one in drawn:
        groups.setdefault(regime(one), []).append(one)
    in_turn = [one for turn in zip_longest(*groups.values()) for one in turn if one is not None]
    return in_turn[: max(count, len(groups))]


class Quantities(Exercise):
    """What exercises on named quantities have in common."""

    asked: tuple[str, ...]
    steps: Steps
    worth: float | None

    @property
    def parts(self) -> tuple[str, ...]:
        """What is judged, a point each, or an equal share of what the exercise is worth."""
        return self.asked

    @property
    def points(self) -> float:
        """What it is worth."""
        return float(len(self.asked)) if self.worth is None else self.worth

    @property
    def answered(self) -> tuple[str, ...]:
        """The names that an answer gives something."""
        return self.asked

    @cached_property
    def by_name(self) -> dict[str, Step]:
        """The steps by the quantity that they make."""
        return {step.name: step for step in self.steps}

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """Every way to go wrong in these steps."""
        return variants(self.steps)
