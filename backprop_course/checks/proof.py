"""What an exercise must prove: each mistake's answers, carried out, are told from the right ones and from each other's.

`Answers` holds them as numbers, with several draws, so that nothing agrees by luck; `mistaken_function`,
`mistaken_formula` and `Mistaken` are what a student would hand in who makes that mistake and no other.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import singledispatch
from itertools import combinations
from typing import Any

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.exercises import Bug, Derivation, Exercise, Formula, Function, Functions, Options, Values
from backprop_course.exercises.kinds import evaluate
from backprop_course.exercises.numbers import drawn
from backprop_course.formula.parse import Expression
from backprop_course.misconceptions import Variant, changes_by_variant
from backprop_course.misconceptions.registry import Mistake

Listed = Sequence[Array]
"""Answers one after the other: all that is asked, once for each draw."""

Wrong = dict[Variant, list[Array]]
"""For each mistake the answers of a student who makes it and no other."""

_DRAWS = 4
_POINTS = 12
_FIRST = 12
_NO_ANSWER = 1e300
"""Stands where a mistake cannot be made with some shapes: a right answer is never that large."""


RELATIVE, FLOOR = 1e-7, 1e-13
"""How near answers are that are the same, relative and at all."""


def equal(a: Listed, b: Listed, relative: float = RELATIVE) -> bool:
    """Whether two lists of answers agree everywhere, shapes included."""
    return all(
        np.shape(x) == np.shape(y)
        and bool((np.abs(np.subtract(x, y)) <= relative * np.maximum(np.abs(x), np.abs(y)) + FLOOR).all())
        for x, y in zip(a, b, strict=True)
    )


def mistaken_formula(exercise: Formula, mistake: Mistake | None, name: str) -> Callable[[Mapping[str, Array]], Array]:
    """The formula of a student who makes this mistake in it, or none, and takes all that comes before as it is.

    Gives its value at a point: the value of every quantity by name.
    """
    steps = {**exercise.by_name, **(mistake.changes_in(exercise.steps) if mistake else {})}

    def value(point: Mapping[str, Array]) -> Array:
        with np.errstate(all="ignore"):
            base = {key: point[key] for key in point if key not in steps}
            return evaluate(name, steps, {**base, **{key: point[key] for key in exercise.at_hand[name]}})

    return value


class Mistaken(Expression):
    """A formula that has the values of a student who makes a mistake, or none."""

    def __init__(self, value: Callable[[Mapping[str, Array]], Array]) -> None:
        super().__init__(ast.Constant(0), "a mistaken formula")
        object.__setattr__(self, "value", value)


def mistaken_function(exercise: Function, mistake: Mistake | None) -> Callable[..., Any]:
    """The function of a student who makes this mistake, or none: it looks at its arguments, as any function does."""

    def function(*arguments: Any) -> Any:
        case = exercise.case(arguments)
        changes = mistake.changes_in(case.steps) if mistake else {}
        with np.errstate(all="ignore"):
            results = case.results(changes)
        if exercise.returns:  # a tuple, in which a dict holds what has no name of its own
            rest = {key: value for key, value in results.items() if key not in exercise.returns}
            return tuple(results.get(name, rest) for name in exercise.returns)
        return results.get("", results)

    deferred = next(iter(exercise.cases(np.random.default_rng(0)))).then is not None
    if deferred:  # what it returns is called with the last argument
        return lambda *arguments: lambda *then: function(*arguments, *then)
    return function


@singledispatch
def right_answers(exercise: Exercise) -> dict[str, object]:
    """What a notebook holds in which this exercise is right; of formulas only the values are known, and no text."""
    raise NotImplementedError(type(exercise))


@right_answers.register(Values)
def _right_values(exercise: Values) -> dict[str, object]:
    return {**exercise.givens, **exercise.expected}


@right_answers.register(Function)
@right_answers.register(Functions)
def _right_functions(exercise: Function | Functions) -> dict[str, object]:
    return {function.name: mistaken_function(function, None) for function in exercise.written}


@right_answers.register(Options)
def _right_options(exercise: Options) -> dict[str, object]:
    return {name: option.right for name, option in exercise.asked.items()}


@right_answers.register(Bug)
def _right_bug(exercise: Bug) -> dict[str, object]:
    return {exercise.line_name: exercise.line, exercise.mending.name: mistaken_function(exercise.mending, None)}


@right_answers.register(Derivation)
def _right_derivations(exercise: Derivation) -> dict[str, object]:
    return {name: list(goal.lines) for name, goal in exercise.goals.items()}


@singledispatch
def _carried_out(exercise: Exercise, rng: np.random.Generator, same_side: bool) -> tuple[list[Array], Wrong]:
    """The right answers, and those of every mistake."""
    raise NotImplementedError(type(exercise))


@_carried_out.register(Values)
def _values(exercise: Values, rng: np.random.Generator, same_side: bool) -> tuple[list[Array], Wrong]:
    right: list[Array] = []
    wrong: Wrong = {variant: [] for variant in exercise.variants}
    for _ in range(_DRAWS):
        other = drawn(exercise, rng, same_side)
        right += [other.expected[name] for name in exercise.asked]
        for variant, predicted in zip(other.variants, other.predicted, strict=True):
            wrong[variant] += [predicted[name] for name in exercise.asked]
    return right, wrong


@_carried_out.register(Formula)
def _formulas(exercise: Formula, rng: np.random.Generator, same_side: bool) -> tuple[list[Array], Wrong]:
    right: list[Array] = []
    wrong: Wrong = {variant: [] for variant in exercise.variants}
    with np.errstate(all="ignore"):
        for numbers in exercise.draws(rng, _POINTS):
            values = exercise.values(numbers)
            otherwise = exercise.values(numbers, exercise.otherwise)
            judged = {name: values[name] == otherwise[name] for name in exercise.asked}
            right += [values[name] if judged[name] else 0.0 for name in exercise.asked]
            for variant in exercise.variants:
                wrong[variant] += [
                    0.0
                    if not judged[name]
                    else values[name]
                    if exercise.made_from[name].isdisjoint(variant.changes)
                    else mistaken_formula(exercise, variant, name)(values)
                    for name in exercise.asked
                ]
    return right, wrong


@_carried_out.register(Function)
def _function(exercise: Function, rng: np.random.Generator, same_side: bool) -> tuple[list[Array], Wrong]:
    cases = list(exercise.cases(rng))
    right = [value for case in cases for value in case.results().values()]
    wrong: Wrong = {}
    tables = [changes_by_variant(case.steps) for case in cases]
    for variant in dict.fromkeys(variant for table in tables for variant in table):
        # A mistake that cannot be made with some shapes gives no answer there, but an error in the student's
        # code: it is judged by the cases before. Where these are none, there is nothing to judge.
        answers: list[Array] = []
        with np.errstate(all="ignore"), suppress(ValueError):
            for case, table in zip(cases, tables, strict=True):
                answers += case.results(table.get(variant, {})).values()
        if answers:
            wrong[variant] = answers + [_NO_ANSWER] * (len(right) - len(answers))
    return right, wrong


def applicable_anywhere(exercise: Values) -> list[Variant]:
    """The mistakes that change an answer for some numbers, on whatever side of a kink."""
    right, wrong = _carried_out(exercise, np.random.default_rng(0), False)
    return [variant for variant, answers in wrong.items() if not equal(answers, right)]


class Answers:
    """The answers of every mistake that can be made in an exercise of values, formulas or one function.

    right: the right answers. wrong: each mistake's. applicable: the mistakes that change an answer.
    equal_ids: pairs of different mistakes that no number could tell apart.
    same_side: whether drawn numbers stay on the published ones' side of every kink (a ReLU that is on stays on).
    """

    def __init__(self, exercise: Values | Formula | Function, same_side: bool = True) -> None:
        self.exercise = exercise
        self.right, self.wrong = _carried_out(exercise, np.random.default_rng(0), same_side)
        everything = _Table([self.right, *self.wrong.values()])
        as_good_as_right = set(everything.like(0))
        self.applicable = [variant for k, variant in enumerate(self.wrong, 1) if k not in as_good_as_right]
        table = _Table([self.wrong[variant] for variant in self.applicable])
        # Each stands for those whose answers are the same as its own.
        self._first: dict[Variant, int] = {}
        self._alike: dict[int, dict[str, None]] = {}
        for k, variant in enumerate(self.applicable):
            self._first[variant] = next((j for j in table.like(k) if j in self._alike), k)
            self._alike.setdefault(self._first[variant], {})[variant.misconception] = None
        self.equal_ids = {frozenset(pair) for ids in self._alike.values() for pair in combinations(ids, 2)}

    def place(self, variant: Variant) -> int:
        """A number that applicable mistakes share whose answers are the same."""
        return self._first[variant]

    def same_as(self, variant: Variant) -> frozenset[str]:
        """The mistakes that no number could tell from this way to go wrong, and itself."""
        return frozenset(self._alike[self._first[variant]])

    def changed_in(self, k: int) -> dict[Variant, frozenset[str]]:
        """The mistakes that change the k-th thing asked, each with those that no number could tell from it there."""
        drawn = slice(k, None, len(self.exercise.parts))
        everything = _Table([self.right[drawn], *(self.wrong[variant][drawn] for variant in self.applicable)])
        as_good_as_right = set(everything.like(0))
        changed = [variant for k, variant in enumerate(self.applicable, 1) if k not in as_good_as_right]
        table = _Table([self.wrong[variant][drawn] for variant in changed])
        return {
            variant: frozenset(changed[j].misconception for j in table.like(number))
            for number, variant in enumerate(changed)
        }


class _Table:
    """Lists of answers, of which each is compared with all others at once."""

    def __init__(self, rows: Sequence[Listed]) -> None:
        made = [_in_a_row(row) for row in rows]
        self._shapes, self._rows = [shapes for shapes, _ in made], [row for _, row in made]
        self._tables: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def like(self, k: int) -> list[int]:
        """The numbers of the lists that are equal to the k-th one, in order; its own among them."""
        size = self._rows[k].size
        if size not in self._tables:
            numbers = np.array([j for j, row in enumerate(self._rows) if row.size == size])
            self._tables[size] = numbers, np.array([self._rows[j] for j in numbers])
        numbers, table = self._tables[size]
        row, found = self._rows[k], np.arange(len(numbers))
        for part in (slice(_FIRST), slice(_FIRST, None)):  # the first few rule out almost all others
            with np.errstate(invalid="ignore"):
                bound = RELATIVE * np.maximum(np.abs(table[found, part]), np.abs(row[part])) + FLOOR
                near = (np.abs(table[found, part] - row[part]) <= bound).all(axis=1)
            found = found[near | (numbers[found] == k)]
        return [j for j in numbers[found].tolist() if self._shapes[j] == self._shapes[k]]


def _in_a_row(answers: Listed) -> tuple[list[tuple[int, ...]], np.ndarray]:
    """The shapes of answers, none where all are numbers, and all their entries."""
    try:
        row = np.array(answers, dtype=float)
    except ValueError:  # arrays of several shapes
        row = np.empty((0, 0))
    if row.ndim == 1:
        return [], row
    return [np.shape(one) for one in answers], np.concatenate([np.ravel(one) for one in answers]).astype(float)
