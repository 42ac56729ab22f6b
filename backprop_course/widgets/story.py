"""A trace told step by step: everything a page needs to show it, as plain data."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

import numpy as np

from backprop_course.calling.reading import Unreadable, read_array
from backprop_course.checks.comparing import VALUE_TOLERANCE, close, same_shape
from backprop_course.core.functions import Array
from backprop_course.core.names import gradient
from backprop_course.core.trace import Step, Trace
from backprop_course.drawing import text
from backprop_course.drawing.equations import Row, equations, expression
from backprop_course.drawing.figure import figure
from backprop_course.drawing.frames import Frame, frames
from backprop_course.drawing.heatmap import heatmap
from backprop_course.drawing.svg import BACKWARD, FORWARD
from backprop_course.drawing.words import in_words
from backprop_course.formula import to_mathml, values_to_mathml

Story = dict[str, Any]
FARTHEST = 1e6
"""A slider for larger numbers would be of no use."""
PHASES = {"forward": "Forward", "backward": "Backward", "weights": "Gradients of the weights"}


def story(
    trace: Trace,
    count: int,
    locked: str = "",
    answers: Mapping[str, object] | None = None,
    given: Mapping[str, Array] | None = None,
) -> Story:
    """The first `count` steps of a trace: picture, table, and for each step its sentence and its equations.

    locked: what to say where further steps would follow. answers: a student's own values, to stand beside the right
    ones, by the quantity's name; None for one that is not there yet. given: the numbers that the sliders go back to,
    where the trace has others.
    """
    mine = {name: value for name, value in (answers or {}).items() if value is not None}
    shown = frames(trace)[:count]
    known = set(trace) - {step.name for step in trace.steps[count:]}
    values = {name: value for name, value in trace.items() if name in known}
    picture = figure(trace.network, values)
    marks = {name: _mark(mine[name], trace[name]) for name in mine if name in known}
    return {
        "title": f"Network {' → '.join(['x', *(unit.name for unit in trace.network.units), 'L'])}, step by step",
        "picture": picture.svg,
        "description": in_words(trace.network),
        "colours": {"forward": FORWARD, "backward": BACKWARD},
        "steps": [_told(trace, step, frame, marks) for step, frame in zip(trace.steps[:count], shown, strict=True)],
        "table": _table(trace, known, marks),
        "locked": locked,
        "sliders": _sliders(trace, trace if given is None else given),
    }


def as_text(trace: Trace, count: int, locked: str = "") -> str:
    """The same as lines of text."""
    lines = [str(trace.quantity(step)) for step in trace.steps[:count]]
    return "\n".join([*lines, *([locked] if locked else [])])


def _told(trace: Trace, step: Step, frame: Frame, marks: Mapping[str, _Mark]) -> dict[str, Any]:
    value, mark = trace[step.name], marks.get(step.name)
    known = f"{step.name} has shape {np.shape(value)}" if np.ndim(value) else f"{step.name} = {float(value):.4g}"
    return {
        "quantity": step.name,
        "phase": frame.phase,
        "heading": PHASES[frame.phase],
        "nodes": frame.nodes,
        "routes": frame.routes,
        "reads": frame.parents,
        "sentence": frame.sentence,
        "said": f"{frame.sentence} {known}.{'' if not mark or mark.right else ' Yours is not right.'}",
        "symbols": to_mathml(step.name, expression(trace.network, step, trace.batched)),
        "numbers": _numbers(trace, step),
        "answer": mark.long if mark else "",
        "right": not mark or mark.right,
    }


def _numbers(trace: Trace, step: Step) -> str:
    """The equation with values put in: numbers, or the shapes of arrays."""
    shapes: dict[str, str] = {}

    def put(name: str) -> str:
        value = trace[name]
        if not np.ndim(value):
            number = _number(value)
            return f"({number})" if number.startswith("-") else number
        shapes[f"shape{len(shapes)}"] = text.unstyled(text.shape(np.shape(value)))
        return f"shape{len(shapes) - 1}"

    written = expression(trace.network, step, trace.batched, cache(put))
    return values_to_mathml(step.name, written, put(step.name), shapes=shapes)


def _number(value: Array) -> str:
    return f"{float(value) + 0.0:.4g}"


def _table(trace: Trace, known: Collection[str], marks: Mapping[str, _Mark]) -> str:
    """Equations and values side by side; each cell carries the name of its quantity."""
    rows = []
    for row in equations(trace).rows:
        forward, backward = row.quantity, gradient(row.quantity)
        if forward in known or backward in known:
            cells = [_cells(trace, row, quantity, known, marks) for quantity in (forward, backward)]
            rows.append(f"<tr>{''.join(cells)}</tr>")
    heads = ("Forward ↑", "kept", "Backward ↓", "gradient")
    kinds = ("forward", "forward", "backward", "backward")
    head = "".join(f'<th scope="col" class="{kind}">{name}</th>' for kind, name in zip(kinds, heads, strict=True))
    return f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"


def _cells(trace: Trace, row: Row, quantity: str, known: Collection[str], marks: Mapping[str, _Mark]) -> str:
    """The equation and the value of one quantity, or of a weight its name and its value."""
    if quantity not in known:
        return "<td></td><td></td>"
    equation = row.forward if quantity == row.quantity else row.backward
    formula = to_mathml(*equation) if equation else to_mathml(quantity)
    mark = marks.get(quantity)
    beside = f' <span class="{"right" if mark.right else "wrong"}">{mark.short}</span>' if mark else ""
    name = escape(quantity)
    return f'<td data-quantity="{name}">{formula}</td><td data-quantity="{name}">{_value(trace[quantity])}{beside}</td>'


def _value(value: Array) -> str:
    """A number typeset; an array as its shape and a heat map."""
    if np.ndim(value):
        return f"{escape(text.unstyled(text.shape(np.shape(value))))} {heatmap(value)}"
    return values_to_mathml(_number(value), shapes={})


@dataclass(frozen=True)
class _Mark:
    """A student's value beside the right one: in a word for the table, and what is wrong with it in full."""

    right: bool
    short: str
    long: str


