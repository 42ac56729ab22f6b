"""Whose numbers an exercise has in a notebook: those of the id that was typed, the published ones, or practice's."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from functools import lru_cache

from backprop_course.checks.settings import settings
from backprop_course.errors import CourseError
from backprop_course.exercises import EXERCISES, Exercise, Givens, Values
from backprop_course.exercises.kinds import redrawable
from backprop_course.exercises.personal import (
    draw_together,
    identified,
    is_drawn,
    refuse_published,
    seed_of,
    with_numbers_of,
)
from backprop_course.exercises.personal.sets import VERSION, number_set

STUDENT_ID = "student_id"
"""What a notebook calls the id that a student types."""

handed: dict[str, Mapping[str, float]] = {}
"""Numbers by exercise, from whoever judges: while it is graded, a notebook asks for its numbers and draws none."""

_practised: dict[str, str] = {}
"""The seeds of practice, by the name of a number set."""


def whose(namespace: Mapping[str, object]) -> str:
    """The id, as it is read, whose numbers a notebook has; "" where they are the published ones."""
    with suppress(Exception):  # a namespace can hold anything
        return identified(namespace.get(STUDENT_ID)) if settings().personal_numbers else ""
    return ""


def as_given(exercise: Exercise, namespace: Mapping[str, object]) -> Exercise:
    """The exercise with the numbers that it has in a notebook."""
    if not redrawable(exercise):
        return exercise
    if seed := practised(exercise):
        return with_numbers_of(exercise, seed, VERSION)
    if name := whose(namespace):
        here = settings()
        seed = seed_of(name, here.salt)
        if here.people and not is_drawn(exercise, seed, here.version):
            draw_together(exercise, [seed, *_beside(name)], here.version)
        return with_numbers_of(exercise, seed, here.version)
    return exercise


_TOGETHER = 128
"""Of so many in a class numbers are drawn together, where one of them needs his: that is quicker than one by one."""


def _beside(name: str) -> list[str]:
    """The seeds of those who stand next to somebody in the class that is graded; nobody's, where he is not in it."""
    here = settings()
    at = _places(here.people).get(name)
    some = () if at is None else here.people[at // _TOGETHER * _TOGETHER :][:_TOGETHER]
    return [seed_of(one, here.salt) for one in some]


@lru_cache(8)
def _places(people: tuple[str, ...]) -> Mapping[str, int]:
    """Where each of a class stands in it, by the id as it is read."""
    return {identified(one): k for k, one in enumerate(people)}


def found_none(exercise: Exercise, namespace: Mapping[str, object]) -> bool:
    """Whether somebody has the published numbers although he typed an id: no others as telling were found for it."""
    return bool(whose(namespace)) and as_given(exercise, namespace).given == exercise.given


def numbers_here(exercise: Exercise, namespace: Mapping[str, object]) -> Givens:
    """The numbers of an exercise in a notebook. Raises CourseError where it has none."""
    if not exercise.given:
        raise CourseError(f"The exercise {exercise.id!r} has no given numbers.")
    if exercise.id in handed:
        return Givens(handed[exercise.id])
    return Givens(as_given(exercise, namespace).given)


def practised(exercise: Exercise) -> str:
    """The seed of the numbers with which an exercise is practised; "" where it is not."""
    if not _practised or not redrawable(exercise):
        return ""
    return _practised.get(number_set(exercise).name, "")


def start_practice(exercise: Values, namespace: MutableMapping[str, object]) -> None:
    """New numbers for an exercise and all that share its numbers. Raises CourseError where no others are found."""
    seed = f"practice {secrets.token_hex(8)}"
    refuse_published(exercise, [with_numbers_of(exercise, seed, VERSION).given])
    _practised[number_set(exercise).name] = seed
    _without_answers(exercise, namespace)


def end_practice(exercise: Exercise, namespace: MutableMapping[str, object]) -> None:
    """The exercise, and all that share its numbers, have their own ones again."""
    if _practised and redrawable(exercise) and _practised.pop(number_set(exercise).name, ""):
        _without_answers(exercise, namespace)


def sharing_numbers(exercise: Values) -> list[Values]:
    """All exercises that have an exercise's numbers, itself among them."""
    name = number_set(exercise).name
    return [one for one in EXERCISES.values() if redrawable(one) and number_set(one).name == name]


def _without_answers(exercise: Values, namespace: MutableMapping[str, object]) -> None:
    """Takes the answers away that were worked out with other numbers."""
    for one in sharing_numbers(exercise):
        namespace.update({name: None for name in (*one.earlier, *one.asked) if name in namespace})
