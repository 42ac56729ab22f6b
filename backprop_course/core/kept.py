"""What an iterator gives, kept: worked out when it is first asked for, and gone through as often as one likes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The same again for whoever goes through it again, and no more of it than is asked for."""

    def __init__(self, source: Iterator[T]) -> None:
        self._source = source
        self._found: list[T] = []

    def __iter__(self) -> Iterator[T]:
        k = 0
        while True:
            if k == len(self._found):
                try:
                    self._found.append(next(self._source))
                except StopIteration:
                    return
            yield self._found[k]
            k += 1
