"""Notebooks graded without a class, and the recipes of autograders that call this."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from classroom import ANSWERS, ASSIGNMENT, solved
from own_networks import FILES

from backprop_course.authoring.notebook import make_notebook
from backprop_course.cli import main
from backprop_course.grading.class_folder import find_course
from backprop_course.grading.gradebook import Book
from backprop_course.grading.source_release import released_from

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="submissions are executed in processes of Linux")
RECIPES = Path(__file__).parent.parent / "docs" / "recipes"


@pytest.fixture(scope="module")
def source(released):
    return released.folder / "notebooks" / ASSIGNMENT


@pytest.fixture(scope="module")
def handed_in(released, tmp_path_factory):
    """Files without any class around them: one half right under another name, one that fails a hidden test."""
    folder = tmp_path_factory.mktemp("files")
    answers = {name: solved(text) for name, text in ANSWERS.items()}
    answers |= {"split-deltas": f"{answers['split-deltas']}\ndelta_o = -delta_o", "why": "Because."}
    answers["double"] = "def double(x):\n    return x + 1"
    for name, called in (("one", "mine (1)"), ("two", "two")):
        notebook = released.released(name)
        for cell in notebook.cells:
            cell.source = answers.get(cell.id, cell.source)
        nbformat.write(notebook, folder / f"{called}.ipynb")
    (folder / "broken.ipynb").write_text("{")
    return folder


@pytest.fixture(scope="module")
def graded(handed_in, source):
    files = [str(handed_in / name) for name in ("mine (1).ipynb", "broken.ipynb", "two.ipynb")]
    done = subprocess.run(
        [sys.executable, "-m", "backprop_course.cli", "grade", *files, "--json", f"--source={source}"],
        capture_output=True,
        text=True,
        cwd=handed_in,
    )
    assert done.returncode == 1  # one is broken
    assert "Submissions are kept in by: " in done.stderr
    return json.loads(done.stdout)["files"]


def test_files_are_graded_as_in_a_class_and_nothing_is_written(graded, handed_in):
    mine, broken, two = graded
    assert sorted(path.name for path in handed_in.iterdir()) == ["broken.ipynb", "mine (1).ipynb", "two.ipynb"]
    points = {one["name"]: (one["score"], one["max_score"]) for one in mine["exercises"]}
    assert points.keys() == {"split-forward", "split-deltas", "why", "draw"}
    assert (points["split-forward"], points["why"], points["draw"]) == ((9, 9), (None, 3), (None, 2))
    assert 0 < points["split-deltas"][0] < 4
    assert (mine["assignment"], mine["notebook"], mine["waiting"]) == (ASSIGNMENT, "one", 2)
    assert "broken.ipynb is no notebook" in broken["failed"]
    assert two["score"] == 0


def test_a_verdict_names_the_mistake_and_a_hidden_test_says_nothing(graded):
    mine, _, two = graded
    deltas = next(one for one in mine["exercises"] if one["name"] == "split-deltas")
    assert deltas["verdict"]["parts"][0]["status"] == "wrong"
    assert deltas["output"].startswith("split-deltas: ")
    assert [one["output"] for one in two["exercises"]] == ["A hidden test failed."]


def test_what_is_released_without_a_gradebook_is_what_the_gradebook_knows(released, source, monkeypatch):
    monkeypatch.chdir(released.folder)
    course = find_course()
    with Book(course.url) as book:
        for known in book.released(ASSIGNMENT, course.order(ASSIGNMENT)):
            made = released_from(source / f"{known.name}.ipynb")
            # The checksum is that of the text without hidden tests here, and is not looked at.
            assert [replace(cell, checksum="") for cell in made.cells] == [
                replace(cell, checksum="") for cell in known.cells
            ]
            assert made.texts == known.texts
            assert made.mark == known.mark


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["nowhere.ipynb"], "There is no nowhere.ipynb"),
        (["a.ipynb", "02_chain_network"], "Either files or an assignment: 02_chain_network"),
        (["01", "02"], "One assignment at a time"),
        (["02_chain_network", "--json"], "--json and --source are for files"),
        (["a.ipynb", "--force", "--db", "x"], "--force and --db are for a class"),
        (["a.ipynb", "--source", "nowhere"], "nowhere holds no instructor's notebook"),
    ],
)
def test_what_does_not_go_together_is_said(tmp_path, monkeypatch, capsys, arguments, why):
    monkeypatch.chdir(tmp_path)
    if "nowhere.ipynb" not in arguments:
        Path("a.ipynb").write_text("{}")
    assert main(["grade", *arguments]) == 1
    assert why in capsys.readouterr().err


def command(folder, source):
    """A stand-in for the installed command, with the class's own notebooks instead of the course's."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    path = folder / "bin" / "backprop-course"
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -m backprop_course.cli "$@" --source={source}\n')
    path.chmod(0o755)


