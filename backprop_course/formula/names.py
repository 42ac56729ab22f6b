"""A quantity's name, read as mathematics: w_in is w with the subscript "in", dL_dz_o is ∂L/∂z_o.

What comes back along one of several paths, dL_dh_0_via_2, is the gradient of its name "via 2".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GREEK = {
    "alpha": "α",
    "beta": "β",
    "delta": "δ",
    "epsilon": "ϵ",
    "eta": "η",
    "gamma": "γ",
    "lambda": "λ",
    "mu": "µ",
    "pi": "π",
    "sigma": "σ",
    "theta": "θ",
}
_GRADIENT = re.compile(r"d(?P<of>[A-Za-z](_\w+?)?)_d(?P<by>[A-Za-z]\w*?)(_via_(?P<via>\w+))?")


@dataclass(frozen=True)
class Symbol:
    """A letter or a word, perhaps with a hat, perhaps with a subscript."""

    base: str
    hat: bool = False
    subscript: str = ""

    @property
    def letter(self) -> str:
        """The base as it is printed: Greek names as their letter."""
        return GREEK.get(self.base, self.base)

    @property
    def slanted(self) -> bool:
        """Single letters slant, as variables do; words and numbers stand upright."""
        return len(self.letter) == 1 and not self.letter.isdigit()

    @property
    def indices(self) -> bool:
        """Whether the subscript is made of indices (w_ij: slanted) and is no word (w_in: upright)."""
        return bool(self.subscript) and (len(self.subscript) == 1 or set(self.subscript) <= set("ijk"))


@dataclass(frozen=True)
class Gradient:
    """∂of/∂by; via: the unit that it comes from, where it is one path's share of it."""

    of: Symbol
    by: Symbol
    via: str = ""


def read_name(name: str) -> Symbol | Gradient:
    """What the name stands for.

    >>> read("dL_dw_in")
    Gradient(of=Symbol(base='L', hat=False, subscript=''), by=Symbol(base='w', hat=False, subscript='in'), via='')
    """
    match = _GRADIENT.fullmatch(name)
    if match:
        return Gradient(_symbol(match["of"]), _symbol(match["by"]), match["via"] or "")
    return _symbol(name)


def _symbol(name: str) -> Symbol:
    base, *rest = name.split("_")
    if not base or not all(rest):
        return Symbol(name)
    hat = rest[:1] == ["hat"]
    return Symbol(base, hat, " ".join(rest[hat:]))
