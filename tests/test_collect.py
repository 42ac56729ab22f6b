"""What a class handed in on a learning platform gets to where grading finds it, or it is said why not."""

import csv
import io
import json
import struct
import unicodedata
import zipfile
from datetime import datetime, timedelta

import nbformat
import pytest
from classroom import ANSWERS, ASSIGNMENT, solved
from downloads import ROSTER, canvas_name, moodle_name, worksheet, zipped

from backprop_course.cli import main
from backprop_course.lms import download


@pytest.fixture
def room(released, tmp_path, monkeypatch):
    room = released.copy(tmp_path / "class")
    monkeypatch.chdir(room.folder)
    (room.folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return room


@pytest.fixture(scope="session")
def answered(released):
    """An answered notebook as its file."""
    notebook = released.released("one")
    for cell in notebook.cells:
        cell.source = solved(ANSWERS[cell.id]) if cell.id in ANSWERS else cell.source
    return nbformat.writes(notebook).encode()


@pytest.fixture
def collect(room, capsys):
    """The command's exit status and what it said."""

    def collect(files, *options, status=0, roster=True, **when):
        path = zipped(room.folder / "x.zip", files, **when) if isinstance(files, dict) else files
        given = ["--roster", "roster.csv"] if roster else []
        done = main(["collect", str(path), ASSIGNMENT, *given, *map(str, options)])
        said = capsys.readouterr()
        assert done == status, said
        return said.out + (said.err if status == 1 else "")

    return collect


def here(room):
    folder = room.folder / "submitted"
    return {
        path.relative_to(folder).as_posix().replace(f"/{ASSIGNMENT}/", ":"): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("folders", [True, False])
def test_moodles_files_get_to_whom_their_name_says(room, collect, folders):
    said = collect(
        {
            moodle_name("Ada Lovelace", 9001, "one.ipynb", folders): b"ada's",
            moodle_name("Ada Lovelace", 9001, "two.ipynb", folders): b"hers, too",
            moodle_name("José Läst Fürst", 9003, "one.ipynb", folders): b"his",
        }
    )
    assert here(room) == {"ada:one.ipynb": b"ada's", "ada:two.ipynb": b"hers, too", "jose:one.ipynb": b"his"}
    assert "named as Moodle does" in said
    assert "2  collected" in said
    assert "Handed in nothing:\n  Emmy Noether (emmy)\n  Sam Smith (sam1)\n  Sam Smith (sam2)" in said


def test_canvas_files_get_to_whom_their_number_says_and_the_newest_attempt_counts(room, collect):
    said = collect(
        {
            canvas_name("Lovelace, Ada", 101, 7001, "one.ipynb"): b"first",
            canvas_name("Lovelace, Ada", 101, 7009, "one-1.ipynb", late=True): b"second",
            canvas_name("Läst Fürst, José", 103, 7002, "one (1).ipynb"): b"his",
            canvas_name("Smith, Sam", 105, 7003, "two.ipynb"): b"the second Sam's",
            canvas_name("Noether, Emmy", 102, 7004, "photo_of_1_2.png"): b"hers",
        }
    )
    assert here(room) == {
        "ada:one.ipynb": b"second",
        "jose:one.ipynb": b"his",
        "sam2:two.ipynb": b"the second Sam's",
        "emmy:photo_of_1_2.png": b"hers",
    }
    assert "1  of these, late, says Canvas" in said


def test_a_plain_folder_has_one_for_each_student(room, collect, answered):
    for path in ("ada/one.ipynb", f"emmy@example.org/{ASSIGNMENT}/one.ipynb", "José Läst Fürst/deeper/one.ipynb"):
        (room.folder / "in" / "class" / path).parent.mkdir(parents=True)
        (room.folder / "in" / "class" / path).write_bytes(answered)
    collect(room.folder / "in")
    assert sorted(here(room)) == ["ada:one.ipynb", "emmy:one.ipynb", "jose:deeper/one.ipynb"]


def test_a_file_with_a_students_name_is_theirs(room, collect):
    collect({"in/ada_one.ipynb": b"hers", "in/emmy-two.ipynb": b"hers, too"})
    assert here(room) == {"ada:one.ipynb": b"hers", "emmy:two.ipynb": b"hers, too"}


def test_who_is_not_certain_is_asked_about_and_the_answer_holds_from_then_on(room, collect):
    files = {
        moodle_name("Sam Smith", 9004, "one.ipynb"): b"one of them",
        moodle_name("Nobody Known", 9009, "one.ipynb"): b"whose?",
        moodle_name("Team A", 9010, "one.ipynb"): b"theirs",
    }
    said = collect(files, status=2)
    assert here(room) == {}
    assert "Sam Smith (9004): could be sam1 or sam2" in said
    assert "Nobody Known (9009): nobody in the class is called so" in said
    path = room.folder / "downloaded" / ASSIGNMENT / "unplaced.csv"
    table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    ids = {"9004": "sam2", "9009": "", "9010": "ada; emmy"}
    rows = [table[0], *([*row[:4], ids[row[1]]] for row in table[1:])]
    path.write_text("".join(";".join(f'"{cell}"' for cell in row) + "\n" for row in rows))  # as a spreadsheet saves it
    collect(files, status=2)
    assert here(room) == {"sam2:one.ipynb": b"one of them", "ada:one.ipynb": b"theirs", "emmy:one.ipynb": b"theirs"}
    collect(files, status=2)
    assert sorted(here(room)) == ["ada:one.ipynb", "emmy:one.ipynb", "sam2:one.ipynb"]


def test_two_who_are_called_the_same_are_both_asked_about(room, collect):
    said = collect(
        {moodle_name("Ada Lovelace", 1, "one.ipynb"): b"a", moodle_name("Lovelace Ada", 2, "one.ipynb"): b"b"},
        status=2,
    )
    assert here(room) == {}
    assert said.count("could be ada, but that is not certain") == 2


def test_a_name_that_fits_is_not_believed_where_the_number_says_another(room, collect):
    said = collect({canvas_name("Lovelace, Ada", 999, 7001, "one.ipynb"): b"another Ada's"}, status=2)
    assert here(room) == {}
    assert "lovelaceada (999): could be ada, but that is not certain" in said


def test_the_worksheet_knows_e_mails_and_dates(room, collect):
    table = worksheet(
        room.folder / "grades.csv", [(9004, "Sam Smith", "sam2@example.org"), (9005, "S. S.", "sam1@example.org")]
    )
    collect(
        {moodle_name("Sam Smith", 9004, "one.ipynb"): b"2", moodle_name("Sam Smith", 9005, "one.ipynb"): b"1"},
        "--worksheet",
        table,
    )
    when = datetime(2026, 11, 19, 8, 5).astimezone()
    found = here(room)
    assert (found["sam2:one.ipynb"], found["sam1:one.ipynb"]) == (b"2", b"1")
    clock = datetime.strptime(found["sam1:timestamp.txt"].decode().strip() + "+0000", "%Y-%m-%d %H:%M:%S UTC%z")
    assert clock == when


def test_the_dates_of_a_download_made_in_one_go_say_nothing_of_handing_in(room, collect):
    files = {moodle_name("Ada Lovelace", 1, "one.ipynb"): b"a", moodle_name("Emmy Noether", 2, "one.ipynb"): b"b"}
    assert "When they came is not known" in collect(files, step=timedelta(seconds=2))
    assert sorted(here(room)) == ["ada:one.ipynb", "emmy:one.ipynb"]
    assert "When they came is not known" not in collect(files, step=timedelta(hours=5))
    assert here(room)["ada:timestamp.txt"] != here(room)["emmy:timestamp.txt"]


def test_a_students_own_timestamp_says_nothing(room, collect):
    collect(
        {moodle_name("Ada Lovelace", 1, name): b"2020-01-01 00:00:00 UTC" for name in ("one.ipynb", "timestamp.txt")}
    )
    assert sorted(here(room)) == ["ada:one.ipynb"]


def test_a_newer_attempt_replaces_an_older_one_which_is_kept(room, collect):
    def file(number, content):
        return {canvas_name("Lovelace, Ada", 101, number, "one.ipynb"): content}

    collect(file(5, b"first"))
    assert "1  of these, as they were" in collect(file(5, b"first"))
    assert "instead of an older attempt" in collect(file(7, b"second"))
    assert "what is there is newer" in collect(file(5, b"first"))
    assert here(room) == {"ada:one.ipynb": b"second"}
    earlier = room.folder / "downloaded" / ASSIGNMENT / "earlier" / "ada"
    assert [path.read_bytes() for path in earlier.rglob("*.ipynb")] == [b"first"]


def test_several_downloads_are_one(room, capsys):
    old = zipped(room.folder / "old.zip", {moodle_name("Ada Lovelace", 1, "one.ipynb"): b"old"})
    new = zipped(
        room.folder / "new.zip", {moodle_name("Ada Lovelace", 1, "one.ipynb"): b"new"}, when=datetime(2026, 11, 20)
    )
    assert main(["collect", str(new), str(old), ASSIGNMENT, "--roster", "roster.csv"]) == 0
    assert here(room) == {"ada:one.ipynb": b"new"}


def test_without_a_roster_everybody_who_hands_in_is_of_the_class(room, collect):
    collect({moodle_name("Ada Lovelace", 1, "one.ipynb"): b"a"}, roster=False)
    collect({canvas_name("Noether, Emmy", 102, 7, "one.ipynb"): b"e"}, roster=False)
    assert sorted(here(room)) == ["102:one.ipynb", "Ada Lovelace:one.ipynb"]


def test_the_gradebook_keeps_the_roster(room, collect):
    collect({moodle_name("Ada Lovelace", 1, "one.ipynb"): b"a"})
    assert "Handed in nothing:\n  Emmy Noether (emmy)" in collect(
        {moodle_name("Ada Lovelace", 1, "one.ipynb"): b"a"}, roster=False
    )


def test_a_zip_that_a_student_handed_in_is_unpacked(room, collect):
    inner = io.BytesIO()
    zipped(inner, {"one.ipynb": b"mine", "__MACOSX/._one.ipynb": b"", "deeper.zip": b"PK"})
    collect({moodle_name("Ada Lovelace", 1, "mine.zip"): inner.getvalue()})
    assert here(room) == {"ada:one.ipynb": b"mine", "ada:deeper.zip": b"PK"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (bytes(17 * 2**20), "one.ipynb has 17 MB; no more than 16 MB are taken"),
        (b"no zip", "mine.zip is no zip archive"),
    ],
)
def test_a_file_that_cannot_be_taken_stops_nobody_else(room, collect, content, why):
    name = "mine.zip" if content == b"no zip" else "one.ipynb"
    said = collect(
        {moodle_name("Ada Lovelace", 1, name): content, moodle_name("Emmy Noether", 2, "one.ipynb"): b"e"}, status=2
    )
    assert "emmy:one.ipynb" in here(room)
    assert "ada:one.ipynb" not in here(room)
    assert f"Ada Lovelace (ada): {why}" in said


def encrypted(content):
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + struct.pack("<H", struct.unpack("<H", content[at : at + 2])[0] | 1) + content[at + 2 :]


@pytest.mark.parametrize(
    ("names", "spoil", "why"),
    [
        (["../../etc/one.ipynb"], None, "climbs out of its folder"),
        (["/etc/one.ipynb"], None, "climbs out of its folder"),
        (["C:\\one.ipynb"], None, "climbs out of its folder"),
        (["ada\\..\\..\\one.ipynb"], None, "climbs out of its folder"),
        (["ada/one.ipynb"], encrypted, "is encrypted"),
        (["ada/one.ipynb"], lambda content: content[:50], "is no zip archive, or it is damaged"),
        (["__MACOSX/._x"], None, "holds no files"),
    ],
)
def test_an_archive_that_cannot_be_trusted_is_refused_and_nothing_is_collected(room, collect, names, spoil, why):
    path = zipped(
        room.folder / "x.zip",
        {"emmy/one.ipynb": b"e"} | dict.fromkeys(names, b"x")
        if spoil is None and "climbs" in why
        else dict.fromkeys(names, b"x"),
    )
    if spoil:
        path.write_bytes(spoil(path.read_bytes()))
    assert why in collect(path, status=1)
    assert here(room) == {}


def test_an_archive_that_would_fill_the_disk_is_refused(room, collect, monkeypatch):
    monkeypatch.setattr(download, "MOST_UNPACKED", 1000)
    assert "would unpack to more than" in collect({"ada/one.ipynb": bytes(600), "emmy/one.ipynb": bytes(600)}, status=1)
    assert here(room) == {}


def test_a_damaged_file_leaves_everything_as_it_was_for_its_student(room, collect):
    path = zipped(room.folder / "x.zip", {"ada/one.ipynb": b"0123456789" * 50, "emmy/one.ipynb": b"e"})
    content = bytearray(path.read_bytes())
    at = content.index(b"one.ipynb") + len("one.ipynb") + 2
    content[at : at + 4] = b"\0\xff\0\xff"
    path.write_bytes(content)
    assert "Ada Lovelace (ada): " in collect(path, status=2)
    assert here(room) == {"emmy:one.ipynb": b"e"}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("marked", [True, False])
def test_names_are_read_whatever_wrote_them(room, collect, form, marked):
    name = unicodedata.normalize(form, moodle_name("José Läst Fürst", 1, "one.ipynb"))
    path = zipped(room.folder / "x.zip", {name: b"his"})
    if not marked:  # as many programs write it: UTF-8, and no mark that says so
        path.write_bytes(path.read_bytes().replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00"))
        with zipfile.ZipFile(path) as archive:
            assert archive.namelist() != [name]
    collect(path)
    assert here(room) == {"jose:one.ipynb": b"his"}


def test_names_in_the_letters_of_ms_dos_are_read(room, collect):
    name = moodle_name("José Läst Fürst", 1, "one.ipynb")
    path = zipped(room.folder / "x.zip", {name.replace("é", "e").replace("ä", "a").replace("ü", "u"): b"his"})
    raw = name.encode("cp437")
    path.write_bytes(path.read_bytes().replace(b"Jose Last Furst_1_assignsubmission_file/one.ipynb", raw))
    collect(path)
    assert here(room) == {"jose:one.ipynb": b"his"}


def test_anonymous_files_are_nobodys_until_somebody_says_whose(room, collect):
    said = collect({"anon_x7Yb2_55_one.ipynb": b"?", "LATE_anon_q1_56_one.ipynb": b"?"}, status=2)
    assert here(room) == {}
    assert "anon_x7Yb2: nobody in the class is called so" in said


def test_an_unknown_assignment_is_refused_before_anything_is_read(room, capsys):
    assert main(["collect", "nowhere.zip", "smal"]) == 1
    assert "The gradebook has no assignment 'smal'" in capsys.readouterr().err


def test_where_each_came_from_is_kept_for_the_way_back(room, collect):
    collect({moodle_name("Ada Lovelace", 9001, "one.ipynb"): b"a"})
    found = json.loads((room.folder / "downloaded" / ASSIGNMENT / "collected.json").read_text())
    assert found["ada"]["number"] == "9001"
    assert found["ada"]["prefixes"] == {"one.ipynb": "Ada Lovelace_9001_assignsubmission_file/"}
