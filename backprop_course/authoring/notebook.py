"""A source notebook for nbgrader, made from a file of exercises; made again, what was edited in it stays.

Each cell that is made carries a fingerprint of itself. One that still has it is renewed; another one was edited.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backprop_course.authoring.cells import Made, cells_of
from backprop_course.errors import CourseError
from backprop_course.exercises.files import FILE, known, load_file
from backprop_course.exercises.numbers import refuse_hidden
from backprop_course.whole_files import write_whole

MADE = "backprop_course"
"""The metadata of a cell that was made, and of its notebook."""

RawNotebook = dict[str, Any]
RawCell = dict[str, Any]


@dataclass
class Renewal:
    """What was done to the cells of a notebook, by their ids."""

    added: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def make_notebook(file: Path, output: Path) -> Renewal:
    """Makes the notebook of a file's exercises, or makes it again.

    Raises CourseError for a file that cannot be used or whose numbers hide a mistake, for a notebook that is not beside
    it, and for one that is there and no notebook. Nothing is written then.
    """
    if file.name != FILE:
        raise CourseError(f"A notebook imports its exercises from {FILE}, in its own folder: rename {file.name}.")
    if output.suffix != ".ipynb" or output.resolve().parent != file.resolve().parent:
        raise CourseError(f"The notebook stands beside its exercises: -o {file.parent / 'exam.ipynb'}.")
    exercises = load_file(file)
    with known(exercises):
        refuse_hidden(exercises.exercises)
        cells = cells_of(exercises, output.stem.replace("_", " ").capitalize())
    before = _read(output)
    notebook, done = renewed(before, cells)
    write_whole(output, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    return done


def renewed(before: RawNotebook | None, cells: list[Made]) -> tuple[RawNotebook, Renewal]:
    """A notebook with these cells, in the order in which they stand in the one before; and what was done."""
    done = Renewal()
    notebook = before or {"cells": [], "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    new = {cell.id: _written(cell) for cell in cells}
    there = {cell.get("id"): cell for cell in notebook["cells"]}
    once = set(notebook["metadata"].get(MADE, {}).get("made", ()))
    kept: list[RawCell] = []
    for cell in notebook["cells"]:
        id, untouched = cell.get("id"), _is_untouched(cell)
        if untouched and id not in new:
            done.removed.append(id)
        elif untouched and cell_fingerprint(new[id]) != cell_fingerprint(cell):
            done.renewed.append(id)
            kept.append(new[id])
        else:
            if not untouched and (id in new or _made(cell)):
                done.edited.append(id)
            kept.append(cell)
    last = -1
    for id, cell in new.items():
        if id in there:
            last = next(k for k, other in enumerate(kept) if other.get("id") == id)
        elif id not in once or "nbgrader" in cell["metadata"]:  # prose that was deleted stays so; a question comes back
            last += 1
            kept.insert(last, cell)
            done.added.append(id)
    metadata = {**notebook["metadata"], MADE: {"made": sorted(once | new.keys())}}
    return {**notebook, "cells": kept, "metadata": metadata}, done


def cell_fingerprint(cell: Mapping[str, Any]) -> str:
    """What makes a cell another one, in a few letters: its text, its type, its role and its points."""
    role = sorted(cell["metadata"].get("nbgrader", {}).items())
    essence = [cell["cell_type"], "".join(cell["source"]), [pair for pair in role if pair[0] != "schema_version"]]
    return hashlib.sha256(json.dumps(essence).encode()).hexdigest()[:16]


def _made(cell: RawCell) -> str:
    """The fingerprint with which a cell was made, or ""."""
    made = cell.get("metadata", {}).get(MADE, {})
    return str(made.get("made", "")) if isinstance(made, dict) else ""


def _is_untouched(cell: RawCell) -> bool:
    return bool(_made(cell)) and _made(cell) == cell_fingerprint(cell)


def _written(made: Made) -> RawCell:
    """A cell as nbformat has it."""
    cell: RawCell = {"cell_type": "code" if made.code else "markdown", "id": made.id, "metadata": {}}
    cell["source"] = made.source.splitlines(keepends=True)
    if made.code:
        cell |= {"execution_count": None, "outputs": []}
    if made.role is not None:
        whole = {"grade": False, "solution": False, "locked": False, "task": False} | made.role
        cell["metadata"]["nbgrader"] = {
            "grade_id": made.id,
            "schema_version": 3,
            "cell_type": cell["cell_type"],
        } | whole
    cell["metadata"][MADE] = {"made": cell_fingerprint(cell)}
    return cell


def _read(path: Path) -> RawNotebook | None:
    if not path.exists():
        return None
    try:
        notebook: RawNotebook = json.loads(path.read_bytes())
        if notebook["nbformat"] != 4 or not all(cell["metadata"] is not None for cell in notebook["cells"]):
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(f"{path} is there, and no notebook that can be read; give another name.") from error
    return notebook


_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
