"""A small class: one assignment of two short notebooks, released once a session, and students who answer it."""

import fcntl
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from backprop_course.students import STUBS

ASSIGNMENT = "small"
DUE = "2026-11-20 12:00:00"

STOCK = f"""
c = get_config()
c.CourseDirectory.course_id = "backprop-course"
c.CourseDirectory.source_directory = "notebooks"
c.ClearSolutions.update({STUBS!r})
c.LateSubmissionPlugin.penalty_method = "zero"
c.Execute.shutdown_kernel = "immediate"  # which costs a third of the time, and no points
c.Application.log_level = "ERROR"
"""
OURS = f"{STOCK}\nfrom backprop_course.grading.configuration import configure\nconfigure(c)\n"

SETUP = """\
import numpy as np
from backprop_course import check, given
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
numbers = given("split-forward")
x, y = numbers["x"], numbers["y"]
w_in, w_ij, w_ik, w_j, w_k = (numbers[name] for name in ("w_in", "w_ij", "w_ik", "w_j", "w_k"))"""
FORWARD = """\
z_i, h_i, z_j, h_j, z_k, h_k, z_o, y_hat, L = [None] * 9
### BEGIN SOLUTION
z_i = w_in * x
h_i = sigmoid(z_i)
z_j, z_k = w_ij * h_i, w_ik * h_i
h_j, h_k = sigmoid(z_j), sigmoid(z_k)
z_o = w_j * h_j + w_k * h_k
y_hat = z_o
L = 0.5 * (y_hat - y) ** 2
### END SOLUTION"""
DELTAS = """\
delta_o, delta_j, delta_k, delta_i = [None] * 4
### BEGIN SOLUTION
delta_o = y_hat - y
delta_j = delta_o * w_j * h_j * (1 - h_j)
delta_k = delta_o * w_k * h_k * (1 - h_k)
delta_i = (delta_j * w_ij + delta_k * w_ik) * h_i * (1 - h_i)
### END SOLUTION"""
DOUBLE = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION\n    raise NotImplementedError"
TEST = "assert double(1) == 2\n### BEGIN HIDDEN TESTS\nassert double(21) == 42\n### END HIDDEN TESTS"
WRITTEN = "<!-- BEGIN SOLUTION -->\nBecause.\n<!-- END SOLUTION -->"

ANSWERS = {"split-forward": FORWARD, "split-deltas": DELTAS, "double": DOUBLE}
WRONG = {
    "split-forward": ["h_j = h_k", "L = y_hat", "z_o = float('nan')", "1 / 0", "h_i = 'a text'"],
    "split-deltas": ["delta_i = delta_j * w_ij * h_i * (1 - h_i)", "delta_o = -delta_o", "delta_k = [1, 2]"],
    "double": ["def double(x):\n    return x + 1", "double = 2", "def double(x):\n    return x + undefined"],
}
"""Lines that spoil an answer."""


def cell(new_cell, grade_id, source, **nbgrader):
    kind = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return new_cell(source, id=grade_id, metadata={"nbgrader": {"grade_id": grade_id, **kind, **nbgrader}})


def answer_cells(name, test, points):
    return [
        cell(new_code_cell, name, ANSWERS[name], solution=True),
        cell(new_code_cell, f"{name}-check", test, grade=True, locked=True, points=points),
    ]


NOTEBOOKS = {
    "one": [
        new_markdown_cell("# One", id="title"),
        cell(new_code_cell, "setup", SETUP, locked=True),
        *answer_cells("split-forward", 'check("split-forward")', 9),
        *answer_cells("split-deltas", 'check("split-deltas")', 4),
        cell(new_markdown_cell, "why", WRITTEN, grade=True, solution=True, points=3),
        cell(new_markdown_cell, "draw", "Draw it.", task=True, locked=True, points=2),
    ],
    "two": [*answer_cells("double", TEST, 2), new_code_cell("print('the end')", id="end")],
}


