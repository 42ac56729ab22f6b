"""A check says first where the values are not those of the code that is there, and praises nothing then."""

from __future__ import annotations

import io
import json
import sys

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from backprop_course import check, exercises
from backprop_course.checks import judge
from backprop_course.checks.output import Points, output_of, verdict_in
from backprop_course.checks.runs import Runs, bound_names, runs_of

ASKED = exercises.exercise("chain-cache")
GIVEN = exercises.exercise("chain-forward")
RIGHT = {name: float(ASKED.expected[name]) for name in (*ASKED.earlier, *ASKED.asked)}
SETUP = "\n".join(
    [f"{name} = {value!r}" for name, value in {**ASKED.givens, **RIGHT}.items() if name not in ASKED.asked]
)
ANSWER = "\n".join(f"{name} = {RIGHT[name]!r}" for name in ASKED.asked)


class Notebook:
    """A shell of IPython's, cell by cell, with what a check puts out."""

    def __init__(self, ids):
        self.ids = ids
        self.shell = InteractiveShell()
        self.shell.user_ns["check"] = check
        self.shell.history_manager.enabled = False
        runs_of(self.shell)
        self.run("setup", "from backprop_course import check\n" + SETUP)

    def run(self, cell, source, **how):
        how = {"store_history": True} | how
        with capture_output():
            return self.shell.run_cell(source, cell_id=cell if self.ids else None, **how)

    def check(self, monkeypatch):
        """The headline, and the whole text."""
        published = []
        monkeypatch.setattr("IPython.get_ipython", lambda: self.shell)
        monkeypatch.setattr(self.shell.display_pub, "publish", lambda **what: published.append(what))
        self.run("chain-cache-check", 'points = check("chain-cache")')
        self.shell.run_cell("points = None", silent=True)
        [one] = (what for what in published if what["metadata"])  # below it may stand an offer of practice
        return one["data"]["text/plain"].split("\n")[0], one


