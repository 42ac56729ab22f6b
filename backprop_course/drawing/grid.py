"""The columns of a drawn network: nodes in the even ones, lanes with the weights' names in the odd ones between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backprop_course.core.network import Network
from backprop_course.drawing import layers
from backprop_course.drawing.layers import Link
from backprop_course.drawing.parts import LINE, SPACE, Piece
from backprop_course.drawing.shapes import Box

HEADROOM = 14.0
"""Room for an arrowhead between a label and a node."""


@dataclass(frozen=True)
class Plan:
    """What stands where, in words: each node's column, the order in each column, and the links between."""

    column: Mapping[str, int]
    rows: Sequence[Sequence[str]]
    lanes: Sequence[Link]
    skips: Sequence[Link]


def plan(network: Network) -> Plan:
    """The plan of a network."""
    column, links = layers.columns(network), layers.links(network)
    lanes = [link for link in links if not link.skips]
    skips = [link for link in links if link.skips]
    return Plan(column, layers.order(column, lanes), lanes, skips)


@dataclass(frozen=True)
class Grid:
    """What stands where, in pixels.

    x: the middle of each column; half: half its width; y: the height of each node, lane_y: of each lane.
    """

    x: Sequence[float]
    half: Sequence[float]
    y: Mapping[str, float]
    lane_y: Mapping[str, float]

    def left(self, p: int) -> float:
        """Where column p begins."""
        return self.x[p] - self.half[p]

    def right(self, p: int) -> float:
        """Where column p ends."""
        return self.x[p] + self.half[p]


def grid(
    plan: Plan, nodes: Mapping[str, Piece], links: Mapping[str, Piece], hulls: Mapping[str, tuple[float, float]]
) -> Grid:
    """Places the parts of nodes and links; `hulls` are those that are drawn unit by unit, with their heights."""
    reach = {name: part.reach for name, part in nodes.items()}
    lane_reach = {link.name: links[link.name].reach for link in plan.lanes}
    y, lane_y = layers.heights(plan.rows, plan.lanes, reach, lane_reach, LINE)

    groups: list[list[tuple[Piece, float]]] = []
    for k, row in enumerate(plan.rows):
        groups.append([(nodes[name], y[name]) for name in row])
        groups.append([(links[link.name], lane_y[link.name]) for link in plan.lanes if link.first == k])
    half = [max(part.half_width for part, _ in group) for group in groups[:-1]]
    for link in plan.skips:
        # A skip's name is written above the middle of its way; the column leaves it the room.
        half[link.first + link.last] = max(half[link.first + link.last], links[link.name].half_width)

    x: list[float] = []
    placed: list[Box] = []
    for p, group in enumerate(groups[:-1]):
        boxes = [box.moved(0, height) for part, height in group for box in part.boxes]
        links_here = [link for link in plan.lanes if p in (2 * link.first + 1, 2 * link.last)]
        meshed = [link for link in links_here if link.name in hulls]
        if not p:
            at = half[p]
        elif meshed:
            mesh = meshed[0]
            way = _mesh_width(nodes[mesh.source], nodes[mesh.target], links[mesh.name], hulls[mesh.name])
            # The weight's name stands in the middle of its lines.
            least = x[p - 1] + way / 2 if p % 2 else max(x[p - 2] + way, 2 * x[p - 1] - x[p - 2])
            at = max(_closest(boxes, placed), least)
        else:
            climb = max(abs(lane_y[link.name] - y[link.source if p % 2 else link.target]) for link in links_here)
            if climb == 0 and not any(p in (2 * link.first + 1, 2 * link.last) for link in plan.skips):
                at = _closest(boxes, placed)
            else:
                gap = max(34.0, min(90.0, 1.3 * (climb - 30)))
                at = max(x[p - 1] + half[p - 1], *(before.right for before in placed)) + gap + half[p]
        x.append(at)
        placed += [box.moved(at, 0) for box in boxes]
    return Grid(x, half, y, lane_y)


def _mesh_width(source: Piece, target: Piece, lane: Piece, hull: tuple[float, float]) -> float:
    """From layer to layer, so far that the steepest line passes below what is written over it and over its ends."""
    climb = abs(hull[0] - hull[1])
    lower = source if hull[0] < hull[1] else target
    room = lower.nodes[0].half_height - min(hull) + SPACE
    over_end = 1.2 * climb * lower.half_width / room
    over_lane = climb * lane.half_line / (climb / 4 + SPACE - 2)
    return max(130.0, 1.5 * climb, over_end, over_lane)


def _closest(boxes: Sequence[Box], placed: Sequence[Box]) -> float:
    """How far to the left the boxes may stand, clear of all that are placed at their height."""
    return max(
        before.right - box.left + HEADROOM
        for box in boxes
        for before in placed
        if before.top < box.bottom + SPACE and box.top < before.bottom + SPACE
    )
