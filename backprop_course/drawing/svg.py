"""A layout as SVG: lines with arrowheads, units with their activation's curve, and text with subscripts.

Every piece carries the name of what it shows (data-node, data-route, data-quantity), for others to find it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from html import escape

import numpy as np

from backprop_course.core.functions import Activation
from backprop_course.core.names import gradient
from backprop_course.drawing import text
from backprop_course.drawing.layers import LOSS
from backprop_course.drawing.shapes import Label, Layout, Node, Point, Route, Stroke
from backprop_course.drawing.sizes import SizeClass

FORWARD, BACKWARD = "#2b83ba", "#cf6f1c"
"""Blue and orange of one brightness: 3:1 or more against white and against a dark page's #111."""

_SHIFTS = {-1: 4.0, 0: 0.0, 1: -6.0}
"""How far down sub- and superscripts are set, in pixels."""


def svg(placed: Layout, activations: Mapping[str, Activation]) -> str:
    """The pieces of a drawing, without a frame around it; `activations` by the name of the unit."""
    return "\n".join(
        [
            *(_route(route) for route in placed.routes),
            *(_node(node, activations) for node in placed.nodes),
            *(_label(label) for label in placed.labels),
        ]
    )


def _route(route: Route) -> str:
    # Where every unit of a layer is connected to every one of the next, the single line is thin.
    thick, size = (1.6, 9.0) if len(route.strokes) == 1 else (0.9, 6.0)
    drawn = _strokes(route.strokes, FORWARD, thick, size)
    if route.back and route.size:
        drawn += _way_back(route, route.back, route.size)
    return f'<g data-route="{escape(route.name)}">{drawn}</g>'


def _way_back(route: Route, stroke: Stroke, size: SizeClass) -> str:
    # With round ends the dashes of a wide line would touch.
    dashes = f' stroke-dasharray="{size.dashes}" stroke-linecap="butt"'
    drawn = _strokes((stroke,), size.colour, size.width, 8.0 + 0.8 * size.width, dashes)
    of = escape(gradient(route.name))
    return f'<g class="way-back" data-gradient="{of}"><title>size: {size.words}</title>{drawn}</g>'


def _strokes(strokes: tuple[Stroke, ...], colour: str, thick: float, size: float, dashes: str = "") -> str:
    pieces = [_stroke(stroke, size) for stroke in strokes]
    lines, heads = (" ".join(column) for column in zip(*pieces, strict=True))
    return f'<path d="{lines}" stroke="{colour}" stroke-width="{thick}"{dashes}/><path d="{heads}" fill="{colour}"/>'


def _stroke(stroke: Stroke, size: float) -> tuple[str, str]:
    """The line, which ends inside its arrowhead, and the arrowhead, which points where the line arrives."""
    *before, (first, (ax, ay), (bx, by)) = stroke.curves
    length = math.hypot(bx - ax, by - ay)
    x, y = size * (bx - ax) / length, size * (by - ay) / length
    neck = (bx - 0.8 * x, by - 0.8 * y)
    wings = [(bx - x - 0.42 * y, by - y + 0.42 * x), (bx - x + 0.42 * y, by - y - 0.42 * x)]
    head = f"M{_p((bx, by))}L{_p(wings[0])}L{_p(neck)}L{_p(wings[1])}Z"
    curves = "".join(f"C{_p(a)} {_p(b)} {_p(end)}" for a, b, end in (*before, (first, (ax, ay), neck)))
    return f"M{_p(stroke.start)}{curves}", head


