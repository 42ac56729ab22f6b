"""`backprop-course grade` and `new-class` as an instructor meets them, and nbgrader's commands beside them."""

import csv
import json
import os
import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from urllib.request import ProxyHandler, build_opener

import nbformat
import pytest
from classroom import ANSWERS, ASSIGNMENT, OURS, Classroom, solved
from nbformat.v4 import new_output

from backprop_course.checks.output import VERDICT_KEY as NOTED
from backprop_course.cli import main
from backprop_course.errors import CourseError
from backprop_course.exercises import NOTEBOOKS
from backprop_course.grading import command
from backprop_course.grading.new_class import new_class
from backprop_course.grading.progress import Progress, duration
from backprop_course.grading.submission import METADATA
from backprop_course.grading.summary import MOST_SHOWN, Before, Result, summary
from backprop_course.sandbox.between.task import Flag

urlopen = build_opener(ProxyHandler({})).open  # the environment's proxy is not for this machine's own address
needs_forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="submissions cannot be kept apart here")


@pytest.fixture
def room(released, tmp_path):
    return released.copy(tmp_path / "class")


@needs_forks
def test_a_class_is_graded_and_handed_back(room):
    """The way of a whole assignment: graded, read in formgrader, feedback, export."""
    room.hand_in("ada", {"why": "Because <b>nothing</b> is lost. <script>alert(1)</script>"})
    room.hand_in("bob")
    room.hand_in("eve")
    (room.submitted("eve") / "one.ipynb").write_text("{")
    said, progress = room.grade("--workers=2", status=1)
    assert "Submissions are kept in by: " in progress
    assert "3 of 3, 1 failed, 0 s left" in progress
    assert re.sub(r"in \d+ s", "in a moment", said) == (
        "small: 3 submissions in a moment\n"
        "       2  graded\n"
        "       2  of these, to be graded by hand\n"
        "       1  failed\n"
        "Failed:\n"
        "  eve: one.ipynb is no notebook that can be read (JSONDecodeError).\n"
        "Next: grade by hand in formgrader (`jupyter lab`), then `nbgrader generate_feedback small`.\n"
    )
    assert [room.scores("bob")[f"{name}-check"][0] for name in ("split-forward", "split-deltas", "double")] == [9, 4, 2]

    room.run("nbgrader", "generate_feedback", ASSIGNMENT)
    page = (room.folder / "feedback" / "ada" / ASSIGNMENT / "two.html").read_text()
    assert "assert double(1) == 2" in re.sub(r"<[^>]+>", "", page)
    assert "42" not in re.sub(r"<(style|script).*?</\1>|<[^>]+>", "", page, flags=re.DOTALL)
    page = (room.folder / "feedback" / "ada" / ASSIGNMENT / "one.html").read_text()
    assert "<b>nothing</b> is lost. &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "split-forward <span>0 of 9</span>" in page
    room.run("nbgrader", "export")
    with (room.folder / "grades.csv").open(newline="") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {"ada": 0.0, "bob": 15.0, "eve": 0.0}
    assert formgrader(room) == {"ada": (True, True), "bob": (True, True), "eve": (False, False)}

    before = {path: path.stat().st_mtime_ns for path in (room.folder / "autograded").rglob("*.ipynb")}
    room.run("nbgrader", "autograde", ASSIGNMENT, "--student=bob")  # it sees that this has been done
    assert {path: path.stat().st_mtime_ns for path in (room.folder / "autograded").rglob("*.ipynb")} == before


