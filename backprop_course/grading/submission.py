"""What a student handed in, checked and mended before anything of it runs.

Nothing is kept of a submitted notebook but the text of its cells, the pictures in its answers, and how many attempts
its checks have noted: a new notebook is built around them, with the roles, points and tests that the gradebook knows.
So tags, metadata and outputs of the student's own cannot do anything, whatever they are.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from backprop_course.checks.attempts import MOST
from backprop_course.checks.output import verdict_in
from backprop_course.errors import CourseError
from backprop_course.grading.cells import Cell, flags_of, in_released_order, place, written_beside
from backprop_course.grading.released import ReleasedCell, ReleasedNotebook
from backprop_course.sandbox.between.task import Flag

MOST_BYTES = 16 * 2**20
MOST_CELLS = 500
MOST_FILES = 1000
MOST_IN_ALL = 100 * 2**20
"""More than an honest submission has, by far: bytes of a file, cells, files, and bytes of all files together."""

PROGRAMS = {".py", ".pyc", ".pyd", ".pth", ".ipy", ".so", ".dll", ".dylib", ".sh", ".bat", ".exe", ".html", ".svg"}
LANGUAGE = {
    "name": "python",
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "pygments_lexer": "ipython3",
    "codemirror_mode": {"name": "ipython", "version": 3},
}
METADATA = "backprop_course"
"""Under this name a graded notebook's metadata hold what grading has noted: attempts, flags, why it ended early."""

_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
MOST_LETTERS = 100_000
"""The text of one cell; an honest one has a tenth of that."""
_ATTACHED = re.compile(r"attachment:([^)\s\"'>]*)", re.IGNORECASE)
_PICTURE = re.compile(r"image/(png|jpeg|gif|webp)")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")

Json = dict[str, Any]


@dataclass(frozen=True)
class Mended:
    """A notebook fit to run.

    unanswered: the names of the cells for answers that are as they were released. waiting: those of cells whose points
    a human has to give or to look at, because it cannot be told what belongs to them. flags: what is to be looked at.
    """

    notebook: Json
    unanswered: frozenset[str]
    waiting: frozenset[str] = frozenset()
    flags: tuple[Flag, ...] = ()


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


def read(path: Path) -> bytes:
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


