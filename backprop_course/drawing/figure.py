"""A network as a picture that fits any page, in light and in dark, and the same in words."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from backprop_course.drawing import text
from backprop_course.drawing.layout import layout
from backprop_course.drawing.svg import BACKWARD, FORWARD, svg
from backprop_course.drawing.words import describe
from backprop_course.functions import Array
from backprop_course.network import Network

# No mid-tone can be read on white and on black alike. Text is the page's own colour, tinted: where a renderer
# does not know color-mix, it stays untinted.
_STYLE = f"""\
#NAME {{ font: {text.SIZE}px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }}
#NAME text {{ fill: currentColor; text-anchor: middle }}
#NAME .slanted {{ font-style: italic }}
#NAME .forward text {{ fill: color-mix(in srgb, currentColor 35%, {FORWARD}) }}
#NAME .backward text {{ fill: color-mix(in srgb, currentColor 35%, {BACKWARD}) }}"""


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

    values: what is known of its quantities, by the names they have in a trace: a forward trace, or one that
        went backward too (then the gradients are drawn as well), or weights alone. Without, names are drawn.
    """
    description = describe(network, values)
    placed = layout(network, values)
    body = svg(placed, {unit.name: unit.activation for unit in network.units})
    # A name made from the contents: figures on one page keep apart, and a saved one stays the same.
    name = "network-" + hashlib.sha256((body + description).encode()).hexdigest()[:12]
    box = placed.box
    width, height = math.ceil(box.right - box.left), math.ceil(box.bottom - box.top)
    path = " → ".join(["x", *(unit.name for unit in network.units), "L"])
    picture = f"""\
<svg xmlns="http://www.w3.org/2000/svg" id="{name}" role="img" aria-labelledby="{name}-title {name}-desc" \
width="{width}" height="{height}" viewBox="{box.left:g} {box.top:g} {width} {height}" \
style="max-width: 100%; height: auto" fill="none" stroke-linecap="round" stroke-linejoin="round">
<title id="{name}-title">Network {escape(path)}</title>
<desc id="{name}-desc">{escape(description)}</desc>
<style>
{_STYLE.replace("NAME", name)}
</style>
{body}
</svg>"""
    return Figure(picture, description)
