"""`backprop-course collect`: what a learning platform or a folder holds, into `submitted/`, each to whom it belongs.

Everything is read and unpacked before anything is moved into place, so that a bad download leaves a class as it was.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from backprop_course.errors import CourseError
from backprop_course.grading.class_folder import Course, find_course
from backprop_course.grading.gradebook import Book
from backprop_course.grading.progress import Progress
from backprop_course.grading.standings import Student, students
from backprop_course.lms import moodle
from backprop_course.lms.attempts import CLOCK, Attempt, DownloadRead, attempts_in
from backprop_course.lms.collected import Collected, report_lines
from backprop_course.lms.moodle import WorksheetLine
from backprop_course.lms.origin import Downloads, Origin
from backprop_course.lms.people import Participant, Roster, read_roster, with_names


def collect(
    paths: Sequence[Path],
    assignment: str,
    *,
    roster: Path | None = None,
    worksheet: Path | None = None,
    url: str | None = None,
) -> int:
    """Collects an assignment's submissions in the current course directory.

    Returns 0 where everybody's is in place, 2 where somebody's is not. roster: the class, which the gradebook
    keeps. worksheet: Moodle's grading worksheet, which knows participants' e-mails and when they handed in.
    Raises CourseError where a file cannot be read; nothing has been collected then.
    """
    course, assignment = find_course(url), assignment.rstrip("/")
    downloads = Downloads(course.root, assignment)
    with Book(course.url, course.directory.course_id) as book:
        notebooks = [one.name for one in book.released(assignment, course.order(assignment))]
        listed = read_roster(roster) if roster else []
        known = students(book.nbgraders) | {one.id: one for one in listed}
        table = moodle.read_worksheet(worksheet) if worksheet else None
        lines = moodle.lines_of(table) if table else {}
        sources, attempts = attempts_in(paths, assignment, notebooks, known)
        placing = _Placing(known, lines, downloads.placed_by_hand())
        for attempt in attempts:
            placing.place(attempt)
        collected = _into_place(course, assignment, downloads, placing)
        book.enrol(listed)
    if worksheet:
        downloads.keep_worksheet(worksheet)
    _ask(downloads, placing.unplaced)
    excluded = set(course.directory.student_id_exclude.split(","))
    collected.missing = sorted(id for id in set(known) - excluded if not course.submitted(id, assignment).is_dir())
    print(*report_lines(assignment, sources, collected, placing.unplaced, _undated(sources, lines), known), sep="\n")
    return 2 if placing.unplaced or collected.troubles else 0


def _undated(sources: Iterable[DownloadRead], lines: Mapping[str, WorksheetLine]) -> bool:
    """Whether it is not known when submissions came."""
    return not lines and not all(source.dated for source in sources)


class _Placing:
    """Finds the students of a class whose attempts these are."""

    def __init__(
        self,
        known: Mapping[str, Student],
        lines: Mapping[str, WorksheetLine],
        by_hand: Mapping[tuple[str, str], list[str]],
    ) -> None:
        self._known, self._lines, self._by_hand = known, lines, by_hand
        self._roster = Roster(known.values())
        self._strict = with_names(known)  # without a class's names, whoever hands in belongs to it
        self.placed: dict[str, Attempt] = {}
        self.unplaced: list[tuple[Attempt, list[str]]] = []
        self._twice: set[str] = set()

    def place(self, attempt: Attempt) -> None:
        if filled := self._by_hand.get(attempt.key):
            wrong = [student for student in filled if self._strict and student not in self._known]
            if wrong:
                raise CourseError(
                    f"unplaced.csv says that {attempt.called} is {wrong[0]!r}; nobody in the class has that id."
                )
            found, certain = filled, True
        else:
            found, certain = self._found(attempt)
        if not certain:
            self.unplaced.append((attempt, found))
            return
        for student in found:
            self._put(student, attempt)

    def _found(self, attempt: Attempt) -> tuple[list[str], bool]:
        line = self._lines.get(attempt.number) if attempt.lms == "moodle" else None
        if line and line.when:
            attempt.when = line.when
        person = line.person if line else Participant(attempt.name)
        if attempt.lms == "folder":
            person = replace(person, ids=(attempt.name,))
        if attempt.lms == "canvas":
            person = replace(person, lms_id=attempt.number)
        found, certain = self._roster.find(person)
        if found or self._strict:
            return found, certain
        id = next(iter(person.ids), "") if attempt.lms != "canvas" else attempt.number
        id = id or attempt.name
        fit = bool(id) and id.isprintable() and "/" not in id and not id.startswith(".")
        return [id] if fit else [], fit

    def _put(self, student: str, attempt: Attempt) -> None:
        if student in self._twice or student in self.placed:
            if before := self.placed.pop(student, None):
                self.unplaced.append((before, [student]))
            self._twice.add(student)
            self.unplaced.append((attempt, [student]))
        else:
            self.placed[student] = attempt


def _into_place(course: Course, assignment: str, downloads: Downloads, placing: _Placing) -> Collected:
    origins, collected = downloads.origins(), Collected()
    collected.troubles = [
        (student, trouble) for student, attempt in placing.placed.items() for trouble in attempt.troubles
    ]
    downloads.folder.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix=".unpacking-", dir=downloads.folder) as scratch:
            progress = Progress(max(len(placing.placed), 1), sys.stderr)
            for number, (student, attempt) in enumerate(sorted(placing.placed.items())):
                _unpack(attempt, Path(scratch, str(number)), student, collected)
                progress.step(False)
            progress.close()
            for number, (student, attempt) in enumerate(sorted(placing.placed.items())):
                if Path(scratch, str(number)).is_dir():
                    target = course.submitted(student, assignment)
                    _move(Path(scratch, str(number)), target, student, attempt, origins, downloads, collected)
    except OSError as error:
        raise CourseError(f"{error.filename or downloads.folder} cannot be written: {error.strerror}.") from error
    downloads.note(origins)
    return collected


def _unpack(attempt: Attempt, folder: Path, student: str, collected: Collected) -> None:
    for path, (_, file) in attempt.files.items():
        try:
            content = file.content()
        except CourseError as error:
            collected.troubles.append((student, str(error)))
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    if folder.is_dir() and attempt.when:
        (folder / CLOCK).write_text(f"{attempt.when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n", encoding="ascii")
    if not folder.is_dir():
        collected.empty.append(student)


def _move(
    unpacked: Path,
    target: Path,
    student: str,
    attempt: Attempt,
    origins: dict[str, Origin],
    downloads: Downloads,
    collected: Collected,
) -> None:
    """One student's attempt into place; an older one there is kept elsewhere, a newer one stays."""
    before = origins.get(student)
    origin = Origin(attempt.lms, attempt.number, attempt.name, attempt.prefixes, attempt.attachment, attempt.late)
    if target.is_dir() and _same(unpacked, target):
        if (unpacked / CLOCK).exists():
            shutil.copyfile(unpacked / CLOCK, target / CLOCK)
        collected.unchanged.append(student)
    elif target.is_dir() and _is_older(attempt, before, target):
        collected.older.append(student)
        return
    else:
        if target.is_dir():
            downloads.keep_earlier(student, target)
            collected.renewed.append(student)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(unpacked, target)
    collected.students.append(student)
    collected.late += [student] if attempt.late else []
    collected.dated += attempt.when is not None
    origins[student] = origin