def test_gradescopes_recipe_makes_the_results_that_gradescope_reads(handed_in, source, tmp_path):
    root = tmp_path / "autograder"
    shutil.copytree(handed_in, root / "submission")
    command(root / "course", source)
    script = RECIPES / "gradescope" / "run_autograder"
    subprocess.run([str(script)], env=os.environ | {"AUTOGRADER": str(root)}, check=True)
    results = json.loads((root / "results" / "results.json").read_text())
    tests = {one["name"]: one for one in results["tests"]}
    assert tests.keys() == {"split-forward", "split-deltas", "double"}
    assert all(set(one) == {"name", "score", "max_score", "output", "visibility"} for one in tests.values())
    assert tests["split-forward"]["score"] == 9
    assert "why: a human gives up to 3 points." in results["output"]
    assert "broken.ipynb could not be graded" in results["output"]
    shutil.rmtree(root / "submission")
    subprocess.run([str(script)], env=os.environ | {"AUTOGRADER": str(root)}, check=True)
    assert json.loads((root / "results" / "results.json").read_text())["score"] == 0


def test_githubs_recipe_fails_where_points_are_missing_and_tells_which(handed_in, source, tmp_path):
    shutil.copy(handed_in / "mine (1).ipynb", tmp_path)
    command(tmp_path / ".course", source)
    path = os.pathsep.join([str(tmp_path / ".course" / "bin"), os.environ["PATH"]])
    env = os.environ | {"PATH": path, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}

    def grade(*arguments):
        script = [sys.executable, str(RECIPES / "github" / "grade.py"), *arguments]
        return subprocess.run(script, cwd=tmp_path, env=env, capture_output=True, text=True)

    done = grade()
    assert done.returncode == 1
    first, second, share = done.stdout.splitlines()
    assert first == "split-forward: 9 of 9"
    assert second.startswith("split-deltas: ")
    assert 0.5 < float(share) < 1
    assert "split-forward: 9 of 9 points" in (tmp_path / "summary.md").read_text()
    assert grade("split-forward").returncode == 0
    assert grade("split-deltas").returncode == 1


def test_exercises_of_ones_own_are_taken_from_beside_the_instructors_notebook(tmp_path, capsys):
    (tmp_path / "exam").mkdir()
    (tmp_path / "exam" / "exercises.py").write_text(FILES["two_skips"])
    make_notebook(tmp_path / "exam" / "exercises.py", tmp_path / "exam" / "exam.ipynb")
    shutil.copy(tmp_path / "exam" / "exam.ipynb", tmp_path / "mine.ipynb")  # the solutions are one way to answer
    assert main(["grade", str(tmp_path / "mine.ipynb"), "--json", "--source", str(tmp_path / "exam")]) == 0
    [mine] = json.loads(capsys.readouterr().out)["files"]
    points = {one["name"]: (one["score"], one["max_score"]) for one in mine["exercises"]}
    assert "two-errors" in points
    assert {name for name, (score, most) in points.items() if score != most} == set()
