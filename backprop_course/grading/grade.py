"""Grades a class: others execute, this one reads, writes and keeps count. One bad submission never stops another."""

from __future__ import annotations

import fcntl
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from backprop_course.errors import CourseError
from backprop_course.exercises import files
from backprop_course.grading import folders
from backprop_course.grading.again import once_more
from backprop_course.grading.cells import parse_notebook
from backprop_course.grading.class_folder import Course
from backprop_course.grading.configuration import Grading
from backprop_course.grading.files import inspect
from backprop_course.grading.fitting import other_versions, refuse_what_does_not_fit
from backprop_course.grading.gradebook import Book
from backprop_course.grading.graded_before import GradedBy, graded_by
from backprop_course.grading.locating import locate
from backprop_course.grading.marking import Marked, mark, task
from backprop_course.grading.personal_numbers import people_of
from backprop_course.grading.placing import changed_answers
from backprop_course.grading.submission import Mended, mend
from backprop_course.grading.summary import Result
from backprop_course.grading.trying_tests import AssignmentTests, TriedTests, try_tests
from backprop_course.sandbox.between.task import Cell, Flag, Outcome, Task

LOCK = ".backprop-course-grade.lock"

RunTasks = Callable[[Iterator[Task]], Iterator[tuple[Task, Outcome | CourseError]]]
"""Executes tasks, in any order: `Workers.run`."""


@dataclass
class _Open:
    """A submission of which some notebooks are still out."""

    student: str
    folder: Path
    flags: tuple[Flag, ...]
    out: dict[str, Mended]  # by the notebook's name
    marked: dict[str, Marked] = field(default_factory=dict)


