"""A picture on other paper than a page's: our own SVG, drawn with Matplotlib, for PNG, PDF and GIF.

It knows the few kinds of shapes that `svg` and `framed` write, and so needs no second drawing of a network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

import numpy as np
from matplotlib import patches, patheffects
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

from backprop_course.drawing import text
from backprop_course.drawing.animation import COLOURS, FADED, HALO, LIT, LIT_MESH, LIT_NODE, TINT, caption_name
from backprop_course.drawing.score import Role, Score
from backprop_course.drawing.shapes import Point

BOW = 0.5523
"""How far the controls of a cubic curve reach that is nearly a quarter of a circle."""
INK = "#222222"
INK_SHARE = 0.35
"""How much ink is in a coloured text, as in the figure's style."""

Colour = tuple[float, float, float]
Attributes = Mapping[str, str]
WHITE: Colour = (1.0, 1.0, 1.0)


def painted(picture: str) -> Figure:
    """The whole picture."""
    return paint(ElementTree.fromstring(picture), _WHOLE, 0)


def paint(root: ElementTree.Element, played: Score, k: int) -> Figure:
    """An animated picture as it is at a step. At 72 dots an inch, a dot is one of the picture's pixels."""
    left, top, width, height = (float(number) for number in root.attrib["viewBox"].split())
    figure = Figure(figsize=(width / 72, height / 72))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(left, left + width), ylim=(top + height, top))
    axes.axis("off")
    for element in root:
        _draw(axes, element, _Brush(to_rgb(INK)), played, k)
    return figure


_WHOLE = Score((), {}, {}, {}, {})
"""Nothing is still to come, and nothing at work."""


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """A share of the one, the rest of the other."""
    red, green, blue = (share * a + (1 - share) * b for a, b in zip(one, other, strict=True))
    return red, green, blue


INKS: dict[str | None, Colour] = {
    role: mixed(to_rgb(INK), to_rgb(colour), INK_SHARE) for role, colour in COLOURS.items()
}
"""What is written in each role."""


@dataclass(frozen=True)
class _Brush:
    """How a piece is drawn, from what it is part of.

    name: its route; unit, route, told: which way the unit, the route or the quantity is at work, if it is.
    """

    ink: Colour
    name: str = ""
    unit: Role | None = None
    route: Role | None = None
    told: Role | None = None


def _draw(axes: Axes, element: ElementTree.Element, brush: _Brush, played: Score, k: int) -> None:
    kind = element.tag.partition("}")[2]
    if kind == "g":
        inside = _entered(element, brush, played, k)
        for child in element if inside else ():
            _draw(axes, child, inside or brush, played, k)
    elif kind == "text":
        _text(axes, element, brush)
    elif kind not in ("title", "desc", "style"):
        axes.add_patch(_SHAPES[kind](element.attrib, _look(element.attrib, kind, brush)))


def _entered(group: ElementTree.Element, brush: _Brush, played: Score, k: int) -> _Brush | None:
    """What changes within a group; None where it is not there yet."""
    attributes = group.attrib
    role = attributes.get("class")
    if role == "caption":
        return brush if attributes["data-quantity"] == caption_name(k) else None
    if role == "way-back":
        return replace(brush, route=None) if played.paths.get(brush.name, -1) <= k else None
    if role in INKS:
        brush = replace(brush, ink=INKS[role])
    if "data-node" in attributes:
        return replace(brush, unit=dict(played.nodes.get(attributes["data-node"], ())).get(k))
    if "data-route" in attributes:
        name = attributes["data-route"]
        return replace(brush, name=name, route=dict(played.routes.get(name, ())).get(k))
    first, way = played.told.get(attributes.get("data-quantity", ""), (-1, None))
    return replace(brush, told=way if first == k else None) if first <= k else None


