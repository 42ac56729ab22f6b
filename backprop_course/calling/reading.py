"""Reads a student's answer: numbers, arrays, dicts; whatever else it is, says so.

An object is judged by its real type before anything of its own is run: a class that lies about equality,
conversion or its name gets no chance to. A subclass of a container is read by the base's own methods.
"""

from __future__ import annotations

import gc
import math
import sys
from collections import deque
from dataclasses import dataclass
from types import FunctionType, MappingProxyType

import numpy as np

_NUMPY = frozenset(t for t in np.sctypeDict.values() if issubclass(t, np.number) and t.__name__ != "timedelta64")
_LARGEST = 1_000_000
_DEEPEST = 8
_ENTRIES = {
    "f": "",
    "i": "",
    "u": "",
    "c": " with complex numbers",
    "b": " with True and False",
    "U": " with texts",
    "T": " with texts",
    "S": " with bytes",
    "O": " with objects that are no numbers",
    "V": " with several fields",
    "M": " with dates",
    "m": " with spans of time",
}


@dataclass(frozen=True)
class Unreadable:
    """An answer of a form that cannot be judged.

    what: what it is. expected: what is expected instead; "" where `what` says it. hint: what to look at.
    """

    what: str
    expected: str = ""
    hint: str = ""

    @property
    def message(self) -> str:
        """What to say about it."""
        return self.where(self.expected)

    def where(self, expected: str) -> str:
        """The same where something else is expected."""
        said = f"{self.what}; {expected} is expected." if self.expected else self.what
        return f"{said}\n{self.hint}" if self.hint else said


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


def count(number: int, thing: str, things: str = "") -> str:
    """So many of something, as 1 entry, 5,000 entries."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def plain(value: object) -> object:
    """A container as one of Python's or NumPy's own, by the base's own methods; any other value as it is.

    A dict of any subclass, a mappingproxy, a namedtuple, a deque, np.matrix, a masked array without masked entries.
    """
    kind = type(value)
    if kind is dict or kind is list or kind is tuple or kind is np.ndarray:
        return value
    if kind is MappingProxyType:
        value = gc.get_referents(value)[0]  # what it shows, without asking it
        kind = type(value)
    if issubclass(kind, dict):
        return dict(dict.items(value))  # type: ignore[arg-type]
    if issubclass(kind, tuple):
        return tuple(tuple.__iter__(value))  # type: ignore[arg-type]
    if issubclass(kind, list):
        return list(list.__iter__(value))  # type: ignore[arg-type]
    if issubclass(kind, deque):
        return list(deque.__iter__(value))  # type: ignore[arg-type]
    if kind is np.matrix or (_is_masked_array(kind) and not _masked(value)):
        return np.ndarray.view(value, np.ndarray)  # type: ignore[call-overload]
    return value


def _is_masked_array(kind: type) -> bool:
    """Whether it is NumPy's class of masked arrays, which nobody has where its module has not been imported."""
    masked = sys.modules.get("numpy.ma")
    return masked is not None and kind is getattr(masked, "MaskedArray", None)


def _masked(value: object) -> bool:
    mask = value._mask  # type: ignore[attr-defined]
    return not (type(mask) is np.bool_ or type(mask) is np.ndarray) or bool(mask.any())


def describe(value: object) -> str:
    """A few words about a value, for a message; runs nothing of the value's own."""
    value = plain(value)
    kind = type(value)
    if value is None or kind is bool:
        return str(value)
    if kind is str:
        return f"the text {str(value)[:40]!r}"
    if kind is np.ndarray:
        return f"an array of shape {value.shape}{_ENTRIES.get(value.dtype.kind, '')}"  # type: ignore[attr-defined]
    if kind is list or kind is tuple or kind is dict or kind is set:
        return f"a {kind.__name__} with {count(len(value), 'entry', 'entries')}"  # type: ignore[arg-type]
    if kind is FunctionType or (is_elsewhere(value) and type_name(value) == "function"):
        return "a function (are brackets () missing?)"
    if type_name(value) == "generator":
        return "a generator, which has computed nothing yet (list(…) makes a list of it)"
    if type_name(value) == "MaskedArray":
        return "an array with masked entries"
    if kind is complex or issubclass(kind, np.complexfloating):
        return "a complex number"
    if kind is type(Ellipsis):
        return "…, the placeholder"
    return f"of type {type_name(value)}"


