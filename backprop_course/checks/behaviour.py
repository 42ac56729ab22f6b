"""How a student's function behaves, beyond what it returns."""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Mapping
from types import FrameType, FunctionType
from typing import Any

import numpy as np

from backprop_course.checks.guard import Stopwatch, call
from backprop_course.checks.reading import is_elsewhere, read_array


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The names of what differs between two dicts of arguments."""
    names = [name for name in before if not _equal(before[name], after.get(name))]
    return ", ".join(names)


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return type(b) is dict and list(a) == list(b) and all(_equal(a[key], b[key]) for key in a)
    if isinstance(a, np.ndarray):
        # Perturbing an entry and putting it back may cost its last digit.
        return type(b) is np.ndarray and a.shape == b.shape and bool((abs(a - b) <= 1e-12 * abs(a) + 1e-15).all())
    return a is b or callable(a) or (type(a) is type(b) and bool(a == b))


def numbers_from_outside(function: Any, namespace: Mapping[str, object]) -> list[str]:
    """The notebook's numbers and arrays that a function uses instead of its arguments."""
    if is_elsewhere(function):
        return function.numbers_from_outside()  # type: ignore[no-any-return]
    if type(function) is not FunctionType:
        return []
    used = [name for name in function.__code__.co_names if name in namespace]
    return [name for name in used if isinstance(read_array(namespace[name]), np.ndarray)]


def steps_taken(function: Any, arguments: Mapping[str, Any], watch: Stopwatch) -> int:
    """How many instructions of Python code a call takes; in a library every function that is called counts as one."""
    if is_elsewhere(function):
        return function.steps_taken(arguments, watch)  # type: ignore[no-any-return]
    taken = 0
    library = os.path.dirname(np.__file__)

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal taken
        if frame.f_code.co_filename.startswith(library):
            taken += 1  # `map` and `np.vectorize` loop where nobody sees it, but what they call is seen
            return None
        frame.f_trace_opcodes = True
        taken += event == "opcode"
        return count

    def traced(*values: object) -> None:
        before = sys.gettrace()
        sys.settrace(count)
        try:
            function(*values)
        finally:
            sys.settrace(before)

    call(traced, copy.deepcopy(dict(arguments)), lambda value: None, watch)
    return taken
