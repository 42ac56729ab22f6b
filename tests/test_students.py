"""The students' version of the course, and what a second release does to a student's work."""

import json
import os
import re
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook

from backprop_course.errors import CourseError
from backprop_course.exercises import NOTEBOOKS
from backprop_course.students import RECORD, Release, instructors_notebooks, release, students_notebook

NAME = "02_small/small.ipynb"
VALUES = "z = None\n### BEGIN SOLUTION\nz = 2 * x\n### END SOLUTION"
FUNCTION = (
    "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION\n    raise NotImplementedError"
)
WRITTEN = "<!-- BEGIN SOLUTION -->\nBecause.\n\n**Marking scheme.** One point.\n<!-- END SOLUTION -->"


def cell(new_cell, grade_id, source, **nbgrader):
    kind = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return new_cell(source, id=grade_id, metadata={"nbgrader": {"grade_id": grade_id, **kind, **nbgrader}})


def write_course(source, values=VALUES, points=2):
    """An instructors' folder with one small notebook, that has one cell of each kind, and a picture."""
    check = "2.0 if {} == 6 else 0.0"
    cells = [
        new_markdown_cell("# Doubling", id="title"),
        cell(new_code_cell, "given", "x = 3", locked=True),
        cell(new_code_cell, "values", values, solution=True),
        cell(new_code_cell, "values-check", check.format("z"), grade=True, locked=True, points=points),
        cell(new_code_cell, "function", FUNCTION, solution=True),
        cell(new_code_cell, "function-check", check.format("double(3)"), grade=True, locked=True, points=points),
        cell(new_markdown_cell, "why", WRITTEN, grade=True, solution=True, points=1),
    ]
    cells[1].outputs = [new_output("stream", text="seen by the instructor")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (source / NAME).parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata=kernel), source / NAME)
    (source / "02_small" / "picture.svg").write_text("<svg/>")
    return source


@pytest.fixture
def source(tmp_path):
    return write_course(tmp_path / "notebooks")


@pytest.fixture
def folder(tmp_path, source):
    """A student's folder, just released."""
    release(tmp_path / "mine", source)
    return tmp_path / "mine"


def edit(path, change):
    notebook = nbformat.read(path, 4)
    change(notebook)
    nbformat.write(notebook, path)


def answer(notebook):
    notebook.cells[2].source = "z = 7"


def test_solutions_and_marking_schemes_go_and_stubs_stay(source):
    assert [cell.source for cell in students_notebook(source / NAME).cells] == [
        "# Doubling",
        "x = 3",
        "z = None\n# Your code here.",
        "2.0 if z == 6 else 0.0",
        "def double(x):\n    # Your code here.\n    raise NotImplementedError",
        "2.0 if double(3) == 6 else 0.0",
        "*Your answer here: double-click, and write over this line.*",
    ]


def test_a_students_notebook_can_be_handed_in(source):
    check = students_notebook(source / NAME).cells[3].metadata
    assert check["nbgrader"]["grade_id"] == "values-check"
    assert check["nbgrader"]["points"] == 2
    assert check["nbgrader"]["checksum"]
    assert check["editable"] is check["deletable"] is False


def test_what_the_instructor_ran_leaves_no_output(source):
    assert not any(cell.get("outputs") for cell in students_notebook(source / NAME).cells)


def test_making_a_notebook_is_quiet(source, capfd):
    students_notebook(source / NAME)
    assert capfd.readouterr() == ("", "")


def test_a_mistake_in_a_notebook_is_reported_with_its_file(tmp_path):
    source = write_course(tmp_path, values="z = None\n### BEGIN SOLUTION\nz = 6")
    with pytest.raises(CourseError, match=r"small\.ipynb cannot be made .* no end solution statement found"):
        students_notebook(source / NAME)


def test_a_clone_has_the_instructors_notebooks_beside_the_package():
    assert instructors_notebooks() == Path(__file__).parent.parent / "notebooks"


def test_a_first_release_adds_the_notebooks_and_what_stands_beside_them(tmp_path, source):
    (source / "02_small" / ".ipynb_checkpoints").mkdir()
    (source / "02_small" / ".ipynb_checkpoints" / "small-checkpoint.ipynb").write_text("{}")
    assert release(tmp_path / "a" / "b", source) == Release(added=("02_small/picture.svg", NAME))
    assert (tmp_path / "a" / "b" / "02_small" / "picture.svg").read_text() == "<svg/>"
    assert "BEGIN SOLUTION" not in (tmp_path / "a" / "b" / NAME).read_text()


