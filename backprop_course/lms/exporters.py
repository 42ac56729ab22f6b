"""Grades for Canvas and Moodle, as exporters of nbgrader, beside its own table.

    nbgrader export --exporter=backprop_course.lms.exporters.CanvasExporter --to=canvas.csv
    nbgrader export --exporter=backprop_course.lms.exporters.MoodleExporter --to=moodle.csv

`--assignment` and `--student` choose as they do there. Who handed nothing in that has been graded is left out: the LMS
keeps what it has. A grade in which something waits for a human is left empty, unless `--LMSExporter.partial=True`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbgrader.plugins import ExportPlugin  # type: ignore[import-untyped]
from traitlets import Bool, Dict, Unicode

from backprop_course.grading import csvfile
from backprop_course.grading.csvfile import CsvValue
from backprop_course.grading.open_gradebook import wait_in_queries
from backprop_course.grading.standings import Standing, Student, questions, standings, students

CsvRow = list[CsvValue]
Standings = Mapping[str, Mapping[str, Standing]]
"""By assignment and student."""


class LMSExporter(ExportPlugin):  # type: ignore[misc]  # nbgrader has no types
    """What both have in common."""

    columns = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="What the LMS calls an assignment, where it is not its name here: for Canvas, with its number there, "
        "{'03_split_network': 'Split network (4711)'}.",
    ).tag(config=True)

    partial = Bool(False, help="Those grades too in which something waits for a human, as they are.").tag(config=True)

    default_file = ""

    def export(self, gradebook: Any) -> None:
        """Writes the table. Raises CourseError where it cannot be written."""
        wait_in_queries(gradebook)
        assignments = [one.name for one in gradebook.assignments if not self.assignment or one.name in self._chosen]
        graded = {name: self._graded(gradebook, name) for name in sorted(assignments)}
        path = Path(self.to or self.default_file)
        csvfile.write(path, self.rows(gradebook, graded))
        for name, standings_of in graded.items():
            if waiting := sum(bool(one.waiting) for one in standings_of.values()):
                so = (
                    "which counts as 0" if self.partial else "and are left empty; --LMSExporter.partial=True takes them"
                )
                said = "%s: %d of %d still wait for a grade by hand, %s."
                self.log.warning(said, name, waiting, len(standings_of), so)
        self.log.info("Grades of %s are in %s", ", ".join(graded) or "no assignment", path)

    def rows(self, gradebook: Any, graded: Standings) -> Iterator[CsvRow]:
        """The table, its header first."""
        raise NotImplementedError

    @property
    def _chosen(self) -> set[str]:
        return {str(name) for name in self.assignment}

    def _graded(self, gradebook: Any, assignment: str) -> dict[str, Standing]:
        found = standings(gradebook, assignment, questions(gradebook, assignment, {}))
        wanted = {str(student) for student in self.student}
        return {one.student: one for one in found if one.graded and (not wanted or one.student in wanted)}

    def is_told(self, standing: Standing | None) -> bool:
        """Whether a grade is complete, or taken as it is."""
        return standing is not None and (self.partial or not standing.waiting)

    def column(self, assignment: str) -> str:
        """What the LMS calls an assignment."""
        return str(self.columns.get(assignment, assignment))


class CanvasExporter(LMSExporter):
    """A file for Canvas: Grades, Import.

    Canvas finds a student by its own number ("ID": nbgrader's `lms_user_id`), else by the login, else by the name.
    """

    default_file = "canvas.csv"

    def rows(self, gradebook: Any, graded: Standings) -> Iterator[CsvRow]:
        yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *map(self.column, graded)]
        most = [gradebook.find_assignment(name).max_score for name in graded]
        yield ["Points Possible", "", "", "", "", *most]
        for student in _those_in(gradebook, graded):
            found = [one.get(student.id) for one in graded.values()]
            scores = [one.score if one and self.is_told(one) else None for one in found]
            yield [sortable_name(student), student.lms_id, "", student.id, "", *scores]


class MoodleExporter(LMSExporter):
    """A file for Moodle: Grades, Import, CSV file; there map `username` (or another column) to the user.

    Points and feedback stand side by side, because Moodle forgets the points where only feedback is imported.
    """

    default_file = "moodle.csv"

    def rows(self, gradebook: Any, graded: Standings) -> Iterator[CsvRow]:
        columns = [name for one in graded for name in (self.column(one), f"{self.column(one)} (Feedback)")]
        yield ["username", "First name", "Last name", "Email address", "ID number", *columns]
        for student in _those_in(gradebook, graded):
            found = [one.get(student.id) for one in graded.values()]
            told = [(one.score, points_in_words(one)) if one and self.is_told(one) else ("", "") for one in found]
            cells = [cell for pair in told for cell in pair]
            yield [student.id, student.first_name, student.last_name, student.email, student.lms_id, *cells]


def _those_in(gradebook: Any, graded: Standings) -> Iterator[Student]:
    for student in students(gradebook).values():
        if any(student.id in standings for standings in graded.values()):
            yield student


def column_of(config: Any, assignment: str) -> str:
    """What a class's configuration says that the LMS calls an assignment."""
    return LMSExporter(config=config).column(assignment)


def sortable_name(student: Student) -> str:
    """Last name first, as Canvas sorts; the id where no name is known."""
    names = [name for name in (student.last_name, student.first_name) if name]
    return ", ".join(names) or student.id


def points_in_words(standing: Standing) -> str:
    """What each question came to, in a line."""
    said = [
        f"{question.name}: {'not graded yet' if points is None else f'{points:g}'} of {question.most:g}"
        for question, points in standing.points.items()
    ]
    late = [f"late: {-standing.penalty:g}"] if standing.penalty else []
    return "; ".join(said + late)
