"""Drawing: from a network or a trace to a picture, its text alternative, and typeset equations."""

from backprop_course.drawing.figure import Figure as Figure
from backprop_course.drawing.figure import figure as figure

__all__ = ["Figure", "figure"]
