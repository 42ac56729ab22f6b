"""What the gradebook says about an assignment: its questions, the students, and what every answer came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backprop_course.grading.nbgrader_imports import nbgrader_api


@dataclass(frozen=True)
class Question:
    """A cell that gives points. automatic: whether a machine gives them."""

    notebook: str
    cell: str
    most: float
    automatic: bool

    @property
    def name(self) -> str:
        """What to call it: the exercise that a check cell is about."""
        return self.cell.removesuffix("-check")


@dataclass(frozen=True)
class Student:
    """Somebody in the gradebook; what is not known is ""."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def called(self) -> str:
        """Name and id, as far as they are known."""
        name = f"{self.first_name} {self.last_name}".strip()
        return f"{name} ({self.id})" if name else self.id


@dataclass
class Standing:
    """What a student's submission came to.

    points: for each question, None while nobody has given any. waiting: the questions that a human has to look at.
    penalty: for being late.
    """

    student: str
    points: dict[Question, float | None] = field(default_factory=dict)
    waiting: set[Question] = field(default_factory=set)
    penalty: float = 0.0

    @property
    def graded(self) -> bool:
        """Whether there are points for anything yet."""
        return any(points is not None for points in self.points.values())

    @property
    def score(self) -> float:
        """All points, as nbgrader exports them."""
        return max(0.0, sum(points or 0.0 for points in self.points.values()) - self.penalty)

    def share(self) -> float | None:
        """The part of the points that could be had, of the questions that have been graded; None where none has."""
        known = {question: points for question, points in self.points.items() if points is not None}
        most = sum(question.most for question in known)
        return sum(known.values()) / most if most else None


def students(gradebook: Any) -> dict[str, Student]:
    """Everybody in a gradebook (nbgrader's `Gradebook`), by id."""
    api = nbgrader_api()
    columns = (
        api.Student.id,
        api.Student.first_name,
        api.Student.last_name,
        api.Student.email,
        api.Student.lms_user_id,
    )
    rows = gradebook.db.query(*columns).order_by(api.Student.id)
    return {row[0]: Student(row[0], *(value or "" for value in row[1:])) for row in rows}


def questions(gradebook: Any, assignment: str, order: Mapping[str, Iterable[str]]) -> dict[str, Question]:
    """The questions of an assignment by the id of their cell in the gradebook.

    order: for a notebook, its cells' names as they come; others follow by name.
    """
    found = {
        cell.id: Question(notebook.name, cell.name, cell.max_score, _is_automatic(cell, notebook))
        for notebook in gradebook.find_assignment(assignment).notebooks
        for cell in (*notebook.grade_cells, *notebook.task_cells)
    }
    places = {(notebook, name): place for notebook, names in order.items() for place, name in enumerate(names)}

    def place(question: Question) -> tuple[str, int, str]:
        key = (question.notebook, question.cell)
        return question.notebook, places.get(key, len(places)), question.cell

    return dict(sorted(found.items(), key=lambda item: place(item[1])))


def _is_automatic(cell: Any, notebook: Any) -> bool:
    by_hand = {one.name for one in (*notebook.solution_cells, *notebook.task_cells)}
    return cell.name not in by_hand


def standings(gradebook: Any, assignment: str, questions: Mapping[str, Question]) -> Iterator[Standing]:
    """What everybody came to who handed in, by student, one at a time."""
    api = nbgrader_api()
    penalties = _penalties(gradebook, assignment)
    rows = (
        gradebook.db.query(
            api.SubmittedAssignment.student_id,
            api.Grade.cell_id,
            api.Grade.auto_score,
            api.Grade.manual_score,
            api.Grade.extra_credit,
            api.Grade.needs_manual_grade,
        )
        .select_from(api.SubmittedAssignment)
        .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id)
        .join(api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
        .join(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
        .filter(api.Assignment.name == assignment)
        .order_by(api.SubmittedAssignment.student_id)
        .yield_per(10_000)
    )
    standing: Standing | None = None
    for student, cell, auto, manual, extra, waits in rows:
        if standing is None or standing.student != student:
            if standing:
                yield standing
            standing = Standing(student, penalty=penalties.get(student, 0.0))
        given = auto if manual is None else manual
        standing.points[questions[cell]] = None if given is None else given + (extra or 0.0)
        if waits:
            standing.waiting.add(questions[cell])
    if standing:
        yield standing


def _penalties(gradebook: Any, assignment: str) -> dict[str, float]:
    api = nbgrader_api()
    rows = (
        gradebook.db.query(api.SubmittedAssignment.student_id, api.SubmittedNotebook.late_submission_penalty)
        .join(api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
        .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id)
        .filter(api.Assignment.name == assignment, api.SubmittedNotebook.late_submission_penalty.isnot(None))
    )
    found: dict[str, float] = {}
    for student, penalty in rows:
        found[student] = found.get(student, 0.0) + penalty
    return found
