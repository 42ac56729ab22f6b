"""Notes when an answer calls the course's own passes. A hint for an instructor: who wants to can evade it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from typing import Any

PASSES = {
    "backprop_course.core.network": ("Network.forward",),
    "backprop_course.core.backprop": ("backward", "gradients"),
    "backprop_course.core.gradcheck": (
        "numerical_derivative",
        "numerical_gradient",
        "relative_error",
        "check_gradients",
    ),
    "backprop_course.core.training": ("train",),
    "backprop_course.core.regularisation": ("shrinkage", "regularised_optimum", "numerical_hessian"),
    "backprop_course.core.functions": ("activation", "loss"),
    "backprop_course.checks": ("judge",),
    "backprop_course.exercises.kinds.quantities": ("evaluate",),
    "backprop_course.exercises.kinds.case": ("Case.results",),
    "backprop_course.exercises.kinds.values": ("Values.predict",),
    "backprop_course.exercises.kinds.formula": ("Formula.values",),
}
"""What computes an answer: by module, its functions and methods."""

_called: list[set[str]] = []


@contextmanager
def reference_calls(watched: bool) -> Iterator[set[str]]:
    """The names of the course's passes that are called meanwhile; nothing is noted where it is not watched."""
    called: set[str] = set()
    if watched:
        _called.append(called)
    try:
        yield called
    finally:
        if watched:
            _called.remove(called)


def install() -> None:
    """Makes every pass note its calls, wherever it has been imported to."""
    for module, names in PASSES.items():
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
                if getattr(other, "__name__", "").startswith("backprop_course") and vars(other).get(last) is original:
                    setattr(other, last, noting)


def _noting(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    @wraps(function)
    def noting(*arguments: Any, **named: Any) -> Any:
        for called in _called:
            called.add(name)
        return function(*arguments, **named)

    return noting
