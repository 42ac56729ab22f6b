"""A network on paper: every node, line and label placed, from its structure alone.

Units stand in columns, x on the left and the loss on the right; between two columns of units runs one lane
for each weight, with its name on it. Weights that skip a column run above or below all that they pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from backprop_course.core.names import gradient
from backprop_course.core.network import Network
from backprop_course.drawing import arcs
from backprop_course.drawing.grid import Plan, grid, plan
from backprop_course.drawing.layers import LOSS
from backprop_course.drawing.parts import STUB, Known, Piece, Style, lane_part, node_part
from backprop_course.drawing.routes import lane_routes, mesh_route, straight
from backprop_course.drawing.shapes import Box, Layout, Node, Route
from backprop_course.drawing.sizes import size

MARGIN = 8.0


def layout(network: Network, values: Known | None = None, style: Style | None = None) -> Layout:
    """Places a network: with the shapes of its weights, or with what `values` knows of its quantities.

    values: numbers and arrays by the names they have in a trace: a trace, or weights alone.
    """
    values, style = values or {}, style or Style()
    where = plan(network)
    nodes = {name: node_part(network, name, values, style) for name in where.column}
    hulls = _hulls(where, nodes)
    all_links = (*where.lanes, *where.skips)
    links = {link.name: lane_part(network, link, values, style, hulls.get(link.name)) for link in all_links}
    at = grid(where, nodes, links, hulls)

    nodes = {name: part.moved(at.x[2 * where.column[name]], at.y[name]) for name, part in nodes.items()}
    for link in where.lanes:
        links[link.name] = links[link.name].moved(at.x[2 * link.first + 1], at.lane_y[link.name])
    boxes = [(2 * where.column[name], box) for name, part in nodes.items() for box in part.boxes]
    boxes += [(2 * link.first + 1, box) for link in where.lanes for box in links[link.name].boxes]
    level = arcs.levels(where, arcs.sides(where, at), boxes, links)
    for link in where.skips:
        links[link.name] = links[link.name].moved(at.x[link.first + link.last], level[link.name])

    drawn = {name: part.nodes[0] for name, part in nodes.items()}
    lined = {name: part for name, part in links.items() if name not in hulls}
    routes = lane_routes(where, at, nodes, lined, level)
    routes += [mesh_route(link, drawn, links[link.name]) for link in where.lanes if link.name in hulls]
    framed = {end for route in routes if route.name in lined for end in (route.source, route.target)}
    drawn = {name: replace(node, boxed=not node.dots or name in framed) for name, node in drawn.items()}
    target = nodes[LOSS].nodes[1]
    routes += _stubs(network, drawn, target)
    routes = [replace(route, size=size(values[gradient(route.name)])) if route.back else route for route in routes]
    all_nodes = (*drawn.values(), target)
    labels = tuple(label for part in (*nodes.values(), *links.values()) for label in part.labels)
    around = _around([*(node.box for node in all_nodes), *(label.box for label in labels)])
    placed = Layout(around, all_nodes, tuple(routes), labels)
    return placed.upright() if style.upright else placed


def _hulls(where: Plan, nodes: Mapping[str, Piece]) -> dict[str, tuple[float, float]]:
    """The links drawn unit by unit: those next to a layer that have the way between their ends to themselves.

    Each with half the height of its source and of its target.
    """
    hulls = {}
    for link in where.lanes:
        ends = [nodes[link.source].nodes[0], nodes[link.target].nodes[0]]
        alone = all(len(where.rows[k]) == 1 for k in (link.first, link.last))
        crowded = any(skip.first == link.first or skip.last == link.last for skip in where.skips)
        if alone and not crowded and any(end.dots for end in ends):
            hulls[link.name] = (_half_hull(ends[0]), _half_hull(ends[1]))
    return hulls


def _half_hull(node: Node) -> float:
    return node.dots[-1][1] - node.y if node.dots else 0.0


def _stubs(network: Network, drawn: Mapping[str, Node], target: Node) -> list[Route]:
    """The short lines from below that bring in a bias, or the target."""
    stubs = []
    for unit in network.units:
        if unit.bias:
            node = drawn[unit.name]
            foot = node.box.bottom
            end = foot if node.boxed else node.dots[-1][1] + node.dot_radius
            stubs.append(Route(unit.bias, unit.bias, unit.name, (straight((node.x, foot + STUB), (node.x, end)),)))
    loss = drawn[LOSS]
    stubs.append(Route("y", "y", LOSS, (straight((loss.x, target.box.top), (loss.x, loss.box.bottom)),)))
    return stubs


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        min(box.left for box in boxes) - MARGIN,
        min(box.top for box in boxes) - MARGIN,
        max(box.right for box in boxes) + MARGIN,
        max(box.bottom for box in boxes) + MARGIN,
    )
