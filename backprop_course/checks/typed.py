"""What a wrong number was worked out by: the one change of that expression that makes it right.

A number alone is little evidence. Where the cells that have run are known, the line that gave it is a formula of the
other quantities, and is compared at other numbers, too.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import singledispatch

import numpy as np

from backprop_course.calling.reading import read_number
from backprop_course.checks.cell_text import parsed_cell
from backprop_course.checks.repairing import formula_repairs, told
from backprop_course.checks.runs import LONGEST
from backprop_course.checks.verdict import Part, Verdict
from backprop_course.exercises import Exercise, Values
from backprop_course.formula.parse import Expression, NotRead, read_expression
from backprop_course.misconceptions.points import STOPPED, ValuesAt

_NEAR = 1e-9
_DEEPEST = 4
_ELSEWHERE = 3
"""At how many other sets of numbers an expression is compared."""
_UNEXPLAINED = "not right."


@singledispatch
def by_what_was_typed(
    exercise: Exercise, verdict: Verdict, namespace: Mapping[str, object], sources: Sequence[object]
) -> Verdict:
    """A verdict, with the change that makes right what nothing else explains, where one number is asked at a time.

    namespace: the notebook's, whose number a line must come to, or it is not the one that gave it. sources: the texts
    of the cells that have run, in that order, as IPython's `In` has them.
    """
    return verdict


@by_what_was_typed.register(Values)
def numbers_by_what_was_typed(
    exercise: Values, verdict: Verdict, namespace: Mapping[str, object], sources: Sequence[object]
) -> Verdict:
    """The same of the numbers of a notebook."""
    if not any(map(_is_unexplained, verdict.parts)):
        return verdict
    typed = _assigned([source for source in sources if type(source) is str and len(source) <= LONGEST])
    numbers = {name: number for name in exercise.names if isinstance(number := read_number(namespace.get(name)), float)}
    try:
        points = [ValuesAt(exercise.steps, exercise.start)]
        for _ in range(_ELSEWHERE):
            points.append(points[-1].elsewhere())
    except STOPPED:
        return verdict
    parts = (_told(part, typed, numbers, points) if _is_unexplained(part) else part for part in verdict.parts)
    return replace(verdict, parts=tuple(parts))


def _is_unexplained(part: Part) -> bool:
    return part.status == "wrong" and not part.edit and not part.misconception and part.message.startswith(_UNEXPLAINED)


def _told(part: Part, typed: Mapping[str, ast.expr], numbers: Mapping[str, float], points: Sequence[ValuesAt]) -> Part:
    at_hand = [name for name in numbers if name != part.name and name in points[0].values]
    if part.name not in typed:
        return part
    line = _opened(typed[part.name], typed, at_hand, _DEEPEST)
    read = read_expression(ast.unparse(line), at_hand)
    if isinstance(read, NotRead) or abs(read.value(numbers) - numbers[part.name]) > _NEAR * abs(numbers[part.name]):
        return part

    def is_right(tree: ast.expr) -> bool:
        changed = Expression(tree, "")
        values = ((changed.value(point.values), float(point.values[part.name])) for point in points)
        return all(abs(value - right) <= _NEAR * abs(right) for value, right in values)

    with np.errstate(all="ignore"):
        found = [] if is_right(read.tree) else formula_repairs(read.tree, at_hand, is_right)
    if not found:
        return part
    _, *rest = part.message.split("\n")
    return replace(part, message="\n".join([f"not right; {told(found)}.", *rest]), edit=found[0].kind)


def _assigned(sources: Sequence[str]) -> dict[str, ast.expr]:
    """By name the expression that it was given last, as far as cells say so line by line."""
    found: dict[str, ast.expr] = {}
    for source in sources:
        for line in parsed_cell(source).body:
            if isinstance(line, ast.Assign) and len(line.targets) == 1:
                _assign(line.targets[0], line.value, found)
            else:  # what is changed in a loop or by += is no one expression
                for node in ast.walk(line):
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                        found.pop(node.id, None)
    return found


def _assign(target: ast.expr, value: ast.expr, found: dict[str, ast.expr]) -> None:
    if isinstance(target, ast.Name):
        found[target.id] = value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, other in zip(target.elts, value.elts, strict=True):
            _assign(one, other, found)


class _Opened(ast.NodeTransformer):
    """Names of the student's own replaced by what they were given."""

    def __init__(self, typed: Mapping[str, ast.expr], at_hand: Sequence[str], deep: int) -> None:
        self.typed, self.at_hand, self.deep = typed, at_hand, deep

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if self.deep and node.id in self.typed and node.id not in self.at_hand:
            return _opened(self.typed[node.id], self.typed, self.at_hand, self.deep - 1)
        return node


def _opened(node: ast.expr, typed: Mapping[str, ast.expr], at_hand: Sequence[str], deep: int) -> ast.expr:
    opened: ast.expr = _Opened(typed, at_hand, deep).visit(ast.parse(ast.unparse(node), mode="eval").body)
    return opened
