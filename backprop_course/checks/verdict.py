"""The verdict on an exercise, part by part, and how it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Literal, get_args

from backprop_course.core.trace import Step
from backprop_course.formula import to_mathml
from backprop_course.misconceptions.combined import Explanation

Status = Literal["right", "follows", "wrong", "missing", "invalid"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True)
class Part:
    """One thing that was asked.

    status: "right"; "follows" (right, from a wrong earlier answer); "wrong"; "missing"; "invalid" (of a
    form that cannot be judged). misconception: the id of the mistake that explains it, or None.
    message: what to tell the student, one fact a line; "" where there is nothing to say.
    formula: how a typed formula was read, to be read back; "" for other answers.
    edit: what kind of change of the right equation explains it, where that is no listed mistake; or None.
    after: the part that must be mended before this one can be, where one is wrong that this one is made from.
    because: what explains it, as something that can be carried out again: what the message says in words.
    """

    name: str
    status: Status
    misconception: str | None = None
    message: str = ""
    formula: str = ""
    after: str = ""
    edit: str | None = None
    because: Explanation | None = field(default=None, compare=False, repr=False)


def in_turn(parts: tuple[Part, ...], steps: Mapping[str, Step]) -> tuple[Part, ...]:
    """The parts, each that is made from a wrong one put after the first of those."""
    wrong = [part.name for part in parts if part.status == "wrong"]

    def made_from(name: str) -> set[str]:
        parents = steps[name].parents if name in steps else ()
        return {*parents}.union(*map(made_from, parents))

    def first(part: Part) -> str:
        return next((name for name in wrong if name in made_from(part.name)), "") if part.status == "wrong" else ""

    return tuple(replace(part, after=first(part)) for part in parts)


@dataclass(frozen=True)
class Fold:
    """What may be opened below a verdict, in any front end and without a kernel.

    html: trusted, for a notebook. plain: the line that stands for it where nothing can be opened, or "".
    """

    summary: str
    html: str
    plain: str = ""


def folded(folds: Sequence[Fold]) -> str:
    """Folds for a notebook: closed, each inside the one before it, so that they are opened one after another."""
    if not folds:
        return ""
    first, *rest = folds
    return (
        f'<details style="margin:.4em 0 .4em 1.4em"><summary>{escape(first.summary)}</summary>'
        f"{first.html}{folded(rest)}</details>"
    )


@dataclass(frozen=True)
class Verdict:
    """What a student is told about an exercise, and the points for it.

    stale: why this is not about the code that is there, all of it; "" where it is. about: what it is about then; ""
    where there is nothing that it could be about. anothers: for whose numbers it is right, if for another student's or
    the published ones; for the instructor, never shown. practice: whether it is about numbers that count for nothing.
    """

    exercise: str
    parts: tuple[Part, ...]
    points: float
    max_points: float
    notes: tuple[str, ...] = ()
    stale: str = ""
    about: str = ""
    folds: tuple[Fold, ...] = ()
    anothers: str = ""
    practice: bool = False

    @property
    def passed(self) -> bool:
        """Whether everything is right."""
        return not self.stale and all(part.status == "right" for part in self.parts)

    def out_of(self, most: float) -> Verdict:
        """The same verdict where the exercise is worth so many points: a release may say another number."""
        return replace(self, points=self.points * most / self.max_points, max_points=most)

    def lines(self) -> list[tuple[str, str]]:
        """The feedback, a fact a line, each with its sign ("" for what belongs to the line above)."""
        if self.stale:
            score = f"What follows is about {self.about}: {self._score}." if self.about else f"{self._score}."
            return [("", score), *self._without_praise()]
        lines = []
        if right := self._with("right"):
            lines.append(("✓", f"{_names(right)}: right."))
        problems = [part for part in self.parts if part.status in ("wrong", "invalid")]
        shown: list[Part] = []
        for part in problems:
            # What depends on a wrong part can wait for that one; what does not is told by itself.
            if not part.after and not any(_alike(part, other) for other in shown):
                first, *rest = part.message.split("\n")
                alike = [other for other in problems if _alike(part, other)]
                lines.append(("✗", f"{part.name if part.misconception else _names(alike)}: {first}"))
                lines += [("", line) for line in rest]
                if part.misconception and len(alike) > 1:
                    lines.append(("", f"The same mistake is in {_names([o for o in alike if o is not part])}."))
                shown.append(part)
        later = [part for part in problems if not any(_alike(part, other) for other in shown)]
        for name in dict.fromkeys(part.after for part in later):
            waiting = [part for part in later if part.after == name]
            lines.append(("✗", f"{_names(waiting)}: not right yet; mend {name} first."))
        if follows := self._with("follows"):
            lines.append(("✓", f"{_names(follows)}: right for your earlier answers; points given."))
        missing = self._with("missing")
        for message in dict.fromkeys(part.message for part in missing):
            lines.append(("–", f"{_names([part for part in missing if part.message == message])}: {message}"))
        return lines + [("", note) for note in self.notes]

    def _without_praise(self) -> list[tuple[str, str]]:
        """The same lines, none of them ticked."""
        return [("·" if sign == "✓" else sign, line) for sign, line in replace(self, stale="").lines()]

    def _with(self, status: Status) -> list[Part]:
        return [part for part in self.parts if part.status == status]

    @property
    def headline(self) -> str:
        """Exercise and points in one line; where this is about an earlier run, that first."""
        return f"{self.exercise}: {self.stale}." if self.stale else f"{self.exercise}: {self._score}"

    @property
    def _score(self) -> str:
        if self.practice:
            right = sum(part.status in ("right", "follows") for part in self.parts)
            return f"practice, {right} of {len(self.parts)} right, no points"
        return f"{self.points:g} of {self.max_points:g} point{'' if self.max_points == 1 else 's'}"

    def __str__(self) -> str:
        read = [f"    {part.name} = {part.formula}" for part in self.parts if part.formula and part.status == "wrong"]
        if read:
            read.insert(0, "    Read as")
        offered = [f"    {fold.plain}" for fold in self.folds if fold.plain]
        return "\n".join([self.headline, *(f"  {sign or ' '} {line}" for sign, line in self.lines()), *read, *offered])

    def _repr_html_(self) -> str:
        """The same for a notebook. Everything is escaped: a student's own text stays text."""
        rows = "".join(
            f'<div style="padding-left:{1.4 if sign else 2.6}em;text-indent:{-1.2 if sign else 0}em'
            # What is set in by four spaces is a text and the caret below it.
            f'{";font-family:monospace" if line.startswith("    ") else ""}">'
            f"{sign} {escape(line)}</div>"
            for sign, line in self.lines()
        )
        read = "".join(
            f'<div style="margin:.4em 1.4em">{self._tick if part.status == "right" else "✗"} '
            f"{to_mathml(part.name, part.formula)}</div>"
            for part in self.parts
            if part.formula
        )
        if read:
            rows += f"<details open><summary>How your formulas were read</summary>{read}</details>"
        edge = "#2e8540" if self.passed else "#c05600"
        return (
            f'<div style="border-left:4px solid {edge};padding:.3em .8em;white-space:pre-wrap">'
            f"<strong>{escape(self.headline)}</strong>{rows}{folded(self.folds)}</div>"
        )

    @property
    def _tick(self) -> str:
        return "·" if self.stale else "✓"

    def to_json(self) -> dict[str, object]:
        """The verdict as plain data."""
        return {
            "exercise": self.exercise,
            "points": self.points,
            "max_points": self.max_points,
            "passed": self.passed,
            "parts": [
                {
                    "name": p.name,
                    "status": p.status,
                    "misconception": p.misconception,
                    "edit": p.edit,
                    "message": p.message,
                }
                for p in self.parts
            ],
            "notes": list(self.notes),
            "stale": self.stale,
            "practice": self.practice,
        }


def _alike(part: Part, other: Part) -> bool:
    """Whether the same is to be said of both."""
    if part.misconception or other.misconception:
        return part.misconception == other.misconception
    return part.message == other.message and part.status == other.status


def and_(names: Sequence[str]) -> str:
    """Names in a sentence."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _names(parts: Iterable[Part]) -> str:
    return ", ".join(part.name for part in parts)
