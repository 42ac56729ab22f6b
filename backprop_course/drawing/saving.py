"""A picture as a file, in the format that the file's name ends with."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

from backprop_course.errors import CourseError
from backprop_course.extras import said

DPI = 144
"""A PNG has two pixels for one of the picture: sharp on a projector."""


def save(path: str | Path, formats: Mapping[str, Callable[[], bytes]]) -> Path:
    """Writes a picture to a file and returns its path.

    formats: what makes the file's content, by the end of its name. Raises CourseError for another end, for a folder
    that is not there or cannot be written, and where a package that draws it is not installed.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind not in formats:
        ends = f"ends with {kind!r}" if kind else "has no ending"
        raise CourseError(f"{path.name!r} {ends}; it can be saved as {', '.join(formats)}.")
    content = formats[kind]()
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def printed(svg: str, kind: str) -> bytes:
    """A picture as "png" or "pdf", on white. Raises CourseError where Matplotlib is not installed."""
    with said("notebook"):
        from matplotlib import rc_context

        from backprop_course.drawing.painted import painted
    file = io.BytesIO()
    # Type 42 keeps the letters of a PDF letters: they can be selected, and edited.
    with rc_context({"pdf.fonttype": 42}):
        painted(svg).savefig(file, format=kind, dpi=DPI)
    return file.getvalue()
