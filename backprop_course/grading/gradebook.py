"""The examiner's pen: what was released is read from nbgrader's gradebook, what was graded is written into it.

A submission is written in one short transaction, which is never open while a student's code runs. It can be repeated,
so that whoever is interrupted anywhere can begin again. Scores and comments by hand are never touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backprop_course.errors import CourseError
from backprop_course.grading.class_folder import FolderLayout
from backprop_course.grading.open_gradebook import OpenGradebook
from backprop_course.grading.recording import Graded, LatePenalty, Rows
from backprop_course.grading.released import ReleasedCell, ReleasedNotebook, in_notebook_order
from backprop_course.grading.standings import Student

MARK = "backprop_course"
"""Under this name a notebook's kernelspec in the gradebook, the one free text there, holds the mark of its release."""
NAMES = ("first_name", "last_name", "email", "lms_user_id")
"""What nbgrader calls what it knows of a student."""


@dataclass(frozen=True)
class ByHand:
    """What a human gives for an answer. points: None, comment: "" for none.

    notebook: the id of the submitted one; cell, commented: of the cells that have the points, and the comment.
    """

    notebook: str
    cell: str
    commented: str
    points: float | None
    comment: str


class Book:
    """nbgrader's gradebook, open: `with Book(url) as book`."""

    def __init__(self, url: str, course_id: str = "default_course") -> None:
        """Raises CourseError where there is none yet, or it cannot be opened."""
        self._opened = OpenGradebook(url, course_id)
        self._book, self._api = self._opened.book, self._opened.api
        self._rows = Rows(self._opened)

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *exception: object) -> None:
        self._book.close()

    @property
    def nbgraders(self) -> Any:
        """nbgrader's own `Gradebook`; whoever reads in it waits for a locked one as long as everybody here."""
        self._opened.wait_in_queries()
        return self._book

    def released(self, assignment: str, order: Mapping[str, FolderLayout]) -> tuple[ReleasedNotebook, ...]:
        """The notebooks of an assignment. order: how the instructor's notebooks are laid out, where they are at hand.

        Raises CourseError where the assignment has not been released.
        """
        return self._opened.patiently(lambda: self._released(assignment, order))

    def _released(self, assignment: str, order: Mapping[str, FolderLayout]) -> tuple[ReleasedNotebook, ...]:
        try:
            found = self._book.find_assignment(assignment)
            notebooks, due = found.notebooks, str(found.duedate or "")
        except self._api.MissingEntry:
            notebooks = []
        if not notebooks:
            there = sorted(one.name for one in self._book.assignments if one.notebooks)
            raise CourseError(
                f"The gradebook has no assignment {assignment!r}; `nbgrader generate_assignment {assignment}` first. "
                f"Released so far: {', '.join(there) or 'none'}."
            )
        return tuple(_released(notebook, order.get(notebook.name, FolderLayout()), due) for notebook in notebooks)

    def mark(self, assignment: str, notebook: str, mark: Mapping[str, object]) -> None:
        """Notes by what version of the course a notebook was released."""

        def write() -> None:
            found = self._book.find_notebook(notebook, assignment)
            found.kernelspec = json.dumps(json.loads(found.kernelspec or "{}") | {MARK: mark})

        self._opened.written(write)

    def waiting(self, assignment: str) -> frozenset[str]:
        """The students of whose submissions something waits for a human."""
        api = self._api
        rows = (
            self._book.db.query(api.SubmittedAssignment.student_id)
            .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id)
            .join(api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
            .join(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
            .filter(api.Assignment.name == assignment, api.Grade.needs_manual_grade)
        )
        return self._opened.patiently(lambda: frozenset(student for (student,) in rows.distinct()))

    def students(self, assignment: str) -> frozenset[str]:
        """Who has a submission of an assignment here."""
        return self._opened.patiently(
            lambda: frozenset(submission.student_id for submission in self._book.assignment_submissions(assignment))
        )

    def everybody(self) -> frozenset[str]:
        """The students of the class."""
        return self._opened.patiently(lambda: frozenset(id for (id,) in self._book.db.query(self._api.Student.id)))

    def expect(self, student: str, assignment: str, notebook: str | None = None) -> None:
        """A submission is there and not graded: it waits for a human, and has no points but those given by hand.

        notebook: that one alone. Raises CourseError where it cannot be written.
        """
        self._opened.written(lambda: self._rows.expect(student, assignment, notebook))

    def enrol(self, students: Iterable[Student]) -> None:
        """Adds students, or what is newly known of them. Raises CourseError where it cannot be written."""

        def write() -> None:
            for one in students:
                found = self._book.db.get(self._api.Student, one.id) or self._api.Student(id=one.id)
                for name, value in zip(NAMES, (one.first_name, one.last_name, one.email, one.lms_id), strict=True):
                    if value:
                        setattr(found, name, value)
                self._book.db.add(found)

        self._opened.written(write)

    def give_by_hand(self, given: Iterable[ByHand]) -> None:
        """Writes points and comments of a human's, all or none. Raises CourseError where it cannot be written."""
        given = list(given)

        def write() -> None:
            db, api = self._book.db, self._api
            for one in given:
                if one.points is not None:
                    grade = db.query(api.Grade).filter_by(notebook_id=one.notebook, cell_id=one.cell).one()
                    grade.manual_score, grade.needs_manual_grade = one.points, False
                if one.comment:
                    where = {"notebook_id": one.notebook, "cell_id": one.commented}
                    db.query(api.Comment).filter_by(**where).one().manual_comment = one.comment

        self._opened.written(write)

    def record(
        self,
        student: str,
        assignment: str,
        notebooks: Mapping[str, Graded | None],
        when: datetime | None = None,
        late_penalty: LatePenalty | None = None,
    ) -> bool:
        """Writes what a submission came to, all of it or nothing; whether a human must look at it.

        notebooks: None for those that were not handed in. when: it was handed in, in UTC; None leaves what is known.
        late_penalty: None leaves it to nbgrader's own step. Raises CourseError where it cannot be written.
        """

        def write() -> bool:
            submission = self._rows.submission(student, assignment)
            if when:
                submission.timestamp = when
            return self._rows.record(submission, student, assignment, notebooks, late_penalty)

        return self._opened.written(write)


def _released(notebook: Any, layout: FolderLayout, due: str) -> ReleasedNotebook:
    kernelspec = json.loads(notebook.kernelspec or "{}")
    mark = kernelspec.pop(MARK, {})
    cells = in_notebook_order([replace(cell, id=layout.get(cell.name, "")) for cell in _cells(notebook)], layout)
    return ReleasedNotebook(notebook.name, cells, kernelspec, due, mark, layout.texts)


def _cells(notebook: Any) -> list[ReleasedCell]:
    points = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    answers = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    return [
        ReleasedCell(
            cell.name,
            cell.cell_type,
            cell.source,
            cell.locked,
            cell.checksum,
            points.get(cell.name),
            cell.name in answers,
            cell.name in tasks,
        )
        for cell in notebook.source_cells
    ]
