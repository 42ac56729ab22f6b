"""The lines of a drawn network: from border to border, straight out of every node, and with room for arrowheads."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from backprop_course.drawing.grid import Grid, Plan
from backprop_course.drawing.layers import Link, settle
from backprop_course.drawing.parts import SPACE, WAY_BACK, Piece
from backprop_course.drawing.shapes import Box, Curve, Node, Point, Route, Stroke

STEEPEST = math.radians(50)
APART = math.radians(24)
"""Between two arrows at one unit; less where many come together."""
CLEAR = 3.0
"""How near a curve may come to what is written, in pixels."""
APART_FLAT = 14.0
"""The same on a straight side, in pixels."""

Port = tuple[Point, Point]
"""A point on a node's border, and the direction, of length 1, in which a line leaves there."""


def lane_routes(
    plan: Plan, grid: Grid, parts: Mapping[str, Piece], links: Mapping[str, Piece], level: Mapping[str, float]
) -> list[Route]:
    """One line for each link: out of its source, along its lane or over what it skips, and into its target.

    parts and links: the parts of the nodes and of the links, in place; level: the heights of the skips.
    """
    nodes = {name: part.nodes[0] for name, part in parts.items()}
    written = [label.box for part in (*parts.values(), *links.values()) for label in part.labels]
    drawn = [link for link in (*plan.lanes, *plan.skips) if link.name in links]
    ports = _ports(drawn, grid, nodes, level)
    routes = []
    # Lines that leave a node, or enter it, on the same side: none needs to cross another.
    taken: defaultdict[tuple[str, int], list[Box]] = defaultdict(list)
    for link in drawn:
        (start, out), (end, into) = ports[link.name]
        left, right = grid.left(2 * link.last) - SPACE, grid.right(2 * link.first) + SPACE
        if link.name in level:
            middle, half = grid.x[link.first + link.last], links[link.name].half_line
            near, far = (middle - half, level[link.name]), (middle + half, level[link.name])
            ups, downs = _gentlest_first(right, near), _gentlest_first(left, far)
        else:
            y, p, half = grid.lane_y[link.name], 2 * link.first + 1, links[link.name].half_line
            # Columns that are level may stand so near that a wider lane of another row reaches past a node.
            ups = [(grid.x[p] - half if y == nodes[link.source].y else grid.left(p), y)]
            downs = [(grid.x[p] + half if y == nodes[link.target].y else grid.right(p), y)]
        obstacles = written + [node.box for name, node in nodes.items() if name not in (link.source, link.target)]
        up = _climb(start, out, right, ups, obstacles, taken[link.source, 1])
        down = _climb(end, into, left, downs, obstacles, taken[link.target, -1])
        stroke = Stroke(start, (*up, _line(up[-1][2], down[-1][2]), *_reversed(end, down)))
        trail = [Box(x - 1, y - 1, x + 1, y + 1) for x, y in stroke.samples()]
        taken[link.source, 1] += trail
        taken[link.target, -1] += trail
        routes.append(Route(link.name, link.source, link.target, (stroke,), way_back(links[link.name])))
    return routes


def _ports(
    links: Iterable[Link], grid: Grid, nodes: Mapping[str, Node], level: Mapping[str, float]
) -> dict[str, tuple[Port, Port]]:
    """Where each link leaves its source and enters its target."""
    found: dict[tuple[str, int], Port] = {}
    links = list(links)
    for name, node in nodes.items():
        for side in (1, -1):
            here = [link for link in links if (link.source if side == 1 else link.target) == name]
            if not here:
                continue
            p = 2 * (here[0].first if side == 1 else here[0].last)
            edge = grid.x[p] + side * (grid.half[p] + SPACE)
            aims = []
            for link in here:
                if link.name in level:
                    aims.append((math.copysign(math.inf, level[link.name] - node.y), level[link.name], link.name))
                else:
                    dy = grid.lane_y[link.name] - node.y
                    aims.append((dy, dy, link.name))
            aims.sort()
            wanted = [dy for dy, _, _ in aims]
            for (_, _, link_name), port in zip(aims, _spread(node, side, edge, wanted), strict=True):
                found[link_name, side] = port
    return {link.name: (found[link.name, 1], found[link.name, -1]) for link in links}


def _spread(node: Node, side: int, edge: float, wanted: Sequence[float]) -> list[Port]:
    """Ports on one side of a node, each towards the height wanted of it, none too near the next."""
    # What runs level goes on running level; the others make room.
    weights = [1000.0 if dy == 0 else 1.0 for dy in wanted]
    corner_x = node.x + side * (node.half_width - node.corner)
    if node.round:
        # No steeper than what passes below the labels over the node, out to the column's edge.
        limit = min(STEEPEST, math.atan2(node.corner + SPACE / 2, abs(edge - corner_x)))
        reach = abs(edge - corner_x) + 30
        angles = _within([math.atan2(dy, reach) for dy in wanted], limit, APART, weights)
        r = node.corner
        directions = [(side * math.cos(angle), math.sin(angle)) for angle in angles]
        return [((corner_x + r * x, node.y + r * y), (x, y)) for x, y in directions]
    limit = node.half_height - node.corner
    heights = _within([max(-limit, min(limit, dy)) for dy in wanted], limit, APART_FLAT, weights)
    return [((node.x + side * node.half_width, node.y + dy), (float(side), 0.0)) for dy in heights]


