"""Which exercises share numbers, and what these are for a seed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

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
    numbers = draw_together(found, [seed], version)[0]
    return Givens({name: numbers[name] for name in found.givens})


def draw_together(exercise: Values, seeds: Sequence[str], version: int = VERSION) -> list[Givens]:
    """The numbers of an exercise's set for many seeds: what is then asked for one by one is not drawn again.

    It takes a fraction of the time of one after the other. Raises CourseError for an unknown version.
    """
    draws = _draws(exercise, version)
    found = {seed: _DRAWN[draws, seed] for seed in seeds if (draws, seed) in _DRAWN}
    new = [seed for seed in seeds if seed and seed not in found]
    for seed, numbers in zip(new, draws.drawn_together(new), strict=True):
        found[seed] = _DRAWN[draws, seed] = numbers
    # A version was written down with the published numbers of its day: whoever has none of his own has today's.
    published = draws.set.published
    here = Givens({**published, **exercise.given})
    return [here if not seed or found[seed] == published else found[seed] for seed in seeds]


def is_drawn(exercise: Values, seed: str, version: int = VERSION) -> bool:
    """Whether a seed's numbers have been drawn already. Raises CourseError for an unknown version."""
    return (_draws(exercise, version), seed) in _DRAWN


def right_for_each(exercise: Values, seeds: Sequence[str], version: int = VERSION) -> np.ndarray:
    """What is right for the numbers of each seed, but for rounding: (seeds, asked).

    Raises CourseError for an unknown version.
    """
    numbers, drawn = number_set(exercise, version), draw_together(exercise, seeds, version)
    given = {name: np.array([one[name] for one in drawn], dtype=float) for name in numbers.published}
    rows = numbers.calculation.carried_out(given, numbers.until)
    return np.array([rows[numbers.right[name]] for name in exercise.asked]).T


_DRAWN = Newest[tuple[Draws, str], Givens](4096)


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
