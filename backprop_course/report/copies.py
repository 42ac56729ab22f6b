"""Answers that are the same, letter by letter, where hardly anybody else's are: a hint, which an instructor judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

FEWEST_LETTERS = 150
"""Of texts that two share: fewer come out the same by chance."""


@dataclass(frozen=True)
class PossibleCopy:
    """Two students who share rare texts. cells: those answers; letters: how long they are together."""

    students: tuple[str, str]
    cells: tuple[str, ...]
    letters: int


def essence(source: str, released: Iterable[str]) -> str:
    """What of an answer is a student's own: the lines that were not released, without spaces; comments stay."""
    given = {"".join(line.split()) for line in released}
    lines = ("".join(line.split()) for line in source.splitlines())
    return "\n".join(line for line in lines if line and line not in given)


def possible_copies(texts: Mapping[tuple[str, str], list[str]], students: int) -> list[PossibleCopy]:
    """The pairs with the longest texts in common first.

    texts: who wrote which, by cell and `essence`. students: of how many. Rare is what two have, or one in twenty of a
    large class: what many write is the natural answer.
    """
    rare = max(2, students // 20)
    shared: dict[tuple[str, str], dict[str, int]] = {}
    for (cell, text), who in texts.items():
        if 2 <= len(who) <= rare:
            for one, other in combinations(sorted(who), 2):
                shared.setdefault((one, other), {})[cell] = len(text)
    found = [PossibleCopy(pair, tuple(cells), sum(cells.values())) for pair, cells in shared.items()]
    return sorted((one for one in found if one.letters >= FEWEST_LETTERS), key=lambda one: (-one.letters, one.students))
