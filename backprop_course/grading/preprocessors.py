"""Steps of nbgrader's own commands in this course: make a release, execute and save a submission, hide tests.

They are named in `configuration.py`, and do what `backprop-course grade` does, with the same code.
"""

from __future__ import annotations

import atexit
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import (  # type: ignore[import-untyped]
    ClearHiddenTests,
    GetGrades,
    NbGraderPreprocessor,
    SaveCells,
)

from backprop_course.errors import CourseError
from backprop_course.exercises.files import beside, known
from backprop_course.grading.again import once_more
from backprop_course.grading.class_folder import Course, layouts
from backprop_course.grading.class_settings import ID_CELL, id_cell, sets_up, settings_of, with_settings
from backprop_course.grading.command import protects
from backprop_course.grading.configuration import Grading
from backprop_course.grading.executor import Executor
from backprop_course.grading.fitting import release_mark
from backprop_course.grading.gradebook import Book
from backprop_course.grading.marking import mark, task
from backprop_course.grading.nbgrader_imports import nbgrader_coursedir
from backprop_course.grading.own_exercises import refuse_what_does_not_match
from backprop_course.grading.personal_numbers import gives_numbers, people_of
from backprop_course.grading.submission import METADATA, Mended, mend
from backprop_course.grading.trying_tests import AssignmentTests, TriedTests, try_tests
from backprop_course.sandbox.between.task import Flag, Outcome, Task


def source_folder(config: Any, assignment: str) -> Path:
    """The folder of the instructor's version of an assignment."""
    directory = nbgrader_coursedir().CourseDirectory(config=config)
    return Path(directory.format_path(directory.source_directory, ".", assignment))


