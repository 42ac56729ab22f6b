"""Where a network's units stand: columns by longest path, an order with few crossings, heights without overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from backprop_course.core.network import Network

LOSS = "(L)"
"""The loss's node, after the last unit; a unit may be called L."""


@dataclass(frozen=True)
class Link:
    """A weight from one node to another, and the columns that it spans; or y_hat, from the output to the loss."""

    name: str
    source: str
    target: str
    first: int
    last: int

    @property
    def skips(self) -> bool:
        """Whether it passes over a column in between."""
        return self.last > self.first + 1


def columns(network: Network) -> dict[str, int]:
    """Each node's column: one after the last of its sources, so that every link runs to the right."""
    column = {"x": 0}
    for unit in network.units:
        column[unit.name] = 1 + max(column[source] for source in unit.inputs.values())
    column[LOSS] = 1 + column[network.units[-1].name]
    return column


def links(network: Network) -> tuple[Link, ...]:
    """Every weight as a link, and the last unit's prediction as one to the loss."""
    column = columns(network)
    ends = [(weight, source, unit.name) for unit in network.units for weight, source in unit.inputs.items()]
    ends.append(("y_hat", network.units[-1].name, LOSS))
    return tuple(Link(name, source, target, column[source], column[target]) for name, source, target in ends)


def order(column: Mapping[str, int], lanes: Sequence[Link]) -> list[list[str]]:
    """The nodes of each column from top to bottom, so that the links to the next column cross little."""
    rows: list[list[str]] = [[] for _ in range(1 + max(column.values()))]
    for name, k in column.items():
        rows[k].append(name)
    best, fewest = rows, _crossings(rows, lanes)
    for sweep in range(8):
        if not fewest:
            break
        rows = [list(row) for row in rows]
        ends = [(link.source, link.target) for link in lanes]
        ks = range(len(rows)) if sweep % 2 == 0 else reversed(range(len(rows)))
        for k in ks:
            place = {name: i for row in rows for i, name in enumerate(row)}
            beside = _neighbours(ends if sweep % 2 == 0 else [(b, a) for a, b in ends])
            # A node without a neighbour on that side stays where it is; the sort is stable.
            rows[k].sort(key=lambda name: _mean([place[other] for other in beside[name]], place[name]))
        crossings = _crossings(rows, lanes)
        if crossings < fewest:
            best, fewest = rows, crossings
    return best


def _neighbours(ends: Iterable[tuple[str, str]]) -> defaultdict[str, list[str]]:
    beside: defaultdict[str, list[str]] = defaultdict(list)
    for a, b in ends:
        beside[b].append(a)
    return beside


def _crossings(rows: list[list[str]], lanes: Sequence[Link]) -> int:
    place = {name: i for row in rows for i, name in enumerate(row)}
    return sum(
        (place[a.source] - place[b.source]) * (place[a.target] - place[b.target]) < 0
        for a, b in combinations(lanes, 2)
        if a.first == b.first
    )


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


@dataclass(frozen=True)
class Reach:
    """How far something reaches above and below the height at which it stands."""

    above: float
    below: float


def heights(
    rows: Sequence[Sequence[str]],
    lanes: Sequence[Link],
    reach: Mapping[str, Reach],
    lane_reach: Mapping[str, Reach],
    space: float,
) -> tuple[dict[str, float], dict[str, float]]:
    """The height of each node and of each lane's label, by name, each near its neighbours and free of the others."""
    y = dict.fromkeys((name for row in rows for name in row), 0.0)
    beside = _neighbours([ends for link in lanes for ends in ((link.source, link.target), (link.target, link.source))])
    for sweep in range(16):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [_mean([y[other] for other in beside[name]], 0.0) for name in row]
            y.update(zip(row, settle(wanted, _distances(row, reach, space)), strict=True))
    y = {name: round(height) for name, height in y.items()}
    alone = {name for row in rows if len(row) == 1 for name in row}
    for link in sorted(lanes, key=lambda link: link.first):
        if link.source in alone and link.target in alone:
            y[link.target] = y[link.source]

    lane_y: dict[str, float] = {}
    leaving, arriving = _counts(link.source for link in lanes), _counts(link.target for link in lanes)
    for k in range(len(rows) - 1):
        here = [link for link in lanes if link.first == k]
        wanted_y = {}
        for link in here:
            ends = y[link.source], y[link.target]
            # Beside the end where it is alone a lane runs level, and does its climbing at the other end.
            if arriving[link.target] == 1:
                wanted_y[link.name] = ends[1]
            elif leaving[link.source] == 1:
                wanted_y[link.name] = ends[0]
            else:
                wanted_y[link.name] = sum(ends) / 2
        here.sort(key=lambda link: (wanted_y[link.name], y[link.source] + y[link.target], y[link.target]))
        row = [link.name for link in here]
        settled = settle([wanted_y[name] for name in row], _distances(row, lane_reach, 4))
        # Rounded, so that what is level is exactly so.
        lane_y.update((name, round(height, 2)) for name, height in zip(row, settled, strict=True))
    return y, lane_y


def _counts(names: Iterable[str]) -> defaultdict[str, int]:
    count: defaultdict[str, int] = defaultdict(int)
    for name in names:
        count[name] += 1
    return count


def _distances(row: Sequence[str], reach: Mapping[str, Reach], space: float) -> list[float]:
    return [reach[a].below + reach[b].above + space for a, b in pairwise(row)]


def settle(wanted: Sequence[float], distances: Sequence[float], weights: Sequence[float] | None = None) -> list[float]:
    """Positions as near as possible to the wanted ones, each at least its distance after the one before.

    Least squares by pooling adjacent violators: where two come too near, they move as one block from then on.

    >>> settle([0.0, 0.0, 9.0], [2.0, 2.0])
    [-1.0, 1.0, 9.0]
    """
    offsets = [0.0]
    for distance in distances:
        offsets.append(offsets[-1] + distance)
    blocks: list[tuple[float, float, int]] = []  # mean position, weight, how many
    for k, (want, offset) in enumerate(zip(wanted, offsets, strict=False)):
        mean, weight, count = want - offset, weights[k] if weights else 1.0, 1
        while blocks and blocks[-1][0] > mean:
            other, its_weight, its_count = blocks.pop()
            mean = (mean * weight + other * its_weight) / (weight + its_weight)
            weight, count = weight + its_weight, count + its_count
        blocks.append((mean, weight, count))
    pooled = [mean for mean, _, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(pooled, offsets, strict=True)]