def formgrader(room):
    """What formgrader lists: for each student whether it has been graded, and whether by hand something is to do."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    submissions = NbGraderAPI(CourseDirectory(root=str(room.folder))).get_submissions(ASSIGNMENT)
    return {one["student"]: (one["autograded"], one["autograded"] and one["needs_manual_grade"]) for one in submissions}


LATE = """
from nbgrader.plugins import LateSubmissionPlugin
class PointADay(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 86400
c.AssignLatePenalties.plugin_class = PointADay
"""


@needs_forks
def test_a_classs_own_rule_for_late_submissions_holds(room):
    (room.folder / "nbgrader_config.py").write_text(OURS + LATE)
    for student, when in {
        "ada": "2026-11-20 11:59:00",
        "bob": "2026-11-22 12:00:00",
        "eve": "2026-12-20 12:00:00",
    }.items():
        room.hand_in(student, when=f"{when} UTC", notebooks=["one"])
    room.grade()
    with room.gradebook() as gradebook:
        found = {
            student: gradebook.find_submission_notebook("one", ASSIGNMENT, student) for student in ("ada", "bob", "eve")
        }
        penalties = {student: notebook.late_submission_penalty for student, notebook in found.items()}
    assert penalties == {"ada": None, "bob": 2.0, "eve": 13.0}  # no more than there is


@needs_forks
def test_formgrader_shows_a_graded_notebook_and_runs_nothing_of_it(room):
    room.hand_in("ada", {"why": "Nothing is lost. <script>alert(1)</script>"})
    room.grade()
    options = ["--allow-root", "--no-browser", "--ServerApp.port=0", "--IdentityProvider.token=t"]
    process = room.start("jupyter_server", *options)
    try:
        url = wait_for_server(room, process)
        with urlopen(f"{url}formgrader/api/submitted_notebooks/{ASSIGNMENT}/one?token=t") as answer:
            [notebook] = json.load(answer)
        with urlopen(f"{url}formgrader/submissions/{notebook['id']}/?token=t") as answer:
            page = answer.read().decode()
    finally:
        process.kill()
        process.communicate()
    assert (notebook["student"], notebook["score"], notebook["max_score"]) == ("ada", 0.0, 18.0)
    assert "split-forward: 0 of 9 points" in page
    assert "Nothing is lost. &lt;script&gt;alert(1)" in page
    [kept] = re.findall(r"<summary>Model answer and marking scheme</summary>(.*?)</details>", page, re.DOTALL)
    assert "<p>Because.</p>" in kept


def wait_for_server(room, process):
    """The address of a Jupyter server, once it answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        for path in room.folder.glob("jupyter/runtime/jpserver-*.json"):
            with suppress(OSError, ValueError):
                url = json.loads(path.read_text())["url"]
                urlopen(f"{url}api?token=t").close()
                return url
        time.sleep(0.1)
    raise AssertionError(f"the server did not answer; its status is {process.poll()}")


@needs_forks
def test_nbgraders_own_autograde_refuses_what_we_refuse_and_grades_the_others(room):
    room.hand_in("ada")
    room.hand_in("eve")
    (room.submitted("eve") / "secret.txt").symlink_to(room.folder / "gradebook.db")
    room.run("nbgrader", "autograde", ASSIGNMENT, status=1)
    assert room.scores("ada")["split-forward-check"] == (9.0, False)
    assert not room.autograded("eve").exists()


@needs_forks
@pytest.mark.parametrize("command", [("backprop_course.cli", "grade"), ("nbgrader", "autograde")], ids=" ".join)
def test_the_attempts_that_a_notebook_tells_of_are_kept(room, command):
    room.hand_in("ada")
    path = room.submitted("ada") / "one.ipynb"
    notebook = nbformat.read(path, 4)
    [check] = [cell for cell in notebook.cells if cell.id == "split-forward-check"]
    check.outputs = [new_output("display_data", {}, metadata={NOTED: {"attempts": [0.0, 3.0, 9.0]}})]
    nbformat.write(notebook, path)
    room.run(*command, ASSIGNMENT, status=(0, 2))
    graded = nbformat.read(room.autograded("ada") / "one.ipynb", 4)
    assert graded.metadata[METADATA]["attempts"] == {"split-forward-check": 3}


@needs_forks
def test_nbgrader_validates_for_students_as_ever(room):
    answers = {name: solved(source) for name, source in ANSWERS.items()}
    room.hand_in("ada", answers | {"why": "Because."})
    said, _ = room.run("nbgrader", "validate", str(room.submitted("ada") / "one.ipynb"))
    assert "Success! Your notebook passes all the tests." in said
    room.hand_in("ada", {})
    said, _ = room.run("nbgrader", "validate", str(room.submitted("ada") / "two.ipynb"))
    assert "NotImplementedError" in said


def test_where_nothing_can_be_forked_it_says_what_to_do(monkeypatch):
    monkeypatch.delattr(os, "fork", raising=False)
    with pytest.raises(CourseError, match="`nbgrader autograde` grades them"):
        command.grade(ASSIGNMENT, workers=1)


@pytest.mark.parametrize("layers", [(), ("resource limits",), ("no new privileges", "user namespace")])
def test_where_nothing_that_matters_keeps_programs_in_it_refuses_and_unsafe_is_for_those_who_know(layers, capsys):
    with pytest.raises(CourseError, match="Neither Landlock nor seccomp work on this machine"):
        command.say_what_protects(layers, unsafe=False)
    command.say_what_protects(layers, unsafe=True)
    assert f"kept in by: {', '.join(layers) or 'nothing'}." in capsys.readouterr().err


def test_the_summary_names_what_failed_and_what_is_to_be_looked_at():
    results = [
        Result("ada", by_hand=True),
        Result("bob", flags=(Flag("copied-reference", "split-forward", "calls the course's own forward."),)),
        Result("cid", notes=("one: the time was up.",), flags=(Flag("stopped", "", "the time was up."),)),
        Result("eve\x1b[2J", failed="refused:\nx is a link.", by_hand=True),
    ]
    assert summary("small", results, Before(5, 1), 63.2) == [
        "small: 4 submissions in 1 min 03 s",
        "       3  graded",
        "       1  of these, to be graded by hand",
        "       2  of these, with something to look at",
        "       1  failed",
        "       5  graded before",
        "       1  of these, waiting for a grade by hand",
        "Failed:",
        "  eve [2J: refused: x is a link.",
        "To look at:",
        "  bob: split-forward: calls the course's own forward.",
        "  cid: one: the time was up.",
        "Next: grade by hand in formgrader (`jupyter lab`), then `nbgrader generate_feedback small`.",
    ]


def test_a_long_list_is_cut_and_says_how_long_it_is():
    lines = summary("small", [Result(f"s{n}", failed="x" * 1000) for n in range(MOST_SHOWN + 5)], Before(), 1)
    assert lines[-1] == "  … and 5 more"
    assert max(map(len, lines)) < 320


def test_times_are_short():
    assert [duration(t) for t in (0, 59.6, 60, 3599, 3600, 8000)] == [
        "0 s",
        "1 min 00 s",
        "1 min 00 s",
        "59 min 59 s",
        "1 h 00 min",
        "2 h 13 min",
    ]


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_is_a_bar_on_a_terminal_and_ten_lines_elsewhere(is_terminal):
    said = []
    to = SimpleNamespace(isatty=lambda: is_terminal, write=said.append, flush=lambda: None)
    progress = Progress(200, to)
    for number in range(200):
        progress.step(number == 3)
    progress.close()
    if is_terminal:
        assert said[99].startswith("\r[###############...............] 100 of 200, 1 failed, ")
        assert len(said) == 201
    else:
        assert [line.partition(",")[0] for line in said] == [f"{20 * n} of 200" for n in range(1, 11)]
        assert said[-1] == "200 of 200, 1 failed, 0 s left\n"


def test_help_and_wrong_numbers(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["grade", "--help"])
    assert "--keep-figures" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        main(["grade", ASSIGNMENT, "--workers=0"])
    assert "'0' is given; a whole number from 1 is expected" in capsys.readouterr().err


def test_a_new_class_has_all_that_is_needed_and_a_second_time_changes_nothing(tmp_path, capsys):
    assert main(["new-class", str(tmp_path / "class")]) == 0
    assert "nbgrader generate_assignment 01_chain_rule" in capsys.readouterr().out
    config = tmp_path / "class" / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}# mine\n")
    (tmp_path / "class" / "notebooks" / "01_chain_rule" / "chain_rule.ipynb").unlink()
    assert main(["new-class", str(tmp_path / "class")]) == 0
    assert "Kept as they were:\n  nbgrader_config.py\n" in capsys.readouterr().out
    assert config.read_text().endswith("# mine\n")
    assert (tmp_path / "class" / "notebooks" / "01_chain_rule" / "chain_rule.ipynb").exists()


