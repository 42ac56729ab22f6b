"""`backprop-course grade FILE.ipynb`: files graded without a class, its folder or its gradebook, in the same sandbox.

This is what an autograder calls that hands in one student's files (Gradescope, GitHub Classroom, CodeGrade).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprop_course.errors import CourseError
from backprop_course.exercises.files import beside
from backprop_course.exercises.model_answers import instructors_notebooks
from backprop_course.grading.again import once_more
from backprop_course.grading.cells import parse_notebook
from backprop_course.grading.command import say_what_protects
from backprop_course.grading.configuration import Grading
from backprop_course.grading.files import read_file
from backprop_course.grading.marking import Marked, mark, task
from backprop_course.grading.personal_numbers import refuse_other_numbers
from backprop_course.grading.source_release import Sources, instructors_files
from backprop_course.grading.submission import Mended, mend
from backprop_course.grading.trying_tests import AssignmentTests, TriedTests, try_tests
from backprop_course.grading.workers import Workers, local_executor
from backprop_course.sandbox.between.task import Outcome, Task

_HIDDEN_TESTS = "BEGIN HIDDEN TESTS"


@dataclass(frozen=True)
class AnswerGraded:
    """What a question came to. points: None where a human gives them. said: what its check or test said.

    verdict: the check's, as plain data; None for a test of one's own.
    """

    name: str
    points: float | None
    most: float
    said: str
    verdict: Mapping[str, object] | None = None


@dataclass(frozen=True)
class FileGraded:
    """What a file came to. failed: why it could not be graded, or ""; error: why it was not executed to its end."""

    file: str
    assignment: str = ""
    notebook: str = ""
    answers: tuple[AnswerGraded, ...] = ()
    flags: tuple[Mapping[str, str], ...] = ()
    error: str = ""
    failed: str = ""

    @property
    def score(self) -> float:
        return sum(one.points or 0.0 for one in self.answers)

    @property
    def most(self) -> float:
        return sum(one.most for one in self.answers)

    @property
    def waiting(self) -> list[AnswerGraded]:
        """The answers that a human grades."""
        return [one for one in self.answers if one.points is None]

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "assignment": self.assignment,
            "notebook": self.notebook,
            "score": self.score,
            "max_score": self.most,
            "waiting": len(self.waiting),
            "exercises": [
                {
                    "name": one.name,
                    "score": one.points,
                    "max_score": one.most,
                    "output": one.said,
                    "verdict": one.verdict,
                }
                for one in self.answers
            ],
            "flags": list(self.flags),
            "error": self.error,
            "failed": self.failed,
        }

    def __str__(self) -> str:
        if self.failed:
            return f"{self.file}: not graded: {self.failed}"
        lines = [f"{self.file}: {self.score:g} of {self.most:g} points ({self.assignment}/{self.notebook})"]
        for one in self.answers:
            came = "to be graded by hand" if one.points is None else f"{one.points:g}"
            lines.append(f"\n{one.name}: {came}{' of' if one.points is not None else ', up to'} {one.most:g}")
            # A verdict begins with the exercise's name and points, which stand here already.
            lines += [f"  {line}" for line in one.said.splitlines()[1 if one.verdict else 0 :]]
        lines += ["", *([self.error] if self.error else []), *(f"To look at: {flag['message']}" for flag in self.flags)]
        return "\n".join(lines).rstrip()


def grade_files(
    paths: Sequence[Path],
    *,
    source: Path | None = None,
    as_json: bool = False,
    workers: int = 1,
    unsafe: bool = False,
) -> int:
    """Grades files, and prints what they came to, in their order.

    Returns 0 where all is graded, 2 where something waits for a human, 1 where a file could not be graded.
    source: the instructor's notebook, or a folder of them; the course's own without.
    Raises CourseError where nothing can be graded.
    """
    if not hasattr(os, "fork"):
        raise CourseError("Submissions cannot be kept apart on this system; grade on Linux, or in a container.")
    if missing := [str(path) for path in paths if not path.is_file()]:
        raise CourseError(f"There is no {' and no '.join(missing)}.")
    sources = Sources(instructors_files(source or instructors_notebooks()))
    rules, opened, found = Grading(), dict[str, tuple[Path, Mended, Path, str]](), dict[str, FileGraded]()
    for number, path in enumerate(paths):
        try:
            content = read_file(path)
            cells = parse_notebook(content, path.stem)
            made_from, released = sources.of(cells, path.name)
            refuse_other_numbers(path.name, cells, released)
            mended, own = mend(content, released, cells), beside(made_from.parent)
            opened[str(number)] = path, mended, made_from, own.text if own else ""
        except CourseError as error:
            found[str(number)] = FileGraded(str(path), failed=str(error))

    with Workers(min(workers, len(paths)), local_executor) as pool:
        say_what_protects(pool.layers(), unsafe)
        tests = dict[Path, AssignmentTests]()
        for _, mended, made_from, exercises in opened.values():
            if made_from not in tests:
                one = {mended.released.name: mended.released}
                assignment, folder = made_from.parent.name, made_from.parent
                tests[made_from] = try_tests(assignment, one, folder, rules, pool.run, exercises, with_files=False)
                for line in tests[made_from].said:
                    print(f"Your own tests: {line}", file=sys.stderr)

        def tasks() -> Iterator[Task]:
            for number, (_, mended, made_from, exercises) in opened.items():
                tried = tests[made_from].notebooks.get(mended.released.name, TriedTests())
                yield task(number, made_from.parent.name, mended, rules, exercises, tried.forms)

        for done, outcome in once_more(pool.run, tasks()):
            path, mended, *_ = opened[done.student]
            found[done.student] = (
                _graded(path, done, mended, outcome, rules)
                if isinstance(outcome, Outcome)
                else FileGraded(str(path), failed=str(outcome))
            )
    results = [found[str(number)] for number in range(len(paths))]
    if as_json:
        print(json.dumps({"files": [one.to_json() for one in results]}, indent=2, ensure_ascii=False))
    else:
        print("\n\n".join(map(_printable, results)))
    if any(one.failed for one in results):
        return 1
    return 2 if any(one.waiting or one.error for one in results) else 0


def _graded(path: Path, done: Task, mended: Mended, outcome: Outcome, rules: Grading) -> FileGraded:
    marked: Marked = mark(outcome, done, mended, (), rules)
    said = _said(mended, outcome)
    answers = []
    for cell in mended.released.cells:
        if cell.points is None:
            continue
        name = cell.name.removesuffix("-check")
        points = marked.graded.scores.get(cell.name)
        if cell.name in marked.graded.waiting:
            points = None
        elif not cell.automatic and cell.name in mended.unanswered:
            points = 0.0
        words = said.get(cell.name, "") if cell.automatic else ("" if points is None else "No response.")
        answers.append(AnswerGraded(name, points, cell.points, words, outcome.verdicts.get(cell.name)))
    return FileGraded(
        str(path),
        done.assignment,
        done.name,
        tuple(answers),
        tuple({"kind": flag.kind, "cell": flag.cell, "message": flag.message} for flag in marked.flags),
        outcome.error,
    )


def _said(mended: Mended, outcome: Outcome) -> dict[str, str]:
    """What each check or test said, by its cell; of hidden tests only that one failed."""
    hidden = {cell.name for cell in mended.released.cells if _HIDDEN_TESTS in cell.source}
    said = {}
    for cell, executed in zip(mended.code, outcome.cells, strict=True):
        words = []
        for output in executed.outputs:
            if output["output_type"] == "display_data":
                words.append(str(output["data"].get("text/plain", "")))
            elif output["output_type"] == "error":
                words.append(
                    "A hidden test failed." if cell.name in hidden else f"{output['ename']}: {output['evalue']}"
                )
        said[cell.name] = "\n".join(words)
    return said


def _printable(graded: FileGraded) -> str:
    """What is said, without what would command a terminal: some of it is a student's."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in str(graded))
