"""Says where the reading of a typed formula stops, in the student's own characters, and what was probably meant."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Collection
from dataclasses import dataclass

_WRITTEN = {"−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "÷": "/", "^": "**"}
_SHOWN = 64
"""How many characters of a long formula are shown around the place in question."""

Slip = tuple[str, int | None]
"""What to say, and at which character; None where it is the whole formula."""


@dataclass(frozen=True)
class Typed:
    """A formula as a student typed it, and as Python's parser reads it.

    shown: the student's text in one line. text: the parser's. origin: for each character of `text`, and for its
    end, the place in `shown` that it comes from.
    """

    shown: str
    text: str
    origin: tuple[int, ...]

    @staticmethod
    def read(answer: str) -> Typed:
        """An answer in one line, its signs as Python writes them."""
        shown = "".join(" " if c.isspace() else c for c in answer.strip())
        pieces = [_WRITTEN.get(c, c) for c in shown]
        origin = [k for k, piece in enumerate(pieces) for _ in piece]
        return Typed(shown, "".join(pieces), (*origin, len(shown)))

    def place_of(self, node: ast.expr) -> int:
        """Where in the parser's text a node begins; Python counts in bytes."""
        return len(self.text.encode()[: node.col_offset].decode(errors="ignore"))

    def marked(self, message: str, at: int | None) -> str:
        """The message, below it the formula, and a caret below the place."""
        if at is None:
            return message
        place = self.origin[min(at, len(self.text))]
        first = max(0, min(place - _SHOWN // 2, len(self.shown) - _SHOWN))
        before, after = "… " if first else "", " …" if first + _SHOWN < len(self.shown) else ""
        piece = self.shown[first : first + _SHOWN]
        return f"{message}\n    {before}{piece}{after}\n    {' ' * (len(before) + place - first)}^"


def slip(text: str) -> Slip | None:
    """What is wrong with a text, where that shows before it is parsed."""
    if text.count("(") != text.count(")"):
        more, fewer = ("opening", "closing") if text.count("(") > text.count(")") else ("closing", "opening")
        counts = f"{text.count('(')} and {text.count(')')}"
        return f"has more {more} than {fewer} brackets: {counts}.", _unmatched(text)
    for pattern, message in _SLIPS:
        if sign := re.search(pattern, text):
            return message, sign.start()
    product = re.search(r"(?<![\w.])(\d+\.?\d*)\s*((?![eE][+-]?\d)[A-Za-z_(]\w*)", text)
    if product:
        left, right = product.groups()
        return f"holds {product[0]!r}, which is not read as a product: write {left} * {right}.", product.start(2)
    return None


_SLIPS = (
    (r"[<>!=]=|[<>]", "holds a comparison; use step(z) for 1 where z ≥ 0 and 0 elsewhere."),
    (r"\|", "holds a |; for the size of something write abs(…)."),
    ("#", "holds a #; type the formula alone."),
    ("=", "holds an equals sign; type the right-hand side alone."),
)


def _unmatched(text: str) -> int | None:
    """The first bracket that closes nothing, else the last one that is never closed."""
    opened: list[int] = []
    for k, character in enumerate(text):
        if character == "(":
            opened.append(k)
        elif character == ")":
            if not opened:
                return k
            opened.pop()
    return opened[-1] if opened else None


def explained(text: str, error: SyntaxError, functions: Collection[str]) -> Slip:
    """What stops Python's parser, and what was probably meant."""
    stopped = "cannot be read as a formula: reading stops at the mark."
    called = "|".join(sorted(map(re.escape, functions), key=len, reverse=True))
    bare = re.search(rf"(?<![\w.])((?:np\.|numpy\.|math\.)?(?:{called}))\s+([\w.]+)(?!\w|\s*(?:[*/(]))", text)
    if bare:
        function, argument = bare.groups()
        return f"{stopped}\nA function's argument stands in brackets: {function}({argument}).", bare.start(2)
    if function_alone := re.search(rf"(?<![\w.])({called})\s+[\w.]", text):
        name = function_alone[1]
        return f"{stopped}\nA function's argument stands in brackets: {name}(…).", function_alone.end() - 1
    for side in re.finditer(r"([\w.]+|\))\s+(?=([\w.]+|\())", text):
        left, right = side.groups()
        if not (keyword.iskeyword(left) or keyword.iskeyword(right)):
            between = f" between {left} and {right}" if left != ")" and right != "(" else ""
            return f"{stopped}\nAn operator is missing{between}: is it a *?", side.end()
    if quote := re.search("[\"'`]", text):
        return f"{stopped}\nA quotation mark has no place inside a formula.", quote.start()
    at = None if error.offset is None else max(0, error.offset - 1)
    return f"{stopped}\nIs an operator or a bracket missing?", at


def split_up(name: str, quantities: Collection[str], functions: Collection[str]) -> str:
    """How a name falls apart into known ones, written as a product or a call; "" where it does not."""
    for k in range(len(name) - 1, 0, -1):
        left, right = name[:k], name[k:]
        if left in functions and right in quantities:
            return f"{left}({right})"
        if left in quantities:
            rest = right if right in quantities else split_up(right, quantities, functions) if len(name) < 80 else ""
            if rest:
                return f"{left} * {rest}"
    return ""
