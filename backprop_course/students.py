"""The students' version of the course: made from the instructors' notebooks, kept apart from a student's own work.

How an answer cell is written. nbgrader puts one and the same stub, a comment, where a solution was; what
else a student is to find there stands in the cell itself, outside the solution:

    values: the names, then the solution          function: the solution, then the error

    z_j, h_j = None, None                         def product(w, x):
    ### BEGIN SOLUTION                                ### BEGIN SOLUTION
    z_j = w_in * x                                    return w * x
    h_j = sigmoid(z_j)                                ### END SOLUTION
    ### END SOLUTION                                  raise NotImplementedError

A written question stands in a cell of its own; the answer cell below it holds the model answer and the marking
scheme between `<!-- BEGIN SOLUTION -->` and `<!-- END SOLUTION -->`, which do not show, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_course.errors import CourseError
from backprop_course.exercises.model_answers import instructors_notebooks
from backprop_course.extras import said
from backprop_course.self_study import for_self_study

if TYPE_CHECKING:
    from nbformat import NotebookNode

STUBS = {
    "code_stub": {"python": "# Your code here."},
    "text_stub": "*Your answer here: double-click, and write over this line.*",
}
"""What nbgrader puts where a solution was: its ClearSolutions, here and in nbgrader_config.py."""

WELCOME = "welcome.ipynb"
"""Beside the assignments: the map of the course, which `start` opens first."""

RECORD = ".backprop-course.json"
"""In a student's folder: the fingerprint of every file as it was released, by the file's name."""


@dataclass(frozen=True)
class Release:
    """What `release` did with each file that was not already as it should be. Names are relative to the folder.

    added: were not there. restored: were released before, and deleted. renewed: the student had not touched
    them, and the course has a newer version. kept: the student's own work. outdated: the same, and the course
    has a newer version.
    """

    added: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    renewed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()


def students_notebook(path: Path) -> NotebookNode:
    """The students' version of an instructors' notebook: what `nbgrader generate_assignment` makes of it.

    Raises CourseError where nbgrader cannot read it, or finds a mistake in it.
    """
    generate_assignment = _generate_assignment()
    try:
        notebook: NotebookNode = generate_assignment.from_filename(str(path))[0]
    except Exception as error:  # nbgrader and nbformat raise anything, mostly without the file's name
        raise CourseError(f"{path} cannot be made into a students' notebook: {error}") from error
    return notebook


def release(directory: Path, source: Path | None = None) -> Release:
    """Puts the students' version of the course into a folder; what the student has touched stays as it is.

    Touched is a notebook with other cells than released, or with outputs; opening and saving it is not enough.
    They are for self-study: model answers to written questions stand below them, closed.
    source: the instructors' notebooks, `<assignment>/<notebook>.ipynb`; the course's own without.
    Raises CourseError where the folder cannot be written to, or there is nothing to release.
    """
    source = source or instructors_notebooks()
    try:
        if directory.exists() and not directory.is_dir():
            raise CourseError(f"{directory} is a file; give the name of a folder for the notebooks.")
        if directory.exists() and source.exists() and directory.samefile(source):
            raise CourseError(f"{directory} holds the instructors' notebooks; give another folder for the students'.")
        files = dict(_students_files(source))
        if not files:
            raise CourseError(f"{source} holds no notebooks; <assignment>/<notebook>.ipynb is expected. Reinstall?")
        return _put(files, directory)
    except OSError as error:
        raise CourseError(
            f"Cannot put the notebooks into {directory} ({error.strerror}: {error.filename}). "
            "Your work is as it was; give another folder, or make this one writable."
        ) from error


def _put(files: dict[str, bytes], directory: Path) -> Release:
    record = _read_record(directory)
    done: dict[str, list[str]] = {field.name: [] for field in fields(Release)}
    for name, content in files.items():
        path = directory / name
        released, before = _fingerprint(name, content), record.get(name)
        now = _fingerprint(name, path.read_bytes()) if path.exists() else None
        if now is None:
            done["restored" if before else "added"].append(name)
        elif now == before != released:
            done["renewed"].append(name)
        elif now != released:
            done["outdated" if before and before != released else "kept"].append(name)
            continue
        if now != released:
            _write(path, content)
        record[name] = released
    _write(directory / RECORD, json.dumps({"released": record}, indent=1).encode())
    return Release(**{what: tuple(names) for what, names in done.items()})


def _students_files(source: Path) -> Iterator[tuple[str, bytes]]:
    """Every assignment's files by their names, relative to the source: notebooks for students, others as they are."""
    for path in [*source.glob(WELCOME), *sorted(source.glob("*/**/*"))]:
        name = path.relative_to(source)
        if not path.is_file() or any(part.startswith((".", "__pycache__")) for part in name.parts):
            continue
        if path.suffix == ".ipynb":
            notebook = for_self_study(students_notebook(path), path)
            yield name.as_posix(), (import_module("nbformat").writes(notebook) + "\n").encode()
        else:
            yield name.as_posix(), path.read_bytes()


@cache
def _generate_assignment() -> Any:
    """nbgrader's `generate_assignment --no-db`, as an exporter: its preprocessors, in its order."""
    with said("course"):
        preprocessors = import_module("nbgrader.converters").GenerateAssignment.preprocessors.default()
        exporter = import_module("nbconvert.exporters").Exporter
        config = import_module("traitlets.config").Config()
    config.ClearSolutions.update(STUBS)
    config.SaveCells.enabled = False  # saves to the gradebook, which a student does not have
    config.Exporter.default_preprocessors = []
    made = exporter(config=config)
    for preprocessor in preprocessors:
        made.register_preprocessor(preprocessor)
    return made


def _fingerprint(name: str, content: bytes) -> str:
    """What makes a file another one: a notebook's cells and outputs, or else every byte.

    Opening a notebook and saving it changes the notebook's metadata, the execution counts and the layout of
    the JSON; nobody wants those back.
    """
    if name.endswith(".ipynb"):
        with suppress(ValueError, LookupError, TypeError, AttributeError):  # broken by hand: then every byte
            content = json.dumps([_essence(cell) for cell in json.loads(content)["cells"]]).encode()
    return hashlib.sha256(content).hexdigest()


def _essence(cell: dict[str, Any]) -> list[Any]:
    # nbgrader's metadata too: a release in which only the points have changed is a new one.
    nbgrader = sorted(cell["metadata"].get("nbgrader", {}).items())
    added = [cell.get("outputs") or None, cell.get("attachments") or None]
    return [cell["cell_type"], "".join(cell["source"]), *added, nbgrader]


def _read_record(directory: Path) -> dict[str, str]:
    # Without a record, or with one that is not ours, every file that differs counts as touched.
    with suppress(FileNotFoundError, ValueError, LookupError, TypeError):
        return dict(json.loads((directory / RECORD).read_bytes())["released"])
    return {}


def _write(path: Path, content: bytes) -> None:
    """Writes all of a file or nothing: interrupted at any time, it leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
