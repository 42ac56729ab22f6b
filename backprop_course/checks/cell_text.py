"""A cell's text as Python: lines with a magic or a command are IPython's own, and left out."""

from __future__ import annotations

import ast


def without_magics(source: str) -> str:
    """A cell's text in which such lines are empty, so that the others keep their numbers."""
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in source.split("\n"))


def parsed_cell(source: str) -> ast.Module:
    """A cell's syntax tree; empty where it is not Python."""
    try:
        return ast.parse(without_magics(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])
