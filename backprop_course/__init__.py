"""A course on backpropagation: the reference passes, the exercises, and checks that name the mistake.

`from backprop_course import check, given, hint, progress` is what a notebook needs. Each name is imported when
it is first used; importing the package costs NumPy and no more.
"""

# What is imported here by a public name, Tab would offer as a part of the course.
import importlib as _importlib
import typing as _typing

import numpy as _numpy  # noqa: F401  (the one package that the course cannot do without: fail here, not later)

if _typing.TYPE_CHECKING:
    from backprop_course.checks import check as check
    from backprop_course.checks import given as given
    from backprop_course.checks import hint as hint
    from backprop_course.checks.in_class import in_class as in_class
    from backprop_course.checks.practice import practice as practice
    from backprop_course.checks.standing import own_points as own_points
    from backprop_course.checks.standing import progress as progress
    from backprop_course.core.backprop import backward as backward
    from backprop_course.core.backprop import gradients as gradients
    from backprop_course.core.network import Network as Network
    from backprop_course.core.network import Unit as Unit
    from backprop_course.errors import CourseError as CourseError

_HOMES = {
    "check": "checks",
    "given": "checks",
    "hint": "checks",
    "in_class": "checks.in_class",
    "own_points": "checks.standing",
    "practice": "checks.practice",
    "progress": "checks.standing",
    "CourseError": "errors",
    "Network": "core.network",
    "Unit": "core.network",
    "backward": "core.backprop",
    "gradients": "core.backprop",
}
_ROOMS = {
    "checks": "checks",
    "drawing": "drawing",
    "exercises": "exercises",
    "functions": "core.functions",
    "gradcheck": "core.gradcheck",
    "networks": "networks",
    "regularisation": "core.regularisation",
    "training": "core.training",
    "widgets": "widgets",
}
"""What one may look into from the prompt; they, too, are imported when they are first used."""

__all__ = [
    "CourseError",
    "Network",
    "Unit",
    "backward",
    "check",
    "given",
    "gradients",
    "hint",
    "in_class",
    "own_points",
    "practice",
    "progress",
]
__version__ = "0.2.0.dev0"


def __getattr__(name: str) -> _typing.Any:
    if name in _ROOMS:
        return _importlib.import_module(f"{__name__}.{_ROOMS[name]}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, *_ROOMS, *(name for name in globals() if name.startswith("__"))])
