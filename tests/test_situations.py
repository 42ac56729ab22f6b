"""Every situation of a class, graded once: what should come stands beside what comes."""

import copy
import csv
import json
import os
import re
import shutil
import sqlite3
import threading
from contextlib import contextmanager

import pytest
from classroom import Classroom
from nbgrader.api import Gradebook
from sqlalchemy import text

from backprop_course.cli import main
from backprop_course.errors import CourseError
from backprop_course.grading import fitting, open_gradebook
from backprop_course.grading.class_folder import find_course
from backprop_course.grading.demo import answer, solutions_of
from backprop_course.grading.failures import failures
from backprop_course.grading.fitting import refuse_what_does_not_fit, release_mark
from backprop_course.grading.folders import noted
from backprop_course.grading.gradebook import Book
from backprop_course.grading.released import ReleasedCell, ReleasedNotebook
from backprop_course.grading.standings import students
from backprop_course.grading.summary import Before, Result, status
from backprop_course.grading.unmarked import FINGERPRINTS

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="submissions cannot be kept apart here")

A, NAME = "02_chain_network", "chain_network.ipynb"
POINTS = {"chain-forward-check": 14, "chain-cache-check": 1, "chain-gradients-check": 0}
"""What the instructor has changed in the release."""


def at(notebook, grade_id):
    roles = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
    return roles.index(grade_id)


class Situations:
    """A class in which everything happens, graded by one command."""

    def __init__(self, folder):
        assert main(["new-class", str(folder)]) == 0
        self.room = Classroom(folder)
        path = folder / "notebooks" / A / NAME
        source = json.loads(path.read_text())
        for name, points in POINTS.items():
            source["cells"][at(source, name)]["metadata"]["nbgrader"]["points"] = points
        path.write_text(json.dumps(source))
        self.room.run("nbgrader", "generate_assignment", A)
        self.release = json.loads((folder / "release" / A / NAME).read_text())
        self.solutions = solutions_of(path)

    def good(self):
        made = copy.deepcopy(self.release)
        answer(made, self.solutions)
        return made

    def put(self, student, notebook, name=NAME):
        path = self.room.folder / "submitted" / student / A / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook))

    def scores(self, student):
        with self.room.gradebook() as book:
            return {
                grade.name: (grade.auto_score, bool(grade.needs_manual_grade))
                for grade in book.find_submission(A, student).notebooks[0].grades
            }


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    here = Situations(tmp_path_factory.mktemp("situations") / "class")
    here.put("right", here.good())
    wrong = here.good()
    wrong["cells"][at(wrong, "chain-cache")]["source"] += "\nC_3 = 99"
    here.put("one-wrong", wrong)
    for name in ("chain_network (1).ipynb", "Copy of chain_network.ipynb", "chain_network.IPYNB", "deep/x.ipynb"):
        here.put(f"renamed-{name.split('.')[0].split('/')[0].replace(' ', '')}-{name[-5:]}", here.good(), name)
    here.put("two-files", here.good(), "a.ipynb")
    here.put("two-files", here.good(), "b.ipynb")
    here.put("page", "<html>", "chain_network.html")
    other = {"cell_type": "code", "id": "s", "metadata": {}, "source": 'check("split-forward")', "outputs": []}
    here.put("other-week", {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [other]})
    beside = here.good()
    place = at(beside, "chain-why-cache")
    beside["cells"][place] = copy.deepcopy(here.release["cells"][place])
    unanswered = copy.deepcopy(beside)
    own = {"cell_type": "markdown", "id": "own", "metadata": {}, "source": "Because the backward pass needs it."}
    beside["cells"].insert(place + 1, own)
    here.put("beside", beside)
    here.put("unanswered", unanswered)
    lost = here.good()
    for cell in lost["cells"]:
        cell["metadata"] = {}
    here.put("lost", lost)
    here.put("utf-16", {})
    (here.room.folder / "submitted" / "utf-16" / A / NAME).write_text(json.dumps(here.good()), encoding="utf-16")
    shutil.copytree(here.room.folder, here.room.folder.with_name("by-nbgrader"))
    here.said, _ = here.room.run("backprop_course.cli", "grade", f"{A}/", status=1)
    return here


@pytest.fixture(scope="module")
def by_nbgrader(graded):
    """The same class, graded by nbgrader's own command."""
    here = copy.copy(graded)
    here.room = Classroom(graded.room.folder.with_name("by-nbgrader"))
    _, here.said = here.room.run("nbgrader", "autograde", A, status=1)
    return here


def test_points_of_the_release_scale_the_verdict(graded):
    right, wrong = graded.scores("right"), graded.scores("one-wrong")
    assert {name: right[name][0] for name in POINTS} == POINTS
    assert wrong["chain-cache-check"][0] == pytest.approx(2 / 3)