@pytest.fixture(params=[True, False], ids=["ids sent", "no ids"])
def notebook(request, monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return Notebook(request.param)


CRASHES = {
    "an open bracket": (ANSWER.replace("\n", " * (1\n", 1), "SyntaxError"),
    "an open quote": (ANSWER + "\nC_3 = 'x", "SyntaxError"),
    "an indentation": ("  " + ANSWER.replace("\n", "\n "), "IndentationError"),
    "an exception": (ANSWER.replace("C_3 = ", "C_3 = nowhere * "), "NameError"),
    "an exception at once": ("1 / 0\n" + ANSWER, "ZeroDivisionError"),
    "a timed cell": ("%%time\n1 / 0\n" + ANSWER, "ZeroDivisionError"),
}


@pytest.mark.parametrize("crash", CRASHES)
def test_after_a_crash_that_is_said_first_and_nothing_is_praised(notebook, crash, monkeypatch):
    notebook.run("chain-cache", ANSWER)
    assert notebook.check(monkeypatch)[0] == "chain-cache: 3 of 3 points"
    source, error = CRASHES[crash]
    notebook.run("chain-cache", source)
    first, shown = notebook.check(monkeypatch)
    if crash == "a timed cell" and first == "chain-cache: 3 of 3 points":
        pytest.skip("this IPython shows what a timed cell raises, and goes on")
    assert first.startswith(f"chain-cache: the cell above stopped with {error}")
    old = " (at C_3)" if crash == "an exception" else ""
    assert f"What follows is about an earlier run{old}: 3 of 3 points." in shown["data"]["text/plain"]
    assert "✓" not in shown["data"]["text/plain"] + shown["data"]["text/html"]
    assert "#2e8540" not in shown["data"]["text/html"]
    [data] = shown["metadata"].values()
    assert (data["passed"], data["stale"][:22]) == (False, "the cell above stopped")
    notebook.run("chain-cache", ANSWER)
    assert notebook.check(monkeypatch)[0] == "chain-cache: 3 of 3 points"


def test_the_line_of_the_cell_is_told(notebook, monkeypatch):
    notebook.run("chain-cache", ANSWER + "\n\ndef f():\n    return 1 / 0\n\nf()")
    assert notebook.check(monkeypatch)[0].endswith("stopped with ZeroDivisionError (line 8).")


def about(shown):
    return shown["data"]["text/plain"].split("\n")[1].strip()


FIRST_RUNS = {
    "after all is set": (ANSWER + "\n1 / 0", "What follows is about what ran before that line: 3 of 3 points."),
    "on the way": (
        ANSWER.replace("C_3 = ", "C_3 = nowhere * "),
        "What follows is about what ran before that line: 2 of 3 points.",
    ),
    "before anything runs": (ANSWER + "(", "0 of 3 points."),
    "in a loop": (
        f"for value in ({RIGHT['C_1']!r}, nowhere):\n    C_1 = value",
        "0 of 3 points.",
    ),
}


@pytest.mark.parametrize("crash", FIRST_RUNS)
def test_a_first_run_that_stops_is_not_called_an_earlier_one(notebook, crash, monkeypatch):
    source, told = FIRST_RUNS[crash]
    notebook.run("chain-cache", source)
    first, shown = notebook.check(monkeypatch)
    assert first.startswith("chain-cache: the cell above stopped with")
    assert about(shown) == told
    assert "✓" not in shown["data"]["text/plain"]


def test_what_a_stopped_run_has_set_is_told_from_what_an_earlier_one_left(notebook, monkeypatch):
    notebook.run("chain-cache", ANSWER)
    notebook.run("chain-cache", ANSWER.replace("C_3 = ", "C_3 = nowhere * "))
    assert about(notebook.check(monkeypatch)[1]) == "What follows is about an earlier run (at C_3): 3 of 3 points."


def test_what_a_loop_has_set_before_it_stopped_is_of_this_run(notebook, monkeypatch):
    notebook.run("chain-cache", ANSWER)
    loop = "for name in ('C_1', 'C_2', 'C_3'):\n    C_1 = 7.25 + len(name)\n    C_2 = C_3 = nowhere"
    notebook.run("chain-cache", loop)
    assert "(at C_2, C_3)" in about(notebook.check(monkeypatch)[1])


def test_a_check_in_the_answers_own_cell_is_about_that_run(notebook, monkeypatch):
    published = []
    monkeypatch.setattr("IPython.get_ipython", lambda: notebook.shell)
    monkeypatch.setattr(notebook.shell.display_pub, "publish", lambda **what: published.append(what))
    notebook.shell.run_cell(ANSWER + "(", store_history=True, cell_id="chain-cache" if notebook.ids else None)
    source = ANSWER + '\npoints = check("chain-cache")'
    notebook.shell.run_cell(source, store_history=True, cell_id="chain-cache" if notebook.ids else None)
    assert published[0]["data"]["text/plain"].startswith("chain-cache: 3 of 3 points")


def test_the_last_cell_that_sets_an_answer_decides(notebook, monkeypatch):
    notebook.run("chain-cache", ANSWER)
    notebook.run("own", ANSWER + "(")
    which = "the last cell that sets C_1, C_2, C_3" if notebook.ids else "the cell above"
    assert notebook.check(monkeypatch)[0] == f"chain-cache: {which} stopped with SyntaxError (line 3)."


def test_a_cell_that_sets_one_of_the_answers_does_not_hide_that_the_others_are_old(notebook, monkeypatch):
    notebook.run("chain-cache", ANSWER)
    notebook.run("chain-cache", ANSWER + "(")
    notebook.run("scratch", f"C_1 = {RIGHT['C_1']!r}")
    first, shown = notebook.check(monkeypatch)
    assert first == "chain-cache: the cell above stopped with SyntaxError (line 3)."
    assert about(shown) == "What follows is about an earlier run (at C_2, C_3): 3 of 3 points."


def test_no_line_is_told_where_a_magic_counts_them_otherwise(notebook, monkeypatch):
    notebook.run("chain-cache", "%%time\n" + ANSWER + "(")
    assert notebook.check(monkeypatch)[0] == "chain-cache: the cell above stopped with SyntaxError."


def test_a_power_written_as_in_mathematics_is_explained(notebook, monkeypatch):
    notebook.run("chain-cache", ANSWER + "\nL = 0.5 * (C_1 - 1.5)^2")
    assert "In Python code a power is written **" in notebook.check(monkeypatch)[1]["data"]["text/plain"]


def test_other_cells_that_fail_or_run_silently_change_nothing(notebook, monkeypatch):
    notebook.run("chain-cache", ANSWER)
    notebook.run("scratch", "1 / 0")
    notebook.run("viewer", "1 / 0", silent=True, store_history=False)
    notebook.run("viewer", "C_1 = nowhere", store_history=False)
    assert notebook.check(monkeypatch)[0] == "chain-cache: 3 of 3 points"


def test_a_cell_that_runs_after_the_crash_does_not_hide_it(notebook, monkeypatch):
    notebook.run("chain-cache", ANSWER)
    notebook.run("chain-cache", ANSWER + "(")
    notebook.run("scratch", "x + 1")
    assert "stopped with SyntaxError" in notebook.check(monkeypatch)[0]


def test_an_answer_given_anew_in_another_cell_counts(notebook, monkeypatch):
    notebook.run("chain-cache", ANSWER + "(")
    notebook.run("own", ANSWER)
    assert notebook.check(monkeypatch)[0] == "chain-cache: 3 of 3 points"


def test_a_name_that_the_cell_no_longer_sets_is_told(monkeypatch):
    notebook = Notebook(ids=True)
    notebook.run("chain-cache", ANSWER)
    notebook.run("chain-cache", ANSWER.replace("C_3 =", "C3 ="))
    assert notebook.check(monkeypatch)[0] == "chain-cache: the cell above no longer sets C_3."
    notebook.run("own", f"C_3 = {RIGHT['C_3']!r}")
    assert notebook.check(monkeypatch)[0] == "chain-cache: 3 of 3 points"


def test_values_that_a_cell_sets_without_naming_them_are_taken(notebook, monkeypatch):
    notebook.run("chain-cache", f"globals().update({ {name: RIGHT[name] for name in ASKED.asked}!r})")
    assert notebook.check(monkeypatch)[0] == "chain-cache: 3 of 3 points"


def test_after_a_restart_the_cells_above_are_asked_for(notebook, monkeypatch):
    first, shown = notebook.check(monkeypatch)
    assert first == "chain-cache: 0 of 3 points"
    assert "run the cells above again (Run → Run All Above Selected Cell)" in shown["data"]["text/plain"]
    notebook.run("chain-cache", "C_1 = None\nC_2 = None\nC_3 = None")
    assert "again" not in notebook.check(monkeypatch)[1]["data"]["text/plain"]


def test_while_nbgrader_executes_the_points_are_those_of_the_values(notebook, monkeypatch):
    notebook.run("chain-cache", ANSWER)
    notebook.run("chain-cache", ANSWER + "(")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert notebook.check(monkeypatch)[0] == "chain-cache: 3 of 3 points"


def test_a_check_of_what_is_not_there_is_no_attempt(notebook, monkeypatch):
    notebook.run("chain-cache", ANSWER.replace("C_3 = ", "C_3 = -"))
    notebook.shell.db = {}
    counts = [len(notebook.check(monkeypatch)[1]["metadata"]["backprop-course"]["attempts"])]
    notebook.run("chain-cache", ANSWER + "(")
    counts.append(len(notebook.check(monkeypatch)[1]["metadata"]["backprop-course"]["attempts"]))
    assert counts == [1, 1]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a = b = 1\nc, (d, *e) = 1, (2, 3)\nf += 1\ng: int = 2", {"a", "b", "c", "d", "e", "f", "g"}),
        ("def f(x):\n    y = 1\nclass C: pass\nimport numpy as np", {"f", "C", "y", "np"}),
        ("%matplotlib inline\n!ls\na = 1", {"a"}),
        ("a = (1\nb = 2", {"a", "b"}),
        ("a = 'x\nb, c = 2", {"a", "b", "c"}),
        ("def f(x:\n    return x", {"f"}),
        ("f(a=1", set()),
        ("a == 1 (", set()),
    ],
)
def test_the_names_that_a_text_binds(source, names):
    assert bound_names(source) >= names
    assert not bound_names(source) & {"x", "inline", "ls"}
    if not names:
        assert not bound_names(source)


