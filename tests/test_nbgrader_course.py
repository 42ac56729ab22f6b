"""Every other assignment through nbgrader too: released, handed in solved and untouched, graded, handed back."""

import shutil
from itertools import groupby

import nbformat
import pytest
from test_nbgrader import ROOT, WRITTEN, Course, by_grade_id

from backprop_course.exercises import NOTEBOOKS

ASSIGNMENTS = {
    assignment: list(names)
    for assignment, names in groupby(NOTEBOOKS, key=lambda name: name.split("/")[0])
    if not any(name.startswith(assignment) for name in WRITTEN)  # those have a class of their own in test_nbgrader
}


def solve(released, name):
    """The instructor's answers to everything that a machine grades."""
    solution = by_grade_id(nbformat.read(ROOT / f"{name}.ipynb", 4))
    for grade_id, cell in by_grade_id(released).items():
        if cell.metadata["nbgrader"]["solution"] and cell.cell_type == "code":
            lines = solution[grade_id].source.splitlines()
            cell.source = "\n".join(line for line in lines if not line.strip().startswith("###"))


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_solutions_score_every_automatic_point_and_the_untouched_release_none(assignment, tmp_path):
    course = Course(tmp_path / "course")
    shutil.copytree(ROOT / assignment, course.folder / "notebooks" / assignment)
    shutil.copy(ROOT.parent / "nbgrader_config.py", course.folder)
    course.nbgrader(f"generate_assignment {assignment}")
    for student in "solved", "untouched":
        for name in ASSIGNMENTS[assignment]:
            notebook = nbformat.read(course.folder / "release" / f"{name}.ipynb", 4)
            if student == "solved":
                solve(notebook, name)
            path = course.folder / "submitted" / student / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, path)
    course.nbgrader(f"autograde {assignment}", f"generate_feedback {assignment}")
    for name in ASSIGNMENTS[assignment]:
        exercises = {exercise.id: exercise.points for exercise in NOTEBOOKS[name]}
        solved, untouched = (course.points(student, name) for student in ("solved", "untouched"))
        assert {id: solved[id] for id in exercises} == exercises
        assert {untouched[id] for id in exercises} == {0.0}
        for exercise in exercises:
            assert f"{exercise}: 0 of" in course.page("untouched", name)
