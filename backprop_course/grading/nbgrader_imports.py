"""nbgrader's parts without the rest of nbgrader: its gradebook opens in a third of the time.

`import nbgrader` loads a web server's extensions, and the schema library that comes along spends longer than all
the others on a grammar for international addresses (`rfc3987_syntax`) that nobody here asks it about.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

NEEDLESS = "rfc3987_syntax"


def nbgrader_api() -> ModuleType:
    """The module `nbgrader.api`. Raises ImportError where nbgrader is not installed."""
    return _part("nbgrader.api")


def nbgrader_coursedir() -> ModuleType:
    """The module `nbgrader.coursedir`. Raises ImportError where nbgrader is not installed."""
    return _part("nbgrader.coursedir")


def _part(name: str) -> ModuleType:
    if "nbgrader" not in sys.modules:
        spec = importlib.util.find_spec("nbgrader")
        if spec is None:
            raise ModuleNotFoundError("No module named 'nbgrader'", name="nbgrader")
        # The package is there, with its path and its name, but what it would import has not been imported.
        sys.modules["nbgrader"] = importlib.util.module_from_spec(spec)
    with _without(NEEDLESS):
        return import_module(name)


@contextmanager
def _without(name: str) -> Iterator[None]:
    """A module that is optional to those who import it is not there meanwhile."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how Python spells "cannot be imported"
    try:
        yield
    finally:
        del sys.modules[name]
