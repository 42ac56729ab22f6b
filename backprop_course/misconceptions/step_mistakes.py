"""What is done at one step, rightly or wrongly, as it can be carried out for many values at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np

from backprop_course.core.trace import Step
from backprop_course.misconceptions.combined import SingleMistake
from backprop_course.misconceptions.edit_kinds import RANK
from backprop_course.misconceptions.edits import OtherActivation
from backprop_course.misconceptions.equations import functions_of, ways_to_write
from backprop_course.misconceptions.expressions import Operation
from backprop_course.misconceptions.many_values import LEADING, Many, many_values
from backprop_course.misconceptions.points import STOPPED, ValuesAt
from backprop_course.misconceptions.registry import Variant
from backprop_course.misconceptions.wrong_equations import wrong_equation_of

_ONE_BY_ONE = 400
"""How many values a function that is no equation is asked for at most."""
LISTED = -5
"""How much more natural a mistake is that is listed."""


@dataclass(frozen=True, slots=True)
class StepEquation:
    """What a step does, for many at once. names: what its tree calls each quantity; tree: None for a bare function."""

    step: Step
    tree: Operation | None
    names: Mapping[str, str]
    functions: Mapping[str, Callable[..., Any]]

    @property
    def uses(self) -> Collection[str]:
        """The quantities that go in."""
        return self.step.parents if self.tree is None else self.names.values()

    def value(self, values: Mapping[str, Any], known: dict[Operation, Any] | None = None) -> Any:
        """What comes of it; known: what parts of trees with the same names come to."""
        if self.tree is None:
            return self._one_by_one([values[parent] for parent in self.step.parents])
        named = {name: values[quantity] for name, quantity in self.names.items()}
        return many_values(self.tree, {**self.functions, **named}, {} if known is None else known)

    def _one_by_one(self, args: Sequence[Any]) -> Any:
        """What a bare function gives: together only where all are numbers, and it bears that."""
        arrays = [arg.array for arg in args if isinstance(arg, Many)]
        if not arrays:
            return self.step.function(self.step.at, *args)
        rows = np.broadcast_shapes(*[array.shape[:LEADING] for array in arrays])
        if all(array.ndim == LEADING for array in arrays) and not any(map(np.ndim, args)):
            with suppress(*STOPPED):
                found = self.step.function(self.step.at, *[a.array if isinstance(a, Many) else a for a in args])
                if np.shape(found) == rows:
                    return Many(np.asarray(found))
        if rows[0] * rows[1] > _ONE_BY_ONE:
            raise TypeError("too many to be worked out one after the other")
        each = [arg.rows(rows) if isinstance(arg, Many) else repeat(arg) for arg in args]
        found = np.array([self.step.function(self.step.at, *row) for row in zip(*each, strict=False)], dtype=float)
        return Many(found.reshape(*rows, *found.shape[1:]))


@dataclass(frozen=True, slots=True)
class StepMistake:
    """One way to go wrong at one step."""

    made: SingleMistake
    equation: StepEquation

    @property
    def rank(self) -> int:
        """How natural it is: the less, the more."""
        return LISTED if isinstance(self.made, Variant) else RANK[self.made.kind]


def equation_of(step: Step, point: ValuesAt) -> StepEquation:
    """What a step does, wrong or right, as it can be done for many at once."""
    functions = functions_of(step.at)
    wrong = wrong_equation_of(step)
    if wrong:
        tree, inputs = wrong
        return StepEquation(step, tree, dict(zip(inputs, step.parents, strict=True)), functions)
    right = point.by_name.get(step.name, step)
    if step.function == getattr(right.rules, step.rule, None):  # other quantities in it, or of another place
        for way in ways_to_write(step):
            if not way.part and point.follows(step if step.parents == right.parents else right, way):
                return StepEquation(step, way.tree, _numbered(step.parents), functions)
    return StepEquation(step, None, {}, functions)


def mistakes_by_step(candidates: Iterable[SingleMistake], point: ValuesAt) -> dict[str, list[StepMistake]]:
    """By step the mistakes that change it alone, the most natural first."""
    found: dict[str, list[StepMistake]] = {}
    for made in candidates:
        if isinstance(made, Variant | OtherActivation):
            changes = made.changes_in(point.steps)
            if len(changes) != 1:
                continue
            ((name, step),) = changes.items()
            equation = _at_another(step, point) if isinstance(made, OtherActivation) else equation_of(step, point)
        elif made.place and not made.part:
            name, step = made.place, point.by_name[made.place]
            names = {**_numbered(step.parents), **({"?": made.other} if made.other else {})}
            equation = StepEquation(step, made.after, names, functions_of(step.at))
        else:
            continue
        found.setdefault(name, []).append(StepMistake(made, equation))
    return {name: sorted(several, key=lambda slip: slip.rank) for name, several in found.items()}


def _at_another(step: Step, point: ValuesAt) -> StepEquation:
    """A step with another activation: by its own text."""
    for way in ways_to_write(step):
        if not way.part:
            return StepEquation(step, way.tree, _numbered(step.parents), functions_of(step.at))
    return StepEquation(step, None, {}, functions_of(step.at))


def _numbered(parents: Sequence[str]) -> dict[str, str]:
    return {f"#{k}": parent for k, parent in enumerate(parents)}
