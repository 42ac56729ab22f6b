"""Moodle's words: how a download names what was handed in, and its grading worksheet.

Sources: mod/assign/classes/downloader.php (names), mod/assign/feedback/offline/importgradeslib.php (the worksheet's
columns), mod/assign/feedback/file/importziplib.php (feedback files) of Moodle 3.1 to 5. A participant's number is
another one in each assignment, and never a login.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from backprop_course.errors import CourseError
from backprop_course.grading import csvfile
from backprop_course.grading.csvfile import CsvTable
from backprop_course.lms.handed_in import HandedIn
from backprop_course.lms.people import Participant

_NAMED = re.compile(r"(?P<name>[^_]*)_(?P<number>\d+)_assignsubmission_(?P<plugin>[a-z]+)(_(?P<file>.*))?")
_IDENTIFIER = re.compile(r"\D*(\d+)")
_DATE = re.compile(
    r"(\d{1,2}) (\w+) (\d{4}), (\d{1,2}):(\d\d) ?([AP]M)?|(\w+) (\d{1,2}), (\d{4}), (\d{1,2}):(\d\d) ?([AP]M)?"
)
GRADE, MAXIMUM, COMMENTS = "Grade", "Maximum grade", "Feedback comments"
IDENTIFIER, GRADED = "Identifier", "Last modified (grade)"


def handed_in(path: PurePosixPath) -> HandedIn | None:
    """Whose a file is, by its path; None where Moodle has not named it."""
    for at, part in enumerate(path.parts):
        if match := _NAMED.fullmatch(part):
            inner = (
                PurePosixPath(*path.parts[at + 1 :]) if at + 1 < len(path.parts) else PurePosixPath(match["file"] or "")
            )
            if not inner.parts:
                return None
            # As Moodle wants a feedback file named: the same folder, or the same beginning.
            prefix = f"{part}/" if at + 1 < len(path.parts) else part.removesuffix(match["file"])
            return HandedIn("moodle", match["number"], match["name"].strip(), inner, prefix)
    return None


@dataclass(frozen=True)
class WorksheetLine:
    """A participant's line: who they are, and when they handed in, in the time zone of this machine."""

    person: Participant
    when: datetime | None


def read_worksheet(path: Path) -> CsvTable:
    """Moodle's grading worksheet. Raises CourseError where it is none, or not in English."""
    table = csvfile.read(path)
    missing = [name for name in (IDENTIFIER, GRADE, GRADED) if not table.column(name)]
    if missing:
        raise CourseError(
            f"{path} is no grading worksheet of Moodle's in English: it has no column {' or '.join(missing)}, but "
            f"{', '.join(table.columns)}. Set your language in Moodle to English, to download it and to upload it."
        )
    return table


def lines_of(table: CsvTable) -> dict[str, WorksheetLine]:
    """A worksheet's lines by the participant's number."""
    columns = {name: table.column(name) for name in ("Full name", "Email address", "ID number", "Username")}
    when = table.column("Last modified (submission)")
    found = {}
    for row in table.rows:
        cell = {name: row[column] if column else "" for name, column in columns.items()}
        ids = tuple(filter(None, (cell["Username"], cell["Email address"], cell["ID number"])))
        person = Participant(cell["Full name"], ids)
        found[number_in(row, table)] = WorksheetLine(person, _date(row[when]) if when else None)
    return found


def number_in(row: dict[str, str], table: CsvTable) -> str:
    """A participant's number in a worksheet's line; "" where there is none."""
    match = _IDENTIFIER.fullmatch(row[table.column(IDENTIFIER) or IDENTIFIER])
    return match[1] if match else ""


def _date(text: str) -> datetime | None:
    """ "Wednesday, 23 September 2026, 9:00 PM", or as it is in America."""
    if not (match := _DATE.search(text)):
        return None
    day, month, year, hour, minute, half = (match.group(*range(1, 7))) if match[1] else (
        match[8], match[7], match[9], match[10], match[11], match[12]
    )  # fmt: skip
    clock = f"{hour}:{minute} {half}" if half else f"{hour}:{minute}"
    for form in ("%d %B %Y %I:%M %p" if half else "%d %B %Y %H:%M", "%d %b %Y %I:%M %p" if half else "%d %b %Y %H:%M"):
        try:
            return datetime.strptime(f"{day} {month} {year} {clock}", form).astimezone()
        except ValueError:
            continue
    return None
