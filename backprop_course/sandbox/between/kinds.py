"""Kinds of Python's own values that pass as what they are, a line each: by what parts, and how they are made of them.

None of them runs anything of a student's: only values whose class is exactly one of these are taken apart.
"""

from __future__ import annotations

import itertools
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from types import GeneratorType
from typing import Any

import numpy as np

from backprop_course.sandbox.between.opaque import Unpassable

_FACTORIES: dict[str, Any] = {made.__name__: made for made in (int, float, str, list, dict, set, tuple, bool)}
MOST_OF_AN_ITERATOR = 1000
"""So many entries of an iterator pass; whoever asks for more is told that there are."""
_CONTAINERS: tuple[Any, ...] = ([], (), set(), {}, "", b"", range(0), {}.values(), {}.items(), deque())
ITERATORS: frozenset[type] = frozenset(
    (
        *(GeneratorType, map, zip, enumerate, filter, type(reversed([])), type(iter(range(2**80)))),
        *(type(iter(container)) for container in _CONTAINERS),
        *(itertools.chain, itertools.islice, itertools.count, itertools.cycle, itertools.repeat, itertools.accumulate),
        *(itertools.product, itertools.permutations, itertools.combinations, itertools.starmap, itertools.takewhile),
    )
)


@dataclass(frozen=True)
class Composite:
    """A class whose values are made of parts, which are plain data or of such a class themselves."""

    made: type
    parts: Callable[[Any], list[Any]]
    make: Callable[..., Any]


def _moment(value: Any) -> list[Any]:
    if value.tzinfo is not None:
        raise Unpassable(f"a {type(value).__name__} with a time zone")
    at = [value.hour, value.minute, value.second, value.microsecond, value.fold]
    return [value.year, value.month, value.day, *at] if isinstance(value, datetime) else at


def _made_moment(made: type) -> Callable[..., Any]:
    return lambda *parts: made(*parts[:-1], fold=parts[-1])


def _with_default(value: defaultdict[Any, Any]) -> list[Any]:
    factory = value.default_factory
    name = next((name for name, known in _FACTORIES.items() if factory is known), "")
    if factory is not None and not name:
        raise Unpassable("a defaultdict with a function of one's own")
    return [name, dict(value)]


def _of(kind: type, part: Any) -> Any:
    """A part of that class. Others could be dear: `Fraction("1e999999999")`."""
    if type(part) is not kind:
        raise TypeError(f"{type(part).__name__} instead of {kind.__name__}")
    return part


KINDS = {
    kind.made.__name__: kind
    for kind in (
        Composite(range, lambda v: [v.start, v.stop, v.step], range),
        Composite(slice, lambda v: [v.start, v.stop, v.step], slice),
        Composite(frozenset, lambda v: [set(v)], frozenset),
        Composite(bytearray, lambda v: [bytes(v)], lambda held: bytearray(_of(bytes, held))),
        Composite(deque, lambda v: [list(v), v.maxlen], deque),
        Composite(Counter, lambda v: [dict(v)], Counter),
        Composite(OrderedDict, lambda v: [dict(v)], OrderedDict),
        Composite(defaultdict, _with_default, lambda name, held: defaultdict(_FACTORIES.get(name), held)),
        Composite(type({}.keys()), lambda v: [list(v)], lambda held: dict.fromkeys(held).keys()),
        Composite(type({}.values()), lambda v: [list(v)], lambda held: dict(enumerate(held)).values()),
        Composite(type({}.items()), lambda v: [dict(v)], lambda held: held.items()),
        Composite(Fraction, lambda v: [v.numerator, v.denominator], lambda n, d: Fraction(_of(int, n), _of(int, d))),
        Composite(date, lambda v: [v.year, v.month, v.day], date),
        Composite(datetime, _moment, _made_moment(datetime)),
        Composite(time, _moment, _made_moment(time)),
        Composite(timedelta, lambda v: [v.days, v.seconds, v.microseconds], timedelta),
        Composite(np.str_, lambda v: [str(v)], np.str_),
        Composite(np.bytes_, lambda v: [bytes(v)], np.bytes_),
    )
}
BY_CLASS = {kind.made: name for name, kind in KINDS.items()}


def fields_of(kind: type) -> list[str] | None:
    """The names of a namedtuple's entries; None for any other class."""
    fields = vars(kind).get("_fields")
    if kind.__bases__ != (tuple,) or type(fields) is not tuple or not all(type(name) is str for name in fields):
        return None
    return list(fields)


@lru_cache(100)
def named_tuple(name: str, fields: tuple[str, ...]) -> Any:
    """The class of a namedtuple. Raises ValueError where the names cannot be names."""
    return namedtuple(name, fields)


def begun(entries: list[Any], more: bool) -> Iterator[Any]:
    """An iterator as it has passed: its entries, up to where they were not looked at."""
    yield from entries
    if more:
        raise Unpassable(f"an iterator of more than {MOST_OF_AN_ITERATOR:,} entries")
