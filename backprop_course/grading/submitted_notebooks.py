"""What `nbgrader autograde` reads: the notebooks of a class, found and mended as `backprop-course grade` does it.

nbgrader lists `submitted/<student>/<assignment>/*.ipynb`, then makes its exporter, and gives it those files one by one.
This one lists them anew: renamed ones as the notebooks that they are, and those that changed since they were graded.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode, from_dict
from nbgrader.converters.base import NbGraderException  # type: ignore[import-untyped]

from backprop_course.errors import CourseError
from backprop_course.exercises.files import beside, known
from backprop_course.grading.class_folder import Course
from backprop_course.grading.failures import note_failures
from backprop_course.grading.files import inspect
from backprop_course.grading.fitting import other_versions, refuse_what_does_not_fit
from backprop_course.grading.gradebook import Book
from backprop_course.grading.graded_before import GradedBy, graded_by
from backprop_course.grading.locating import NotebookFile, locate
from backprop_course.grading.released import OUTDATED, ReleasedNotebook
from backprop_course.grading.submission import mend
from backprop_course.sandbox.between.task import Flag


@dataclass(frozen=True)
class _ToGrade:
    """A notebook that is to be graded. file: None where it cannot be, refused says why. flags: the submission's."""

    student: str
    name: str
    file: NotebookFile | None
    flags: tuple[Flag, ...] = ()
    refused: str = ""


class SubmittedNotebooks(NotebookExporter):
    """nbconvert's exporter for `nbgrader autograde`: `c.Autograde.exporter_class`."""

    def __init__(self, config: Any = None, **more: Any) -> None:
        """Raises nbgrader's own error where nothing can be graded."""
        super().__init__(config, **more)  # type: ignore[no-untyped-call]
        self._nbgrader = cast(Any, self.parent)
        self._course = Course(self._nbgrader.coursedir, self._nbgrader.config)
        self._assignment = str(self._nbgrader.coursedir.assignment_id)
        try:
            self._released = self._what_was_released()
        except CourseError as error:
            self._nbgrader.log.error("%s", error)
            raise NbGraderException(str(error)) from error
        self._to_grade: dict[str, _ToGrade] = {}  # by the path under which nbgrader knows it
        self._nbgrader.assignments = dict(self._listed(self._nbgrader.assignments))

    def from_filename(self, filename: str, resources: Any = None, **more: Any) -> tuple[Any, Any]:
        """A notebook that was handed in, mended; any other as it is."""
        if filename not in self._to_grade:
            as_it_is: tuple[Any, Any] = super().from_filename(filename, resources, **more)
            return as_it_is
        one = self._to_grade.pop(filename)
        try:
            notebook = self._mended(one)
        except CourseError as error:
            note_failures(self._course.root, self._assignment, {one.student: str(error)})
            raise
        note_failures(self._course.root, self._assignment, {one.student: ""})
        mended: tuple[Any, Any] = self.from_notebook_node(notebook, resources, **more)  # type: ignore[no-untyped-call]
        return mended

    def _what_was_released(self) -> Mapping[str, ReleasedNotebook]:
        with self._book() as book:
            released = book.released(self._assignment, self._course.order(self._assignment))
        with known(beside(self._course.source(self._assignment))):
            refuse_what_does_not_fit(self._assignment, released)
        for line in other_versions(self._assignment, released):
            self._nbgrader.log.warning("%s", line)
        return {one.name: one for one in released}

    def _book(self) -> Book:
        return Book(self._course.url, self._course.directory.course_id)

    def _listed(self, matched: Mapping[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
        """Each submission's folder with its notebooks. matched: those that nbgrader has found by their names."""
        directory, log = self._course.directory, self._nbgrader.log
        for student in self._course.everybody(self._assignment):
            if not fnmatchcase(student, directory.student_id):
                continue
            folder = directory.format_path(directory.submitted_directory, student, self._assignment)
            if not student.isprintable():  # nbgrader would stop at it
                log.error("%r is left out: the folder's name cannot be shown; rename it.", folder)
                continue
            if not self._is_due(student):
                if folder in matched:
                    yield folder, matched[folder]  # nbgrader says that it skips it
                continue
            if files := {f"{folder}/{one.name}.ipynb": one for one in self._notebooks(student, Path(folder))}:
                self._to_grade.update(files)
                yield folder, list(files)

    def _is_due(self, student: str) -> bool:
        """Whether a submission is to be graded; one that has changed since it was is no longer graded."""
        if self._nbgrader.force or self._course.directory.notebook_id != "*":
            return True
        by = graded_by(self._course, self._assignment, student, self._released)
        if by is GradedBy.EARLIER:
            self._nbgrader.log.warning("%s: %s; --force grades it again.", student, OUTDATED)
        graded = self._course.autograded(student, self._assignment)
        if by is None and graded.is_dir():
            self._nbgrader.log.warning("%s has handed in anew: removing %s", student, graded)
            shutil.rmtree(graded)
        return by is None

    def _notebooks(self, student: str, folder: Path) -> Iterator[_ToGrade]:
        wanted = [name for name in self._released if fnmatchcase(name, self._course.directory.notebook_id)]
        try:
            flags, located = inspect(folder), locate(folder, self._released.values())
        except CourseError as error:
            for name in wanted[:1]:  # it fails when its turn comes, as any other does
                yield _ToGrade(student, name, None, (), str(error))
            return
        flags += located.flags
        for name in wanted:
            if name in located.files:
                yield _ToGrade(student, name, located.files[name], flags)
                flags = ()  # they are noted once

    def _mended(self, one: _ToGrade) -> NotebookNode:
        feedback = self._course.feedback(one.student, self._assignment)
        if feedback.is_dir():  # it tells of the grade that was
            shutil.rmtree(feedback)
        with self._book() as book:  # nbgrader has given 0 for a file that is not there by its own name
            book.expect(one.student, self._assignment, one.name if one.file else None)
        if not one.file:
            raise CourseError(one.refused)
        mended = mend(one.file.content, self._released[one.name], one.file.cells)
        noted = {
            "flags": [vars(flag) for flag in (*one.flags, *mended.flags)],
            "waiting": sorted(mended.waiting),
        }
        node: NotebookNode = from_dict(mended.to_json(noted=noted))  # type: ignore[no-untyped-call]
        return node
