"""Which exercises share numbers, and what these are for a seed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from backprop_course.core.newest import Newest
from backprop_course.errors import CourseError
from backprop_course.exercises.kinds import Givens, Values, redrawable
from backprop_course.exercises.personal.drawing import Draws
from backprop_course.exercises.personal.number_set import NumberSet, recorded
from backprop_course.exercises.personal.people import seed_of
from backprop_course.exercises.registry import EXERCISES, exercise

VERSION = 1
"""What new classes and variants are drawn by."""

_OWN: dict[tuple[int, ...], tuple[list[Values], Draws]] = {}


def personal_givens(exercise_id: str, student_id: object, salt: str, version: int = VERSION) -> Givens:
    """The numbers of an exercise for one student of a class; the published ones for an empty id.

    Raises CourseError for an unknown exercise, one without given numbers, and an unknown version.
    """
    return drawn_givens(exercise_id, seed_of(student_id, salt), version)


def drawn_givens(exercise_id: str, seed: str, version: int = VERSION) -> Givens:
    """The numbers of an exercise for a seed, the same for all exercises that share them; "" gives the published ones.

    Raises CourseError for an unknown exercise, one without given numbers, and an unknown version.
    """
    found = exercise(exercise_id)
    if not found.given:
        raise CourseError(f"The exercise {exercise_id!r} has no given numbers.")
    if not redrawable(found) or not seed:
        return Givens(found.given)
    numbers = _drawn(_draws(found, version), seed)
    return Givens({name: numbers[name] for name in found.givens})


def refuse_published(exercise: Values, drawn: Iterable[Mapping[str, float]]) -> None:
    """Raises CourseError where numbers drawn for an exercise are the published ones: no others were found."""
    if exercise.given in drawn:
        raise CourseError(
            f"No other numbers were found for {exercise.id} that show every mistake as well as its own do: give it "
            "others, numbers=dict(…)."
        )


def with_numbers_of(exercise: Values, seed: str, version: int = VERSION) -> Values:
    """The exercise with the numbers of a seed: the same object, as long as it is among those asked for last.

    Raises CourseError for an unknown version.
    """
    key = (id(exercise), seed, version)
    if key not in _COPIES:
        _COPIES[key] = exercise, replace(exercise, givens=drawn_givens(exercise.id, seed, version))
    return _COPIES[key][1]


_COPIES = Newest[tuple[int, str, int], tuple[Values, Values]](64)


def number_set(exercise: Values, version: int = VERSION) -> NumberSet:
    """The set to which an exercise's numbers belong. Raises CourseError for an unknown version."""
    return _draws(exercise, version).set


@lru_cache(4096)  # a class's numbers are asked for again and again while its answers are judged
def _drawn(draws: Draws, seed: str) -> Givens:
    return draws.drawn(seed)


def _draws(exercise: Values, version: int) -> Draws:
    written_down = _frozen(version)
    if found := written_down.get(exercise.id):
        return found
    sharing = [other for other in EXERCISES.values() if redrawable(other) and share(other, exercise)]
    sharing = [other for other in sharing if other.id not in written_down] or [exercise]
    key = (version, *map(id, sharing))
    if key not in _OWN:
        published = {name: value for one in sharing for name, value in one.givens.items()}
        name = " ".join(f"{name}={value:g}" for name, value in published.items())
        _OWN[key] = sharing, Draws(recorded(f"{version} {name}", sharing, mistakes_of(version)))
    return _OWN[key][1]


def share(one: Values, other: Values) -> bool:
    """Whether two exercises have the same numbers; the rate, which only some need, may be missing."""
    names = {*one.givens} | {*other.givens}
    return all(one.givens.get(name) == other.givens.get(name) for name in names - {"eta"}) and (
        len({exercise.givens["eta"] for exercise in (one, other) if "eta" in exercise.givens}) < 2
    )


@cache
def _read(version: int) -> Mapping[str, Any]:
    try:
        text = resources.files(__package__).joinpath("frozen", f"{int(version)}.json").read_text("utf-8")
    except (OSError, ValueError, TypeError):
        raise CourseError(
            f"These numbers are drawn by version {version!r}, which this version of the course does not know: install "
            "the one that made the class, or a newer one."
        ) from None
    return json.loads(text)  # type: ignore[no-any-return]


def mistakes_of(version: int) -> frozenset[str]:
    """The mistakes, by id, that numbers are tried with. Raises CourseError for an unknown version."""
    return frozenset(_read(version)["mistakes"])


@cache
def _frozen(version: int) -> dict[str, Draws]:
    """The sets that a version has written down, by their exercises."""
    found: dict[str, Draws] = {}
    for name, data in _read(version)["sets"].items():
        draws = Draws(NumberSet.read(f"{version} {name}", data))
        found |= dict.fromkeys(data["asked"], draws)
    return found
