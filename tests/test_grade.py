"""A class graded with `backprop-course grade`: the same gradebook as nbgrader's own, files and rows that agree."""

import csv
import json
import os
import re
import shutil
import stat

import nbformat
import pytest
from classroom import ASSIGNMENT, OURS, STOCK, Classroom, honest_class, once
from gradebooks import tables
from nbformat.v4 import new_code_cell, new_markdown_cell

from backprop_course.errors import CourseError
from backprop_course.grading import locating, submission
from backprop_course.grading.cells import parse_notebook
from backprop_course.grading.class_folder import find_course
from backprop_course.grading.grade import Class, alone
from backprop_course.grading.gradebook import Book
from backprop_course.sandbox.between.task import Executed, Flag, Outcome

needs_forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="submissions cannot be kept apart here")

STUDENTS = 100


@pytest.fixture
def room(released, tmp_path, monkeypatch):
    """A class of one's own, and the current directory in it."""
    room = released.copy(tmp_path / "class")
    monkeypatch.chdir(room.folder)
    return room


@pytest.fixture(scope="session")
def graded(released, tmp_path_factory):
    """The same honest class, graded by nbgrader alone, by us, and for a dozen students by nbgrader with our steps."""

    def grade_both(folder):
        stock = released.copy(folder / "stock", STOCK)
        honest_class(stock, STUDENTS)
        ours = stock.copy(folder / "ours", OURS)
        both = stock.copy(folder / "both", OURS)
        # nbgrader has no workers; two commands at once take half the time.
        halves = [
            stock.start("nbgrader", "autograde", ASSIGNMENT, f"--student=s*[{digits}]") for digits in ("0-4", "5-9")
        ]
        ours.grade("--workers=1")
        both.run("nbgrader", "autograde", ASSIGNMENT, "--student=s00*")
        for process in halves:
            said = process.communicate()
            assert process.returncode == 0, said

    folder = once(tmp_path_factory.getbasetemp(), "graded", grade_both)
    return tuple(Classroom(folder / name) for name in ("stock", "ours", "both"))


@needs_forks
def test_the_gradebook_is_nbgraders_own_for_a_hundred_honest_students(graded):
    stock, ours, _ = (tables(room.folder / "gradebook.db") for room in graded)
    assert len(stock["student"]) == STUDENTS
    assert len(stock["grade"]) == STUDENTS * 5
    with graded[0].gradebook() as gradebook:  # there is something to compare
        submissions = gradebook.find_assignment(ASSIGNMENT).submissions
        notebooks = [notebook for submission in submissions for notebook in submission.notebooks]
        comments = [comment.auto_comment for notebook in notebooks for comment in notebook.comments]
        assert 10 < sum(notebook.late_submission_penalty is not None for notebook in notebooks) < STUDENTS
        assert 10 < comments.count("No response.") < len(comments)
        assert len({notebook.score for notebook in notebooks}) > 5
    for name in stock:
        assert ours[name] == stock[name], name


@needs_forks
def test_nbgraders_autograde_with_our_steps_leaves_the_same_gradebook(graded):
    stock, _, both = (tables(room.folder / "gradebook.db") for room in graded)
    assert len(both["student"]) == 10
    for name in stock:
        assert both[name] == [row for row in stock[name] if not re.search(r"\bs0[1-9]\d\b", " ".join(row))], name


@needs_forks
def test_the_graded_files_are_those_that_nbgrader_leaves(graded):
    def files(room):
        paths = sorted((room.folder / "autograded").rglob("*"))
        return [(p.relative_to(room.folder), stat.filemode(p.stat().st_mode)) for p in paths]

    stock, ours, _ = graded
    assert files(ours) == files(stock)


