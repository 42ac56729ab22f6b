"""Cells that use a student's own functions: where these do not work yet, the cell says so, and the notebook goes on."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from backprop_course.calling.reading import Unreadable, read_array
from backprop_course.core.functions import Array
from backprop_course.drawing import text
from backprop_course.errors import CourseError

MANY = 5
"""More names than that are not listed."""


@contextmanager
def uses(*names: str) -> Iterator[None]:
    """`with uses("softmax"):` what follows uses the student's softmax. An error in it is told, and ends there.

    names: of the student's functions and numbers that are used. Nothing that was begun is shown: a plot that was not
    finished is closed.
    """
    pyplot = sys.modules.get("matplotlib.pyplot")
    before = set(pyplot.get_fignums()) if pyplot else set()
    try:
        yield
    except Exception as error:  # whatever a student's function can raise, and what comes of what it returns
        if pyplot:
            for number in set(pyplot.get_fignums()) - before:
                pyplot.close(number)
        print(_said(names, error))


def shaped(name: str, value: object, shape: tuple[int, ...]) -> Array:
    """What the student's function of that name returned, as an array of that shape.

    Raises CourseError where it is none: NumPy would stretch some wrong shapes, and what is drawn would not be true.
    """
    read = read_array(value)
    if isinstance(read, Unreadable):
        raise _Misshapen(name, f"what it returns {read.message}")
    if read.shape != shape:
        found, asked = text.unstyled(text.shape(read.shape)), text.unstyled(text.shape(shape))
        raise _Misshapen(name, f"what it returns has shape {found}; shape {asked} is expected.")
    return read


class _Misshapen(CourseError):
    def __init__(self, function: str, words: str) -> None:
        super().__init__(words)
        self.function = function


def _said(names: tuple[str, ...], error: Exception) -> str:
    frames = [frame.name for frame in traceback.extract_tb(error.__traceback__) if frame.name in names]
    if isinstance(error, _Misshapen):
        frames = [error.function]
    guilty = frames[-1:] or [name for name in names if name == _missing(error)] or list(names)
    one = guilty[0] if len(guilty) == 1 else f"{', '.join(guilty[:-1])} and {guilty[-1]}"
    if len(guilty) > MANY:
        one = "answers"
    if isinstance(error, NotImplementedError) or _missing(error) in names:
        return f"First write {one}."
    does = "does" if len(guilty) == 1 else "do"
    return f"Your {one} {does} not work here yet: {_words(error)}"


def _missing(error: Exception) -> str | None:
    """The name that Python did not find."""
    return error.name if isinstance(error, NameError) else None


def _words(error: Exception) -> str:
    try:
        words = str(error)[:300]
    except Exception:  # an exception of the student's own
        words = ""
    return words if isinstance(error, CourseError) else f"{type(error).__name__}: {words}"
