"""Tests of one's own run where they can be neither forged nor seen; what nobody can carry out waits for a human."""

import os

import nbformat
import pytest
from own_assignments import notebook
from submitted import QUICK
from traitlets.config import Config

from backprop_course.grading.configuration import Grading
from backprop_course.grading.executor import Executor
from backprop_course.grading.marking import mark, task
from backprop_course.grading.released import ReleasedCell, ReleasedNotebook
from backprop_course.grading.submission import mend
from backprop_course.grading.trying_tests import try_tests

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="submissions cannot be kept apart here")


@pytest.fixture(scope="module")
def execute():
    with Executor() as executor:
        yield executor


def released(tests, given="", stub="def f(*x):\n    raise NotImplementedError"):
    """A release of one notebook. tests: their sources, by name."""
    return ReleasedNotebook(
        "nb",
        (
            ReleasedCell("given", "code", given, locked=True, checksum=None),
            ReleasedCell("answers", "code", stub, locked=False, checksum=None, solution=True),
            *(ReleasedCell(name, "code", source, True, None, 2.0) for name, source in tests.items()),
        ),
        {"name": "python3", "display_name": "Python 3", "language": "python"},
    )


def handed_in(release, answers):
    made = notebook(release.cells[0].source, answers, {one.name: one.source for one in release.cells[2:]})
    return mend(nbformat.writes(made).encode(), release)


class Graded:
    """A submission graded by the tests of a release, in the form that the model solution shows."""

    def __init__(self, execute, tmp_path, release, model, answers, way="auto", files=None):
        rules = Grading(config=Config({"Grading": {"own_tests": way}}))
        rules.cell_seconds, rules.check_seconds = QUICK.cell_seconds, QUICK.check_seconds
        if model is not None:
            made = notebook(release.cells[0].source, model, {one.name: one.source for one in release.cells[2:]})
            nbformat.write(made, tmp_path / "nb.ipynb")
        for name, text in (files or {}).items():
            (tmp_path / name).write_text(text)
        self.tests = try_tests("own", {"nb": release}, tmp_path, rules, lambda some: ((t, execute(t)) for t in some))
        mended = handed_in(release, answers)
        forms = self.tests.notebooks["nb"].forms
        self.where = {name: form.where for name, form in forms.items()}
        self.outcome = execute(task("eve", "own", mended, rules, tests=forms, files=self.tests.files))
        marked = mark(self.outcome, task("eve", "own", mended, rules, tests=forms), mended, (), rules)
        self.points = {name: marked.graded.scores.get(name) for name in forms}
        self.waiting = marked.graded.waiting
        self.flags = {(flag.kind, flag.cell) for flag in marked.flags}
        self.text = marked.text