class WriteSettings(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Writes what the class decides about help into the locked set-up cell of a release."""

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        settings = Grading(config=self.config).settings()
        for cell in notebook.cells:
            locked = cell.metadata.get("nbgrader", {}).get("locked")
            if cell.cell_type == "code" and locked and sets_up(cell.source):
                cell.source = with_settings(cell.source, settings)
                break
        return notebook, resources


class AskForId(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Puts a cell for the student's id above the set-up cell, where everybody has numbers of his own."""

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        wanted, here = Grading(config=self.config).settings(), resources["nbgrader"]
        sources = [cell.source for cell in _code(notebook)]
        decided = settings_of(sources)  # the set-up cell has it by now: from the configuration, or the instructor's own
        with known(beside(source_folder(self.config, here["assignment"]))):
            if decided.self_study and wanted.personal_numbers and gives_numbers(wanted, sources):
                raise CourseError(
                    f"{here['notebook']}: students are to have numbers of their own, and there is no cell to say that "
                    "in: a locked cell is needed with `from backprop_course import check`."
                )
            if decided.personal_numbers and gives_numbers(decided, sources):
                at = next((k for k, cell in enumerate(notebook.cells) if sets_up(cell.source)), 0)
                if all(cell.metadata.get("nbgrader", {}).get("grade_id") != ID_CELL for cell in notebook.cells):
                    notebook.cells.insert(at, _node(id_cell()))
        return notebook, resources


class SaveRelease(SaveCells):  # type: ignore[misc]  # nbgrader has no types
    """Saves a release in the gradebook, with the version of the course that made it.

    Refuses a notebook that asks for exercises that are not known, and exercises of one's own that no notebook asks.
    """

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        here = resources["nbgrader"]
        folder = source_folder(self.config, here["assignment"])
        own = beside(folder)
        with known(own):
            made = release_mark(here["assignment"], [cell.source for cell in _code(notebook)])
        if own:
            refuse_what_does_not_match(folder, own)
        notebook, resources = super().preprocess(notebook, resources)
        with Book(here["db_url"]) as book:
            book.mark(here["assignment"], here["notebook"], made)
        return notebook, resources


class ExecuteAndSave(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Executes a mended notebook in the sandbox, and saves its scores and comments in the gradebook."""

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        here, rules = resources["nbgrader"], Grading(config=self.config)
        mended = self._mended(notebook, here)
        # What the submitted file said was noted when it was mended; here every cell is in its place.
        noted = notebook.metadata.get(METADATA, {})
        waiting = frozenset(noted.get("waiting", ()))
        flags = tuple(Flag(**flag) for flag in noted.get("flags", ()))
        unanswered = mended.unanswered - waiting
        mended = replace(mended, noted=noted, unanswered=unanswered, waiting=waiting, flags=flags)
        own = beside(source_folder(self.config, here["assignment"]))
        text = own.text if own else ""
        execute = _executor()
        tests = self._tests(mended, here, rules, execute, text)
        forms = tests.notebooks.get(here["notebook"], TriedTests()).forms
        people = partial(self._people, here)
        executed = task(here["student"], here["assignment"], mended, rules, text, forms, tests.files, people)
        if not protects(execute.layers):
            self.log.warning("Nothing on this machine keeps students' programs from what is yours.")
        marked = mark(_outcome(execute, executed), executed, mended, (), rules)
        for flag in marked.flags:
            self.log.warning("%s: %s %s", flag.kind, flag.cell, flag.message)
        with Book(here["db_url"]) as book:
            book.record(here["student"], here["assignment"], {here["notebook"]: marked.graded})
        return _node(json.loads(marked.text)), resources

    def _mended(self, notebook: Any, here: dict[str, str]) -> Mended:
        with Book(here["db_url"]) as book:
            all_released = book.released(here["assignment"], layouts(source_folder(self.config, here["assignment"])))
        [released] = [released for released in all_released if released.name == here["notebook"]]
        return mend(json.dumps(notebook).encode(), released)

    def _people(self, here: dict[str, str]) -> tuple[str, ...]:
        course = Course(nbgrader_coursedir().CourseDirectory(config=self.config), self.config)
        with Book(here["db_url"]) as book:  # anew for each: formgrader's server lives while others hand in
            return people_of(course, book, here["assignment"])

    def _tests(
        self, mended: Mended, here: dict[str, str], rules: Grading, execute: Executor, exercises: str
    ) -> AssignmentTests:
        """How the tests of a notebook are carried out; tried once for all submissions."""
        key = here["assignment"], here["notebook"], mended.released.digest
        if key not in _TRIED:
            released, source = {here["notebook"]: mended.released}, source_folder(self.config, here["assignment"])
            _TRIED[key] = try_tests(here["assignment"], released, source, rules, partial(_each, execute), exercises)
            for line in _TRIED[key].said:
                self.log.warning("Your own tests: %s", line)
        return _TRIED[key]


_TRIED: dict[tuple[str, str, str], AssignmentTests] = {}


def _each(execute: Executor, tasks: Iterator[Task]) -> Iterator[tuple[Task, Outcome | CourseError]]:
    """The outcome of each task, one after the other."""
    return once_more(lambda some: ((one, execute(one)) for one in some), tasks)


def _code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _node(notebook: dict[str, Any]) -> NotebookNode:
    node: NotebookNode = from_dict(notebook)  # type: ignore[no-untyped-call]
    return node


def _outcome(execute: Executor, task: Task) -> Outcome:
    """What comes out of a task; what stalled is tried again at once, and flagged. Raises CourseError as `execute`."""
    [(_, outcome)] = _each(execute, iter([task]))
    if isinstance(outcome, CourseError):
        raise outcome
    return outcome


@cache
def _executor() -> Executor:
    """One for all notebooks that nbgrader grades in this process."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(Executor())


class HideFromStudents(ClearHiddenTests):  # type: ignore[misc]  # nbgrader has no types
    """Takes hidden tests out of what students get to see, and what their failing says about them."""

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        role = cell.metadata.get("nbgrader", {})
        if role.get("grade") and not role.get("solution") and self.begin_test_delimeter in cell.source:
            cell, resources = super().preprocess_cell(cell, resources, cell_index)
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    output.update(evalue="", traceback=["A hidden test failed."])
        return cell, resources


class GetTrueGrades(GetGrades):  # type: ignore[misc]  # nbgrader has no types
    """Says on a feedback page "not graded yet" where a human has not given the points, instead of 0."""

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        self.waiting = False
        notebook, resources = super().preprocess(notebook, resources)
        if self.waiting:
            resources["nbgrader"]["score"] = f"{resources['nbgrader']['score']:g} so far, not all graded yet"
        return notebook, resources

    def _get_score(self, cell: Any, resources: Any) -> None:
        super()._get_score(cell, resources)
        name = cell.metadata.nbgrader["grade_id"]
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        if grade.needs_manual_grade and grade.manual_score is None:
            cell.metadata.nbgrader["score"] = "not graded yet"
            self.waiting = True
