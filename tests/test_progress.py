"""Where one stands: points of points, what is done, open and graded by hand, of this kernel and of earlier ones."""

import importlib
import re
import sys
from types import SimpleNamespace

import nbformat
import pytest
from own_networks import FILES

from backprop_course import checks, own_points, progress
from backprop_course.checks.standing import course_standing, latest
from backprop_course.errors import CourseError
from backprop_course.exercises import NOTEBOOKS, Options, exercise, registry
from backprop_course.exercises.written import WRITTEN
from backprop_course.students import instructors_notebooks


@pytest.fixture
def shell(monkeypatch, tmp_path):
    shown = []
    display = SimpleNamespace(publish=lambda data, metadata: shown.append(data))
    shell = SimpleNamespace(db={}, display_pub=display, shown=shown)
    monkeypatch.setattr(checks, "ipython", lambda: shell)
    monkeypatch.setattr("backprop_course.checks.standing.ipython", lambda: shell)
    monkeypatch.setattr(checks, "_as_it_stands", lambda verdict, shell, namespace: verdict)
    monkeypatch.chdir(tmp_path)
    latest.clear()
    yield shell
    latest.clear()


def told(shell):
    progress()
    return shell.shown[-1]["text/plain"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_totals_are_those_of_the_notebooks(name):
    path = instructors_notebooks() / f"{name}.ipynb"
    cells = nbformat.read(path, nbformat.NO_CONVERT).cells
    graded = [role for cell in cells if (role := cell.metadata.get("nbgrader", {})).get("grade")]
    [standing] = [one for one in course_standing(None) if one.name == name]
    assert standing.most == sum(role["points"] for role in graded)
    written = [(role["grade_id"], role["points"]) for role in graded if role["solution"]]
    assert [tuple(one) for one in WRITTEN.get(name, ())] == written


@pytest.mark.parametrize(("notebooks", "title"), [(["exam"], "10 exam"), (["one", "two"], "10 exercises")])
def test_a_notebook_on_exercises_of_ones_own_is_told_of_and_not_counted_in_the_course(
    shell, tmp_path, monkeypatch, notebooks, title
):
    before = told(shell).partition("\n")[0]
    folder = tmp_path / "10_exam"
    folder.mkdir()
    (folder / "exercises.py").write_text(FILES["two_skips"])
    for notebook in notebooks:
        (folder / f"{notebook}.ipynb").write_text("{}")
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    with registry.set_aside():
        importlib.import_module("exercises")
        monkeypatch.setitem(globals(), "z_a", exercise("two-forward").expected["z_a"])
        checks.check("two-forward")
        text = told(shell)
        html = shell.shown[-1]["text/html"]
    sys.modules.pop("exercises")
    assert f"{title}: 1 of 17 points" in text
    assert "open: two-forward (1 of 7), two-errors (0 of 2)" in text
    assert re.search(rf"^  █?·+ +1 of 17  {title} \(not counted in the course\)$", text, re.MULTILINE)
    assert before in text
    assert f"{title} ← here" in re.sub("<[^>]*>| .not counted in the course.", "", html)
    assert title not in told(shell)


def test_exercises_of_which_nobody_knows_the_notebook_are_told_of_by_their_module(shell):
    with registry.set_aside():
        registry.register_from(registry.Registrant("/lib/site-packages/exercises.py", None), [Options("mine", {})])
        registry.register_from(registry.Registrant("/lib/site-packages/my_school/exam.py", None), [Options("ours", {})])
        assert [one.name for one in course_standing(None) if one.beside] == ["/exercises", "my_school/exam"]
        assert "0 of 0   exercises (not counted" in told(shell)
        assert "0 of 0   my_school: exam (not counted" in told(shell)


def test_nothing_done_is_nothing_claimed(shell):
    assert "The course: 0 of" in told(shell)


def test_a_check_of_this_kernel_counts_at_once_and_its_notebook_is_told_of(shell, monkeypatch):
    monkeypatch.setitem(globals(), "z_j", exercise("chain-forward").expected["z_j"])
    checks.check("chain-forward")
    text = told(shell)
    assert "02 chain network: 1 of" in text
    assert "chain-forward (1 of" in text
    assert "graded by hand: chain-why-cache (3)" in text
    assert "03 split network: " not in text


def test_what_is_wrong_now_is_not_done_even_where_it_was_right_before(shell, monkeypatch):
    for name, value in exercise("chain-forward").expected.items():
        monkeypatch.setitem(globals(), name, value)
    checks.check("chain-forward")
    assert "done: chain-forward" in told(shell)
    monkeypatch.setitem(globals(), "z_j", 5.0)
    checks.check("chain-forward")
    assert "done:" not in told(shell)


def test_what_earlier_kernels_checked_counts_where_it_is_remembered(shell):
    shell.db["backprop_course/chain-cache"] = [1.0, exercise("chain-cache").points]
    [standing] = [one for one in course_standing(shell) if one.name.startswith("02")]
    assert standing.points == exercise("chain-cache").points
    assert "chain-cache" not in standing.open


def test_a_notebook_is_known_by_its_folder_before_anything_is_checked(shell, tmp_path, monkeypatch):
    (tmp_path / "03_split_network").mkdir()
    monkeypatch.chdir(tmp_path / "03_split_network")
    assert told(shell).startswith("03 split network: 0 of")


def test_notebooks_that_lie_beside_this_one_are_linked(shell, tmp_path, monkeypatch):
    for folder in ("02_chain_network", "03_split_network"):
        (tmp_path / folder).mkdir()
    (tmp_path / "03_split_network/split_network.ipynb").touch()
    monkeypatch.chdir(tmp_path / "02_chain_network")
    progress()
    assert shell.shown[-1]["text/html"].count("<a href") == 1
    assert '<a href="../03_split_network/split_network.ipynb">' in shell.shown[-1]["text/html"]


@pytest.mark.parametrize("lasting", [True, False])
def test_where_nothing_lasts_it_says_so(shell, monkeypatch, lasting):
    if not lasting:
        monkeypatch.setitem(sys.modules, "google.colab", SimpleNamespace())
    assert ("Nothing lasts here" in told(shell)) is not lasting


def test_grading_shows_no_progress(shell, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    progress()
    assert shell.shown == []


@pytest.mark.parametrize(
    "broken", [None, SimpleNamespace(db=None), SimpleNamespace(db={"backprop_course/softmax": "?"})]
)
def test_where_nothing_can_be_read_there_is_still_a_map(broken, monkeypatch, capsys):
    monkeypatch.setattr("backprop_course.checks.standing.ipython", lambda: broken)
    progress()
    assert "07 regularisation" in capsys.readouterr().out


def test_points_of_ones_own_are_told_beside_those_of_checks(shell, capsys, tmp_path, monkeypatch):
    (tmp_path / "02_chain_network").mkdir()
    monkeypatch.chdir(tmp_path / "02_chain_network")
    before = [line for line in told(shell).splitlines() if "points" in line]
    own_points("chain-why-cache", 2)
    assert capsys.readouterr().out == "chain-why-cache: 2 of 3 points of your own.\n"
    assert "your own points, beside those: chain-why-cache (2 of 3)" in told(shell)
    assert [line for line in told(shell).splitlines() if "points" in line and "own" not in line] == before
    own_points("chain-why-cache", None)
    assert "your own" not in told(shell)


@pytest.mark.parametrize(
    ("question", "points", "said"),
    [("chain-why", 1, "no written question"), ("dead-relu", 4, "0 to 3"), ("dead-relu", "2", "0 to 3")],
)
def test_points_that_cannot_be_are_refused(shell, question, points, said):
    with pytest.raises(CourseError, match=said):
        own_points(question, points)
