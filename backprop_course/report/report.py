"""`backprop-course report`: what a class got wrong, as a page to look at and a table beside it.

It reads what grading has written, the gradebook and the graded notebooks, one submission at a time. Nothing of a
student's is run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backprop_course.errors import CourseError
from backprop_course.exercises.files import beside, known
from backprop_course.grading import csvfile
from backprop_course.grading.class_folder import Course, find_course
from backprop_course.grading.failures import failures
from backprop_course.grading.gradebook import Book
from backprop_course.grading.progress import Progress
from backprop_course.grading.released import OUTDATED, ReleasedNotebook
from backprop_course.grading.standings import Standing, Student, questions, standings, students
from backprop_course.report.anonymous import words_of
from backprop_course.report.copies import possible_copies
from backprop_course.report.findings import Findings
from backprop_course.report.graded_notebook import Paper, read_paper
from backprop_course.report.history import since_last
from backprop_course.report.page import report_page
from backprop_course.report.tables import tables


def report(assignment: str, *, url: str | None = None, output: Path | None = None, anonymous: bool = False) -> int:
    """Writes the report on an assignment in the current course directory; returns 0.

    output: the page's file. anonymous: without the part for the instructor, and without the tables.
    Raises CourseError where nothing has been graded yet, or a file cannot be written.
    """
    course = find_course(url)
    with Book(course.url, course.directory.course_id) as book:
        released = book.released(assignment, course.order(assignment))  # it is there, or the error says what to do
        people = students(book.nbgraders)
        own = beside(course.source(assignment))
        with known(own):
            findings = _findings(course, book.nbgraders, assignment, people, released)
    if not findings.graded:
        raise CourseError(
            f"Nothing of {assignment} has been graded in this gradebook; `backprop-course grade {assignment}` first."
        )
    path = output or Path("reports") / f"{assignment}.html"
    copies = possible_copies(findings.texts, len(findings.handed_in), findings.skeletons)
    since = since_last(course.root / "reports" / f".{assignment}.json", findings)
    with known(own):
        _write(path, report_page(assignment, findings, None if anonymous else people, since, copies))
    print(f"{path}: what {len(findings.graded)} students got right and wrong in {assignment}.")
    if not anonymous:
        with known(own):  # the rows are made as they are written
            for what, rows in tables(findings, people, copies).items():
                csvfile.write(path.with_name(f"{path.stem}{what}.csv"), rows)
        print(f"{path.with_suffix('.csv')}: points and mistakes of each student; beside it, the other tables.")
    return 0


def _findings(
    course: Course, gradebook: Any, assignment: str, people: dict[str, Student], released: Sequence[ReleasedNotebook]
) -> Findings:
    asked = questions(gradebook, assignment, course.order(assignment))
    now = {notebook.name: notebook.digest for notebook in released}
    given = {cell.name: cell.source.splitlines() for notebook in released for cell in notebook.cells}
    findings = Findings(asked.values(), words_of(people.values()), given)
    missing, failed = set(people), failures(course.root, assignment)
    progress = Progress(max(len(people), 1), sys.stderr)
    for standing in standings(gradebook, assignment, asked):
        papers, notes = _papers(course, assignment, standing, asked.values())
        if why := failed.get(standing.student):
            notes.append(f"could not be graded: {why}")
        progress.step(bool(notes))
        if any(paper.released not in ("", now.get(name)) for name, paper in papers.items()):
            notes.append(f"{OUTDATED}; `backprop-course grade {assignment} --force` grades it again")
        findings.add(standing, papers, notes)
        missing.discard(standing.student)
    for student in sorted(missing):
        findings.absent(student)
    progress.close()
    return findings


def _papers(course: Course, assignment: str, standing: Standing, asked: Any) -> tuple[dict[str, Paper], list[str]]:
    """A student's graded notebooks by name, and what is wrong with those that cannot be read."""
    folder = course.autograded(standing.student, assignment)
    papers, notes = {}, []
    for notebook in dict.fromkeys(question.notebook for question in asked):
        path = folder / f"{notebook}.ipynb"
        if not path.exists():
            if standing.graded and not folder.is_dir():
                notes.append(f"{notebook}: the graded notebook is not there")
            continue
        try:
            papers[notebook] = read_paper(path, [one.cell for one in asked if one.notebook == notebook])
        except CourseError as error:
            notes.append(str(error))
    return papers, notes


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from error