class Class:
    """The submissions of one assignment that are to be graded."""

    def __init__(self, course: Course, book: Book, assignment: str, students: Sequence[str], force: bool) -> None:
        """students: their names, or patterns. force: those too that have been graded.

        Raises CourseError where the assignment has not been released, or a student has not handed in.
        """
        self.course, self.book, self.assignment = course, book, assignment
        self.rules = Grading(config=course.config)
        self.released = {nb.name: nb for nb in book.released(assignment, course.order(assignment))}
        own = files.beside(course.source(assignment))
        self.exercises = own.text if own else ""
        with files.known(own):
            refuse_what_does_not_fit(assignment, self.released.values())
        self.other_versions = other_versions(assignment, self.released.values())
        here = course.students(assignment, tuple(students))
        known = book.students(assignment)
        self.people = people_of(course, book, assignment)
        self.outdated: list[str] = []  # graded before, by another release
        self.students = [student for student in here if force or not self._is_graded(student, known)]
        before = set(here) - set(self.students)
        self.graded_before, self.waiting_before = len(before), len(before & book.waiting(assignment))
        self.tests = AssignmentTests()
        self._open: dict[str, _Open] = {}
        self._failed = deque[Result]()

    def start_again(self) -> None:
        """Forgets what was graded of these submissions: whoever is interrupted finds what is left to do."""
        for student in self.students:
            folders.forget(self.course.autograded(student, self.assignment))
            feedback = self.course.feedback(student, self.assignment)
            if feedback.is_dir():  # it tells of the grade that was
                shutil.rmtree(feedback)

    def grade(self, run: RunTasks) -> Iterator[Result]:
        """What became of each submission, as it comes; `tests` says before the first how the own tests are run."""
        source = self.course.source(self.assignment)
        self.tests = try_tests(
            self.assignment, self.released, source, self.rules, lambda t: once_more(run, t), self.exercises
        )
        for executed, outcome in once_more(run, self._tasks()):
            yield from self._take_failed()
            submission = self._open.get(executed.student)
            if submission is None:
                continue  # another of its notebooks has failed
            try:
                result = self._take(submission, executed, outcome)
            except Exception as error:  # one bad submission never stops another
                result = self._give_up(submission.student, error)
            if result:
                yield result
        yield from self._take_failed()

    def _tasks(self) -> Iterator[Task]:
        for student in self.students:
            try:
                tasks = self._prepare(student)
            except Exception as error:
                self._failed.append(self._give_up(student, error))
            else:
                yield from tasks

    def _prepare(self, student: str) -> list[Task]:
        if not student.isprintable():  # nbgrader makes no feedback for anybody beside a name of two lines
            raise CourseError("refused: the folder's name cannot be shown; rename it.")
        folder = self.course.submitted(student, self.assignment)
        suspicious, located = inspect(folder), locate(folder, self.released.values())
        tasks, out = [], {}
        for name, file in located.files.items():
            out[name] = mended = mend(file.content, self.released[name], file.cells)
            forms = self.tests.notebooks.get(name, TriedTests()).forms
            files = self.tests.files
            tasks.append(
                task(student, self.assignment, mended, self.rules, self.exercises, forms, files, lambda: self.people)
            )
        self._open[student] = _Open(student, folder, suspicious + located.flags, out)
        return tasks

    def _take(self, submission: _Open, executed: Task, outcome: Outcome | CourseError) -> Result | None:
        """Marks a notebook; when it is the last one of its submission, writes that down."""
        if isinstance(outcome, CourseError):
            raise outcome
        mended = submission.out.pop(executed.name)
        flags = () if submission.marked else submission.flags
        submission.marked[executed.name] = mark(outcome, executed, mended, flags, self.rules)
        return None if submission.out else self._finish(submission)

    def _finish(self, submission: _Open) -> Result:
        """Writes a submission down: its files, its rows, and last the folder that says that it is done."""
        student, assignment, marked = submission.student, self.assignment, submission.marked
        folder = self.course.autograded(student, assignment)
        texts = {name: one.text for name, one in marked.items()}
        folders.build(folder, texts, submission.folder, self.course.source(assignment), self._mode())
        when = self.course.handed_in(submission.folder)
        scores = {
            name: replace(marked[name].graded, changed=changed_answers(_cells_before(folder, name), marked[name].cells))
            if name in marked
            else None
            for name in self.released
        }
        by_hand = self.book.record(student, assignment, scores, when, self._late_penalty)
        folders.put_in_place(folder)
        del self._open[student]
        flags = tuple(flag for one in marked.values() for flag in one.flags)
        notes = tuple(f"{name}: {one.error}" for name, one in marked.items() if one.error)
        return Result(student, "", by_hand, flags, notes)

    def _give_up(self, student: str, error: Exception) -> Result:
        submission = self._open.pop(student, None)
        if student.isprintable():
            with suppress(CourseError):  # it was handed in: the gradebook knows, and waits for a human
                self.book.expect(student, self.assignment)
        why = str(error) if isinstance(error, CourseError) else f"{type(error).__name__}: {error}"
        return Result(student, why, True, submission.flags if submission else ())

    def _take_failed(self) -> Iterator[Result]:
        while self._failed:
            yield self._failed.popleft()

    def _is_graded(self, student: str, known: frozenset[str]) -> bool:
        folders.clear(self.course.autograded(student, self.assignment))
        by = graded_by(self.course, self.assignment, student, self.released) if student in known else None
        if by is GradedBy.EARLIER:
            self.outdated.append(student)
        return by is not None

    def _mode(self) -> int:
        usual = 664 if self.course.directory.groupshared else 444
        return int(str(self.course.config.Autograde.get("permissions", usual)), 8)

    def _late_penalty(self, student: str, score: float, seconds: float) -> float | None:
        step: Any = import_module("nbgrader.preprocessors").AssignLatePenalties(config=self.course.config)
        step.init_plugin()
        penalty: float | None = step.plugin_inst.late_submission_penalty(student, score, seconds)
        return penalty


def _cells_before(folder: Path, name: str) -> tuple[Cell, ...] | None:
    """The cells of a notebook as it was graded last; None where that is not known."""
    text = folders.before(folder, name)
    with suppress(CourseError):
        return parse_notebook(text, name) if text else None
    return None


@contextmanager
def alone(course: Course) -> Iterator[None]:
    """Nobody else grades in a course directory meanwhile. Raises CourseError where somebody does."""
    with (course.root / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CourseError(f"Another `backprop-course grade` is at work in {course.root}.") from error
        yield
