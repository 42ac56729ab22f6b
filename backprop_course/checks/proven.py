"""What was shown of an exercise, as its author reads it: which mistakes were made, named, hidden or misnamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backprop_course.exercises import Givens
from backprop_course.misconceptions import MISCONCEPTIONS, Variant


@dataclass(frozen=True)
class Tried:
    """What became of one mistake. said: the id by which it was named, or None. same: all ids that would be true."""

    variant: Variant
    rejected: bool
    said: str | None
    same: frozenset[str]
    part: str = ""


@dataclass(frozen=True)
class Proof:
    """What was shown of an exercise, for its author.

    tried: every way to make a mistake that changes an answer. alike: mistakes that no number can tell apart.
    hidden: mistakes, by id, that get full points, or would with some rounding. elsewhere: those that show only with
    numbers on the other side of a kink, as a function or a formula is tried with. telling: what else is wrong with the
    given numbers. wrong: what is said to right answers. numbers: better ones, where these hide something.
    left: how many ways to make the same mistakes, at other places, were not tried. shown: of a program with a bug,
    what is proven of it.
    """

    id: str
    kind: str
    points: float
    tried: tuple[Tried, ...] = ()
    alike: tuple[frozenset[str], ...] = ()
    hidden: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    wrong: str = ""
    numbers: Givens | None = None
    left: int = 0
    shown: str = ""

    @property
    def named(self) -> tuple[Tried, ...]:
        """What was named as itself, or as one of those that nothing can tell from it."""
        return tuple(one for one in self.tried if one.said in one.same)

    @property
    def misnamed(self) -> tuple[Tried, ...]:
        """What was named as something that it is not."""
        return tuple(one for one in self.tried if one.said is not None and one.said not in one.same)

    @property
    def passed(self) -> bool:
        """Whether right answers get all points, and no mistake hides or gets another's name."""
        return not (self.hidden or self.misnamed or self.telling or self.wrong)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        sign = "✓" if self.passed else "✗"
        yield f"{sign} {self.id}: {self.kind}, {self.points:g} point{'s' * (self.points != 1)}"
        if self.wrong:
            yield f"    right answers do not get all points: {self.wrong}"
        if self.tried:
            ways, mistakes = len(self.tried), len({one.variant.misconception for one in self.tried})
            named = "all" if len(self.named) == ways else f"{len(self.named)}"
            how = (
                f"in {ways} way{'s' * (ways > 1)}"
                if not self.left
                else f"each at one place (--everywhere: {self.left} more ways)"
            )
            made = "1 mistake was made" if mistakes == 1 else f"{mistakes} mistakes were made"
            told = f"{named} of them are named" if ways > 1 else f"it is {'' if self.named else 'not '}named"
            yield f"    {made}, {how}: {told}."
        if self.shown:
            yield f"    {self.shown}"
        for alike in self.alike:
            yield f"    no numbers tell apart: {', '.join(sorted(alike))}"
        for id in self.hidden:
            yield f"    hidden: {MISCONCEPTIONS[id].name} ({id})"
        if self.elsewhere:
            ids = ", ".join(self.elsewhere)
            yield f"    shown only by formulas or a function, with a unit off or an error turned: {ids}"
        for one in _distinct(self.misnamed):
            yield f"    misnamed: {one.variant.misconception} is taken for {one.said}{_at(one)}"
        for one in _distinct([one for one in self.tried if one.said is None and one.rejected]):
            yield f"    rejected, and not named: {one.variant.misconception}{_at(one)}"
        yield from (f"    {fault}" for fault in self.telling)
        if self.numbers:
            numbers = ", ".join(f"{name}={value:g}" for name, value in self.numbers.items())
            yield f"    better numbers: numbers=dict({numbers})"


def _at(one: Tried) -> str:
    places = [place for place in (one.part, one.variant.place) if place]
    return f" (at {', '.join(places)})" if places else ""


def _distinct(tried: Iterable[Tried]) -> list[Tried]:
    """One of each that reads the same."""
    return list({(one.variant.misconception, one.said): one for one in reversed(list(tried))}.values())[::-1]