@needs_forks
@pytest.mark.parametrize(("exporter", "student", "score"), [("Canvas", 3, 5), ("Moodle", 0, 5)])
def test_an_lms_gets_the_scores_that_nbgrader_exports(graded, tmp_path, exporter, student, score):
    room = graded[1].copy(tmp_path / "class")
    with room.gradebook() as gradebook:  # some late, some graded by hand as well, some with more than all points
        submissions = gradebook.find_assignment(ASSIGNMENT).submissions
        assert any(notebook.late_submission_penalty for one in submissions for notebook in one.notebooks)
        for k, submission in enumerate(submissions[::3]):
            for grade in submission.notebooks[0].grades:
                grade.manual_score, grade.extra_credit = (k % 3 or None), (0.5 if k % 2 else None)
        gradebook.db.commit()
    room.run("nbgrader", "export", "--to=all.csv")
    room.run(
        "nbgrader",
        "export",
        f"--exporter=backprop_course.lms.exporters.{exporter}Exporter",
        "--to=lms.csv",
        "--LMSExporter.partial=True",
    )
    with (room.folder / "all.csv").open(newline="") as file:
        expected = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    with (room.folder / "lms.csv").open(newline="") as file:
        found = {row[student]: float(row[score]) for row in csv.reader(file) if row[student] in expected}
    assert len(set(expected.values())) > 5
    assert found == pytest.approx(expected)


