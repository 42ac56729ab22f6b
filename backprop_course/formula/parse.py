"""Reads a formula that a student typed: parsed against a list of what is allowed, never evaluated as code."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_course.formula.language import CONSTANTS, FUNCTIONS
from backprop_course.formula.slips import Typed, explained, slip, split_up

_LONGEST = 2000
_DEEPEST = 60

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}


@dataclass(frozen=True)
class Expression:
    """A formula: its tree, and how it was read, in one notation."""

    tree: ast.expr
    text: str

    @property
    def names(self) -> list[str]:
        """The quantities in it, in the order of the text."""
        called = {id(node.func) for node in ast.walk(self.tree) if isinstance(node, ast.Call)}
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, ast.Name) and id(node) not in called]
        nodes.sort(key=lambda node: node.col_offset)
        return list(dict.fromkeys(node.id for node in nodes))

    def value(self, values: Mapping[str, Any]) -> float:
        """The value where every name has this value; inf or NaN where it is not defined."""
        with np.errstate(all="ignore"):
            return float(_value(self.tree, values))


@dataclass(frozen=True)
class NotRead:
    """A text that cannot be read as a formula, and what stops it."""

    message: str


def read_expression(answer: str, at_hand: Collection[str], later: Collection[str] = ()) -> Expression | NotRead:
    """A student's formula, in which the names at hand may stand; `later` are those that come after it."""
    if not answer.strip():
        return NotRead("is empty; type the right-hand side of the equation between the quotes.")
    if len(answer) > _LONGEST:
        return NotRead(f"has {len(answer):,} characters; a formula has a few dozen.")
    typed = Typed.read(answer)
    found = slip(typed.text)
    if found:
        return NotRead(typed.marked(*found))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = _plain(ast.parse(typed.text, mode="eval").body, set(at_hand), set(later))
        return Expression(tree, ast.unparse(tree))
    except _NotAllowed as error:
        return NotRead(typed.marked(str(error), typed.place_of(error.node)))
    except SyntaxError as error:
        return NotRead(typed.marked(*explained(typed.text, error, FUNCTIONS)))
    except (ValueError, RecursionError, MemoryError):
        return NotRead("cannot be read as a formula: it is nested too deeply, or holds a character of no use.")


class _NotAllowed(Exception):
    def __init__(self, message: str, node: ast.expr) -> None:
        super().__init__(message)
        self.node = node


def _plain(node: ast.expr, at_hand: set[str], later: set[str], depth: int = 0) -> ast.expr:
    """The same tree made of nothing but numbers, names at hand, operators and known functions."""
    if depth > _DEEPEST:
        raise ValueError
    again: Callable[[ast.expr], ast.expr] = lambda part: _plain(part, at_hand, later, depth + 1)  # noqa: E731
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise _NotAllowed(f"holds {str(node.value)[:20]!r}, which is no number.", node)
        if abs(node.value) > 1e300:
            raise _NotAllowed("holds a number that is too large.", node)
        return ast.copy_location(ast.Constant(node.value), node)
    if isinstance(node, ast.BinOp):
        if type(node.op) not in _OPERATORS:
            raise _NotAllowed("holds an operator that is not offered; there are + - * / and ** (or ^).", node)
        return ast.copy_location(ast.BinOp(again(node.left), node.op, again(node.right)), node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return ast.copy_location(ast.UnaryOp(node.op, again(node.operand)), node)
    if isinstance(node, ast.Call):
        return _call(node, again)
    name = _name(node)
    if name in at_hand or name in CONSTANTS:
        return ast.copy_location(ast.Name(name, ast.Load()), node)
    raise _NotAllowed(_unknown(name, at_hand, later), node)


def _unknown(name: str, at_hand: set[str], later: set[str]) -> str:
    """What to say of a name that may not stand in a formula; "" is something that is no name."""
    if not name:
        return "holds something that is no formula; use names, numbers, + - * / ** and functions such as exp."
    if name in later:
        return f"holds {name}, which is what is asked, or comes later; use what comes before."
    if name in FUNCTIONS:
        return f"holds {name} without brackets: write {name}(…)."
    if parts := split_up(name, at_hand | set(CONSTANTS), set(FUNCTIONS)):
        return f"holds {name[:40]!r}, which is read as one name: write {parts}."
    return f"holds {name[:40]!r}, which is not known here; at hand are {', '.join(sorted(at_hand))}."


def _call(node: ast.Call, again: Callable[[ast.expr], ast.expr]) -> ast.expr:
    name = _name(node.func)
    if name not in FUNCTIONS:
        if isinstance(node.func, ast.Name | ast.Constant | ast.BinOp):
            what = ast.unparse(node.func)[:40]
            if name in CONSTANTS or not name or "_" in name or len(name) == 1:
                raise _NotAllowed(f"holds {what}(…) without an operator before the bracket: is a * missing?", node)
        there_are = ", ".join(FUNCTIONS)
        raise _NotAllowed(f"calls {name[:40] or 'something'!r}, which is not offered; there are {there_are}.", node)
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        raise _NotAllowed(f"calls {name} with something that is no plain argument.", node)
    several = FUNCTIONS[name].several
    count = len(node.args)
    if (count < 2) if several else (count != 1):
        takes = "two or more" if several else "one"
        raise _NotAllowed(f"calls {name} with {count} argument{'' if count == 1 else 's'}; it takes {takes}.", node)
    written = "sigmoid" if name == "σ" else name
    call = ast.Call(ast.Name(written, ast.Load()), [again(argument) for argument in node.args], [])
    ast.copy_location(call.func, node)
    return ast.copy_location(call, node)


def _name(node: ast.expr) -> str:
    """A name, without the np. or math. before it; "" for anything else."""
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("np", "numpy", "math")
    ):
        return {"maximum": "max", "minimum": "min"}.get(node.attr, node.attr)
    return node.id if isinstance(node, ast.Name) else ""


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant):
        return np.float64(node.value)  # type: ignore[arg-type]  # numbers only: _plain saw to that
    if isinstance(node, ast.Name):
        return np.float64(values[node.id] if node.id in values else CONSTANTS[node.id])
    if isinstance(node, ast.UnaryOp):
        operand = _value(node.operand, values)
        return -operand if isinstance(node.op, ast.USub) else operand
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, values), _value(node.right, values))
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    return FUNCTIONS[node.func.id].value(*[_value(argument, values) for argument in node.args])