def test_the_verdict_says_the_points_of_the_release(graded):
    text = (graded.room.folder / "autograded" / "right" / A / NAME).read_text()
    assert "chain-forward: 14 of 14 points" in text
    assert "chain-cache: 1 of 1 point" in text


def test_renamed_files_are_taken_and_flagged(graded):
    renamed = [path.name for path in (graded.room.folder / "submitted").glob("renamed-*")]
    assert len(renamed) == 4
    for student in renamed:
        assert graded.scores(student) == graded.scores("right")
        assert re.search(rf"{re.escape(student)}: renamed: .* was taken for {NAME}", graded.said)


@pytest.mark.parametrize(
    ("student", "why"),
    [
        ("two-files", f"a.ipynb and b.ipynb could both be {NAME}; leave one"),
        ("page", "there is chain_network.html (an HTML page; ask for the .ipynb)"),
        ("other-week", "holds none of chain_network's cells; it looks like split_network"),
    ],
)
def test_what_cannot_be_graded_says_why_in_the_terminal_and_the_report(graded, student, why):
    assert f"{student}: " in graded.said
    assert why in graded.said
    assert why in failures(graded.room.folder, A)[student]
    assert all(score is None and waits for score, waits in graded.scores(student).values())


def test_the_report_says_why_too(graded):
    graded.room.run("backprop_course.cli", "report", A)
    page = (graded.room.folder / "reports" / f"{A}.html").read_text()
    with (graded.room.folder / "reports" / f"{A}.csv").open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert "it looks like split_network" in page
    assert "it looks like split_network" in rows["other-week"]["notes"]
    assert "cells-recognised: chain_network: cells have lost nbgrader's metadata" in rows["lost"]["flags"]
    assert f"was taken for {NAME}" in page


def test_a_written_answer_beside_the_stub_waits_for_a_human_and_none_at_all_does_not(graded):
    assert graded.scores("beside")["chain-why-cache"] == (None, True)
    assert graded.scores("unanswered")["chain-why-cache"] == (0, False)


def test_lost_metadata_costs_no_points(graded):
    assert graded.scores("lost") == graded.scores("right")


def test_nbgraders_autograde_takes_the_same_files_and_gives_the_same_points(graded, by_nbgrader):
    everybody = sorted(path.name for path in (graded.room.folder / "submitted").iterdir())
    assert {name: by_nbgrader.scores(name) for name in everybody} == {name: graded.scores(name) for name in everybody}
    failed = {"two-files", "page", "other-week"}
    for name in set(everybody) - failed:
        flags = [noted(one.room.folder / "autograded" / name / A, NAME[:-6])["flags"] for one in (by_nbgrader, graded)]
        assert flags[0] == flags[1]
    assert failures(by_nbgrader.room.folder, A) == failures(graded.room.folder, A)
    assert failures(graded.room.folder, A).keys() == failed
    assert "renamed:  Copy of chain_network.ipynb was taken for chain_network.ipynb" in by_nbgrader.said
    assert "there is chain_network.html (an HTML page; ask for the .ipynb)" in by_nbgrader.said


@pytest.fixture
def room(graded, tmp_path, monkeypatch):
    """The class again, only for what is right, to go on with."""
    folder = tmp_path / "class"
    shutil.copytree(graded.room.folder, folder)
    for path in (folder / "submitted").iterdir():
        if path.name != "right":
            shutil.rmtree(path)
    monkeypatch.chdir(folder)
    here = copy.copy(graded)
    here.room = Classroom(folder)
    return here


def grade(capsys, *arguments):
    code = main(["grade", A, "--workers=1", *arguments])
    return code, capsys.readouterr().out


def test_another_file_without_a_timestamp_is_graded_again_and_its_feedback_is_gone(room, capsys):
    page = find_course().feedback("right", A) / "chain_network.html"
    page.parent.mkdir(parents=True)
    page.write_text("Score: 9")
    assert "1  graded before" in grade(capsys)[1]
    assert page.exists()
    worse = room.good()
    worse["cells"][at(worse, "chain-cache")]["source"] += "\nC_3 = 99"
    room.put("right", worse)
    assert "1  graded" in grade(capsys)[1]
    assert room.scores("right")["chain-cache-check"][0] == pytest.approx(2 / 3)
    assert not page.exists()


