"""The folder of a graded submission: it appears at once, whole, as the last thing that happens to a submission.

So whoever finds it knows that the gradebook has been written, and whoever does not grades the submission again.
"""

from __future__ import annotations

import filecmp
import json
import os
import shutil
from base64 import b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from backprop_course.exercises.files import FILE as EXERCISES_FILE
from backprop_course.grading.submission import METADATA

NBGRADERS_FILES = ("timestamp.txt", "submission_secret.txt")
"""nbgrader's own files in a submission: when it was handed in, and where its feedback will be found."""

PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".webp"}
"""What a written answer may show; other files are left where they are."""

MOST_FOR_EVERYBODY = 8 * 2**20
"""What the files beside an assignment may have together, in bytes, to be put where each submission runs."""


def belongs(name: str) -> bool:
    """Whether a file that was handed in is kept beside a graded notebook, if it is a file."""
    return name in NBGRADERS_FILES or (name.isprintable() and Path(name).suffix.lower() in PICTURE_SUFFIXES)


def is_whole(folder: Path, notebooks: Iterable[str]) -> bool:
    """Whether a submission has been graded."""
    return all((folder / f"{name}.ipynb").is_file() for name in notebooks)


def has_the_pictures(folder: Path, submitted: Path, source: Path) -> bool:
    """Whether the pictures beside a graded notebook are those that lie beside the submitted one now."""
    ours = {path.name for path in _instructors_files(source) if path.parent == source}
    then, now = (_pictures(at) - ours for at in (folder, submitted))
    return then == now and all(filecmp.cmp(folder / name, submitted / name, shallow=False) for name in now)


def _pictures(folder: Path) -> set[str]:
    return {
        path.name
        for path in folder.iterdir()
        if path.name not in NBGRADERS_FILES and belongs(path.name) and path.is_file()
    }


def clear(folder: Path) -> None:
    """Removes what an interrupted run may have left beside a folder, half made."""
    if _part(folder).is_dir():
        shutil.rmtree(_part(folder))


def forget(folder: Path) -> None:
    """Puts a graded submission's folder aside, at once; `before` reads there until it has been graded again."""
    clear(folder)
    if folder.is_dir():
        _remove(_old(folder))
        folder.rename(_old(folder))


def before(folder: Path, notebook: str) -> str | None:
    """The text of a notebook as it was graded last; None where that is not known."""
    try:
        return (_old(folder) / f"{notebook}.ipynb").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def noted(folder: Path, notebook: str) -> dict[str, Any]:
    """What grading has noted in a graded notebook's metadata."""
    try:
        found = json.loads((folder / f"{notebook}.ipynb").read_bytes())["metadata"].get(METADATA, {})
    except (OSError, ValueError, KeyError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}


def build(folder: Path, notebooks: Mapping[str, str], submitted: Path, source: Path, mode: int) -> None:
    """Prepares a graded submission's folder, not yet to be seen: its notebooks, and the files that belong to them.

    notebooks: the text of each by its name. source: the folder of the instructor's version, with files for everybody.
    """
    clear(folder)
    part = _part(folder)
    part.mkdir(parents=True)
    for path in submitted.iterdir():
        if belongs(path.name) and path.is_file():  # a folder may be called x.png
            shutil.copyfile(path, part / path.name, follow_symlinks=False)
    for path in _instructors_files(source):
        copy = part / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.unlink(missing_ok=True)
        shutil.copyfile(path, copy)
    for name, text in notebooks.items():
        (part / f"{name}.ipynb").write_text(text, encoding="utf-8")
    for at, _, files in os.walk(part):
        if mode & 0o020:  # the group may write: into the folders too
            os.chmod(at, 0o2775)
        for file in files:
            os.chmod(os.path.join(at, file), mode)


def put_in_place(folder: Path) -> None:
    """Puts the folder that `build` prepared into its place, instead of the one that may be there."""
    if folder.is_dir():
        _remove(_old(folder))
        folder.rename(_old(folder))
    _part(folder).rename(folder)
    _remove(_old(folder))


def _remove(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)


def files_for_everybody(source: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """The files beside the instructor's notebooks, by name, in Base64; and what to say of those that are too large.

    A file of exercises, which holds their solutions, is not among them.
    """
    files, said, left = dict[str, str](), list[str](), MOST_FOR_EVERYBODY
    for path in sorted(_instructors_files(source)):
        name, size = path.relative_to(source).as_posix(), path.stat().st_size
        if name == EXERCISES_FILE:
            continue
        if size > left:
            most = f"{MOST_FOR_EVERYBODY >> 20} MB"
            said.append(f"{name} does not lie where tests and submissions run: all files together may have {most}.")
        else:
            left -= size
            files[name] = b64encode(path.read_bytes()).decode()
    return files, tuple(said)


def _instructors_files(source: Path) -> list[Path]:
    files = source.rglob("*") if source.is_dir() else ()
    return [
        path
        for path in files
        if path.is_file()
        and path.suffix not in {".ipynb", ".pyc"}
        and not any(part.startswith(".") for part in path.relative_to(source).parts)
    ]


def _part(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.part")


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")
