"""What released cells import from the course, and which of it this version of the course does not have."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from importlib import import_module

from backprop_course.checks.cell_text import parsed_cell

_COURSE = "backprop_course"


def not_there(sources: Iterable[str]) -> list[str]:
    """What these cells import from the course that is not in it, by its whole name."""
    wanted = dict.fromkeys(name for source in sources for name in _imported(parsed_cell(source)))
    return [f"{module}.{name}" if name else module for module, name in wanted if not _is_there(module, name)]


def _imported(cell: ast.Module) -> Iterator[tuple[str, str]]:
    """The modules of the course that a cell imports, each with a name from it, or ""."""
    guarded = {id(node) for tried in ast.walk(cell) if isinstance(tried, ast.Try) for node in ast.walk(tried)}
    for node in ast.walk(cell):
        if id(node) in guarded:
            continue  # it goes on without
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if _is_ours(alias.name))
        elif isinstance(node, ast.ImportFrom) and not node.level and _is_ours(node.module or ""):
            yield from ((node.module or "", "" if alias.name == "*" else alias.name) for alias in node.names)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == _COURSE


def _is_there(module: str, name: str) -> bool:
    try:
        found = import_module(module)
    except ImportError:
        return False
    if not name or hasattr(found, name):
        return True
    try:
        import_module(f"{module}.{name}")  # a module is no attribute of its package before it is imported
    except ImportError:
        return False
    return True
