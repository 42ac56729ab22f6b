"""What released, locked cells give to the tests below them: the instructor's own names, evaluated here.

A statement all of whose names are the instructor's is evaluated twice, and counts where both agree. Whatever depends on
the student's answers, on chance or on the clock is not the instructor's: it is asked from the student's process.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import pickle
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from types import FunctionType
from typing import Any

USUAL = {"np": "numpy", "numpy": "numpy", "math": "math", "plt": "matplotlib.pyplot", "pd": "pandas"}
"""What these names mean in a test that does not say it."""
BUILTINS = frozenset(dir(builtins))
_DEFINES = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.ListComp | ast.SetComp
_SCOPES |= ast.DictComp | ast.GeneratorExp


@dataclass(eq=False)
class ReleasedStatement:
    """A statement of a released cell, or a test that has been carried out.

    bound: the names that it binds or changes. mentioned: the names in it. done: it needs no evaluation any more.
    """

    statement: ast.stmt | None
    bound: frozenset[str]
    mentioned: frozenset[str]
    seeds: bool = False
    done: bool = False


def steps_of(text: str) -> list[ReleasedStatement]:
    """The statements of a released cell; none of one with a magic, which is not Python."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [ReleasedStatement(one, frozenset(changed_by(one)), frozenset(mentioned(one)), _seeds(one)) for one in body]


def mentioned(tree: ast.AST) -> set[str]:
    """The names in some code."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def changed_by(statement: ast.stmt) -> set[str]:
    """The names that a statement binds, and those of which it changes something: `x[0] = 1`, `x.append(1)`."""
    names, waiting = set[str](), list[ast.AST]([statement])
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Import() | ast.ImportFrom():
                names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Name(ctx=ast.Store()):
                names.add(node.id)
            case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                names |= _root(node)
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method)):
                names |= _root(method)
        if not isinstance(node, _SCOPES):
            waiting += ast.iter_child_nodes(node)
    return names


def _root(node: ast.AST) -> set[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _seeds(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "seed" for node in ast.walk(statement))


class InstructorsNames:
    """The names that are the instructor's, in the order of the release. space: what they mean."""

    def __init__(self) -> None:
        self.space: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        self.ours = set[str]()
        self._again: dict[str, Any] = dict(self.space)
        self._steps = list[ReleasedStatement]()
        self._unread = list[str]()  # most notebooks have no test that needs them

    def saw(self, text: str) -> None:
        """A released, locked cell comes to pass."""
        self._unread.append(text)

    def carried_out(self, names: Iterable[str], tree: ast.AST) -> None:
        """A test has bound these names: they live on for what comes after it."""
        bound = frozenset(names)
        self.ours |= bound
        self._again |= {name: self.space[name] for name in bound}
        self._steps.append(ReleasedStatement(None, bound, frozenset(mentioned(tree)), done=True))

    def needed_by(self, tree: ast.Module) -> set[str]:
        """The names that code needs and that are not the instructor's, once his have been evaluated."""
        self._steps += [step for text in self._unread for step in steps_of(text)]
        self._unread.clear()
        here = set[str]().union(*(changed_by(one) - mentioned(one) for one in tree.body if _binds(one)))
        wanted, needed = mentioned(tree) - here - BUILTINS, list[ReleasedStatement]()
        modules = {name for step in self._steps if isinstance(step.statement, ast.Import) for name in step.bound}
        for step in reversed(self._steps):
            binds = step.bound if not isinstance(step.statement, ast.Expr) else step.bound - modules
            if wanted & binds or (step.seeds and any(not isinstance(one.statement, _DEFINES) for one in needed)):
                wanted |= step.mentioned - BUILTINS
                needed += [] if step.done else [step]
        for name in wanted & set(USUAL) - self.ours:
            with contextlib.suppress(ImportError):
                self._again[name] = self.space[name] = import_module(USUAL[name])
                self.ours.add(name)
        self._evaluate(needed[::-1])
        return wanted - self.ours

    def _evaluate(self, steps: list[ReleasedStatement]) -> None:
        """Evaluates statements twice, as far as all their names are the instructor's."""
        ready, known = list[ReleasedStatement](), set(self.ours)
        for step in steps:
            defines = isinstance(step.statement, _DEFINES)
            if defines or step.mentioned - step.bound - BUILTINS <= known:
                ready.append(step)
                known |= step.bound
        for space in (self.space, self._again) if any(not _constant(step) for step in ready) else (self.space,):
            for step in ready:
                assert step.statement
                with contextlib.suppress(Exception):  # one that fails here: the student's value, if any
                    exec(compile(ast.Module([step.statement], []), "<released>", "exec"), space)
        for step in ready:
            step.done = True
            for name in step.bound & self.space.keys():
                if _constant(step) or isinstance(step.statement, _DEFINES) or self._agree(name):
                    self.ours.add(name)
                    self._again.setdefault(name, self.space[name])
                else:
                    self.ours.discard(name)
                    self.space.pop(name)
                    self._again.pop(name, None)

    def _agree(self, name: str) -> bool:
        """Whether both evaluations gave the same."""
        one, other = self.space[name], self._again.get(name)
        if isinstance(one, FunctionType) and isinstance(other, FunctionType):
            return one.__code__ == other.__code__
        try:
            return pickle.dumps(one) == pickle.dumps(other)
        except Exception:  # what cannot be written down cannot be compared
            return False


def _binds(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign | _DEFINES)


def _constant(step: ReleasedStatement) -> bool:
    """Whether a statement gives the same whenever it is evaluated: imports, definitions, plain values."""
    if isinstance(step.statement, _DEFINES):
        return True
    if not isinstance(step.statement, ast.Assign):
        return False
    with contextlib.suppress(ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        ast.literal_eval(step.statement.value)
        return True
    return False
