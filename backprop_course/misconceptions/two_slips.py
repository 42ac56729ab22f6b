"""Two slips in one equation: every pair of the most natural ones, each result once."""

from __future__ import annotations

from functools import lru_cache

from backprop_course.misconceptions.edit_kinds import CORE, OTHER, RANK, EditKind
from backprop_course.misconceptions.expressions import Operation
from backprop_course.misconceptions.neighbours import Neighbour, some_neighbours

TWO_THINGS = "two things are so: "
"""Begins what is said of two slips in one equation."""
_ODD = ("relu", "sign", "step", "cos", "sin", "log10", "sqrt", "exp2", "softmax")
"""Functions that come in by one slip at most."""
_TWICE = 6000
"""How many ways to make two slips in one equation are tried, the most natural ones."""
_SMALL = 12
"""How many nodes an equation may have for two slips in it to be looked for."""


@lru_cache(maxsize=8)  # some megabytes each
def second_neighbours(tree: Operation, arity: int) -> tuple[Neighbour, ...]:
    """Two slips in an equation whose parents are numbered; none where it is long."""
    if sum(1 for _ in tree.places()) > _SMALL:
        return ()
    once = some_neighbours(tree, arity, _counts_twice)
    pairs = [(first, second) for first in once for second in some_neighbours(first.edited, arity, _counts_twice)]
    pairs.sort(key=lambda pair: RANK[pair[0].kind] + RANK[pair[1].kind])
    found: dict[Operation, Neighbour] = {}
    for first, second in pairs:
        clause = f"{TWO_THINGS}{first.clause}, and {second.clause}"
        found.setdefault(second.edited, Neighbour(first.kind, clause, second.edited))
    for slip in (Neighbour("sign", "", tree), *once):
        found.pop(slip.edited, None)
    return tuple(found.values())[:_TWICE]


def _counts_twice(kind: EditKind, clause: str) -> bool:
    """Whether a slip is natural enough to be one of two: nobody writes a sine by mistake."""
    odd = kind == "function" and clause.split()[0] in _ODD
    return kind in CORE and not odd and OTHER not in clause
