"""Slips made by machine in the course's model solutions: a second generator of mistakes, which no search knows.

Each slip changes one operator, name, constant, call, axis or index of a solution's source. What comes of it is an
answer as a student's would be: a namespace for `judge`.
"""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import nbformat
import numpy as np

from backprop_course.core.functions import relu, sigmoid
from backprop_course.exercises import NOTEBOOKS, Formula, exercise
from backprop_course.students import instructors_notebooks

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult)
CALLS = {
    "exp": ("log", "abs"),
    "log": ("exp", "abs"),
    "sum": ("mean", "max"),
    "mean": ("sum",),
    "max": ("min", "sum"),
    "tanh": ("cosh", "sin"),
    "sigmoid": ("tanh",),
    "outer": ("multiply", "dot"),
    "zeros": ("ones",),
    "zeros_like": ("ones_like",),
    "abs": ("sign", "square"),
    "sqrt": ("square",),
    "maximum": ("minimum",),
    "where": (),
    "norm": (),
}


@dataclass(frozen=True)
class Slip:
    """One slip: in which exercise's answer, what was changed, and the source with it."""

    exercise: str
    what: str
    source: str

    @property
    def namespace(self) -> dict[str, object]:
        """What a notebook holds after this answer; raises what the cell raises."""
        space = before(self.exercise)
        with np.errstate(all="ignore"):
            exec(self.source, space)
        return space


@cache
def solutions() -> dict[str, str]:
    """The instructor's answer cells by exercise."""
    found = {}
    for path in instructors_notebooks().glob("*/*.ipynb"):
        for cell in nbformat.read(path, 4).cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
                found[grade_id] = cell.source
    return found


def before(id: str) -> dict[str, object]:
    """A fresh notebook with its numbers and the right answers of the exercises before this one."""
    space: dict[str, object] = {"np": np, "sigmoid": sigmoid.value, "relu": relu.value}
    (listed,) = [found for found in NOTEBOOKS.values() if any(one.id == id for one in found)]
    for one in listed:
        space.update(one.given)
        if one.id == id:
            break
        if one.id in solutions():
            exec(solutions()[one.id], space)
    return space


def slips(id: str, count: int, seed: int = 0) -> list[Slip]:
    """So many slips in an exercise's solution, drawn from all that can be made there."""
    found = list(_all(id))
    drawn = random.Random(seed).sample(found, min(count, len(found)))
    return [Slip(id, what, made()) for what, made in drawn]


def _all(id: str) -> Iterator[tuple[str, Callable[[], str]]]:
    """What each slip in a solution is, and what makes the source with it."""
    tree = ast.parse(_without_stub(solutions()[id]))
    if isinstance(exercise(id), Formula):
        yield from _in_formulas(tree)
        return
    for what, made in mutants(tree):
        yield what, lambda made=made: ast.unparse(made())


def _in_formulas(tree: ast.Module) -> Iterator[tuple[str, Callable[[], str]]]:
    for k, statement in enumerate(tree.body):
        assert isinstance(statement, ast.Assign)
        text = ast.literal_eval(statement.value)
        if not isinstance(text, str):
            continue
        for what, made in mutants(ast.parse(text, mode="eval")):

            def source(k=k, made=made):
                other = copy.deepcopy(tree)
                other.body[k].value = ast.Constant(ast.unparse(made()))
                return ast.unparse(other)

            yield what, source


def _without_stub(source: str) -> str:
    """The solution alone: without nbgrader's marks, and without the stub's raise below it."""
    lines = [line for line in source.split("\n") if not line.strip().startswith("###")]
    tree = ast.parse("\n".join(lines))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not isinstance(one, ast.Raise)] or body
    return ast.unparse(tree)


def mutants(tree: ast.AST) -> Iterator[tuple[str, Callable[[], ast.AST]]]:
    """Every slip in a program: what it is, and what makes the program with it."""
    nodes = list(ast.walk(tree))
    names = sorted(
        {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        - {"np", "range", "len", "enumerate", "zip", "dict"}
    )
    names += sorted({a.arg for n in nodes if isinstance(n, ast.arguments) for a in n.args} - set(names))
    for k, node in enumerate(nodes):
        for what, change in _changes(node, names):
            yield what, lambda k=k, change=change: _changed(tree, k, change)


def _changed(tree, k, change):
    """The program with its k-th node changed."""
    other = copy.deepcopy(tree)
    target = list(ast.walk(other))[k]
    made = change(target)
    if made is not None:
        other = _Put(target, made).visit(other)
    return ast.fix_missing_locations(other)


class _Put(ast.NodeTransformer):
    def __init__(self, target, made):
        self.target, self.made = target, made

    def visit(self, node):
        return self.made if node is self.target else self.generic_visit(node)


def _setter(name, value):
    def change(node):
        setattr(node, name, value)

    return change


def _changes(node, names):
    """The slips that can be made at one node: what each is, and what changes the node or gives another one."""
    if isinstance(node, ast.BinOp):
        shown = ast.unparse(node)
        for operator in OPERATORS:
            if type(node.op) is not operator and (operator is not ast.MatMult or isinstance(node.op, ast.Mult)):
                yield f"{shown}: {operator.__name__}", _setter("op", operator())
        if isinstance(node.op, ast.Sub | ast.Div | ast.Pow | ast.MatMult):
            yield f"{shown}: exchanged", lambda n: ast.BinOp(n.right, n.op, n.left)
        yield f"{shown}: right left out", lambda n: n.left
        yield f"{shown}: left left out", lambda n: n.right
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield f"{ast.unparse(node)}: minus left out", lambda n: n.operand
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for other in {0, 1, 2, -1, 0.5} - {node.value}:
            yield f"{node.value} becomes {other}", _setter("value", other)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for other in names:
            if other != node.id:
                yield f"{node.id} becomes {other}", _setter("id", other)
        yield f"-{node.id}", lambda n: ast.UnaryOp(ast.USub(), n)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for other in CALLS.get(name, ()):
            yield f"{name} becomes {other}", _renamed_call(other)
        if len(node.args) == 1 and not node.keywords and name != "len":
            yield f"{name} left out", lambda n: n.args[0]
        if len(node.args) == 2:
            yield f"arguments of {name} exchanged", lambda n: ast.Call(n.func, n.args[::-1], n.keywords)
        for j, keyword in enumerate(node.keywords):
            if keyword.arg == "axis":
                for axis in (0, 1, None):
                    yield f"axis={axis}", _axis(j, axis)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield f"{ast.unparse(node)}: .T left out", lambda n: n.value


def _renamed_call(other):
    def change(node):
        if isinstance(node.func, ast.Attribute):
            node.func.attr = other
        else:
            node.func = ast.Attribute(ast.Name("np", ast.Load()), other, ast.Load())

    return change


def _axis(j, axis):
    def change(node):
        node.keywords[j].value = ast.Constant(axis)

    return change