def test_a_second_release_changes_nothing(folder, source):
    before = {path: path.stat().st_mtime_ns for path in folder.glob("02_small/*")}
    assert release(folder, source) == Release()
    assert {path: path.stat().st_mtime_ns for path in folder.glob("02_small/*")} == before


def run(notebook):
    notebook.cells[1].outputs = [new_output("stream", text="3")]


def add_a_cell(notebook):
    notebook.cells.append(new_code_cell("1 + 1"))


@pytest.mark.parametrize("change", [answer, run, add_a_cell])
def test_a_notebook_with_work_in_it_is_kept(folder, source, change):
    edit(folder / NAME, change)
    before = (folder / NAME).read_bytes()
    assert release(folder, source) == Release(kept=(NAME,))
    write_course(source, values=VALUES.replace("z = None", "z = ..."))
    assert release(folder, source) == Release(outdated=(NAME,))
    assert (folder / NAME).read_bytes() == before


def open_and_save(notebook):
    notebook.metadata["language_info"] = {"name": "python", "version": "3.13"}
    notebook.cells[1].execution_count = 1


def test_opening_and_saving_a_notebook_does_not_count_as_work(folder, source):
    edit(folder / NAME, open_and_save)
    (folder / NAME).write_text(json.dumps(json.loads((folder / NAME).read_text())))
    assert release(folder, source) == Release()
    write_course(source, values=VALUES.replace("z = None", "z = ..."))
    assert release(folder, source) == Release(renewed=(NAME,))


@pytest.mark.parametrize("newer", [{"values": VALUES.replace("z = None", "z = ...")}, {"points": 3}])
def test_an_untouched_notebook_is_renewed_with_the_course(folder, source, newer):
    write_course(source, **newer)
    assert release(folder, source) == Release(renewed=(NAME,))
    released = nbformat.read(folder / NAME, 4)
    assert [cell.metadata for cell in released.cells if cell.id not in ("why-compare", "why-own-points")] == [
        cell.metadata for cell in students_notebook(source / NAME).cells
    ]
    assert release(folder, source) == Release()


def test_a_deleted_notebook_comes_back(folder, source):
    (folder / NAME).unlink()
    assert release(folder, source) == Release(restored=(NAME,))
    assert (folder / NAME).exists()


def test_a_picture_that_the_student_changed_is_kept(folder, source):
    (folder / "02_small" / "picture.svg").write_text("<svg>mine</svg>")
    assert release(folder, source) == Release(kept=("02_small/picture.svg",))


@pytest.mark.parametrize("theirs", [b"", b"not a notebook", b'{"cells": [1]}', b"\xff", b'{"worksheets": []}'])
def test_a_file_that_is_no_notebook_is_kept(tmp_path, source, theirs):
    (tmp_path / "mine" / "02_small").mkdir(parents=True)
    (tmp_path / "mine" / NAME).write_bytes(theirs)
    assert release(tmp_path / "mine", source).kept == (NAME,)
    assert (tmp_path / "mine" / NAME).read_bytes() == theirs


@pytest.mark.parametrize("record", [None, b"", b"[]", b'{"released": 3}', b"\xff"])
def test_without_a_record_work_is_kept(folder, source, record):
    edit(folder / NAME, answer)
    (folder / RECORD).unlink()
    if record is not None:
        (folder / RECORD).write_bytes(record)
    assert release(folder, source) == Release(kept=(NAME,))
    assert nbformat.read(folder / NAME, 4).cells[2].source == "z = 7"


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(folder, source, monkeypatch):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    write_course(source, points=3)

    def full(path, content):
        path.touch()
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CourseError, match=r"No space left on device.*Your work is as it was"):
        release(folder, source)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_release_that_was_cut_off_is_finished_by_the_next(folder, source):
    old_record = (folder / RECORD).read_bytes()
    write_course(source, points=3)
    release(folder, source)
    (folder / RECORD).write_bytes(old_record)  # as if it had ended before the record was written
    assert release(folder, source) == Release()
    write_course(source, points=4)
    assert release(folder, source) == Release(renewed=(NAME,))


def test_a_file_is_no_folder_for_notebooks(tmp_path, source):
    (tmp_path / "mine").write_text("a letter")
    for name in ("mine", "mine/notebooks"):
        with pytest.raises(CourseError, match=r"mine is a file|Not a directory.*give another folder"):
            release(tmp_path / name, source)
    assert (tmp_path / "mine").read_text() == "a letter"


def test_the_instructors_notebooks_are_never_written_over(source):
    before = (source / NAME).read_bytes()
    with pytest.raises(CourseError, match="holds the instructors' notebooks; give another folder"):
        release(source, source)
    assert (source / NAME).read_bytes() == before
    assert not (source / RECORD).exists()


