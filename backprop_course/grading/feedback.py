"""Feedback pages, made by nbgrader's own converter in several processes at once, and always anew.

A grade by hand leaves no trace in a file, so a page that is there may tell of an older one.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateFeedback  # type: ignore[import-untyped]

from backprop_course.grading.class_folder import Course, find_course
from backprop_course.grading.progress import Progress


def make_pages(course: Course, assignment: str, students: Sequence[str], workers: int) -> list[str]:
    """Makes the pages of these students' graded notebooks; returns the students for whom it could not be done."""
    shares = [share for start in range(workers) if (share := students[start::workers])]
    command = [sys.executable, "-W", "ignore", "-m", __name__, course.url, assignment]
    processes = [
        subprocess.Popen(
            [*command, *share], cwd=course.root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        for share in shares
    ]
    progress, made = Progress(max(len(students), 1), sys.stderr), set[str]()
    for process, share in zip(processes, shares, strict=True):
        with process:
            assert process.stdout
            for line in process.stdout:
                student, done = share[int(line.split()[0])], line.split()[1] == "made"
                progress.step(not done)
                made |= {student} if done else set()
    progress.close()
    return [student for student in students if student not in made]


class _Pages(GenerateFeedback):  # type: ignore[misc]  # nbgrader has no types
    """The converter for one student after another, with one exporter."""

    def init_notebooks(self) -> None:
        self.assignments = self.chosen

    chosen: dict[str, list[str]] = {}  # noqa: RUF012  # traitlets' metaclass wants no annotation of a class's variable


def _serve(url: str, assignment: str, students: Sequence[str]) -> None:
    """Makes the pages of one process's share, and says after each student whether they are there."""
    course = find_course(url)
    course.directory.assignment_id = assignment
    log = logging.getLogger("feedback")
    log.disabled = True
    converter: Any = _Pages(coursedir=course.directory, config=course.config, log=log)
    for number, student in enumerate(students):
        folder = course.autograded(student, assignment)
        notebooks = sorted(str(path) for path in folder.glob("*.ipynb"))
        converter.chosen = {str(folder): notebooks}
        try:
            converter.start()
            made = bool(notebooks)
        except Exception:  # one student's page never stops another's
            made = False
        print(number, "made" if made else "not", flush=True)


def pages_of(course: Course, assignment: str, student: str) -> list[Path]:
    """A student's feedback pages."""
    return sorted(course.feedback(student, assignment).glob("*.html"))


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2], sys.argv[3:])
