"""A notebook's JSON, parsed once into cells where it comes in; and written again where it goes out.

Whatever is malformed in a cell is empty text. What a cell says of its own role is a claim, until `mend` has put the
released one in its place.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from typing import Any

from backprop_course.checks.attempts import MOST_ATTEMPTS
from backprop_course.checks.cell_text import parsed_cell
from backprop_course.checks.output import verdict_in
from backprop_course.errors import CourseError
from backprop_course.sandbox.between.task import Cell, Executed

MOST_CELLS = 500
"""More than an honest notebook has, by far."""
LANGUAGE = {
    "name": "python",
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "pygments_lexer": "ipython3",
    "codemirror_mode": {"name": "ipython", "version": 3},
}
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_ATTACHED = re.compile(r"attachment:([^)\s\"'>]*)", re.IGNORECASE)
_PICTURE = re.compile(r"image/(png|jpeg|gif|webp)")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")

Json = dict[str, Any]


def parse_notebook(content: bytes | str, name: str) -> tuple[Cell, ...]:
    """The cells of a notebook. name: what to call it.

    Raises CourseError where the content is no notebook, or has more cells than any honest one.
    """
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
    return tuple(map(parse_cell, cells))


def parse_cell(raw: Any) -> Cell:
    """One cell, from plain data as nbformat has it."""
    raw = raw if isinstance(raw, dict) else {}
    cell_type = raw.get("cell_type")
    cell_type = cell_type if cell_type in ("code", "markdown") else "raw"
    pictures = _pictures(raw.get("attachments"))
    source = _text(raw.get("source"))
    if cell_type == "markdown":
        # nbconvert makes no page at all where a picture is missing.
        source = _ATTACHED.sub(lambda link: link[0] if link[1] in pictures else link[1], source)
    role, id = _role(raw), raw.get("id")
    name = role.get("grade_id")
    return Cell(
        source,
        cell_type,
        id if isinstance(id, str) else "",
        name if isinstance(name, str) else "",
        bool(role.get("solution")),
        bool(role.get("locked")) and not role.get("solution"),
        bool(role.get("task")),
        exercise_checked(source) if cell_type == "code" else "",
        pictures,
        *_noted(raw),
    )


def _text(source: Any) -> str:
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    # Half a character, which JSON can hold and UTF-8 cannot, becomes a question mark.
    return source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""


def _role(raw: Json) -> Json:
    metadata = raw.get("metadata")
    role = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return role if isinstance(role, dict) else {}


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


def _noted(raw: Json) -> tuple[int, int]:
    """How many attempts and hints a check has noted in its output; 0 where that is not known."""
    with suppress(AttributeError, KeyError, TypeError):
        for output in raw["outputs"]:
            if verdict := verdict_in(output):
                attempts, hints = verdict["attempts"], verdict.get("hints")
                tried = min(len(attempts), MOST_ATTEMPTS) if isinstance(attempts, list) else 0
                return tried, min(max(hints, 0), MOST_ATTEMPTS) if type(hints) is int else 0
    return 0, 0


@lru_cache(256)  # most cells are the same in every submission
def exercise_checked(source: str) -> str:
    """The exercise that a cell checks, where it reads `check("<id>")` and nothing else; or ""."""
    if "check" not in source:
        return ""
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    match tree:
        case ast.Call(func=ast.Name(id="check"), args=[ast.Constant(value=str(exercise))], keywords=[]):
            return exercise
    return ""


@lru_cache(256)
def exercises_named(source: str) -> tuple[str, ...]:
    """The exercises that a cell of Python names in `check("…")` or `given("…")`."""
    return tuple(_called(source)) if "check(" in source or "given(" in source else ()


def _called(source: str) -> Iterator[str]:
    for node in ast.walk(parsed_cell(source)):
        match node:
            case ast.Call(func=ast.Name(id="check" | "given"), args=[ast.Constant(value=str(id)), *_]):
                yield id


def with_ids(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Every cell with an id of its own, as the notebook format asks; the given ones stay where they are fit."""
    used, kept = set[str](), list[Cell]()
    for cell in cells:
        fit = _CELL_ID.fullmatch(cell.id) and cell.id not in used
        kept.append(cell if fit else replace(cell, id=""))
        used.add(cell.id if fit else "")
    numbers = (f"cell-{number}" for number in range(len(kept) * 2 + 1))
    free = (made for made in numbers if made not in used)
    return tuple(cell if cell.id else replace(cell, id=next(free)) for cell in kept)


def notebook_json(
    cells: Iterable[Cell], roles: Mapping[str, Json], metadata: Json, executed: Sequence[Executed] = ()
) -> Json:
    """A notebook of these cells, as nbformat has it.

    roles: what nbgrader wants in the metadata of the cells that it knows, by name. executed: what its code cells show,
    in order; nothing, where it has not been executed.
    """
    shown = iter(executed)
    written = [_cell_json(cell, roles, next(shown, Executed()) if cell.is_code else None) for cell in cells]
    return {"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell_json(cell: Cell, roles: Mapping[str, Json], executed: Executed | None) -> Json:
    written: Json = {
        "id": cell.id,
        "metadata": {"nbgrader": roles[cell.name]} if cell.name else {},
        "source": cell.source,
        "cell_type": cell.cell_type,
    }
    if executed:
        return written | {"execution_count": executed.count, "outputs": executed.outputs}
    return written | ({"attachments": dict(cell.attachments)} if cell.attachments else {})
