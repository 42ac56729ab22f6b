"""Written answers are graded by question: a page with all of them, a table for points, which the gradebook takes."""

import csv
import re

import pytest
from classroom import ASSIGNMENT

from backprop_course.cli import main
from backprop_course.grading import csvfile


@pytest.fixture(scope="module")
def graded(released, tmp_path_factory):
    room = released.copy(tmp_path_factory.mktemp("by_hand") / "class")
    room.hand_in("ada", {"why": "Because $x$ <script>alert(1)</script>"}, ["one"])
    room.hand_in("bob", {"why": "because   $X$ <script>alert(1)</script>"}, ["one"])
    room.hand_in("eve", {}, ["one"])
    room.hand_in("zoe", {"why": "=1+1"}, ["one"])
    room.grade()
    return room


@pytest.fixture
def room(graded, tmp_path, monkeypatch):
    room = graded.copy(tmp_path / "class")
    monkeypatch.chdir(room.folder)
    return room


@pytest.fixture
def table(room, capsys):
    """Makes the table, filled in with these points by student and question, and in ada's lines with `more`."""

    def table(given=None, **more):
        assert main(["answers", ASSIGNMENT]) == 0
        capsys.readouterr()
        path = room.folder / "answers" / ASSIGNMENT / "points.csv"
        read = csvfile.read(path)
        for row in read.rows:
            row["points"] = (given or {}).get((row["student"], row["question"]), row["points"])
            row.update({name: value for name, value in more.items() if row["student"] == "ada"})
        csvfile.write(path, [read.columns, *([row[name] for name in read.columns] for row in read.rows)])
        return str(path)

    return table


def by_hand(room, student, name="why"):
    with room.gradebook() as gradebook:
        grade = gradebook.find_grade(name, "one", ASSIGNMENT, student)
        comment = gradebook.find_comment(name, "one", ASSIGNMENT, student)
        return grade.manual_score, bool(grade.needs_manual_grade), comment.manual_comment


def test_a_page_has_every_answer_beside_the_model_answer_and_leads_to_formgrader(room, capsys):
    assert main(["answers", ASSIGNMENT, "--server", "http://localhost:9999/"]) == 0
    assert "why.html: 4 answers, 3 to be graded." in capsys.readouterr().out
    page = (room.folder / "answers" / ASSIGNMENT / "why.html").read_text()
    assert "Model answer and marking scheme</h2><div class='prose'><p>Because.</p>" in page
    assert page.index(">zoe <") < page.index(">ada <") < page.index(">bob <")  # those that say the same together
    assert "<math" in page
    assert "<script" not in page
    with room.gradebook() as gradebook:
        place = gradebook.find_submission_notebook("one", ASSIGNMENT, "ada").id
    assert f"href='http://localhost:9999/formgrader/submissions/{place}'" in page
    draw = (room.folder / "answers" / ASSIGNMENT / "draw.html").read_text()
    assert "Draw it." in draw


def test_the_table_has_a_line_for_each_answer_and_no_formula(room, table):
    with open(table(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    answers = {(row["question"], row["student"]): row for row in rows}
    assert answers["why", "zoe"]["answer"] == "'=1+1"
    assert answers["why", "eve"]["points"] == "0"  # nothing was written, and no human is asked
    assert answers["why", "ada"]["points"] == ""
    assert {row["of"] for row in rows} == {"3", "2"}


def test_points_and_comments_get_into_the_gradebook(room, table, capsys):
    path = table({("ada", "why"): "2,5", ("bob", "why"): "3"}, comment="Nearly.")
    assert main(["points", path]) == 0
    assert by_hand(room, "ada") == (2.5, False, "Nearly.")
    assert by_hand(room, "bob") == (3, False, None)
    assert by_hand(room, "zoe") == (None, True, None)
    assert main(["points", path]) == 0
    assert "Nothing new." in capsys.readouterr().out


def test_a_point_may_be_changed_in_the_table_that_has_it(room, table):
    main(["points", table({("bob", "why"): "3"})])
    main(["points", table({("bob", "why"): "1"})])
    assert by_hand(room, "bob")[0] == 1


def test_points_given_elsewhere_since_are_left_and_told(room, table, capsys):
    path = table({("bob", "why"): "3", ("zoe", "why"): "1"})
    with room.gradebook() as gradebook:
        grade = gradebook.find_grade("why", "one", ASSIGNMENT, "bob")
        grade.manual_score, grade.needs_manual_grade = 2, False
        gradebook.db.commit()
    assert main(["points", path]) == 2
    assert "bob has 2 for why by now, given elsewhere; the table says 3." in capsys.readouterr().out
    assert (by_hand(room, "bob")[0], by_hand(room, "zoe")[0]) == (2, 1)
    assert main(["points", path, "--over"]) == 0
    assert by_hand(room, "bob")[0] == 3


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"points": "4"}, "'4' is no number of points from 0 to "),
        ({"points": "-1"}, "no number of points"),
        ({"points": "many"}, "'many' is no number"),
        ({"points": "nan"}, "'nan' is no number"),
        ({"points": "1", "version": "12345678"}, "ada has another answer by now"),
        ({"points": "1", "question": "what"}, "has no answer to 'what'"),
    ],
)
def test_a_line_that_cannot_be_taken_is_told_and_nothing_is_taken(room, table, capsys, change, why):
    assert main(["points", table({("bob", "why"): "3"}, **change)]) == 1
    said = capsys.readouterr().err
    assert why in said
    assert re.search(r"line \d+", said)
    assert by_hand(room, "bob")[0] is None


def test_another_table_is_refused(room, capsys):
    (room.folder / "x.csv").write_text("student,points\nada,3\n")
    assert main(["points", "x.csv"]) == 1
    assert "has no column assignment, notebook, question, comment" in capsys.readouterr().err


def test_before_grading_there_is_nothing_to_grade_by_hand(released, tmp_path, monkeypatch, capsys):
    room = released.copy(tmp_path / "class")
    monkeypatch.chdir(room.folder)
    assert main(["answers", ASSIGNMENT]) == 1
    assert "Nothing of small has been graded yet" in capsys.readouterr().err
