"""Judges exercises of kind *values*: quantity by quantity, with follow-through."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from backprop_course.calling.reading import Unreadable, read_number
from backprop_course.checks import spotting
from backprop_course.checks.anothers import right_elsewhere
from backprop_course.checks.comparing import close_numbers
from backprop_course.checks.evidence import COMPUTED, FEWEST, Agreement, digits_of, explanation, of_numbers
from backprop_course.checks.judging import verdict_on
from backprop_course.checks.remembering import remembered
from backprop_course.checks.search import MOST_UNSOLVED, WrongPart
from backprop_course.checks.verdict import Part, Verdict, and_, in_turn
from backprop_course.checks.zeros import worked_out
from backprop_course.core.trace import Step
from backprop_course.exercises import Values
from backprop_course.exercises.kinds import evaluate
from backprop_course.exercises.worked_examples import worked_example
from backprop_course.misconceptions import Variant
from backprop_course.misconceptions.combined import Explanation
from backprop_course.misconceptions.points import STOPPED, ValuesAt
from backprop_course.misconceptions.registry import Changes

_NOTHING = object()
_COPIED = 3
"""How many digits two answers must have to be those of an example and not so by chance."""
_EXACT: dict[str, tuple[Values, dict[tuple[Variant, str], float]]] = {}
"""By an exercise's id: what each mistake gives for each quantity, from right numbers."""


