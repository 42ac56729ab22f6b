"""The changes of one thing in a function's source, each with its place and what is said of it."""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from backprop_course.calling.line_changes import lines_changed
from backprop_course.calling.node_changes import is_module, name_called, node_changed

REPAIRED = {
    "brackets": "other brackets in `{}`",
    "order": "left and right exchanged in `{}`",
    "sign": "the other sign for `{}`",
    "operation": "another operation in `{}`",
    "extra": "one thing less in `{}`",
    "copy": "a copy in place of `{}`",
    "line": "`{}` left out",
    "out": "`{}` after the loop, not in it",
    "into": "`{}` inside the loop",
    "collected": "= and += exchanged in `{}`",
    "function": "another function in `{}`",
    "axis": "another axis, or keepdims, in `{}`",
    "number": "another number in place of `{}`",
    "key": "another key in place of `{}`",
    "index": "another index in `{}`",
    "comparison": "another comparison in `{}`",
    "name": "another name in place of `{}`",
    "transpose": "`{}` transposed",
    "no transpose": "`{}` not transposed",
    "before": "`{}` before what comes above it",
    "instead": "something else in place of `{}`",
    "factor": "one more factor in `{}`",
    "term": "one more term in `{}`",
    "step": "one more operation on `{}`",
}
"""What is different once a function is repaired, by kind, the most natural first; {} is the place as it stands."""
MOST = 2000
"""How many changes of one function are looked at."""
_RANK = {kind: rank for rank, kind in enumerate(REPAIRED)}
LONGEST_CODE = 130
"""Characters that are shown of a source, at most."""
_LONGEST = 60

_MOST_FACTORS = 40


@dataclass(frozen=True)
class Repair:
    """A change of one thing: its kind, the function and the line of that one's cell, what stands there."""

    kind: str
    function: str
    line: int
    code: str

    @property
    def told(self) -> str:
        """What is different once it is made."""
        return REPAIRED[self.kind].format(self.code)

    @property
    def adds(self) -> bool:
        """Whether something comes in that stood nowhere: one may find that for almost anything."""
        return self.kind in ("instead", "factor", "term", "step")

    @property
    def rank(self) -> int:
        """Its place among the kinds, the most natural first."""
        return _RANK[self.kind]


@dataclass(frozen=True)
class SourceChange:
    """A repair that can be made: the place in the tree, and what stands there then."""

    repair: Repair
    holder: ast.AST = field(repr=False)
    name: str
    value: Any = field(repr=False)

    def locate(self) -> None:
        """Gives what is new in it a place in the source, as whoever compiles it wants; the rest of the tree has one."""
        for node in self.value if isinstance(self.value, list) else [self.value]:
            if isinstance(node, ast.AST):
                ast.fix_missing_locations(node if hasattr(node, "lineno") else ast.copy_location(node, self.holder))

    def made(self, then: Callable[[], Any]) -> Any:
        """What `then` gives while the tree is changed."""
        before = getattr(self.holder, self.name)
        setattr(self.holder, self.name, self.value)
        try:
            return then()
        finally:
            setattr(self.holder, self.name, before)


def source_changes(function: ast.FunctionDef, functions: Sequence[str] = ()) -> Iterator[SourceChange]:
    """Every repair of one thing in a function. functions: what else may be called."""
    return _Repairs(function, functions).all()


