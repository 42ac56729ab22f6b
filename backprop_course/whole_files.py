"""A file that is written is there whole, or as it was before: whoever interrupts leaves no half of one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from backprop_course.errors import CourseError


def write_whole(path: Path, text: str) -> None:
    """Writes a text as UTF-8, its folder too where there is none. Raises CourseError where it cannot be written."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from error
