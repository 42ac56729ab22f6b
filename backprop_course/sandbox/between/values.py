"""The values that pass between examiner and candidate, packed: tagged plain data, bounded in size, depth and count.

A value that JSON does not have is a list with a tag; the entries of arrays are bytes beside it. Nothing is unpickled,
and nothing that arrives can run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np

from backprop_course.calling.reading import plain, type_name
from backprop_course.sandbox.between.kinds import (
    BY_CLASS,
    ITERATORS,
    KINDS,
    MOST_OF_AN_ITERATOR,
    fields_of,
)
from backprop_course.sandbox.between.messages import BYTES, TEXT
from backprop_course.sandbox.between.opaque import Unpassable

DEEPEST, COUNT, AXES = 12, 300_000, 16
_DIGITS = 4000
_NUMPY: dict[Any, np.dtype] = {t: np.dtype(t) for t in (*np.sctypeDict.values(), np.bool_)}
_SCALARS: dict[Any, str] = {t: dtype.str for t, dtype in _NUMPY.items() if dtype.kind in "fiubc"}
DTYPES = frozenset(_SCALARS.values())
OTHER_DTYPES = re.compile(r"[<|=]?[US][0-9]{1,6}|<[Mm]8(\[[0-9]{0,6}[a-zA-Z]{1,7}\])?")
"""Texts, bytes, dates and spans of time."""
FORM_ONLY = {"V": "V1", "T": "U1"}
_TAGS: dict[Any, str] = {list: "l", tuple: "t", set: "s"}


class Packer:
    """Makes plain data of values; `blobs` holds the entries of the arrays, in order.

    function: gives the number under which the other side can call a function. strict: what cannot pass as what it is
    raises Unpassable; otherwise the name of its class passes. iterators: whether their entries are fetched, which may
    run a student's code.
    """

    def __init__(self, function: Callable[[Any], list[Any]], strict: bool = False, iterators: bool = False) -> None:
        self.blobs: list[bytes] = []
        self.function = function
        self.strict = strict
        self.iterators = iterators
        self.count = 0
        self.size = 0
        self.held = 0

    def pack(self, value: Any, depth: int = 0) -> Any:
        """A value as JSON's own kinds."""
        kind = type(value)
        self.count += 1
        if value is None or kind is bool or kind is float:
            return value
        if kind is int and value.bit_length() < 3 * _DIGITS:
            return value
        if kind is str:
            self.size += len(value)
            return value if self.size < TEXT // 8 else self._refused("str")
        if kind in _SCALARS:
            return ["n", _SCALARS[kind], self._blob(value.tobytes())]
        if kind is np.datetime64 or kind is np.timedelta64:
            return ["n", value.dtype.newbyteorder("<").str, self._blob(value.tobytes())]
        if depth < DEEPEST and self.count < COUNT and (packed := self._parts(value, kind, depth + 1)):
            return packed
        before, value = kind, plain(value)
        kind = type(value)
        if self.strict and kind is not before:
            return self._refused(before.__name__)
        if kind is np.ndarray:
            return self._array(value, depth)
        if depth < DEEPEST and self.count < COUNT:
            if kind in _TAGS and len(value) < COUNT:
                return [_TAGS[kind], [self.pack(entry, depth + 1) for entry in value]]
            if kind is dict:
                return ["d", [[self.pack(key, depth + 1), self.pack(entry, depth + 1)] for key, entry in value.items()]]
        return self._other(value, kind)

    def _parts(self, value: Any, kind: type, depth: int) -> list[Any] | None:
        """A value of one of `KINDS`, a namedtuple, an iterator."""
        if kind in BY_CLASS:
            try:
                parts = KINDS[BY_CLASS[kind]].parts(value)
            except Unpassable:
                if self.strict:
                    raise
                return ["o", type_name(value)]
            return ["k", BY_CLASS[kind], [self.pack(part, depth) for part in parts]]
        if issubclass(kind, tuple) and kind is not tuple and (fields := fields_of(kind)) is not None:
            return ["p", type_name(value), fields, [self.pack(entry, depth) for entry in tuple.__iter__(value)]]
        if self.iterators and kind in ITERATORS:
            entries = list(islice(value, MOST_OF_AN_ITERATOR + 1))
            packed = [self.pack(entry, depth) for entry in entries[:MOST_OF_AN_ITERATOR]]
            return ["i", packed, len(entries) > MOST_OF_AN_ITERATOR]
        return None

    def _array(self, value: np.ndarray, depth: int) -> list[Any]:
        native = value.dtype.newbyteorder("=")
        if value.ndim <= AXES and value.size <= COUNT:
            if native.kind == "O" and depth < DEEPEST:
                return ["O", list(value.shape), [self.pack(entry, depth + 1) for entry in value.flat]]
            if native.kind in FORM_ONLY and not self.strict:
                return ["x", native.kind, list(value.shape)]
        known = native.str in DTYPES or (OTHER_DTYPES.fullmatch(native.str) and value.size <= COUNT)
        if not known or value.ndim > AXES or value.nbytes + self.held > BYTES:
            return self._refused("ndarray")
        return ["a", native.str, list(value.shape), self._blob(value.astype(native, copy=False).tobytes())]

    def _refused(self, name: str) -> list[Any]:
        if self.strict:
            raise Unpassable(f"a value of type {name}")
        return ["o", name]

    def _other(self, value: Any, kind: type) -> list[Any]:
        if kind is complex:
            return ["c", value.real, value.imag]
        if kind is bytes and len(value) + self.held < BYTES:
            return ["b", self._blob(value)]
        if value is Ellipsis:
            return ["e"]
        if callable(value) and self.count < COUNT:
            return self.function(value)
        return self._refused(type_name(value))

    def _blob(self, data: bytes) -> int:
        self.blobs.append(data)
        self.held += len(data)
        return len(data)
