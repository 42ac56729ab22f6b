"""Finds answers that take the course's own passes instead of working something out, and meddling, by their source.

Released cells use networks and passes to show things; an answer may not. `sandbox/inside/watching` finds more, when an
answer is run and judged. Both are hints: an instructor decides.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from backprop_course.checks.cell_text import parsed_cell
from backprop_course.checks.runs import LONGEST

PACKAGE = "backprop_course"
SHOWING = frozenset({"check", "given", "hint", "practice", "progress", "CourseError"})
"""What an answer may use of the course's names."""
_MEDDLING = re.compile(
    r"\bctypes\b|\bget_objects\b|\b_getframe\b|\b[gs]ettrace\b|\b[gs]etprofile\b|\bsys\.monitoring\b"
    rf"|\b{PACKAGE}\.(?:grading|checks|exercises|misconceptions)\b"
)
_SHOWING_MODULES = frozenset({f"{PACKAGE}.drawing", f"{PACKAGE}.widgets", f"{PACKAGE}.errors"})


def meddles_with(source: str) -> tuple[str, ...]:
    """What a cell of the student's mentions that no answer needs, and that is good for tampering with a check."""
    return tuple(dict.fromkeys(_MEDDLING.findall(source)))


def reference_names(sources: Iterable[str]) -> frozenset[str]:
    """The names under which a notebook's cells have imported what computes answers.

    One that ends in a dot is a network: to show it is no harm, to use what it can do is.
    """
    return frozenset(name for source in sources if PACKAGE in source for name in _names_imported(source))


@lru_cache(256)  # released cells are the same in every submission, and some answers
def uses_of_reference(source: str, names: frozenset[str]) -> tuple[str, ...]:
    """What of it a cell uses: imported names that it mentions, its own imports, the package's name as text."""
    if not (PACKAGE in source or any(name.rstrip(".") in source for name in names)):
        return ()
    if len(source) > LONGEST:
        return ("more than can be looked at",)
    tree = _parsed(source)
    known = (names | set(_imported(tree))) - _defined(tree)
    found = [name for name in _imported(tree) if not name.endswith(".")]
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in known:
            found.append(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and f"{node.value.id}." in known:
            found.append(f"{node.value.id}.{node.attr}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _names_a_module(node.value):
            found.append(repr(node.value)[:60])
    return tuple(dict.fromkeys(found))


def _defined(tree: ast.AST) -> set[str]:
    """The names that a cell itself gives something, and those of the networks among them."""
    defined = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            defined.add(node.id)
        elif isinstance(node, ast.arg):
            defined.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
    return defined | {f"{name}." for name in defined}


def _names_a_module(text: str) -> bool:
    return text.split(".")[0] == PACKAGE


def _parsed(source: str) -> ast.AST:
    """A cell's syntax tree; empty where it is not Python, or too much of it."""
    return ast.Module([], []) if len(source) > LONGEST else parsed_cell(source)


@lru_cache(256)  # most cells are the same in every submission
def _names_imported(source: str) -> frozenset[str]:
    return frozenset(_imported(_parsed(source)))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if _names_a_module(alias.name) and alias.name not in _SHOWING_MODULES:
                    yield alias.asname or alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and _names_a_module(node.module or ""):
            for alias in node.names:
                if {node.module, f"{node.module}.{alias.name}"} & _SHOWING_MODULES or alias.name in SHOWING:
                    continue
                is_network = node.module == f"{PACKAGE}.networks" or alias.name in ("Network", "Unit")
                yield (alias.asname or alias.name) + ("." if is_network else "")