def test_a_course_without_notebooks_is_not_released(tmp_path):
    with pytest.raises(CourseError, match="holds no notebooks"):
        release(tmp_path / "mine", tmp_path)
    assert not (tmp_path / "mine").exists()


def test_nbgrader_releases_the_same_and_grades_a_submission_with_deleted_and_copied_cells(tmp_path):
    write_course(tmp_path / "notebooks")
    shutil.copy(Path(__file__).parent.parent / "nbgrader_config.py", tmp_path)
    nbgrader(tmp_path, "generate_assignment", "02_small")
    release(tmp_path / "mine", tmp_path / "notebooks")
    ours, theirs = (json.loads((tmp_path / folder / NAME).read_text()) for folder in ("mine", "release"))
    assert [cell["id"] for cell in ours["cells"][-2:]] == ["why-compare", "why-own-points"]
    ours["cells"] = ours["cells"][:-2]
    assert ours == theirs

    def delete_givens_and_an_exercise(notebook):
        notebook.cells = [cell for cell in notebook.cells if cell.id not in ("given", "function", "function-check")]

    def delete_copy_and_unmark_checks(notebook):
        answer, function, function_check = (notebook.cells[at] for at in (2, 4, 5))
        copies = deepcopy([answer, function_check])
        for copied in copies:
            copied.id += "-copy"
        function_check.metadata.nbgrader.grade = False
        notebook.cells = [*notebook.cells[:2], answer, *copies, function, function_check]

    for change in (delete_givens_and_an_exercise, delete_copy_and_unmark_checks):
        path = tmp_path / "submitted" / change.__name__ / NAME
        path.parent.mkdir(parents=True)
        shutil.copy(tmp_path / "notebooks" / NAME, path)
        edit(path, change)
    nbgrader(tmp_path, "autograde", "02_small")
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        scores = {
            submission.student.id: submission.score for submission in gradebook.assignment_submissions("02_small")
        }
    assert scores == {"delete_givens_and_an_exercise": 2, "delete_copy_and_unmark_checks": 4}


def nbgrader(course, *arguments):
    home = {name: str(course / "home") for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    home["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic by name
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, env=os.environ | home, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_who_studies_alone_finds_model_answers_closed_below_written_questions(folder):
    cells = nbformat.read(folder / NAME, 4).cells
    assert [cell.id for cell in cells[-3:]] == ["why", "why-compare", "why-own-points"]
    assert "Because" not in cells[-3].source
    assert cells[-2].source.startswith("<details><summary>")
    assert "Because." in cells[-2].source
    assert "**Marking scheme.** One point." in cells[-2].source
    assert 'own_points("why", None)' in cells[-1].source
    assert "0 to 1" in cells[-1].source


SETUP = "from backprop_course import check, hint"


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("", "in_class(hints=3, model_answers=True)"),
        ("c.Grading.hints = 0\nc.Grading.model_answers = False\n", "in_class(hints=0, model_answers=False)"),
    ],
    ids=["as it comes", "an exam"],
)
def test_a_class_release_holds_what_the_class_decides_and_no_model_answer(tmp_path, said, line):
    path = write_course(tmp_path / "notebooks") / NAME
    notebook = nbformat.read(path, 4)
    notebook.cells[1].source = f"{SETUP}\n\nx = 3"
    nbformat.write(notebook, path)
    config = (Path(__file__).parent.parent / "nbgrader_config.py").read_text()
    (tmp_path / "nbgrader_config.py").write_text(f"{config}\n{said}")
    nbgrader(tmp_path, "generate_assignment", "02_small")
    cells = nbformat.read(tmp_path / "release" / NAME, 4).cells
    assert cells[1].source == f"{SETUP}\n\nx = 3\n\nfrom backprop_course import in_class\n\n{line}"
    assert cells[1].metadata.nbgrader.locked
    assert "Because" not in str(cells)
    assert "own_points" not in str(cells)


def test_the_map_of_the_course_leads_to_every_notebook(tmp_path):
    source = instructors_notebooks()
    text = "".join(cell.source for cell in nbformat.read(source / "welcome.ipynb", 4).cells)
    assert re.findall(r"\]\((.*?)\.ipynb\)", text) == list(NOTEBOOKS)
    shutil.copy(source / "welcome.ipynb", write_course(tmp_path / "notebooks"))
    assert "welcome.ipynb" in release(tmp_path / "mine", tmp_path / "notebooks").added
    assert "progress()" in (tmp_path / "mine" / "welcome.ipynb").read_text()
