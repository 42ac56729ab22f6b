"""A line of a figure's text: runs of type with subscripts, and how wide they will be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.formula import names

SIZE = 15
"""Height of the type, in pixels."""
SMALL = 0.75
"""Sub- and superscripts are this much smaller."""


@dataclass(frozen=True)
class Run:
    """Text in one style; shift is −1 for a subscript, 1 for a superscript."""

    text: str
    slanted: bool = False
    shift: int = 0


Line = tuple[Run, ...]

_THIN = "\u2009"
# Widths in DejaVu Sans, the widest of the fonts that a system's sans-serif may be.
_WIDTHS = {
    **dict.fromkeys("'ijlI ,.·/:;|f-J", 0.35),
    **dict.fromkeys("()[]tr!", 0.42),
    **dict.fromkeys("cszLFkvxyŷ∂", 0.6),
    **dict.fromkeys("+<=>−×AVXZBRCUNHDGOQw", 0.83),
    **dict.fromkeys("mMW%@½⋮", 1.0),
    _THIN: 0.2,
    "\u0302": 0.0,
}


def width(line: Line) -> float:
    """An upper estimate of the line's width, in pixels."""
    return SIZE * sum(_WIDTHS.get(letter, 0.65) * (SMALL if run.shift else 1) for run in line for letter in run.text)


def unstyled(line: Line) -> str:
    """The line without its styles."""
    return "".join(run.text for run in line)


def name(quantity: str) -> Line:
    """A quantity's name: w with a small "in", ŷ, ∂L/∂z."""
    symbol = names.read_name(quantity)
    if isinstance(symbol, names.Gradient):
        path = (Run(f" via {symbol.via}"),) if symbol.via else ()
        return (Run("∂"), *_symbol(symbol.of), Run("/∂"), *_symbol(symbol.by), *path)
    return _symbol(symbol)


def _symbol(symbol: names.Symbol) -> Line:
    letter = symbol.letter
    if symbol.hat:
        letter = "ŷ" if letter == "y" else letter + "\u0302"
    base = Run(letter, symbol.slanted)
    if not symbol.subscript:
        return (base,)
    return (base, Run(symbol.subscript, symbol.indices and not symbol.subscript.isdigit(), -1))


def number_text(value: Array) -> Line:
    """A number, to four significant digits."""
    mantissa, _, exponent = f"{float(value) + 0.0:.4g}".replace("-", "−").partition("e")
    if not exponent:
        return (Run(mantissa),)
    power = exponent.replace("+", "").replace("−", "").lstrip("0")
    return (Run(f"{mantissa}·10"), Run(("−" if "−" in exponent else "") + power, shift=1))


def shape(of: tuple[int, ...]) -> Line:
    """The shape of an array, as NumPy writes it: (4, 5)."""
    return (Run(str(tuple(int(n) for n in of))),)


def short_number(value: float) -> Line:
    """A number in at most five characters or so, for the inside of a circle."""
    value = round(value, 2) + 0.0  # + 0.0 makes −0 a plain 0
    size = abs(value)
    style = ".0e" if size >= 999.5 else ".0f" if size >= 99.95 else ".1f" if size >= 9.995 else ".2f"
    return (Run(f"{value:{style}}".replace("e+0", "e").replace("-", "−")),)


def quantity(of: str, value: Array) -> Line:
    """A quantity and its value, or the shape of its value."""
    if np.ndim(value):
        return (*name(of), Run(": "), *shape(np.shape(value)))
    return (*name(of), Run(f"{_THIN}={_THIN}"), *number_text(value))


def counted(before: str, n: int, noun: str) -> Line:
    """So many of something: 4 units."""
    return (Run(f"{before}{n} {noun}{'' if n == 1 else 's'}"),)
