"""`backprop-course return`: grades and feedback as a platform takes them back, with the identifiers that came in."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from backprop_course.errors import CourseError
from backprop_course.grading import csvfile
from backprop_course.grading.class_folder import Course, find_course
from backprop_course.grading.feedback import make_pages, pages_of
from backprop_course.grading.gradebook import Book
from backprop_course.grading.standings import Standing, Student, questions, standings, students
from backprop_course.lms import grades, moodle
from backprop_course.lms.collected import MOST_TOLD
from backprop_course.lms.exporters import column_of
from backprop_course.lms.origin import Downloads, Origin


@dataclass
class _Returned:
    """What a human should know: given are the students whose grades go back."""

    given: dict[str, Standing] = field(default_factory=dict)
    incomplete: list[str] = field(default_factory=list)
    ungraded: list[str] = field(default_factory=list)
    no_page: list[str] = field(default_factory=list)
    no_origin: list[str] = field(default_factory=list)
    pages: int = 0
    notes: list[str] = field(default_factory=list)


def give_back(
    assignment: str,
    to: str,
    *,
    partial: bool = False,
    worksheet: Path | None = None,
    column: str | None = None,
    url: str | None = None,
) -> int:
    """Writes `returned/<assignment>/`: grades.csv and feedback.zip.

    Returns 0 where everybody's goes back, 2 where somebody's does not. to: "moodle" or "canvas". partial: those too in
    which something waits for a human. worksheet: a newer one than was collected; column: what Canvas calls it.
    Raises CourseError where nothing can go back.
    """
    course, assignment = find_course(url), assignment.rstrip("/")
    downloads = Downloads(course.root, assignment)
    origins, table = downloads.origins(), None
    if to == "moodle":
        if not worksheet and not downloads.worksheet.exists():
            raise CourseError(
                "Moodle takes grades back in its own grading worksheet: download it there (View all submissions, "
                "Download grading worksheet), and name it with --worksheet."
            )
        table = moodle.read_worksheet(worksheet or downloads.worksheet)
    with Book(course.url, course.directory.course_id) as book:
        book.released(assignment, {})
        people = students(book.nbgraders)
        most = float(book.nbgraders.find_assignment(assignment).max_score)
        returned = _sorted_out(
            standings(book.nbgraders, assignment, questions(book.nbgraders, assignment, {})), partial
        )
    if not returned.given:
        raise CourseError(_nothing(assignment, returned))
    folder = course.root / "returned" / assignment
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if table:
            made = grades.for_moodle(table, origins, people, returned.given, most)
            csvfile.write(folder / "grades.csv", made.rows)
            _note_moodle(returned, made)
        else:
            called = column or column_of(course.config, assignment)
            csvfile.write(folder / "grades.csv", grades.for_canvas(called, origins, people, returned.given, most))
            if called == assignment:
                returned.notes.append(
                    f"Canvas will ask which of its assignments {assignment!r} is, unless --column 'Title there (4711)' "
                    "says it."
                )
        _feedback(course, assignment, to, folder / "feedback.zip", origins, returned)
    except OSError as error:
        raise CourseError(f"{error.filename or folder} cannot be written: {error.strerror}.") from error
    print(*_said(assignment, to, folder.relative_to(course.root), returned, people), sep="\n")
    return 2 if returned.incomplete or returned.ungraded or returned.no_page or returned.no_origin else 0


def _sorted_out(found: Iterable[Standing], partial: bool) -> _Returned:
    returned = _Returned()
    for standing in found:
        if not standing.graded:
            returned.ungraded.append(standing.student)
        elif standing.waiting and not partial:
            returned.incomplete.append(standing.student)
        else:
            returned.given[standing.student] = standing
    return returned


def _nothing(assignment: str, returned: _Returned) -> str:
    if returned.incomplete:
        return (
            f"Nothing goes back: for all {len(returned.incomplete)} who are graded, something waits for a grade by "
            "hand. Give the points in formgrader, or --partial takes them as they are."
        )
    return f"Nothing of {assignment} has been graded in this gradebook; `backprop-course grade {assignment}` first."


def _note_moodle(returned: _Returned, made: grades.MoodleGrades) -> None:
    if made.scaled:
        ours, theirs = made.scaled
        returned.notes.append(
            f"Moodle's maximum is {theirs:g}, here it is {ours:g}: the grades are scaled to Moodle's."
        )
    if made.capped:
        returned.notes.append(f"More than Moodle's maximum, which they get: {_shortened(made.capped)}.")
    if lost := sorted(set(returned.given) - made.placed):
        returned.notes += [f"Not in Moodle's worksheet, so without a grade there: {_shortened(lost)}."]
        returned.no_origin += lost


def _feedback(
    course: Course, assignment: str, to: str, path: Path, origins: Mapping[str, Origin], returned: _Returned
) -> None:
    """The zip of everybody's pages, each named as the platform knows whose it is."""
    theirs = {
        student: origins[student] for student in returned.given if student in origins and origins[student].lms == to
    }
    lost = make_pages(course, assignment, sorted(theirs), os.cpu_count() or 1)
    part = path.with_suffix(".part")
    names: set[str] = set()
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for student, origin in sorted(theirs.items()):
            for page in pages_of(course, assignment, student) if student not in lost else ():
                if (prefix := _prefix(origin, page.stem)) and (name := prefix + page.name) not in names:
                    names.add(name)  # a group's page is everybody's
                    archive.write(page, name)
    part.replace(path)
    returned.pages, returned.no_page = len(names), lost
    strangers = sorted(set(returned.given) - set(theirs))
    if strangers:
        returned.notes.append(
            f"Not collected from {to.capitalize()}, so without a page in feedback.zip: {_shortened(strangers)}. "
            f"`nbgrader generate_feedback {assignment}` makes their pages, in feedback/."
        )