def test_nbgraders_autograde_grades_another_file_without_a_timestamp_again_and_its_feedback_is_gone(room):
    page = find_course().feedback("right", A) / "chain_network.html"
    page.parent.mkdir(parents=True)
    page.write_text("Score: 9")
    with room.room.gradebook() as book:
        book.update_or_create_assignment(A, duedate="2026-11-20 12:00:00")
    said = room.room.run("nbgrader", "autograde", A)[1]
    assert "Skipping existing assignment" in said
    assert "right: graded by an earlier release (other tests, points or due date); --force" in said
    assert page.exists()
    (room.room.folder / "submitted" / "right" / A / NAME).unlink()
    worse = room.good()
    worse["cells"][at(worse, "chain-cache")]["source"] += "\nC_3 = 99"
    room.put("right", worse, "chain_network-1.ipynb")
    assert "right has handed in anew" in room.room.run("nbgrader", "autograde", A)[1]
    assert room.scores("right")["chain-cache-check"] == (pytest.approx(2 / 3), False)
    assert not page.exists()


def test_a_damaged_resubmission_has_no_points_of_the_one_before_and_waits(room, capsys):
    room.put("right", {"cells": []})
    assert grade(capsys)[0] == 1
    assert set(room.scores("right").values()) == {(None, True)}


def test_another_picture_beside_the_notebook_is_graded_again(room, capsys):
    beside = find_course().submitted("right", A)
    assert "1  graded before" in grade(capsys)[1]
    for change in (lambda at: at.write_bytes(b"one"), lambda at: at.write_bytes(b"two"), lambda at: at.unlink()):
        change(beside / "photo.png")
        assert "1  graded before" not in grade(capsys)[1]
        assert "1  graded before" in grade(capsys)[1]


def test_after_force_points_by_hand_stay_and_only_changed_answers_go_back(room, capsys):
    for force, again in ((room.good(), False), (room.good(), True)):
        with room.room.gradebook() as book:
            row = book.find_grade("chain-why-cache", "chain_network", A, "right")
            row.manual_score, row.needs_manual_grade = 2.5, False
            book.db.commit()
        if again:
            force["cells"][at(force, "chain-why-cache")]["source"] = "Another answer."
        room.put("right", force)
        grade(capsys, "--force")
        assert room.scores("right")["chain-why-cache"][1] == again


def test_grades_of_an_earlier_release_are_told(room, capsys):
    with room.room.gradebook() as book:
        book.update_or_create_assignment(A, duedate="2026-11-20 12:00:00")
    assert "Graded by an earlier release (other tests, points or due date)" in grade(capsys)[1]
    grade(capsys, "--force")
    assert "earlier release" not in grade(capsys)[1]


def test_the_exit_status_says_whether_a_human_is_needed(room, capsys):
    assert grade(capsys)[0] == 2
    with room.room.gradebook() as book:
        for row in book.find_submission(A, "right").notebooks[0].grades:
            row.needs_manual_grade = False
        book.db.commit()
    assert grade(capsys)[0] == 0
    assert status([Result("a", failed="x")], Before()) == 1


def test_a_release_by_a_version_with_other_numbers_is_refused_before_the_first_submission(room, capsys, monkeypatch):
    monkeypatch.setattr(fitting, "fingerprint", lambda exercise: "other")
    assert main(["grade", A]) == 1
    assert re.search(
        r"02_chain_network was released by version .*, whose chain-forward.* had other", capsys.readouterr().err
    )


def test_a_release_by_another_version_with_the_same_numbers_is_graded_and_that_is_told(room, capsys, monkeypatch):
    assert "was released by version" not in grade(capsys)[1]
    monkeypatch.setattr(fitting, "__version__", "9.0")
    assert re.search(
        r"02_chain_network was released by version 0\S+ of the course and is graded by 9\.0", grade(capsys)[1]
    )


def test_an_unknown_assignment_lists_what_is_there(room, capsys):
    assert main(["grade", "2_chain"]) == 1
    assert f"Released so far: {A}." in capsys.readouterr().err


def released(*sources, **more):
    cells = [ReleasedCell(f"c{n}", "code", text, True, None, 1.0) for n, text in enumerate(sources)]
    return ReleasedNotebook("one", tuple(cells), {}, **more)


def test_an_exercise_that_is_not_known_is_refused_with_the_closest_name():
    with pytest.raises(CourseError, match="'chain-forwrad' \\(did you mean 'chain-forward'"):
        refuse_what_does_not_fit("exam", [released('check("chain-forwrad")')])
    with pytest.raises(CourseError, match="did you mean 'split-deltas'"):
        release_mark("exam", ['x = given("split-delta")'])


def test_a_release_without_a_mark_is_compared_with_the_last_version_that_made_none(monkeypatch):
    monkeypatch.setitem(FINGERPRINTS, "split-deltas", "other")
    with pytest.raises(CourseError, match=r"an early version of the course .*, whose split-deltas had other numbers"):
        refuse_what_does_not_fit("03", [released('check("split-deltas")')])
    refuse_what_does_not_fit(
        "03", [released('check("split-deltas")', mark=release_mark("03", ['check("split-deltas")']))]
    )


