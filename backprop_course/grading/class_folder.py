"""An instructor's course directory: where things are and what is configured, found as nbgrader finds it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import Any

from backprop_course.errors import CourseError
from backprop_course.extras import said
from backprop_course.grading.cells import parse_notebook
from backprop_course.grading.class_settings import ID_CELL, sets_up
from backprop_course.grading.files import read_file
from backprop_course.grading.nbgrader_imports import nbgrader_coursedir
from backprop_course.sandbox.between.task import Cell

CONFIG_NAME = "nbgrader_config"


@dataclass(frozen=True)
class Course:
    """A course directory as `nbgrader_config.py` describes it.

    directory: nbgrader's own `CourseDirectory`. config: everything that is configured, traitlets' `Config`.
    """

    directory: Any
    config: Any

    @property
    def root(self) -> Path:
        """The folder in which the course is."""
        return Path(self.directory.root)

    @property
    def url(self) -> str:
        """The gradebook's address."""
        return str(self.directory.db_url)

    def submitted(self, student: str, assignment: str) -> Path:
        """The folder in which a student's files were handed in."""
        return self._folder(self.directory.submitted_directory, student, assignment)

    def autograded(self, student: str, assignment: str) -> Path:
        """The folder for the notebooks as they were graded."""
        return self._folder(self.directory.autograded_directory, student, assignment)

    def source(self, assignment: str) -> Path:
        """The folder of the instructor's version."""
        return self._folder(self.directory.source_directory, ".", assignment)

    def _folder(self, step: str, student: str, assignment: str) -> Path:
        return Path(os.path.normpath(self.directory.format_path(step, student, assignment)))

    def students(self, assignment: str, wanted: tuple[str, ...] = ("*",)) -> list[str]:
        """Who handed an assignment in, sorted; of those whom one of the names or patterns means.

        Raises CourseError for a name that nobody has.
        """
        here = self.everybody(assignment)
        for name in wanted:
            if not any(_means(name, student) for student in here):
                where = self.submitted(name, assignment)
                raise CourseError(f"Nothing was handed in: {os.path.relpath(where, self.root)} is not there.")
        return [student for student in here if any(_means(name, student) for name in wanted)]

    def everybody(self, assignment: str) -> list[str]:
        """All who handed an assignment in, sorted; nobody, where nothing was."""
        excluded = set(self.directory.student_id_exclude.split(","))
        return [student for student in sorted(self._all_students(assignment)) if student not in excluded]

    def _all_students(self, assignment: str) -> Iterator[str]:
        step = self.directory.submitted_directory
        pattern = re.compile(self.directory.format_path(step, "(?P<student>[^/]+)", re.escape(assignment), escape=True))
        mark = "any-student"
        parts = Path(os.path.normpath(self.directory.format_path(step, mark, assignment))).parts
        student_at = next((at for at, part in enumerate(parts) if mark in part), len(parts) - 1)
        parent, rest = Path(*parts[:student_at]), parts[student_at + 1 :]
        for folder in parent.iterdir() if parent.is_dir() else ():
            match = pattern.fullmatch(str(folder.joinpath(*rest)))
            if match and not folder.name.startswith(".") and folder.joinpath(*rest).is_dir():
                yield match["student"]

    def order(self, assignment: str) -> dict[str, FolderLayout]:
        """How each of the instructor's notebooks is laid out."""
        return layouts(self.source(assignment))

    def feedback(self, student: str, assignment: str) -> Path:
        """The folder of a student's feedback pages."""
        return self._folder(self.directory.feedback_directory, student, assignment)

    def handed_in(self, folder: Path) -> datetime | None:
        """When a submission was handed in, in UTC, by its `timestamp.txt`; None where it does not say.

        Raises CourseError where it says what is no time.
        """
        path = folder / "timestamp.txt"
        if not path.exists():
            return None
        text = read_file(path)[:100].decode(errors="replace").strip()
        try:
            when: datetime | None = import_module("nbgrader.utils").parse_utc(text) if text else None
            return when
        except (ValueError, OverflowError) as error:
            raise CourseError(f"timestamp.txt holds no time: {text!r}.") from error


class FolderLayout(dict[str, str]):
    """An instructor's notebook: the cells that nbgrader knows, by name as they come, with their ids; others' texts."""

    texts: frozenset[str] = frozenset()


def layouts(source: Path) -> dict[str, FolderLayout]:
    """How the notebooks in an assignment's source folder are laid out; none where it is not there."""
    found = {}
    for path in source.glob("*.ipynb"):
        cells = parse_notebook(path.read_bytes(), path.stem)
        found[path.stem] = FolderLayout(_named(cells))
        found[path.stem].texts = frozenset(cell.source.strip() for cell in cells if not cell.name)
    return found


def _named(cells: Iterable[Cell]) -> Iterator[tuple[str, str]]:
    """The names and ids of an instructor's cells; above the set-up cell that of the student's id, as in a release."""
    for cell in cells:
        if cell.locked and sets_up(cell.source):
            yield ID_CELL, ID_CELL
        if cell.name:
            yield cell.name, cell.id


def _means(name: str, student: str) -> bool:
    return student == name or fnmatchcase(student, name)


def find_course(url: str | None = None) -> Course:
    """The course in the current directory. url: its gradebook's address, where it is not the configured one.

    Raises CourseError where there is none, or nbgrader is not installed.
    """
    with said("course"):
        from jupyter_core.application import JupyterApp
        from traitlets.config import Application

        coursedir = nbgrader_coursedir()
    app, here = JupyterApp(config_file_name=CONFIG_NAME, raise_config_file_errors=True), Path.cwd()
    try:
        app.load_config_file()  # from Jupyter's folders, then from here, then from the course's, as nbgrader does
        Application.load_config_file(app, CONFIG_NAME, path=str(here))
        directory = coursedir.CourseDirectory(config=app.config)
        if Path(directory.root) != here:
            Application.load_config_file(app, CONFIG_NAME, path=directory.root)
            directory = coursedir.CourseDirectory(config=app.config)
    except Exception as error:  # the configuration is a program
        raise CourseError(f"{CONFIG_NAME}.py cannot be read: {type(error).__name__}: {error}") from error
    if not any(Path(file).stem == CONFIG_NAME for file in app.loaded_config_files):
        raise CourseError(f"{here} is no course directory: no {CONFIG_NAME}.py. `backprop-course new-class` makes one.")
    if url:
        directory.db_url = url
    return Course(directory, app.config)
