"""A step's equation as a tree of operations that can be changed at one place and carried out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from backprop_course.core.functions import Array, relu, sigmoid, softmax
from backprop_course.errors import CourseError

Path = tuple[int, ...]
"""The way from a tree's top to one of its nodes: which argument, and of that which."""

OPERATORS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
}


def _reduced(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    def reduce(value: Any, axis: Any) -> Any:
        kept = isinstance(axis, tuple)
        return function(value, axis=axis[0] if kept else axis, keepdims=kept)

    return reduce


def _power(a: Any, b: Any) -> Any:
    """A power as NumPy has it: NaN where Python's own would be a complex number."""
    found = a**b
    return float("nan") if isinstance(found, complex) else found


REDUCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "sum": _reduced(np.sum),
    "mean": _reduced(np.mean),
    "max": _reduced(np.max),
}
"""What makes one number of the entries along an axis; axis (-1,) keeps the axis, with size 1."""

CALLABLE: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "exp2": np.exp2,
    "log": np.log,
    "log10": np.log10,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "sign": np.sign,
    "cos": np.cos,
    "sin": np.sin,
    "tanh": np.tanh,
    "sigmoid": sigmoid.value,
    "relu": relu.value,
    "softmax": lambda z: softmax.value(_row(z)),
    "step": lambda z: np.heaviside(z, 1.0),
    "outer": np.multiply.outer,
    "norm": np.linalg.norm,
    "sorted": np.sort,
    "diagonal": np.diagonal,
    "solve": np.linalg.solve,
    "eigenvalues": lambda H: np.linalg.eigh(H)[0],
    "eigenvectors": lambda H: np.linalg.eigh(H)[1],
    "eye": lambda w: np.eye(len(w)),
    "len": len,
    "size": np.size,
    "columns": lambda a: np.shape(a)[-1],
    "maximum": np.maximum,
    "minimum": np.minimum,
    "ge": np.greater_equal,
    "where": np.where,
    "largest": lambda z: np.eye(np.shape(z)[-1])[np.argmax(z, axis=-1)],
    "pair": lambda a, b: np.array([a, b]),
    "ones_like": np.ones_like,
}


def _row(z: Any) -> Any:
    if not np.ndim(z):
        raise TypeError("a number alone has no softmax")
    return z


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": _power,
    "@": lambda a, b: np.matmul(a, b) if np.ndim(a) and np.ndim(b) else np.dot(a, b),
}


@dataclass(frozen=True, eq=False, slots=True)
class Operation:
    """One operation: its sign or function in `op`, what it is done to in `args`; a name or a number has none.

    op: "name", "number", "neg", "T", an operator, the name of a function or of a reduction. what: the name, the
    number, or the axis of a reduction.
    """

    op: str
    args: tuple[Operation, ...] = ()
    what: Any = None
    _hash: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Trees are compared again and again, with each other and with what was found before.
        object.__setattr__(self, "_hash", hash((self.op, self.args, self.what)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Operation)
            and self._hash == other._hash
            and self.op == other.op
            and self.what == other.what
            and self.args == other.args
        )

    def value(self, values: Mapping[str, Any]) -> Array:
        """What it comes to, with these values for the names. Raises what NumPy raises for shapes that do not fit."""
        if self.op == "name":
            return values[self.what]
        if self.op == "number":
            return self.what
        return self.done([arg.value(values) for arg in self.args], values)

    def value_known(self, values: Mapping[str, Any], known: dict[Operation, Array]) -> Array:
        """The same, where trees have much in common: what is known of them is not worked out again."""
        if self.op == "name":
            return values[self.what]
        if self.op == "number":
            return self.what
        if self not in known:
            known[self] = self.done([arg.value_known(values, known) for arg in self.args], values)
        return known[self]

    def done(self, args: list[Any], values: Mapping[str, Any]) -> Array:
        """The operation, done to these."""
        op = self.op
        if op in _OPERATIONS:
            return _OPERATIONS[op](*args)
        if op == "neg":
            return -args[0]
        if op == "T":
            return np.transpose(args[0])
        if op in REDUCTIONS:
            return REDUCTIONS[op](args[0], self.what)
        function = values[op] if op in values else CALLABLE[op]
        return function(*args)

    @property
    def is_given(self) -> bool:
        """Whether it calls a function that the student is given."""
        return bool(self.args) and self.op not in _KNOWN

    def names(self) -> Iterator[str]:
        """The quantities in it, each once for every time that it is used; a function that is given counts, too."""
        if self.op == "name":
            yield self.what
        elif self.is_given:
            yield self.op
        for arg in self.args:
            yield from arg.names()

    def places(self, path: Path = ()) -> Iterator[tuple[Path, Operation]]:
        """Every node with the way to it, the outermost first."""
        yield path, self
        for k, arg in enumerate(self.args):
            yield from arg.places((*path, k))

    def put(self, path: Path, node: Operation) -> Operation:
        """The same tree with another node at the end of that way."""
        if not path:
            return node
        k, args = path[0], self.args
        return Operation(self.op, (*args[:k], args[k].put(path[1:], node), *args[k + 1 :]), self.what)

    def with_all(self, node: Operation, other: Operation) -> Operation:
        """The same tree with another node wherever this one stands."""
        if self == node:
            return other
        if not self.args:
            return self
        args = tuple([arg.with_all(node, other) for arg in self.args])
        return Operation(self.op, args, self.what) if args != self.args else self


_KNOWN = {*_OPERATIONS, *REDUCTIONS, *CALLABLE, "neg", "T", "name", "number"}


def parent(what: str) -> Operation:
    """A quantity."""
    return Operation("name", what=what)


def number(what: float) -> Operation:
    """A number."""
    return Operation("number", what=what)


@lru_cache(maxsize=4096)
def read_equation(text: str) -> Operation:
    """The tree of an equation as steps write it. Raises CourseError for what it does not know."""
    return _node(ast.parse(text, mode="eval").body)


def _node(tree: ast.expr) -> Operation:
    match tree:
        case ast.Name(id=found):
            return parent(found)
        case ast.Constant(value=float() | int() as found):
            return number(float(found))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Operation("neg", (_node(operand),))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
            return Operation(OPERATORS[type(operator)], (_node(left), _node(right)))
        case ast.Attribute(value=inner, attr="T"):
            return Operation("T", (_node(inner),))
        case ast.Call(func=ast.Attribute(value=inner, attr=reduction), keywords=keywords) if reduction in REDUCTIONS:
            named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in keywords}
            axis = named.get("axis")
            return Operation(reduction, (_node(inner),), (axis,) if named.get("keepdims") else axis)
        case ast.Call(func=ast.Name(id=function), args=args):
            return Operation(function, tuple(map(_node, args)))
    raise CourseError(f"The equation {ast.unparse(tree)!r} holds something that is no operation of the course.")
