"""The pieces of a drawn network, each around its own origin: a node or a lane, with what is written beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from backprop_course.core import names
from backprop_course.core.functions import Array
from backprop_course.core.network import Network
from backprop_course.drawing import text
from backprop_course.drawing.layers import LOSS, Link, Reach
from backprop_course.drawing.shapes import Box, Label, Node

Known = Mapping[str, Array]

RADIUS = 30.0
SMALL_RADIUS = 20.0
LINE = 20.0
"""From one line of text to the next."""
SPACE = 6.0
STUB = 26.0
"""The length of the short arrows that bring in a bias or a target."""
WAY_BACK, ROOM_FOR_WAY_BACK = 46.0, 13.0
"""How long the arrow beside a weight's gradient is at least, and the room between that gradient and the line."""
MOST_DOTS = 6
OFF = (text.Run(" (off)"),)
"""Written after the 0 that a ReLU hands on; together no wider than another number."""
WIDEST = -0.1234
"""Most numbers are written in no more room than this one."""


@dataclass(frozen=True)
class Style:
    """How the pieces are set.

    upright: they belong to a picture that will be turned, so that the network runs from the bottom to the top; what
    would stand above a node stands to its left, what would stand below it to its right.
    written: what stands for a quantity, where that is not its own name.
    """

    upright: bool = False
    written: Mapping[str, str] = field(default_factory=dict)

    def told(self, quantity: str, role: str, values: Known) -> Label:
        """A quantity and its value."""
        name, value = self.written.get(quantity, quantity), values[quantity]
        widest = () if np.ndim(value) else text.quantity(name, WIDEST)
        return Label(quantity, role, text.quantity(name, value), 0, 0, widest)

    def above(self, labels: Sequence[Label], start: float) -> list[Label]:
        """The labels in lines that end so far above the origin."""
        if self.upright:
            return _beside(labels, -1, start)
        last = len(labels) - 1
        return [label.moved(0, -start - SPACE - 0.3 * text.SIZE - (last - k) * LINE) for k, label in enumerate(labels)]

    def below(self, labels: Sequence[Label], start: float) -> list[Label]:
        """The labels in lines that begin so far below the origin."""
        if self.upright:
            return _beside(labels, 1, start)
        return [label.moved(0, start + SPACE + 0.8 * text.SIZE + k * LINE) for k, label in enumerate(labels)]


def _beside(labels: Sequence[Label], side: int, start: float) -> list[Label]:
    """The same in a picture that will be turned: lines below each other, around the height of the origin."""
    away = side * (start + SPACE + max((label.half_width for label in labels), default=0.0))
    middle = (len(labels) - 1) / 2
    turned = [replace(label, turned=True) for label in labels]
    return [label.moved((middle - k) * LINE - 0.25 * text.SIZE, away) for k, label in enumerate(turned)]


