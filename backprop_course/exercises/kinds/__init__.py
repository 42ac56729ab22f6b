"""The kinds of exercises, a module each: what is asked, from which numbers, by which steps, and what it is worth."""

from backprop_course.exercises.kinds.bug import Bug
from backprop_course.exercises.kinds.case import Case
from backprop_course.exercises.kinds.derivation import Derivation, Goal
from backprop_course.exercises.kinds.formula import Formula
from backprop_course.exercises.kinds.function import Function, Functions
from backprop_course.exercises.kinds.kind import Exercise, Givens, NumbersAlone
from backprop_course.exercises.kinds.options import Option, Options
from backprop_course.exercises.kinds.quantities import evaluate, renamed, spread
from backprop_course.exercises.kinds.values import Values, redrawable

__all__ = [
    "Bug",
    "Case",
    "Derivation",
    "Exercise",
    "Formula",
    "Function",
    "Functions",
    "Givens",
    "Goal",
    "NumbersAlone",
    "Option",
    "Options",
    "Values",
    "evaluate",
    "redrawable",
    "renamed",
    "spread",
]
