"""A pass as a picture that moves: the figure of a trace, its quantities appearing step by step.

As SVG it is the figure itself with CSS inside, so it also runs in an <img>; it plays once, and stays complete.
Where less motion is wanted, and on paper, it is complete at once. As GIF it is the same picture, frame by frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from backprop_course.core.network import Network
from backprop_course.core.trace import Trace, expect_trace
from backprop_course.drawing.figure import expect_network, framed
from backprop_course.drawing.layout import MARGIN, layout
from backprop_course.drawing.parts import LINE
from backprop_course.drawing.saving import save
from backprop_course.drawing.score import STEP, Role, Score, caption, score
from backprop_course.drawing.shapes import Box, Label, Layout
from backprop_course.drawing.svg import BACKWARD, FORWARD, svg
from backprop_course.drawing.words import in_words
from backprop_course.extras import said

COLOURS: dict[Role, str] = {"forward": FORWARD, "backward": BACKWARD}
TINT, HALO, FADED = 0.18, 0.3, 0.2
"""How much of its colour a unit at work is filled with, a number just written is surrounded by, and an arrowhead
keeps while its line is travelled the other way."""
LIT, LIT_MESH, LIT_NODE = 3.6, 1.6, 3.2
"""How thick the line of a piece at work is: a weight's, one of many between two layers, a unit's."""

# What is at work on the way back is dashed as well as orange, and its dashes run back: no colour is needed to tell.
_KEYFRAMES = f"""\
@keyframes NAME-appear {{ from {{ opacity: 0 }} }}
@keyframes NAME-say {{ from, to {{ opacity: 1 }} }}
@keyframes NAME-fade {{ from, to {{ opacity: {FADED} }} }}
@keyframes NAME-wide-forward {{ from, to {{ stroke-width: {LIT} }} }}
@keyframes NAME-wide-backward {{ from {{ stroke: {BACKWARD}; stroke-width: {LIT}; stroke-dasharray: 8 7 }} \
to {{ stroke: {BACKWARD}; stroke-width: {LIT}; stroke-dasharray: 8 7; stroke-dashoffset: 60 }} }}
@keyframes NAME-mesh-forward {{ from, to {{ stroke-width: {LIT_MESH} }} }}
@keyframes NAME-mesh-backward {{ from, to {{ stroke: {BACKWARD}; stroke-width: {LIT_MESH}; stroke-dasharray: 5 4 }} }}
"""
_KEYFRAMES += "".join(
    f"@keyframes NAME-told-{role} {{ from, to {{ stroke: {colour}; stroke-width: 6; stroke-opacity: {HALO}; "
    "paint-order: stroke } }\n"
    f"@keyframes NAME-unit-{role} {{ from, to {{ stroke: {colour}; stroke-width: {LIT_NODE}; "
    f"{'stroke-dasharray: 8 7; ' if role == 'backward' else ''}fill: {colour}; fill-opacity: {TINT} }} }}\n"
    for role, colour in COLOURS.items()
)


@dataclass(frozen=True)
class Animation:
    """A picture of a pass, step by step: `svg`, `gif`, and `description`, which says in words how it ends."""

    svg: str
    description: str
    score: Score

    def __repr__(self) -> str:
        return self.description

    def _repr_html_(self) -> str:
        return self.svg

    @cached_property
    def gif(self) -> bytes:
        """The same as a GIF, which any page shows."""
        with said("notebook"):
            from backprop_course.drawing.gif import gif

        return gif(self.svg, self.score)

    def save(self, path: str | Path) -> Path:
        """Writes the animation to a file and returns its path: .svg, or, with Matplotlib, .gif, for slides.

        Raises CourseError for another end of the name, and for a place that cannot be written to.
        """
        return save(path, {".svg": lambda: self.svg.encode(), ".gif": lambda: self.gif})


def animation(network: Network, trace: Trace) -> Animation:
    """Draws the passes of a trace step by step: the forward pass, and the way back where the trace has it.

    Raises CourseError for what is no network, no trace, or one of another network.
    """
    expect_network(network)
    expect_trace(trace, network)
    played = score(trace)
    placed, captions = _with_captions(layout(network, trace), played)
    body = svg(placed, {unit.name: unit.activation for unit in network.units})
    said = svg(replace(placed, nodes=(), routes=(), labels=captions), {})
    description = in_words(network, trace)
    path = " → ".join(["x", *(unit.name for unit in network.units), "L"])
    meshes = {route.name for route in placed.routes if len(route.strokes) > 1}
    title = f"Network {path}, step by step"
    picture = framed(f"{body}\n{said}", placed.box, title, description, _style(played, meshes))
    return Animation(picture, description, played)


def caption_name(k: int) -> str:
    """What the caption of a step is called in the picture."""
    return f"caption {k}"


def _with_captions(placed: Layout, played: Score) -> tuple[Layout, tuple[Label, ...]]:
    """The layout with room below, and what is said there: a sentence for each step, all at the same place."""
    box = placed.box
    middle, top = (box.left + box.right) / 2, box.bottom + LINE
    captions = []
    for k, frame in enumerate(played.frames):
        lines = caption(frame.sentence, box.right - box.left - 2 * MARGIN)
        captions += [Label(caption_name(k), "caption", line, middle, top + i * LINE) for i, line in enumerate(lines)]
    bottom = max((label.box.bottom for label in captions), default=box.bottom)
    return replace(placed, box=Box(box.left, box.top, box.right, bottom + MARGIN)), tuple(captions)


def _style(played: Score, meshes: set[str]) -> str:
    rules = "\n".join(f"  {rule}" for rule in _rules(played, meshes))
    moving = "@media screen and (prefers-reduced-motion: no-preference)"
    return f"#NAME .caption {{ opacity: 0 }}\n{_KEYFRAMES}{moving} {{\n{rules}\n}}"


def _rules(played: Score, meshes: set[str]) -> Iterator[str]:
    """What each piece does in the course of time."""
    for quantity, (k, role) in played.told.items():
        yield _rule("quantity", quantity, "", f"NAME-appear 0.4s {_at(k)} both, NAME-told-{role} {_during(k)}")
    for k in range(len(played.frames)):
        yield _rule("quantity", caption_name(k), "", f"NAME-say {_during(k)}")
    for name, times in played.nodes.items():
        yield _rule("node", name, " :is(rect, circle)", _lit("NAME-unit", times))
    for name, times in played.routes.items():
        yield _rule("route", name, " > path[stroke]", _lit("NAME-mesh" if name in meshes else "NAME-wide", times))
        back = ", ".join(f"NAME-fade {_during(k)}" for k, role in times if role == "backward")
        if back:
            yield _rule("route", name, " > path[fill]", back)
    for name, k in played.paths.items():
        yield _rule("route", name, " .way-back", f"NAME-appear 0.4s {_at(k)} both")


def _rule(kind: str, name: str, piece: str, animations: str) -> str:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    # Within SVG a style sheet is markup like all else.
    safe = quoted.replace("&", "&amp;").replace("<", "&lt;")
    return f'#NAME [data-{kind}="{safe}"]{piece} {{ animation: {animations} }}'


def _lit(effect: str, times: list[tuple[int, Role]]) -> str:
    return ", ".join(f"{effect}-{role} {_during(k)}" for k, role in times)


def _during(k: int) -> str:
    return f"{STEP:g}s {_at(k)}"


def _at(k: int) -> str:
    """When a step begins; before the first one there is a look at the network alone."""
    return f"{(k + 1) * STEP:g}s"
