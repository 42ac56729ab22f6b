"""Judges exercises of kind *values*: quantity by quantity, with follow-through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from backprop_course.checks.comparing import close_numbers
from backprop_course.checks.reading import Unreadable, read_number
from backprop_course.checks.verdict import Part, Verdict
from backprop_course.exercises import Values
from backprop_course.exercises.exercise import evaluate
from backprop_course.misconceptions import MISCONCEPTIONS, Variant
from backprop_course.trace import Step

_NOTHING = object()


def judge_values(exercise: Values, namespace: Mapping[str, object]) -> Verdict:
    """The verdict on the numbers of a notebook."""
    return _Judge(exercise, namespace).verdict()


class _Judge:
    def __init__(self, exercise: Values, namespace: Mapping[str, object]) -> None:
        self.exercise = exercise
        self.namespace = namespace
        self.answers: dict[str, float] = {}
        self.wrong: set[str] = set()
        self.found: str | None = None

    def verdict(self) -> Verdict:
        for name in self.exercise.earlier:
            answer = self._read(name)
            if isinstance(answer, float):
                self.answers[name] = answer
                if not close_numbers(answer, self.exercise.expected[name]):
                    self.wrong.add(name)
        parts = tuple(self._part(name) for name in self.exercise.asked)
        points = float(sum(part.status in ("right", "follows") for part in parts))
        return Verdict(self.exercise.id, parts, points, self.exercise.points, tuple(self._notes()))

    def _read(self, name: str) -> float | Unreadable | None:
        try:
            value = self.namespace[name]
        except KeyError:
            return None
        return None if value is None or value is Ellipsis else read_number(value)

    def _part(self, name: str) -> Part:
        answer = self._read(name)
        if answer is None:
            return Part(name, "missing", None, "no answer yet.")
        if isinstance(answer, Unreadable):
            return Part(name, "invalid", None, answer.message)
        part = self._judged(name, answer)
        self.answers[name] = answer
        if part.status != "right":
            self.wrong.add(name)
        return part

    def _judged(self, name: str, answer: float) -> Part:
        if close_numbers(answer, self.exercise.expected[name]):
            return Part(name, "right")
        # The same equation from what the student has so far: rounded, or carried on from a mistake.
        value = float(evaluate(name, self.exercise.by_name, self._known()))
        if close_numbers(answer, value):
            carried = [other for other in self._sources(name) if other in self.wrong]
            if not carried:
                return Part(name, "right")
            # The same number for everything follows here and there, but nobody has worked it out.
            so_far = [answer, *(self.answers[other] for other in self.exercise.asked if other in self.answers)]
            if value != 0 and (len(so_far) < 3 or len(set(so_far)) > 1):
                return Part(name, "follows", None, f"right for your {', '.join(carried)}.")
            return Part(name, "wrong", None, f"comes from your {', '.join(carried)} alone; mend that first.")
        variant = self._diagnosed(name, answer)
        if variant:
            self.found = self.found or variant.misconception
            mistake = MISCONCEPTIONS[variant.misconception]
            return Part(name, "wrong", mistake.id, f"{mistake.name}{_place(variant)}.\n{mistake.hint}")
        return Part(name, "wrong", None, self._unknown(name, answer))

    def _known(self) -> dict[str, float]:
        return {**self.exercise.start, **self.answers}

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

    def _diagnosed(self, name: str, answer: float) -> Variant | None:
        """The mistake that gives this answer; of several the one that explains most of the others too."""
        best, most = None, (-1, False, False)
        for variant, predicted in zip(self.exercise.variants, self.exercise.predicted, strict=True):
            here = self._gives(variant, name, answer)
            if close_numbers(answer, predicted[name]) or here:
                explained = sum(
                    close_numbers(other, predicted[asked])
                    for asked in self.exercise.asked
                    if isinstance(other := self._read(asked), float)
                )
                # Of equals, one that is made here, not in an earlier exercise whose answers are right.
                rank = (explained, here, variant.misconception == self.found)
                if rank > most:
                    best, most = variant, rank
        return best

    def _gives(self, variant: Variant, name: str, answer: float) -> bool:
        """Whether a mistake gives this answer from the student's own earlier ones."""
        steps: dict[str, Step] = {**self.exercise.by_name, **variant.changes}
        return close_numbers(answer, float(evaluate(name, steps, self._known())))

    def _unknown(self, name: str, answer: float) -> str:
        value = self.exercise.expected[name]
        if close_numbers(answer, -value):
            return "the size is right, the sign is not.\nWhich way does this quantity point?"
        for digits in (3, 2):
            if close_numbers(answer, float(f"{value:.{digits}g}"), 1e-9):
                return f"rounded to {digits} digits.\nGive at least 4, or let Python keep all."
        for other, number in self.exercise.expected.items():
            if other != name and close_numbers(answer, number):
                return f"this is the value of {other}.\nHave two answers changed places?"
        made_from = self._made_from(name)
        if len(made_from) == 1:
            return f"not right.\nIt is made from {made_from[0]} alone."
        return f"not right.\nIt is made from {_and(made_from)}: which operation, in which order?"

    def _made_from(self, name: str) -> list[str]:
        """What a student has for a quantity's equation: given numbers, and what was asked before it."""
        step = self.exercise.by_name[name]
        found: dict[str, None] = {}
        for parent in step.parents:
            if not re.search(rf"\b{parent}\b", step.equation(*step.parents)):
                continue  # a linear unit's slope needs neither z nor h
            at_hand = (*self.exercise.givens, *self.exercise.earlier, *self.exercise.asked)
            found.update(dict.fromkeys([parent] if parent in at_hand else self._made_from(parent)))
        return list(found)

    def _notes(self) -> Iterator[str]:
        changed = []
        for name, given in self.exercise.givens.items():
            value = self.namespace.get(name, _NOTHING)
            number = read_number(value) if value is not _NOTHING else given
            if isinstance(number, Unreadable) or number != given:
                changed.append(name)
        if changed:
            has = "has" if len(changed) == 1 else "have"
            yield f"{_and(changed)} no longer {has} the given value: run the cell with the numbers again."


def _place(variant: Variant) -> str:
    return f" (at {variant.place})" if variant.place else ""


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
