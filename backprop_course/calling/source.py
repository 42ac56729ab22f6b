"""A student's function as its source has it: what could be changed in it, and the function that comes of that."""

from __future__ import annotations

import ast
import builtins
import copy
import linecache
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np

from backprop_course.calling.guard import Raised, Returned, Stopwatch, call
from backprop_course.calling.helpers import functions_used, with_helpers
from backprop_course.calling.reading import is_elsewhere
from backprop_course.calling.repairs import MOST, Repair, SourceChange, source_changes

_LARGEST = 20_000
"""Characters of a cell whose source is looked at."""
_PLAIN = (
    *(ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.If),
    *(ast.Expr, ast.Pass, ast.Break, ast.Continue, ast.Assert, ast.expr, ast.expr_context, ast.operator, ast.unaryop),
    *(ast.boolop, ast.cmpop, ast.comprehension, ast.keyword, ast.FormattedValue, ast.Raise),
)
_NOT_PLAIN = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
_BUILTINS = (
    *(abs, all, any, bool, dict, divmod, enumerate, float, int, isinstance, len, list, map, max, min, pow, print),
    *(range, reversed, round, set, sorted, str, sum, tuple, zip),
)
_WRITES = ("save", "load", "tofile", "fromfile", "memmap", "open", "dump", "genfromtxt", "setattr")


class FunctionSource:
    """The source of a function in this process, and of the notebook's own ones that it calls."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.trees = _trees(function)

    @property
    def repairs(self) -> Sequence[Repair]:
        """Everything that could be changed in it, the most natural first; nothing where it cannot be read."""
        return [change.repair for _, change in self._candidates]

    def repaired(self, number: int) -> Any:
        """The function with the change of that number. Raises ValueError where that makes no function."""
        name, change = self._candidates[number]
        change.locate()
        made = change.made(lambda: self._compiled(name))
        return made if name == self.function.__name__ else with_helpers(self.function, {name: made})

    def tried(
        self, numbers: Iterable[int], arguments: Mapping[str, object], read: Callable[[object], Any], watch: Stopwatch
    ) -> Iterator[tuple[dict[str, Any], Returned | Raised] | None]:
        """A call with each of these changes: its arguments, as they are after it, and what came; None for no function.

        read: as in `guard.call`.
        """
        for number in numbers:
            try:
                function = self.repaired(number)
            except ValueError:
                yield None
            else:
                given = copy.deepcopy(dict(arguments))
                yield given, call(function, given, read, watch)

    def lines(self, arguments: dict[str, object], watch: Stopwatch) -> int:
        """How many lines of Python a call with these arguments carries out."""
        done = 0

        def count(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal done
            done += event == "line"
            return count

        def traced(*values: object) -> None:
            before = sys.gettrace()
            sys.settrace(count)
            try:
                self.function(*values)
            finally:
                sys.settrace(before)

        call(traced, arguments, lambda value: None, watch)
        return done

    @cached_property
    def _candidates(self) -> list[tuple[str, SourceChange]]:
        functions = sorted({name for name in self.trees if name != self.function.__name__})
        found = [(name, one) for name, tree in self.trees.items() for one in source_changes(tree, functions)]
        found.sort(key=lambda one: one[1].repair.rank)
        return found[:MOST]

    def _compiled(self, name: str) -> FunctionType:
        function = self.function if name == self.function.__name__ else self.function.__globals__[name]
        module = ast.Module([self.trees[name]], [])
        try:
            code = compile(module, function.__code__.co_filename, "exec")
        except (SyntaxError, TypeError, RecursionError, MemoryError) as error:
            raise ValueError(str(error)) from error
        inner = next(one for one in code.co_consts if type(one) is CodeType and one.co_name == self.trees[name].name)
        made = FunctionType(inner, function.__globals__, function.__name__, function.__defaults__)
        made.__kwdefaults__ = function.__kwdefaults__
        return made


def function_source(function: Any) -> Any:
    """The source of a student's function; where it is in another process, what stands for it."""
    if is_elsewhere(function):
        return function.source()
    return FunctionSource(function)


def _trees(function: Any) -> dict[str, ast.FunctionDef]:
    """The tree of a function, and of each that it calls; none where one is not as plain as it must be."""
    if type(function) is not FunctionType or function.__closure__:
        return {}
    names = [name for name in functions_used(function) if name != function.__name__]
    cells: dict[str, ast.Module] = {}
    trees = {}
    for name, one in {function.__name__: function, **{name: function.__globals__[name] for name in names}}.items():
        tree = _tree(one, cells)
        if tree is None:
            if one is function:
                return {}
            continue
        if not _is_plain(tree, one):
            return {}
        trees[name] = tree
    return trees


def _tree(function: FunctionType, cells: dict[str, ast.Module]) -> ast.FunctionDef | None:
    code = function.__code__
    if function.__closure__:
        return None
    if code.co_filename not in cells:
        text = "".join(linecache.getlines(code.co_filename))
        try:
            cells[code.co_filename] = ast.parse(text if len(text) <= _LARGEST else "")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            cells[code.co_filename] = ast.Module([], [])
    for node in ast.walk(cells[code.co_filename]):
        if isinstance(node, ast.FunctionDef) and (node.name, node.lineno) == (code.co_name, code.co_firstlineno):
            return None if node.decorator_list else copy.deepcopy(node)
    return None


def _is_plain(tree: ast.FunctionDef, function: FunctionType) -> bool:
    """Whether a function only calculates: it may be carried out with changes, and comes to an end."""
    own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    around = {name: value for name, value in function.__globals__.items() if name not in own}
    return all(_may_be_there(node, around) for node in ast.walk(tree))


def _may_be_there(node: ast.AST, around: Mapping[str, object]) -> bool:
    """around: the notebook's names, that the function has not given to something of its own."""
    if not isinstance(node, _PLAIN) or isinstance(node, _NOT_PLAIN):
        return False
    if isinstance(node, ast.Attribute):
        return not node.attr.startswith("_") and not any(node.attr.startswith(word) for word in _WRITES)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        called = around.get(node.func.id, getattr(builtins, node.func.id, None))
        return called is None or type(called) is FunctionType or any(called is one for one in _BUILTINS)
    if isinstance(node, ast.Call):
        root: ast.AST = node.func
        while isinstance(root, ast.Attribute | ast.Subscript | ast.Call):
            root = root.func if isinstance(root, ast.Call) else root.value
        return not isinstance(root, ast.Name) or type(around.get(root.id, np)) is ModuleType
    return True