def _node(node: Node, activations: Mapping[str, Activation]) -> str:
    activation = activations.get(node.name) if node.kind == "unit" else None
    pieces = [f"<title>{escape(activation.name)}</title>"] if activation else []
    if node.boxed:
        box = node.box
        pieces.append(
            f'<rect x="{_n(box.left)}" y="{_n(box.top)}" width="{_n(2 * node.half_width)}" '
            f'height="{_n(2 * node.half_height)}" rx="{_n(node.corner)}" stroke="currentColor" stroke-width="1.6"/>'
        )
    pieces += [
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(node.dot_radius)}" stroke="currentColor" stroke-width="1.4"/>'
        for x, y in node.dots
    ]
    if node.gap:
        level = node.dots[0][1] == node.gap[1]
        pieces.append(_text((text.Run("⋯" if level else "⋮"),), node.gap[0], node.gap[1] + 5))
    if node.values:
        shown = zip(node.dots, node.values, strict=True)
        numbers = (_text(text.short_number(value), x, y + 5) for (x, y), value in shown)
        pieces.append(f'<g data-quantity="{escape(node.quantity)}">{"".join(numbers)}</g>')
    elif node.dots and activation:
        pieces += [_curve(activation, x, y, 8, 6) for x, y in node.dots]
    elif activation:
        pieces.append(_curve(activation, node.x, node.y + 9, 17, 9))
        pieces.append(_text(text.name(node.name), node.x, node.y - 8))
    elif not node.dots:
        pieces.append(_text(text.name("L" if node.name == LOSS else node.name), node.x, node.y + 5))
    if node.off:
        pieces.append(f'<g data-quantity="{escape(node.off)}">{_veil(node)}</g>')
    return f'<g data-node="{escape(node.name)}">{"".join(pieces)}</g>'


def _veil(node: Node) -> str:
    """What lies over a unit that is off: it is grey."""
    # No browser is sure to draw a line of no length.
    length = max(2 * (node.half_width - node.corner), 0.1)
    return (
        f'<path d="M{_p((node.x - length / 2, node.y))}h{_n(length)}" stroke="currentColor" '
        f'stroke-width="{_n(2 * node.half_height - 4)}" opacity="0.25"/>'
    )


@lru_cache
def _samples(activation: Activation) -> tuple[tuple[Point, ...], float]:
    """The activation's curve for z from −4 to 4, both axes scaled to −1 … 1; and where h = 0 lies."""
    z = np.linspace(-4, 4, 41)
    # Beside another one of 0, so that a softmax, too, is a curve over one variable.
    with np.errstate(all="ignore"):
        h = activation.value(np.stack([z, np.zeros_like(z)], axis=-1))[..., 0]
    z, h = z[np.isfinite(h)], h[np.isfinite(h)]
    low, high = h.min(initial=0.0), h.max(initial=0.0)
    unit = (high - low) / 2 or 1.0
    return tuple(zip((z / 4).tolist(), ((h - low) / unit - 1).tolist(), strict=True)), float(-low / unit - 1)


def _curve(activation: Activation, x: float, y: float, half_width: float, half_height: float) -> str:
    samples, zero = _samples(activation)
    points = " ".join(_p((x + half_width * u, y - half_height * v)) for u, v in samples)
    axis = f"M{_p((x - half_width, y - half_height * zero))}h{_n(2 * half_width)}"
    return (
        f'<path d="{axis}" stroke="currentColor" stroke-width="0.8" opacity="0.5"/>'
        f'<polyline points="{points}" stroke="{FORWARD}" stroke-width="1.8"/>'
    )


def _label(label: Label) -> str:
    return f'<g class="{label.role}" data-quantity="{escape(label.name)}">{_text(label.line, label.x, label.y)}</g>'


def _text(line: text.Line, x: float, y: float) -> str:
    spans, shift = [], 0
    for run in line:
        style = ' class="slanted"' if run.slanted else ""
        size = f' font-size="{_n(text.SIZE * text.SMALL)}"' if run.shift else ""
        # dy moves all that follows, so the run after a subscript moves back up.
        dy = f' dy="{_n(_SHIFTS[run.shift] - _SHIFTS[shift])}"' if run.shift != shift else ""
        spans.append(f"<tspan{style}{size}{dy}>{escape(run.text)}</tspan>")
        shift = run.shift
    return f'<text x="{_n(x)}" y="{_n(y)}">{"".join(spans)}</text>'


def _p(point: Point) -> str:
    return f"{_n(point[0])},{_n(point[1])}"


def _n(value: float) -> str:
    # Twice, so that half a tenth goes the same way with every Python (3.12 adds floats up otherwise than 3.11);
    # + 0.0 makes −0 a plain 0.
    return f"{round(round(value, 6), 1) + 0.0:g}"
