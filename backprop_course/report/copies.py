"""Answers that are the same where hardly anybody else's are, letter by letter or but for names: a hint to judge."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

FEWEST_LETTERS = 150
"""Of texts that two share: fewer come out the same by chance."""


@dataclass(frozen=True)
class PossibleCopy:
    """Two students who share rare texts. cells: those answers; letters: how long they are together.

    renamed: it is all that they have written, and names, comments and spaces may differ.
    """

    students: tuple[str, str]
    cells: tuple[str, ...]
    letters: int
    renamed: bool = False

    @property
    def how(self) -> str:
        """What is the same, in words."""
        return "all, but for spaces, names and comments" if self.renamed else "letter by letter"


def essence(source: str, released: Iterable[str]) -> str:
    """What of an answer is a student's own: the lines that were not released, without spaces; comments stay."""
    given = {"".join(line.split()) for line in released}
    lines = ("".join(line.split()) for line in source.splitlines())
    return "\n".join(line for line in lines if line and line not in given)


def skeleton(answers: Iterable[str], released: Iterable[str]) -> str:
    """What is left of answers without spaces, comments and what was released; a name is where it first stands."""
    given = {"".join(line.split()) for line in released}
    places: dict[str, str] = {}
    found = []
    for line in (line for answer in answers for line in answer.splitlines() if "".join(line.split()) not in given):
        for token in _TOKEN.findall(line):
            if token.startswith("#"):
                continue
            is_name = token.isidentifier() and not keyword.iskeyword(token)
            found.append(places.setdefault(token, f"<{len(places)}>") if is_name else token)
    return " ".join(found)


_TOKEN = re.compile(r"""#.*|'[^'\n]*'|"[^"\n]*"|[^\W\d]\w*|[\d.]+|[^\w\s]""")


def possible_copies(
    texts: Mapping[tuple[str, str], list[str]], students: int, skeletons: Mapping[str, list[str]] = {}
) -> list[PossibleCopy]:
    """The pairs with the longest texts in common first.

    texts: who wrote which, by cell and `essence`. students: of how many. Rare is what two have, or one in twenty of a
    large class: what many write is the natural answer. skeletons: who has which, of all that they wrote.
    """
    rare = max(2, students // 20)
    shared: dict[tuple[str, str], dict[str, int]] = {}
    for (cell, text), who in texts.items():
        if 2 <= len(who) <= rare:
            for one, other in combinations(sorted(who), 2):
                shared.setdefault((one, other), {})[cell] = len(text)
    found = [PossibleCopy(pair, tuple(cells), sum(cells.values())) for pair, cells in shared.items()]
    cells_of: dict[str, set[str]] = {}
    for (cell, _), who in texts.items():
        for one in who:
            cells_of.setdefault(one, set()).add(cell)
    for text, who in skeletons.items():
        if 2 <= len(who) <= rare and len(text) >= FEWEST_LETTERS:
            for pair in combinations(sorted(who), 2):
                cells = set().union(*(cells_of.get(one, set()) for one in pair))
                if cells != shared.get(pair, {}).keys():
                    found.append(PossibleCopy(pair, tuple(sorted(cells)), len(text), renamed=True))
    return sorted((one for one in found if one.letters >= FEWEST_LETTERS), key=lambda one: (-one.letters, one.students))
