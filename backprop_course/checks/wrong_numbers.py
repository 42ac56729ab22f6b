"""What makes a number wrong: a listed mistake, a fact that shows, or a slip that nobody listed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from backprop_course.checks import spotting
from backprop_course.checks.comparing import close_numbers
from backprop_course.checks.evidence import COMPUTED, FEWEST, Agreement, digits_of, explanation, of_numbers
from backprop_course.checks.predictions import Predictions, made_from
from backprop_course.checks.search import MOST_UNSOLVED, WrongPart
from backprop_course.checks.verdict import Part
from backprop_course.exercises import Values
from backprop_course.misconceptions import Variant
from backprop_course.misconceptions.combined import Explanation
from backprop_course.misconceptions.points import STOPPED, ValuesAt
from backprop_course.misconceptions.registry import Changes


def _exactly(answer: float, value: float) -> bool:
    """Whether a number is what an edit gives, in all its digits; with few of them, in all of the edit's too."""
    if digits_of(answer)[0] < FEWEST:
        return bool(np.isfinite(value)) and abs(answer - value) <= 1e-9 * abs(value)
    return of_numbers(answer, value) is Agreement.FULL


_FORWARD = ("pre-activation", "activation", "loss")
"""Kinds of quantities that are made on the way to the loss."""


