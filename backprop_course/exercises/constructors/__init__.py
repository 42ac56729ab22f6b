"""Exercises on a network or a function of one's own, a line each: what is asked, points and numbers by default."""

from backprop_course.exercises.constructors.bugs import bug
from backprop_course.exercises.constructors.calls import gradients, predictions
from backprop_course.exercises.constructors.quantities import errors, formulas, updates, values
from backprop_course.exercises.constructors.reference import function
from backprop_course.exercises.constructors.shapes import shapes

__all__ = ["bug", "errors", "formulas", "function", "gradients", "predictions", "shapes", "updates", "values"]
