"""What every exercise must prove: it tells each mistake from the right answer, and from every other mistake."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import combinations

import numpy as np

from backprop_course.exercises import Case, Formula, Function, Givens, Values
from backprop_course.exercises.exercise import evaluate
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


class Answers:
    """The answers of every variant, with several draws of random numbers, so that nothing agrees by luck."""

    def __init__(self, exercise: Values | Formula | Function, draws: int = 4) -> None:
        self.exercise = exercise
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
            numbers = {name: rng.uniform(0.3, 1.5) * rng.choice([-1, 1]) for name in exercise.givens}
            drawn = replace(exercise, givens=Givens(numbers))
            right += [drawn.expected[name] for name in exercise.asked]
            for variant, predicted in zip(drawn.variants, drawn.predicted, strict=True):
                wrong[variant] += [predicted[name] for name in exercise.asked]
        return right, wrong

    def _of_formulas(self, exercise, rng, points=12):
        right, wrong = [], {variant: [] for variant in exercise.variants}
        with np.errstate(all="ignore"):
            for numbers in [exercise.draw(rng) for _ in range(points)]:
                values = exercise.values(numbers)
                right += [values[name] for name in exercise.asked]
                for variant in exercise.variants:
                    wrong[variant] += [mistaken_formula(exercise, variant, name)(values) for name in exercise.asked]
        return right, wrong

    def _of_cases(self, cases: list[Case]):
        right = [value for case in cases for value in case.results().values()]
        wrong = {}
        tables = [{variant: variant.changes for variant in variants(case.steps)} for case in cases]
        for variant in dict.fromkeys(variant for table in tables for variant in table):
            # A mistake that cannot be made with these shapes gives no answer, but an error in the student's code.
            with np.errstate(all="ignore"), suppress(ValueError):
                wrong[variant] = [
                    value
                    for case, table in zip(cases, tables, strict=True)
                    for value in case.results(table.get(variant, {})).values()
                ]
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
