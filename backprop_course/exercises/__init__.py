"""The exercises: one module a notebook says what is asked, what it is worth, and how it is judged."""

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
from backprop_course.exercises.exercise import (
    Case,
    Exercise,
    Formula,
    Function,
    Functions,
    Givens,
    Option,
    Options,
    Values,
    in_order,
    names_judged,
)

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
        raise CourseError(f"There is no exercise {id!r}; there are {', '.join(EXERCISES)}.")
    return EXERCISES[id]


__all__ = [
    "EXERCISES",
    "NOTEBOOKS",
    "Case",
    "Exercise",
    "Formula",
    "Function",
    "Functions",
    "Givens",
    "Option",
    "Options",
    "Values",
    "exercise",
    "names_judged",
]
