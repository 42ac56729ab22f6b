"""What was shown of edits that nobody listed, as an exercise's author reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

BecameOf = Literal[
    "true", "true here", "fact", "unexplained", "false", "roundabout", "accepted", "hidden", "nothing", "no answer",
]  # fmt: skip
"""What becomes of edits that give the same.

"true": what is told gives the same at all numbers; "true here": at these numbers alone; "fact": something is told that
is no edit; "unexplained": that it is not right, and no more; "false": what is told gives something else; "roundabout":
two things are told where one does; "accepted": it is taken for right; "hidden": it gives what is right, at these
numbers; "nothing": at all numbers; "no answer": it stops, or gives no number.
"""
FAULTS: tuple[BecameOf, ...] = ("false", "roundabout", "accepted")
_SHOWN = 3
"""How many of the edits that give the same are written out."""


@dataclass(frozen=True)
class SameEdits:
    """Edits that give the same at all numbers: what is done, in words, what becomes of it, and what is told."""

    done: tuple[str, ...]
    outcome: BecameOf
    told: str = ""

    @property
    def in_words(self) -> str:
        """The first of them, and how many more there are."""
        words = list(dict.fromkeys(self.done))
        return "; ".join([*words[:_SHOWN], *([f"and {len(words) - _SHOWN} more"] if len(words) > _SHOWN else [])])


@dataclass(frozen=True)
class ProvenEdits:
    """What became of the edits that were tried. of: how many there are. what: "single edits" or "pairs of edits".

    groups: those that give the same at all numbers together. alike_here: groups that give the same at these numbers.
    """

    groups: tuple[SameEdits, ...]
    alike_here: tuple[tuple[SameEdits, ...], ...] = ()
    of: int = 0
    what: str = "single edits"

    @property
    def faults(self) -> list[SameEdits]:
        """Those that are accepted, or told falsely."""
        return [group for group in self.groups if group.outcome in FAULTS]

    @property
    def tried(self) -> int:
        """How many edits."""
        return sum(len(group.done) for group in self.groups)

    def count(self, *outcomes: BecameOf) -> int:
        """How many edits have one of these outcomes."""
        return sum(len(group.done) for group in self.groups if group.outcome in outcomes)

    @property
    def passed(self) -> bool:
        """Whether each is rejected, and nothing false said of it."""
        return not self.faults

    def __str__(self) -> str:
        return "\n".join(f"    {line}" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        """A sentence a line; what somebody must look at comes first."""
        tried = f"{self.tried:,} of {self.of:,}" if self.tried < self.of else f"{self.tried:,}"
        wrong = self.count("true", "true here", "fact", "unexplained", *FAULTS)
        accepted = self.count("accepted")
        yield (
            f"{tried} {self.what} of its equations: {wrong:,} give something wrong, "
            f"{f'{accepted:,} of which are accepted' if accepted else 'all rejected'}; "
            f"{self.count('nothing'):,} give what is right at all numbers, {self.count('hidden'):,} at these; "
            f"{self.count('no answer'):,} give no answer."
        )
        yield (
            f"told: {self.count('true'):,} by what gives the same at all numbers, {self.count('true here'):,} by "
            f"what does so at these; {self.count('fact'):,} by a fact; {self.count('unexplained'):,} only that it is "
            f"not right; {self.count('false', 'roundabout') or 'none'} falsely."
        )
        for group in self.faults:
            why = {"false": "told falsely", "roundabout": "told as two mistakes", "accepted": "accepted"}[group.outcome]
            yield f"{why}: {group.in_words}{f' (told: {group.told})' if group.told else ''}"
        for group in self.groups:
            if group.outcome == "hidden":
                yield f"right at these numbers: {group.in_words}"
        for several in self.alike_here:
            yield f"the same at these numbers: {' | '.join(group.in_words for group in several)}"
        for group in self.groups:
            if len({*group.done}) > 1 and group.outcome not in ("nothing", "no answer", "hidden"):
                yield f"the same at all numbers: {group.in_words}"
