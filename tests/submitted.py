"""Notebooks as tasks for the executor, in a few words."""

from nbformat import read
from nbformat.v4 import new_code_cell

from backprop_course.grading.cells import notebook_json, parse_cell, with_ids
from backprop_course.sandbox.between.task import Limits, Task
from backprop_course.students import instructors_notebooks, students_notebook

QUICK = Limits(cell_seconds=1.0, check_seconds=1.5, submission_seconds=10.0, output_size=10_000, file_size=2**20)


def cell(source, grade_id=None, points=None, solution=False, locked=False):
    """A code cell, with a role where it has a name."""
    made = new_code_cell(source)
    if grade_id:
        made.metadata["nbgrader"] = {
            "grade_id": grade_id,
            "grade": points is not None,
            "points": points or 0,
            "solution": solution,
            "locked": locked or points is not None,
            "schema_version": 3,
        }
    return made


def answer(source, grade_id="answer"):
    """A cell that a student has written."""
    return cell(source, grade_id, solution=True)


def graded(source, grade_id="test", points=2):
    """A test cell."""
    return cell(source, grade_id, points)


def check(exercise, points=2):
    """An exercise's check cell."""
    return graded(f'check("{exercise}")', f"{exercise}-check", points)


def task(*cells, limits=QUICK, keep_figures=False):
    """A task of these cells."""
    points = {}
    for made in cells:
        role = made.metadata.get("nbgrader", {})
        if role.get("grade"):
            points[role["grade_id"]] = float(role["points"])
    return Task("student", "assignment", "notebook", code_cells(cells), points, limits, keep_figures)


def code_cells(cells):
    """Those of a notebook's cells that can be executed, as a task has them."""
    return tuple(cell for cell in map(parse_cell, cells) if cell.is_code)


def executed_notebook(task, outcome):
    """A task's code cells with what they show, as nbformat has a notebook."""
    roles = {cell.name: {"grade_id": cell.name} for cell in task.cells if cell.name}
    return notebook_json(with_ids(task.cells), roles, {}, outcome.cells)


def solved(name):
    """A notebook of the course, handed in with the instructor's answers, as a task."""
    notebook = solved_notebook(name)
    roles = [found.metadata["nbgrader"] for found in _by_grade_id(notebook).values()]
    points = {role["grade_id"]: float(role["points"]) for role in roles if role["grade"] and not role["solution"]}
    return Task("student", *name.split("/"), code_cells(notebook.cells), points)


def solved_notebook(name):
    """A notebook of the course with the instructor's answers."""
    path = instructors_notebooks() / f"{name}.ipynb"
    notebook, solution = students_notebook(path), _by_grade_id(read(path, 4))
    for grade_id, found in _by_grade_id(notebook).items():
        if found.metadata["nbgrader"]["solution"] and found.cell_type == "code":
            lines = solution[grade_id].source.splitlines()
            found.source = "\n".join(line for line in lines if not line.strip().startswith("###"))
    return notebook


def _by_grade_id(notebook):
    cells = [found for found in notebook.cells if "nbgrader" in found.metadata]
    return {found.metadata["nbgrader"]["grade_id"]: found for found in cells}
