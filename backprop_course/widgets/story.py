"""A trace told step by step: everything a page needs to show it, as plain data."""

from __future__ import annotations

import re
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
from backprop_course.drawing.sizes import legend
from backprop_course.drawing.svg import BACKWARD, FORWARD
from backprop_course.drawing.words import in_words
from backprop_course.formula import to_mathml, values_to_mathml
from backprop_course.widgets.sliders import sliders

Story = dict[str, Any]
PHASES = {"forward": "Forward", "backward": "Backward", "weights": "Gradients of the weights"}


def story(
    trace: Trace,
    count: int,
    locked: str = "",
    answers: Mapping[str, object] | None = None,
    given: Mapping[str, Array] | None = None,
    written: Mapping[str, str] | None = None,
    slider: str = "",
) -> Story:
    """The first `count` steps of a trace: picture, table, and for each step its sentence and its equations.

    locked: what to say where further steps would follow. answers: a student's own values, to stand beside the right
    ones, by the quantity's name; None for one that is not there yet. given: the numbers that the sliders go back to,
    where the trace has others. written: what is written for a quantity where that is not its own name. slider: the
    one that is there, open beside the last step; without, all are, closed.
    """
    written = written or {}
    mine = {name: value for name, value in (answers or {}).items() if value is not None}
    shown = frames(trace)[:count]
    known = set(trace) - {step.name for step in trace.steps[count:]}
    values = {name: value for name, value in trace.items() if name in known}
    picture = figure(trace.network, values, upright=True, written=written)
    marks = {name: _mark(mine[name], trace[name]) for name in mine if name in known}
    told = [_told(trace, step, frame, marks, written) for step, frame in zip(trace.steps, shown, strict=False)]
    return {
        "title": f"Network {' → '.join(['x', *(unit.name for unit in trace.network.units), 'L'])}, step by step",
        "picture": picture.svg,
        "description": in_words(trace.network),
        "colours": {"forward": FORWARD, "backward": BACKWARD},
        "start": _start(trace, count, written),
        "steps": told,
        "table": _table(trace, known, marks, written),
        "note": _note(trace, written),
        "legend": legend(trace.batched or any(map(np.ndim, trace.values())))
        if any(frame.phase != "forward" for frame in shown)
        else "",
        "locked": locked,
        "sliders": sliders(trace, trace if given is None else given, slider),
        "open": bool(slider),
    }


def as_text(trace: Trace, count: int, locked: str = "") -> str:
    """The same as lines of text."""
    lines = [str(trace.quantity(step)) for step in trace.steps[:count]]
    return "\n".join([*lines, *([locked] if locked else [])])


def _start(trace: Trace, count: int, written: Mapping[str, str]) -> str:
    """What will come, before the first step; as far as it is locked, too."""
    phases: dict[str, list[str]] = {}
    for frame in frames(trace):
        phases.setdefault(frame.phase, []).append(to_mathml(written.get(frame.quantity, frame.quantity)))
    lines = [
        f"<li>{PHASES[phase]}: {len(names)} step{'s' * (len(names) > 1)}, {names[0]}"
        + (f" to {names[-1]}</li>" if len(names) > 1 else "</li>")
        for phase, names in phases.items()
    ]
    how = "Next starts." if count else "They appear here as soon as they are unlocked."
    return (
        f"<p>The input, the weights and the target are given. What will come:</p><ul>{''.join(lines)}</ul><p>{how}</p>"
    )


def _note(trace: Trace, written: Mapping[str, str]) -> str:
    """What the table's columns mean."""
    back = any(step.kind.endswith("gradient") for step in trace.steps)
    use = "takes them from here instead of computing them again" if back else "will need them"
    note = f"<b>Kept</b>: the values of the forward pass, and the weights. The backward pass {use}."
    signs = [f"{to_mathml(name)} is {to_mathml(of)}" for of, name in written.items() if of in trace]
    return f"<p>{note}</p>" + (f"<p>An error signal: {signs[0]}.</p>" if signs else "")


