"""Typesetting: a NumPy expression as mathematics, for pages and for papers."""

from backprop_course.typeset.expression import to_latex as to_latex
from backprop_course.typeset.expression import to_mathml as to_mathml

__all__ = ["to_latex", "to_mathml"]
