"""`backprop-course answers`: a page for each written question with every answer on it, and a table for the points."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from backprop_course.errors import CourseError
from backprop_course.grading import csvfile
from backprop_course.grading.class_folder import find_course
from backprop_course.grading.csvfile import CsvValue
from backprop_course.grading.feedback_page import FEEDBACK_STYLE
from backprop_course.grading.gradebook import Book
from backprop_course.grading.hand_graded import HandGradedAnswer, HandGradedQuestion, hand_graded_questions
from backprop_course.grading.rendering import render
from backprop_course.grading.standalone import standalone
from backprop_course.grading.standings import students

POINTS_COLUMNS = (
    *("assignment", "notebook", "question", "student", "name", "answer"),
    *("points", "of", "comment", "given", "version"),
)
"""points and comment are to be filled in; given and version say what was there when the table was made."""
MOST_SHOWN_OF_AN_ANSWER = 2000


def answers(assignment: str, *, url: str | None = None, server: str = "http://localhost:8888") -> int:
    """Writes `answers/<assignment>/`: `points.csv`, and a page for each question. Returns 0.

    server: JupyterLab's address, where formgrader is. Raises CourseError where there are none, or nothing is graded.
    """
    course, assignment = find_course(url), assignment.rstrip("/")
    with Book(course.url, course.directory.course_id) as book:
        book.released(assignment, {})
        found = hand_graded_questions(course, book.nbgraders, assignment, students(book.nbgraders))
    if not found:
        raise CourseError(f"{assignment} has no written questions.")
    if not any(question.answers for question in found):
        raise CourseError(f"Nothing of {assignment} has been graded yet; `backprop-course grade {assignment}` first.")
    folder = course.root / "answers" / assignment
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for question in found:
            path = folder / f"{question.name}.html"
            path.write_text(_page(assignment, question, server), encoding="utf-8")
            waiting = sum(answer.waits for answer in question.answers)
            print(f"{path.relative_to(course.root)}: {len(question.answers)} answers, {waiting} to be graded.")
        csvfile.write(folder / "points.csv", _table(assignment, found), for_people=True)
    except OSError as error:
        raise CourseError(f"{error.filename or folder} cannot be written: {error.strerror}.") from error
    print(
        f"answers/{assignment}/points.csv: fill in points and comments, then `backprop-course points "
        f"answers/{assignment}/points.csv`."
    )
    return 0


def _table(assignment: str, questions: list[HandGradedQuestion]) -> Iterator[list[CsvValue]]:
    yield [*POINTS_COLUMNS]
    for one in questions:
        for answer in sorted(one.answers, key=_alike):
            given = None if answer.waits and answer.points is None else answer.points
            who, text = answer.student, answer.text[:MOST_SHOWN_OF_AN_ANSWER]
            name = f"{who.first_name} {who.last_name}".strip()
            row = [assignment, one.notebook, one.name, who.id, name, text, given, one.most, answer.comment]
            yield [*row, given, answer.version]


def _alike(answer: HandGradedAnswer) -> tuple[str, str]:
    """Answers that say the same stand together."""
    return " ".join(answer.text.casefold().split()), answer.student.id


def _page(assignment: str, question: HandGradedQuestion, server: str) -> str:
    title = f"{assignment}: {question.name}"
    used: dict[str, float] = {}
    kept = (
        f"<section class='open'><h2>Model answer and marking scheme</h2>{_prose(question.model, {}, used)}</section>"
        if question.model
        else "<p class='soft'>The instructor's notebook has no model answer for it.</p>"
    )
    listed = "".join(_answer(answer, question, server) for answer in sorted(question.answers, key=_alike))
    body = (
        f"<header><h1>{escape(title)}</h1><p class='soft'>{len(question.answers)} answers, up to {question.most:g} "
        "points; those that say the same stand together.</p></header>\n"
        f"<div class='beside'><aside>{_prose(question.asked, {}, used)}{kept}</aside>\n<main>{listed}</main></div>"
    )
    return standalone(title, body, FEEDBACK_STYLE, pictures=True, kind="answers")


def _answer(answer: HandGradedAnswer, question: HandGradedQuestion, server: str) -> str:
    given = "to be graded" if answer.waits else f"{answer.points or 0:g} of {question.most:g}"
    comment = f"<p class='comment'>Comment: {escape(answer.comment)}</p>" if answer.comment else ""
    link = f"{server.rstrip('/')}/formgrader/submissions/{answer.place}"
    # Each answer has time of its own: no student's text takes it from another's.
    head = f"{escape(answer.student.called)} <span>{given}</span> <a href='{escape(link)}'>formgrader</a>"
    text = _prose(answer.text, answer.attachments, {})
    return f"<section class='{'open' if answer.waits else 'good'}'><h2>{head}</h2>{text}{comment}</section>\n"


def _prose(text: str, attachments: object, used: dict[str, float]) -> str:
    if not text.strip():
        return "<p class='soft'>Nothing.</p>"
    return f"<div class='prose'>{render('prose', text, {'attachments': attachments}, used)}</div>"
