"""Reads the cells of a notebook: plain dicts, as nbformat has them."""

from __future__ import annotations

import ast
from typing import Any

RawCell = dict[str, Any]


def source(cell: RawCell) -> str:
    """A cell's text."""
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def grade_id(cell: RawCell) -> str:
    """nbgrader's name for a cell, or ""."""
    return str(_nbgrader(cell).get("grade_id", ""))


def is_answer(cell: RawCell) -> bool:
    """Whether a student was to write here."""
    return bool(_nbgrader(cell).get("solution"))


def is_locked(cell: RawCell) -> bool:
    """Whether the text is the instructor's, as released."""
    return bool(_nbgrader(cell).get("locked")) and not is_answer(cell)


def checked(cell: RawCell) -> str:
    """The exercise that a cell checks, where it reads `check("<id>")` and nothing else; or ""."""
    if "check" not in source(cell):
        return ""
    try:
        tree = ast.parse(source(cell), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "check":
        match tree.args:
            case [ast.Constant(value=str(exercise))] if not tree.keywords:
                return exercise
    return ""


def _nbgrader(cell: RawCell) -> dict[str, Any]:
    found = cell.get("metadata", {}).get("nbgrader", {})
    return found if isinstance(found, dict) else {}
