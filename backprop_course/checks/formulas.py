"""Judges exercises of kind *formula*: at random points, against the network's own values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from backprop_course.checks.expressions import Expression, read_expression
from backprop_course.checks.reading import Unreadable
from backprop_course.checks.verdict import Part, Verdict
from backprop_course.exercises import Formula
from backprop_course.exercises.exercise import evaluate
from backprop_course.misconceptions import MISCONCEPTIONS, Variant

POINTS = 12
"""At how many random points a formula is compared, at least."""
_RELATIVE = 1e-7


def judge_formula(exercise: Formula, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
    """The verdict on the formulas of a notebook."""
    return _Judge(exercise, namespace, rng).verdict()


class _Judge:
    def __init__(self, exercise: Formula, namespace: Mapping[str, object], rng: np.random.Generator) -> None:
        self.exercise = exercise
        self.namespace = namespace
        with np.errstate(all="ignore"):
            self.draws = exercise.draws(rng, POINTS)
            self.points = [exercise.values(numbers) for numbers in self.draws]
            self.others = [exercise.values(numbers, exercise.otherwise) for numbers in self.draws]

    def verdict(self) -> Verdict:
        parts = tuple(self._part(name) for name in self.exercise.asked)
        points = float(sum(part.status == "right" for part in parts))
        return Verdict(self.exercise.id, parts, points, self.exercise.points)

    def _part(self, name: str) -> Part:
        answer = self.namespace.get(name)
        if answer is None or answer is Ellipsis:
            return Part(name, "missing", None, "no answer yet.")
        at_hand = self.exercise.at_hand[name]
        later = set(self.exercise.asked) - set(at_hand)
        expression = read_expression(answer, at_hand, later)
        if isinstance(expression, Unreadable):
            return Part(name, "invalid", None, expression.message)
        return self._judged(name, expression, typed=type(answer) is str)

    def _judged(self, name: str, expression: Expression, typed: bool) -> Part:
        where = [k for k, point in enumerate(self.points) if _close(point[name], self.others[k][name])]
        answers = {k: expression.value(self.points[k]) for k in where}
        failing = [k for k in where if not _close(answers[k], self.points[k][name])]
        if not failing:
            form = self.exercise.form(name, expression.tree)
            return Part(name, "wrong" if form else "right", None, form, expression.text)
        worst = max(failing, key=lambda k: _distance(answers[k], self.points[k][name]))
        facts = [self._counterexample(name, expression, worst, answers[worst])]
        if not typed:
            facts.insert(0, "A number is the same everywhere; type the formula as text, between quotes.")
        variant = self._diagnosed(name, answers)
        if variant:
            mistake = MISCONCEPTIONS[variant.misconception]
            facts = [f"{mistake.name}.", mistake.hint, *facts]
            return Part(name, "wrong", mistake.id, "\n".join(facts), expression.text)
        return Part(name, "wrong", None, "\n".join(["not right.", *facts]), expression.text)

    def _counterexample(self, name: str, expression: Expression, k: int, answer: float) -> str:
        """One point at which the formula fails, in numbers."""
        point = self.points[k]
        names = expression.names or [n for n in self.exercise.at_hand[name] if n in self.draws[k]]
        shown = ", ".join(f"{n} = {float(point[n]):.4g}" for n in names if n in point)
        return f"At {shown} it gives {answer + 0.0:.4g}; {name} is {float(point[name]) + 0.0:.4g} there."

    def _diagnosed(self, name: str, answers: Mapping[int, float]) -> Variant | None:
        """The mistake that gives the same values: at this quantity alone, or carried on from before."""
        exercise = self.exercise
        for carried in (False, True):
            for variant in exercise.variants:
                if all(_close(answers[k], self._mistaken(name, variant, k, carried)) for k in answers) and answers:
                    return variant
        return None

    def _mistaken(self, name: str, variant: Variant, k: int, carried: bool) -> Any:
        steps = {**self.exercise.by_name, **variant.changes}
        known = self.draws[k] if carried else {n: self.points[k][n] for n in self.exercise.at_hand[name]}
        try:
            with np.errstate(all="ignore"):
                return evaluate(name, steps, {**self.draws[k], **known})
        except (KeyError, ValueError):
            return np.nan


def _distance(a: Any, b: Any) -> float:
    """How far apart two numbers are for a reader, from 0 to 1."""
    a, b = float(a), float(b)
    return abs(a - b) / (abs(a) + abs(b)) if np.isfinite(a) and np.isfinite(b) else 0.5


def _close(a: Any, b: Any) -> bool:
    a, b = float(a), float(b)
    return bool(np.isfinite(a) and np.isfinite(b) and abs(a - b) <= _RELATIVE * max(abs(a), abs(b), 1e-3))
