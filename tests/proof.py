"""What every exercise must prove: it tells each mistake from the right answer, and from every other mistake."""

from __future__ import annotations

import ast
from contextlib import suppress
from itertools import combinations

import numpy as np

from backprop_course.exercises import Case, Formula, Function, Functions, Options, Values
from backprop_course.exercises.kinds import evaluate
from backprop_course.exercises.numbers import drawn
from backprop_course.formula.parse import Expression
from backprop_course.misconceptions import variants


def equal(a, b, relative=1e-7):
    """Whether two lists of answers agree everywhere, shapes included."""
    return all(
        np.shape(x) == np.shape(y)
        and bool((np.abs(np.subtract(x, y)) <= relative * np.maximum(np.abs(x), np.abs(y)) + 1e-13).all())
        for x, y in zip(a, b, strict=True)
    )


def mistaken_formula(exercise: Formula, variant, name):
    """The formula of a student who makes this mistake in it, and takes all that comes before as it is."""
    steps = {**exercise.by_name, **variant.changes}

    def value(point):
        with np.errstate(all="ignore"):
            base = {key: point[key] for key in point if key not in steps}
            return evaluate(name, steps, {**base, **{key: point[key] for key in exercise.at_hand[name]}})

    return value


class Mistaken(Expression):
    """A formula that has the values of a student who makes a mistake."""

    def __init__(self, value):
        super().__init__(ast.Constant(0), "a mistaken formula")
        object.__setattr__(self, "value", value)


def mistaken_function(exercise: Function, variant):
    """The function of a student who makes this mistake: it looks at its arguments, as any function does."""

    def function(*arguments):
        case = exercise.case(arguments)
        changes = {v: v.changes for v in variants(case.steps)}.get(variant, {}) if variant else {}
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


def right_answers(exercise):
    """What a notebook holds in which this exercise is right; for formulas, texts that stand for nothing."""
    if isinstance(exercise, Values):
        return {**exercise.givens, **exercise.expected}
    if isinstance(exercise, Function):
        return {exercise.name: mistaken_function(exercise, None)}
    if isinstance(exercise, Functions):
        return {function.name: mistaken_function(function, None) for function in exercise.functions}
    if isinstance(exercise, Options):
        return {name: option.right for name, option in exercise.asked.items()}
    return dict.fromkeys(exercise.asked, "1 + exp(0)")


NO_ANSWER = 1e300


class Answers:
    """The answers of every variant, with several draws of random numbers, so that nothing agrees by luck."""

    def __init__(self, exercise: Values | Formula | Function, draws: int = 4, same_side: bool = True) -> None:
        self.exercise = exercise
        self.same_side = same_side
        rng = np.random.default_rng(0)
        if isinstance(exercise, Values):
            self.right, self.wrong = self._of_values(exercise, rng, draws)
        elif isinstance(exercise, Formula):
            self.right, self.wrong = self._of_formulas(exercise, rng)
        else:
            self.right, self.wrong = self._of_cases(list(exercise.cases(rng)))
        self.applicable = [variant for variant, answers in self.wrong.items() if not equal(answers, self.right)]
        self.equal_ids = {
            frozenset({a.misconception, b.misconception})
            for a, b in combinations(self.applicable, 2)
            if a.misconception != b.misconception and equal(self.wrong[a], self.wrong[b])
        }

    def _of_values(self, exercise, rng, draws):
        right, wrong = [], {variant: [] for variant in exercise.variants}
        for _ in range(draws):
            other = drawn(exercise, rng, self.same_side)
            right += [other.expected[name] for name in exercise.asked]
            for variant, predicted in zip(other.variants, other.predicted, strict=True):
                wrong[variant] += [predicted[name] for name in exercise.asked]
        return right, wrong

    def _of_formulas(self, exercise, rng, points=12):
        right, wrong = [], {variant: [] for variant in exercise.variants}
        with np.errstate(all="ignore"):
            for numbers in exercise.draws(rng, points):
                values = exercise.values(numbers)
                otherwise = exercise.values(numbers, exercise.otherwise)
                judged = {name: values[name] == otherwise[name] for name in exercise.asked}
                right += [values[name] if judged[name] else 0.0 for name in exercise.asked]
                for variant in exercise.variants:
                    wrong[variant] += [
                        mistaken_formula(exercise, variant, name)(values) if judged[name] else 0.0
                        for name in exercise.asked
                    ]
        return right, wrong

    def _of_cases(self, cases: list[Case]):
        right = [value for case in cases for value in case.results().values()]
        wrong = {}
        tables = [{variant: variant.changes for variant in variants(case.steps)} for case in cases]
        for variant in dict.fromkeys(variant for table in tables for variant in table):
            # A mistake that cannot be made with some shapes gives no answer there, but an error in the student's
            # code: it is judged by the cases before. Where these are none, there is nothing to judge.
            answers = []
            with np.errstate(all="ignore"), suppress(ValueError):
                for case, table in zip(cases, tables, strict=True):
                    answers += case.results(table.get(variant, {})).values()
            if answers:
                wrong[variant] = answers + [NO_ANSWER] * (len(right) - len(answers))
        return right, wrong

    def same_in(self, id: str, k: int) -> set[str]:
        """The mistakes that no number could tell from this one in the k-th thing asked, and itself."""
        drawn = slice(k, None, len(self.exercise.asked))
        wrong = {variant: answers[drawn] for variant, answers in self.wrong.items()}
        mine = [answers for variant, answers in wrong.items() if variant.misconception == id]
        return {id} | {v.misconception for v, answers in wrong.items() if any(equal(answers, one) for one in mine)}

    def same_as(self, id: str) -> set[str]:
        """The mistakes that no number could tell from this one in some variant, and itself."""
        return {id}.union(*(ids for ids in self.equal_ids if id in ids))
