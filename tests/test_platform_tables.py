"""What learning platforms and spreadsheets write is read: names of files, rosters, worksheets."""

from pathlib import PurePosixPath

import pytest
from downloads import ROSTER

from backprop_course.errors import CourseError
from backprop_course.grading import csvfile
from backprop_course.lms import canvas, moodle
from backprop_course.lms.people import read_roster


@pytest.mark.parametrize(
    ("lms", "path", "name", "number", "inner", "prefix"),
    [
        (moodle, "Ada Lovelace_12_assignsubmission_file_/sub/one.ipynb", "Ada Lovelace", "12", "sub/one.ipynb",
         "Ada Lovelace_12_assignsubmission_file_/"),
        (moodle, "x/Ada_12_assignsubmission_file_a_b_c.ipynb", "Ada", "12", "a_b_c.ipynb",
         "Ada_12_assignsubmission_file_"),
        (moodle, "Ada_12_assignsubmission_onlinetext/onlinetext.html", "Ada", "12", "onlinetext.html",
         "Ada_12_assignsubmission_onlinetext/"),
        (canvas, "noetheremmy_LATE_12_34_a_5_b.ipynb", "noetheremmy", "12", "a_5_b.ipynb", "noetheremmy_LATE_12_34_"),
        (canvas, "von_neumann_12_34_one.ipynb", "von_neumann", "12", "one.ipynb", "von_neumann_12_34_"),
        (canvas, "noetheremmy_12_text.html", "noetheremmy", "12", "text.html", "noetheremmy_12_"),
        (canvas, "noetheremmy_12_link.html", "noetheremmy", "12", "link.html", "noetheremmy_12_"),
    ],
)  # fmt: skip
def test_a_platforms_names_are_taken_apart(lms, path, name, number, inner, prefix):
    found = lms.handed_in(PurePosixPath(path))
    assert (found.name, found.number, found.inner.as_posix(), found.prefix) == (name, number, inner, prefix)


@pytest.mark.parametrize("path", ["one.ipynb", "ada/one.ipynb", "Ada_assignsubmission_file_one.ipynb", "ada_1.ipynb"])
def test_other_names_are_no_platforms(path):
    assert moodle.handed_in(PurePosixPath(path)) is None
    assert canvas.handed_in(PurePosixPath(path)) is None


@pytest.mark.parametrize(
    "content",
    [
        ROSTER.encode("utf-8-sig"),
        ROSTER.replace(",", ";").encode("cp1252"),
        ROSTER.replace(",", "\t").encode("utf-16"),
        ("\n" + ROSTER).replace("\n", "\r\n").encode(),
        ROSTER.replace("id,", "Username,").replace("first_name,last_name", "First name,Last name").encode(),
    ],
)
def test_a_roster_is_read_whatever_saved_it(tmp_path, content):
    (tmp_path / "r.csv").write_bytes(content)
    students = {one.id: one for one in read_roster(tmp_path / "r.csv")}
    assert sorted(students) == ["ada", "emmy", "jose", "sam1", "sam2"]
    assert students["jose"].last_name == "Läst Fürst"


def test_canvas_own_table_is_a_roster(tmp_path):
    (tmp_path / "r.csv").write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,One (5)\n    Points Possible,,,,,16\n"
        '"Lovelace, Ada",101,,ada,A,\n"Student, Test",999,,,A,\n'
    )
    [ada] = read_roster(tmp_path / "r.csv")
    assert (ada.id, ada.lms_id, ada.first_name, ada.last_name) == ("ada", "101", "Ada", "Lovelace")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("name,mail\nAda,a@x.org\n", "has no column `id`"),
        ("id\nada\nAda\n", "line 3: the id 'Ada' is there twice, first in line 2"),
        ("id,last_name\n,Ada\n", "line 2: there is no id"),
        ("id\n../../ada\n", "cannot be the name of a student's folder"),
        ("id\n", "names no students"),
        ("PK\x03\x04\0\0", "is no CSV file"),
    ],
)
def test_a_roster_that_cannot_be_read_is_told_with_its_line(tmp_path, text, why):
    (tmp_path / "r.csv").write_text(text)
    with pytest.raises(CourseError, match=why.replace("(", r"\(")):
        read_roster(tmp_path / "r.csv")


def test_a_worksheet_in_another_language_is_told(tmp_path):
    (tmp_path / "w.csv").write_text("ID,Vollständiger Name,Bewertung\n", encoding="utf-8")
    with pytest.raises(CourseError, match="Set your language in Moodle to English"):
        moodle.read_worksheet(tmp_path / "w.csv")


def test_what_was_written_for_a_spreadsheet_is_read_back_as_it_was(tmp_path):
    csvfile.write(tmp_path / "t.csv", [["a"], ["=1+1"], ["it's"]], for_people=True)
    assert [row["a"] for row in csvfile.read(tmp_path / "t.csv").rows] == ["=1+1", "it's"]
