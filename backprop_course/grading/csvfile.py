"""Tables for other programs: CSV in which no cell is a formula to a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from backprop_course.errors import CourseError

_COMMANDS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""

CsvValue = str | float | None


def write(path: Path, rows: Iterable[Iterable[CsvValue]]) -> None:
    """Writes a table as UTF-8. Raises CourseError where it cannot be written."""
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
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
        return f"'{cell}" if cell.lstrip(" ").startswith(_COMMANDS) else cell
    return f"{round(cell, 4):g}" if abs(cell) < 1e5 else repr(cell)
