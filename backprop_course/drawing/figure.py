"""A network as a picture that fits any page, in light and in dark, and the same in words."""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path

from backprop_course.core.arrays import as_array
from backprop_course.core.functions import Array
from backprop_course.core.network import Network
from backprop_course.drawing import text
from backprop_course.drawing.layout import layout
from backprop_course.drawing.parts import Style
from backprop_course.drawing.saving import printed, save
from backprop_course.drawing.shapes import Box
from backprop_course.drawing.svg import BACKWARD, FORWARD, svg
from backprop_course.drawing.words import in_words
from backprop_course.errors import CourseError

# No mid-tone can be read on white and on black alike. Text is the page's own colour, tinted: where a renderer
# does not know color-mix, it stays untinted.
SMALLEST = 0.75
"""Of its own size: then the labels, 15 px high, are 11 px high."""
_STYLE = f"""\
#NAME {{ font: {text.SIZE}px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }}
#NAME text {{ fill: currentColor; text-anchor: middle }}
#NAME .slanted {{ font-style: italic }}
#NAME .forward text {{ fill: color-mix(in srgb, currentColor 35%, {FORWARD}) }}
#NAME .backward text {{ fill: color-mix(in srgb, currentColor 35%, {BACKWARD}) }}"""


@dataclass(frozen=True)
class Figure:
    """A picture of a network: `svg`, drawn when it is first asked for, and `description`, the same in words."""

    description: str
    _draw: Callable[[], str] = field(compare=False)

    @cached_property
    def svg(self) -> str:
        """The picture."""
        return self._draw()

    def save(self, path: str | Path) -> Path:
        """Writes the picture to a file and returns its path: .svg, or, with Matplotlib, .png and .pdf.

        Raises CourseError for another end of the name, and for a place that cannot be written to.
        """
        return save(
            path,
            {
                ".svg": lambda: self.svg.encode(),
                ".png": lambda: printed(self.svg, "png"),
                ".pdf": lambda: printed(self.svg, "pdf"),
            },
        )

    def __repr__(self) -> str:
        return self.description

    def _repr_html_(self) -> str | None:
        return None if nobody_looks() else scrolling(self.svg)


def scrolling(svg: str, smallest: float = SMALLEST) -> str:
    """A picture that shrinks with its page, as far as its labels can be read; from there on it scrolls in a box.

    smallest: of its own size.
    """
    width = float(re.findall(r' width="(\d+)"', svg)[0])
    return f'<div style="overflow-x: auto"><div style="min-width: {smallest * width:.0f}px">{svg}</div></div>'


def nobody_looks() -> bool:
    """Whether a notebook is run to be graded: then nothing is drawn."""
    return "NBGRADER_EXECUTION" in os.environ


def figure(
    network: Network,
    values: Mapping[str, Array] | None = None,
    upright: bool = False,
    written: Mapping[str, str] | None = None,
) -> Figure:
    """Draws a network, from left to right, or upright: from the bottom to the top.

    values: what is known of its quantities, by the names they have in a trace: a forward trace, or one that
        went backward too (then the gradients are drawn as well), or weights alone. Without, names are drawn.
    written: what is written for a quantity where that is not its own name: delta_j for dL_dz_j.

    Raises CourseError for what is no network, and where a value is no number and no array of numbers.
    """
    expect_network(network)
    if values is not None and not isinstance(values, Mapping):
        raise CourseError(f"values is {type(values).__name__}; a trace is expected, or a dict of numbers by name.")
    values = {name: as_array(name, value) for name, value in (values or {}).items()}
    description = in_words(network, values)

    def draw() -> str:
        placed = layout(network, values, Style(upright, written or {}))
        body = svg(placed, {unit.name: unit.activation for unit in network.units})
        path = " → ".join(["x", *(unit.name for unit in network.units), "L"])
        return framed(body, placed.box, f"Network {path}", description)

    return Figure(description, draw)


def expect_network(given: object) -> None:
    """Raises CourseError for what is no network."""
    if not isinstance(given, Network):
        raise CourseError(f"A network is expected first, and then its trace; this is {type(given).__name__}.")


def framed(body: str, box: Box, title: str, description: str, style: str = "") -> str:
    """The pieces of a drawing as a picture of that box, which fits any page.

    style: further rules, in which NAME stands for the picture's name.
    """
    # A name made from the contents: figures on one page keep apart, and a saved one stays the same.
    name = "network-" + hashlib.sha256((body + description).encode()).hexdigest()[:12]
    width, height = math.ceil(box.right - box.left), math.ceil(box.bottom - box.top)
    rules = f"{_STYLE}\n{style}" if style else _STYLE
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" id="{name}" role="img" aria-labelledby="{name}-title {name}-desc" \
width="{width}" height="{height}" viewBox="{box.left:g} {box.top:g} {width} {height}" \
style="max-width: 100%; height: auto" fill="none" stroke-linecap="round" stroke-linejoin="round">
<title id="{name}-title">{escape(title)}</title>
<desc id="{name}-desc">{escape(description)}</desc>
<style>
{rules.replace("NAME", name)}
</style>
{body}
</svg>"""
