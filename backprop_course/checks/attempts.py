"""The attempts at an exercise and the hints taken, kept where IPython keeps what outlives a kernel."""

from __future__ import annotations

import contextlib
from typing import Any

from backprop_course.checks.verdict import Verdict

MOST_ATTEMPTS = 1000
"""The attempts at one exercise that are kept."""


def attempts(shell: Any, verdict: Verdict) -> list[float]:
    """The points of every attempt at a verdict's exercise so far, this one included.

    Where nothing has been written yet, or where the values are of an earlier run, it is none;
    after all was right there are no more. shell: IPython's.
    """
    points: list[float] = []
    with contextlib.suppress(Exception):  # where nothing can be kept, that costs nobody a verdict
        points = earlier_attempts(shell, verdict.exercise)
        ended = verdict.stale or len(points) == MOST_ATTEMPTS or (points and points[-1] >= verdict.max_points)
        if not ended and any(part.status != "missing" for part in verdict.parts):
            points.append(float(verdict.points))
            shell.db[f"backprop_course/{verdict.exercise}"] = points
    return points


def earlier_attempts(shell: Any, exercise: str) -> list[float]:
    """The points of the attempts so far, of earlier kernels too; none where nothing lasts."""
    with contextlib.suppress(Exception):
        return [float(one) for one in shell.db.get(f"backprop_course/{exercise}", [])][:MOST_ATTEMPTS]
    return []


def hints_taken(shell: Any, exercise: str) -> dict[str, int]:
    """To which degree a student has taken hints on each part of an exercise."""
    with contextlib.suppress(Exception):
        kept = shell.db.get(f"backprop_course_hints/{exercise}", {})
        return {str(part): int(degree) for part, degree in kept.items()}
    return {}


def own_points_of(shell: Any, question: str) -> float | None:
    """The points that somebody has given himself for a written question; None where he has not."""
    with contextlib.suppress(Exception):
        kept = shell.db.get(f"backprop_course_own_points/{question}")
        return None if kept is None else float(kept)
    return None


def keep_own_points(shell: Any, question: str, points: float | None) -> None:
    """Keeps the points that somebody gives himself."""
    with contextlib.suppress(Exception):
        shell.db[f"backprop_course_own_points/{question}"] = points


def take_hint(shell: Any, exercise: str, part: str, most: int) -> int:
    """One degree more on a part, up to the last one; the degree that is reached."""
    taken = hints_taken(shell, exercise)
    degree = min(taken.get(part, 0) + 1, most)
    with contextlib.suppress(Exception):
        shell.db[f"backprop_course_hints/{exercise}"] = {**taken, part: degree}
    return degree
