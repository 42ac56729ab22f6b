"""An equation's tree as a line of NumPy, and the tree of a step gone wrong: what stands in a program with a mistake."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from backprop_course.core.trace import Step
from backprop_course.errors import CourseError
from backprop_course.misconceptions.edit_kinds import CORE, OTHER
from backprop_course.misconceptions.expressions import OPERATORS, Operation, parent, read_equation
from backprop_course.misconceptions.neighbours import neighbours
from backprop_course.misconceptions.points import STOPPED

_NUMPY = {"exp", "log", "log10", "abs", "sqrt", "sign", "cos", "sin", "tanh", "outer"}
"""What NumPy calls so; a sigmoid and a softmax are the notebook's own functions."""
_OWN = {"sigmoid", "softmax", "len"}
_SIGNS = {sign: operator for operator, sign in OPERATORS.items()}


def line_of_code(tree: Operation) -> str:
    """A tree as Python, with `np` for NumPy. Raises CourseError for what nobody would write in one line."""
    return re.sub(r"(?<=\w) \*\* (?=\w)", "**", ast.unparse(_node(tree)))


def _node(tree: Operation) -> ast.expr:
    op, args = tree.op, [_node(arg) for arg in tree.args]
    if op == "name":
        return ast.Name(tree.what, ast.Load())
    if op == "number":
        value = int(tree.what) if tree.what == int(tree.what) else tree.what
        return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))
    if op == "neg":
        return ast.UnaryOp(ast.USub(), args[0])
    if op in _SIGNS:
        return ast.BinOp(args[0], _SIGNS[op](), args[1])
    if op == "T":
        return ast.Attribute(args[0], "T", ast.Load())
    if op in ("sum", "mean", "max"):
        return _reduced(op, args[0], tree.what)
    if op == "relu":
        return ast.Call(_of_numpy("maximum"), [args[0], ast.Constant(0)], [])
    if op == "step":
        return ast.Compare(args[0], [ast.GtE()], [ast.Constant(0)])
    if op in _NUMPY or op in _OWN:
        return ast.Call(_of_numpy(op) if op in _NUMPY else ast.Name(op, ast.Load()), args, [])
    raise CourseError(f"{op} is nothing that stands in a line of a program.")


def _of_numpy(name: str) -> ast.expr:
    return ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load())


def _reduced(op: str, of: ast.expr, axis: Any) -> ast.expr:
    kept = isinstance(axis, tuple)
    found = axis[0] if kept else axis
    words = [] if found is None else [ast.keyword("axis", _node(Operation("number", what=float(found))))]
    return ast.Call(ast.Attribute(of, op, ast.Load()), [], words + [ast.keyword("keepdims", ast.Constant(True))] * kept)


def substituted(tree: Operation, names: Mapping[str, Operation]) -> Operation:
    """The same tree with others in the place of names."""
    if tree.op == "name":
        return names.get(tree.what, tree)
    return Operation(tree.op, tuple(substituted(arg, names) for arg in tree.args), tree.what)


def tree_of(step: Step) -> Operation:
    """The tree of a step's equation, over the names of its parents."""
    return read_equation(step.equation(*step.parents))


def gone_wrong(
    step: Step, wrong: Step, before: Collection[str], points: Sequence[Mapping[str, Any]]
) -> Operation | None:
    """The simplest tree that gives what a step gone wrong gives; None where one slip in its equation does not.

    before: the quantities that may stand in it. points: values of all quantities, to compare it at.
    """
    if not {*wrong.parents} <= {*before}:
        return None
    try:
        asked = [wrong.function(wrong.at, *map(point.__getitem__, wrong.parents)) for point in points]
    except STOPPED:
        return None
    right = tree_of(step)
    with np.errstate(all="ignore"):
        for tree in _candidates(step, wrong, before):
            if tree != right and _gives(tree, points, asked) and can_be_written(tree):
                return tree
    return None


def _candidates(step: Step, wrong: Step, before: Collection[str]) -> Iterator[Operation]:
    with suppress(CourseError, TypeError):
        yield tree_of(wrong)  # where only what goes into it is wrong, it is written as ever
    yield from slips_in(tree_of(step), before)


def slips_in(tree: Operation, before: Collection[str], core: bool = False) -> Iterator[Operation]:
    """Every tree that one slip makes of an equation, the most natural first.

    before: what may stand in it. core: those alone that change, exchange or leave out what is there.
    """
    here = tuple(dict.fromkeys(tree.names()))
    numbered = substituted(tree, {name: parent(f"#{k}") for k, name in enumerate(here)})
    back = {f"#{k}": parent(name) for k, name in enumerate(here)}
    for slip in neighbours(numbered, len(here)):
        if core and slip.kind not in CORE:
            continue
        for other in [name for name in before if name not in here] if slip.needs_other else [""]:
            yield substituted(slip.edited, {**back, OTHER: parent(other)})


def _gives(tree: Operation, points: Sequence[Mapping[str, Any]], asked: Sequence[Any]) -> bool:
    for point, right in zip(points, asked, strict=True):
        try:
            value = tree.value(point)
        except STOPPED:
            return False
        if np.shape(value) != np.shape(right) or not np.allclose(value, right, 1e-9, 1e-12):
            return False
    return True


def can_be_written(tree: Operation) -> bool:
    """Whether a tree is a line of a program."""
    try:
        line_of_code(tree)
    except CourseError:
        return False
    return True
