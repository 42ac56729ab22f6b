"""A gradebook in PostgreSQL: a real server, nbgrader's own address for it, and what SQLite would hold too."""

import csv
import os
import shutil
import sys

import pytest
from classroom import ASSIGNMENT, DUE, OURS, Classroom, honest_class
from gradebooks import LABELS
from nbgrader import api
from postgresql_server import PASSWORD, Server, is_installed
from sqlalchemy import create_engine, select, text

from backprop_course.errors import CourseError
from backprop_course.grading.gradebook import Book

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="submissions cannot be kept apart here"),
    pytest.mark.skipif(not is_installed(), reason="no PostgreSQL here: Debian's package `postgresql`"),
]
pytest.importorskip("psycopg", reason="nothing to reach PostgreSQL with: the extra `postgresql`")

STUDENTS = 12
OTHER = "another"


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


class RoomInPostgresql(Classroom):
    """A course directory whose gradebook is in PostgreSQL, by its configuration."""

    def __init__(self, folder, url):
        super().__init__(folder)
        (folder / "nbgrader_config.py").write_text(f"{OURS}\nc.CourseDirectory.db_url = {url!r}\n")
        (folder / "gradebook.db").unlink(missing_ok=True)
        self.address = url

    @property
    def url(self):
        return self.address

    def generate(self, assignment):
        self.run("nbgrader", "generate_assignment", assignment, "--force")
        with self.gradebook() as gradebook:
            gradebook.update_or_create_assignment(assignment, duedate=DUE)


def rows(url):
    """Every table's rows as Python's values, sorted; names instead of ids; without those of the other assignment."""
    engine = create_engine(url)
    with engine.connect() as database:
        labels = {}
        for query in LABELS.values():
            for id, label in database.execute(text(query)).fetchall():
                labels[id] = " ".join(labels.get(part, part) for part in label.split(" "))
        found = {}
        for table in api.Base.metadata.sorted_tables:
            texts = [[repr(labels.get(value, value)) for value in row] for row in database.execute(select(table))]
            found[table.name] = sorted(row for row in texts if OTHER not in " ".join(row))
    engine.dispose()
    return found


def exported(room):
    room.run("nbgrader", "export")
    with (room.folder / "grades.csv").open(newline="") as file:
        return {(row["assignment"], row["student_id"]): float(row["score"]) for row in csv.DictReader(file)}


def test_two_graders_at_once_leave_in_postgresql_what_one_leaves_in_sqlite(released, server, tmp_path):
    """Two machines, each with its course directory; one has the address in its configuration, one from `--db`."""
    url = server.create("a_class")
    room = RoomInPostgresql(released.copy(tmp_path / "one-machine").folder, url)
    shutil.copytree(room.folder / "notebooks" / ASSIGNMENT, room.folder / "notebooks" / OTHER)
    for assignment in ASSIGNMENT, OTHER:
        room.generate(assignment)
    honest_class(room, STUDENTS)
    lite = released.copy(tmp_path / "sqlite")
    shutil.copytree(room.folder / "submitted", lite.folder / "submitted")
    for student in (room.folder / "submitted").iterdir():
        shutil.copytree(student / ASSIGNMENT, student / OTHER)
    other = Classroom(shutil.copytree(room.folder, tmp_path / "another-machine"))
    (other.folder / "nbgrader_config.py").write_text(OURS)

    graders = [
        room.start("backprop_course.cli", "grade", ASSIGNMENT, "--workers=1"),
        other.start("backprop_course.cli", "grade", OTHER, "--workers=1", "--db", url),
    ]
    for grader in graders:
        said, progress = grader.communicate()
        assert grader.returncode == 2, (said, progress)  # written answers wait for a human
        assert f"{STUDENTS}  graded\n" in said
        assert PASSWORD not in said + progress
    lite.grade("--workers=1")

    found = rows(url)
    assert len(found["student"]) == STUDENTS
    assert found == rows(lite.url)
    with lite.gradebook() as gradebook:
        submissions = gradebook.find_assignment(ASSIGNMENT).submissions
        points = {one.student_id: max(0.0, one.score - one.late_submission_penalty) for one in submissions}
    scores = {(name, student): points[student] for student in points for name in (ASSIGNMENT, OTHER)}
    assert len(set(scores.values())) > 2
    assert exported(room) == scores
    assert not (room.folder / "gradebook.db").exists()

    room.grade("--workers=1", "--force", "--students=s00[0-3]")  # what was graded is found, and written over
    assert rows(url) == found


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql+psycopg://teacher:wrong-secret@/none?host={folder}", "password authentication failed"),
        ("postgresql+psycopg://teacher:wrong-secret@127.0.0.1:1/none", "onnection"),
        ("postgresql+psycopg//teacher:wrong-secret@/none", "not of the form"),
        ("postgresql+psycopg://teacher:wrong@secret@host/none", "not of the form"),
        ("postgresql+psycopg://teacher:wrong-secret@host:port/none", "not of the form"),
        ("nowhere://teacher:wrong-secret@/none", "nowhere"),
    ],
)
def test_a_gradebook_that_cannot_be_opened_says_why_and_no_password(url, why, server):
    with pytest.raises(CourseError, match=r"The gradebook cannot be opened: ") as error:
        Book(url.format(folder=server.folder))
    assert why in str(error.value)
    assert "secret" not in str(error.value)


def test_without_a_driver_it_says_which_extra_brings_one(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CourseError, match=r"psycopg is not installed \(.*\): pip install .*\[postgresql\]"):
        Book("postgresql+psycopg://teacher@/none")
