"""Objects that a student can assign, by accident or design."""

from __future__ import annotations

import math
import sys
import threading
from collections import OrderedDict, namedtuple
from decimal import Decimal
from fractions import Fraction

import numpy as np


class LyingEquality:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


class LyingArray(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    __hash__ = None


class LyingFloat(float):
    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __float__(self):
        return 1.05


class RaisingEverything:
    def __getattribute__(self, name):
        raise RuntimeError(name)

    def __repr__(self):
        raise RuntimeError

    def __float__(self):
        raise RuntimeError

    def __bool__(self):
        raise RuntimeError


class ExitingNames(type):
    def __getattribute__(cls, name):
        raise SystemExit(name)


class Exiting(metaclass=ExitingNames):
    pass


class ArrayLike:
    def __array__(self, dtype=None, copy=None):
        print("I am being converted")
        return np.array(1.05)


class Dict(dict):
    def __getitem__(self, key):
        raise KeyboardInterrupt


def endless():
    while True:
        yield 1.0


own = []
own.append(own)
Pair = namedtuple("Pair", "a b")
structured = np.zeros(1, dtype=[("a", float)])

OBJECTS = {
    "None": None,
    "ellipsis": ...,
    "True": True,
    "text": "1.05",
    "empty text": "",
    "long text": "x" * 10**6,
    "bytes": b"1.05",
    "NaN": math.nan,
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "NumPy NaN": np.float32("nan"),
    "huge integer": 10**400,
    "complex": 1.05 + 0j,
    "NumPy complex": np.complex128(1.05),
    "decimal": Decimal("1.05"),
    "fraction": Fraction(6, 5),
    "list": [1.05],
    "empty list": [],
    "list within itself": own,
    "deep list": eval("[" * 60 + "1.05" + "]" * 60),
    "tuple": (1.05, 1.05),
    "named tuple": Pair(1.05, 1.05),
    "set": {1.05},
    "dict": {"z_j": 1.05},
    "lying dict": Dict(z_j=1.05),
    "ordered dict": OrderedDict(z_j=1.05),
    "range": range(3),
    "generator": endless(),
    "function": lambda: 1.05,
    "built-in": math.exp,
    "class": float,
    "module": math,
    "object": object(),
    "lying equality": LyingEquality(),
    "lying float": LyingFloat(7.0),
    "lying array": np.array([7.0]).view(LyingArray),
    "raising everything": RaisingEverything(),
    "exiting metaclass": Exiting(),
    "exiting class": Exiting,
    "array-like": ArrayLike(),
    "empty array": np.array([]),
    "long array": np.ones(3),
    "matrix of two": np.ones((2, 1)),
    "array of text": np.array(["1.05"]),
    "array of objects": np.array([LyingEquality()], dtype=object),
    "array of NaN": np.array([math.nan]),
    "structured array": structured,
    "masked array": np.ma.masked_array([1.05], mask=[True]),
    "date": np.datetime64("2020-01-01"),
    "exception": ValueError("1.05"),
    "memory view": memoryview(b"1"),
    "thread lock": threading.Lock(),
    "file": sys.stdout,
}
