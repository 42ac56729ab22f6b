"""Finds an assignment's notebooks among the files of a submission, those that were renamed on the way too.

Browsers and learning platforms make `x (1).ipynb` or `Last_First_x.ipynb` of `x.ipynb`. Such a file is taken where its
cells say which notebook it is, and no other file says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from backprop_course.errors import CourseError
from backprop_course.grading.cells import parse_notebook
from backprop_course.grading.files import read_file
from backprop_course.grading.released import ReleasedNotebook
from backprop_course.sandbox.between.task import Cell, Flag

MOST_LISTED = 8
ASK_FOR = {
    ".html": "an HTML page; ask for the .ipynb",
    ".pdf": "a PDF; ask for the .ipynb",
    ".py": "a Python program; ask for the .ipynb",
    ".zip": "an archive; unpack it there",
}


@dataclass(frozen=True)
class NotebookFile:
    """A notebook that was handed in, read and parsed once, when it is asked for. Both raise CourseError.

    name: what to call it.
    """

    path: Path
    name: str

    @cached_property
    def content(self) -> bytes:
        return read_file(self.path)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return parse_notebook(self.content, self.name)


@dataclass(frozen=True)
class Located:
    """The files of an assignment's notebooks, by the notebook's name, and what an instructor should know about them."""

    files: Mapping[str, NotebookFile]
    flags: tuple[Flag, ...] = ()


def locate(folder: Path, released: Iterable[ReleasedNotebook]) -> Located:
    """Raises CourseError where none of the notebooks is there, or two files could be the same one."""
    released = tuple(released)
    named = {one.name: folder / f"{one.name}.ipynb" for one in released}
    files = {name: NotebookFile(path, name) for name, path in named.items() if path.exists()}
    flags: list[Flag] = []
    others = [NotebookFile(path, path.stem) for path in _notebooks(folder) if path not in named.values()]
    for notebook in released:
        if notebook.name not in files:
            fitting = [file for file in others if _is(file, notebook, released)]
            names = [file.path.relative_to(folder).as_posix() for file in fitting]
            if len(fitting) > 1:
                raise CourseError(
                    f"{' and '.join(names)} could both be {notebook.name}.ipynb; leave one of them there."
                )
            for file, name in zip(fitting, names, strict=True):
                files[notebook.name] = file
                flags.append(Flag("renamed", "", f"{name} was taken for {notebook.name}.ipynb, by its cells."))
    if not files:
        raise CourseError(_nothing_there(folder, released))
    missing = [one.name for one in released if one.name not in files]
    flags += [Flag("missing-notebook", "", f"{name}.ipynb was not handed in.") for name in missing]
    unknown = [file.path.relative_to(folder) for file in others if file not in files.values()]
    flags += [Flag("unknown-notebook", "", f"{name} is none of the assignment's notebooks.") for name in unknown]
    return Located({one.name: files[one.name] for one in released if one.name in files}, tuple(flags))


def _notebooks(folder: Path) -> list[Path]:
    """The files that may be notebooks: here, or one folder deeper."""
    found = [*folder.glob("*"), *folder.glob("[!.]*/*")]
    return sorted(path for path in found if path.suffix.lower() == ".ipynb" and not path.name.startswith("."))


def _is(file: NotebookFile, notebook: ReleasedNotebook, released: Iterable[ReleasedNotebook]) -> bool:
    """Whether a file holds more of a notebook's cells than of any other's."""
    try:
        names = {cell.name or cell.id for cell in file.cells}
        texts = {cell.source.strip() for cell in file.cells}
    except CourseError:
        return False
    hits = {
        one.name: sum(cell.name in names or (cell.automatic and cell.source.strip() in texts) for cell in one.cells)
        for one in released
    }
    most = hits.pop(notebook.name)
    return most > max(hits.values(), default=0)


def _nothing_there(folder: Path, released: Iterable[ReleasedNotebook]) -> str:
    expected = " or ".join(f"{one.name}.ipynb" for one in released)
    here = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "timestamp.txt")
    listed = [
        f"{path.relative_to(folder).as_posix()}{f' ({why})' if (why := ASK_FOR.get(path.suffix.lower())) else ''}"
        for path in here[:MOST_LISTED]
    ]
    more = [f"and {len(here) - MOST_LISTED} more"] if len(here) > MOST_LISTED else []
    return f"there is no {expected}; there is {', '.join([*listed, *more]) or 'no file at all'}."