class _Repairs:
    """What can be changed in one function."""

    def __init__(self, function: ast.FunctionDef, functions: Sequence[str]) -> None:
        self.function = function
        self._texts: dict[ast.AST, str] = {}
        nodes = [node for statement in _body(function) for node in ast.walk(statement)]
        used = [node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        self.functions = [*dict.fromkeys([*functions, *(name for name in used if not hasattr(builtins, name))])]
        self.names = list(
            dict.fromkeys(
                [node.arg for node in ast.walk(function) if isinstance(node, ast.arg)]
                + [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
            )
        )
        self.keys = list(
            dict.fromkeys(node.value for node in nodes if isinstance(node, ast.Constant) and type(node.value) is str)
        )
        self.atoms = self._distinct(
            [ast.Name(name, ast.Load()) for name in self.names]
            + [node for node in nodes if isinstance(node, ast.Subscript | ast.Attribute) and _is_read(node)]
            + [node for node in nodes if isinstance(node, ast.Call) and name_called(node) == "len"]
        )
        whole = [node for node in nodes if isinstance(node, ast.BinOp | ast.Call) and _size(node) < 25]
        slopes = [slope for name in self.names for slope in _slopes(ast.Name(name, ast.Load()))]
        self.factors = self._distinct([*self.atoms, *_numbers(2, 0.5), *whole, *slopes])[:_MOST_FACTORS]

    def all(self) -> Iterator[SourceChange]:
        for statement in _body(self.function):
            for node in ast.walk(statement):
                for name, value in ast.iter_fields(node):
                    if isinstance(value, ast.expr):
                        for kind, shown, new in self._of_expression(value, node, name):
                            yield self._candidate(kind, shown, node, name, new)
                    elif isinstance(value, list):
                        yield from self._of_list(node, name, value)
        for holder in ast.walk(self.function):
            for name in ("body", "orelse"):
                block = getattr(holder, name, None)
                if isinstance(block, list):
                    for kind, line, lines in lines_changed(block, isinstance(holder, ast.For)):
                        yield self._candidate(kind, line, holder, name, lines)

    def _candidate(self, kind: str, shown: ast.AST, holder: ast.AST, name: str, new: Any) -> SourceChange:
        line = getattr(shown, "lineno", self.function.lineno)
        code = self._text(shown)
        if isinstance(shown, ast.Name | ast.Constant) and isinstance(holder, ast.expr | ast.Return):
            code += f"` in `{self._text(holder)}"  # it may stand in a line several times
        return SourceChange(Repair(kind, self.function.name, line, code), holder, name, new)

    def _text(self, node: ast.AST) -> str:
        """A node's text; most are told of many times."""
        if node not in self._texts:
            self._texts[node] = _text(node)
        return self._texts[node]

    def _of_list(self, holder: ast.AST, name: str, values: list[Any]) -> Iterator[SourceChange]:
        for k, value in enumerate(values):
            if isinstance(value, ast.expr):
                for kind, shown, new in self._of_expression(value, holder, name):
                    yield self._candidate(kind, shown, holder, name, [*values[:k], new, *values[k + 1 :]])

    def _of_expression(self, node: ast.expr, holder: ast.AST, name: str) -> Iterator[tuple[str, ast.AST, ast.expr]]:
        if isinstance(holder, ast.Call) and name == "func":
            if isinstance(node, ast.Name) and node.id in self.functions:
                others = (other for other in self.functions if other != node.id)
                yield from (("function", holder, ast.Name(other, ast.Load())) for other in others)
            return
        if not _is_read(node) or isinstance(node, ast.Slice | ast.Tuple | ast.List | ast.Dict | ast.Starred):
            return
        yield from ((kind, node, new) for kind, new in node_changed(node, self.keys))
        if isinstance(node, ast.Name | ast.Subscript | ast.Attribute) and not is_module(node):
            kind = "name" if isinstance(node, ast.Name) else "instead"
            yield from (
                (kind if isinstance(other, ast.Name) else "instead", node, other)
                for other in self.atoms
                if not _alike(other, node)
            )
        if self._is_whole(holder, name) or isinstance(holder, ast.BinOp | ast.Call):
            yield from ((kind, node, new) for kind, new in self._more(node, holder, name))

    def _more(self, node: ast.expr, holder: ast.AST, name: str) -> Iterator[tuple[str, ast.expr]]:
        """What a node becomes where something comes to it."""
        operation = holder.op if isinstance(holder, ast.BinOp) else None
        whole = operation is None or isinstance(operation, ast.Add | ast.Sub)
        taken_away = isinstance(operation, ast.Sub) and name == "right"
        turned = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
        if whole and not taken_away and not turned and not _is_index(holder):
            yield "sign", ast.UnaryOp(ast.USub(), node)
        if isinstance(node, ast.Attribute) and (node.attr in ("T", "shape") or is_module(node)):
            return
        matrices = isinstance(operation, ast.MatMult) or name_called(holder) in ("dot", "matmul", "outer")
        if not isinstance(node, ast.Constant) and (matrices or self._is_whole(holder, name)):
            yield "transpose", ast.Attribute(node, "T", ast.Load())
        if isinstance(node, ast.Name) and node.id in self.names and self._is_whole(holder, name):
            yield "copy", ast.Call(ast.Attribute(node, "copy", ast.Load()), [], [])
        if whole and not isinstance(node, ast.Constant):
            yield from (("step", new) for new in self._steps(node))
        if not whole or name_called(holder) == "range":
            return
        for factor in self.factors:
            if not _alike(factor, node):
                yield "factor", ast.BinOp(node, ast.Mult(), factor)
                if _size(factor) < 8:
                    yield "factor", ast.BinOp(node, ast.Div(), factor)
                    if isinstance(factor, ast.Name | ast.Subscript):
                        yield "term", ast.BinOp(node, ast.Add(), factor)
                        yield "term", ast.BinOp(node, ast.Sub(), factor)
        yield "term", ast.BinOp(ast.Constant(1), ast.Sub(), node)
        yield "term", ast.BinOp(node, ast.Sub(), ast.Constant(1))
        yield "term", ast.BinOp(node, ast.Add(), ast.Constant(1))

    def _steps(self, node: ast.expr) -> Iterator[ast.expr]:
        for function in ("log", "exp", "sqrt", "abs"):
            yield _numpy(function, node)
        for function in ("sum", "mean"):
            yield _numpy(function, node)
            yield _numpy(function, node, axis=0)
            yield _numpy(function, node, axis=-1)
            yield _numpy(function, node, axis=0, keepdims=True)
            yield _numpy(function, node, axis=-1, keepdims=True)
        yield ast.BinOp(node, ast.Pow(), ast.Constant(2))
        yield ast.BinOp(ast.Constant(1), ast.Div(), node)
        for function in self.functions:
            yield ast.Call(ast.Name(function, ast.Load()), [node], [])

    def _is_whole(self, holder: ast.AST, name: str) -> bool:
        """Whether a node is all that is given, returned or put under a key."""
        return (
            isinstance(holder, ast.Return | ast.Assign | ast.AugAssign | ast.Dict | ast.Tuple | ast.List | ast.keyword)
            and name in ("value", "values", "elts")
            and not (isinstance(holder, ast.keyword) and holder.arg in ("axis", "keepdims", "dtype"))
        )

    def _distinct(self, nodes: Sequence[ast.expr]) -> list[ast.expr]:
        """One of each, as copies: what is put into a tree is none of its own branches."""
        return [copy.deepcopy(node) for node in list({ast.dump(node): node for node in reversed(nodes)}.values())[::-1]]


def _slopes(name: ast.expr) -> Iterator[ast.expr]:
    """What the slope of an activation is made from a name."""
    yield ast.BinOp(name, ast.Mult(), ast.BinOp(ast.Constant(1), ast.Sub(), name))
    yield ast.BinOp(ast.Constant(1), ast.Sub(), ast.BinOp(name, ast.Pow(), ast.Constant(2)))
    yield ast.Compare(name, [ast.Gt()], [ast.Constant(0)])


def _numbers(*numbers: float) -> list[ast.expr]:
    return [ast.Constant(number) for number in numbers]


def _numpy(function: str, node: ast.expr, **named: object) -> ast.expr:
    keywords = [ast.keyword(name, ast.Constant(value)) for name, value in named.items()]  # type: ignore[arg-type]
    return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), function, ast.Load()), [node], keywords)


def _body(function: ast.FunctionDef) -> list[ast.stmt]:
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.body[1:] if documented else function.body


def _is_index(holder: ast.AST) -> bool:
    return isinstance(holder, ast.Subscript) or name_called(holder) in ("range", "zeros", "ones")


def _is_read(node: ast.AST) -> bool:
    return not isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def _size(node: ast.AST) -> int:
    return sum(1 for _ in ast.walk(node))


def _alike(one: ast.AST, other: ast.AST) -> bool:
    return ast.dump(one) == ast.dump(other)


def _text(node: ast.AST) -> str:
    """FunctionSource that is shown, in one line."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
