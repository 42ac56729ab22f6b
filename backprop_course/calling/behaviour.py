"""How a student's function behaves, beyond what it returns."""

from __future__ import annotations

import copy
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FrameType, FunctionType
from typing import Any

import numpy as np

from backprop_course.calling.guard import Raised, Returned, Stopwatch, call
from backprop_course.calling.reading import is_elsewhere, read_array


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


def repetitions(
    function: Any, cases: list[dict[str, Any]], reads: Sequence[Callable[[object], Any]], watch: Stopwatch
) -> tuple[list[Returned | Raised], int]:
    """What calls with larger and larger arguments give, and how much more often something is done in the last.

    Counted is every instruction of Python code by itself, so that idle ones beside it hide nothing; in a library
    every function counts as one. That which grows most is what counts; a function that stops the count has lost.
    """
    if is_elsewhere(function):
        return function.repetitions(cases, reads, watch)  # type: ignore[no-any-return]
    library = os.path.dirname(np.__file__)
    done: Counter[tuple[CodeType, int]] = Counter()
    stopped = False

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename.startswith(library):
            done[frame.f_code, -1] += 1  # `map` and `np.vectorize` loop where nobody sees it; what they call is seen
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            done[frame.f_code, frame.f_lasti] += 1
        return count

    def traced(*values: object) -> object:
        nonlocal stopped
        before = sys.gettrace()
        threading.settrace(count)
        sys.settrace(count)
        try:
            return function(*values)
        finally:
            stopped = stopped or sys.gettrace() is not count
            sys.settrace(before)
            threading.settrace(before)

    outcomes: list[Returned | Raised] = []
    counts = []
    for arguments, read in zip(cases, reads, strict=True):
        done.clear()
        outcomes.append(call(traced, copy.deepcopy(arguments), read, watch))
        counts.append(Counter(done))
    more = counts[-1] - counts[0]
    total = counts[-1].total() - counts[0].total()
    return outcomes, 10**6 if stopped else max(0, total // 10, *more.values())