def mend(content: bytes, released: ReleasedNotebook) -> Mended:
    """A submitted notebook with every released cell once, as it was released, and where it belongs.

    What students write stays: their answers, and cells of their own. Of a cell that is there twice the last one
    counts, the others become cells of the student's own. A deleted cell comes back after the one before it.
    Raises CourseError where the content is no notebook, or holds none of the released cells.
    """
    cells = [_rebuilt(cell) for cell in _submitted_cells(content, released.name)]
    longest = max((len(cell.source) for cell in cells), default=0)
    if longest > MOST_LETTERS:  # nbconvert would colour them in for hours, and with them the whole class's feedback
        raise CourseError(
            f"refused: a cell of {released.name}.ipynb has {longest:,} letters; no more than "
            f"{MOST_LETTERS:,} are allowed."
        )
    placed = place(cells, released)
    known = {cell.name: cell for cell in released.cells}
    ours = {at: known[name] for name, at in placed.places.items()}
    mended = [_as_released(cell.node, ours.get(at)) for at, cell in enumerate(cells)]
    missing = {name: _as_released({}, cell) for name, cell in known.items() if name not in placed.places}
    whole = in_released_order(mended, placed, known, missing)
    _give_ids(whole)
    answers = {cell.name: cell for cell in released.cells if cell.solution}
    unanswered = {
        name
        for name, cell in answers.items()
        if name not in placed.places or cells[placed.places[name]].source == cell.source
    }
    by_hand = {name for name, cell in answers.items() if cell.points is not None}
    beside = {name for name in by_hand & unanswered if written_beside(cells, placed, name, released)}
    # An answer that was deleted is none; but where names were lost, nobody knows whether it is there.
    unplaced = {name for name in missing if placed.lost and known[name].solution and name in by_hand | _checked(known)}
    waiting = beside | unplaced | {f"{name}-check" for name in unplaced if f"{name}-check" in known}
    noted = {
        "attempts": {name: cells[at].attempts for name, at in placed.places.items() if cells[at].attempts},
        "submitted": digest(content),
        "released": released.digest,
    }
    metadata = {"kernelspec": dict(released.kernelspec), "language_info": LANGUAGE, METADATA: noted}
    notebook = {"cells": whole, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    flags = flags_of(placed, released, sorted(unplaced))
    return Mended(notebook, frozenset(unanswered - waiting), frozenset(waiting), flags)


def _checked(known: Mapping[str, ReleasedCell]) -> set[str]:
    """The answers that a check cell judges."""
    return {name.removesuffix("-check") for name in known if name.endswith("-check")}


def digest(content: bytes) -> str:
    """What was handed in, in a few letters, to see whether it has changed."""
    return hashlib.sha256(content).hexdigest()[:16]


def _submitted_cells(content: bytes, name: str) -> list[Any]:
    try:
        notebook = json.loads(content)
        if notebook["nbformat"] == 3:
            nbformat = import_module("nbformat")
            notebook = nbformat.convert(nbformat.from_dict(notebook), 4)
        version, cells = notebook["nbformat"], notebook["cells"]
    except Exception as error:  # anything, in a notebook of the old format that is not quite one
        raise CourseError(f"{name}.ipynb is no notebook that can be read ({type(error).__name__}).") from error
    if version != 4 or not isinstance(cells, list):
        raise CourseError(f"{name}.ipynb has the notebook format {str(version)[:9]!r}; 4 is expected.")
    if len(cells) > MOST_CELLS:
        raise CourseError(f"refused: {name}.ipynb has {len(cells)} cells; {MOST_CELLS} are allowed.")
    return cells


def _rebuilt(cell: Any) -> Cell:
    """A submitted cell: the name that it claims, and what is kept of it. Whatever is malformed is empty text."""
    cell = cell if isinstance(cell, dict) else {}
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    cell_type = cell.get("cell_type")
    kept: Json = {
        "id": cell.get("id"),
        "cell_type": cell_type if cell_type in ("code", "markdown") else "raw",
        # Half a character, which JSON can hold and UTF-8 cannot, becomes a question mark.
        "source": source.encode("utf-8", "replace").decode() if isinstance(source, str) else "",
    }
    pictures = _pictures(cell.get("attachments"))
    if pictures:
        kept["attachments"] = pictures
    if kept["cell_type"] == "markdown":
        # nbconvert makes no page at all where a picture is missing.
        kept["source"] = _ATTACHED.sub(lambda link: link[0] if link[1] in pictures else link[1], kept["source"])
    id = cell.get("id")
    return Cell(
        _grade_id(cell) or "",
        id if isinstance(id, str) else "",
        kept["cell_type"],
        kept["source"],
        kept,
        _attempts(cell),
    )


def _pictures(attachments: Any) -> Json:
    """The pictures that belong to a text, such as a photo of a derivation on paper."""
    files = attachments.items() if isinstance(attachments, dict) else ()
    pictures = {
        str(name): {kind: data for kind, data in bundle.items() if _is_picture(kind, data)}
        for name, bundle in files
        if isinstance(bundle, dict)
    }
    return {name: bundle for name, bundle in pictures.items() if bundle}


def _is_picture(kind: str, data: Any) -> bool:
    return bool(_PICTURE.fullmatch(kind)) and isinstance(data, str) and bool(_BASE64.fullmatch(data))


def _attempts(cell: Json) -> int:
    """How many attempts a check has noted in its output; 0 where that is not known."""
    with suppress(AttributeError, KeyError, TypeError):
        for output in cell["outputs"]:
            if verdict := verdict_in(output):
                return min(len(verdict["attempts"]), MOST) if isinstance(verdict["attempts"], list) else 0
    return 0


def _grade_id(cell: Json) -> str | None:
    grade_id: Any = cell
    for key in ("metadata", "nbgrader", "grade_id"):
        grade_id = grade_id.get(key) if isinstance(grade_id, dict) else None
    return grade_id if isinstance(grade_id, str) else None


def _as_released(cell: Mapping[str, Any], released: ReleasedCell | None) -> Json:
    """A cell with the role, the type and, where students may not change it, the text that it was released with.

    cell: empty for one that is not there any more; released: None for one that is the student's own.
    """
    mended = {"id": cell.get("id"), "metadata": {}, "source": cell.get("source", "")}
    cell_type = cell.get("cell_type")
    if released:
        mended["metadata"] = {"nbgrader": released.metadata}
        cell_type = released.cell_type
        if released.locked or not cell:
            mended["source"] = released.source
    mended["cell_type"] = cell_type
    if cell_type == "code":
        mended |= {"execution_count": None, "outputs": []}
    elif "attachments" in cell:
        mended["attachments"] = cell["attachments"]
    return mended


def _give_ids(cells: list[Json]) -> None:
    """Every cell an id of its own, as the notebook format asks; the submitted ones stay where they are fit."""
    used: set[str] = set()
    for cell in cells:
        given = cell["id"]
        fit = isinstance(given, str) and _CELL_ID.fullmatch(given) and given not in used
        cell["id"] = given if fit else None
        used.add(given if fit else "")
    numbers = iter(range(len(cells) * 2 + 1))
    for cell in cells:
        while cell["id"] is None:
            if (made := f"cell-{next(numbers)}") not in used:
                cell["id"] = made
