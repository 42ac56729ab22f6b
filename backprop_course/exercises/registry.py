"""Which exercises there are: the course's, an installed package's and one's own, all let in by `register`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches

from backprop_course.errors import CourseError
from backprop_course.exercises.kinds import Exercise, Function

EXERCISES: dict[str, Exercise] = {}
"""The exercises that are registered, by id."""

GROUP = "backprop_course.exercises"
"""The entry points of installed packages whose import registers exercises."""

_ID = re.compile(r"[A-Za-z0-9][\w-]*", re.ASCII)


@dataclass(frozen=True)
class Registrant:
    """Who registered an exercise. name: the file or module. run: its import; another one where it is imported anew."""

    name: str
    run: object


_REGISTRANTS: dict[str, Registrant] = {}
_PACKAGED: dict[str, Exercise] | None = None
"""The exercises of installed packages, once they have been looked for."""


def register(*exercises: Exercise) -> None:
    """Makes exercises known: `check`, `given`, the graders and the report find them by their ids from then on.

    A function may use those that the same file registers before it. What a file that is imported anew, or a notebook,
    has registered before is replaced.
    Raises CourseError for an id that another exercise has, for one that no cell can have, and for no exercise.
    """
    scope = sys._getframe(1).f_globals
    register_from(Registrant(scope.get("__file__") or scope["__name__"], scope.get("__spec__")), exercises)


def register_from(registrant: Registrant, exercises: Iterable[Exercise]) -> None:
    """The same, for who registers in somebody's name."""
    new = {exercise.id: exercise for exercise in _checked(registrant, exercises)}
    for id in [id for id, other in _REGISTRANTS.items() if _replaces(registrant, other)]:
        if registrant.run is not None or id in new:
            _forget(id)
    before = [EXERCISES[id] for id, other in _REGISTRANTS.items() if other == registrant and id in EXERCISES]
    EXERCISES.update({exercise.id: exercise for exercise in in_order([*before, *new.values()])[len(before) :]})
    _REGISTRANTS.update(dict.fromkeys(new, registrant))


def _checked(registrant: Registrant, exercises: Iterable[Exercise]) -> Iterator[Exercise]:
    seen: set[str] = set()
    for exercise in exercises:
        if not isinstance(exercise, Exercise):
            said = f'register takes exercises, such as values("exam-forward", net); this is {exercise!r:.60}'
            raise CourseError(f"{said}. A list of them: register(*them).")
        if not _ID.fullmatch(str(exercise.id)):
            raise CourseError(
                f"An exercise cannot be called {exercise.id!r}: letters, digits, - and _, such as 'exam-forward'."
            )
        other = _REGISTRANTS.get(exercise.id)
        if exercise.id in seen or (other is not None and not _replaces(registrant, other)):
            by = f" by {other.name}" if other is not None and other.name != registrant.name else ""
            raise CourseError(f"There is an exercise {exercise.id!r} already{by}: give this one another id.")
        seen.add(exercise.id)
        yield exercise


def _replaces(registrant: Registrant, other: Registrant) -> bool:
    """Whether it is the same file or notebook again, and not a second exercise in one run of it."""
    return registrant.name == other.name and (registrant.run is None or registrant.run is not other.run)


def _forget(id: str) -> None:
    """Takes an exercise out again."""
    EXERCISES.pop(id, None)
    _REGISTRANTS.pop(id, None)


def registrants() -> dict[str, str]:
    """Who registered each exercise: a file or module, or, for the course's, its notebook."""
    return {id: registrant.name for id, registrant in _REGISTRANTS.items()}


@contextmanager
def set_aside() -> Iterator[None]:
    """Whatever is registered meanwhile is forgotten afterwards."""
    exercises, registrants = dict(EXERCISES), dict(_REGISTRANTS)
    try:
        yield
    finally:
        EXERCISES.clear()
        EXERCISES.update(exercises)
        _REGISTRANTS.clear()
        _REGISTRANTS.update(registrants)


def in_order(exercises: Iterable[Exercise]) -> tuple[Exercise, ...]:
    """A notebook's exercises, each function with those before it, which it may use."""
    earlier: tuple[Function, ...] = ()
    ordered: list[Exercise] = []
    for exercise in exercises:
        ordered.append(exercise.using(earlier))
        earlier = (*earlier, *ordered[-1].written)
    return tuple(ordered)


def find(id: str) -> Exercise | None:
    """The exercise of that id, of an installed package's too; None for an id that nobody has."""
    global _PACKAGED
    if id not in EXERCISES:
        if _PACKAGED is None:
            _PACKAGED = _packaged()
        # What is set aside for a while is here all the same: a module is imported once.
        EXERCISES.update({id: exercise for id, exercise in _PACKAGED.items() if id not in EXERCISES})
    return EXERCISES.get(id)


def exercise(id: str) -> Exercise:
    """The exercise of that id. Raises CourseError for an id that nobody has."""
    found = find(id)
    if found is None:
        close = get_close_matches(str(id), EXERCISES, n=1)
        meant = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(EXERCISES)}."
        raise CourseError(f"There is no exercise {id!r}; {meant}")
    return found


def _packaged() -> dict[str, Exercise]:
    """Imports what installed packages offer: their import registers.

    Only when an id is not known otherwise: a package that cannot be imported hinders nobody who does not need it.
    """
    from importlib import metadata  # takes longer to import than all exercises, and most classes need none of these

    before = set(EXERCISES)
    for entry in metadata.entry_points(group=GROUP):
        try:
            entry.load()
        except Exception as error:
            where = f"{entry.value} ({entry.dist.name})" if entry.dist else entry.value
            raise CourseError(
                f"The exercises of the installed package {where} cannot be loaded: {type(error).__name__}: {error}"
            ) from error
    return {id: exercise for id, exercise in EXERCISES.items() if id not in before}


def names_judged(exercise: Exercise) -> tuple[str, ...]:
    """The names of a notebook that judging may look at: those asked for, and those of functions before them."""
    earlier = {helper.name for function in exercise.written for helper in function.earlier}
    return (*exercise.names, *sorted(earlier - set(exercise.names)))
