"""Grades and feedback go back to a learning platform in the form that its importer reads.

The two readers here do what Moodle's and Canvas's importers do with such a file, as far as it matters.
"""

import csv
import re
import zipfile
from importlib import import_module

import pytest
from classroom import ANSWERS, ASSIGNMENT, solved
from downloads import canvas_name, moodle_name, worksheet, zipped
from nbformat import writes
from nbgrader.api import Gradebook
from sqlalchemy import text

from backprop_course.cli import main
from backprop_course.errors import CourseError
from backprop_course.lms import grades, moodle
from backprop_course.lms.origin import Origin

PEOPLE = {"ada": ("Ada", "Lovelace", 101), "emmy": ("Emmy", "Noether", 102), "jose": ("José", "Läst Fürst", 103)}
ROSTER = "id,first_name,last_name,email,lms_user_id\n" + "".join(
    f"{id},{first},{last},{id}@example.org,{number}\n" for id, (first, last, number) in PEOPLE.items()
)


def answered(room, name, wrong=False):
    notebook = room.released(name)
    for cell in notebook.cells:
        cell.source = solved(ANSWERS[cell.id]) if cell.id in ANSWERS and not wrong else cell.source
        if cell.id == "why":
            cell.source = "Because."
    return writes(notebook)


def points_by_hand(room, *students):
    with room.gradebook() as gradebook:
        for student in students:
            for notebook in gradebook.find_submission(ASSIGNMENT, student).notebooks:
                for grade in notebook.grades:
                    if grade.needs_manual_grade:
                        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()


