"""Tables from and for other programs: CSV read whatever wrote it, and written so that no cell is a formula.

A file for people begins with the mark by which a spreadsheet knows UTF-8; one for a program's importer does not.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from backprop_course.errors import CourseError

_COMMANDS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""

CsvValue = str | float | None


@dataclass(frozen=True)
class CsvTable:
    """A table that was read. columns: as they are called there. rows: a cell by its column; lines: where they stand."""

    columns: list[str]
    rows: list[dict[str, str]]
    lines: list[int]

    def column(self, *names: str) -> str | None:
        """The first of the columns that is called so, capitals and underscores aside."""
        known = {_folded(column): column for column in reversed(self.columns)}
        return next((known[_folded(name)] for name in names if _folded(name) in known), None)


def read(path: Path) -> CsvTable:
    """A table from a file, with commas, semicolons or tabs, in UTF-8, UTF-16 or, failing these, Windows' own letters.

    What `text` put before a text that could be a formula is taken off. Raises CourseError where there is no table.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from error
    lines = _decoded(content).splitlines(keepends=True)
    head = next((line for line in lines if line.strip()), "")
    if not head:
        raise CourseError(f"{path} is empty.")
    if "\0" in head:
        raise CourseError(f"{path} is no CSV file. From a spreadsheet, save it as CSV (UTF-8).")
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=max(",;\t", key=head.count))
    rows, places = [], []
    try:
        for cells in reader:
            rows.append([_as_was(cell.strip()) for cell in cells])
            places.append(reader.line_num)
    except csv.Error as error:
        raise CourseError(f"{path}, line {reader.line_num}: {error}.") from error
    first = next(at for at, cells in enumerate(rows) if any(cells))
    columns = rows[first]
    body = [(place, cells) for place, cells in zip(places, rows, strict=True) if any(cells)][1:]
    filled = [dict(zip(columns, [*cells, *[""] * len(columns)], strict=False)) for _, cells in body]
    return CsvTable(columns, filled, [place for place, _ in body])


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _as_was(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip(" ").startswith(_COMMANDS) else cell


def _folded(name: str) -> str:
    return name.casefold().replace("_", " ").strip()


def write(path: Path, rows: Iterable[Iterable[CsvValue]], *, for_people: bool = False) -> None:
    """Writes a table as UTF-8. Raises CourseError where it cannot be written."""
    try:
        with path.open("w", newline="", encoding="utf-8-sig" if for_people else "utf-8") as file:
            writer = csv.writer(file)
            for row in rows:
                writer.writerow([text(cell) for cell in row])
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from error


def text(cell: CsvValue) -> str:
    """A cell as it is written: a number in its shortest form, a text that could be a formula with ' before it."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip(" ").startswith(_COMMANDS) and cell != "-" else cell
    return f"{round(cell, 4):g}" if abs(cell) < 1e5 else repr(cell)