def _same(one: Path, other: Path) -> bool:
    def contents(folder: Path) -> dict[str, bytes]:
        files = (path for path in folder.rglob("*") if path.is_file() and path.name != CLOCK)
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    return contents(one) == contents(other)


def _is_older(attempt: Attempt, before: Origin | None, target: Path) -> bool:
    """Whether what is there is newer: by its files' numbers, or by when it came."""
    if before and before.lms == attempt.lms == "canvas" and before.attachment and attempt.attachment:
        return before.attachment > attempt.attachment
    clock = target / CLOCK
    if attempt.when is None or not clock.is_file():
        return False
    try:
        there = datetime.strptime(clock.read_text().strip(), "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    except ValueError:
        return False
    return there > attempt.when


def _ask(downloads: Downloads, unplaced: Iterable[tuple[Attempt, list[str]]]) -> None:
    """Who could not be placed goes into a table to be filled in; what was filled in before stays there."""
    filled = downloads.placed_by_hand()
    rows = [
        (one.lms, one.number, one.name, "; ".join(could_be), "; ".join(filled.get(one.key, ())))
        for one, could_be in unplaced
    ]
    known = {(row[1], "" if row[1] else row[2]) for row in rows}
    rows += [
        ("", number, name, "", "; ".join(who))
        for (number, name), who in filled.items()
        if who and (number, name) not in known
    ]
    if rows:
        downloads.ask(rows)
    else:
        downloads.unplaced.unlink(missing_ok=True)
