"""Which exercises there are: those of each notebook, in its order, and by id."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from backprop_course.errors import CourseError
from backprop_course.exercises.chapters import (
    chain_network,
    chain_rule,
    mlp,
    regularisation,
    skip_classifier,
    skip_regressor,
    softmax_cross_entropy,
    split_network,
)
from backprop_course.exercises.kinds import Exercise, Function


def in_order(exercises: Iterable[Exercise]) -> tuple[Exercise, ...]:
    """A notebook's exercises, each function with those before it, which it may use."""
    earlier: tuple[Function, ...] = ()
    ordered: list[Exercise] = []
    for exercise in exercises:
        ordered.append(exercise.using(earlier))
        earlier = (*earlier, *ordered[-1].written)
    return tuple(ordered)


NOTEBOOKS: dict[str, tuple[Exercise, ...]] = {
    "01_chain_rule/chain_rule": in_order(chain_rule.EXERCISES),
    "02_chain_network/chain_network": in_order(chain_network.EXERCISES),
    "03_split_network/split_network": in_order(split_network.EXERCISES),
    "04_skip_connections/skip_classifier": in_order(skip_classifier.EXERCISES),
    "04_skip_connections/skip_regressor": in_order(skip_regressor.EXERCISES),
    "05_mlp/mlp": in_order(mlp.EXERCISES),
    "06_softmax_cross_entropy/softmax_cross_entropy": in_order(softmax_cross_entropy.EXERCISES),
    "07_regularisation/regularisation": in_order(regularisation.EXERCISES),
}
"""The exercises of every notebook, in its order."""

EXERCISES: dict[str, Exercise] = {exercise.id: exercise for found in NOTEBOOKS.values() for exercise in found}


def exercise(id: str) -> Exercise:
    """The exercise of that id. Raises CourseError for an id that the course does not know."""
    if id not in EXERCISES:
        close = get_close_matches(str(id), EXERCISES, n=1)
        meant = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(EXERCISES)}."
        raise CourseError(f"There is no exercise {id!r}; {meant}")
    return EXERCISES[id]


def names_judged(exercise: Exercise) -> tuple[str, ...]:
    """The names of a notebook that judging may look at: those asked for, and those of functions before them."""
    earlier = {helper.name for function in exercise.written for helper in function.earlier}
    return (*exercise.names, *sorted(earlier - set(exercise.names)))
