"""Skip connections: each runs above or below everything that it passes, on the side where it crosses less."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from backprop_course.drawing.grid import Grid, Plan
from backprop_course.drawing.layers import Link
from backprop_course.drawing.parts import SPACE, Piece
from backprop_course.drawing.shapes import Box

ABOVE, BELOW = -1, 1


def sides(plan: Plan, grid: Grid) -> dict[str, int]:
    """For each skip ABOVE or BELOW, the shortest first."""
    chosen: dict[str, int] = {}
    for link in _shortest_first(plan.skips):
        chosen[link.name] = min((ABOVE, BELOW), key=lambda side: _crossings(link, side, plan, grid, chosen))
    return chosen


def _crossings(link: Link, side: int, plan: Plan, grid: Grid, chosen: Mapping[str, int]) -> int:
    """What it would cross: lanes on its way out of the picture and back in, and skips that begin inside it."""
    crossed = 0
    for lane in plan.lanes:
        height = grid.lane_y[lane.name]
        if lane.first == link.first and lane.source != link.source:
            crossed += side * (height - grid.y[link.source]) > 0
        if lane.last == link.last and lane.target != link.target:
            crossed += side * (height - grid.y[link.target]) > 0
    for other in plan.skips:
        if chosen.get(other.name) == side:
            crossed += link.first < other.first < link.last < other.last
            crossed += other.first < link.first < other.last < link.last
    return crossed


def levels(
    plan: Plan, side: Mapping[str, int], boxes: Sequence[tuple[int, Box]], parts: Mapping[str, Piece]
) -> dict[str, float]:
    """The height of each skip: clear of the boxes in the columns that it passes, and of the shorter skips there.

    boxes: every box with its column.
    """
    level: dict[str, float] = {}
    passed = [(p, p, box) for p, box in boxes]
    for link in _shortest_first(plan.skips):
        first, last = 2 * link.first, 2 * link.last
        under = [box for start, end, box in passed if start < last and first < end]
        reach = parts[link.name].reach
        if side[link.name] == ABOVE:
            height = min(box.top for box in under) - 3 * SPACE - reach.below
        else:
            height = max(box.bottom for box in under) + 3 * SPACE + reach.above
        level[link.name] = height
        passed.append((first, last, Box(0, height - reach.above, 0, height + reach.below)))
    return level


def _shortest_first(links: Iterable[Link]) -> list[Link]:
    return sorted(links, key=lambda link: (link.last - link.first, link.first))
