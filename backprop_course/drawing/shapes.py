"""What a drawn network consists of: plain data, in pixels, the y-axis pointing down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from backprop_course.drawing import text
from backprop_course.drawing.sizes import SizeClass

Point = tuple[float, float]
Curve = tuple[Point, Point, Point]
"""A cubic curve from where the one before ended: two controls and its end."""


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, margin: float = 0.0) -> bool:
        """Whether the two come nearer to each other than the margin."""
        return (
            self.left < other.right + margin
            and other.left < self.right + margin
            and self.top < other.bottom + margin
            and other.top < self.bottom + margin
        )

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        """Whether the point lies inside, or nearer than the margin."""
        x, y = point
        return self.left - margin < x < self.right + margin and self.top - margin < y < self.bottom + margin

    def moved(self, dx: float, dy: float) -> Box:
        """The same box elsewhere."""
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)


@dataclass(frozen=True)
class Label:
    """A line of text, centred at x on the baseline y.

    name: the quantity it tells; role: "plain", "forward" or "backward".
    widest: the line that is given room; a number's, so that nothing moves when another number stands there.
    turned: placed with the picture lying on its side; the line is written level when the picture is turned upright.
    """

    name: str
    role: str
    line: text.Line
    x: float
    y: float
    widest: text.Line = ()
    turned: bool = False

    @property
    def half_width(self) -> float:
        """How far the line reaches to either side."""
        return max(text.width(self.line), text.width(self.widest)) / 2

    @property
    def box(self) -> Box:
        """The room it takes."""
        half = self.half_width
        if self.turned:
            return Box(self.x - 0.3 * text.SIZE, self.y - half, self.x + 0.8 * text.SIZE, self.y + half)
        return Box(self.x - half, self.y - 0.8 * text.SIZE, self.x + half, self.y + 0.3 * text.SIZE)

    def moved(self, dx: float, dy: float) -> Label:
        """The same label elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def upright(self) -> Label:
        """Where it is when the picture is turned."""
        x, y = _turned((self.x, self.y))
        return replace(self, x=x, y=y, turned=False)


@dataclass(frozen=True)
class Node:
    """A unit, a layer, the input, the target or the loss: a box with rounded corners around (x, y).

    kind: "input", "unit", "loss" or "target".
    dots: the middles of a layer's units, from top to bottom; gap: where the left-out ones would stand.
    values: what is written into the dots, or nothing; quantity: what that is.
    off: the activation by which it is seen that a ReLU lets nothing through, if it does not.
    """

    name: str
    kind: str
    x: float
    y: float
    half_width: float
    half_height: float
    corner: float
    dots: tuple[Point, ...] = ()
    dot_radius: float = 0.0
    gap: Point | None = None
    values: tuple[float, ...] = ()
    quantity: str = ""
    boxed: bool = True
    off: str = ""

    @property
    def box(self) -> Box:
        """The room it takes."""
        w, h = self.half_width, self.half_height
        return Box(self.x - w, self.y - h, self.x + w, self.y + h)

    @property
    def round(self) -> bool:
        """Whether its sides are half circles, as a scalar unit's are."""
        return self.corner == self.half_height

    def moved(self, dx: float, dy: float) -> Node:
        """The same node elsewhere."""
        return replace(
            self,
            x=self.x + dx,
            y=self.y + dy,
            dots=tuple((x + dx, y + dy) for x, y in self.dots),
            gap=self.gap and (self.gap[0] + dx, self.gap[1] + dy),
        )

    def upright(self) -> Node:
        """Where it is when the picture is turned."""
        x, y = _turned((self.x, self.y))
        dots, gap = tuple(map(_turned, self.dots)), self.gap and _turned(self.gap)
        return replace(self, x=x, y=y, half_width=self.half_height, half_height=self.half_width, dots=dots, gap=gap)


@dataclass(frozen=True)
class Stroke:
    """A line with an arrowhead at its end: a start, then cubic curves."""

    start: Point
    curves: tuple[Curve, ...]

    @property
    def end(self) -> Point:
        """Where its arrowhead points."""
        return self.curves[-1][2]

    def upright(self) -> Stroke:
        """Where it is when the picture is turned."""
        curves = tuple((_turned(a), _turned(b), _turned(end)) for a, b, end in self.curves)
        return Stroke(_turned(self.start), curves)

    def samples(self, n: int = 16) -> Iterator[Point]:
        """Points along it, n for each curve."""
        here = self.start
        for a, b, end in self.curves:
            for k in range(n + 1):
                t = k / n
                p, q, r, s = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
                yield (
                    p * here[0] + q * a[0] + r * b[0] + s * end[0],
                    p * here[1] + q * a[1] + r * b[1] + s * end[1],
                )
            here = end


@dataclass(frozen=True)
class Route:
    """What runs along one weight (or bias, prediction, target): strokes forward, and one for the way back.

    strokes: one, or between two layers one for each pair of units drawn; size: of the gradient beside the way back.
    """

    name: str
    source: str
    target: str
    strokes: tuple[Stroke, ...]
    back: Stroke | None = None
    size: SizeClass | None = None

    def upright(self) -> Route:
        """Where it is when the picture is turned."""
        strokes = tuple(stroke.upright() for stroke in self.strokes)
        return replace(self, strokes=strokes, back=self.back and self.back.upright())


@dataclass(frozen=True)
class Layout:
    """A whole network, placed."""

    box: Box
    nodes: tuple[Node, ...]
    routes: tuple[Route, ...]
    labels: tuple[Label, ...]

    def upright(self) -> Layout:
        """The same picture turned: what ran from left to right runs from the bottom to the top."""
        box = Box(self.box.top, -self.box.right, self.box.bottom, -self.box.left)
        nodes, routes = (node.upright() for node in self.nodes), (route.upright() for route in self.routes)
        return Layout(box, tuple(nodes), tuple(routes), tuple(label.upright() for label in self.labels))


def _turned(point: Point) -> Point:
    x, y = point
    return y, -x
