"""Notes calls of functions that an answer is not to use. A hint for who judges: who wants to can evade it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from typing import Any

_called: list[set[str]] = []


@contextmanager
def watched_calls(watch: bool) -> Iterator[set[str]]:
    """The names of the watched functions that are called meanwhile; nothing is noted unless asked for."""
    called: set[str] = set()
    if watch:
        _called.append(called)
    try:
        yield called
    finally:
        if watch:
            _called.remove(called)


def note_calls(watched: Mapping[str, tuple[str, ...]]) -> None:
    """Makes functions note their calls, wherever modules of the same package have imported them.

    watched: by module, the names of its functions, and of methods as "Class.method".
    """
    for module, names in watched.items():
        package = module.partition(".")[0]
        found = import_module(module)
        for name in names:
            *path, last = name.split(".")
            holder: Any = found
            for step in path:
                holder = getattr(holder, step)
            original = getattr(holder, last)
            noting = _noting(original, name)
            setattr(holder, last, noting)
            for other in list(sys.modules.values()):
                if getattr(other, "__name__", "").startswith(package) and vars(other).get(last) is original:
                    setattr(other, last, noting)


def _noting(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    @wraps(function)
    def noting(*arguments: Any, **named: Any) -> Any:
        for called in _called:
            called.add(name)
        return function(*arguments, **named)

    return noting
