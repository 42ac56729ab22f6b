"""Tests of one's own give the points that nbgrader gives, or wait for a human."""

import json
import os
import shutil

import nbformat
import pytest
from classroom import OURS, STOCK, Classroom, once
from own_assignments import FILES, OWN_ASSIGNMENTS, notebook
from own_idioms import ANSWERS, IDIOMS, SETUP, WRONG

pytest.importorskip("pandas")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="submissions cannot be kept apart here")

OWN = "own"
STUDENTS = ("model", "half", "untouched")
MARKED = "### BEGIN SOLUTION\n{}\n### END SOLUTION"
WAITS = {"np matrix"}
"""Idioms that deny the model solution its points, in nbgrader too."""


def numbered(tests):
    return {f"test-{number}": source for number, source in enumerate(tests)}


NAMED = dict(zip(IDIOMS, numbered(IDIOMS.values()), strict=True))
NOTEBOOKS = {
    "idioms": (SETUP, ANSWERS, WRONG, numbered(IDIOMS.values())),
    **{name: (one.given, one.answers, one.half, numbered(one.tests)) for name, one in OWN_ASSIGNMENTS.items()},
}
CONFIG = '\nc.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}\n'
BESIDE_IT = {**FILES, "data.txt": "7\n", "grader_helper.py": "def ok(f):\n    return f([2, 4]) == 3\n"}


def put_files(folder):
    for name, text in BESIDE_IT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def own_class(folder, notebooks=NOTEBOOKS):
    """A class whose assignment has these notebooks: what is given, right answers, half right ones, tests."""
    room = Classroom(folder)
    source = folder / "notebooks" / OWN
    source.mkdir(parents=True)
    put_files(source)
    for name, (given, answers, _, tests) in notebooks.items():
        nbformat.write(notebook(given, MARKED.format(answers), tests), source / f"{name}.ipynb")
    (folder / "nbgrader_config.py").write_text(OURS + CONFIG)
    room.run("nbgrader", "generate_assignment", OWN)
    for student in STUDENTS:
        handed_in = folder / "submitted" / student / OWN
        shutil.copytree(folder / "release" / OWN, handed_in)
        for name, (_, answers, half, _) in notebooks.items():
            made = nbformat.read(handed_in / f"{name}.ipynb", 4)
            [place] = [one for one in made.cells if one.metadata.nbgrader.grade_id == "answers"]
            place.source = {"model": answers, "half": half, "untouched": place.source}[student]
            nbformat.write(made, handed_in / f"{name}.ipynb")
            if student == "untouched" and name != "idioms":
                (handed_in / f"{name}.ipynb").unlink()  # a kernel for each would take long
    return room


def scores(room, student):
    """By notebook and test: the points, None where they wait for a human."""
    with room.gradebook() as gradebook:
        return {
            (one.name, grade.name): None if grade.needs_manual_grade else grade.auto_score
            for one in gradebook.find_submission(OWN, student).notebooks
            for grade in one.grades
        }


@pytest.fixture(scope="session")
def both(tmp_path_factory):
    """The points that nbgrader and we give, by student; and what `backprop-course grade` said."""

    def make(folder):
        ours = own_class(folder / "ours")
        stock = ours.copy(folder / "stock", STOCK + CONFIG)
        running = [stock.start("nbgrader", "autograde", OWN, f"--student={student}") for student in STUDENTS]
        said, _ = ours.run("backprop_course.cli", "grade", OWN, "--workers=1", status=(0, 2))
        for process in running:
            said_by_stock = process.communicate()
            assert process.returncode == 0, said_by_stock
        found = {
            which: {student: [[*at, points] for at, points in scores(room, student).items()] for student in STUDENTS}
            for which, room in (("ours", ours), ("stock", stock))
        }
        (folder / "found.json").write_text(json.dumps(found | {"said": said}))

    folder = once(tmp_path_factory.getbasetemp(), "own", make)
    found = json.loads((folder / "found.json").read_text())
    tables = {
        which: {student: {(one, test): points for one, test, points in rows} for student, rows in found[which].items()}
        for which in ("ours", "stock")
    }
    return tables | {"said": found["said"], "folder": folder}


@pytest.mark.parametrize("idiom", IDIOMS)
@pytest.mark.parametrize("student", STUDENTS)
def test_an_idiom_gives_the_points_that_nbgrader_gives(both, student, idiom):
    at = "idioms", NAMED[idiom]
    ours, stock = both["ours"][student][at], both["stock"][student][at]
    assert ours == (None if idiom in WAITS else stock)


@pytest.mark.parametrize("name", OWN_ASSIGNMENTS)
@pytest.mark.parametrize("student", STUDENTS[:2])
def test_an_assignment_in_the_style_of_public_ones_gives_the_points_that_nbgrader_gives(both, student, name):
    ours, stock = (
        {at: points for at, points in both[which][student].items() if at[0] == name} for which in ("ours", "stock")
    )
    assert ours == stock
    assert student != "model" or set(ours.values()) == {2.0}
    assert student != "half" or 0.0 in ours.values()


def test_which_tests_run_beside_and_which_wait_is_said(both):
    assert "idioms: these tests run beside the student's code: " in both["said"]
    assert f"idioms: {NAMED['np matrix']} denies the model solution its points (LinAlgError: " in both["said"]
    assert "waits for a human in every submission" in both["said"]
    assert (
        "factors: " not in both["said"].partition("To look at:")[0]
    )  # linear algebra with state between tests needs nothing but arrays
