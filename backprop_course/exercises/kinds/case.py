"""One call of a student's function, and how its right result is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.exercises.kinds.quantities import evaluate, sources_of
from backprop_course.misconceptions import Steps


@dataclass(frozen=True)
class Case:
    """One call of a student's function, and how its right result is made.

    arguments: what the function is called with, by parameter. values: what the steps start from.
    asked: for each key of the result the quantity that belongs there; {"": quantity} for a result that
    is no dict. smaller(): the same case with one argument made simpler, for each way to do so.
    shown: how to write an argument that is not a number, an array or a dict of these.
    then: arguments for the function that the student's function returns, where it is to return one.
    otherwise: steps by another choice that a student may make as well (the slope at a kink).
    """

    arguments: dict[str, object]
    values: Mapping[str, Array]
    steps: Steps
    asked: Mapping[str, str]
    smaller: Callable[[], Iterable[Case]] = field(default=tuple, repr=False)
    shown: Mapping[str, str] = field(default_factory=dict)
    then: tuple[object, ...] | None = None
    otherwise: Mapping[str, Step] = field(default_factory=dict, repr=False)

    @cached_property
    def by_name(self) -> dict[str, Step]:
        """The steps by the quantity that they make."""
        return {step.name: step for step in self.steps}

    def in_floats(self) -> Case | None:
        """The same call with its arrays of whole numbers as arrays of floats; None where there are none."""
        if not _whole_arrays(self.arguments):
            return None
        return replace(self, arguments={name: _float(value) for name, value in self.arguments.items()})

    @cached_property
    def mistaken(self) -> dict[object, dict[str, Array]]:
        """Results with mistakes, as far as they have been worked out: many students are explained on the same case."""
        return {}

    @cached_property
    def right_otherwise(self) -> dict[str, Array] | None:
        """The right result by the other choice; None where there is none."""
        return self.results(self.otherwise) if self.otherwise else None

    @cached_property
    def _right(self) -> dict[str, Array]:
        return self._asked(self.by_name, self._found)

    @cached_property
    def _found(self) -> dict[str, Array]:
        """What the right results are made of, once they have been worked out."""
        return {}

    def results(self, changes: Mapping[str, Step] | None = None) -> dict[str, Array]:
        """The right result by key, computed once; with a mistake's changes, a mistaken student's."""
        if changes is None:
            return self._right
        # What no changed step leads to is what it is: most mistakes are made late, at one place.
        made_from = sources_of(self.steps) if self._found else {}
        found = {name: value for name, value in self._found.items() if made_from[name].isdisjoint(changes)}
        return self._asked({**self.by_name, **changes} if changes else self.by_name, found)

    def _asked(self, steps: Mapping[str, Step], found: dict[str, Array]) -> dict[str, Array]:
        return {
            key: found[name] if name in found else evaluate(name, steps, self.values, found)
            for key, name in self.asked.items()
        }


def _whole_arrays(value: object) -> bool:
    """Whether there is an array of whole numbers in it."""
    if isinstance(value, Mapping):
        return any(_whole_arrays(entry) for entry in value.values())
    return isinstance(value, np.ndarray) and value.dtype.kind == "i"


def _float(value: object) -> object:
    if isinstance(value, dict):
        return {key: _float(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return value.astype(float)
    return value
