"""The course for nbgrader. Run its commands in this folder, such as `nbgrader generate_assignment 03_split_network`."""

from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor, OverwriteCells

from backprop_course.release import STUBS


class MendCells(NbGraderPreprocessor):
    """Every released cell once, where it belongs and marked as released, before nbgrader looks at a submission.

    Without it (nbgrader 0.9.6) a copied answer or check ends the grading of the whole class, and a deleted
    check waits for a human. With OverwriteCells.add_missing_cells instead, a copy, or a check deleted together
    with its answer, costs the student the whole notebook.
    """

    def preprocess(self, nb, resources):
        here = resources["nbgrader"]
        with Gradebook(here["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(here["notebook"], here["assignment"])
            points = {cell.name: cell.max_score for cell in notebook.grade_cells}
            answers = {cell.name for cell in notebook.solution_cells}
            released = [cell.to_dict() for cell in notebook.source_cells]
        submitted = [_grade_id(cell) for cell in nb.cells]
        end = 0
        for source in released:
            name = source["name"]
            if name in submitted:
                at = submitted.index(name)
            else:
                at = end
                new_cell = new_code_cell if source["cell_type"] == "code" else new_markdown_cell
                nb.cells.insert(at, new_cell(source["source"]))
                submitted.insert(at, name)
            nb.cells[at].metadata["nbgrader"] = _metadata(source, points.get(name), name in answers)
            end = at + 1
        names = {source["name"] for source in released}
        for cell in nb.cells:
            if _grade_id(cell) not in names:  # a copy, which DeduplicateIds has emptied, or none of ours
                cell.metadata.pop("nbgrader", None)
        return nb, resources


def _grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _metadata(source, points, is_answer):
    metadata = {
        "grade_id": source["name"],
        "schema_version": 3,
        "cell_type": source["cell_type"],
        "checksum": source["checksum"],
        "locked": source["locked"],
        "solution": is_answer,
        "grade": points is not None,
        "task": False,
    }
    return metadata if points is None else {**metadata, "points": points}


c = get_config()  # noqa: F821  (nbgrader's, where it reads this file)
c.CourseDirectory.course_id = "backprop-course"
c.CourseDirectory.source_directory = "notebooks"
c.ClearSolutions.update(STUBS)
_steps = Autograde.sanitize_preprocessors.default()
_steps.insert(_steps.index(OverwriteCells), MendCells)
c.Autograde.sanitize_preprocessors = _steps
