"""What can stand in one place of an equation by a slip: another operation, function, number or quantity, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backprop_course.misconceptions.edit_kinds import BELONGS, OTHER, EditKind
from backprop_course.misconceptions.expressions import Operation, number, parent

_UNARY = ("exp", "log", "abs", "sqrt", "sigmoid", "tanh", "relu", "sign", "step", "cos", "sin", "log10", "exp2")
WRAPPED = ("exp", "log", "abs", "sigmoid", "tanh", "relu", "sign", "sqrt", "softmax")
_ROUGHLY_E = (2.7, 2.71, 2.72, 2.718, 2.7183, 2.71828)
_NUMBERS = (0.0, 0.5, 1.0, 2.0, -1.0, 3.0, 4.0, 0.25, 1 / 3)


def slips_at(
    node: Operation, arity: int, outside: bool, given: tuple[str, ...]
) -> Iterator[tuple[EditKind, str, Operation]]:
    """What can stand in a node's place by a slip.

    outside: whether something may have been put around it. given: the functions that the student is given.
    """
    op, args = node.op, node.args
    if op in ("+", "-", "*", "/", "@", "outer"):
        what = "term" if op in "+-" else "factor"
        for k, kept in enumerate(args):
            if op == "/" and k == 1:
                yield "left out", "only what it is divided by is there", kept
                continue
            yield "left out", f"a {what} is left out" if op != "/" else "a division is left out", kept
        if op == "-":
            yield "left out", "a term is left out", Operation("neg", (args[1],))
        if op == "/":
            yield "left out", "what is divided is left out", Operation("/", (number(1.0), args[1]))
    if op == "*":
        for one, two in ((args[0], Operation("T", args[1:])), (Operation("T", args[:1]), args[1])):
            yield "operation", "a matrix product stands where * belongs", Operation("@", (one, two))
    for other in _OTHER_OPERATIONS.get(op, ()):
        yield "operation", f"{_SIGN[other]} stands where another operation belongs", replace(node, op=other)
        # w * h is h * w, but w − h is not h − w; a number stands before what it multiplies.
        if op in "+*" and other in ("-", "/", "**") and "number" not in (args[0].op, args[1].op):
            clause = f"{_SIGN[other]} stands where another operation belongs"
            yield "operation", clause, replace(node, op=other, args=args[::-1])
    if op in ("-", "/", "**", "@", "outer"):
        yield "order", f"the two sides of {_SIGN[op]} are exchanged", replace(node, args=args[::-1])
    if op == "neg":
        yield "sign", "a minus is left out", args[0]
    elif op != "number":
        yield "sign", "a sign is turned", Operation("neg", (node,))
    yield from _calls(node, given)
    if op in COUNTED_BY:
        for other_name in (*(f"#{k}" for k in range(arity)), OTHER):
            for size, word in COUNTED_BY.items():
                clause = f"the number of {word} of {other_name} stands where the number of examples belongs"
                yield "axis", clause, Operation(size, (parent(other_name),))
        yield "size", "the number of examples less 1 stands where that number belongs", _less_one(node)
        yield "size", "the root of the number of examples stands where that number belongs", Operation("sqrt", (node,))
    for clause, other_node in _brackets(node):
        yield "brackets", clause, other_node
    if op == "number":
        for other_number in _NUMBERS:
            if other_number != node.what:
                clause = f"the number {other_number:g} stands where another belongs"
                yield "number", clause, number(other_number)
    else:
        yield "scale", "something is doubled", Operation("*", (number(2.0), node))
        yield "scale", "something is halved", Operation("/", (node, number(2.0)))
        yield "scale", "something is squared", Operation("**", (node, number(2.0)))
        yield "scale", "something is inverted, 1 divided by it", Operation("/", (number(1.0), node))
    if op != "number" and outside:
        yield "extra", f"{OTHER} is a factor too many", Operation("*", (node, parent(OTHER)))
        yield "extra", f"{OTHER} is added where nothing is", Operation("+", (node, parent(OTHER)))
        yield "extra", f"{OTHER} is taken away where nothing is", Operation("-", (node, parent(OTHER)))
        yield "extra", f"something is divided by {OTHER}", Operation("/", (node, parent(OTHER)))
    if op == "name":
        belongs = node.what.replace("#", BELONGS)
        for k in range(arity):
            if node.what != f"#{k}":
                yield "name", f"#{k} stands where {belongs} belongs", parent(f"#{k}")
        yield "name", f"{OTHER} stands where {belongs} belongs", parent(OTHER)
        yield "axis", "a transpose (.T) is there that does not belong", Operation("T", (node,))
        yield "name", f"a 1 stands where {belongs} belongs", Operation("ones_like", (node,))
        for k in range(arity):
            largest = Operation("largest", (parent(f"#{k}"),))
            yield "name", f"the place of the largest entry of #{k} stands where {belongs} belongs", largest
        rest = Operation("-", (number(1.0), node))
        yield "extra", f"{node.what} (1 − {node.what}) stands where {node.what} belongs", Operation("*", (node, rest))
    elif op != "number" and args:
        for k in range(arity):
            yield "name", f"#{k} stands where something else belongs", parent(f"#{k}")
    if op == "T":
        yield "axis", "a transpose (.T) is left out", args[0]
    if op not in ("number", *REDUCED, *COUNTED_BY):
        for axis in (None, 0):
            yield "axis", "a sum is taken where nothing is added up", Operation("sum", (node,), axis)


_OPERATIONS = ("+", "-", "*", "/", "**")
_OTHER_OPERATIONS: dict[str, tuple[str, ...]] = {
    **{one: (*(other for other in _OPERATIONS if other != one), "@", "outer") for one in _OPERATIONS},
    "@": ("*", "outer", "+", "-"),
    "outer": ("*", "@", "+"),
}
_SIGN = {"+": "a +", "-": "a −", "*": "a *", "/": "a division", "**": "a power", "@": "an @", "outer": "np.outer"}


COUNTED_BY = {"len": "rows", "columns": "numbers in a row", "size": "entries"}


def _calls(node: Operation, given: tuple[str, ...]) -> Iterator[tuple[EditKind, str, Operation]]:
    """What goes wrong with functions and sums: left out, applied twice, another one, over another axis."""
    op, args = node.op, node.args
    if op in _UNARY:
        yield "function", f"{op} is left out", args[0]
        yield "function", f"{op} is applied twice", Operation(op, (node,))
        for other in _UNARY:
            if other != op:
                yield "function", f"{other} stands where another function belongs", replace(node, op=other)
        for rough in _ROUGHLY_E if op == "exp" else ():
            yield "number", f"{rough:g} stands for e in exp", Operation("**", (number(rough), args[0]))
    elif op == "softmax":
        yield "function", "softmax is left out", args[0]
        yield "function", "softmax is applied twice", Operation(op, (node,))
        for other in ("sigmoid", "exp", "tanh"):
            yield "function", f"{other} stands where another function belongs", replace(node, op=other)
    elif op in REDUCED:
        for other in REDUCED:
            if other != op:
                yield "function", f"the {REDUCED[other]} stands where another belongs", replace(node, op=other)
        yield "axis", f"the {REDUCED[op]} is left out", args[0]
        for axis in (None, 0, 1, -1, (0,), (-1,)):
            if axis != node.what:
                clause = f"the {REDUCED[op]} is taken over another axis"
                if axis == (node.what,):
                    clause = f"the {REDUCED[op]} keeps an axis of size 1 (keepdims=True) that does not belong"
                elif node.what == (axis,):
                    clause = f"the {REDUCED[op]} loses its axis (keepdims=True keeps it)"
                yield "axis", clause, replace(node, what=axis)
    elif node.is_given:
        yield "function", "a function is left out", args[0] if len(args) == 1 else node
        for other in given:
            if other != op:
                yield "function", "another of the functions stands where one belongs", replace(node, op=other)
    elif op == "name":
        for other in WRAPPED:
            yield "function", f"{other} is applied where nothing is", Operation(other, (node,))


REDUCED = {"sum": "sum", "mean": "mean", "max": "largest entry"}


def _brackets(node: Operation) -> Iterator[tuple[str, Operation]]:
    """What a formula becomes where a pair of brackets is left out, or closes elsewhere."""
    op, args = node.op, node.args
    left_out = "brackets are left out"
    if op in ("*", "/", "-", "@", "**"):
        left, right = args
        if right.op in ("+", "-") and op != "**":
            yield left_out, Operation(right.op, (Operation(op, (left, right.args[0])), right.args[1]))
        if op == "/" and right.op in ("*", "/"):
            yield left_out, Operation(right.op, (Operation(op, (left, right.args[0])), right.args[1]))
        if left.op in ("+", "-") and op != "-":
            yield left_out, Operation(left.op, (left.args[0], Operation(op, (left.args[1], right))))
        if op == "**" and left.op in ("*", "/"):
            yield left_out, Operation(left.op, (left.args[0], Operation(op, (left.args[1], right))))
        if op == "**" and left.op == "neg":
            yield left_out, Operation("neg", (Operation(op, (left.args[0], right)),))
    if op == "neg" and args[0].op in ("+", "-"):
        inner = args[0]
        yield left_out, Operation(inner.op, (Operation("neg", (inner.args[0],)), inner.args[1]))
    if op not in _SIGN and op not in ("neg", "T", "pair") and len(args) == 1 and args[0].op in ("+", "-"):
        each = tuple(replace(node, args=(one,)) for one in args[0].args)
        yield "a function or a sum is taken of each part, not of the whole", Operation(args[0].op, each)
    elsewhere = "a bracket closes at another place"
    if op in ("+", "-"):
        left, right = args
        around = "brackets stand where none belong"
        if right.op in ("*", "/"):
            one, other = right.args
            yield around, Operation(right.op, (Operation(op, (left, one)), other))
            if right.op == "*":
                yield around, Operation("*", (one, Operation(op, (left, other))))
        if left.op == "*":
            yield around, Operation("*", (left.args[0], Operation(op, (left.args[1], right))))
    if len(args) == 1 and args[0].op in (*_UNARY, *REDUCED) and op in (*_UNARY, *REDUCED):
        inner = args[0]
        exchanged = replace(inner, args=(replace(node, args=inner.args),))
        yield f"{_called(op)} is taken before {_called(inner.op)}, not after it", exchanged
    if op in _UNARY and args[0].op in _SIGN and len(args[0].args) == 2:
        inner = args[0]
        yield elsewhere, Operation(inner.op, (replace(node, args=(inner.args[0],)), inner.args[1]))
        yield elsewhere, Operation(inner.op, (inner.args[0], replace(node, args=(inner.args[1],))))
    if op in ("+", "-", "*", "/"):
        left, right = args
        if left.op in _UNARY:
            yield elsewhere, replace(left, args=(Operation(op, (left.args[0], right)),))
        if right.op in _UNARY:
            yield elsewhere, replace(right, args=(Operation(op, (left, right.args[0])),))


def _called(op: str) -> str:
    return f"the {REDUCED[op]}" if op in REDUCED else op


def _less_one(node: Operation) -> Operation:
    return Operation("-", (node, number(1.0)))
