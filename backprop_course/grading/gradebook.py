"""The examiner's pen: what was released is read from nbgrader's gradebook, what was graded is written into it.

A submission is written in one short transaction, which is never open while a student's code runs. It can be repeated,
so that whoever is interrupted anywhere can begin again. Scores and comments by hand are never touched.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from backprop_course.errors import CourseError
from backprop_course.extras import said
from backprop_course.grading.class_folder import FolderLayout
from backprop_course.grading.nbgrader_imports import nbgrader_api
from backprop_course.grading.released import ReleasedCell, ReleasedNotebook, in_notebook_order
from backprop_course.grading.standings import Student

MARK = "backprop_course"
"""Under this name a notebook's kernelspec in the gradebook, the one free text there, holds the mark of its release."""
NAMES = ("first_name", "last_name", "email", "lms_user_id")
"""What nbgrader calls what it knows of a student."""
PATIENCE = 60.0
"""Seconds in all for which a gradebook is waited for that another program has locked."""

LatePenalty = Callable[[str, float, float], "float | None"]
"""Student, score and seconds late to the points taken off: nbgrader's `LateSubmissionPlugin`."""


Found = TypeVar("Found")

_NO_ADDRESS = (
    "The gradebook cannot be opened: its address is not of the form postgresql+psycopg://user:password@host/name or "
    "sqlite:///path, with %40, %3A and %2F for @, : and / in a password."
)


@dataclass(frozen=True)
class Graded:
    """What one notebook came to.

    scores: of every automatically graded cell. unanswered: the cells for answers that are as they were released.
    waiting: cells that a human has to look at. changed: the answers that say something else than when they were graded
    last; None where that is not known.
    """

    scores: Mapping[str, float]
    unanswered: frozenset[str]
    waiting: frozenset[str] = frozenset()
    changed: frozenset[str] | None = None

    def is_new(self, cell: str) -> bool:
        """Whether what a cell's points are for may have changed since they were given."""
        return self.changed is None or bool({cell, cell.removesuffix("-check")} & self.changed)


@dataclass(frozen=True)
class _Notebook:
    """The ids of a notebook's cells, kept because every submission needs them."""

    id: str
    name: str
    names: Mapping[str, str]
    graded: tuple[str, ...]
    commented: tuple[str, ...]
    tasks: frozenset[str]


@dataclass(frozen=True)
class _Plan:
    id: str
    notebooks: tuple[_Notebook, ...]