def _told(
    trace: Trace, step: Step, frame: Frame, marks: Mapping[str, _Mark], written: Mapping[str, str]
) -> dict[str, Any]:
    value, mark, name = trace[step.name], marks.get(step.name), written.get(step.name, step.name)
    sentence = frame.sentence + (" It is off: what comes in is below 0." if _off(trace, step) else "")
    known = f"{name} has shape {np.shape(value)}" if np.ndim(value) else f"{name} = {float(value):.4g}"
    return {
        "quantity": step.name,
        "name": name,
        "phase": frame.phase,
        "heading": PHASES[frame.phase],
        "nodes": frame.nodes,
        "routes": frame.routes,
        "reads": frame.parents,
        "sentence": sentence,
        "said": f"{sentence} {known}.{'' if not mark or mark.right else ' Yours is not right.'}",
        "symbols": to_mathml(
            name, expression(trace.network, step, trace.batched, lambda parent: written.get(parent, parent))
        ),
        "numbers": _numbers(trace, step, name),
        "answer": mark.long if mark else "",
        "right": not mark or mark.right,
    }


def _off(trace: Trace, step: Step) -> bool:
    """Whether a ReLU lets nothing through here."""
    if step.rule != "activate" or trace.network.unit[step.place].activation.name != "relu":
        return False
    (z,) = step.parents
    return bool(np.ndim(trace[z]) == 0 and trace[z] < 0)


def _numbers(trace: Trace, step: Step, name: str) -> str:
    """The equation with values put in: numbers, or the shapes of arrays."""
    shapes: dict[str, str] = {}

    def put(name: str) -> str:
        value = trace[name]
        if not np.ndim(value):
            number = _number(value)
            return f"({number})" if number.startswith("-") else number
        shapes[f"shape{len(shapes)}"] = text.unstyled(text.shape(np.shape(value)))
        return f"shape{len(shapes) - 1}"

    computed = expression(trace.network, step, trace.batched, cache(put))
    return values_to_mathml(name, computed, put(step.name), shapes=shapes)


def _number(value: Array) -> str:
    return f"{float(value) + 0.0:.4g}"


def _table(trace: Trace, known: Collection[str], marks: Mapping[str, _Mark], written: Mapping[str, str]) -> str:
    """Equations and values side by side; each cell carries the name of its quantity."""
    rows = []
    for row in equations(trace).rows:
        forward, backward = row.quantity, gradient(row.quantity)
        if forward in known or backward in known:
            cells = [_cells(trace, row, quantity, known, marks, written) for quantity in (forward, backward)]
            rows.append(f"<tr>{''.join(cells)}</tr>")
    heads = ("Forward ↑", "kept", "Backward ↓", "gradient")
    kinds = ("forward", "forward", "backward", "backward")
    head = "".join(f'<th scope="col" class="{kind}">{name}</th>' for kind, name in zip(kinds, heads, strict=True))
    return f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"


def _cells(
    trace: Trace,
    row: Row,
    quantity: str,
    known: Collection[str],
    marks: Mapping[str, _Mark],
    written: Mapping[str, str],
) -> str:
    """The equation and the value of one quantity, or of a weight its name and its value."""
    if quantity not in known:
        return "<td></td><td></td>"
    equation = row.forward if quantity == row.quantity else row.backward
    sides = equation or (quantity,)
    formula = to_mathml(*(re.sub(r"\w+", lambda word: written.get(word[0], word[0]), side) for side in sides))
    mark = marks.get(quantity)
    beside = f' <span class="{"right" if mark.right else "wrong"}">{mark.short}</span>' if mark else ""
    name = escape(quantity)
    value = f"{_value(trace[quantity])}{beside}"
    return f'<td class="equation" data-quantity="{name}">{formula}</td><td data-quantity="{name}">{value}</td>'


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