def test_a_class_where_none_can_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match="is a file; give the name of a folder"):
        new_class(tmp_path / "file")
    with pytest.raises(CourseError, match="Cannot make a class in"):
        new_class(tmp_path / "file" / "class")


@needs_forks
def test_a_demonstration_shows_a_class_of_every_kind(tmp_path):
    grade = [sys.executable, "-m", "backprop_course.cli", "grade", "03_split_network", "--demo=24"]
    done = subprocess.run(
        grade, cwd=tmp_path, env=os.environ | {"TMPDIR": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    [folder] = tmp_path.glob("backprop-course-demo-*")
    assert f"A class of 24 is being made in {folder};" in done.stdout
    assert "03_split_network: 24 submissions in" in done.stdout
    room = Classroom(folder)
    scores = {}
    with room.gradebook() as gradebook:
        for submission in gradebook.assignment_submissions("03_split_network"):
            scores.setdefault(submission.student_id.split("-", 2)[2], set()).add(submission.score)
    most = sum(exercise.points for exercise in NOTEBOOKS["03_split_network/split_network"])
    assert scores["right"] == {most}
    assert max(scores["mistaken"]) < most
    assert scores["untouched"] == scores["deleted"] == scores["no-notebook"] == {0.0}
    assert max(scores["hostile"] | scores["hangs"]) <= most


def test_an_unknown_assignment_has_no_demonstration(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["grade", "09_nothing", "--demo"]) == 1
    assert "There is no assignment '09_nothing'; there are 01_chain_rule, 02_chain_network" in capsys.readouterr().err


def test_where_nothing_can_be_forked_nbgrader_executes_as_ever(monkeypatch):
    from traitlets.config import Config

    from backprop_course.grading.configuration import configure

    monkeypatch.delattr(os, "fork", raising=False)
    config = Config()
    configure(config)
    steps = config.Autograde.autograde_preprocessors
    assert steps[0] == "nbgrader.preprocessors.Execute"
    assert "nbgrader.preprocessors.SaveAutoGrades" in steps


def test_the_configuration_needs_no_nbgrader_to_be_read():
    code = (
        "import sys; from traitlets.config import Config\n"
        "from backprop_course.grading.configuration import configure; configure(Config())\n"
        "sys.exit('nbgrader' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_repositorys_configuration_and_a_classs_are_the_same():
    root = Path(__file__).parents[1]
    assert "configure(c)" in (root / "nbgrader_config.py").read_text()
    assert "configure(c)" in OURS
