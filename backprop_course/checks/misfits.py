"""What stops a student's code with shapes that do not fit: that which meets the same two shapes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from backprop_course.checks.search import WrongPart
from backprop_course.misconceptions import variants
from backprop_course.misconceptions.combined import SingleMistake
from backprop_course.misconceptions.edit_kinds import EditKind
from backprop_course.misconceptions.edits import edits

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
    """What stops with the same shapes at the question's first point, and gives the answers at the others.

    targets: all that is asked at the first point. Two shapes meet for many reasons: a listed mistake has the name only
    where no other change of an equation meets them; else what all of them have in common is said, at least the
    equation, and nothing where they have nothing in common.
    """
    wanted = misfit(message)
    if wanted is None:
        return None
    point = question.points[0]
    about = list(dict.fromkeys(step for target in targets for step in point.ancestors(target)))
    with np.errstate(all="ignore"):
        changed = [one for one in edits(point.steps, about, (), point.follows) if one.kind in _KINDS and one.place]
        alike = [one for one in changed if _stops(one, question, targets, wanted)]
        listed = [one for one in variants(point.steps) if not one.changes.keys().isdisjoint(about)]
        found = [one for one in listed if _stops(one, question, targets, wanted)]
    if found and not alike:
        return found[0] if len({one.misconception for one in found}) == 1 else None
    places = {one.place for one in alike}
    if len(places) != 1 or any(places.isdisjoint(one.changes) for one in found):
        return None
    edit = question.told(alike[0])
    if wanted[0] == "entries" and {one.kind for one in alike} == {"operation"}:
        return replace(edit, clause="entries are taken one by one where another operation belongs")
    if found or len({one.clause for one in alike}) != 1:
        return replace(edit, clause="one thing is changed")
    return edit


def _stops(candidate: SingleMistake, question: WrongPart, targets: Sequence[str], wanted: Misfit) -> bool:
    point = question.points[0]
    for target in targets:
        try:
            point.predicted(candidate.changes_in(point.steps), target)
        except ValueError as error:
            return misfit(str(error)) == wanted and question.holds_elsewhere(candidate.changes_in)
        except (TypeError, ArithmeticError, LookupError, AttributeError):
            return False
    return False