def noun(value: object) -> str:
    """The same for a place where a noun has to stand."""
    if type(value) is float or type(value) is int or type(value) in _NUMPY:
        return "a number"
    words = describe(value)
    return f"a value {words}" if words.startswith("of type") else words


def read_array(value: object, depth: int = 0) -> np.ndarray | Unreadable:
    """A number, an array, or (nested) lists of them, as a float array with a copy of its entries.

    Complex numbers whose imaginary part is zero are real.
    """
    value = plain(value)
    kind = type(value)
    if kind is float or kind is complex or kind in _NUMPY:
        return _real(np.array(value), value)
    if kind is int:
        try:
            return np.array(float(value))  # type: ignore[arg-type]
        except OverflowError:
            return Unreadable("is an integer too large to be a number here.")
    if kind is np.ndarray and value.dtype.kind in "fiuc":  # type: ignore[attr-defined]
        array: np.ndarray = value  # type: ignore[assignment]
        if array.size > _LARGEST:
            return Unreadable(f"has {array.size:,} entries; that is far too many.")
        return _real(array, array)
    if (kind is list or kind is tuple) and depth < _DEEPEST and len(value) <= _LARGEST:  # type: ignore[arg-type]
        entries = [read_array(entry, depth + 1) for entry in value]  # type: ignore[attr-defined]
        for entry in entries:
            if isinstance(entry, Unreadable):
                return Unreadable(f"holds something that is no number: it {entry.message}")
        if len({entry.shape for entry in entries}) > 1:  # type: ignore[union-attr]
            return Unreadable(f"is a {kind.__name__} whose entries have different shapes", "a number")
        return np.array(entries, dtype=float)
    return Unreadable(f"is {describe(value)}", "a number")


def _real(array: np.ndarray, shown: object) -> np.ndarray | Unreadable:
    """A copy of the entries as floats."""
    if array.dtype.kind == "c":
        if np.any(array.imag != 0):  # NaN, too
            return Unreadable(f"is {describe(shown)}, whose imaginary parts are not 0", "a number")
        array = array.real
    return array.astype(array.dtype if array.dtype.kind == "f" else float)


def read_number(value: object) -> float | Unreadable:
    """A finite number, from a Python or NumPy scalar or an array with one entry."""
    value = plain(value)
    if type(value) is list or type(value) is tuple:
        return Unreadable(f"is {describe(value)}", "a single number")
    array = read_array(value)
    if isinstance(array, Unreadable):
        return array
    if array.size != 1:
        return Unreadable(f"is an array of shape {array.shape}", "a single number")
    number = float(array.reshape(())[()])
    if not math.isfinite(number):
        return Unreadable(f"is {number}", "a finite number")
    return number


def arrays(value: object) -> object:
    """A result with every entry read: an array, Unreadable, or a dict of them; None stays None.

    Of a dict's keys those that are no plain strings stay as a description of what they are.
    """
    value = plain(value)
    if value is None:
        return None
    if type(value) is dict:
        return {_key(key): _entry(entry) for key, entry in value.items()}
    return _entry(value)


class OddKey(str):
    """What stands for a dict's key that is no text: a text that tells what it is."""


def _key(key: object) -> str:
    if type(key) is str:
        return key
    number = read_array(key) if type(key) is not np.ndarray else None
    if isinstance(number, np.ndarray) and number.ndim == 0:
        return OddKey(f"the number {float(number):g}")
    return OddKey(describe(key))


def _entry(value: object) -> np.ndarray | Unreadable:
    # A comparison's result counts as 1 and 0: z > 0 is a ReLU's slope.
    if type(value) is bool or type(value) is np.bool_ or (type(value) is np.ndarray and value.dtype.kind == "b"):
        return np.array(value, dtype=float)
    return read_array(value)