@pytest.mark.parametrize(
    ("source", "gone"),
    [
        ("from backprop_course.gradcheck import check_gradients", "backprop_course.gradcheck.check_gradients"),
        ("import numpy as np\nimport backprop_course.regularisation as r", "backprop_course.regularisation"),
        ("from backprop_course import given, nets", "backprop_course.nets"),
        ("%matplotlib inline\nfrom backprop_course.gradcheck import *", "backprop_course.gradcheck"),
    ],
)
def test_a_release_whose_cells_import_what_is_gone_is_refused(source, gone):
    with pytest.raises(CourseError, match=rf"its cells import {gone}, which is not in this one"):
        refuse_what_does_not_fit("06", [released(source)])


@pytest.mark.parametrize(
    "source",
    [
        "from backprop_course import given, networks\nfrom backprop_course.core.functions import *\nimport other.gone",
        "try:\n    import backprop_course.gradcheck\nexcept ImportError:\n    pass",
    ],
)
def test_a_release_that_imports_what_is_there_is_not(source):
    refuse_what_does_not_fit("06", [released(source)])


@contextmanager
def locked(path, seconds):
    """A gradebook in which another program writes for so long."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")  # nobody else can even read
    release = threading.Timer(seconds, other.rollback)
    release.start()
    try:
        yield
    finally:
        release.cancel()
        release.join()
        other.close()


def test_a_locked_gradebook_is_waited_for_by_whoever_opens_reads_or_writes_it(room, capsys):
    url = f"{room.room.url}?timeout=0.05"  # what SQLite itself waits
    path = room.room.folder / "gradebook.db"
    with locked(path, 0.5):
        book = Book(url)
    with book:
        with locked(path, 0.5):
            assert [one.name for one in book.released(A, {})] == ["chain_network"]
        with locked(path, 0.5):
            assert "right" in book.students(A)
        with locked(path, 0.5):
            book.expect("new", A)
        assert "new" in book.students(A)
    assert capsys.readouterr().err.count("locked by another program; waiting for it") == 4


def test_nbgraders_own_commands_wait_a_minute_for_a_locked_gradebook(room):
    """Where they read a class's configuration; an address that says how long to wait is taken at its word."""
    find_course()
    waits = {}
    for url in (room.room.url, f"{room.room.url}?timeout=0.5"):
        with Gradebook(url) as book:
            waits[url] = book.db.execute(text("PRAGMA busy_timeout")).scalar()
    assert list(waits.values()) == [60_000, 500]


def test_whoever_reads_in_nbgraders_own_gradebook_waits_for_a_locked_one_too(room):
    with Book(f"{room.room.url}?timeout=0.05") as book:
        gradebook = book.nbgraders
        with locked(room.room.folder / "gradebook.db", 0.5):
            assert students(gradebook)


def test_a_gradebook_that_stays_locked_is_told(room, monkeypatch):
    monkeypatch.setattr(open_gradebook, "PATIENCE", 0.3)
    still = pytest.raises(CourseError, match=r"could not be written: .*database is locked")
    with Book(f"{room.room.url}?timeout=0.05") as book, locked(room.room.folder / "gradebook.db", 60), still:
        book.expect("new", A)


def score_in(page):
    """What a feedback page says of the whole, and of the written answer."""
    text = " ".join(re.sub(r"<[^>]*>", " ", page.read_text()).split())
    return re.search(r"Score: (.*? of [\d.]+)", text)[1], re.search(r"chain-why-cache (.*? ?of [\d.]+)", text)[1]


def test_a_feedback_page_says_what_is_not_graded_yet_and_is_never_older_than_the_grade(room, capsys):
    page = find_course().feedback("right", A) / "chain_network.html"
    room.room.run("nbgrader", "generate_feedback", A, "--student=right")
    assert score_in(page) == ("25 so far, not all graded yet of 28", "not graded yet, of 3")
    with room.room.gradebook() as book:
        row = book.find_grade("chain-why-cache", "chain_network", A, "right")
        row.manual_score, row.needs_manual_grade = 2.5, False
        book.db.commit()
    room.room.run("nbgrader", "generate_feedback", A, "--student=right")
    assert score_in(page) == ("27.5 of 28", "2.5 of 3")
    grade(capsys, "--force")
    assert not page.exists()


def test_the_report_names_grades_of_an_earlier_release(room, capsys):
    with room.room.gradebook() as book:
        book.update_or_create_assignment(A, duedate="2026-11-20 12:00:00")
    main(["report", A])
    assert "graded by an earlier release" in (room.room.folder / "reports" / f"{A}.html").read_text()
    assert "graded by an earlier release" in (room.room.folder / "reports" / f"{A}.csv").read_text()
    grade(capsys, "--force")
    main(["report", A])
    with (room.room.folder / "reports" / f"{A}.csv").open(newline="") as file:
        assert {row["student"]: row["notes"] for row in csv.DictReader(file)}["right"] == ""