def _mark(answer: object, value: Array) -> _Mark:
    read = read_array(answer)
    if isinstance(read, Unreadable):
        return _Mark(False, "✗ yours is no number", f"✗ yours {escape(read.message)}")
    if not same_shape(read, value):
        has = f"the shape {text.unstyled(text.shape(read.shape))}"
        return _Mark(
            False, f"✗ yours has {has}", f"✗ yours has {has}, not {text.unstyled(text.shape(np.shape(value)))}"
        )
    if close(read.reshape(np.shape(value)), value, VALUE_TOLERANCE):
        return _Mark(True, "✓ yours", "✓ yours is the same")
    shown = heatmap(read) if read.size > 1 else _number(read.item()).replace("-", "−")
    return _Mark(False, f"✗ yours: {shown}", f"✗ yours: {shown}")


def _sliders(trace: Trace, given: Mapping[str, Array]) -> list[dict[str, Any]]:
    """What can be changed: the weights, the input and the target, where they are single numbers.

    Where a slider begins, ends, and goes back to, is decided by the numbers that were given, not by those of now.
    """
    names = [*trace.network.weights, "x", *(["y"] if "y" in trace else [])]
    if any(np.ndim(given[name]) or not abs(float(given[name])) <= FARTHEST for name in names):
        return []
    label = trace.network.loss.fused is not None  # then y is a probability
    sliders = []
    for name in names:
        reach = _reach(float(given[name]))
        low, high = (0.0, 1.0) if name == "y" and label else (-reach, reach)
        sliders.append(
            {
                "name": name,
                "label": to_mathml(name),
                "value": float(trace[name]),
                "given": float(given[name]),
                "min": low,
                "max": high,
                "step": _step(high - low),
            }
        )
    return sliders


def _reach(value: float) -> float:
    """A round number beyond the value: how far its slider goes to either side."""
    return max(2.0, 2.0 ** math.ceil(math.log2(abs(value) + 1.0)))


def _step(span: float) -> float:
    """A round number that is a hundredth of what a slider spans, or less: 1, 2 or 5 with some zeros."""
    power = 10.0 ** math.floor(math.log10(span / 100))
    return max(power * first for first in (1, 2, 5) if power * first <= span / 100)
