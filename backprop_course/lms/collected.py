"""What became of a download, in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from backprop_course.grading.standings import Student
from backprop_course.lms.attempts import Attempt, DownloadRead

MOST_TOLD = 30
_CALLED = {"moodle": "Moodle", "canvas": "Canvas", "folder": "a plain folder"}


@dataclass
class Collected:
    """Students by what became of theirs.

    students: in place now; of these unchanged: as before, renewed: instead of an older attempt, late: by the
    platform's word. older: what is there is newer. empty: nothing could be taken. missing: nothing was handed in.
    troubles: with whom, and which. dated: of how many it is known when theirs came.
    """

    students: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    older: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    troubles: list[tuple[str, str]] = field(default_factory=list)
    dated: int = 0


def report_lines(
    assignment: str,
    sources: Iterable[DownloadRead],
    collected: Collected,
    unplaced: Sequence[tuple[Attempt, list[str]]],
    undated: bool,
    known: Mapping[str, Student],
) -> list[str]:
    """undated: whether a download does not say when submissions came. known: the class, by id."""
    lines = [f"{one.path}: {one.files} files, named as {_CALLED[one.lms]} does." for one in sources]
    count = len(collected.students)
    rows = {
        "collected": count,
        "of these, as they were": len(collected.unchanged),
        f"of these, instead of an older attempt (kept in downloaded/{assignment}/earlier/)": len(collected.renewed),
        "of these, late, says Canvas": len(collected.late),
        "left out, because what is there is newer": len(collected.older),
        "could not be placed": len(unplaced),
        "handed in nothing": len(collected.missing),
    }
    lines += [f"  {number:6}  {what}" for what, number in rows.items() if number or what == "collected"]
    if unplaced:
        lines += _listed("Could not be placed:", [_asked(*one) for one in unplaced])
        lines.append(
            f"  → fill in the column `student` in downloaded/{assignment}/unplaced.csv with their ids here (for a "
            "group all of them, with a semicolon between), and run the same command again."
        )
    names = {student: known[student].called if student in known else student for student, _ in collected.troubles}
    lines += _listed("Not taken:", [f"{names[student]}: {trouble}" for student, trouble in collected.troubles])
    lines += _listed("Handed in nothing:", [known[student].called for student in collected.missing])
    if undated and count and collected.dated < count:
        lines.append(
            "When they came is not known: the dates in a download are often those of the download. Moodle's grading "
            "worksheet says it (--worksheet); without, no late penalty is taken off."
        )
    if count:
        lines.append(f"Next: `backprop-course grade {assignment}`.")
    return [_safe(line) for line in lines]


def _asked(attempt: Attempt, could_be: Sequence[str]) -> str:
    if len(could_be) > 1:
        return f"{attempt.called}: could be {' or '.join(could_be)}"
    if could_be:
        return f"{attempt.called}: could be {could_be[0]}, but that is not certain, or somebody else is, too"
    return f"{attempt.called}: nobody in the class is called so"


def _listed(heading: str, lines: Sequence[str]) -> list[str]:
    more = [f"  … and {len(lines) - MOST_TOLD} more"] if len(lines) > MOST_TOLD else []
    return [heading, *(f"  {line}" for line in lines[:MOST_TOLD]), *more] if lines else []


def _safe(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