def _look(attributes: Attributes, kind: str, brush: _Brush) -> dict[str, Any]:
    """Colours and lines of a shape, as Matplotlib calls them."""
    stroke, fill = attributes.get("stroke"), attributes.get("fill")
    alpha = float(attributes.get("opacity", 1))
    width, dashes = float(attributes.get("stroke-width", 1)), "stroke-dasharray" in attributes
    shade: tuple[Colour, float] | str = (_colour(fill), alpha) if fill else "none"
    lit = brush.unit if kind in ("rect", "circle") else brush.route
    if lit and stroke and kind != "polyline" and "opacity" not in attributes:
        width = LIT_NODE if brush.unit else LIT_MESH if attributes["d"].count("M") > 1 else LIT
        stroke, dashes = COLOURS[lit], lit == "backward"
        shade = (_colour(stroke), TINT) if brush.unit else "none"
    elif lit == "backward" and fill:  # the arrowhead of a line that is travelled the other way
        shade = (_colour(fill), FADED)
    edge = (_colour(stroke), alpha) if stroke else "none"
    look = {"facecolor": shade, "edgecolor": edge, "linewidth": width if stroke else 0}
    ends = {"capstyle": attributes.get("stroke-linecap", "round"), "joinstyle": "round"}
    return look | ends | ({"linestyle": (0, (3, 2.5))} if dashes else {})


def _rect(at: Attributes, look: dict[str, Any]) -> patches.Patch:
    left, top, width, height, corner = (float(at[name]) for name in ("x", "y", "width", "height", "rx"))
    right, bottom = left + width, top + height
    points, codes = [(left + corner, top)], [Path.MOVETO]
    for x, y, across, down in ((right, top, -1, 0), (right, bottom, 0, -1), (left, bottom, 1, 0), (left, top, 0, 1)):
        # From one side into the next: where the corner begins, the quarter of a circle, where it ends.
        start = (x + corner * across, y + corner * down)
        end = (x + corner * down, y - corner * across)
        rounded = [(x + (p - x) * (1 - BOW), y + (q - y) * (1 - BOW)) for p, q in (start, end)]
        points += [start, *rounded, end]
        codes += [Path.LINETO, *[Path.CURVE4] * 3]
    return patches.PathPatch(Path([*points, points[0]], [*codes, Path.CLOSEPOLY]), **look)


def _circle(at: Attributes, look: dict[str, Any]) -> patches.Patch:
    return patches.Circle((float(at["cx"]), float(at["cy"])), float(at["r"]), **look)


def _polyline(at: Attributes, look: dict[str, Any]) -> patches.Patch:
    return patches.PathPatch(Path([_point(pair) for pair in at["points"].split()]), **look)


def _path(at: Attributes, look: dict[str, Any]) -> patches.Patch:
    points: list[Point] = []
    codes: list[np.uint8] = []
    for command, rest in re.findall(r"([MLChZ])([^MLChZ]*)", at["d"]):
        # Across from where it is, by so much; all others say where to.
        across = command == "h"
        pairs = [(points[-1][0] + float(rest), points[-1][1])] if across else [_point(pair) for pair in rest.split()]
        points += pairs or [points[-1]]
        codes += [_CODES[command]] * max(len(pairs), 1)
    return patches.PathPatch(Path(points, codes), **look)


_SHAPES = {"rect": _rect, "circle": _circle, "polyline": _polyline, "path": _path}
_CODES = {"M": Path.MOVETO, "L": Path.LINETO, "C": Path.CURVE4, "h": Path.LINETO, "Z": Path.CLOSEPOLY}


def _text(axes: Axes, element: ElementTree.Element, brush: _Brush) -> None:
    """Runs of type side by side, centred together."""
    x, y = float(element.attrib["x"]), float(element.attrib["y"])
    runs = [(span.text or "", _font(span.attrib), float(span.attrib.get("dy", 0))) for span in element]
    widths = [text_to_path.get_text_width_height_descent(words, font, False)[0] for words, font, _ in runs]
    x -= sum(widths) / 2
    placed = []
    for (words, font, dy), width in zip(runs, widths, strict=True):
        y += dy
        placed.append(axes.text(x, y, words, color=brush.ink, fontproperties=font, parse_math=False, zorder=4))
        x += width
    if brush.told:
        soft = mixed(to_rgb(COLOURS[brush.told]), WHITE, HALO)
        for run in placed:
            font = run.get_fontproperties()
            below = axes.text(*run.get_position(), run.get_text(), fontproperties=font, parse_math=False)
            below.set_path_effects([patheffects.Stroke(linewidth=6, foreground=soft, joinstyle="round")])


def _font(at: Attributes) -> FontProperties:
    slanted = at.get("class") == "slanted"
    size = float(at.get("font-size", text.SIZE))
    return FontProperties(family="DejaVu Sans", size=size, style="italic" if slanted else "normal")


def _point(pair: str) -> Point:
    x, y = pair.split(",")
    return float(x), float(y)


def _colour(name: str) -> Colour:
    return to_rgb(INK if name == "currentColor" else name)
