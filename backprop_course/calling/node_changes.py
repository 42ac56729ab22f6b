"""What one node of a source becomes where one thing in it is changed, and the kind of that change."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow)
_ONE_WAY = (ast.Sub, ast.Div, ast.MatMult, ast.Pow)
_FAMILIES = (
    ("sum", "mean", "max", "min", "prod", "cumsum"),
    ("dot", "outer", "multiply", "matmul", "inner"),
    ("exp", "log", "sqrt", "abs", "square", "tanh", "log2", "log10", "expm1", "log1p", "cosh", "sinh"),
    ("maximum", "minimum", "max", "min"),
    ("argmax", "argmin", "max", "min"),
    ("zeros", "ones", "empty"),
    ("zeros_like", "ones_like", "empty_like"),
    ("norm", "sum"),
)
_ALONG = ("sum", "mean", "max", "min", "prod", "argmax", "argmin", "norm", "std", "var", "cumsum")
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)


def node_changed(node: ast.expr, keys: Sequence[str]) -> Iterator[tuple[str, ast.expr]]:
    """What a node becomes where one thing in itself is changed."""
    if isinstance(node, ast.BinOp):
        yield from _of_operation(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", node.operand
        if isinstance(node.operand, ast.BinOp):
            inner = node.operand
            yield "brackets", ast.BinOp(ast.UnaryOp(ast.USub(), inner.left), inner.op, inner.right)
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node, keys)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield "no transpose", node.value
    elif isinstance(node, ast.Subscript):
        yield from _of_subscript(node)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in _COMPARISONS:
            if not isinstance(node.ops[0], other):
                yield "comparison", ast.Compare(node.left, [other()], node.comparators)
    elif isinstance(node, ast.IfExp):
        yield "order", ast.IfExp(node.test, node.orelse, node.body)


def _of_constant(node: ast.Constant, keys: Sequence[str]) -> Iterator[tuple[str, ast.expr]]:
    value = node.value
    if type(value) is str:
        yield from (("key", ast.Constant(key)) for key in keys if key != value)
    elif type(value) is bool:
        yield "number", ast.Constant(not value)
    elif isinstance(value, int | float):
        others = dict.fromkeys([0, 1, -1, 2, 0.5, value + 1, value - 1, -value, 2 * value, value / 2])
        for other in others:
            if other != value and not (type(value) is int and value in (0, 1) and other == 0.5):
                yield "number", ast.Constant(other)
        if type(value) is int:
            yield "number", ast.Constant(None)  # an axis: all of them


def _out_of_brackets(node: ast.Call, inner: ast.BinOp) -> Iterator[tuple[str, ast.expr]]:
    """One side of what stands in a function's brackets put beside them."""
    first = ast.Call(node.func, [inner.left, *node.args[1:]], node.keywords)
    second = ast.Call(node.func, [inner.right, *node.args[1:]], node.keywords)
    yield "brackets", ast.BinOp(first, inner.op, inner.right)
    yield "brackets", ast.BinOp(inner.left, inner.op, second)
    yield "brackets", ast.BinOp(first, inner.op, second)


