"""The call in a set-up cell that makes a notebook one of a class, and says whose numbers it has."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from backprop_course.checks.personal import STUDENT_ID, whose
from backprop_course.checks.settings import MOST_HINTS, Settings, set_here, settings


def in_class(
    *, hints: int = MOST_HINTS, model_answers: bool = True, personal_numbers: str = "", practice: bool = True
) -> None:
    """Makes this notebook one of a class. Its set-up cell calls it; `nbgrader generate_assignment` writes that line.

    Raises CourseError for what is no setting.
    """
    set_here(Settings(hints, model_answers, personal_numbers, practice, self_study=False))
    if settings().personal_numbers:
        print(_said(sys._getframe(1).f_globals))


def _said(namespace: Mapping[str, object]) -> str:
    if found := whose(namespace):
        return f"The numbers in this notebook are those of {found}."
    return (
        f"{STUDENT_ID} is empty, so the numbers are the published ones. Type your id between the quotes in the cell "
        "above, run it, and then this one again."
    )