@pytest.fixture(scope="module")
def graded(released, tmp_path_factory):
    """A class whose work came from Moodle, graded; José's written answer waits for a human."""
    room = released.copy(tmp_path_factory.mktemp("returned") / "class")
    (room.folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    name = "José Läst Fürst"
    files = {
        moodle_name("Ada Lovelace", 9001, "one.ipynb"): answered(room, "one"),
        moodle_name("Ada Lovelace", 9001, "two.ipynb"): answered(room, "two"),
        moodle_name("Emmy Noether", 9002, "mine.ipynb"): answered(room, "one", wrong=True),
        moodle_name(name, 9003, "one.ipynb"): answered(room, "one"),
    }
    zipped(room.folder / "x.zip", files)
    lines = [
        (9001, "Ada Lovelace", "x@x.org"),
        (9003, name, "jose@example.org"),
        (9002, "Emmy Noether", ""),
        (9, "T", ""),
    ]
    worksheet(room.folder / "grades.csv", lines)
    options = ("--roster=roster.csv", "--worksheet=grades.csv")
    room.run("backprop_course.cli", "collect", "x.zip", ASSIGNMENT, *options)
    room.grade()
    points_by_hand(room, "ada", "emmy")
    return room


def table_in(folder, named=True):
    with (folder / "grades.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, None if named else range(6)))


def moodle_reads(path):
    """What `assignfeedback_offline_grade_importer` takes: a grade by the number after the word Participant."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(rows[0])
    skipped = {"", None}
    return {
        int(row["Identifier"].removeprefix("Participant ")): float(row["Grade"])
        for row in rows
        if row["Grade"] not in skipped
    }


def moodle_places(name, participants):
    """Whose a feedback file is to `assignfeedback_file_zip_importer`, and what it is called then."""
    parts = ["import", *name.split("/")]
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) >= 4 and info[1].isdigit() and int(info[1]) in participants:
            assert (info[2], info[3]) == ("assignsubmission", "file")
            return int(info[1]), "/".join([*info[4:], *parts])
    return None


def canvas_places(name):
    """User and file that `infer_comment_context_from_filename` finds."""
    numbers = [part for part in name.split("_") if part != "LATE" and re.fullmatch(r"\d+", part)]
    return tuple(map(int, numbers[:2]))


def test_moodle_gets_its_worksheet_and_pages_that_it_can_place(graded, capsys, monkeypatch):
    monkeypatch.chdir(graded.folder)
    assert main(["return", ASSIGNMENT, "--to", "moodle"]) == 2
    said = capsys.readouterr().out
    folder = graded.folder / "returned" / ASSIGNMENT
    with graded.gradebook() as gradebook:
        scores = {id: gradebook.find_submission(ASSIGNMENT, id).score for id in PEOPLE}
    assert moodle_reads(folder / "grades.csv") == {9001: scores["ada"], 9002: scores["emmy"]}
    assert "1  left out, because something waits for a grade by hand" in said
    assert "José Läst Fürst (jose)" in said
    with zipfile.ZipFile(folder / "feedback.zip") as archive:
        placed = [moodle_places(name, {9001, 9002, 9003}) for name in archive.namelist()]
        page = archive.read(archive.namelist()[0]).decode()
    assert sorted(placed) == [(9001, "one.html"), (9001, "two.html"), (9002, "one.html")]
    assert "split-forward" in page
    rows = table_in(folder)
    assert rows[0]["Feedback comments"].startswith("split-forward: 9 of 9; ")
    assert (rows[1]["Grade"], rows[1]["Feedback comments"], rows[3]["Grade"]) == ("", "", "")


def test_canvas_gets_a_table_with_its_own_numbers_and_pages_that_it_can_place(graded, tmp_path, capsys, monkeypatch):
    room = graded.copy(tmp_path / "class")
    monkeypatch.chdir(room.folder)
    files = {
        canvas_name("Lovelace, Ada", 101, 7001, "one.ipynb"): answered(room, "one"),
        canvas_name("Lovelace, Ada", 101, 7002, "two-1.ipynb", late=True): answered(room, "two"),
        canvas_name("Läst Fürst, José", 103, 7003, "one.ipynb"): answered(room, "one"),
    }
    assert main(["collect", str(zipped(room.folder / "c.zip", files)), ASSIGNMENT]) == 0
    assert main(["return", ASSIGNMENT, "--to", "canvas", "--partial", "--column", "Small (4711)"]) == 0
    said = capsys.readouterr().out
    folder = room.folder / "returned" / ASSIGNMENT
    header, most, *rows = [[*row.values()] for row in table_in(folder, named=False)]
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Small (4711)"]
    assert most == ["Points Possible", "", "", "", "", "20"]
    assert [row[:4] for row in rows] == [
        ["Lovelace, Ada", "101", "", "ada"],
        ["Noether, Emmy", "102", "", "emmy"],
        ["Läst Fürst, José", "103", "", "jose"],
    ]
    assert all(float(row[5]) > 0 for row in rows)
    with zipfile.ZipFile(folder / "feedback.zip") as archive:
        assert sorted(map(canvas_places, archive.namelist())) == [(101, 7001), (101, 7002), (103, 7003)]
    assert "without a page in feedback.zip: emmy" in said


def test_canvas_gets_no_line_of_whom_a_human_has_to_grade(graded, capsys, monkeypatch):
    monkeypatch.chdir(graded.folder)
    assert main(["return", ASSIGNMENT, "--to", "canvas"]) == 2
    assert "--column 'Title there (4711)'" in capsys.readouterr().out
    rows = table_in(graded.folder / "returned" / ASSIGNMENT)
    assert [row["SIS Login ID"] for row in rows] == ["", "ada", "emmy"]


@pytest.mark.parametrize(
    ("to", "spoil", "why"),
    [
        ("moodle", lambda folder: (folder / "worksheet.csv").unlink(), "grading worksheet"),
        ("canvas", lambda folder: (folder / "collected.json").write_text("["), "collect once"),
    ],
)
def test_what_is_missing_on_the_way_back_is_said(graded, tmp_path, capsys, monkeypatch, to, spoil, why):
    room = graded.copy(tmp_path / "class")
    monkeypatch.chdir(room.folder)
    spoil(room.folder / "downloaded" / ASSIGNMENT)
    assert main(["return", ASSIGNMENT, "--to", to]) == 1
    assert why in capsys.readouterr().err


def test_where_everything_waits_nothing_goes_back(released, tmp_path, capsys, monkeypatch):
    room = released.copy(tmp_path / "class")
    monkeypatch.chdir(room.folder)
    assert main(["return", ASSIGNMENT, "--to", "canvas"]) == 1
    assert "has been graded" in capsys.readouterr().err
    room.hand_in("ada")
    room.grade()
    assert main(["return", ASSIGNMENT, "--to", "canvas"]) == 1
    assert "for all 1 who are graded, something waits" in capsys.readouterr().err


class Given:
    """A standing with so many points."""

    penalty, waiting = 0.0, ()

    def __init__(self, score):
        self.score, self.points = score, {}


def filled(tmp_path, lines, origins, given, maximum):
    table = moodle.read_worksheet(worksheet(tmp_path / "w.csv", lines, maximum))
    return grades.for_moodle(table, origins, {}, given, 20)


def test_another_maximum_in_moodle_scales_the_grades_and_is_told(tmp_path):
    made = filled(tmp_path, [(1, "Ada", "ada")], {"ada": Origin("moodle", "1", "Ada")}, {"ada": Given(15)}, 100)
    assert (made.rows[1][4], made.scaled) == ("75.00", (20, 100))


def test_more_than_the_maximum_is_the_maximum_which_moodle_would_skip(tmp_path):
    made = filled(tmp_path, [(1, "Ada", "ada")], {"ada": Origin("moodle", "1", "Ada")}, {"ada": Given(21)}, 20)
    assert (made.rows[1][4], made.capped) == ("20.00", ["ada"])


def test_a_groups_number_is_not_taken_for_somebodys(tmp_path):
    origins = {"ada": Origin("moodle", "1", "Team A"), "bob@x.org": Origin("folder", "", "bob@x.org")}
    lines = [(1, "Bob Babbage", "bob@x.org"), (2, "Ada", "ada")]
    made = filled(tmp_path, lines, origins, {"ada": Given(15), "bob@x.org": Given(3)}, 20)
    assert [row[4] for row in made.rows[1:]] == ["3.00", "15.00"]


def test_a_scale_in_moodle_is_refused(tmp_path):
    table = moodle.read_worksheet(worksheet(tmp_path / "w.csv", [(1, "Ada", "ada")]))
    table.rows[0]["Maximum grade"] = "Good\nBad"
    with pytest.raises(CourseError, match="by a scale"):
        grades.for_moodle(table, {"ada": Origin("moodle", "1", "Ada")}, {}, {"ada": Given(1)}, 20)


@pytest.mark.parametrize(("exporter", "column", "score"), [("Canvas", 3, 5), ("Moodle", 0, 5)])
def test_nbgraders_export_leaves_a_grade_empty_that_a_human_has_to_complete(graded, tmp_path, exporter, column, score):
    to = tmp_path / "lms.csv"
    graded.run("nbgrader", "export", f"--exporter=backprop_course.lms.exporters.{exporter}Exporter", f"--to={to}")
    with to.open(encoding="utf-8", newline="") as file:
        found = {row[column]: row[score] for row in csv.reader(file)}
    assert found["jose"] == ""
    assert float(found["ada"]) > 0


@pytest.mark.parametrize(
    "exporter", ["lms.exporters.CanvasExporter", "lms.exporters.MoodleExporter", "grading.table.TableExporter"]
)
def test_nbgraders_export_waits_a_minute_for_a_locked_gradebook(graded, tmp_path, exporter):
    module, name = f"backprop_course.{exporter}".rsplit(".", 1)
    with Gradebook(graded.url) as gradebook:
        gradebook.db.execute(text("PRAGMA busy_timeout = 5000"))  # SQLite's own
        made = getattr(import_module(module), name)()
        made.to = str(tmp_path / "table.csv")
        made.export(gradebook)
        assert gradebook.db.execute(text("PRAGMA busy_timeout")).scalar() == 60_000
