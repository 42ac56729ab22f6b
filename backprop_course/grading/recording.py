"""Writes what a submission came to into the rows that nbgrader has for it, and makes those where there are none.

Scores and comments by hand are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from backprop_course.grading.open_gradebook import OpenGradebook

LatePenalty = Callable[[str, float, float], "float | None"]
"""Student, score and seconds late to the points taken off: nbgrader's `LateSubmissionPlugin`."""


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


class Rows:
    """The rows of submissions, written within a transaction of the gradebook's."""

    def __init__(self, opened: OpenGradebook) -> None:
        self._book, self._api = opened.book, opened.api
        self._plans: dict[str, _Plan] = {}

    def submission(self, student: str, assignment: str) -> Any:
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

    def expect(self, student: str, assignment: str, only: str | None) -> None:
        """Takes points off that a machine has given; those by hand stay, and wait to be confirmed.

        only: the notebook in question; all where that is None.
        """
        api, db = self._api, self._book.db
        names = {one.id: one.name for one in self._plan(assignment).notebooks}
        for notebook in self.submission(student, assignment).notebooks:
            if only in (None, names[notebook.notebook_id]):
                grades = db.query(api.Grade.id).filter(api.Grade.notebook_id == notebook.id)
                ungraded = [{"id": id, "auto_score": None, "needs_manual_grade": True} for (id,) in grades]
                db.bulk_update_mappings(api.Grade, ungraded)
                notebook.late_submission_penalty = None

    def record(
        self,
        submission: Any,
        student: str,
        assignment: str,
        notebooks: Mapping[str, Graded | None],
        late_penalty: LatePenalty | None,
    ) -> bool:
        """Writes what the notebooks of a submission came to; whether a human must look at it.

        notebooks: None for those that were not handed in. late_penalty: None leaves it to nbgrader's own step.
        """
        plan = {one.name: one for one in self._plan(assignment).notebooks}
        needs_a_human = False
        for notebook in submission.notebooks:
            name = next(name for name, planned in plan.items() if planned.id == notebook.notebook_id)
            if name in notebooks:
                needs_a_human |= self._record(notebook, plan[name], notebooks[name])
                if notebooks[name] and late_penalty:
                    self._take_off(notebook, submission.total_seconds_late, student, late_penalty)
        return needs_a_human

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
