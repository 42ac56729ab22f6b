"""Typesetting: a NumPy expression as mathematics, for pages and for papers."""

from backprop_course.formula.typeset import to_latex as to_latex
from backprop_course.formula.typeset import to_mathml as to_mathml
from backprop_course.formula.typeset import values_to_mathml as values_to_mathml

__all__ = ["to_latex", "to_mathml", "values_to_mathml"]
