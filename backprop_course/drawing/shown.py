"""How networks and traces show themselves in a notebook: the picture, and below it a table."""

from __future__ import annotations

from html import escape

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.network import Network
from backprop_course.core.trace import Trace
from backprop_course.drawing import text
from backprop_course.drawing.equations import equations, expression
from backprop_course.drawing.figure import figure, nobody_looks
from backprop_course.drawing.heatmap import heatmap
from backprop_course.formula import to_mathml


def network_html(network: Network) -> str | None:
    """The figure, and the equations of both passes; None while a notebook is run to be graded."""
    return None if nobody_looks() else f"{figure(network).svg}\n{equations(network)._repr_html_()}"


def trace_html(trace: Trace) -> str | None:
    """The figure with its numbers, and every step with its equation and its value; None while grading."""
    if nobody_looks():
        return None
    rows = "\n".join(
        f'<tr data-quantity="{escape(step.name)}"><td style="text-align: left">'
        f"{to_mathml(step.name, expression(trace.network, step, trace.batched))}</td>"
        f'<td style="text-align: left">{_value(trace[step.name])}</td></tr>'
        for step in trace.steps
    )
    heads = "".join(f'<th scope="col" style="text-align: left">{name}</th>' for name in ("Step", "Value"))
    return (
        f"{figure(trace.network, trace).svg}\n<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table>"
    )


def _value(value: Array) -> str:
    """A number; an array as its shape and a heat map."""
    if np.ndim(value):
        return f"{escape(text.unstyled(text.shape(np.shape(value))))} {heatmap(value)}"
    return f"{float(value) + 0.0:.4g}".replace("-", "−")
