"""Who is who: a person as a learning platform names them, found among the students of a class. Nobody is guessed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from backprop_course.errors import CourseError
from backprop_course.grading import csvfile
from backprop_course.grading.standings import Student

_COLUMNS = {
    "id": ("id", "student_id", "username", "SIS Login ID", "login", "login id", "user name"),
    "first_name": ("first_name", "given name", "firstname"),
    "last_name": ("last_name", "surname", "family name", "lastname"),
    "email": ("email", "email address", "e-mail", "e-mail address", "mail"),
    "lms_id": ("lms_user_id", "ID number", "Canvas ID", "SIS User ID"),
}
"""What a roster may call what nbgrader calls so: nbgrader's own roster, Moodle's participants, Canvas's gradebook."""


@dataclass(frozen=True)
class Participant:
    """Somebody as a platform names them.

    name: in whatever order. ids: what may be their login, e-mail or number. lms_id: the platform's own number for them,
    which is nobody's login.
    """

    name: str
    ids: tuple[str, ...] = ()
    lms_id: str = ""


def read_roster(path: Path) -> list[Student]:
    """The students of a class from a CSV file.

    Raises CourseError where it has no column for their ids, or an id twice.
    """
    table = csvfile.read(path)
    found = {ours: table.column(*theirs) for ours, theirs in _COLUMNS.items()}
    canvas = table.column("Student") if table.column("SIS Login ID") else None
    if canvas:  # in Canvas's own table "ID" is its number, and there are lines that are nobody
        found |= {"id": table.column("SIS Login ID"), "lms_id": table.column("ID")}
    if not found["id"]:
        raise CourseError(
            f"{path} has no column `id` for the students' ids (or `username`, `SIS Login ID`); it has "
            f"{', '.join(filter(None, table.columns)) or 'none'}."
        )
    students: dict[str, Student] = {}
    lines: dict[str, int] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        given = {ours: row[column].strip() if column else "" for ours, column in found.items()}
        if canvas:
            given["last_name"], _, given["first_name"] = (part.strip() for part in row[canvas].partition(","))
            if not given["id"]:
                continue
        if not given["id"]:
            raise CourseError(f"{path}, line {line}: there is no id.")
        if "/" in given["id"] or given["id"].startswith(".") or not given["id"].isprintable():
            raise CourseError(f"{path}, line {line}: {given['id']!r} cannot be the name of a student's folder.")
        folded = given["id"].casefold()
        if folded in lines:
            raise CourseError(
                f"{path}, line {line}: the id {given['id']!r} is there twice, first in line {lines[folded]}."
            )
        lines[folded] = line
        students[given["id"]] = Student(**given)
    if not students:
        raise CourseError(f"{path} names no students.")
    return list(students.values())


class Roster:
    """The students of a class, to be found by what a platform says of them."""

    def __init__(self, students: Iterable[Student]) -> None:
        self.students = {student.id: student for student in students}
        self._ids: dict[str, set[str]] = {}
        self._names: dict[str, set[str]] = {}
        for one in self.students.values():
            for id in filter(None, (one.id, one.email, one.lms_id)):
                self._ids.setdefault(_folded(id), set()).add(one.id)
            for name in (f"{one.first_name} {one.last_name}", f"{one.last_name} {one.first_name}"):
                self._names.setdefault(_letters(name), set()).add(one.id)
        self._names.pop("", None)

    def find(self, person: Participant) -> tuple[list[str], bool]:
        """The students who may be this person, and whether it is certain, which it is of one at most."""
        for id in person.ids:
            if found := self._ids.get(_folded(id)):
                return sorted(found), len(found) == 1
        if found := {one.id for one in self.students.values() if person.lms_id and one.lms_id == person.lms_id}:
            return sorted(found), len(found) == 1
        named = sorted(self._names.get(_letters(person.name), set()))
        others = [id for id in named if person.lms_id and self.students[id].lms_id]  # who have another number there
        return named, len(named) == 1 and not others


def with_names(students: Mapping[str, Student]) -> bool:
    """Whether a gradebook's students come from a roster: somebody's name, e-mail or number is known."""
    return any(one.first_name or one.last_name or one.email or one.lms_id for one in students.values())


def _folded(id: str) -> str:
    return unicodedata.normalize("NFC", id).casefold().strip()


def _letters(name: str) -> str:
    """A name's letters and digits: platforms take off spaces, hyphens, apostrophes and capitals."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(letter for letter in folded if letter.isalnum())