def _within(wanted: Sequence[float], limit: float, apart: float, weights: Sequence[float]) -> list[float]:
    """As near to what is wanted as the limits on both sides and the distance between two allow."""
    last = len(wanted) - 1
    level = wanted.index(0) if 0 in wanted else None
    if level is None:
        distances = [min(apart, 2 * limit / max(last, 1))] * last
    else:
        above, below = level, last - level
        distances = [min(apart, limit / above)] * above if above else []
        distances += [min(apart, limit / below)] * below if below else []
    settled = settle([max(-limit, min(limit, value)) for value in wanted], distances, weights)
    # Pushed beyond a limit, they move back as far as the ones behind them need.
    return [max(-limit + sum(distances[:k]), min(limit - sum(distances[k:]), value)) for k, value in enumerate(settled)]


def _gentlest_first(edge: float, to: Point) -> list[Point]:
    """Where a climb may end: at `to`, or ever further back, until there is only just room beside the edge."""
    shortest = edge + math.copysign(26.0, to[0] - edge)
    parts = (1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1, 0.0)
    return [(shortest + part * (to[0] - shortest), to[1]) for part in parts]


def _climb(
    start: Point, out: Point, edge: float, ends: Sequence[Point], obstacles: Sequence[Box], taken: Sequence[Box]
) -> tuple[Curve, ...]:
    """From a port to where a line runs level, clear of the obstacles and, if it can be, of what is taken.

    In one curve; or, for what is written over the node, straight out to the edge first.
    """
    way = max((edge - start[0]) / out[0], 0.0)
    corner = (start[0] + way * out[0], start[1] + way * out[1])
    second_best = None
    for end in ends:
        whole = [(_curve(start, out, end, pull),) for pull in (0.5, 0.65, 0.8)]
        for curves in (*whole, (_line(start, corner), _curve(corner, out, end, 0.5))):
            before = corner if len(curves) > 1 else start
            if _clear(before, curves[-1], obstacles):
                if _clear(before, curves[-1], taken):
                    return curves
                second_best = second_best or curves
    return second_best or curves


def _curve(start: Point, out: Point, to: Point, pull: float) -> Curve:
    reach = 0.5 * (to[0] - start[0])
    pull *= abs(to[0] - start[0]) / abs(out[0])
    # Not beyond the height that it climbs to, it would have to come back; but straight under an arrowhead.
    if out[1]:
        pull = max(min(pull, abs(to[1] - start[1]) / abs(out[1])), 12.0)
    return (start[0] + pull * out[0], start[1] + pull * out[1]), (to[0] - reach, to[1]), to


def _clear(start: Point, curve: Curve, obstacles: Sequence[Box]) -> bool:
    xs, ys = zip(start, *curve, strict=True)
    around = Box(min(xs), min(ys), max(xs), max(ys))
    near = [box for box in obstacles if box.overlaps(around, CLEAR)]
    steps = 4 + int(math.dist(start, curve[2]) / 5) if near else 0
    points = list(Stroke(start, (curve,)).samples(steps)) if near else []
    return not any(box.holds(point, CLEAR) for box in near for point in points)


def _line(start: Point, end: Point) -> Curve:
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    return (x + dx / 3, y + dy / 3), (x + 2 * dx / 3, y + 2 * dy / 3), end


def _reversed(start: Point, curves: Sequence[Curve]) -> list[Curve]:
    points = [start, *(curve[2] for curve in curves)]
    return [(curve[1], curve[0], points[k]) for k, curve in reversed(list(enumerate(curves)))]


def way_back(part: Piece) -> Stroke | None:
    """The short line to the left above a gradient; None where there is no gradient."""
    for label in part.labels:
        if label.role == "backward":
            box, y = label.box, label.box.top - 1.5 * SPACE
            middle, half = (box.left + box.right) / 2, max(box.right - box.left, WAY_BACK) / 2
            return straight((middle + half, y), (middle - half, y))
    return None


def straight(start: Point, end: Point) -> Stroke:
    """A straight line."""
    return Stroke(start, (_line(start, end),))


def mesh_route(link: Link, nodes: Mapping[str, Node], part: Piece) -> Route:
    """A line from every unit of one layer to every unit of the next."""
    source, target = nodes[link.source], nodes[link.target]
    strokes = []
    for a, ra in _circles(source, 1, 0):
        for b, rb in _circles(target, -1, a[1] - source.y):
            length = math.dist(a, b)
            x, y = (b[0] - a[0]) / length, (b[1] - a[1]) / length
            start, end = (a[0] + ra * x, a[1] + ra * y), (b[0] - rb * x, b[1] - rb * y)
            strokes.append(straight(start, end))
    return Route(link.name, link.source, link.target, tuple(strokes), way_back(part))


def _circles(node: Node, side: int, dy: float) -> list[tuple[Point, float]]:
    """The middles and radii of what the lines run between; on a straight side the points in order of their sources."""
    if node.dots:
        return [(dot, node.dot_radius) for dot in node.dots]
    if node.round:
        return [((node.x + side * (node.half_width - node.corner), node.y), node.corner)]
    limit = node.half_height - node.corner
    return [((node.x + side * node.half_width, node.y + max(-limit, min(limit, 0.15 * dy))), 0.0)]
