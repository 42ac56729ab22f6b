"""The files of a submission: looked at without opening any, and read where they are ordinary ones."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from backprop_course.errors import CourseError
from backprop_course.sandbox.between.task import Flag

MOST_BYTES = 16 * 2**20
MOST_FILES = 1000
MOST_IN_ALL = 100 * 2**20
"""More than an honest submission has, by far: bytes of a file, files, and bytes of all files together."""
PROGRAMS = {".py", ".pyc", ".pyd", ".pth", ".ipy", ".so", ".dll", ".dylib", ".sh", ".bat", ".exe", ".html", ".svg"}


def inspect(folder: Path) -> tuple[Flag, ...]:
    """Looks at the files that were handed in, without opening any; says which an instructor should see.

    Raises CourseError where something is no ordinary file, but a link to who knows where, or a pipe.
    """
    if folder.is_symlink():
        raise CourseError(f"refused: {folder.name} is a link, not a folder.")
    flags, size = [], 0
    for number, entry in enumerate(_walk(folder)):
        name = _shown(Path(entry.path).relative_to(folder).as_posix())
        if number == MOST_FILES:
            raise CourseError(f"refused: more than {MOST_FILES} files.")
        if entry.is_symlink() or not (entry.is_file() or entry.is_dir()):
            raise CourseError(f"refused: {name} is {'a link' if entry.is_symlink() else 'no ordinary file'}.")
        size += entry.stat(follow_symlinks=False).st_size  # as it reads: a sparse file takes its room when it is copied
        if size > MOST_IN_ALL:
            raise CourseError(f"refused: its files have more than {MOST_IN_ALL >> 20} MB, with {name}.")
        if why := _suspicion(entry):
            flags.append(Flag("suspicious-file", "", f"{name} {why}; it was not used."))
    return tuple(flags)


def _shown(name: str) -> str:
    """A file's name as it can be printed and written down, whatever bytes it has."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def _walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    folders = [str(folder)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)


def _suspicion(entry: os.DirEntry[str]) -> str:
    mode = entry.stat(follow_symlinks=False).st_mode
    if not entry.name.isprintable():
        return "has a name that cannot be shown"
    if stat.S_ISDIR(mode):
        return ""
    suffix = Path(entry.name).suffix.lower()
    if suffix in PROGRAMS:
        return "is a program or a page"
    # A drive without permissions marks every file as a program, the notebooks too; those say nothing.
    return "is marked as a program" if mode & 0o111 and suffix not in {".ipynb", ".txt"} else ""


def read_file(path: Path) -> bytes:
    """The bytes of a submitted file. Raises CourseError where it is no ordinary file, or too large."""
    try:
        # Neither a link is followed, nor a pipe waited for.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise CourseError(f"{path.name} cannot be read: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise CourseError(f"refused: {path.name} is no ordinary file.")
    with os.fdopen(handle, "rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise CourseError(
            f"refused: {path.name} is larger than {MOST_BYTES >> 20} MB, mostly with outputs, which grading "
            "does not need: `jupyter nbconvert --clear-output --inplace` takes them out."
        )
    return content
