"""What becomes of the lines of a block where one is left out, moved, or put into a loop or out of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any


def lines_changed(block: list[Any], is_loop: bool) -> Iterator[tuple[str, ast.AST, list[Any]]]:
    """What may become of a block: a kind, the line that is shown, the block then. is_loop: whether it is a loop's."""
    for k, statement in enumerate(block):
        before, after = block[:k], block[k + 1 :]
        words = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr) and len(block) > 1 and not words:
            yield "line", statement, before + after
        if k and not isinstance(statement, ast.FunctionDef):
            swapped = [*block[: k - 1], statement, block[k - 1], *after]
            yield "before", statement, swapped
        if isinstance(statement, ast.For):
            yield from _of_loop(statement, before, after)
        yield from _of_assignment(statement, is_loop, before, after)


def _of_loop(loop: ast.For, before: list[Any], after: list[Any]) -> Iterator[tuple[str, ast.AST, list[Any]]]:
    *inner, last = loop.body
    if inner:
        shorter = ast.For(loop.target, loop.iter, inner, loop.orelse)
        yield "out", last, [*before, shorter, last, *after]
    if after and not isinstance(after[0], ast.FunctionDef):
        longer = ast.For(loop.target, loop.iter, [*loop.body, after[0]], loop.orelse)
        yield "into", after[0], [*before, longer, *after[1:]]
    if before and not isinstance(before[-1], ast.FunctionDef):
        longer = ast.For(loop.target, loop.iter, [before[-1], *loop.body], loop.orelse)
        yield "into", before[-1], [*before[:-1], longer, *after]
    backwards = ast.For(
        loop.target, ast.Call(ast.Name("reversed", ast.Load()), [_listed(loop.iter)], []), loop.body, loop.orelse
    )
    yield "order", loop.iter, [*before, backwards, *after]


def _of_assignment(
    statement: ast.AST, is_loop: bool, before: list[Any], after: list[Any]
) -> Iterator[tuple[str, ast.AST, list[Any]]]:
    if isinstance(statement, ast.AugAssign):
        plain = ast.Assign([statement.target], statement.value)
        yield "collected", statement, [*before, plain, *after]
        if not isinstance(statement.op, ast.Add):
            added = ast.AugAssign(statement.target, ast.Add(), statement.value)
            yield "operation", statement, [*before, added, *after]
        if not isinstance(statement.op, ast.Sub):
            taken = ast.AugAssign(statement.target, ast.Sub(), statement.value)
            yield "operation", statement, [*before, taken, *after]
        read = _as_read(statement.target)
        if read is not None:  # a new array, where += changes the one that somebody else holds
            anew = ast.Assign([statement.target], ast.BinOp(read, statement.op, statement.value))
            yield "copy", statement.target, [*before, anew, *after]
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        if isinstance(target, ast.Name | ast.Subscript) and is_loop:
            added = ast.AugAssign(target, ast.Add(), statement.value)
            yield "collected", statement, [*before, added, *after]


def _listed(node: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("list", ast.Load()), [node], [])


def _as_read(target: ast.expr) -> ast.expr | None:
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    return None