@dataclass(frozen=True)
class Piece:
    """What belongs together: nodes and labels around an origin, and how much room a lane's line takes."""

    nodes: tuple[Node, ...]
    labels: tuple[Label, ...]
    half_line: float = 0.0

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The room that each piece takes."""
        boxes = (*(node.box for node in self.nodes), *(label.box for label in self.labels))
        return (*boxes, Box(-self.half_line, -1, self.half_line, 1)) if self.half_line else boxes

    @property
    def reach(self) -> Reach:
        """How far it reaches above and below its origin."""
        return Reach(max(-box.top for box in self.boxes), max(box.bottom for box in self.boxes))

    @property
    def half_width(self) -> float:
        """How far it reaches to either side."""
        return max(max(-box.left, box.right) for box in self.boxes)

    def moved(self, dx: float, dy: float) -> Piece:
        """The same part elsewhere."""
        return replace(
            self,
            nodes=tuple(node.moved(dx, dy) for node in self.nodes),
            labels=tuple(label.moved(dx, dy) for label in self.labels),
        )


def node_part(network: Network, name: str, values: Known, style: Style) -> Piece:
    """The input, a unit or the loss, with its values above it and its gradients below."""
    if name == LOSS:
        return _loss_part(values, style)
    node = _node(network, name, values, style)
    above: list[Label] = []
    below: list[Label] = []
    heading = _heading(network, name, values)
    if heading:
        above.append(Label(name, "plain", heading, 0, 0))
    output = name == network.units[-1].name
    own = ["x"] if name == "x" else [names.pre_activation(name), names.activation(name)][: 1 if output else 2]
    above += [style.told(quantity, "forward", values) for quantity in own if quantity in values]
    above = [replace(label, line=(*label.line, *OFF)) if label.name == node.off else label for label in above]
    bias = None if name == "x" else network.unit[name].bias
    start = node.half_height
    if bias:
        start += STUB
        told = style.told(bias, "forward", values) if bias in values else Label(bias, "plain", text.name(bias), 0, 0)
        below.insert(0, told)
    paths = (
        [] if name == "x" else [names.along(names.activation(name), edge.target) for edge in network.edges_from(name)]
    )
    gradients = [*paths, *map(names.gradient, (*reversed(own), *([bias] if bias else [])))]
    below += [style.told(gradient, "backward", values) for gradient in gradients if gradient in values]
    return Piece((node,), (*style.above(above, node.half_height), *style.below(below, start)))


def _heading(network: Network, name: str, values: Known) -> text.Line:
    """What stands over a layer, whose units have no room for its name."""
    width = network.width(name)
    if width is None or (name == "x" and "x" in values):
        return ()
    if name == "x":
        return (*text.name("x"), *text.counted(": ", width, "input"))
    return (text.Run("layer "), *text.name(name), *text.counted(": ", width, "unit"))


def _node(network: Network, name: str, values: Known, style: Style) -> Node:
    kind = "input" if name == "x" else "unit"
    width = network.width(name)
    if width is None:
        radius = SMALL_RADIUS if name == "x" else RADIUS
        half_width = max(radius, text.width(text.name(name)) / 2 + radius / 2)
        sides = (radius, half_width) if style.upright else (half_width, radius)
        return Node(name, kind, 0, 0, *sides, radius, off=_off(network, name, values))
    quantity = network.activation_of(name)
    shown: Array = values.get(quantity)
    # A layer's numbers stand in its units where it is drawn whole and they belong to one example.
    written = shown is not None and np.ndim(shown) == 1 and width <= MOST_DOTS
    radius = 25.0 if written else 14.0
    pitch = 2 * radius + 8
    places = min(width, MOST_DOTS - 1) if width > MOST_DOTS else width
    column = [(0.0, (k - (places - 1) / 2) * pitch) for k in range(places)]
    gap = column.pop(places // 2) if width > MOST_DOTS else None
    half_height = (places - 1) / 2 * pitch + radius + 8
    numbers = tuple(float(value) for value in shown) if written else ()
    return Node(name, kind, 0, 0, radius + 8, half_height, 14, tuple(column), radius, gap, numbers, quantity)


def _off(network: Network, name: str, values: Known) -> str:
    """The activation of a ReLU that lets nothing through, neither forward nor back."""
    z, h = names.pre_activation(name), names.activation(name)
    relu = name in network.unit and network.unit[name].activation.name == "relu"
    return h if relu and {z, h} <= set(values) and np.ndim(values[z]) == 0 and values[z] < 0 else ""


def _loss_part(values: Known, style: Style) -> Piece:
    loss = Node(LOSS, "loss", 0, 0, 22, 22, 8)
    target = Node("y", "target", 0, loss.half_height + STUB + 18, 18, 18, 18)
    above = [style.told("L", "forward", values)] if "L" in values else []
    below = [style.told("y", "forward", values)] if "y" in values else []
    return Piece((loss, target), (*style.above(above, loss.half_height), *style.below(below, target.box.bottom)))


def lane_part(
    network: Network, link: Link, values: Known, style: Style, hull: tuple[float, float] | None = None
) -> Piece:
    """What is written along a link: the weight above its line, the gradient below.

    hull: half the heights of the two layers, where every pair of their units is connected by a line.
    """
    shape = network.weights.get(link.name, ())
    name, gradient = link.name, names.gradient(link.name)
    above = [style.told(name, "forward", values) if name in values else Label(name, "plain", text.name(name), 0, 0)]
    below = []
    if shape and name not in values:
        below.append(Label(name, "plain", text.shape(shape), 0, 0))
    back = gradient in values
    if back:
        below.append(style.told(gradient, "backward", values))
    up = down = 0.0
    if hull:
        up = down = sum(hull) / 2 + abs(hull[0] - hull[1]) / 4
    labels = (*style.above(above, up), *style.below(below, down + (ROOM_FOR_WAY_BACK if back else 0)))
    half = max(label.box.right for label in labels) + 4
    return Piece((), labels, max(half, WAY_BACK / 2 + 4 if back else 16.0))
