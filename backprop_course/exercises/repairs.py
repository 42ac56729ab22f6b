"""Whether a fault can be mended in its own line alone: every smallest change of every other line, carried out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import CodeType

import numpy as np

from backprop_course.core import names
from backprop_course.core.functions import Array
from backprop_course.exercises.faults import DIFFERENT, Fault, apart, points_of
from backprop_course.exercises.programs import CALLED
from backprop_course.misconceptions.expressions import Operation
from backprop_course.misconceptions.points import STOPPED
from backprop_course.misconceptions.printed import can_be_written, line_of_code, slips_in


def other_repairs(fault: Fault) -> tuple[tuple[str, Operation], ...]:
    """The other lines in which one change of what is there would mend every gradient, each with what would stand there.

    The change is one of the smallest kind: something exchanged, left out or turned, nothing put in.
    """
    network, points = fault.network, points_of(fault.network)
    gradients = tuple(names.gradient(weight) for weight in network.weights)
    given = [{name: point[name] for name in ("x", *network.weights, "y")} for point in points]
    wrong = [fault.program.values(one) for one in given]
    trees = fault.program.trees
    found = []
    for k, (line, tree) in enumerate(trees.items()):
        if line == fault.line or not _reaches(line, [g for g in gradients if _differs(g, wrong, points)], trees):
            continue
        later = compile(
            "\n".join(f"{name} = {line_of_code(trees[name])}" for name in list(trees)[k + 1 :]), line, "exec"
        )
        before = ("x", *network.weights, "y", *list(trees)[:k])
        for other in _core_slips(tree, before):
            with np.errstate(all="ignore"):
                pairs = zip(wrong, points, strict=True)
                if all(_mended(line, other, later, *pair, gradients) for pair in pairs):
                    found.append((line, other))
    return tuple(found)


@lru_cache(maxsize=512)
def _core_slips(tree: Operation, before: tuple[str, ...]) -> tuple[Operation, ...]:
    return tuple(filter(can_be_written, slips_in(tree, before, core=True)))


def _differs(gradient: str, wrong: list[dict[str, Array]], points: tuple[dict[str, Array], ...]) -> bool:
    return any(apart(one[gradient], point[gradient]) > DIFFERENT for one, point in zip(wrong, points, strict=True))


def _reaches(line: str, targets: list[str], trees: Mapping[str, Operation]) -> bool:
    """Whether all these quantities are made from a line's."""
    made = {line}
    for name, tree in trees.items():
        if not made.isdisjoint(tree.names()):
            made.add(name)
    return made.issuperset(targets)


def _mended(
    line: str,
    tree: Operation,
    later: CodeType,
    wrong: Mapping[str, Array],
    right: Mapping[str, Array],
    gradients: tuple[str, ...],
) -> bool:
    """Whether every gradient is right with another equation in one line of a faulty program; later: the lines below."""
    try:
        values = {**CALLED, **wrong, line: tree.value(wrong)}
        exec(later, values)  # our own lines, printed from equations
    except STOPPED:
        return False
    return all(apart(values[name], right[name]) <= DIFFERENT for name in gradients)