@needs_forks
def test_a_class_with_names_and_texts_that_break_programs_is_graded_told_and_exported(room):
    room.hand_in("abel")
    room.hand_in("two\nlines")
    room.hand_in("=1+1")
    path = room.submitted("abel") / "one.ipynb"
    notebook = nbformat.read(path, 4)
    heavy = ["\n    " * 6000, "." * 30_000, "a." * 15_000]
    own = [*map(new_code_cell, heavy), new_markdown_cell("\\\\(" * 10_000)]
    notebook.cells += own
    nbformat.write(notebook, path)
    said, _ = room.grade(status=1)
    assert re.search(r"two lines: refused: the folder's name cannot be shown; rename it\.", said)
    room.run("nbgrader", "generate_feedback", ASSIGNMENT)
    page = (room.folder / "feedback" / "abel" / ASSIGNMENT / "one.html").read_text()
    assert all(re.sub(r"\s", "", cell.source) in re.sub(r"\s", "", page) for cell in own[1:])
    assert len(page) > len(own[0].source)
    room.run("nbgrader", "export")
    with (room.folder / "grades.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"abel", "'=1+1"}
    assert float(rows["abel"]["score"]) == 15
    assert float(rows["abel"]["max_score"]) == 20


SCORES = {"split-forward-check": 9.0, "split-deltas-check": 4.0, "double-check": 1.5}


def executed(task, **more):
    """An outcome as an executor would give it, without executing anything."""
    scores = {name: points for name, points in SCORES.items() if name in task.points}
    return Outcome(**({"cells": tuple(Executed() for _ in task.cells), "scores": scores, "verdicts": {}} | more))


def printed(text):
    """What a cell shows that prints something."""
    return Executed(1, [{"output_type": "stream", "name": "stdout", "text": text}])


def run_all(tasks):
    for task in tasks:
        yield task, executed(task)


def grade(room, run=run_all, students=("*",), force=False):
    """Grades in this process; the results by student."""
    course = find_course()
    with alone(course), Book(course.url, course.directory.course_id) as book:
        submissions = Class(course, book, ASSIGNMENT, students, force)
        submissions.start_again()
        return {result.student: result for result in submissions.grade(run)}


def everything(room):
    """The gradebook and the graded files, to see whether anything changes."""
    files = sorted(path for path in (room.folder / "autograded").rglob("*") if path.is_file())
    return tables(room.folder / "gradebook.db"), {path: path.read_bytes() for path in files}


def test_scores_and_who_waits_for_a_human_are_in_the_gradebook(room):
    room.hand_in("ada", {"why": "Because."})
    room.hand_in("bob", {})
    results = grade(room)
    automatic = {name: (score, False) for name, score in SCORES.items()}
    assert room.scores("ada") == automatic | {"why": (None, True), "draw": (None, True)}
    assert room.scores("bob") == automatic | {"why": (0, False), "draw": (None, True)}
    assert results["ada"].by_hand
    assert not any(result.failed for result in results.values())


def test_a_notebook_that_was_not_handed_in_scores_nothing_and_waits_for_nobody(room):
    room.hand_in("ada", notebooks=["two"])
    results = grade(room)
    nothing = dict.fromkeys(("split-forward-check", "split-deltas-check", "why", "draw"), (0, False))
    assert room.scores("ada") == nothing | {"double-check": (1.5, False)}
    assert not results["ada"].by_hand


def test_run_again_it_grades_what_is_new_and_touches_nothing_else(room):
    room.hand_in("ada")
    grade(room)
    before = everything(room)
    assert grade(room) == {}
    assert everything(room) == before
    room.hand_in("bob")
    assert list(grade(room)) == ["bob"]


def test_a_later_submission_is_graded_again_and_an_earlier_one_is_not(room):
    room.hand_in("ada", when="2026-11-19 10:00:00 UTC")
    grade(room)
    room.hand_in("ada", when="2026-11-19 09:00:00 UTC")
    assert grade(room) == {}
    room.hand_in("ada", when="2026-11-19 11:00:00 UTC")
    assert list(grade(room)) == ["ada"]
    assert (room.autograded("ada") / "timestamp.txt").read_text() == "2026-11-19 11:00:00 UTC"
    with room.gradebook() as gradebook:
        assert gradebook.find_submission(ASSIGNMENT, "ada").timestamp.hour == 11


def test_who_is_in_the_files_but_not_in_the_gradebook_is_graded_again(room):
    room.hand_in("ada")
    grade(room)
    with room.gradebook() as gradebook:
        gradebook.remove_submission(ASSIGNMENT, "ada")
    assert list(grade(room)) == ["ada"]


def test_force_grades_again_and_keeps_scores_and_comments_by_hand(room):
    room.hand_in("ada", {"why": "Because."})
    grade(room)
    with room.gradebook() as gradebook:
        for name, score in (("why", 2.5), ("split-forward-check", 7)):
            grade_row = gradebook.find_grade(name, "one", ASSIGNMENT, "ada")
            grade_row.manual_score, grade_row.extra_credit, grade_row.needs_manual_grade = score, 0.5, False
        gradebook.find_comment("why", "one", ASSIGNMENT, "ada").manual_comment = "Well said."
        gradebook.db.commit()

    def worse(tasks):
        for task in tasks:
            yield task, executed(task, scores=dict.fromkeys(task.points, 1.0))

    results = grade(room, worse, force=True)
    assert results["ada"].by_hand  # "draw" still has no points
    with room.gradebook() as gradebook:
        rows = {name: gradebook.find_grade(name, "one", ASSIGNMENT, "ada") for name in ("why", "split-forward-check")}
        assert [(row.manual_score, row.extra_credit) for row in rows.values()] == [(2.5, 0.5), (7, 0.5)]
        assert [(row.auto_score, row.needs_manual_grade) for row in rows.values()] == [(None, False), (1.0, False)]
        assert gradebook.find_comment("why", "one", ASSIGNMENT, "ada").manual_comment == "Well said."


def test_only_the_wanted_students_are_graded(room):
    for student in ("ada", "adam", "bob", "c[3]"):
        room.hand_in(student)
    assert list(grade(room, students=["ada"])) == ["ada"]
    assert list(grade(room, students=["c[3]"])) == ["c[3]"]
    assert list(grade(room, students=["a*", "bob"])) == ["adam", "bob"]
    with pytest.raises(CourseError, match="submitted/zoe/small is not there"):
        grade(room, students=["bob", "zoe"])


def test_an_assignment_that_was_not_released_is_named(room):
    course = find_course()
    with Book(course.url) as book, pytest.raises(CourseError, match="no assignment 'other'; `nbgrader generate_assign"):
        Class(course, book, "other", ["*"], False)
    (room.folder / "gradebook.db").unlink()
    with pytest.raises(CourseError, match=r"There is no gradebook .*gradebook.db; `nbgrader generate_assignment`"):
        Book(course.url)
    assert not (room.folder / "gradebook.db").exists()


def test_elsewhere_than_in_a_course_directory_it_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    with pytest.raises(CourseError, match=r"is no course directory: no nbgrader_config\.py"):
        find_course()
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n1 / 0")
    with pytest.raises(CourseError, match=r"nbgrader_config\.py cannot be read: ZeroDivisionError"):
        find_course()


def test_the_configured_places_are_used(room):
    moved = {"submitted_directory": "handed-in", "directory_structure": "{nbgrader_step}/{assignment_id}/{student_id}"}
    settings = "\n".join(f"c.CourseDirectory.{name} = {value!r}" for name, value in moved.items())
    (room.folder / "nbgrader_config.py").write_text(f"{OURS}\n{settings}\n")
    room.hand_in("ada")
    (room.folder / "handed-in" / ASSIGNMENT).mkdir(parents=True)
    shutil.move(room.submitted("ada"), room.folder / "handed-in" / ASSIGNMENT / "ada")
    assert list(grade(room)) == ["ada"]
    assert (room.folder / "autograded" / ASSIGNMENT / "ada" / "one.ipynb").exists()


def test_another_gradebook_can_be_named(room):
    shutil.copy(room.folder / "gradebook.db", room.folder / "other.db")
    room.hand_in("ada")
    with Book(find_course(f"sqlite:///{room.folder}/other.db").url) as book:
        assert book.students(ASSIGNMENT) == frozenset()
        list(Class(find_course(), book, ASSIGNMENT, ["*"], False).grade(run_all))
        assert book.students(ASSIGNMENT) == {"ada"}
    with room.gradebook() as gradebook:
        assert gradebook.students == []


def broken_submissions(room):
    """Students whose submissions cannot be graded, and why."""
    for student in ("link", "json", "empty", "when", "pipe", "folder"):
        room.hand_in(student)
    (room.submitted("link") / "two.ipynb").unlink()
    (room.submitted("link") / "two.ipynb").symlink_to(room.folder / "gradebook.db")
    (room.submitted("json") / "one.ipynb").write_text("{")
    for path in room.submitted("empty").iterdir():
        path.rename(path.with_suffix(".html"))
    (room.submitted("when") / "timestamp.txt").write_text("yesterday, I think")
    (room.submitted("pipe") / "two.ipynb").unlink()
    os.mkfifo(room.submitted("pipe") / "two.ipynb")
    (room.submitted("folder") / "two.ipynb").unlink()
    (room.submitted("folder") / "two.ipynb").mkdir()
    return {
        "link": "refused: two.ipynb is a link.",
        "json": "one.ipynb is no notebook that can be read (JSONDecodeError).",
        "empty": "there is no one.ipynb or two.ipynb; there is one.html (an HTML page; ask for the .ipynb), "
        "two.html (an HTML page; ask for the .ipynb).",
        "when": "timestamp.txt holds no time: 'yesterday, I think'.",
        "pipe": "refused: two.ipynb is no ordinary file.",
        "folder": "refused: two.ipynb is no ordinary file.",
    }


@needs_forks
def test_one_bad_submission_never_stops_another_and_each_says_why(room):
    reasons = broken_submissions(room)
    for student in ("aaa", "mmm", "zzz"):
        room.hand_in(student)
    results = grade(room)
    assert {student: result.failed for student, result in results.items() if result.failed} == reasons
    for student in ("aaa", "mmm", "zzz"):
        assert room.scores(student)["double-check"] == (1.5, False)
    for student in reasons:
        assert not room.autograded(student).exists()
        assert all(score is None and waits for score, waits in room.scores(student).values())
    assert {student: result.failed for student, result in grade(room).items()} == reasons


def test_what_an_executor_cannot_do_fails_that_submission_alone(room):
    for student in ("ada", "bob"):
        room.hand_in(student)

    def half(tasks):
        for task in tasks:
            lost = task.student == "ada" and task.name == "one"
            yield task, CourseError("the process died.") if lost else executed(task)

    results = grade(room, half)
    assert (results["ada"].failed, results["bob"].failed) == ("the process died.", "")
    assert list(grade(room)) == ["ada"]


def test_an_outcome_that_cannot_be_read_fails_that_submission_alone(room):
    for student in ("ada", "bob", "eve"):
        room.hand_in(student, notebooks=["two"])

    def odd(tasks):
        shown = {"ada": None, "bob": (printed("\ud800"), Executed())}
        for task in tasks:
            yield task, executed(task, **({"cells": shown[task.student]} if task.student in shown else {}))

    results = grade(room, odd)
    assert {student: bool(result.failed) for student, result in results.items()} == {
        "ada": True,
        "bob": False,
        "eve": False,
    }
    assert '"text": "?"' in (room.autograded("bob") / "two.ipynb").read_text()


def test_a_renamed_notebook_is_taken_where_its_cells_say_which_it_is_and_that_is_told(room):
    room.hand_in("ada")
    (room.submitted("ada") / "one.ipynb").rename(room.submitted("ada") / "one (1).ipynb")
    assert [flag.message for flag in grade(room)["ada"].flags] == [
        "one (1).ipynb was taken for one.ipynb, by its cells."
    ]


def test_each_file_is_parsed_once_a_renamed_one_too(room, monkeypatch):
    room.hand_in("ada")
    (room.submitted("ada") / "one.ipynb").rename(room.submitted("ada") / "one (1).ipynb")
    parsed = []
    for module in (locating, submission):
        counted = lambda content, name: parsed.append(name) or parse_notebook(content, name)  # noqa: E731
        monkeypatch.setattr(module, "parse_notebook", counted)
    assert not grade(room)["ada"].failed
    assert parsed.count("one (1)") == 1
    assert "one" not in parsed


def test_a_full_disk_fails_a_submission_and_leaves_its_rows_ungraded(room, monkeypatch):
    room.hand_in("ada")

    def full(*arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("backprop_course.grading.folders.build", full)
        assert "No space left" in grade(room)["ada"].failed
    assert room.scores("ada")["double-check"] == (None, True)
    assert grade(room)["ada"].failed == ""


def test_scores_beyond_the_points_are_cut_and_missing_ones_are_nothing(room):
    room.hand_in("ada")

    def odd(tasks):
        for task in tasks:
            yield task, executed(task, scores={"split-forward-check": 99.0, "split-deltas-check": -3.0, "why": 3.0})

    grade(room, odd)
    scores = room.scores("ada")
    assert [scores[name][0] for name in SCORES] == [9.0, 0.0, 0.0]
    assert scores["why"] == (0, False)  # the answer is as it was released; no machine gives its points


COPIED = Flag("copied-reference", "split-forward", "calls the course's own forward pass.")


def copying(tasks):
    for task in tasks:
        yield task, executed(task, flags=(COPIED,) if task.name == "one" else (), error="", layers=("seccomp",))


def test_flags_are_told_and_kept_in_the_graded_notebook(room):
    room.hand_in("ada")
    (room.submitted("ada") / "numpy.py").write_text("")
    [result] = grade(room, copying).values()
    assert [flag.kind for flag in result.flags] == ["suspicious-file", "copied-reference"]
    kept = nbformat.read(room.autograded("ada") / "one.ipynb", 4).metadata["backprop_course"]
    assert kept["flags"] == [vars(flag) for flag in result.flags]
    assert kept["layers"] == ["seccomp"]
    assert not (room.autograded("ada") / "numpy.py").exists()
    assert room.scores("ada")["split-forward-check"] == (9.0, False)


def test_a_notebook_that_shows_too_much_keeps_its_points_and_loses_its_outputs(room, monkeypatch):
    monkeypatch.setattr("backprop_course.grading.marking.MOST_TEXT", 10_000)
    room.hand_in("ada", notebooks=["one"])

    def talkative(tasks):
        for task in tasks:
            shown = [printed("x" * 20_000), *(Executed() for _ in task.cells[1:])]
            yield task, executed(task, cells=tuple(shown))

    [result] = grade(room, talkative).values()
    assert [flag.kind for flag in result.flags] == ["missing-notebook", "stopped"]
    assert (room.autograded("ada") / "one.ipynb").stat().st_size < 10_000
    assert room.scores("ada")["split-forward-check"] == (9.0, False)


def test_copies_score_nothing_where_the_instructor_says_so(room):
    (room.folder / "nbgrader_config.py").write_text(f"{OURS}\nc.Grading.copies_score_nothing = True")
    room.hand_in("ada")
    grade(room, copying)
    scores = room.scores("ada")
    assert (scores["split-forward-check"], scores["split-deltas-check"]) == ((0.0, False), (4.0, False))


def test_the_instructors_limits_reach_the_tasks(room):
    limits = "c.Grading.cell_seconds = 3\nc.Grading.memory = 10**9\nc.Grading.keep_figures = True"
    (room.folder / "nbgrader_config.py").write_text(f"{OURS}\n{limits}")
    room.hand_in("ada", notebooks=["two"])
    tasks = []
    grade(room, lambda given: run_all(tasks.append(task) or task for task in given))
    assert (tasks[0].limits.cell_seconds, tasks[0].limits.memory, tasks[0].keep_figures) == (3.0, 10**9, True)
    assert tasks[0].points == {"double-check": 2.0}


def test_graded_folders_hold_pictures_and_the_instructors_files_and_nothing_else_of_the_students(room):
    room.hand_in("ada", when="2026-11-19 10:00:00 UTC")
    for name in ("photo.png", "data.csv", "helper.txt"):
        (room.submitted("ada") / name).write_text("the student's")
    (room.folder / "notebooks" / ASSIGNMENT / "helper.txt").write_text("the instructor's")
    grade(room)
    found = {path.name: path for path in room.autograded("ada").iterdir()}
    assert sorted(found) == ["helper.txt", "one.ipynb", "photo.png", "timestamp.txt", "two.ipynb"]
    assert found["helper.txt"].read_text() == "the instructor's"


def test_two_at_once_in_one_class_is_one_too_many(room):
    with alone(find_course()), pytest.raises(CourseError, match="Another `backprop-course grade` is at work"):
        grade(room)
    assert grade(room, students=()) == {}


def test_a_hidden_test_stays_hidden_in_the_feedback_and_so_does_what_it_said(room):
    from backprop_course.grading.preprocessors import HideFromStudents

    notebook = nbformat.v4.new_notebook(cells=[c.copy() for c in nbformat.from_dict(room.released("two")).cells])
    test = next(cell for cell in notebook.cells if cell.id == "double-check")
    test.source = "assert double(1) == 2\n### BEGIN HIDDEN TESTS\nassert double(21) == 42\n### END HIDDEN TESTS"
    test.outputs = [
        nbformat.v4.new_output("error", ename="AssertionError", evalue="42", traceback=["double(21) == 42"])
    ]
    notebook.cells[-1].source = "### BEGIN HIDDEN TESTS, says a student"
    shown, _ = HideFromStudents().preprocess(notebook, {})
    assert "42" not in json.dumps(shown)
    assert shown.cells[-1].source == "### BEGIN HIDDEN TESTS, says a student"
