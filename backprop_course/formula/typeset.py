"""A NumPy expression as mathematics: h_i * w_ij becomes hᵢ · wᵢⱼ, in MathML for pages and in LaTeX for papers."""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Mapping

from backprop_course.errors import CourseError
from backprop_course.formula import names
from backprop_course.formula.dialects import Dialect, Latex, MathML
from backprop_course.formula.language import FUNCTIONS

# How tightly a piece holds together. Where more is wanted than it has, it gets brackets.
SUM, NEGATIVE, PRODUCT, FRACTION, POWER, WHOLE = range(6)
Typeset = tuple[str, int]

WORDS = {name: called.word for name, called in FUNCTIONS.items() if called.word} | {"softmax": "softmax"}
"""What stands before a bracket; a layer's softmax is in equations, but in no formula that a student types."""
AXES: dict[int | None, str] = {0: "batch"}
"""What a sum goes over; axis 0 is the batch, everywhere in this course."""


def to_mathml(*expressions: str) -> str:
    """The expression as a MathML element; several are set equal to each other.

    Names are read as symbols: w_in, y_hat, dL_dz_o. Raises CourseError for what is no formula.
    """
    return f'<math displaystyle="true">{_equated(MathML(), expressions)}</math>'


def values_to_mathml(*expressions: str, shapes: Mapping[str, str]) -> str:
    """The same where values stand for names: ½ is 0.5, and a name of `shapes` is the text given there."""
    return f'<math displaystyle="true">{_equated(_Values(shapes), expressions)}</math>'


def to_latex(*expressions: str) -> str:
    """The same in LaTeX, to stand between dollar signs.

    >>> print(to_latex("z_o", "h_j * w_j + h_k * w_k"))
    z_{o} = h_{j} \\cdot w_{j} + h_{k} \\cdot w_{k}
    """
    return _equated(Latex(), expressions)


def _equated(dialect: Dialect, expressions: tuple[str, ...]) -> str:
    return _joined(dialect, "=", [_Typesetter(dialect, text).typeset() for text in expressions])


def _joined(dialect: Dialect, sign: str, pieces: list[str]) -> str:
    between = [part for piece in pieces for part in (dialect.sign(sign), piece)]
    return dialect.row(*between[1:])


