"""Which mistake stops a student's code with shapes that do not fit: the one that meets the same two shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from backprop_course.checks.search import WrongPart
from backprop_course.misconceptions import variants
from backprop_course.misconceptions.combined import SingleMistake
from backprop_course.misconceptions.edits import edits
from backprop_course.misconceptions.neighbours import EditKind

Misfit = tuple[str, tuple[int, ...], tuple[int, ...]]
"""What did not fit: "entries" or "product", and the two shapes, or the two sizes that should be one."""

_KINDS: tuple[EditKind, ...] = ("operation", "order", "axis", "left out", "name")
_SHAPE = r"\(([\d, ]*)\)"


def misfit(message: str) -> Misfit | None:
    """What did not fit, read from NumPy's message; None where that is about something else."""
    if found := re.search(rf"broadcast together with shapes {_SHAPE} {_SHAPE}", message):
        one, other = sorted((_shape(found[1]), _shape(found[2])))
        return "entries", one, other
    if found := re.search(rf"shapes {_SHAPE} and {_SHAPE} not aligned", message):
        left, right = _shape(found[1]), _shape(found[2])
        return "product", left[-1:], right[-2:-1] or right[-1:]
    if found := re.search(r"\(size (\d+) is different from (\d+)\)", message):
        return "product", (int(found[2]),), (int(found[1]),)
    if found := re.search(r"inner sizes (\d+) and (\d+) differ", message):
        return "product", (int(found[1]),), (int(found[2]),)
    return None


def _shape(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(",") if size.strip())


def stopped_by(message: str, question: WrongPart, targets: Sequence[str]) -> SingleMistake | None:
    """The mistake that stops with the same shapes at the question's first point, and gives the answers at the others.

    targets: all that is asked at the first point.
    """
    wanted = misfit(message)
    if wanted is None:
        return None
    point = question.points[0]
    with np.errstate(all="ignore"):
        for candidate in _candidates(question, targets):
            for target in targets:
                try:
                    point.predicted(candidate.changes_in(point.steps), target)
                except ValueError as error:
                    if misfit(str(error)) == wanted and question.holds_elsewhere(candidate.changes_in):
                        return candidate
                    break
                except (TypeError, ArithmeticError, LookupError, AttributeError):
                    break
    return None


def _candidates(question: WrongPart, targets: Sequence[str]) -> Iterator[SingleMistake]:
    point = question.points[0]
    about = list(dict.fromkeys(step for target in targets for step in point.ancestors(target)))
    yield from (variant for variant in variants(point.steps) if not variant.changes.keys().isdisjoint(about))
    for edit in edits(point.steps, about, (), point.follows):
        if edit.kind in _KINDS:
            yield edit
