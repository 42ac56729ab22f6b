"""Reads a student's answer: numbers, arrays, dicts; whatever else it is, says so.

An object is judged by its exact type before anything of its own is run: a class that lies about
equality, conversion or its name gets no chance to.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from types import FunctionType

import numpy as np

_NUMPY = frozenset(t for t in np.sctypeDict.values() if issubclass(t, np.floating | np.integer))
_LARGEST = 1_000_000
_DEEPEST = 8


@dataclass(frozen=True)
class Unreadable:
    """An answer of a form that cannot be judged, and what to say about it."""

    message: str


class Elsewhere:
    """A student's function in another process, where grading calls it; `guard.call` and `behaviour` know how.

    Its class has the name of the class that the function has there.
    """


def is_elsewhere(function: object) -> bool:
    """Whether a function is in another process, without asking it."""
    return issubclass(type(function), Elsewhere)


def type_name(value: object) -> str:
    """The name of a value's class, without asking the class."""
    return str(type.__dict__["__name__"].__get__(type(value)))[:60]


def describe(value: object) -> str:
    """A few words about a value, for a message; runs nothing of the value's own."""
    kind = type(value)
    if value is None or kind is bool:
        return str(value)
    if kind is str:
        return f"the text {str(value)[:40]!r}"
    if kind is np.ndarray:
        return f"an array of shape {value.shape} with {value.dtype.kind!r} entries"  # type: ignore[attr-defined]
    if kind in (list, tuple, dict, set):
        return f"a {kind.__name__} with {len(value)} entries"  # type: ignore[arg-type]
    if kind is FunctionType or (is_elsewhere(value) and type_name(value) == "function"):
        return "a function (are brackets () missing?)"
    if kind is complex or issubclass(kind, np.complexfloating):
        return "a complex number"
    if kind is type(Ellipsis):
        return "…, the placeholder"
    return f"of type {type_name(value)}"


def read_array(value: object, depth: int = 0) -> np.ndarray | Unreadable:
    """A number, an array, or (nested) lists of them, as a float array with a copy of its entries."""
    kind = type(value)
    if kind is float or kind in _NUMPY:
        return np.array(value, dtype=kind if issubclass(kind, np.floating) else float)
    if kind is int:
        try:
            return np.array(float(value))  # type: ignore[arg-type]
        except OverflowError:
            return Unreadable("is an integer too large to be a number here.")
    if kind is np.ndarray and value.dtype.kind in "fiu":  # type: ignore[attr-defined]
        array: np.ndarray = value  # type: ignore[assignment]
        if array.size > _LARGEST:
            return Unreadable(f"has {array.size:,} entries; that is far too many.")
        return array.astype(array.dtype if array.dtype.kind == "f" else float)
    if kind in (list, tuple) and depth < _DEEPEST and len(value) <= _LARGEST:  # type: ignore[arg-type]
        entries = [read_array(entry, depth + 1) for entry in _entries(value)]
        for entry in entries:
            if isinstance(entry, Unreadable):
                return Unreadable(f"holds something that is no number: it {entry.message}")
        if len({entry.shape for entry in entries}) > 1:  # type: ignore[union-attr]
            return Unreadable(f"is a {kind.__name__} whose rows have different lengths.")
        return np.array(entries, dtype=float)
    return Unreadable(f"is {describe(value)}; a number is expected.")


def _entries(value: object) -> tuple[object, ...]:
    return tuple(value)  # type: ignore[arg-type]  # a list or a tuple, by its exact type


def read_number(value: object) -> float | Unreadable:
    """A finite number, from a Python or NumPy scalar or an array with one entry."""
    if type(value) in (list, tuple):
        return Unreadable(f"is {describe(value)}; a single number is expected.")
    array = read_array(value)
    if isinstance(array, Unreadable):
        return array
    if array.size != 1:
        return Unreadable(f"is an array of shape {array.shape}; a single number is expected.")
    number = float(array.reshape(())[()])
    if not math.isfinite(number):
        return Unreadable(f"is {number}; a finite number is expected.")
    return number


def read_dict(value: object) -> dict[str, object] | Unreadable:
    """A dict's entries under keys that are plain strings."""
    if type(value) in (dict, OrderedDict):
        entries: dict[object, object] = dict(dict.items(value))  # type: ignore[arg-type]  # a dict, by its exact type
        return {key: entry for key, entry in entries.items() if type(key) is str}
    return Unreadable(f"is {describe(value)}; a dict is expected.")


def arrays(value: object) -> object:
    """A result with every entry read: an array, Unreadable, or a dict of them; None stays None."""
    if value is None:
        return None
    if type(value) in (dict, OrderedDict):
        entries = read_dict(value)
        assert not isinstance(entries, Unreadable)
        return {key: _entry(entry) for key, entry in entries.items()}
    return _entry(value)


def _entry(value: object) -> np.ndarray | Unreadable:
    # A comparison's result counts as 1 and 0: z > 0 is a ReLU's slope.
    if type(value) in (bool, np.bool_) or (type(value) is np.ndarray and value.dtype.kind == "b"):
        return np.array(value, dtype=float)
    return read_array(value)