def parse(text: str) -> ast.expr:
    """The expression's syntax tree. Raises CourseError for what Python does not read as one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise CourseError(f"{_short(text)!r} is not an expression; write it as in Python: h_1 * w_2.") from None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


class _Values(MathML):
    """MathML for values that have been put in."""

    half = "<mn>0.5</mn>"
    tight = False

    def __init__(self, shapes: Mapping[str, str]) -> None:
        self.shapes = shapes

    def symbol(self, symbol: names.Symbol) -> str:
        shape = self.shapes.get(symbol.base)
        return super().symbol(symbol) if shape is None else f"<mtext>{shape}</mtext>"


class _Typesetter:
    """Walks through one expression, typesetting its pieces from the inside out."""

    def __init__(self, dialect: Dialect, text: str) -> None:
        self.to = dialect
        self.text = text.strip()

    def typeset(self) -> str:
        try:
            return self.visit(parse(self.text))[0]
        except RecursionError:
            raise CourseError(f"{_short(self.text)!r} is nested too deeply to be shown as a formula.") from None

    def visit(self, node: ast.expr) -> Typeset:
        match node:
            case ast.Name(name) | ast.Attribute(ast.Name("np" | "numpy" | "math"), ("e" | "pi") as name):
                return self.name(name)
            case ast.Constant(int() | float() as value) if not isinstance(value, bool) and abs(value) != math.inf:
                return self.number(value)
            case ast.UnaryOp(ast.USub(), operand):
                return self.to.row(self.to.sign("−"), self.within(PRODUCT, operand)), NEGATIVE
            case ast.UnaryOp(ast.UAdd(), operand):
                return self.visit(operand)
            case ast.BinOp(left, ast.Add(), right):
                # a + (b − c) is a + b − c, but two signs never meet.
                after = self.within(PRODUCT if _leads_with_minus(right) else SUM, right)
                return self.to.row(self.within(SUM, left), self.to.sign("+"), after), SUM
            case ast.BinOp(left, ast.Sub(), right):
                return self.to.row(self.within(SUM, left), self.to.sign("−"), self.within(PRODUCT, right)), SUM
            case ast.BinOp(left, ast.Mult() | ast.MatMult(), right):
                return self.product(left, right, kind=_kind(node))
            case ast.BinOp(left, ast.Div(), right):
                return self.to.fraction(self.visit(left)[0], self.visit(right)[0]), FRACTION
            case ast.BinOp(left, ast.Pow(), right):
                return self.to.power(self.within(WHOLE, left), self.visit(right)[0]), POWER
            case ast.Attribute(value, "T"):
                return self.to.power(self.within(WHOLE, value), self.to.transposed), POWER
            case ast.Call(ast.Attribute(value, ("sum" | "mean") as method), [], keywords):
                return self.reduction(method, value, under=AXES.get(self.axis(node, keywords), ""))
            case ast.Call(ast.Name(name) | ast.Attribute(ast.Name("np" | "numpy" | "math"), name), arguments, []):
                return self.call(node, name, arguments)
        raise self.unknown(node)

    def within(self, least: int, node: ast.expr) -> str:
        """The piece, in brackets unless it holds together as tightly as that."""
        piece, holds = self.visit(node)
        return piece if holds >= least else self.to.fence("(", piece, ")")

    def name(self, name: str) -> Typeset:
        symbol = names.read_name(name)
        if isinstance(symbol, names.Symbol):
            return self.to.symbol(symbol), WHOLE
        top, bottom = (self.to.row(self.to.sign("∂"), self.to.symbol(part)) for part in (symbol.of, symbol.by))
        fraction = self.to.fraction(top, bottom)
        return (self.to.below(fraction, f"via {symbol.via}") if symbol.via else fraction), FRACTION

    def number(self, value: float) -> Typeset:
        if value == 0.5:
            return self.to.half, FRACTION
        mantissa, _, exponent = str(value).partition("e")
        if not exponent:
            return self.to.number(mantissa), WHOLE
        power = self.to.power(self.to.number("10"), self.to.number(str(int(exponent)).replace("-", "−")))
        return self.to.row(self.to.number(mantissa), self.to.sign("·"), power), PRODUCT

    def product(self, left: ast.expr, right: ast.expr, kind: str) -> Typeset:
        (before, holds), after = self.factor(left, kind, NEGATIVE), self.factor(right, kind, PRODUCT)[0]
        if kind == "@":
            row = self.to.row(before, self.to.space, after)
        elif isinstance(left, ast.Constant) and self.to.tight and not _leads_with_number(right):
            row = self.to.row(before, after)
        else:
            row = self.to.row(before, self.to.sign(kind), after)
        return row, min(holds, PRODUCT)

    def factor(self, node: ast.expr, kind: str, least: int) -> Typeset:
        # a · b · c needs no brackets; between matrix and other products they say which comes first.
        piece, holds = self.visit(node)
        if holds >= least and _kind(node) in ("", kind):
            return piece, holds
        return self.to.fence("(", piece, ")"), WHOLE

    def axis(self, node: ast.expr, keywords: list[ast.keyword]) -> int | None:
        axis = None
        for keyword in keywords:
            try:
                value = ast.literal_eval(keyword.value)
            except (ValueError, TypeError):
                raise self.unknown(node) from None
            if keyword.arg == "axis" and type(value) in (int, type(None)):
                axis = value
            elif keyword.arg != "keepdims":  # which is about shapes, and not about the formula
                raise self.unknown(node)
        return axis

    def reduction(self, method: str, value: ast.expr, under: str) -> Typeset:
        if method == "sum":
            return self.to.row(self.to.summed(under), self.within(PRODUCT, value)), PRODUCT
        return self.applied("mean", under, self.visit(value)[0]), WHOLE

    def applied(self, function: str, under: str, inside: str) -> str:
        return self.to.row(self.to.word(function, under), self.to.fence("(", inside, ")"))

    def call(self, node: ast.expr, name: str, arguments: list[ast.expr]) -> Typeset:
        if name == "outer" and len(arguments) == 2:
            return self.product(arguments[0], arguments[1], kind="⊗")
        pieces = [self.visit(argument)[0] for argument in arguments]
        if name in WORDS and (len(pieces) == 1 or (pieces and name in FUNCTIONS and FUNCTIONS[name].several)):
            return self.applied(WORDS[name], "", _joined(self.to, ",", pieces)), WHOLE
        match name, pieces:
            case "exp", [piece]:
                return self.to.power(self.to.symbol(names.Symbol("e")), piece), POWER
            case "len", [_]:  # of a batch
                return self.to.symbol(names.Symbol("N")), WHOLE
            case "sqrt", [piece]:
                return self.to.root(piece), WHOLE
            case "abs", [piece]:
                return self.to.fence("|", piece, "|"), WHOLE
        raise self.unknown(node)

    def unknown(self, node: ast.expr) -> CourseError:
        piece = ast.get_source_segment(self.text, node) or self.text
        return CourseError(
            f"{_short(piece)!r} cannot be shown as a formula. There are names, numbers, + - * / ** @, the functions "
            f"{', '.join((*FUNCTIONS, 'outer', 'softmax'))}, and .sum(), .mean() and .T."
        )


def _kind(node: ast.expr) -> str:
    """What kind of product it is, or "" for none: they mix only in brackets."""
    match node:
        case ast.UnaryOp(_, operand):
            return _kind(operand)
        case ast.BinOp(_, ast.Mult(), _):
            return "·"
        case ast.BinOp(_, ast.MatMult(), _):
            return "@"
        case ast.Call(ast.Attribute(_, "sum"), _, _):
            return "∑"
        case ast.Call(ast.Name("outer"), _, _) | ast.Call(ast.Attribute(_, "outer"), _, _):
            return "⊗"
    return ""


def _leads_with_minus(node: ast.expr) -> bool:
    match node:
        case ast.UnaryOp(ast.USub(), _):
            return True
        case ast.UnaryOp(ast.UAdd(), operand):
            return _leads_with_minus(operand)
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.MatMult(), _):
            return _leads_with_minus(left)
    return False


def _leads_with_number(node: ast.expr) -> bool:
    """Whether a number right before it would be misread: 2 · 3, 2 · ½."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(ast.UAdd(), operand):
            return _leads_with_number(operand)
        case ast.BinOp(left, ast.Mult() | ast.MatMult() | ast.Pow() | ast.Div(), _):
            return isinstance(node.op, ast.Div) or _leads_with_number(left)
    return False