def _exactly(answer: float, value: float) -> bool:
    """Whether a number is what an edit gives, in all its digits; with few of them, in all of the edit's too."""
    if digits_of(answer)[0] < FEWEST:
        return abs(answer - value) <= 1e-9 * abs(value)
    return of_numbers(answer, value) is Agreement.FULL


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
        self.found: str | None = None
        self.unsolved = 0
        """For how many parts a search has ended without a result."""
        self.own: dict[tuple[Variant, str], float] = {}

    @cached_property
    def predicted(self) -> dict[Variant, dict[str, float]]:
        """The answers of a student who makes that mistake and no other; needed where something is wrong."""
        return dict(zip(self.exercise.variants, self.exercise.predicted, strict=True))

    def verdict(self) -> Verdict:
        for name in self.exercise.earlier:
            answer = self._read(name)
            if isinstance(answer, float):
                self.answers[name] = answer
                if not close_numbers(answer, self.exercise.expected[name]):
                    self.wrong.add(name)
        judged = self._with_zeros([self._part(name) for name in self.exercise.asked])
        anothers, said = self._right_elsewhere(judged)
        judged = [replace(part, message=said) if said and part.status == "wrong" else part for part in judged]
        self.unexplained = [part.name for part in judged if part.status == "wrong" and not part.message]
        parts = tuple(self._explained(part) if part.name in self.unexplained else part for part in judged)
        points = float(sum(part.status in ("right", "follows") for part in parts))
        parts = in_turn(parts, self.exercise.by_name)
        verdict = Verdict(self.exercise.id, parts, points, float(len(parts)), tuple(self._notes()), anothers=anothers)
        return verdict.out_of(self.exercise.points)

    def _right_elsewhere(self, judged: list[Part]) -> tuple[str, str]:
        """For whose numbers what is not right here is right, and what to say of that; "" for nobody's."""
        off = {part.name: self.answers[part.name] for part in judged if part.status in ("wrong", "follows")}
        return right_elsewhere(self.exercise, off) if any(part.status == "wrong" for part in judged) else ("", "")

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
        value = self._value(name, self.answers)
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

    def _value(self, name: str, known: Mapping[str, float], changes: Mapping[str, Step] = {}) -> float:
        """A quantity by its own equation from these answers; with a mistake's changes, a mistaken student's."""
        steps = {**self.exercise.by_name, **changes} if changes else self.exercise.by_name
        return float(evaluate(name, steps, {**self.exercise.start, **known}))

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

    def _explained(self, part: Part) -> Part:
        answer = self.answers[part.name]
        if elsewhere := self._with_other_numbers(part.name):
            return Part(part.name, "wrong", None, elsewhere, edit="other numbers")
        values = [self.exercise.expected[part.name], self._value(part.name, self._before(part.name))]
        rounded = next(filter(None, (spotting.rounded(answer, value) for value in values)), "")
        # A single digit is also the round number that a mistake gives.
        variant = None if rounded and digits_of(answer)[0] > 1 else self._diagnosed(part.name)
        if variant:
            self.found = self.found or variant.misconception
            return Part(part.name, "wrong", variant.misconception, variant.told)
        if rounded:
            return Part(part.name, "wrong", None, rounded)
        fact, edit = spotting.fact(part.name, self.answers, values, self.exercise)
        found = None if fact or self.unsolved >= MOST_UNSOLVED else self._searched(part.name)
        if found:
            return Part(part.name, "wrong", found.misconception, found.told, edit=found.edit)
        self.unsolved += not fact
        return Part(part.name, "wrong", None, fact or spotting.unnamed(part.name, self.exercise), edit=edit)

    def _with_other_numbers(self, name: str) -> str:
        """That an answer is right for other numbers than those given; "" where it is not.

        For a student's own, where a given one was changed; for those of the example in books and lectures.
        """
        answer = self.answers[name]
        if self.changed and close_numbers(answer, self._right_for(name, self.changed)):
            own = ", ".join(f"{one} = {value:g}" for one, value in self.changed.items())
            return f"right for your {own}, not for the given numbers: run the cell with the numbers again."
        if name in self.copied:
            numbers = ", ".join(f"{one} = {value:g}" for one, value in self.example.items())
            return f"right for {numbers}, an example that goes round; here other numbers are given."
        return ""

    def _right_for(self, name: str, numbers: Mapping[str, float]) -> float:
        """What would be right for other given numbers; nan where that cannot be said."""
        try:
            with np.errstate(all="ignore"):
                return float(evaluate(name, self.exercise.by_name, {**self.exercise.start, **numbers}))
        except STOPPED:
            return float("nan")

    @cached_property
    def example(self) -> dict[str, float]:
        """The given numbers of the example that goes round; none where there is none."""
        return worked_example(self.exercise.id, self.exercise.givens) or {}

    @cached_property
    def copied(self) -> set[str]:
        """The answers that are right for that example, where several are and cannot be so by chance."""
        found = {
            name
            for name in self.answers
            if self.example and of_numbers(self.answers[name], self._right_for(name, self.example))
        }
        return found if sum(digits_of(self.answers[name])[0] >= _COPIED for name in found) > 1 else set()

    @cached_property
    def changed(self) -> dict[str, float]:
        """The given numbers that are others in the notebook, as they are there."""
        found = {}
        for name, given in self.exercise.givens.items():
            number = read_number(self.namespace.get(name, given))
            if isinstance(number, float) and number != given:
                found[name] = number
        return found

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
            lambda a, b: np.ndim(b) == 0 and _exactly(a, float(b)),
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

    def _here(self, variant: Variant, name: str) -> bool:
        """Whether a mistake gives this answer from the student's own earlier ones."""
        return bool(of_numbers(self.answers[name], self._from_own(variant, name)))

    def _from_own(self, variant: Variant, name: str) -> float:
        """What a mistake gives from the student's own numbers; asked for again and again."""
        if (variant, name) not in self.own:
            self.own[variant, name] = self._value(name, self._before(name), variant.changes)
        return self.own[variant, name]

    def _from_exact(self, variant: Variant, name: str) -> float:
        """What a mistake gives from right numbers, which is the same for everybody."""
        known = _EXACT.setdefault(self.exercise.id, (self.exercise, {}))
        if known[0] is not self.exercise:
            known = _EXACT[self.exercise.id] = self.exercise, {}
        if (variant, name) not in known[1]:
            exact = {other: value for other, value in self.exercise.expected.items() if other != name}
            known[1][variant, name] = self._value(name, exact, variant.changes)
        return known[1][variant, name]

    def _agreement(self, variant: Variant, name: str) -> Agreement:
        """How well a mistake gives an answer: from the student's own numbers, from right ones, or carried on."""
        values = [self._from_own(variant, name), self._from_exact(variant, name)]
        # Carried on from where it was made: there it must show, too.
        carried = self.predicted[variant]
        made = [other for other in variant.changes if other in self.answers and other in carried and other != name]
        if all(of_numbers(self.answers[other], carried[other]) for other in made):
            values.append(carried[name])
        if not any(of_numbers(self.answers[name], value) for value in values):
            return Agreement.NONE
        plain = (self._value(name, self._before(name)), self.exercise.expected[name])
        return max(
            of_numbers(self.answers[name], value)
            if not any(close_numbers(value, right, 1e-9) for right in plain)
            else Agreement.NONE
            for value in values
        )

    def _contradicts(self, changes: Changes, name: str) -> bool:
        """Whether a mistake would give something else for a quantity that is right, or follows."""
        if name not in self.exercise.by_name:
            return False  # the answer to an exercise before, which has steps of its own
        # What is right was made from right numbers, even below a wrong answer.
        right = close_numbers(self.answers[name], self.exercise.expected[name])
        numbers = self.exercise.expected if right else self.answers
        before = {other: value for other, value in numbers.items() if other != name}
        try:
            value = self._value(name, before, changes)
        except STOPPED:
            return True
        return not (close_numbers(value, self._value(name, before), 1e-9) or close_numbers(self.answers[name], value))

    def _notes(self) -> Iterator[str]:
        changed = []
        for name, given in self.exercise.givens.items():
            value = self.namespace.get(name, _NOTHING)
            number = read_number(value) if value is not _NOTHING else given
            if isinstance(number, Unreadable) or number != given:
                changed.append(name)
        if changed:
            has = "has" if len(changed) == 1 else "have"
            yield f"{and_(changed)} no longer {has} the given value: run the cell with the numbers again."
