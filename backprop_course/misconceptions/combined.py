"""Two things at once: two mistakes, or one and a factor."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_course.misconceptions.edits import Edit, OtherActivation
from backprop_course.misconceptions.precision import Shortened
from backprop_course.misconceptions.registry import MISCONCEPTIONS, Changes, Steps, Variant, place_in_words

SingleMistake = Variant | Edit | OtherActivation
"""One way to go wrong, listed or not."""


@dataclass(frozen=True)
class Scaled:
    """A result that is right, or a mistake's, but for a factor; clause: which, in words.

    alike: what does the same where a given number happens to be that factor, in words; "" for nothing.
    """

    first: SingleMistake | None
    clause: str
    alike: str = ""

    @property
    def clauses(self) -> str:
        """The factor, and what does the same."""
        return f"{self.clause}, or {self.alike}" if self.alike else self.clause

    @property
    def misconception(self) -> str | None:
        """The id of the mistake besides the factor, if there is one and it is listed."""
        return self.first.misconception if self.first else None

    @property
    def edit(self) -> str:
        """What kind of edit it is."""
        return "scale"

    @property
    def told(self) -> str:
        """Both, in a sentence each."""
        if self.first is None:
            return f"this is exactly what comes out if all is right, but {self.clauses}."
        return _both(self.first, self.clauses)


@dataclass(frozen=True)
class Pair:
    """Two mistakes at once."""

    first: SingleMistake
    second: SingleMistake

    @property
    def misconception(self) -> str | None:
        """The id of the first one that is listed."""
        return self.first.misconception or self.second.misconception

    @property
    def edit(self) -> str | None:
        """The kind of the first, where neither is listed."""
        return None if self.misconception else self.first.edit

    def changes_in(self, steps: Steps) -> Changes:
        """What both change among these steps."""
        return {**self.first.changes_in(steps), **self.second.changes_in(steps)}

    @property
    def told(self) -> str:
        """Both, in a sentence each."""
        told = _both(self.first, _short(self.second))
        if self.second.misconception is None:
            return told
        return f"{told}\n{MISCONCEPTIONS[self.second.misconception].hint}"


def _short(found: SingleMistake) -> str:
    if not isinstance(found, Variant):
        return f"{found.clause}{found.where}"
    return f"{MISCONCEPTIONS[found.misconception].name}{place_in_words(found.place)}"


def _both(first: SingleMistake, clause: str) -> str:
    told = f"two mistakes together give exactly this: {_short(first)}; and {clause}."
    return f"{told}\n{MISCONCEPTIONS[first.misconception].hint}" if isinstance(first, Variant) else told


@dataclass(frozen=True)
class Proportion:
    """Results that are in the same proportion to what is right in every call; clause: in which, in words."""

    clause: str

    misconception = None
    edit = "proportion"

    @property
    def told(self) -> str:
        """What is so."""
        return f"{self.clause}."


@dataclass(frozen=True)
class Either:
    """Two causes that one number cannot tell apart."""

    first: SingleMistake
    second: Scaled

    misconception = None

    @property
    def edit(self) -> str | None:
        """The kind of the first."""
        return self.first.edit

    def changes_in(self, steps: Steps) -> Changes:
        """What the first changes among these steps."""
        return self.first.changes_in(steps)

    @property
    def told(self) -> str:
        """Both, in one sentence."""
        return f"this is exactly what comes out if {_short(self.first)}, or if {self.second.clauses}."


Explanation = SingleMistake | Shortened | Scaled | Pair | Proportion | Either
"""What may be said of a wrong part."""
