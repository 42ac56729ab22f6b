"""The exercises: one module a notebook says what is asked, what it is worth, and how it is judged."""

from backprop_course.exercises.kinds import (
    Case,
    Exercise,
    Formula,
    Function,
    Functions,
    Givens,
    Option,
    Options,
    Values,
)
from backprop_course.exercises.registry import EXERCISES, NOTEBOOKS, exercise, names_judged

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
