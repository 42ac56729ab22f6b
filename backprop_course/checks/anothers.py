"""Answers that are right for other numbers than one's own.

For given numbers that were changed, for the example that goes round, for the published ones, for somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from backprop_course.checks.comparing import close_numbers
from backprop_course.checks.evidence import COMPUTED, FEWEST, Agreement, digits_of, of_numbers
from backprop_course.checks.personal import STUDENT_ID, found_none, practised, whose
from backprop_course.checks.settings import settings
from backprop_course.checks.verdict import Verdict
from backprop_course.core.newest import Newest
from backprop_course.exercises import Givens, Values, exercise, find
from backprop_course.exercises.kinds import redrawable
from backprop_course.exercises.personal import right_for_each, seed_of, with_numbers_of
from backprop_course.exercises.worked_examples import worked_example
from backprop_course.misconceptions.points import STOPPED

PUBLISHED = "the published numbers"


def by_whose(verdict: Verdict, namespace: Mapping[str, object]) -> Verdict:
    """A verdict on numbers, with whose they are where these are not everybody's."""
    judged = exercise(verdict.exercise)
    if practised(judged):
        return replace(verdict, points=0.0, practice=True)
    if not settings().personal_numbers:
        return verdict
    name = whose(namespace)
    said = f"by the numbers of {name}" if name else f"by the published numbers: {STUDENT_ID} is empty"
    if redrawable(judged) and found_none(judged, namespace):
        said = f"by the published numbers: no others were found for {name}"
    return replace(verdict, notes=(*verdict.notes, f"Judged {said}."))


@dataclass(frozen=True)
class OtherNumbers:
    """Answers that are right for other numbers, and what to say of them.

    whose: a person's id, or PUBLISHED, where the numbers are that person's or the published ones.
    """

    whose: str = ""
    said: str = ""
    answers: frozenset[str] = frozenset()


def right_elsewhere(mine: Values, answers: Mapping[str, float], changed: Mapping[str, float]) -> OtherNumbers:
    """For which other numbers answers are right that are not right for one's own; nothing for none.

    mine: the exercise by which they are judged. answers: all that are wrong, and those that follow from these.
    changed: the given numbers that are others in the notebook.
    """
    published = find(mine.id) if settings().personal_numbers and answers else None
    if redrawable(published) and (whose := next(_matching(answers, published, mine), "")):
        right_for = PUBLISHED if whose == PUBLISHED else "somebody else's numbers"
        said = f"this is right for {right_for}.\nYours are {_numbers(mine.givens)}."
        return OtherNumbers(whose, said, frozenset(answers))
    if changed and (right := _right(answers, _expected(mine, changed))):
        said = f"right for your {_numbers(changed)}, not for the given numbers: run the cell with the numbers again."
        return OtherNumbers("", said, frozenset(right))
    if example := worked_example(mine.id, mine.givens):
        right = _right(answers, _expected(mine, example))
        if sum(digits_of(answers[name])[0] >= _COPIED for name in right) > 1:
            said = f"right for {_numbers(example)}, an example that goes round; here other numbers are given."
            return OtherNumbers("", said, frozenset(right))
    return OtherNumbers()


_COPIED = 3
"""How many digits two answers must have to be those of an example and not so by chance."""


def _numbers(givens: Mapping[str, float]) -> str:
    return ", ".join(f"{name} = {value:g}" for name, value in givens.items())


def _expected(exercise: Values, numbers: Mapping[str, float]) -> Mapping[str, float]:
    """What is right for other given numbers; nothing where these give no numbers."""
    try:
        with np.errstate(all="ignore"):
            return replace(exercise, givens=Givens({**exercise.givens, **numbers})).expected
    except STOPPED:
        return {}


def _right(answers: Mapping[str, float], expected: Mapping[str, float]) -> list[str]:
    """The answers that are right there, as far as their digits go."""
    return [name for name, answer in answers.items() if name in expected and of_numbers(answer, expected[name])]


def _matching(answers: Mapping[str, float], published: Values, mine: Values) -> Iterator[str]:
    """Whose numbers make all of this right, so that it is no coincidence."""
    if mine.givens != published.givens and _agree(answers, published.expected):
        yield PUBLISHED
    here = settings()
    if not here.people:
        return
    names = [published.asked.index(name) for name in answers]
    given, right = np.array([*answers.values()]), _right_for(published, here.personal_numbers, here.people)
    # A first look at all of them at once; who is left is compared digit by digit.
    near = (np.abs(right[:, names] - given) <= 2e-3 * np.abs(given)).all(axis=1)
    for k in np.flatnonzero(near):
        if _agree(answers, with_numbers_of(published, seed_of(here.people[k], here.salt), here.version).expected):
            yield here.people[k]


def _agree(answers: Mapping[str, float], expected: Mapping[str, float]) -> bool:
    """Whether all answers are right there, and two of them in four digits or more, or one in as many as no hand has.

    What is short is somebody's right answer by chance: in a large class a product of three given numbers often is.
    """
    if not all(close_numbers(answer, expected[name]) for name, answer in answers.items()):
        return False
    exact = {a for name, a in answers.items() if of_numbers(a, expected[name]) is Agreement.FULL}
    exact = {a for a in exact if digits_of(a)[0] >= FEWEST}
    return len(exact) > 1 or any(digits_of(float(f"{a:.{_WITHOUT_NOISE}g}"))[0] >= COMPUTED for a in exact)


_WITHOUT_NOISE = 12
"""Of so many digits none is a computer's rounding: 0.30000000000000004 is 0.3."""


_CLASSES = Newest[tuple[int, str, tuple[str, ...]], tuple[Values, np.ndarray]](8)


def _right_for(published: Values, personal_numbers: str, people: tuple[str, ...]) -> np.ndarray:
    """What is right for everybody in the class, but for rounding: (people, asked). Found once, when an answer asks."""
    key = (id(published), personal_numbers, people)
    if key not in _CLASSES:
        here = settings()
        seeds = [seed_of(one, here.salt) for one in people]
        _CLASSES[key] = published, right_for_each(published, seeds, here.version)
    return _CLASSES[key][1]
