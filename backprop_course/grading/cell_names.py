"""The names of the notebook that a cell reads and gives, by Python's own tables of them."""

from __future__ import annotations

import re
import symtable
from functools import lru_cache


def names_table(source: str) -> symtable.SymbolTable | None:
    """The names of a cell; None where it is not plain Python."""
    try:
        return symtable.symtable(source, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(256)
def names_read(source: str) -> frozenset[str]:
    """The names of the notebook that a cell reads, in its functions too; every word, where it is not plain Python."""
    if (whole := names_table(source)) is None:
        return frozenset(re.findall(r"\w+", source))
    tables, read = [whole], set()
    while tables:
        table = tables.pop()
        top = table.get_type() == "module"
        read |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (top or symbol.is_global())
        }
        tables += table.get_children()
    return frozenset(read)


@lru_cache(256)
def names_given(source: str) -> frozenset[str]:
    """The names that a cell gives something, but for what it imports; every word, where it is not plain Python."""
    if (table := names_table(source)) is None:
        return frozenset(re.findall(r"\w+", source))
    symbols = table.get_symbols()
    return frozenset(one.get_name() for one in symbols if one.is_assigned() and not one.is_imported())
