"""A network as a picture: an SVG that fits any page, in light and in dark, and the same in words."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import numpy as np

from backprop_course.drawing import text
from backprop_course.drawing.layers import LOSS
from backprop_course.drawing.layout import layout
from backprop_course.drawing.shapes import Label, Layout, Node, Point, Route, Stroke
from backprop_course.drawing.words import describe
from backprop_course.functions import Activation, Array
from backprop_course.network import Network

FORWARD, BACKWARD = "#2b83ba", "#cf6f1c"
"""Blue and orange, of one brightness: 3:1 and more against white and against a dark page's #111."""

# Text is mixed with the page's own colour of text: towards black on a white page, towards white on a dark one.
_STYLE = """\
#{id} {{ font: {size}px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: inherit }}
#{id} text {{ fill: currentColor; text-anchor: middle }}
#{id} .i {{ font-style: italic }}
#{id} .forward text {{ fill: color-mix(in srgb, currentColor 35%, {forward}) }}
#{id} .backward text {{ fill: color-mix(in srgb, currentColor 35%, {backward}) }}
"""


@dataclass(frozen=True)
class Figure:
    """A picture of a network: `svg`, and `description`, which says the same in words."""

    svg: str
    description: str

    def __repr__(self) -> str:
        return self.description

    def _repr_html_(self) -> str:
        return self.svg


def figure(network: Network, values: Mapping[str, Array] | None = None) -> Figure:
    """Draws a network, from left to right.

    values: what is known of its quantities, by the names they have in a trace: a forward trace, one that
        went backward too (the gradients are drawn as well), or weights alone. Without, only names are drawn.
    """
    description = describe(network, values)
    body = "\n".join(_drawn(layout(network, values), network))
    return Figure(_svg(layout(network, values), network, body, description), description)


def _svg(placed: Layout, network: Network, body: str, description: str) -> str:
    # An id made from the contents: figures on one page keep out of each other's way, and a saved one stays the same.
    name = "network-" + hashlib.sha256((body + description).encode()).hexdigest()[:12]
    box = placed.box
    width, height = math.ceil(box.right - box.left), math.ceil(box.bottom - box.top)
    style = _STYLE.format(id=name, size=text.SIZE, forward=FORWARD, backward=BACKWARD)
    path = " → ".join(["x", *(unit.name for unit in network.units), "L"])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" width="{width}" height="{height}" '
        f'viewBox="{_n(box.left)} {_n(box.top)} {width} {height}" '
        'style="max-width: 100%; height: auto" fill="none" stroke-linecap="round" stroke-linejoin="round">\n'
        f'<title id="{name}-title">Network: {escape(path)}</title>\n'
        f'<desc id="{name}-desc">{escape(description)}</desc>\n'
        f"<style>\n{style}</style>\n{body}\n</svg>"
    )


def _drawn(placed: Layout, network: Network) -> list[str]:
    mesh = 0.9
    return [
        *(_route(route, 1.6 if len(route.strokes) == 1 else mesh) for route in placed.routes),
        *(_node(node, network) for node in placed.nodes),
        *(_label(label) for label in placed.labels),
    ]


def _route(route: Route, thick: float) -> str:
    size = 9.0 if len(route.strokes) == 1 else 6.0
    pieces = [_stroke(stroke, size) for stroke in route.strokes]
    lines = " ".join(line for line, _ in pieces)
    heads = " ".join(head for _, head in pieces)
    drawn = f'<path d="{lines}" stroke="{FORWARD}" stroke-width="{thick}"/><path d="{heads}" fill="{FORWARD}"/>'
    if route.back:
        line, head = _stroke(route.back, 7.0)
        drawn += (
            f'<path d="{line}" stroke="{BACKWARD}" stroke-width="1.6" stroke-dasharray="5 4"/>'
            f'<path d="{head}" fill="{BACKWARD}"/>'
        )
    return f'<g data-route="{escape(route.name)}">{drawn}</g>'


