"""Values that the other side has sent, made again: nothing is unpickled, and nothing that arrives can run."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from backprop_course.sandbox.between.kinds import KINDS, begun, named_tuple
from backprop_course.sandbox.between.messages import BYTES, WireError
from backprop_course.sandbox.between.opaque import opaque
from backprop_course.sandbox.between.values import AXES, COUNT, DEEPEST, DTYPES, FORM_ONLY, OTHER_DTYPES

_KEYS = 2000
"""Members of sets and keys of dicts that are no text: whoever chooses numbers can make them all hash alike."""
_DEAR = 100
"""What an entry counts that is not plain data: a class is made for it."""
_GROUPS: dict[str, Callable[[list[Any]], Any]] = {"l": list, "t": tuple, "s": set}


class Unpacker:
    """Makes values of plain data that the other side has sent; raises WireError for what is none.

    function: gives what stands for a function of the other side, from what follows its tag.
    """

    def __init__(self, data: bytes, function: Callable[[list[Any]], Any]) -> None:
        self.data = memoryview(data)
        self.function = function
        self.count = 0
        self.keys = 0

    def unpack(self, sent: Any, depth: int = 0) -> Any:
        """The value."""
        self.count += 1
        if self.count > 2 * COUNT or depth > DEEPEST + 1:
            raise WireError("too much")
        if sent is None or isinstance(sent, bool | int | float | str):
            return sent
        if type(sent) is not list or not sent:
            raise WireError("no value")
        tag, *rest = sent
        try:
            return self._tagged(tag, rest, depth)
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError, MemoryError) as error:
            raise WireError(f"no value: {error}") from error

    def _tagged(self, tag: object, rest: list[Any], depth: int) -> Any:
        if tag in ("l", "t", "s"):
            (entries,) = rest
            unpacked = [self.unpack(entry, depth + 1) for entry in _list(entries)]
            return _GROUPS[str(tag)]([self._key(one) for one in unpacked] if tag == "s" else unpacked)
        if tag == "d":
            (entries,) = rest
            made: dict[Any, Any] = {}
            for key, entry in map(_list, _list(entries)):
                made[self._key(self.unpack(key, depth + 1))] = self.unpack(entry, depth + 1)
            return made
        if tag == "n":
            dtype, size = rest
            return self._entries(dtype, (), size)[()]
        if tag == "a":
            dtype, shape, size = rest
            return self._entries(dtype, _shape(shape), size)
        if tag == "O":
            shape, entries = rest
            return self._objects(_shape(shape), _list(entries), depth)
        if tag == "x":
            kind, shape = rest
            return self._form_only(FORM_ONLY[kind], _shape(shape))
        if tag == "k":
            name, parts = rest
            self.count += _DEAR // 10
            unpacked = [self.unpack(part, depth + 1) for part in _list(parts)]
            if name == "dict_keys":
                unpacked = [[self._key(key) for key in _list(unpacked[0])]]
            made_of: Any = KINDS[name].make
            return made_of(*unpacked)
        if tag == "p":
            name, fields, entries = rest
            self.count += _DEAR
            named = named_tuple(printable(name), tuple(map(printable, _list(fields))))
            return named(*[self.unpack(entry, depth + 1) for entry in _list(entries)])
        if tag == "i":
            entries, more = rest
            return begun([self.unpack(entry, depth + 1) for entry in _list(entries)], more is True)
        if tag == "c":
            real, imaginary = rest
            if type(real) is not float or type(imaginary) is not float:
                raise WireError("no number")
            return complex(real, imaginary)
        if tag == "b":
            (size,) = rest
            return bytes(self._take(size))
        if tag == "e":
            return Ellipsis
        if tag in ("o", "f"):
            self.count += _DEAR
        if tag == "o":
            (name,) = rest
            return opaque(printable(name))
        if tag == "f":
            return self.function(rest)
        raise WireError(f"no value: {tag!r}")

    def _key(self, value: Any) -> Any:
        self.keys += type(value) is not str
        if self.keys > _KEYS:
            raise WireError("too many keys")
        return value

    def _entries(self, dtype: object, shape: tuple[int, ...], size: object) -> np.ndarray:
        if type(dtype) is not str or not (dtype in DTYPES or OTHER_DTYPES.fullmatch(dtype)):
            raise WireError("no array")
        data = self._take(size)
        if not data:
            return np.zeros(shape, dtype)
        if "U" in dtype and np.frombuffer(data, "<u4").max() > sys.maxunicode:
            raise WireError("no text")
        return np.frombuffer(data, dtype=dtype).reshape(shape).copy()

    def _objects(self, shape: tuple[int, ...], entries: list[Any], depth: int) -> np.ndarray:
        if math.prod(shape) != len(entries):
            raise WireError("no array")
        made = np.empty(len(entries), object)
        for k, entry in enumerate(entries):
            made[k] = self.unpack(entry, depth + 1)
        return made.reshape(shape)

    def _form_only(self, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
        """An array of that form, to be named and never to be used: its entries have stayed where they are."""
        if math.prod(shape) > COUNT:
            raise WireError("no array")
        return np.broadcast_to(np.zeros((), dtype), shape)

    def _take(self, size: object) -> memoryview:
        size = _size(size)
        if size > len(self.data):
            raise WireError("bytes are missing")
        taken, self.data = self.data[:size], self.data[size:]
        return taken


def printable(name: object) -> str:
    """A name that may stand in a message."""
    if type(name) is not str:
        raise WireError("no name")
    return "".join(c for c in name if c.isprintable())[:60] or "?"


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise WireError("no list")
    return value


def _shape(value: Any) -> tuple[int, ...]:
    if len(_list(value)) > AXES:
        raise WireError("no array")
    return tuple(map(_size, value))


def _size(value: object) -> int:
    if type(value) is not int or not 0 <= value <= BYTES:
        raise WireError("no size")
    return value
