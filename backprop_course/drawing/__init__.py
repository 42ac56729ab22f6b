"""Drawing: from a network or a trace to a picture, its text alternative, and typeset equations."""

from backprop_course.drawing.equations import Table as Table
from backprop_course.drawing.equations import equations as equations
from backprop_course.drawing.figure import Figure as Figure
from backprop_course.drawing.figure import figure as figure
from backprop_course.drawing.typeset import to_latex as to_latex
from backprop_course.drawing.typeset import to_mathml as to_mathml

__all__ = ["Figure", "Table", "equations", "figure", "to_latex", "to_mathml"]
