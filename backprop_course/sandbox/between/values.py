"""The values that pass between examiner and candidate: tagged plain data, bounded in size, depth and count.

A value that JSON does not have is a list with a tag; the entries of arrays are bytes beside it. Nothing is unpickled,
and nothing that arrives can run.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn

import numpy as np

from backprop_course.calling.reading import plain, type_name
from backprop_course.sandbox.between.messages import BYTES, TEXT, WireError

_DEEPEST, _COUNT, _AXES = 12, 300_000, 16
_DIGITS = 4000
_KEYS = 2000
"""Members of sets and keys of dicts that are no text: whoever chooses numbers can make them all hash alike."""
_DEAR = 100
"""What an entry counts that is not plain data: a class is made for it."""
_NUMPY: dict[Any, np.dtype] = {t: np.dtype(t) for t in (*np.sctypeDict.values(), np.bool_)}
_SCALARS: dict[Any, str] = {t: dtype.str for t, dtype in _NUMPY.items() if dtype.kind in "fiubc"}
_DTYPES = frozenset(_SCALARS.values())
_UNUSABLE = {"U": "U1", "S": "S1", "O": "O", "V": "V1", "M": "M8[s]", "m": "m8[s]", "T": "U1"}
_GROUPS: dict[str, Callable[[list[Any]], Any]] = {"l": list, "t": tuple, "s": set}
_TAGS: dict[Any, str] = {list: "l", tuple: "t", set: "s"}


class Opaque:
    """Something that is no plain data: it can be looked at, and fails whatever else is tried on it.

    A class of the same name as the student's is made for each, so that messages name that one.
    """

    def __getattr__(self, name: str) -> NoReturn:
        _refuse(self)

    def __repr__(self) -> str:
        return f"<{type_name(self)}>"


def _refuse(self: Opaque, *arguments: object, **named: object) -> NoReturn:
    raise TypeError(f"a value of type {type_name(self)} cannot be used by a test")


for _method in (
    *("eq", "ne", "lt", "le", "gt", "ge", "bool", "len", "iter", "next", "contains", "getitem", "str", "format"),
    *("float", "int", "complex", "index", "round", "bytes", "array", "array_ufunc", "array_function", "await"),
    *("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "rfloordiv", "mod", "rmod"),
    *("pow", "rpow", "matmul", "rmatmul", "and", "rand", "or", "ror", "xor", "rxor", "neg", "pos", "abs", "invert"),
    *("copy", "deepcopy", "reduce_ex", "enter", "exit"),
):
    setattr(Opaque, f"__{_method}__", _refuse)
Opaque.__hash__ = object.__hash__  # type: ignore[method-assign]  # as a dict's key it is nothing but itself


def opaque(name: str) -> Opaque:
    """A stand-in for a value of the class of that name."""
    made: Opaque = _opaque_class(name)()
    return made


@lru_cache(100)
def _opaque_class(name: str) -> Any:
    return type(name, (Opaque,), {})


class Packer:
    """Makes plain data of values; `blobs` holds the entries of the arrays, in order.

    function: gives the number under which the other side can call a function.
    """

    def __init__(self, function: Callable[[Any], list[Any]]) -> None:
        self.blobs: list[bytes] = []
        self.function = function
        self.count = 0
        self.size = 0
        self.held = 0

    def pack(self, value: Any, depth: int = 0) -> Any:
        """A value as JSON's own kinds; what is no plain data becomes the name of its class."""
        value = plain(value)
        kind = type(value)
        self.count += 1
        if value is None or kind is bool or kind is float:
            return value
        if kind is int and value.bit_length() < 3 * _DIGITS:
            return value
        if kind is str:
            self.size += len(value)
            return value if self.size < TEXT // 8 else ["o", "str"]
        if kind in _SCALARS:
            return ["n", _SCALARS[kind], self._blob(value.tobytes())]
        if kind is np.ndarray:
            return self._array(value)
        if depth < _DEEPEST and self.count < _COUNT:
            if kind in _TAGS and len(value) < _COUNT:
                return [_TAGS[kind], [self.pack(entry, depth + 1) for entry in value]]
            if kind is dict:
                return ["d", [[self.pack(key, depth + 1), self.pack(entry, depth + 1)] for key, entry in value.items()]]
        return self._other(value, kind)

    def _array(self, value: np.ndarray) -> list[Any]:
        native = value.dtype.newbyteorder("=")
        if value.dtype.kind not in "fiubc" and value.ndim <= _AXES and value.size <= _COUNT:
            return ["x", value.dtype.kind, list(value.shape)]
        if native.str not in _DTYPES or value.ndim > _AXES or value.nbytes + self.held > BYTES:
            return ["o", "ndarray"]
        return ["a", native.str, list(value.shape), self._blob(value.astype(native, copy=False).tobytes())]

    def _other(self, value: Any, kind: type) -> list[Any]:
        if kind is complex:
            return ["c", value.real, value.imag]
        if kind is bytes and len(value) + self.held < BYTES:
            return ["b", self._blob(value)]
        if value is Ellipsis:
            return ["e"]
        if callable(value) and self.count < _COUNT:
            return self.function(value)
        return ["o", type_name(value)]

    def _blob(self, data: bytes) -> int:
        self.blobs.append(data)
        self.held += len(data)
        return len(data)


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
        if self.count > 2 * _COUNT or depth > _DEEPEST + 1:
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
            return self._entries(dtype, tuple(_size(n) for n in _list(shape)), size)
        if tag == "x":
            kind, shape = rest
            return self._unusable(_UNUSABLE[kind], tuple(_size(n) for n in _list(shape)))
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
        if dtype not in _DTYPES or len(shape) > _AXES:
            raise WireError("no array")
        return np.frombuffer(self._take(size), dtype=str(dtype)).reshape(shape).copy()

    def _unusable(self, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
        """An array of that form whose entries are not numbers: they have stayed where they are."""
        if len(shape) > _AXES or math.prod(shape) > _COUNT:
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


def _size(value: object) -> int:
    if type(value) is not int or not 0 <= value <= BYTES:
        raise WireError("no size")
    return value
