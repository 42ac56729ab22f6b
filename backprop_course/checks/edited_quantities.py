"""How a mistake that nobody listed is made in numbers and formulas, and how what is told of it is carried out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from backprop_course.checks.comparing import FUNCTION_TOLERANCE, VALUE_TOLERANCE, close_numbers
from backprop_course.checks.edited import (
    Both,
    Edited,
    Likeness,
    MistakenAnswer,
    Single,
    alike,
    as_bytes,
    edited,
    gives,
    single_edits,
)
from backprop_course.checks.formulas import FormulaJudge
from backprop_course.checks.judging import judge_of
from backprop_course.checks.proof import Mistaken, mistaken_formula
from backprop_course.checks.verdict import Part
from backprop_course.core.functions import Array
from backprop_course.exercises import Formula, Values
from backprop_course.exercises.kinds import evaluate
from backprop_course.exercises.kinds.quantities import sources_of
from backprop_course.exercises.numbers import drawn
from backprop_course.misconceptions.points import STOPPED, ValuesAt, real

_DRAWS = 3
_POINTS = 12


@edited.register(Values)
def _of_values(exercise: Values) -> tuple[Edited, ...]:
    return (EditedValues(exercise),)


@edited.register(Formula)
def _of_formulas(exercise: Formula) -> tuple[Edited, ...]:
    return (EditedFormulas(exercise),)


class EditedValues(Edited):
    """Numbers: a mistake is made once, with the exercise's numbers, and carried on to all that is asked."""

    def __init__(self, exercise: Values) -> None:
        self.exercise = exercise
        self._others = [drawn(exercise, rng) for rng in [np.random.default_rng(0)] for _ in range(_DRAWS)]

    def singles(self) -> list[tuple[Single, str]]:
        """Those in the equations of what is asked, not in those of earlier exercises."""
        made_from = sources_of(self.exercise.steps, tuple(self.exercise.start))
        before = frozenset().union(*(made_from[name] for name in self.exercise.earlier))
        here = frozenset().union(*(made_from[name] for name in self.exercise.asked)) - before
        about = [step.name for step in self.exercise.steps if step.name in here]
        return [(made, "") for made in single_edits(ValuesAt(self.exercise.steps, self.exercise.start), about)]

    def fingerprint(self, answer: MistakenAnswer) -> tuple[bytes, bytes] | None:
        """All that is asked."""
        answers = _answers(self.exercise, answer.made)
        if answers is None:
            return None
        others = [(_answers(other, answer.made) or {}).values() for other in self._others]
        return as_bytes(answers.values()), as_bytes(np.array(list(other)) for other in others)

    def shows(self, answer: MistakenAnswer) -> bool:
        """Beyond the digits that are asked."""
        answers, right = _answers(self.exercise, answer.made) or {}, self.exercise.expected
        return any(not close_numbers(answers[name], right[name], 1.01 * VALUE_TOLERANCE) for name in answers)

    def shows_elsewhere(self, answer: MistakenAnswer) -> bool:
        """At numbers on the same side of every kink."""
        for other in self._others:
            answers = _answers(other, answer.made)
            if answers is not None and not all(alike(answers[name], other.expected[name]) for name in answers):
                return True
        return False

    def judged(self, answer: MistakenAnswer) -> tuple[Part, ...]:
        """As if the notebook held these numbers."""
        answers = _answers(self.exercise, answer.made) or {}
        namespace = {**self.exercise.givens, **answers}
        return judge_of(self.exercise)(self.exercise, namespace, np.random.default_rng(0)).parts

    def likeness(self, answer: MistakenAnswer, told: Part) -> Likeness:
        """Made of a student's own numbers, of right ones, or carried on from the start."""
        here = self._ways(self.exercise, answer.made, told)
        if not any(here):
            return Likeness.NOWHERE
        for other in self._others:
            if _answers(other, answer.made) is not None:
                here = [a and b for a, b in zip(here, self._ways(other, answer.made, told), strict=True)]
        return Likeness.EVERYWHERE if any(here) else Likeness.HERE

    @staticmethod
    def _ways(exercise: Values, made: Single | Both, told: Part) -> list[bool]:
        """Whether what is told gives an answer: from each of the numbers that it may have been made of."""
        answers, name = _answers(exercise, made) or {}, told.name
        own = {other: answer for other, answer in answers.items() if other != name}
        exact = {other: answer for other, answer in exercise.expected.items() if other != name}
        parents = exercise.by_name[name].parents
        again = {other: answer for other, answer in exact.items() if other not in parents}
        points = [_point(exercise, known) for known in (own, exact, again, {})]
        return [point is not None and bool(gives(answers[name], point, name, told.because)) for point in points]


def _point(exercise: Values, known: Mapping[str, float]) -> ValuesAt | None:
    try:
        return ValuesAt(exercise.steps, exercise.start, known)
    except STOPPED:
        return None


