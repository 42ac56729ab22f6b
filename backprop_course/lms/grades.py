"""Grades as a platform's importer wants them: Moodle's grading worksheet, Canvas's table.

A grade that is left out stays on the platform as it is: Moodle skips an empty one, and to Canvas goes no line at all,
because an empty cell there takes away what somebody has given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from backprop_course.errors import CourseError
from backprop_course.grading.csvfile import CsvTable, CsvValue
from backprop_course.grading.standings import Standing, Student
from backprop_course.lms import moodle
from backprop_course.lms.exporters import points_in_words, sortable_name
from backprop_course.lms.origin import Origin
from backprop_course.lms.people import Roster


@dataclass
class MoodleGrades:
    """A grading worksheet, filled in.

    rows: with their header. placed: whose grade is in it. scaled: the two maxima, where they are not the same; capped:
    who has more than Moodle's maximum, and gets that.
    """

    rows: list[list[CsvValue]] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)
    scaled: tuple[float, float] | None = None
    capped: list[str] = field(default_factory=list)


def for_moodle(
    table: CsvTable,
    origins: Mapping[str, Origin],
    people: Mapping[str, Student],
    given: Mapping[str, Standing],
    most: float,
) -> MoodleGrades:
    """given: what goes back, by student. most: the assignment's points.

    Raises CourseError where Moodle's maximum is no number: it grades by a scale.
    """
    columns = {name: table.column(name) for name in (moodle.GRADE, moodle.MAXIMUM, moodle.COMMENTS)}
    students, made = _students(table, origins, people), MoodleGrades(rows=[[*table.columns]])
    for row in table.rows:
        cells, student = dict(row), students.get(moodle.number_in(row, table))
        if student in given and student is not None:
            standing, maximum = given[student], _maximum(row, columns[moodle.MAXIMUM], most)
            if abs(maximum - most) > 1e-9:
                made.scaled = (most, maximum)
            score = standing.score * maximum / most if most else 0.0
            if score > maximum + 1e-9:
                made.capped.append(student)
            cells[columns[moodle.GRADE] or moodle.GRADE] = f"{min(score, maximum):.2f}"
            comments = columns[moodle.COMMENTS]
            if comments and not cells[comments]:
                cells[comments] = points_in_words(standing)
            made.placed.add(student)
        made.rows.append([cells[name] for name in table.columns])
    return made


def _maximum(row: Mapping[str, str], column: str | None, most: float) -> float:
    if column is None:
        return most
    try:
        return float(row[column].replace(",", "."))
    except ValueError as error:
        raise CourseError(
            f"Moodle grades this assignment by a scale ({row[column]!r}), not by points; give it a maximum grade of "
            f"{most:g} there, and download the worksheet again."
        ) from error


def _students(table: CsvTable, origins: Mapping[str, Origin], people: Mapping[str, Student]) -> dict[str, str]:
    """The students by their number in a worksheet: as they came in, else as they are found by e-mail and name.

    What a group handed in has the group's number, which may be somebody's: so the name has to be the same, too.
    """
    roster, found = Roster(people.values()), dict[str, str]()
    came = {origin.number: (student, origin) for student, origin in origins.items() if origin.lms == "moodle"}
    for number, line in moodle.lines_of(table).items():
        if number in came and came[number][1].name == line.person.name:
            found[number] = came[number][0]
            continue
        candidates, certain = roster.find(line.person)
        if certain:
            found[number] = candidates[0]
        elif not candidates and (id := next(iter(line.person.ids), line.person.name)) in origins:
            found[number] = id  # without a roster, students are called so
    return found


def for_canvas(
    column: str,
    origins: Mapping[str, Origin],
    people: Mapping[str, Student],
    given: Mapping[str, Standing],
    most: float,
) -> Iterator[Sequence[CsvValue]]:
    """The table that Canvas imports. column: what Canvas calls the assignment."""
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column]
    yield ["Points Possible", "", "", "", "", most]
    for student, standing in sorted(given.items()):
        known, origin = people.get(student, Student(student)), origins.get(student)
        number = origin.number if origin and origin.lms == "canvas" else known.lms_id
        yield [sortable_name(known), number, "", student if student != number else "", "", standing.score]
