"""The kinds of edits of an equation, and the signs that stand in what is said of one."""

from __future__ import annotations

from typing import Literal

EditKind = Literal[
    "brackets", "left out", "order", "sign", "name", "operation", "function", "number", "axis", "scale", "size",
    "instead", "extra",
]  # fmt: skip
"""What is changed, the most natural first: of several edits that give the same, the first is told."""
CORE: tuple[EditKind, ...] = ("brackets", "left out", "order", "sign", "name", "operation", "function")
"""The kinds that one number is evidence for where it has few digits, the first ones: there are too many others."""
RANK: dict[EditKind, int] = {kind: rank for rank, kind in enumerate(EditKind.__args__)}  # type: ignore[attr-defined]

OTHER = "?"
"""Stands in an edited equation where another quantity of the problem is put."""
BELONGS = "@"
"""In a clause, before the number of a parent: what kind of quantity that is."""