def _of_call(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    name = name_called(node)
    for family in _FAMILIES:
        if name in family and isinstance(node.func, ast.Attribute):
            for other in family:
                if other != name:
                    function = ast.Attribute(node.func.value, other, ast.Load())
                    yield "function", ast.Call(function, node.args, node.keywords)
    if node.args and isinstance(node.args[0], ast.BinOp):
        yield from _out_of_brackets(node, node.args[0])
    if len(node.args) == 2 and not any(isinstance(argument, ast.Starred) for argument in node.args):
        yield "order", ast.Call(node.func, node.args[::-1], node.keywords)
    yield from (("extra", argument) for argument in node.args[:2] if not isinstance(argument, ast.Starred))
    if isinstance(node.func, ast.Attribute) and not is_module(node.func.value):
        yield "extra", node.func.value
    for k in range(len(node.keywords)):
        rest = [*node.keywords[:k], *node.keywords[k + 1 :]]
        kind = "axis" if node.keywords[k].arg in ("axis", "keepdims") else "extra"
        yield kind, ast.Call(node.func, node.args, rest)
    if name in _ALONG:
        others = [one for one in node.keywords if one.arg not in ("axis", "keepdims")]
        arguments = node.args[:1] if is_module(node.func) or (node.args and name != "sum") else node.args
        for axis in (0, 1, -1):
            for kept in ([], [ast.keyword("keepdims", ast.Constant(True))]):
                along = [ast.keyword("axis", ast.Constant(axis)), *kept]
                yield "axis", ast.Call(node.func, arguments, [*others, *along])


def _of_operation(node: ast.BinOp) -> Iterator[tuple[str, ast.expr]]:
    ones = any(isinstance(side, ast.Constant) and side.value == 1 for side in (node.left, node.right))
    for other in _OPERATORS:
        # Times 1 is nothing at all: then the 1 is too much.
        if not isinstance(node.op, other) and not (ones and other in (ast.Mult, ast.Div, ast.Pow)):
            yield "operation", ast.BinOp(node.left, other(), node.right)
    if isinstance(node.op, ast.FloorDiv | ast.Mod):
        return
    yield "extra", node.left
    yield "extra", node.right
    if isinstance(node.op, _ONE_WAY):
        yield "order", ast.BinOp(node.right, node.op, node.left)
    if isinstance(node.left, ast.BinOp):
        inner = node.left
        yield "brackets", ast.BinOp(inner.left, inner.op, ast.BinOp(inner.right, node.op, node.right))
    if isinstance(node.right, ast.BinOp):
        inner = node.right
        yield "brackets", ast.BinOp(ast.BinOp(node.left, node.op, inner.left), inner.op, inner.right)
    if isinstance(node.left, ast.UnaryOp):
        yield "brackets", ast.UnaryOp(node.left.op, ast.BinOp(node.left.operand, node.op, node.right))
    yield from _of_functions_beside(node)


def _of_functions_beside(node: ast.BinOp) -> Iterator[tuple[str, ast.expr]]:
    """What stands beside a function's brackets put into them."""
    if isinstance(node.left, ast.Call) and node.left.args:
        call = node.left
        first = ast.BinOp(call.args[0], node.op, node.right)
        yield "brackets", ast.Call(call.func, [first, *call.args[1:]], call.keywords)
    if isinstance(node.right, ast.Call) and node.right.args:
        call = node.right
        first = ast.BinOp(node.left, node.op, call.args[0])
        yield "brackets", ast.Call(call.func, [first, *call.args[1:]], call.keywords)


def _of_subscript(node: ast.Subscript) -> Iterator[tuple[str, ast.expr]]:
    yield "extra", node.value
    index = node.slice
    if isinstance(index, ast.Slice):
        ends: list[tuple[ast.expr | None, ast.expr | None]] = [(None, None), (index.lower, None), (None, index.upper)]
        ends += [(ast.Constant(1), index.upper), (index.lower, ast.Constant(-1))]
        for lower, upper in ends:
            yield "index", ast.Subscript(node.value, ast.Slice(lower, upper, index.step), ast.Load())
    elif not (isinstance(index, ast.Constant) and type(index.value) is str):
        if isinstance(index, ast.Name | ast.BinOp):
            for operation in (ast.Add(), ast.Sub()):
                moved = ast.BinOp(index, operation, ast.Constant(1))
                yield "index", ast.Subscript(node.value, moved, ast.Load())
        if isinstance(index, ast.Tuple) and len(index.elts) == 2:
            turned = ast.Tuple(index.elts[::-1], ast.Load())
            yield "index", ast.Subscript(node.value, turned, ast.Load())


def name_called(node: ast.AST) -> str:
    """The name of the function or method that a node calls, without what stands before the dot; "" for no call."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def is_module(node: ast.AST) -> bool:
    """Whether it is NumPy, `math`, or something of theirs."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in ("np", "numpy", "math")