def _prefix(origin: Origin, notebook: str) -> str:
    """What the platform put before a notebook's name, by which it knows whose a page is."""
    if exact := origin.prefixes.get(f"{notebook}.ipynb"):
        return exact
    notebooks = [prefix for name, prefix in origin.prefixes.items() if PurePosixPath(name).suffix.lower() == ".ipynb"]
    return next(iter([*notebooks, *origin.prefixes.values()]), "")


_UPLOAD = {
    "moodle": (
        "In Moodle, in the assignment's View all submissions: Upload grading worksheet (tick “Update records that have "
        "been modified more recently” where somebody has been graded since its download), and Upload multiple feedback "
        "files in a zip."
    ),
    "canvas": (
        "In Canvas: Grades, Import, grades.csv; and in the assignment, Upload submissions, feedback.zip. Canvas calls "
        "a page by the name of the file that was handed in: it is HTML all the same."
    ),
}


def _said(assignment: str, to: str, folder: Path, returned: _Returned, people: Mapping[str, Student]) -> list[str]:
    rows = {
        f"grades in {folder}/grades.csv": len(returned.given),
        f"feedback pages in {folder}/feedback.zip": returned.pages,
        "left out, because something waits for a grade by hand (--partial takes them as they are)": len(
            returned.incomplete
        ),
        "left out, because they could not be graded": len(returned.ungraded),
    }
    lines = [f"{assignment}, back to {to.capitalize()}:"]
    lines += [f"  {count:6}  {what}" for what, count in rows.items() if count or "grades in" in what]
    for heading, who in (
        ("Waiting for a grade by hand:", returned.incomplete),
        ("Not graded:", returned.ungraded),
        ("Whose page could not be made:", returned.no_page),
    ):
        named = [people[student].called if student in people else student for student in who]
        lines += [f"{heading} {_shortened(named)}."] if named else []
    shown = [*lines, *returned.notes, _UPLOAD[to]]
    return ["".join(letter if letter.isprintable() else "?" for letter in line) for line in shown]


def _shortened(names: list[str]) -> str:
    more = [f"and {len(names) - MOST_TOLD} more"] if len(names) > MOST_TOLD else []
    return ", ".join([*names[:MOST_TOLD], *more])