def _answers(exercise: Values, made: Single | Both) -> dict[str, float] | None:
    """All that is asked, of a student who makes a mistake and carries it on; None where one of them is no number."""
    steps, found = {**exercise.by_name, **made.changes_in(exercise.steps)}, dict[str, Array](exercise.start)
    answers = {}
    for name in (*exercise.earlier, *exercise.asked):
        try:
            with np.errstate(all="ignore"):
                value = real(found[name] if name in found else evaluate(name, steps, exercise.start, found))
        except STOPPED:
            return None
        if np.ndim(value) or not np.isfinite(value):
            return None
        answers[name] = float(value)
    return answers


class EditedFormulas(Edited):
    """Formulas: a mistake is made in one of them, which takes all that comes before as it is."""

    def __init__(self, exercise: Formula) -> None:
        self.exercise = exercise
        self._judge = FormulaJudge(exercise, {}, np.random.default_rng(0))
        with np.errstate(all="ignore"):
            self._fresh = exercise.draws(np.random.default_rng(1), _POINTS)

    def singles(self) -> list[tuple[Single, str]]:
        """Those in the equations behind each formula, back to the names that may stand in it."""
        numbers, found = self._judge.draws[0], list[tuple[Single, str]]()
        for name in self.exercise.asked:
            values = self.exercise.values(numbers)
            point = ValuesAt(
                self.exercise.steps, numbers, {other: values[other] for other in self.exercise.at_hand[name]}
            )
            found += [(made, name) for made in single_edits(point, point.ancestors(name))]
        return found

    def fingerprint(self, answer: MistakenAnswer) -> tuple[bytes, bytes] | None:
        """The formula's values where it counts."""
        here, fresh = (
            [self._given(answer, point) for point in self._points(answer, draws)]
            for draws in (self._judge.draws, self._fresh)
        )
        if any(value is None for value in here):
            return None
        part = answer.part.encode()
        return part + as_bytes(here), part + as_bytes(np.nan if value is None else value for value in fresh)

    def shows(self, answer: MistakenAnswer) -> bool:
        """At the points of the check."""
        return self._off(answer, self._judge.draws)

    def shows_elsewhere(self, answer: MistakenAnswer) -> bool:
        """At points drawn anew."""
        return self._off(answer, self._fresh)

    def judged(self, answer: MistakenAnswer) -> tuple[Part, ...]:
        """The formula by itself."""
        formula = mistaken_formula(self.exercise, answer.made, answer.part)

        def value(point: Mapping[str, Array]) -> Array:
            try:
                return formula(point)
            except ArithmeticError:  # divided by 0 where the check does not look
                return float("nan")

        return (self._judge.alone(answer.part, Mistaken(value)),)

    def likeness(self, answer: MistakenAnswer, told: Part) -> Likeness:
        """Made in this formula, or carried on from before it."""
        here = self._ways(answer, told, self._judge.draws)
        both = [a and b for a, b in zip(here, self._ways(answer, told, self._fresh), strict=True)]
        return Likeness.EVERYWHERE if any(both) else Likeness.HERE if any(here) else Likeness.NOWHERE

    def _off(self, answer: MistakenAnswer, draws: Sequence[Mapping[str, Array]]) -> bool:
        points = list(self._points(answer, draws))
        pairs = [(point.values[answer.part], self._given(answer, point)) for point in points]
        return any(given is not None and not alike(given, right, FUNCTION_TOLERANCE) for right, given in pairs)

    def _given(self, answer: MistakenAnswer, point: ValuesAt) -> Array | None:
        try:
            value = real(mistaken_formula(self.exercise, answer.made, answer.part)(point.values))
        except STOPPED:
            return None
        return None if np.ndim(value) or not np.isfinite(value) else float(value)

    def _ways(self, answer: MistakenAnswer, told: Part, draws: Sequence[Mapping[str, Array]]) -> list[bool]:
        ways = []
        for carried in (False, True):
            points = list(self._points(answer, draws, carried))
            given = [(point, self._given(answer, point)) for point in points]
            same = [gives(value, point, answer.part, told.because) for point, value in given if value is not None]
            ways.append(bool(same) and all(same))  # a None is False
        return ways

    def _points(
        self, answer: MistakenAnswer, draws: Sequence[Mapping[str, Array]], carried: bool = True
    ) -> Iterator[ValuesAt]:
        """Where the formula counts: not where another choice at a kink gives something else."""
        name = answer.part
        with np.errstate(all="ignore"):
            for numbers in draws:
                values = self.exercise.values(numbers)
                if values[name] == self.exercise.values(numbers, self.exercise.otherwise)[name]:
                    fixed = {} if carried else {other: values[other] for other in self.exercise.at_hand[name]}
                    yield ValuesAt(self.exercise.steps, numbers, fixed)
