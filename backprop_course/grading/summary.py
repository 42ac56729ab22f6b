"""What became of a class, in a few lines, with what an instructor has to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backprop_course.grading.progress import duration
from backprop_course.grading.released import OUTDATED
from backprop_course.sandbox.between.task import Flag

MOST_SHOWN = 20


@dataclass(frozen=True)
class Result:
    """What became of a submission.

    failed: why it could not be graded, or "". by_hand: whether a human has to look at it.
    notes: why a notebook was not executed to its end.
    """

    student: str
    failed: str = ""
    by_hand: bool = False
    flags: tuple[Flag, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Before:
    """What was graded before. waiting: of how many something waits for a human. outdated: whose release is older."""

    graded: int = 0
    waiting: int = 0
    outdated: tuple[str, ...] = ()


def status(results: Sequence[Result], before: Before) -> int:
    """The exit status: 0 all is graded, 2 something waits for a human, 1 something could not be graded."""
    if any(result.failed for result in results):
        return 1
    return 2 if before.waiting or any(result.by_hand for result in results) else 0


def summary(
    assignment: str, results: Sequence[Result], before: Before, seconds: float, tests: Sequence[str] = ()
) -> list[str]:
    """A class in a few lines, with what an instructor has to look at. tests: what is to be said of his own tests."""
    graded = [result for result in results if not result.failed]
    failed = [result for result in results if result.failed]
    rows = {
        "graded": len(graded),
        "of these, to be graded by hand": sum(result.by_hand for result in graded),
        "of these, with something to look at": sum(bool(result.flags or result.notes) for result in graded),
        "failed": len(failed),
        "graded before": before.graded,
        "of these, waiting for a grade by hand": before.waiting,
    }
    lines = [f"{assignment}: {len(results)} submission{'' if len(results) == 1 else 's'} in {duration(seconds)}"]
    lines += [f"  {count:6}  {what}" for what, count in rows.items() if count or what in ("graded", "failed")]
    lines += _listed("Your own tests:", [_safe(line) for line in tests])
    lines += _listed("Failed:", [f"{_safe(result.student)}: {_safe(result.failed)}" for result in failed])
    lines += _listed("To look at:", [line for result in results for line in _noted(result)])
    if before.outdated:
        lines += _listed(
            f"{OUTDATED.capitalize()}; `backprop-course grade {assignment} --force` grades them again:",
            [_safe(student) for student in before.outdated],
        )
    if graded:
        lines.append(
            f"Next: grade by hand in formgrader (`jupyter lab`), then `nbgrader generate_feedback {assignment}`."
        )
    return lines


def _listed(heading: str, lines: list[str]) -> list[str]:
    more = [f"  … and {len(lines) - MOST_SHOWN} more"] if len(lines) > MOST_SHOWN else []
    return [heading, *(f"  {line}" for line in lines[:MOST_SHOWN]), *more] if lines else []


def _noted(result: Result) -> list[str]:
    flagged = [
        f"{flag.cell or flag.kind}: {flag.message}" for flag in result.flags if flag.message not in str(result.notes)
    ]
    return [f"{_safe(result.student)}: {_safe(text)}" for text in (*result.notes, *flagged)]


def _safe(text: str) -> str:
    """A text that may be a student's, on one line and without what would command a terminal."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return shown if len(shown) <= 300 else f"{shown[:299]}…"
