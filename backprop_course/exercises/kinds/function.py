"""The kind *function*: a student writes one or several, and they are called on cases drawn anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.exercises.kinds.case import Case
from backprop_course.exercises.kinds.kind import Exercise

_ALONE = 2.0
"""The points of a function that returns no dict."""


@dataclass(frozen=True)
class Function(Exercise):
    """An exercise of kind *function*: the student writes it, and it is called on cases drawn anew.

    id: the exercise's name. name: the function's. cases(rng): calls to judge it by, the smallest first.
    case(arguments): the case of these arguments, in the order of the parameters.
    keys: the keys of the dict that it returns, a point each; none for another result. worth: its points, where they
    are others.
    returns: names for what it returns, where that is a tuple: a dict in it gives its own keys.
    silent: whether a warning is a mistake. looped: what a student may not loop over, in words, where so
    (a point of its own). growing(rng): for that cases that differ in its size alone, the smallest first.
    verify(case, key): a number about the right result that the student can compute alone, in a sentence.
    accepts(answer, value): whether a result is right; by default to a relative 1e-6.
    readings: other definitions that are as right, each as a function from a case to the case by it; all calls
    must follow the same one.
    earlier: the functions of the same notebook's earlier exercises, which a student may use.
    """

    id: str
    name: str
    cases: Callable[[np.random.Generator], Iterable[Case]]
    case: Callable[[tuple[Any, ...]], Case]
    keys: tuple[str, ...] = ()
    worth: float | None = None
    returns: tuple[str, ...] = ()
    silent: bool = False
    looped: str = ""
    growing: Callable[[np.random.Generator], Iterable[Case]] = field(default=lambda rng: (), repr=False)
    verify: Callable[[Case, str], str] = field(default=lambda case, key: "", repr=False)
    accepts: Callable[[np.ndarray, Array], bool] | None = field(default=None, repr=False)
    readings: tuple[Callable[[Case], Case], ...] = field(default=(), repr=False)
    earlier: tuple[Function, ...] = field(default=(), repr=False)

    @property
    def parts(self) -> tuple[str, ...]:
        """What is judged."""
        return (*(self.keys or (self.name,)), *((f"no loop over {self.looped}",) if self.looped else ()))

    @property
    def points(self) -> float:
        """What it is worth."""
        each = float(len(self.keys)) or _ALONE
        return (each if self.worth is None else self.worth) + bool(self.looped)

    @property
    def answered(self) -> tuple[str, ...]:
        """The names that an answer gives something."""
        return (self.name,)

    @cached_property
    def explained_on(self) -> tuple[Case, ...]:
        """The cases on which a wrong function is explained: always these, so that one answer always hears the same."""
        return tuple(self.cases(np.random.default_rng(crc32(self.id.encode()))))

    @property
    def written(self) -> tuple[Function, ...]:
        """The function that a student writes: itself."""
        return (self,)

    def using(self, earlier: tuple[Function, ...]) -> Function:
        """The same exercise where a student may use these functions of earlier ones."""
        return replace(self, earlier=earlier)


@dataclass(frozen=True)
class Functions(Exercise):
    """An exercise of several functions, each judged by itself."""

    id: str
    functions: tuple[Function, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """What is judged."""
        return tuple(part for function in self.functions for part in function.parts)

    @property
    def points(self) -> float:
        """What it is worth."""
        return sum(function.points for function in self.functions)

    @property
    def answered(self) -> tuple[str, ...]:
        """The names that an answer gives something."""
        return tuple(function.name for function in self.functions)

    @property
    def written(self) -> tuple[Function, ...]:
        """The functions that a student writes."""
        return self.functions

    def using(self, earlier: tuple[Function, ...]) -> Functions:
        """The same exercise where each function may use those of earlier exercises, and those before it in this."""
        count = len(earlier)
        for function in self.functions:
            earlier = (*earlier, function.using(earlier))
        return replace(self, functions=earlier[count:])