def test_each_shell_has_runs_of_its_own():
    one, other = InteractiveShell(), InteractiveShell()
    assert runs_of(one) is runs_of(one)
    assert runs_of(one) is not runs_of(other)
    assert isinstance(runs_of(other), Runs)


def test_in_a_kernel_no_number_stands_below_a_verdict_and_nbgrader_reads_one(monkeypatch):
    def outputs():
        cells = ["from backprop_course import check", 'check("chain-forward")', 'check("chain-forward") + 1']
        notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
        NotebookClient(notebook, timeout=60).execute()
        nbformat.validate(notebook)
        return [[output.output_type for output in cell.outputs] for cell in notebook.cells[1:]], notebook

    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    kinds, notebook = outputs()
    assert kinds == [["display_data"], ["display_data", "execute_result"]]
    again = nbformat.reads(nbformat.writes(notebook), 4)
    assert verdict_in(again.cells[1].outputs[0])["exercise"] == "chain-forward"
    assert set(again.cells[1].outputs[0].data) == {"text/plain", "text/html"}
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    kinds, notebook = outputs()
    assert kinds[0] == ["display_data", "execute_result"]
    assert notebook.cells[1].outputs[1].data["text/plain"] == "0.0"


def test_points_are_a_number():
    points = Points(2.5)
    assert (points + 1, json.dumps(points), f"{points:g}", repr(points)) == (3.5, "2.5", "2.5", "2.5")


def test_a_verdict_is_read_back_from_every_versions_place():
    verdict = judge("chain-forward", {})
    data, metadata = output_of(verdict, attempts=[0.0])
    new = {"output_type": "display_data", "data": data, "metadata": metadata}
    old = {"data": {"application/vnd.backprop-course.verdict+json": verdict.to_json()}, "metadata": {}}
    assert verdict_in(new)["attempts"] == [0.0]
    assert verdict_in(old)["exercise"] == "chain-forward"
    assert [verdict_in(bad) for bad in ({}, {"metadata": 5, "data": 5}, {"metadata": {"backprop-course": 5}})] == [
        None
    ] * 3


def test_outside_a_notebook_a_narrow_stream_takes_what_it_can(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr("backprop_course.checks.ipython", lambda: None)
    z_j = 99.0  # noqa: F841
    check("chain-forward")
    stream.flush()
    assert "chain-forward: 0 of 7 points" in stream.buffer.getvalue().decode("cp1252")


def test_a_notebook_that_can_show_nothing_any_more_gets_text(notebook, monkeypatch, capsys):
    def broken(**what):
        raise TypeError("'NoneType' object is not callable")

    monkeypatch.setattr("IPython.get_ipython", lambda: notebook.shell)
    monkeypatch.setattr(notebook.shell.display_pub, "publish", broken)
    notebook.shell.run_cell('check("chain-cache")')
    assert "chain-cache: 0 of 3 points" in capsys.readouterr().out
