"""What an exercise is: what is asked, from which numbers, by which steps, and what it is worth."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any, TypeVar

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.misconceptions import Steps, Variant, variants

T = TypeVar("T")


class Givens(dict[str, float]):
    """An exercise's numbers by name; shown as a table in a notebook."""

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in self)
        return f"<table><tr>{head}</tr><tr>{''.join(f'<td>{value:g}</td>' for value in self.values())}</tr></table>"


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


class _Quantities:
    """What exercises on named quantities have in common."""

    asked: tuple[str, ...]
    steps: Steps

    @property
    def parts(self) -> tuple[str, ...]:
        """What is judged, a point each."""
        return self.asked

    @property
    def points(self) -> float:
        """What it is worth."""
        return float(len(self.asked))

    @cached_property
    def by_name(self) -> dict[str, Step]:
        """The steps by the quantity that they make."""
        return {step.name: step for step in self.steps}

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """Every way to go wrong in these steps."""
        return variants(self.steps)


@dataclass(frozen=True)
class Values(_Quantities):
    """An exercise of kind *values*: named numbers, computed from given numbers.

    id: the exercise's name. asked: the quantities, in the order in which they are judged; one point each.
    givens: the numbers to start from. steps: how every quantity is made. earlier: quantities of earlier
    exercises, whose answers are taken as the student has them. after: an exercise from whose answers these
    steps go on; mistakes in those are judged there.
    """

    id: str
    asked: tuple[str, ...]
    givens: Givens
    steps: Steps
    earlier: tuple[str, ...] = ()
    after: Values | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of a notebook that judging needs."""
        return (*self.asked, *self.earlier, *self.givens)

    @cached_property
    def start(self) -> dict[str, float]:
        """What the steps start from: the givens, and the right answers of the exercise before."""
        return {**self.givens, **(replace(self.after, givens=self.givens).expected if self.after else {})}

    @cached_property
    def expected(self) -> dict[str, float]:
        """The right value of every quantity."""
        return self.predict(self.by_name)

    @cached_property
    def predicted(self) -> tuple[dict[str, float], ...]:
        """For each variant the answers of a student who makes that mistake and no other, from the givens on."""
        return tuple(self.predict({**self.by_name, **variant.changes}) for variant in self.variants)

    def predict(self, steps: Mapping[str, Step]) -> dict[str, float]:
        """The values of all that is asked here and before, by these steps from the start."""
        found: dict[str, Array] = dict(self.start)
        return {
            name: float(found[name] if name in found else evaluate(name, steps, self.start, found))
            for name in (*self.earlier, *self.asked)
        }


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

    def results(self, changes: Mapping[str, Step] = {}) -> dict[str, Array]:
        """The right result by key; with a mistake's changes, a mistaken student's."""
        steps = {**self.by_name, **changes} if changes else self.by_name
        found: dict[str, Array] = {}
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


@dataclass(frozen=True)
class Function:
    """An exercise of kind *function*: the student writes it, and it is called on cases drawn anew.

    id: the exercise's name. name: the function's. cases(rng): calls to judge it by, the smallest first.
    case(arguments): the case of these arguments, in the order of the parameters.
    keys: the keys of the dict that it returns, a point each; none for another result, worth `worth`.
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
    worth: float = 2.0
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
        return (float(len(self.keys)) if self.keys else self.worth) + bool(self.looped)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of a notebook that judging needs."""
        return (self.name,)


@dataclass(frozen=True)
class Functions:
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
    def names(self) -> tuple[str, ...]:
        """The names of a notebook that judging needs."""
        return tuple(function.name for function in self.functions)


@dataclass(frozen=True)
class Formula(_Quantities):
    """An exercise of kind *formula*: right-hand sides, typed as text, in names of other quantities.

    id: the exercise's name. asked: what is asked, a point each. steps: how every quantity is made.
    draw(rng): random numbers to start from. at_hand: for each thing asked the names that may stand in it.
    form(asked, tree): what is wrong with the form of an answer that has the right value; "" where nothing.
    otherwise: steps by another choice that is as right (the slope at a kink); points where it matters to
    a quantity do not count for it.
    regime(values): tells apart the kinds of points (a unit is on or off); there are points of every kind.
    """

    id: str
    asked: tuple[str, ...]
    steps: Steps
    draw: Callable[[np.random.Generator], dict[str, Array]]
    at_hand: Mapping[str, tuple[str, ...]]
    form: Callable[[str, ast.expr], str] = field(default=lambda asked, tree: "", repr=False)
    otherwise: Mapping[str, Step] = field(default_factory=dict, repr=False)
    regime: Callable[[Mapping[str, Array]], Hashable] | None = field(default=None, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of a notebook that judging needs."""
        return self.asked

    def draws(self, rng: np.random.Generator, count: int) -> list[dict[str, Array]]:
        """Numbers for so many points, at least one of every regime that is not very rare."""
        if self.regime is None:
            return [self.draw(rng) for _ in range(count)]
        regime = self.regime
        return spread((self.draw(rng) for _ in range(8 * count)), lambda drawn: regime(self.values(drawn)), count)

    def values(self, numbers: Mapping[str, Array], changes: Mapping[str, Step] = {}) -> dict[str, Array]:
        """Every quantity from these numbers; with a mistake's changes, a mistaken student's."""
        steps = {**self.by_name, **changes} if changes else self.by_name
        found: dict[str, Array] = {}
        for name in steps:
            if name not in found:
                evaluate(name, steps, numbers, found)
        return {**numbers, **found}


@dataclass(frozen=True)
class Option:
    """One thing asked in an exercise of kind *shape* or *choice*.

    right: a tuple of sizes, or the right one of `options`. reasons: for each answer that a student may
    well give the mistake behind it (an id, or None) and why it is wrong, in a sentence or two.
    """

    right: tuple[int, ...] | str
    options: tuple[str, ...] = ()
    reasons: Mapping[tuple[int, ...] | str, tuple[str | None, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Options:
    """An exercise of kind *shape* or *choice*: a tuple of sizes, or one of the named options."""

    id: str
    asked: Mapping[str, Option]

    @property
    def parts(self) -> tuple[str, ...]:
        """What is judged, a point each."""
        return tuple(self.asked)

    @property
    def points(self) -> float:
        """What it is worth."""
        return float(len(self.asked))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of a notebook that judging needs."""
        return tuple(self.asked)


Exercise = Values | Function | Functions | Formula | Options


def functions_of(exercise: Exercise) -> tuple[Function, ...]:
    """The functions that an exercise asks for."""
    if isinstance(exercise, Functions):
        return exercise.functions
    return (exercise,) if isinstance(exercise, Function) else ()


def in_order(exercises: Iterable[Exercise]) -> tuple[Exercise, ...]:
    """A notebook's exercises, each function with those before it, which it may use."""
    earlier: tuple[Function, ...] = ()
    ordered: list[Exercise] = []
    for exercise in exercises:
        found: tuple[Function, ...] = ()
        for function in functions_of(exercise):
            found = (*found, replace(function, earlier=earlier))
            earlier = (*earlier, found[-1])
        if isinstance(exercise, Functions):
            ordered.append(replace(exercise, functions=found))
        else:
            ordered.append(found[0] if found else exercise)
    return tuple(ordered)


def names_judged(exercise: Exercise) -> tuple[str, ...]:
    """The names of a notebook that judging may look at: those asked for, and those of functions before them."""
    earlier = {helper.name for function in functions_of(exercise) for helper in function.earlier}
    return (*exercise.names, *sorted(earlier - set(exercise.names)))
