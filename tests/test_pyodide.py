"""The library in a browser's Python: the same verdicts as here, without threads, signals or processes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from own_networks import together

from backprop_course.authoring.notebook import make_notebook
from backprop_course.exercises import EXERCISES
from backprop_course.site.wheels import course_wheel
from backprop_course.students import instructors_notebooks

HERE = Path(__file__).parent
PYODIDE = HERE.parent.parent / "shared" / "pyodide"

pytestmark = [
    pytest.mark.skipif(not PYODIDE.is_dir(), reason="there is no Pyodide beside this project, in ../shared/pyodide"),
    pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed"),
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """A file with the instructor's answer cells, by exercise."""
    found = {}
    for path in instructors_notebooks().glob("*/*.ipynb"):
        for cell in nbformat.read(path, 4).cells:
            if (grade_id := cell.metadata.get("nbgrader", {}).get("grade_id")) in EXERCISES:
                found[grade_id] = cell.source
    path = tmp_path_factory.mktemp("answers") / "answers.json"
    path.write_text(json.dumps(found))
    return path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    made = course_wheel()
    path = tmp_path_factory.mktemp("wheel") / made.file_name
    path.write_bytes(made.content)
    return path


def in_pyodide(wheel, program, argument):
    """What a program prints in Pyodide, in Node.js."""
    command = ["node", HERE / "pyodide.mjs", PYODIDE, wheel, program, argument]
    done = subprocess.run(command, capture_output=True, text=True)
    assert not done.returncode, done.stderr[-3000:]
    return done.stdout


def test_every_exercise_has_the_same_verdicts_in_the_browsers_python(wheel, answers):
    program = HERE / "verdicts.py"
    here = subprocess.Popen([sys.executable, program, answers], stdout=subprocess.PIPE, text=True)
    there = json.loads(in_pyodide(wheel, program, answers))
    here = json.loads(here.communicate()[0])
    assert len(here) > 400
    right = [name for name in here if name.endswith(": right")]
    assert len(right) >= len(EXERCISES)
    assert {status for name in right for _, status, _ in here[name]} == {"right"}
    assert there == here


@pytest.fixture
def own_notebooks(tmp_path):
    """Notebooks on five networks of one's own, right and with mistakes, and the file that they import."""
    file = tmp_path / "exercises.py"
    file.write_text(together())
    make_notebook(file, tmp_path / "exam.ipynb")
    cells = [cell for cell in nbformat.read(tmp_path / "exam.ipynb", 4).cells if cell.cell_type == "code"]
    # Pictures have tests of their own, in a browser.
    seen = ("figure(", "StepThrough(", "from backprop_course.widgets")
    texts = ([line for line in cell.source.splitlines() if not line.startswith(seen)] for cell in cells)
    right = [(cell.id, "\n".join(lines)) for cell, lines in zip(cells, texts, strict=True)]
    wrong = [(id, f"{text}\ndL_dz_a = 7.25" if id == "two-errors" else text) for id, text in right]
    path = tmp_path / "notebooks.json"
    path.write_text(json.dumps({"file": together(), "notebooks": {"right": right, "wrong": wrong}}))
    return path


def test_exercises_of_ones_own_score_the_same_in_the_browsers_python(wheel, own_notebooks, tmp_path):
    program = HERE / "own_in_browser.py"
    command = [sys.executable, program, own_notebooks]
    here = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    there = json.loads(in_pyodide(wheel, program, own_notebooks).splitlines()[-1])
    here = json.loads(here.communicate()[0].splitlines()[-1])
    assert there == here
    checks = [name for name in here if name.startswith("right: ")]
    assert len(checks) > 12
    fewer = [name for name in checks if here[name] > here[name.replace("right", "wrong")]]
    assert fewer == ["right: two-errors-check"]
