"""Two ways of writing mathematics down: MathML and LaTeX, piece by piece."""

from __future__ import annotations

from html import escape
from typing import Protocol

from backprop_course.formula.names import GREEK, Symbol


class Dialect(Protocol):
    """The pieces of a formula. Each method returns markup; pieces are put together in rows.

    tight: whether a number stands right before what it multiplies, without a sign.
    """

    space: str
    transposed: str
    half: str
    tight: bool

    def symbol(self, symbol: Symbol) -> str:
        """A name, with its hat and its subscript."""

    def number(self, digits: str) -> str:
        """A number."""

    def sign(self, sign: str) -> str:
        """An operator: one of + − · ⊗ ∂ = or a comma."""

    def word(self, name: str, under: str = "") -> str:
        """A function's name, perhaps with a remark below it."""

    def summed(self, under: str) -> str:
        """The sign for a sum, perhaps with a remark below it."""

    def row(self, *pieces: str) -> str:
        """Pieces next to each other."""

    def fence(self, left: str, piece: str, right: str) -> str:
        """A piece between brackets or bars."""

    def fraction(self, top: str, bottom: str) -> str:
        """One piece over another."""

    def below(self, piece: str, remark: str) -> str:
        """A piece with a remark set low beside it."""

    def power(self, base: str, exponent: str) -> str:
        """A piece with another raised beside it."""

    def root(self, piece: str) -> str:
        """The square root of a piece."""


class MathML:
    """Markup for pages: browsers show it and screen readers read it out without any script."""

    space = '<mspace width="0.25em"/>'
    transposed = '<mi mathvariant="normal">T</mi>'
    half = "<mfrac><mn>1</mn><mn>2</mn></mfrac>"
    tight = True

    def symbol(self, symbol: Symbol) -> str:
        letter = f"<mi>{escape(symbol.letter)}</mi>"
        if symbol.hat:
            letter = f'<mover accent="true">{letter}<mo stretchy="false">^</mo></mover>'
        if not symbol.subscript:
            return letter
        if symbol.subscript.isdigit():
            below = self.number(symbol.subscript)
        elif symbol.indices:
            below = self.row(*(f"<mi>{index}</mi>" for index in symbol.subscript))
        else:
            below = f"<mtext>{escape(symbol.subscript)}</mtext>"
        return f"<msub>{letter}{below}</msub>"

    def number(self, digits: str) -> str:
        return f"<mn>{digits}</mn>"

    def sign(self, sign: str) -> str:
        return f"<mo>{sign}</mo>"

    def word(self, name: str, under: str = "") -> str:
        word = f"<mi>{name}</mi>"
        if under:
            word = f"<munder>{word}<mtext>{under}</mtext></munder>"
        return f"{word}<mo>&#x2061;</mo>"  # an invisible sign: "of"

    def summed(self, under: str) -> str:
        sign = "<mo>∑</mo>"
        return f"<munder>{sign}<mtext>{under}</mtext></munder>" if under else sign

    def row(self, *pieces: str) -> str:
        return f"<mrow>{''.join(pieces)}</mrow>"

    def fence(self, left: str, piece: str, right: str) -> str:
        return self.row(f'<mo form="prefix">{left}</mo>', piece, f'<mo form="postfix">{right}</mo>')

    def fraction(self, top: str, bottom: str) -> str:
        return f"<mfrac>{top}{bottom}</mfrac>"

    def below(self, piece: str, remark: str) -> str:
        return f"<msub>{piece}<mtext>{escape(remark)}</mtext></msub>"

    def power(self, base: str, exponent: str) -> str:
        if base.startswith("<msub>"):
            # Sub- and superscript one above the other.
            return f"<msubsup>{base.removeprefix('<msub>').removesuffix('</msub>')}{exponent}</msubsup>"
        return f"<msup>{base}{exponent}</msup>"

    def root(self, piece: str) -> str:
        return f"<msqrt>{piece}</msqrt>"


_SIGNS = {"−": "-", "·": r"\cdot", "⊗": r"\otimes", "∂": r"\partial"}
_OPERATORS = {"σ": r"\sigma", **{name: f"\\{name}" for name in ("log", "ln", "max", "min", "sin", "cos", "tanh")}}


class Latex:
    """Markup for papers, and for Markdown cells."""

    space = r"\,"
    transposed = r"\mathsf{T}"
    half = r"\frac{1}{2}"
    tight = True

    def symbol(self, symbol: Symbol) -> str:
        if symbol.base in GREEK:
            letter = f"\\{symbol.base}"
        else:
            letter = symbol.base if symbol.slanted else _upright(symbol.base)
        if symbol.hat:
            letter = f"\\hat{{{letter}}}"
        if not symbol.subscript:
            return letter
        plain = symbol.indices or symbol.subscript.isdigit()
        return f"{letter}_{{{symbol.subscript if plain else _upright(symbol.subscript)}}}"

    def number(self, digits: str) -> str:
        return digits.replace("−", "-")

    def sign(self, sign: str) -> str:
        return _SIGNS.get(sign, sign)

    def word(self, name: str, under: str = "") -> str:
        word = _OPERATORS.get(name, f"\\operatorname{{{name}}}")
        return f"{word}_{{{_upright(under)}}}" if under else word

    def summed(self, under: str) -> str:
        return f"\\sum_{{{_upright(under)}}}" if under else r"\sum"

    def row(self, *pieces: str) -> str:
        return " ".join(pieces)

    def fence(self, left: str, piece: str, right: str) -> str:
        return f"\\left{left} {piece} \\right{right}"

    def fraction(self, top: str, bottom: str) -> str:
        return f"\\frac{{{top}}}{{{bottom}}}"

    def below(self, piece: str, remark: str) -> str:
        return f"{piece}_{{{_upright(remark)}}}"

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def root(self, piece: str) -> str:
        return f"\\sqrt{{{piece}}}"


def _upright(text: str) -> str:
    text = text.replace("_", r"\_").replace(" ", r"\ ")
    return f"\\mathrm{{{text}}}"
