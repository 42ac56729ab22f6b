"""A table that keeps what was put in last: for what is dear to work out, and asked for again soon."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Newest(dict[K, V]):
    """A dict of so many entries at most; a new one takes the place of the oldest.

    Where a key is the `id` of something, that thing belongs into the entry: its id is nobody else's then.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, value: V) -> None:
        if key not in self and len(self) >= self._most:
            del self[next(iter(self))]
        super().__setitem__(key, value)
