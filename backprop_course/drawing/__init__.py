"""Drawing: from a network or a trace to a picture, its text alternative, and a table of its equations."""

from backprop_course.drawing.animation import Animation as Animation
from backprop_course.drawing.animation import animation as animation
from backprop_course.drawing.equations import Table as Table
from backprop_course.drawing.equations import equations as equations
from backprop_course.drawing.figure import Figure as Figure
from backprop_course.drawing.figure import figure as figure
from backprop_course.drawing.plots import page_plots as page_plots

__all__ = ["Animation", "Figure", "Table", "animation", "equations", "figure", "page_plots"]
