"""What a notebook holds for those who study alone: model answers to written questions, and points one gives oneself."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_course.exercises.model_answers import solution_in

if TYPE_CHECKING:
    from nbformat import NotebookNode


def for_self_study(students: NotebookNode, instructors: Path) -> NotebookNode:
    """A students' notebook with what nobody else will do for them; a class's release never holds it.

    Below each written answer stand the model answer and its marking scheme, closed, and a cell for the points that
    one gives oneself. instructors: the file of the notebook with solutions.
    """
    written = _written(instructors)
    cells: list[Any] = []
    for cell in students.cells:
        cells.append(cell)
        id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if id in written:
            cells += _comparing(id, *written[id])
    students.cells = cells
    return students


def _written(path: Path) -> dict[str, tuple[str, float]]:
    """The hidden part and the points of every written question of an instructors' notebook."""
    found = {}
    for cell in import_module("nbformat").read(path, 4).cells:
        role = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and role.get("grade") and (answer := solution_in(cell.source, "markdown")):
            found[role["grade_id"]] = (answer, float(role["points"]))
    return found


def _comparing(id: str, answer: str, most: float) -> list[Any]:
    v4 = import_module("nbformat.v4")
    folded = f"<details><summary>You have written your answer? Compare it</summary>\n\n{answer}\n\n</details>"
    points = (
        f"# Your own points, by the marking scheme: 0 to {most:g}.\n"
        f'from backprop_course import own_points\n\nown_points("{id}", None)'
    )
    return [
        v4.new_markdown_cell(folded, id=f"{id}-compare"),
        v4.new_code_cell(points, id=f"{id}-own-points"),
    ]
