"""Written questions of an assignment, each with its model answer and everybody's answers, for grading by question."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backprop_course.errors import CourseError
from backprop_course.exercises.model_answers import solution_in
from backprop_course.grading.class_folder import Course
from backprop_course.grading.files import read_file
from backprop_course.grading.nbgrader_imports import nbgrader_api
from backprop_course.grading.standings import Student
from backprop_course.students import STUBS

_SCHEME = re.compile(r"=== BEGIN MARK SCHEME ===(.*?)=== END MARK SCHEME ===", re.DOTALL)


@dataclass(frozen=True)
class HandGradedAnswer:
    """What a student wrote. points, comment: given by hand so far; waits: whether a human has to look at it.

    place: the id of the notebook in formgrader. attachments: the pictures in the text.
    """

    student: Student
    text: str
    points: float | None
    comment: str
    waits: bool
    place: str
    attachments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The text in a few letters: another one, another answer."""
        return hashlib.sha256(self.text.encode(errors="replace")).hexdigest()[:8]


@dataclass
class HandGradedQuestion:
    """A question that a human grades.

    cell, commented: the gradebook's ids of what has its points, and its comments. asked: its text; model: the model
    answer and the marking scheme, or "".
    """

    cell: str
    commented: str
    notebook: str
    name: str
    most: float
    asked: str = ""
    model: str = ""
    answers: list[HandGradedAnswer] = field(default_factory=list)


def hand_graded_questions(
    course: Course, gradebook: Any, assignment: str, people: Mapping[str, Student]
) -> list[HandGradedQuestion]:
    """The questions in their order, with what everybody wrote who is graded."""
    api, found = nbgrader_api(), dict[str, HandGradedQuestion]()
    for notebook in gradebook.find_assignment(assignment).notebooks:
        by_hand = {cell.name: cell.id for cell in (*notebook.solution_cells, *notebook.task_cells)}
        for cell in (*notebook.grade_cells, *notebook.task_cells):
            if cell.name in by_hand:
                found[cell.id] = HandGradedQuestion(
                    cell.id, by_hand[cell.name], notebook.name, cell.name, cell.max_score
                )
    for question in found.values():
        question.asked, question.model = source_of(
            course.source(assignment) / f"{question.notebook}.ipynb", question.name
        )
    rows = (
        gradebook.db.query(api.SubmittedAssignment.student_id, api.SubmittedNotebook.id, api.Grade)
        .join(api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
        .join(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
        .filter(api.Grade.cell_id.in_(list(found)))
        .order_by(api.SubmittedAssignment.student_id)
    )
    commented = [question.commented for question in found.values()]
    comments = {
        (comment.notebook_id, comment.cell_id): comment.manual_comment or ""
        for comment in gradebook.db.query(api.Comment).filter(api.Comment.cell_id.in_(commented))
    }
    read: dict[tuple[str, str], dict[str, Any]] = {}
    for student, place, grade in rows:
        question = found[grade.cell_id]
        path = course.autograded(student, assignment) / f"{question.notebook}.ipynb"
        if not path.exists():
            continue
        if (student, question.notebook) not in read:
            read[student, question.notebook] = dict(_cells(path))
        cell = read[student, question.notebook].get(question.name)
        text = "".join(cell["source"]) if cell else ""
        text = "" if text.strip() == STUBS["text_stub"] else text
        question.answers.append(
            HandGradedAnswer(
                people.get(student, Student(student)),
                text,
                grade.auto_score if grade.manual_score is None and not grade.needs_manual_grade else grade.manual_score,
                comments.get((place, question.commented), ""),
                bool(grade.needs_manual_grade),
                place,
                (cell or {}).get("attachments", {}),
            )
        )
    order = course.order(assignment)
    places = {(nb, name): at for nb, names in order.items() for at, name in enumerate(names)}
    return sorted(found.values(), key=lambda one: (one.notebook, places.get((one.notebook, one.name), 10**6), one.name))


def _cells(path: Path) -> Iterator[tuple[str, Any]]:
    for cell in json.loads(read_file(path))["cells"]:
        role = cell["metadata"].get("nbgrader") or {}
        if role.get("grade_id"):
            yield role["grade_id"], cell


def source_of(path: Path, name: str) -> tuple[str, str]:
    """A question's text, and what the instructor's notebook keeps beside it."""
    try:
        cells = json.loads(read_file(path))["cells"]
    except (CourseError, OSError, ValueError, KeyError):
        return "", ""
    above: list[str] = []
    for cell in cells:
        source, role = "".join(cell["source"]), cell["metadata"].get("nbgrader") or {}
        if role.get("grade_id") == name:
            kept = [solution_in(source, "markdown"), *_SCHEME.findall(source)]
            asked = _SCHEME.sub("", source) if role.get("task") else "\n\n".join(above[-1:])
            return asked, "\n\n".join(text.strip() for text in kept if text.strip())
        above = [*above, source] if cell["cell_type"] == "markdown" and not role.get("solution") else []
    return "", ""