class Classroom:
    """A course directory."""

    def __init__(self, folder):
        self.folder = folder

    def copy(self, folder, config=OURS):
        shutil.copytree(self.folder, folder)
        (folder / "nbgrader_config.py").write_text(config)
        return Classroom(folder)

    @property
    def url(self):
        return f"sqlite:///{self.folder}/gradebook.db"

    def gradebook(self):
        return Gradebook(self.url)

    def start(self, *command):
        """A command in this folder, running."""
        own = {name: str(self.folder / "jupyter") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # nbgrader calls alembic
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env=os.environ | own | {"PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command, status=0):
        """A command's output and what it said beside, when it has ended as it should."""
        process = self.start(*command)
        said = process.communicate()
        assert process.returncode in (status if isinstance(status, tuple) else (status,)), said
        return said

    def grade(self, *arguments, status=(0, 2)):
        return self.run("backprop_course.cli", "grade", ASSIGNMENT, *arguments, status=status)

    def released(self, name):
        return nbformat.read(self.folder / "release" / ASSIGNMENT / f"{name}.ipynb", 4)

    def submitted(self, student):
        return self.folder / "submitted" / student / ASSIGNMENT

    def autograded(self, student):
        return self.folder / "autograded" / student / ASSIGNMENT

    def hand_in(self, student, answers=None, notebooks=("one", "two"), when=None):
        """answers: by cell; without, all are right."""
        answers = {name: solved(source) for name, source in ANSWERS.items()} if answers is None else answers
        self.submitted(student).mkdir(parents=True, exist_ok=True)
        for name in notebooks:
            notebook = self.released(name)
            for submitted in notebook.cells:
                submitted.source = answers.get(submitted.id, submitted.source)
            nbformat.write(notebook, self.submitted(student) / f"{name}.ipynb")
        if when:
            (self.submitted(student) / "timestamp.txt").write_text(when)

    def scores(self, student):
        """Each graded cell: points from the machine, and whether a human must look at it."""
        with self.gradebook() as gradebook:
            notebooks = gradebook.find_submission(ASSIGNMENT, student).notebooks
            grades = [grade for notebook in notebooks for grade in notebook.grades]
            return {grade.name: (grade.auto_score, bool(grade.needs_manual_grade)) for grade in grades}


def solved(source):
    return "\n".join(line for line in source.splitlines() if "###" not in line and "raise" not in line)


def release(folder, config=OURS):
    """Makes the course directory and releases its assignment."""
    room = Classroom(folder)
    for name, cells in NOTEBOOKS.items():
        path = folder / "notebooks" / ASSIGNMENT / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
    (folder / "nbgrader_config.py").write_text(config)  # which notes the version that released it
    room.run("nbgrader", "generate_assignment", ASSIGNMENT)
    with room.gradebook() as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE)
    return room


def honest_class(room, count, seed=0):
    """So many students who know all, something or nothing, answer in their own way, in time or late."""
    chance = random.Random(seed)
    for number in range(count):
        answers = {}
        for name, source in ANSWERS.items():
            kind = chance.choice(["right", "right", "wrong", "untouched", "printed"])
            if kind != "untouched":
                answers[name] = solved(source)
            if kind == "wrong":
                answers[name] += "\n" + chance.choice(WRONG[name])
            if kind == "printed":
                answers[name] += "\nprint('<b>here</b>', 1 / 3)"
        if chance.random() < 0.6:
            answers["why"] = "Because *nothing* is lost."
        when = chance.choice([None, "2026-11-19 08:00:00 UTC", "2026-11-21 09:30:00 UTC"])
        room.hand_in(f"s{number:03}", answers, ("one", "two") if number % 12 == 0 else ("one",), when)


def once(folder, name, make):
    """What `make(path)` makes, once for all of pytest's processes: the others wait for the first."""
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    done = shared / f"{name}.done"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(shared / name, ignore_errors=True)
            make(shared / name)
            done.write_text(json.dumps(True))
    return shared / name
