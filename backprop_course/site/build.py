"""The course as a static site: JupyterLite, the students' notebooks, and a start page."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from backprop_course.errors import CourseError
from backprop_course.exercises.files import load_file
from backprop_course.site.catalogue import Entry, catalogue
from backprop_course.site.lite import build_lite
from backprop_course.site.own import exercises_wheel, own_entries, refuse_what_cannot_be_shown
from backprop_course.site.pages import asset, away, start_page

MARKER = ".backprop-course-site"
"""A file that says: this folder was made here, and may be made anew."""


def build_site(directory: Path, pyodide: Path | None = None, exercises: Path | None = None) -> int:
    """Builds the site into a folder, in place of an earlier one; returns its size in bytes.

    pyodide: a folder with a Pyodide distribution, to be copied into the site; without, browsers load its CDN's.
    exercises: a file of exercises of one's own, whose notebooks beside it are in the site, too.
    Raises CourseError where the folder holds something else, something that is needed is not installed, or the file
    cannot be used.
    """
    own = load_file(exercises) if exercises else None
    if own and exercises:
        refuse_what_cannot_be_shown(own, exercises)
    if pyodide and not (pyodide / "pyodide-lock.json").is_file():
        raise CourseError(f"{pyodide} holds no Pyodide: pyodide.mjs, pyodide-lock.json and wheels are expected in it.")

    def make(site: Path, work: Path) -> None:
        say("The students' notebooks are being made.")
        entries = [*catalogue(), *(own_entries(own, exercises) if own and exercises else [])]
        _put_notebooks(entries, work / "files")
        say("JupyterLite is being built, with Python's packages beside it.")
        build_lite(site, work / "files", work, pyodide, [exercises_wheel(own.text)] if own else [])
        _put_pages(entries, site)

    return replace_folder(directory, make)


def say(what: str) -> None:
    """Tells who waits what takes the time; the result is printed elsewhere."""
    print(what, file=sys.stderr, flush=True)


def _put_notebooks(entries: list[Entry], folder: Path) -> None:
    """Every notebook, with a note of its version: so a page can tell that a student's copy is of an older one."""
    for entry in entries:
        entry.notebook.metadata["backprop_course"] = {"release": entry.release}
        path = folder / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(import_module("nbformat").writes(entry.notebook), encoding="utf-8")


def _put_pages(entries: list[Entry], site: Path) -> None:
    (site / "index.html").write_text(start_page(entries), encoding="utf-8")
    for name in ("start.css", "start.js", "notebook.js"):
        (site / name).write_text(asset(name), encoding="utf-8")
    notebook = site / "notebooks" / "index.html"
    html = notebook.read_text(encoding="utf-8").replace("<html>", '<html lang="en">', 1)
    html = html.replace(
        "</head>", '<link rel="icon" href="favicon.ico"><script type="module" src="../notebook.js"></script></head>', 1
    )
    notebook.write_text(html, encoding="utf-8")
    for name in ("tree", "lab"):  # where JupyterLite's menus lead
        (site / name).mkdir(exist_ok=True)
        (site / name / "index.html").write_text(away("../index.html"), encoding="utf-8")


def replace_folder(directory: Path, make: Callable[[Path, Path], None]) -> int:
    """Puts what `make(new, work)` makes in place of a folder, when it is complete; returns its size in bytes.

    Raises CourseError where the folder holds something that was not made here, or cannot be written.
    """
    directory = directory.resolve()
    if directory.exists() and not directory.is_dir():
        raise CourseError(f"{directory} is a file; give the name of a folder.")
    if directory.is_dir() and any(directory.iterdir()) and not (directory / MARKER).exists():
        raise CourseError(f"{directory} holds other files, which would be lost; give a new folder, or empty this one.")
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".backprop-course-") as scratch:
            new, work = Path(scratch) / "new", Path(scratch) / "work"
            work.mkdir()
            make(new, work)
            (new / MARKER).write_text("Made by backprop-course, and replaced when it is made again.\n")
            if directory.exists():
                directory.rename(Path(scratch) / "old")
            new.rename(directory)
    except OSError as error:
        raise CourseError(f"{directory} cannot be written ({error.strerror}: {error.filename}).") from error
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
