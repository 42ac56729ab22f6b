"""The class's grades as nbgrader's own table, `grades.csv`: the same columns, in which no cell is a formula."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry  # type: ignore[import-untyped]
from nbgrader.plugins import ExportPlugin  # type: ignore[import-untyped]

from backprop_course.grading import csvfile
from backprop_course.grading.csvfile import CsvValue
from backprop_course.grading.open_gradebook import wait_in_queries

_COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


class TableExporter(ExportPlugin):  # type: ignore[misc]  # nbgrader has no types
    """`nbgrader export`, through `csvfile`: nbgrader's writes names and folders as they are, formulas too."""

    def export(self, gradebook: Any) -> None:
        """Writes the table. Raises CourseError where it cannot be written."""
        wait_in_queries(gradebook)
        path = Path(self.to or "grades.csv")
        csvfile.write(path, [_COLUMNS, *self._rows(gradebook)])
        self.log.info("Grades are in %s", path)

    def _rows(self, gradebook: Any) -> Iterator[list[CsvValue]]:
        assignments, students = ({str(name) for name in names} for names in (self.assignment, self.student))
        for assignment in gradebook.assignments:
            for student in gradebook.students:
                if assignment.name in (assignments or {assignment.name}) and student.id in (students or {student.id}):
                    yield _row(gradebook, assignment, student)


def _row(gradebook: Any, assignment: Any, student: Any) -> list[CsvValue]:
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:  # nothing was handed in
        when, raw, penalty = None, 0.0, 0.0
    else:
        when, raw, penalty = submission.timestamp, submission.score, submission.late_submission_penalty or 0.0
    return [
        *(assignment.name, _time(assignment.duedate), _time(when)),
        *(student.id, student.last_name, student.first_name, student.email),
        *(raw, penalty, max(0.0, raw - penalty), assignment.max_score),
    ]


def _time(when: object) -> str:
    return "" if when is None else str(when)
