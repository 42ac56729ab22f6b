"""The exercises: one module a notebook says what is asked, what it is worth, and how it is judged."""

from backprop_course.exercises.constructors import (
    bug,
    errors,
    formulas,
    function,
    gradients,
    predictions,
    shapes,
    updates,
    values,
)
from backprop_course.exercises.kinds import (
    Bug,
    Case,
    Derivation,
    Exercise,
    Formula,
    Function,
    Functions,
    Givens,
    NumbersAlone,
    Option,
    Options,
    Values,
)
from backprop_course.exercises.notebooks import NOTEBOOKS
from backprop_course.exercises.registry import EXERCISES, exercise, find, names_judged, register

__all__ = [
    "EXERCISES",
    "NOTEBOOKS",
    "Bug",
    "Case",
    "Derivation",
    "Exercise",
    "Formula",
    "Function",
    "Functions",
    "Givens",
    "NumbersAlone",
    "Option",
    "Options",
    "Values",
    "bug",
    "errors",
    "exercise",
    "find",
    "formulas",
    "function",
    "gradients",
    "names_judged",
    "predictions",
    "register",
    "shapes",
    "updates",
    "values",
]