def _stroke(stroke: Stroke, size: float) -> tuple[str, str]:
    """The line, which ends inside its arrowhead, and the arrowhead, in the direction in which the line arrives."""
    (ax, ay), (bx, by) = stroke.curves[-1][1:]
    length = math.hypot(bx - ax, by - ay)
    ux, uy = (bx - ax) / length, (by - ay) / length
    base = (bx - size * ux, by - size * uy)
    neck = (bx - 0.8 * size * ux, by - 0.8 * size * uy)
    wing = 0.42 * size
    head = f"M{_p(stroke.end)}L{_p((base[0] - wing * uy, base[1] + wing * ux))}"
    head += f"L{_p(neck)}L{_p((base[0] + wing * uy, base[1] - wing * ux))}Z"
    line = f"M{_p(stroke.start)}"
    for a, b, end in stroke.curves[:-1]:
        line += f"C{_p(a)} {_p(b)} {_p(end)}"
    return line + f"C{_p(stroke.curves[-1][0])} {_p((ax, ay))} {_p(neck)}", head


def _node(node: Node, network: Network) -> str:
    pieces = []
    dashed = ""
    if node.boxed:
        box = node.box
        pieces.append(
            f'<rect x="{_n(box.left)}" y="{_n(box.top)}" width="{_n(2 * node.half_width)}" '
            f'height="{_n(2 * node.half_height)}" rx="{_n(node.corner)}" stroke="currentColor" stroke-width="1.6"'
            f"{dashed}/>"
        )
    for k, (x, y) in enumerate(node.dots):
        pieces.append(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(node.dot_radius)}" stroke="currentColor" stroke-width="1.4"/>'
        )
        if node.values:
            pieces.append(_text(text.short_number(node.values[k]), x, y + 5))
    if node.gap:
        pieces.append(_text((text.Run("⋮"),), node.gap[0], node.gap[1] + 5))
    unit = network.unit.get(node.name) if node.kind == "unit" else None
    if unit and node.dots and not node.values:
        pieces += [_curve(unit.activation, x, y, 8, 6) for x, y in node.dots]
    elif unit and not node.dots:
        pieces.append(_curve(unit.activation, node.x, node.y + 9, 17, 9))
        pieces.append(_text(text.name(node.name), node.x, node.y - 8))
    elif not node.dots:
        pieces.append(_text(text.name("L" if node.name == LOSS else node.name), node.x, node.y + 5))
    hint = f"<title>{escape(unit.activation.name)}</title>" if unit else ""
    return f'<g data-node="{escape(node.name)}">{hint}{"".join(pieces)}</g>'


@lru_cache
def _samples(activation: Activation) -> tuple[Point, ...]:
    """The activation's curve, with both axes from −1 to 1 and the origin in the middle of z's."""
    z = np.linspace(-4, 4, 41)
    # Beside a logit of 0, so that a softmax too is a curve over one variable.
    h = activation.value(np.stack([z, np.zeros_like(z)], axis=-1))[..., 0]
    low, high = h.min(), h.max()
    return tuple(zip((z / 4).tolist(), (2 * (h - low) / (high - low) - 1).tolist(), strict=True))


def _curve(activation: Activation, x: float, y: float, half_width: float, half_height: float) -> str:
    points = " ".join(_p((x + half_width * u, y - half_height * v)) for u, v in _samples(activation))
    return f'<polyline points="{points}" stroke="{FORWARD}" stroke-width="1.8"/>'


def _label(label: Label) -> str:
    return f'<g class="{label.role}" data-quantity="{escape(label.name)}">{_text(label.line, label.x, label.y)}</g>'


def _text(line: text.Line, x: float, y: float) -> str:
    spans, shift = [], 0
    for run in line:
        # dy moves all that follows: each run takes back what the one before did.
        dy = f' dy="{_n(4 * (shift - run.shift) if run.shift <= 0 else -6 + 4 * shift)}"' if run.shift != shift else ""
        size = f' font-size="{_n(text.SIZE * text.SMALL)}"' if run.shift else ""
        style = ' class="i"' if run.slanted else ""
        spans.append(f"<tspan{style}{size}{dy}>{escape(run.text)}</tspan>")
        shift = run.shift
    return f'<text x="{_n(x)}" y="{_n(y)}">{"".join(spans)}</text>'


def _p(point: Point) -> str:
    return f"{_n(point[0])},{_n(point[1])}"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace("-0", "0") if abs(value) < 0.05 else f"{value:.1f}".removesuffix(".0")
