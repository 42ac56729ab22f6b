"""Judges exercises of kind *values*: quantity by quantity, with follow-through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from backprop_course.calling.reading import Unreadable, read_number
from backprop_course.checks import spotting
from backprop_course.checks.anothers import OtherNumbers, right_elsewhere
from backprop_course.checks.comparing import close_numbers
from backprop_course.checks.judging import verdict_on
from backprop_course.checks.predictions import made_from
from backprop_course.checks.remembering import remembered
from backprop_course.checks.verdict import Part, Verdict, and_, in_turn
from backprop_course.checks.wrong_numbers import WrongNumbers
from backprop_course.checks.zeros import worked_out
from backprop_course.exercises import Values


@verdict_on.register(Values)
@remembered
def judge_values(exercise: Values, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
    """The verdict on the numbers of a notebook."""
    return _Judge(exercise, namespace).verdict()


def _is_zero(answer: float) -> bool:
    return close_numbers(answer, 0.0)


def _follows(name: str, carried: Sequence[str]) -> Part:
    return Part(name, "follows", None, f"right for your {', '.join(carried)}.")


class _Judge:
    def __init__(self, exercise: Values, namespace: Mapping[str, object]) -> None:
        self.exercise = exercise
        self.namespace = namespace
        self.answers: dict[str, float] = {}
        self.wrong: set[str] = set()
        self.carried: dict[str, list[str]] = {}
        """For what is right for the student's own wrong answers, these answers."""

    def verdict(self) -> Verdict:
        for name in self.exercise.earlier:
            answer = self._read(name)
            if isinstance(answer, float):
                self.answers[name] = answer
                if not close_numbers(answer, self.exercise.expected[name]):
                    self.wrong.add(name)
        judged = self._with_zeros([self._part(name) for name in self.exercise.asked])
        elsewhere = self._right_elsewhere(judged)
        judged = [
            replace(part, message=elsewhere.said, edit="other numbers")
            if part.status == "wrong" and part.name in elsewhere.answers
            else part
            for part in judged
        ]
        unexplained = [part.name for part in judged if part.status == "wrong" and not part.message]
        numbers = WrongNumbers(self.exercise, self.answers, unexplained)
        parts = tuple(numbers.explained(part) if part.name in unexplained else part for part in judged)
        points = float(sum(part.status in ("right", "follows") for part in parts))
        parts = in_turn(parts, self.exercise.by_name)
        verdict = Verdict(
            self.exercise.id, parts, points, float(len(parts)), tuple(self._notes()), anothers=elsewhere.whose
        )
        return verdict.out_of(self.exercise.points)

    def _right_elsewhere(self, judged: list[Part]) -> OtherNumbers:
        """For which other numbers what is not right here is right."""
        off = {part.name: self.answers[part.name] for part in judged if part.status in ("wrong", "follows")}
        wrong = any(part.status == "wrong" for part in judged)
        return right_elsewhere(self.exercise, off, self.changed) if wrong else OtherNumbers()

    @cached_property
    def changed(self) -> dict[str, float]:
        """The given numbers that are others in the notebook, as they are there; nan for what is no number."""
        found = {}
        for name, given in self.exercise.givens.items():
            number = read_number(self.namespace.get(name, given))
            if number != given:
                found[name] = number if isinstance(number, float) else float("nan")
        return found

    def _read(self, name: str) -> float | Unreadable | None:
        try:
            value = self.namespace[name]
        except KeyError:
            return None
        return None if value is None or value is Ellipsis else read_number(value)

    def _part(self, name: str) -> Part:
        """The verdict on one quantity, still without a word on what is wrong."""
        answer = self._read(name)
        if answer is None:
            return Part(name, "missing", None, spotting.no_answer(name, self.exercise, self.namespace))
        if isinstance(answer, Unreadable):
            return Part(name, "invalid", None, spotting.no_number(self.namespace[name]) or answer.message)
        part = self._judged(name, answer)
        self.answers[name] = answer
        if part.status != "right":
            self.wrong.add(name)
        return part

    def _judged(self, name: str, answer: float) -> Part:
        if close_numbers(answer, self.exercise.expected[name]):
            return Part(name, "right")
        # The same equation from what the student has so far: rounded, or carried on from a mistake.
        value = made_from(self.exercise, name, self.answers)
        if not close_numbers(answer, value):
            return Part(name, "wrong")
        carried = [other for other in self._sources(name) if other in self.wrong]
        if not carried:
            return Part(name, "right")
        # The same number for everything follows here and there, but nobody has worked it out.
        so_far = [answer, *(self.answers[other] for other in self.exercise.asked if other in self.answers)]
        if _is_zero(answer):
            self.carried[name] = carried  # whether it follows shows in what was made with it
        elif len(so_far) < 3 or len(set(so_far)) > 1:
            self.carried[name] = carried
            return _follows(name, carried)
        return Part(name, "wrong", None, f"comes from your {', '.join(carried)} alone; mend that first.")

    def _with_zeros(self, judged: Sequence[Part]) -> list[Part]:
        """The same, with the zeros that follow from something that was worked out."""
        zeros = {name: carried for name, carried in self.carried.items() if _is_zero(self.answers[name])}
        empty = [name for name in self.wrong if name not in zeros and _is_zero(self.answers[name])]
        used = [carried for name, carried in self.carried.items() if name not in zeros]
        found = worked_out(zeros, empty, used)
        return [_follows(part.name, zeros[part.name]) if part.name in found else part for part in judged]

    def _sources(self, name: str) -> list[str]:
        """The student's own earlier answers that a quantity is made from."""
        found: dict[str, None] = {}

        def visit(quantity: str) -> None:
            for parent in self.exercise.by_name[quantity].parents:
                if parent in self.answers:
                    found[parent] = None
                elif parent in self.exercise.by_name:
                    visit(parent)

        visit(name)
        return list(found)

    def _notes(self) -> Iterator[str]:
        if self.changed:
            has = "has" if len(self.changed) == 1 else "have"
            yield f"{and_([*self.changed])} no longer {has} the given value: run the cell with the numbers again."
