"""Whether a submission has been graded as it is now, and by the release of now."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Any

from backprop_course.errors import CourseError
from backprop_course.grading import folders
from backprop_course.grading.class_folder import Course
from backprop_course.grading.locating import NotebookFile, locate
from backprop_course.grading.released import ReleasedNotebook
from backprop_course.grading.submission import digest


class GradedBy(Enum):
    """The release by which a submission was graded: the one of now, or an earlier one."""

    NOW = "now"
    EARLIER = "earlier"


def graded_by(
    course: Course, assignment: str, student: str, released: Mapping[str, ReleasedNotebook]
) -> GradedBy | None:
    """By which release a submission was graded as it is now; None where it is to be graded (again)."""
    submitted, graded = (at(student, assignment) for at in (course.submitted, course.autograded))
    if not graded.is_dir():
        return None
    with suppress(CourseError):
        files = locate(submitted, released.values()).files
        if not folders.is_whole(graded, files):
            return None
        noted = {name: folders.noted(graded, name) for name in files}
        if any(_has_changed(file, graded / f"{name}.ipynb", noted[name]) for name, file in files.items()):
            return None
        if not folders.has_the_pictures(graded, submitted, course.source(assignment)):
            return None
        new, old = course.handed_in(submitted), course.handed_in(graded)
        if new and old and new > old:
            return None
        now = {name: released[name].digest for name in files}
        return (
            GradedBy.NOW
            if all(noted[name].get("released", now[name]) == now[name] for name in files)
            else GradedBy.EARLIER
        )
    return None


def _has_changed(submitted: NotebookFile, graded: Path, noted: Mapping[str, Any]) -> bool:
    """Whether a file is another one than was graded. Earlier versions did not note which; the clock tells then."""
    if "submitted" not in noted:
        return submitted.path.stat().st_mtime > graded.stat().st_mtime
    return bool(noted["submitted"] != digest(submitted.content))