DATA = "import numpy as np\nX = np.linspace(0, 1, 11)\nY = np.sin(X)\nnoise = np.random.rand(3)"
FORGERIES = {
    "locked data overwritten": (
        {"t": "assert np.allclose(f(X), Y)"},
        "def f(x): return np.sin(x)",
        "Y = X\ndef f(x): return x",
        set(),
    ),
    "locked data changed in place": (
        {"t": "assert np.allclose(f(X), Y)"},
        "def f(x): return np.sin(x)",
        "Y[:] = 0; X[:] = 0\ndef f(x): return 0 * x",
        set(),
    ),
    "arguments changed in place": (
        {"t": "x, y = np.arange(5.0), np.ones(5)\nassert np.allclose(f(x, y), 2 * x + y)"},
        "def f(x, y): return 2 * x + y",
        "def f(x, y):\n    x[:] = 0; y[:] = 0\n    return x",
        {("changed-arguments", "t")},
    ),
    "a list changed in place": (
        {"t": "W = [[1., 2.], [3., 4.]]\nassert f(W) == [list(r) for r in zip(*W)]"},
        "def f(W): return [list(r) for r in zip(*W)]",
        "def f(W):\n    W.clear(); W.append([0.0])\n    return [[0.0]]",
        {("changed-arguments", "t")},
    ),
    "a test's name bound by the student": (
        {"s": "expected = f(1)\nassert expected == 2", "t": "assert f(2) == expected + 2"},
        "def f(x): return 2 * x",
        "expected = -2\ndef f(x): return 0",
        set(),
    ),
    "a class that is equal to everything": (
        {"t": "assert f(3) == 9"},
        "def f(x): return x * x",
        "class Equal:\n    def __eq__(self, other): return True\ndef f(x): return Equal()",
        {("not-carried-out", "t")},
    ),
    "an exception of ours where the student's is asked": (
        {"t": "try:\n    f('x')\nexcept TypeError:\n    pass\nelse:\n    assert False"},
        "def f(x): return x + 1",
        "class Any:\n    pass\ndef f(x): return Any()",
        set(),
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_gives_no_points_and_costs_nobody_honest_any(execute, tmp_path, forgery):
    tests, right, forged, flags = FORGERIES[forgery]
    release = released(tests, DATA)
    honest = Graded(execute, tmp_path, release, right, right)
    assert (set(honest.points.values()), honest.flags, set(honest.where.values())) == ({2.0}, set(), {"apart"})
    eve = Graded(execute, tmp_path, release, right, forged)
    assert not any(eve.points.values())
    assert flags <= eve.flags


def test_a_function_that_is_to_change_its_argument_is_not_flagged(execute, tmp_path):
    release = released({"t": "v = [2, 1]\nf(v)\nassert v == [1, 2]"})
    assert Graded(execute, tmp_path, release, "def f(v): v.sort()", "def f(v): v.sort()").flags == set()


def test_what_cannot_be_passed_waits_for_a_human_and_is_no_nought(execute, tmp_path):
    release = released({"t": "assert f(2) == {'a': 2}"})
    own = "class Mine(dict):\n    pass\nclass Other:\n    pass\ndef f(x):\n    return Other()"
    eve = Graded(execute, tmp_path, release, "def f(x): return {'a': x}", own)
    assert (eve.points, eve.waiting) == ({"t": None}, {"t"})
    assert ("not-carried-out", "t") in eve.flags
    assert "a value of type Other cannot be passed to a test; a human gives its points." in eve.text


@pytest.mark.parametrize("way", ["auto", "apart", "beside"])
def test_the_instructor_says_where_tests_run(execute, tmp_path, way):
    tests = {"class": "assert f(3).y == 3", "plain": "assert f(1) is not None\nassert 1 + 1 == 2"}
    right = "class P:\n    def __init__(self, y): self.y = y\ndef f(x): return P(x)"
    graded = Graded(execute, tmp_path, released(tests), right, right, way)
    assert graded.where["class"] == {"auto": "beside", "apart": "nowhere", "beside": "beside"}[way]
    assert graded.points["class"] == {"auto": 2.0, "apart": None, "beside": 2.0}[way]
    assert way != "beside" or graded.where["plain"] == "beside"


def test_without_a_solution_tests_run_apart_and_that_is_said(execute, tmp_path):
    graded = Graded(execute, tmp_path, released({"t": "assert f(3) == 3"}), None, "def f(x): return x")
    assert (graded.where, graded.points) == ({"t": "apart"}, {"t": 2.0})
    assert graded.tests.said == ("nb: the source has no solution: its own tests run apart, untried.",)


@pytest.mark.parametrize(
    ("test", "points"),
    [
        ("2.0 * (f(1) == 2)", 0.0),
        ("1.0 * (f(1) == 2)", None),  # the model solution gets 1 of 2: nobody knows what the number means
        ("assert f(0) == 0\nf(1) / 2", 2.0),  # beside an assertion it is no points
    ],
)
def test_a_number_is_points_where_the_model_solution_gets_all_of_them(execute, tmp_path, test, points):
    graded = Graded(execute, tmp_path, released({"t": test}), "def f(x): return 2 * x", "def f(x): return 0")
    assert graded.points == {"t": points}


def test_a_test_that_denies_the_model_solution_its_points_is_used_for_nobody(execute, tmp_path):
    graded = Graded(execute, tmp_path, released({"t": "assert f(1) == 3"}), "def f(x): return x", "def f(x): return 3")
    assert (graded.points, graded.where) == ({"t": None}, {"t": "nowhere"})
    assert "t denies the model solution its points (AssertionError)" in " ".join(graded.tests.said)


def test_what_is_random_in_a_released_cell_is_the_students(execute, tmp_path):
    release = released({"t": "assert f() == noise.tolist()"}, DATA)
    right = "def f(): return noise.tolist()"
    assert Graded(execute, tmp_path, release, right, right).points == {"t": 2.0}


LOOKING = """
import gc
class P:
    def __init__(self, x): self.x = x
def f(x):
    secret = "SECRET" + chr(65) + "PART"
    words = [text for text in map(str, gc.get_objects()) if secret in text]
    files = []
    for name in ("gradebook.db", "submitted", "../gradebook.db", {here!r}):
        try:
            files.append(open(name).read())
        except OSError:
            pass
    return P((len(words), files))
"""


def test_beside_there_is_no_other_test_and_nothing_of_the_instructors(execute, tmp_path):
    (tmp_path / "gradebook.db").write_text("grades")
    tests = {"apart": "assert 1 == 1, 'SECRETAPART'", "beside": "assert f(1).x == (0, []), f(1).x"}
    plain = "class P:\n    def __init__(self, x): self.x = x\ndef f(x): return P((0, []))"
    spy = LOOKING.format(here=str(tmp_path / "gradebook.db"))
    (tmp_path / "source").mkdir()
    graded = Graded(execute, tmp_path / "source", released(tests), plain, spy)
    assert graded.where == {"apart": "apart", "beside": "beside"}
    assert graded.points["beside"] == 2.0, graded.text


@pytest.mark.parametrize("way", ["import os; os._exit(0)", "while True: pass", "raise KeyboardInterrupt"])
def test_who_stops_beside_loses_those_tests_and_no_others(execute, tmp_path, way):
    tests = {"plain": "assert f(1) == 1", "own": "assert g(1).y == 1"}
    right = "class P: y = 1\ndef f(x): return x\ndef g(x): return P()"
    graded = Graded(execute, tmp_path, released(tests), right, f"def f(x): return x\ndef g(x):\n    {way}")
    assert graded.points == {"plain": 2.0, "own": 0.0}


def test_nothing_is_shown_of_hidden_tests_that_run_beside(execute, tmp_path):
    hidden = "### BEGIN HIDDEN TESTS\nassert f(17).y == 17  # SECRET\n### END HIDDEN TESTS"
    tests = {"hidden": hidden, "open": "assert f(1).y == 1"}
    right = "class P:\n    def __init__(self, y): self.y = y\ndef f(x): return P(x)"
    telling = (
        "import sys\nclass P: pass\ndef f(x):\n    cells = sys._getframe(1).f_globals.get('In', [])\n"
        "    print(cells)\n    raise ValueError(str(cells))"
    )
    graded = Graded(execute, tmp_path, released(tests), right, telling)
    assert set(graded.where.values()) == {"beside"}
    assert "SECRET" not in str(graded.outcome.cells)


def test_a_submission_of_the_courses_own_is_run_once_and_untried(execute, tmp_path, monkeypatch):
    def never(*given):
        raise AssertionError

    release = ReleasedNotebook("nb", (ReleasedCell("c", "code", 'check("softmax")', True, None, 2.0),), {})
    assert try_tests("own", {"nb": release}, tmp_path, Grading(), never).notebooks == {}
