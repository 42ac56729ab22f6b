"""How many attempts an exercise took, from a check in a kernel to a submission."""

from types import SimpleNamespace

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from backprop_course.checks import Part, Verdict
from backprop_course.checks.attempts import MOST_ATTEMPTS, attempts
from backprop_course.checks.output import verdict_in


@pytest.fixture
def shell():
    return SimpleNamespace(db={})


def verdict(points, status="wrong"):
    return Verdict("an-exercise", (Part("z", status),), points, 3.0)


def test_attempts_are_counted_until_all_is_right(shell):
    given = [verdict(0.0, "missing"), verdict(1.0), verdict(0.5), verdict(3.0, "right"), verdict(1.0)]
    assert [attempts(shell, one) for one in given] == [[], [1.0], [1.0, 0.5], [1.0, 0.5, 3.0], [1.0, 0.5, 3.0]]


def test_exercises_are_counted_apart(shell):
    attempts(shell, verdict(1.0))
    assert attempts(shell, Verdict("another", (Part("z", "wrong"),), 2.0, 3.0)) == [2.0]


def test_there_is_an_end_to_what_is_kept(shell):
    for _ in range(MOST_ATTEMPTS + 5):
        kept = attempts(shell, verdict(1.0))
    assert len(kept) == MOST_ATTEMPTS


@pytest.mark.parametrize("broken", [SimpleNamespace(), SimpleNamespace(db=None), SimpleNamespace(db={1: 1}.items())])
def test_where_nothing_can_be_kept_the_check_goes_on(broken):
    assert attempts(broken, verdict(1.0)) in ([], [1.0])


def test_what_somebody_else_left_there_is_no_reason_to_fail(shell):
    shell.db["backprop_course/an-exercise"] = "rubbish"
    assert attempts(shell, verdict(1.0)) == [1.0]


def test_they_outlive_a_kernel_and_stand_in_the_notebook(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    counts = []
    for answer in ("", "z_j = 1.0", "z_j = 2.0", ""):
        cells = ["from backprop_course import check", answer, 'check("chain-forward")']
        notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
        NotebookClient(notebook, timeout=60).execute()
        [said] = filter(None, map(verdict_in, notebook.cells[2].outputs))
        counts.append(len(said["attempts"]))
    assert counts == [0, 1, 2, 2]
