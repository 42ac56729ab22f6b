"""An equation's neighbours: every tree that one slip makes of it, and what the slip is, in words.

Equations have their parents numbered, so that the neighbours of a rule are found once for all steps that follow it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

from backprop_course.misconceptions.at_one_place import COUNTED_BY, REDUCED, WRAPPED, slips_at
from backprop_course.misconceptions.edit_kinds import OTHER, RANK, EditKind
from backprop_course.misconceptions.expressions import Operation, number, parent


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One way to change an equation whose parents are numbered: its kind, what happens, and what comes of it."""

    kind: EditKind
    clause: str
    edited: Operation

    @property
    def needs_other(self) -> bool:
        """Whether another quantity of the problem stands in it."""
        return OTHER in self.clause


@lru_cache(maxsize=256)
def neighbours(tree: Operation, arity: int) -> tuple[Neighbour, ...]:
    """Every slip in one equation, each result once, by the most natural kind that gives it."""
    return some_neighbours(tree, arity, lambda kind, clause: True)


def some_neighbours(tree: Operation, arity: int, wanted: Callable[[EditKind, str], bool]) -> tuple[Neighbour, ...]:
    """Those whose kind and clause are wanted."""
    found: dict[Operation, Neighbour] = {tree: Neighbour("sign", "", tree)}
    places = list(tree.places())
    nodes = [node for _, node in places]
    made = []
    given = tuple(dict.fromkeys(node.op for node in nodes if node.is_given))
    counted = {(*path, 0) for path, node in places if node.op in COUNTED_BY}
    for path, node in places:
        if path in counted:
            continue
        repeated = nodes.count(node) > 1
        for kind, clause, other in slips_at(node, arity, len(path) < 2, given):
            if not wanted(kind, clause):
                continue
            made.append(Neighbour(kind, clause, tree.put(path, other)))
            if repeated:
                made.append(Neighbour(kind, clause, tree.with_all(node, other)))
    made += _exchanged(tree, arity)
    made += [slip for slip in _of_result(tree, arity) if wanted(slip.kind, slip.clause)]
    for slip in sorted(made, key=lambda slip: RANK[slip.kind]):
        found.setdefault(slip.edited, slip)
    return tuple(found.values())[1:]


def _exchanged(tree: Operation, arity: int) -> Iterator[Neighbour]:
    """Two quantities in each other's place."""

    def renamed(node: Operation, names: Mapping[str, str]) -> Operation:
        if node.op == "name":
            return replace(node, what=names.get(node.what, node.what))
        return replace(node, args=tuple(renamed(arg, names) for arg in node.args))

    present = set(tree.names())
    for one, other in combinations([f"#{k}" for k in range(arity) if f"#{k}" in present], 2):
        yield Neighbour("order", f"{one} and {other} have changed places", renamed(tree, {one: other, other: one}))
    for (path, node), (way, part) in combinations(tree.places(), 2):
        apart = path != way[: len(path)]
        if apart and node != part and (node.args or part.args):
            clause = "two parts of the right side have changed places"
            yield Neighbour("order", clause, tree.put(path, part).put(way, node))


def _of_result(tree: Operation, arity: int) -> Iterator[Neighbour]:
    """What is done to the whole result, and what stands instead of it."""
    for function in WRAPPED:
        yield Neighbour("function", f"{function} is applied to the result", Operation(function, (tree,)))
    for reduction, word in REDUCED.items():
        for axis in (None, 0, -1):
            yield Neighbour("axis", f"the {word} of the result is given", Operation(reduction, (tree,), axis))
    yield Neighbour("axis", "the result is transposed", Operation("T", (tree,)))
    yield Neighbour("axis", "the length of the result is given", Operation("norm", (tree,)))
    yield Neighbour("axis", "only the diagonal of the result is given", Operation("diagonal", (tree,)))
    yield Neighbour("order", "the entries of the result are sorted", Operation("sorted", (tree,)))
    rest = Operation("-", (number(1.0), tree))
    yield Neighbour("instead", "1 minus the result is given", rest)
    yield Neighbour("extra", "the result is multiplied by 1 minus itself", Operation("*", (tree, rest)))
    yield Neighbour("extra", "the result is divided by its length", Operation("/", (tree, Operation("norm", (tree,)))))
    for k in range(arity):
        for size, word in COUNTED_BY.items():
            count = Operation(size, (parent(f"#{k}"),))
            yield Neighbour(
                "size", f"the result is divided by the number of {word} of #{k}", Operation("/", (tree, count))
            )
            yield Neighbour(
                "size", f"the result is multiplied by the number of {word} of #{k}", Operation("*", (tree, count))
            )
    yield Neighbour("instead", f"{OTHER} stands for the result", parent(OTHER))
    yield Neighbour("instead", f"1 − {OTHER} stands for the result", Operation("-", (number(1.0), parent(OTHER))))