class WrongNumbers:
    """The wrong numbers among a student's answers to an exercise.

    unexplained: the names of those that are to be explained; all other answers are right, or follow.
    """

    def __init__(self, exercise: Values, answers: Mapping[str, float], unexplained: Collection[str]) -> None:
        self.exercise = exercise
        self.answers = answers
        self.unexplained = unexplained
        self.found: str | None = None
        """The mistake that was found first."""
        self.unsolved = 0
        """For how many parts a search has ended without a result."""
        self.predictions = Predictions(exercise, answers)
        self._asked = frozenset((*exercise.earlier, *exercise.asked))

    def explained(self, part: Part) -> Part:
        """The part with what is said of it."""
        answer = self.answers[part.name]
        values = self.predictions.right(part.name)[::-1]
        rounded = next(filter(None, (spotting.rounded(answer, value) for value in values)), "")
        # A single digit is also the round number that a mistake gives.
        variant = (
            None if rounded and digits_of(answer)[0] > 1 else self._diagnosed(part.name) or self._made_anew(part.name)
        )
        if variant:
            self.found = self.found or variant.misconception
            return Part(part.name, "wrong", variant.misconception, variant.told, because=variant)
        if rounded:
            return Part(part.name, "wrong", None, rounded)
        fact, edit = spotting.fact(part.name, self.answers, values, self.exercise)
        found = None if fact or self.unsolved >= MOST_UNSOLVED else self._searched(part.name)
        if found:
            return Part(part.name, "wrong", found.misconception, found.told, edit=found.edit, because=found)
        self.unsolved += not fact
        return Part(part.name, "wrong", None, fact or spotting.unnamed(part.name, self.exercise), edit=edit)

    def _searched(self, name: str) -> Explanation | None:
        """What explains a number that no listed mistake explains: made of the student's numbers, or of right ones."""
        own, exact = self._before(name), {o: value for o, value in self.exercise.expected.items() if o != name}
        opened = [parent for parent in self.exercise.by_name[name].parents if parent in self.exercise.by_name]
        for known in (own, exact) if own != exact else (own,):
            # What a student sees is an equation of the numbers that he has; whatever is between is part of it.
            if found := self._question(name, known, set()):
                return found
        if any(parent in exact for parent in opened):  # worked out once more in the same line
            known = {other: value for other, value in exact.items() if other not in opened}
            if found := self._question(name, known, set(), {name}):
                return found
        return self._question(name, {}, {other for other in self.answers if other not in self.unexplained})

    def _question(
        self, name: str, fixed: Mapping[str, float], right: Collection[str], visible: Collection[str] = ()
    ) -> Explanation | None:
        """What explains a number, made from numbers that stay as they are.

        right: what must not be contradicted. visible: the quantities in whose equations something may be changed, as
        far as the student sees; all that are asked, where there are none.
        """
        answer, expected = self.answers[name], self.exercise.expected[name]
        if digits_of(answer)[0] < 2 and digits_of(expected)[0] >= FEWEST:
            return None  # a round number comes out of many things
        try:
            point = ValuesAt(self.exercise.steps, self.exercise.start, fixed)
        except STOPPED:
            return None
        return WrongPart(
            [point],
            [name],
            [answer],
            lambda a, b: (isinstance(b, float) or np.ndim(b) == 0) and _exactly(a, float(b)),
            close_numbers,
            lambda k, changes: any(self._contradicts(changes, other) for other in right),
            core=digits_of(answer)[0] < COMPUTED,
            deep=bool(fixed) and not visible,
            most_decimals=0,  # what is rounded itself has been told
            visible=visible or {*self.exercise.asked, *self.exercise.earlier},
        ).explanation()

    def _before(self, name: str) -> dict[str, float]:
        """The student's answers that a quantity may be made from: all but itself."""
        return {other: answer for other, answer in self.answers.items() if other != name}

    def _diagnosed(self, name: str) -> Variant | None:
        """The mistake that gives this answer, and best most of the others that are wrong."""
        right = [other for other in self.answers if other not in self.unexplained]
        # Of equals, one that is made here, not in an earlier exercise; and the one that was found before.
        candidates = sorted(
            self.exercise.variants,
            key=lambda variant: (not self._here(variant, name), variant.misconception != self.found),
        )
        return explanation(
            candidates,
            name,
            self.unexplained,
            right,
            self._agreement,
            lambda variant, other: self._contradicts(variant.changes, other),
        )

    def _made_anew(self, name: str) -> Variant | None:
        """The mistake on the way back that gives this answer although it is in no answer to an exercise before.

        Whoever works out in one line what he had before can make there a mistake that was not made then. Forward it
        would be another quantity that stands in the equation, and that is told so.
        """
        answer, exercise = self.answers[name], self.exercise
        if digits_of(answer)[0] < FEWEST or self._as_given(answer, exercise.expected[name]):
            return None
        right = [other for other in exercise.asked if other in self.answers and other not in self.unexplained]
        found: dict[Variant, int] = {}
        for variant in exercise.variants:
            anew = not variant.changes.keys().isdisjoint(exercise.earlier)
            if not anew or any(exercise.by_name[step].kind in _FORWARD for step in variant.changes):
                continue
            value = self.predictions.carried(variant, name)
            if close_numbers(value, exercise.expected[name], 1e-9):
                continue
            if of_numbers(answer, value) is Agreement.FULL and all(
                close_numbers(self.answers[other], self.predictions.carried(variant, other)) for other in right
            ):
                found[variant] = sum(self._as_carried(variant, other) for other in self.unexplained)
        best = [variant for variant, explained in found.items() if explained == max(found.values())]
        return best[0] if len({variant.misconception for variant in best}) == 1 else None

    def _as_given(self, answer: float, right: float) -> bool:
        """Whether a given number, 2 or ½, is also the factor by which an answer is off: then either is to blame."""
        factors = (value for given in self.exercise.givens.values() if given for value in (given, 1 / given))
        return any(factor in (2, 0.5) and close_numbers(answer, factor * right, 1e-9) for factor in factors)

    def _here(self, variant: Variant, name: str) -> bool:
        """Whether a mistake gives this answer from the student's own earlier ones."""
        return bool(of_numbers(self.answers[name], self.predictions.own.wrong(variant, name)))

    def _as_carried(self, variant: Variant, name: str) -> bool:
        """Whether a mistake gives this answer where it is made from the givens on."""
        return bool(of_numbers(self.answers[name], self.predictions.carried(variant, name)))

    def _agreement(self, variant: Variant, name: str) -> Agreement:
        """How well a mistake gives an answer: from the student's own numbers, from right ones, or carried on."""
        predictions, best = self.predictions, Agreement.NONE
        values = [
            one.wrong(variant, name) for one in (predictions.own, predictions.exact) if one.changed_by(variant, name)
        ]
        # Carried on from where it was made: there it must show, too.
        made = [other for other in variant.changes if other in self.answers and other != name and other in self._asked]
        if predictions.exercise.changed_by(variant, name) and all(self._as_carried(variant, other) for other in made):
            values.append(predictions.carried(variant, name))
        for value in values:
            agreement = of_numbers(self.answers[name], value)
            if agreement > best and not any(close_numbers(value, one, 1e-9) for one in predictions.right(name)):
                best = agreement
        return best

    def _contradicts(self, changes: Changes, name: str) -> bool:
        """Whether a mistake would give something else for a quantity that is right, or follows."""
        if name not in self.exercise.by_name:
            return False  # the answer to an exercise before, which has steps of its own
        # What is right was made from right numbers, even below a wrong answer.
        right = close_numbers(self.answers[name], self.exercise.expected[name])
        numbers = self.exercise.expected if right else self.answers
        before = {other: value for other, value in numbers.items() if other != name}
        try:
            value = made_from(self.exercise, name, before, changes)
        except STOPPED:
            return True
        return not (
            close_numbers(value, made_from(self.exercise, name, before), 1e-9)
            or close_numbers(self.answers[name], value)
        )