class Book:
    """nbgrader's gradebook, open: `with Book(url) as book`."""

    def __init__(self, url: str, course_id: str = "default_course") -> None:
        """Raises CourseError where there is none yet, or it cannot be opened."""
        self._plans: dict[str, _Plan] = {}
        self._patience = PATIENCE
        self._book: Any = None
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import SQLAlchemyError

        try:
            address = make_url(url)
        except (SQLAlchemyError, ValueError) as error:
            raise CourseError(_NO_ADDRESS) from error
        if "@" in (address.host or ""):  # it may be half of a password, which must not be shown
            raise CourseError(_NO_ADDRESS)
        try:
            file = address.database if address.get_backend_name() == "sqlite" else None
            if file and file != ":memory:" and not Path(file).exists():
                raise CourseError(f"There is no gradebook {file}; `nbgrader generate_assignment` makes one.")
            with said("postgresql" if address.get_backend_name() == "postgresql" else "course"):
                self._api = nbgrader_api()
                self._book = self._patiently(lambda: self._api.Gradebook(url, course_id))
        except SQLAlchemyError as error:
            raise CourseError(f"The gradebook cannot be opened: {_first_line(error)}") from error

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *exception: object) -> None:
        self._book.close()

    @property
    def nbgraders(self) -> Any:
        """nbgrader's own `Gradebook`."""
        return self._book

    def released(self, assignment: str, order: Mapping[str, FolderLayout]) -> tuple[ReleasedNotebook, ...]:
        """The notebooks of an assignment. order: how the instructor's notebooks are laid out, where they are at hand.

        Raises CourseError where the assignment has not been released.
        """
        return self._patiently(lambda: self._released(assignment, order))

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

        self._written(write)

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
        return self._patiently(lambda: frozenset(student for (student,) in rows.distinct()))

    def students(self, assignment: str) -> frozenset[str]:
        """Who has a submission of an assignment here."""
        return self._patiently(
            lambda: frozenset(submission.student_id for submission in self._book.assignment_submissions(assignment))
        )

    def expect(self, student: str, assignment: str) -> None:
        """Makes the rows of a submission where there are none, ungraded. Raises CourseError where it cannot."""
        self._written(lambda: self._submission(student, assignment))

    def enrol(self, students: Iterable[Student]) -> None:
        """Adds students, or what is newly known of them. Raises CourseError where it cannot be written."""

        def write() -> None:
            for one in students:
                found = self._book.db.get(self._api.Student, one.id) or self._api.Student(id=one.id)
                for name, value in zip(NAMES, (one.first_name, one.last_name, one.email, one.lms_id), strict=True):
                    if value:
                        setattr(found, name, value)
                self._book.db.add(found)

        self._written(write)

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
            submission = self._submission(student, assignment)
            if when:
                submission.timestamp = when
            plan = {one.name: one for one in self._plan(assignment).notebooks}
            needs_a_human = False
            for notebook in submission.notebooks:
                name = next(name for name, planned in plan.items() if planned.id == notebook.notebook_id)
                if name in notebooks:
                    needs_a_human |= self._record(notebook, plan[name], notebooks[name])
                    if notebooks[name] and late_penalty:
                        self._take_off(notebook, submission.total_seconds_late, student, late_penalty)
            return needs_a_human

        return self._written(write)

    def _submission(self, student: str, assignment: str) -> Any:
        """A submission's rows; made where they are not there, as `Gradebook.add_submission` does, but all at once."""
        api, db, plan = self._api, self._book.db, self._plan(assignment)
        if not db.get(api.Student, student):
            db.bulk_insert_mappings(api.Student, [{"id": student}])
        query = db.query(api.SubmittedAssignment).filter_by(assignment_id=plan.id, student_id=student)
        if found := query.one_or_none():
            return found
        submission = {"id": api.new_uuid(), "assignment_id": plan.id, "student_id": student}
        notebooks, grades, comments = [], [], []
        for notebook in plan.notebooks:
            new = {"id": api.new_uuid(), "notebook_id": notebook.id, "assignment_id": submission["id"]}
            notebooks.append(new)
            grades += [{"cell_id": cell, "notebook_id": new["id"]} for cell in notebook.graded]
            comments += [{"cell_id": cell, "notebook_id": new["id"]} for cell in notebook.commented]
        db.bulk_insert_mappings(api.SubmittedAssignment, [submission])
        db.bulk_insert_mappings(api.SubmittedNotebook, notebooks)
        db.bulk_insert_mappings(api.Grade, grades)
        db.bulk_insert_mappings(api.Comment, comments)
        return query.one()

    def _plan(self, assignment: str) -> _Plan:
        if assignment not in self._plans:
            found = self._book.find_assignment(assignment)
            self._plans[assignment] = _Plan(found.id, tuple(_planned(notebook) for notebook in found.notebooks))
        return self._plans[assignment]

    def _record(self, notebook: Any, plan: _Notebook, graded: Graded | None) -> bool:
        api, db = self._api, self._book.db
        grades, needs_a_human = [], False
        known = db.query(api.Grade.id, api.Grade.cell_id, api.Grade.manual_score, api.Grade.needs_manual_grade)
        for id, cell, by_hand, waits in known.filter(api.Grade.notebook_id == notebook.id):
            if graded and cell in plan.tasks:
                needs_a_human |= waits
                continue
            name = plan.names[cell]
            score = _score(name, graded) if graded else 0
            if graded is None:
                waits = False
            elif by_hand is not None:  # whoever gave them has seen this answer, or has to look at the new one
                waits = waits or graded.is_new(name)
            else:
                waits = score is None or name in graded.waiting
            needs_a_human |= waits
            grades.append({"id": id, "auto_score": score, "needs_manual_grade": waits})
        db.bulk_update_mappings(api.Grade, grades)
        if graded:
            comments = db.query(api.Comment.id, api.Comment.cell_id).filter(api.Comment.notebook_id == notebook.id)
            said = [(id, "No response." if plan.names[cell] in graded.unanswered else None) for id, cell in comments]
            db.bulk_update_mappings(api.Comment, [{"id": id, "auto_comment": comment} for id, comment in said])
        return needs_a_human

    def _take_off(self, notebook: Any, seconds: float, student: str, late_penalty: LatePenalty) -> None:
        notebook.late_submission_penalty = None
        if seconds > 0:
            self._book.db.expire(notebook, ["score"])
            score = notebook.score
            penalty = late_penalty(student, score, seconds)
            notebook.late_submission_penalty = None if penalty is None else min(max(penalty, 0), score)

    def _written(self, write: Callable[[], Found], tries: int = 2) -> Found:
        """What `write` returns, its transaction committed. It is called again where another grader was faster.

        Two who grade different assignments at the same time both make the same student, say.
        """
        from sqlalchemy.exc import IntegrityError

        def committed() -> Found:
            written = write()
            self._book.db.commit()
            return written

        try:
            return self._patiently(committed)
        except Exception as error:
            self._book.db.rollback()
            if tries > 1 and isinstance(error, IntegrityError):
                return self._written(write, tries - 1)
            raise CourseError(f"the gradebook could not be written: {_first_line(error)}") from error

    def _patiently(self, act: Callable[[], Found]) -> Found:
        """What `act` returns, which is called again while another program has the gradebook locked."""
        while True:
            started = time.monotonic()
            try:
                found = act()
            except Exception as error:
                if "database is locked" not in str(error) or self._patience <= 0:
                    raise
                if self._book:
                    self._book.db.rollback()
                if self._patience == PATIENCE:
                    print(
                        "The gradebook is locked by another program; waiting for it, a minute at most.", file=sys.stderr
                    )
                time.sleep(0.2)
                self._patience -= time.monotonic() - started
            else:
                self._patience = PATIENCE
                return found


def _score(name: str, graded: Graded) -> float | None:
    """A cell's points, None where a human has to give them. A question without an answer needs no human."""
    if name in graded.scores:
        return graded.scores[name]
    return 0 if name in graded.unanswered else None


def _planned(notebook: Any) -> _Notebook:
    answers, tasks = notebook.solution_cells, notebook.task_cells
    return _Notebook(
        notebook.id,
        notebook.name,
        {cell.id: cell.name for cell in notebook._base_cells},
        tuple(cell.id for cell in [*notebook.grade_cells, *tasks]),
        tuple(cell.id for cell in [*answers, *tasks]),
        frozenset(cell.id for cell in tasks),
    )


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


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0] or type(error).__name__
