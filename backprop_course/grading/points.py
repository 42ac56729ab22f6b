"""`backprop-course points`: points and comments from a table into nbgrader's gradebook, all of them or none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprop_course.errors import CourseError
from backprop_course.grading import csvfile
from backprop_course.grading.class_folder import find_course
from backprop_course.grading.csvfile import CsvTable
from backprop_course.grading.gradebook import Book, ByHand
from backprop_course.grading.hand_graded import HandGradedAnswer, HandGradedQuestion, hand_graded_questions
from backprop_course.grading.standings import students

_NEEDED = ("assignment", "notebook", "question", "student", "points", "comment")
MOST_LINES_TOLD = 20


@dataclass(frozen=True)
class _Line:
    """A line of the table beside what the gradebook has."""

    line: int
    question: HandGradedQuestion
    answer: HandGradedAnswer
    points: float | None
    comment: str
    given: float | None

    @property
    def is_new(self) -> bool:
        """Whether it says something that the gradebook does not have yet."""
        new_points = self.points is not None and (self.answer.waits or self.points != self.answer.points)
        return new_points or bool(self.comment and self.comment != self.answer.comment)

    @property
    def is_over(self) -> bool:
        """Whether it would replace points that were given elsewhere since the table was made."""
        now = self.answer.points
        return self.points is not None and now is not None and now not in (self.points, self.given)


def points(path: Path, *, over: bool = False, url: str | None = None) -> int:
    """Takes points and comments from a table that `answers` made. Returns 0, or 2 where some were left out.

    over: also in place of points that were given elsewhere since. Raises CourseError where a line cannot be taken; none
    is taken then.
    """
    course, table = find_course(url), csvfile.read(path)
    if missing := [name for name in _NEEDED if not table.column(name)]:
        raise CourseError(f"{path} has no column {', '.join(missing)}; `backprop-course answers` makes such a table.")
    with Book(course.url, course.directory.course_id) as book:
        people = students(book.nbgraders)
        found: dict[tuple[str, str, str, str], tuple[HandGradedQuestion, HandGradedAnswer]] = {}
        for assignment in sorted({row[table.column("assignment") or ""] for row in table.rows}):
            book.released(assignment, {})
            for question in hand_graded_questions(course, book.nbgraders, assignment, people):
                for answer in question.answers:
                    found[assignment, question.notebook, question.name, answer.student.id] = question, answer
        lines = _lines(path, table, found)
        left = [one for one in lines if one.is_over and not over]
        taken = [one for one in lines if one.is_new and one not in left]
        given = [
            ByHand(one.answer.place, one.question.cell, one.question.commented, one.points, one.comment)
            for one in taken
        ]
        book.give_by_hand(given)
    print(f"{len(taken)} of {len(lines)} lines with points or a comment are taken." if taken else "Nothing new.")
    for one in left[:MOST_LINES_TOLD]:
        print(
            f"Left out, line {one.line}: {one.answer.student.called} has {one.answer.points:g} for "
            f"{one.question.name} by now, given elsewhere; the table says {one.points:g}."
        )
    if left:
        print(f"{len(left)} left out in all; --over puts the table's points in their place.")
    return 2 if left else 0


def _lines(path: Path, table: CsvTable, found: dict[tuple[str, str, str, str], Any]) -> list[_Line]:
    """Every line that says something. Raises CourseError with all lines that are wrong."""
    names = {name: table.column(name) or "" for name in (*_NEEDED, "given", "version")}
    lines, wrong = [], []
    for number, row in zip(table.lines, table.rows, strict=True):
        cell = {name: row.get(column, "").strip() for name, column in names.items()}
        key = (cell["assignment"], cell["notebook"], cell["question"], cell["student"])
        if not cell["points"] and not cell["comment"]:
            continue
        if key not in found:
            wrong.append(
                f"line {number}: {cell['student']!r} has no answer to {cell['question']!r} in {cell['assignment']!r}"
            )
            continue
        question, answer = found[key]
        given = _number(cell["points"])
        if cell["points"] and (given is None or not 0 <= given <= question.most):
            wrong.append(f"line {number}: {cell['points']!r} is no number of points from 0 to {question.most:g}")
        elif cell["version"] and cell["version"] != answer.version:
            wrong.append(f"line {number}: {answer.student.called} has another answer by now; make the table again")
        else:
            lines.append(_Line(number, question, answer, given, cell["comment"], _number(cell["given"])))
    if wrong:
        more = [f"… and {len(wrong) - MOST_LINES_TOLD} more"] if len(wrong) > MOST_LINES_TOLD else []
        raise CourseError(f"{path}: nothing was taken.\n  " + "\n  ".join([*wrong[:MOST_LINES_TOLD], *more]))
    return lines


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        return None
