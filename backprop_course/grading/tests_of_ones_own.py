"""Instructors' own test cells (`assert …`, hidden tests), run by the examiner on the student's remote names.

What a test needs from the student are the names that it mentions. What the released, locked cells above it import,
define or set to a plain value is the instructor's, and so are Python's builtins: a student's name never stands in
for those, as a forged `numpy`, `all` or tolerance would. An empty or a non-finite result is unusable
(`numpy.allclose([], 1)` is true), unless the test speaks of such. A test is plain Python, without magics.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import math
import re
import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from backprop_course.calling.guard import hand_back
from backprop_course.checks import Verdict, judge
from backprop_course.exercises import exercise, names_judged
from backprop_course.sandbox.between.messages import Late, WireError
from backprop_course.sandbox.between.values import opaque
from backprop_course.sandbox.outside.conversation import Conversation
from backprop_course.sandbox.outside.proxies import Names

USUAL = {"np": "numpy", "numpy": "numpy", "math": "math", "plt": "matplotlib.pyplot", "pd": "pandas"}
"""What these names mean in a test that does not say it."""
_MEMORY = 2 * 2**30
"""What a test may take beyond what this process has, in bytes."""
_BUILTINS = frozenset(dir(builtins))
_HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)
_SPEAKS_OF_NOT_FINITE = re.compile(r"\b(nan|inf|infinity|isnan|isinf|isfinite|nan_to_num)\b", re.IGNORECASE)
_SPEAKS_OF_EMPTY = re.compile(r"\blen\(|\.size\b|\.shape\b|\bempty|\[\]|\(\)|\{\}")


@dataclass(frozen=True)
class Tested:
    """What a test gave: the points, what it shows, and whether it came to its end."""

    points: float
    outputs: list[dict[str, Any]]


class _Points(float):
    """What `check` gives in a test; where it is the test's last value, it is scaled to what the test can give."""

    most: float

    def __new__(cls, verdict: Verdict) -> _Points:
        points = super().__new__(cls, verdict.points)
        points.most = verdict.max_points
        return points


class _TimeIsUp(BaseException):
    """Raised in a test that goes on for too long."""


def run_test(
    source: str, released: Iterable[str], line: Conversation, most: float, seconds: float, count: int
) -> Tested:
    """Runs a test cell. released: the sources of the locked cells before it. count: the cell's number.

    Raises nothing: without a verdict there are no points.
    """
    printed = io.StringIO()
    try:
        tree = ast.parse(source)
        space = _namespace(tree, source, released, line)
        with _silent(printed), _alarm(seconds, line), _room():
            value = _run(tree, space)
    except (_TimeIsUp, Late):
        return Tested(0.0, [_error("TimeoutError", f"the test was stopped after {seconds:.3g} seconds", source)])
    except WireError as error:
        return Tested(0.0, [_error("RuntimeError", str(error), source)])
    except BaseException as error:  # whatever it is, the test has not passed
        return Tested(0.0, [_error(type(error).__name__, _words(error), source, _line_of(error))])
    outputs = [{"output_type": "stream", "name": "stdout", "text": printed.getvalue()[:10_000]}]
    outputs = outputs if printed.getvalue() and not _HIDDEN.search(source) else []
    if not _is_number(value):
        return Tested(most, outputs)
    if isinstance(value, _Points):
        value = value * most / value.most
    points = min(max(float(value), 0.0), most) if math.isfinite(value) else 0.0
    shown = {"data": {"text/plain": repr(points)}, "metadata": {}, "execution_count": count}
    return Tested(points, [*outputs, {"output_type": "execute_result", **shown}])


def _namespace(tree: ast.Module, source: str, released: Iterable[str], line: Conversation) -> dict[str, Any]:
    """What the test's names mean."""
    line.arriving = _usable(bool(_SPEAKS_OF_NOT_FINITE.search(source)), bool(_SPEAKS_OF_EMPTY.search(source)))
    space: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
    theirs = _mentioned(tree) - _bound(tree.body) - _BUILTINS
    definitions = [step for text in released for step in _definitions(text)]
    wanted, needed = set(theirs), list[ast.stmt]()
    for step in reversed(definitions):
        if wanted & _bound([step]):
            needed.insert(0, step)
            wanted |= _mentioned(step) - _BUILTINS
    for name in wanted & set(USUAL) - _bound(needed):
        with contextlib.suppress(ImportError):
            space[name] = import_module(USUAL[name])
    for step in needed:
        with contextlib.suppress(Exception):  # a released cell that fails here: the student's value, if any
            exec(compile(ast.Module([step], []), "<released>", "exec"), space)
    if "check" in wanted:
        space["check"] = lambda id: _Points(judge(id, Names(line, names_judged(exercise(id)))))
    asked = tuple(sorted(wanted - space.keys()))
    names = Names(line, asked)
    space |= {name: line.arriving(names[name]) for name in asked if name in names}
    return space


def _definitions(text: str) -> Iterator[ast.stmt]:
    """A released cell's imports, functions, classes and plain values."""
    try:
        body = ast.parse(text).body
    except SyntaxError:  # one with a magic
        return
    for step in body:
        if isinstance(step, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
            yield step
        elif isinstance(step, ast.Assign):
            with contextlib.suppress(ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                ast.literal_eval(step.value)
                yield step


def _mentioned(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _bound(body: list[ast.stmt]) -> set[str]:
    """The names that statements define by themselves."""
    names = set[str]()
    for step in body:
        if isinstance(step, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.split(".")[0] for alias in step.names}
        elif isinstance(step, ast.FunctionDef | ast.ClassDef):
            names.add(step.name)
        elif isinstance(step, ast.Assign):
            names |= {target.id for target in step.targets if isinstance(target, ast.Name)} - _mentioned(step.value)
    return names


def _run(tree: ast.Module, space: dict[str, Any]) -> Any:
    """Runs statements, and returns the value of the last line where that is an expression."""
    *steps, last = tree.body or [ast.Pass()]
    result = last.value if isinstance(last, ast.Expr) else None
    exec(compile(ast.Module(steps if result else [*steps, last], []), "<test>", "exec"), space)
    return eval(compile(ast.Expression(result), "<test>", "eval"), space) if result else None


def _usable(not_finite: bool, empty: bool) -> Callable[[Any], Any]:
    """What a test gets for a value of the student's: the value, or what fails whatever is tried on it."""

    def usable(value: Any) -> Any:
        kind = type(value)
        if isinstance(value, np.ndarray) and value.dtype.kind not in "fiub":
            return opaque("array of other things than numbers")
        if isinstance(value, np.ndarray | np.generic | float | complex):
            if np.size(value) == 0 and not empty:
                return opaque("empty array")
            return value if not_finite or np.isfinite(value).all() else opaque("number that is not finite")
        if kind in (list, tuple, set):
            return kind(map(usable, value)) if value or empty else opaque(f"empty {kind.__name__}")
        if isinstance(value, dict):
            return {key: usable(entry) for key, entry in value.items()} if value or empty else opaque("empty dict")
        return value

    return usable


@contextlib.contextmanager
def _silent(printed: io.StringIO) -> Iterator[None]:
    with warnings.catch_warnings(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _alarm(seconds: float, line: Conversation) -> Iterator[None]:
    """Stops what runs meanwhile, between two messages; where no signal can, the limits on each call do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    until = line.clock.now() + seconds

    def ring(number: int, frame: FrameType | None) -> None:
        if not line.busy and line.clock.now() >= until:
            line.clock.late = True
            raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(0.01, seconds), 0.05)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        hand_back(before)


@contextlib.contextmanager
def _room() -> Iterator[None]:
    """Bounds the memory that a test takes: two arrays that do not fit together can make a huge one."""
    try:
        resource: Any = import_module("resource")
        in_use = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except (ImportError, OSError):  # not on this system
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    most = in_use + _MEMORY if before[1] == resource.RLIM_INFINITY else min(in_use + _MEMORY, before[1])
    resource.setrlimit(resource.RLIMIT_AS, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool | np.bool_)


def _words(error: BaseException) -> str:
    try:
        return "".join(c for c in str(error)[:1000] if c.isprintable() or c == "\n")
    except Exception:
        return ""


def _line_of(error: BaseException) -> int:
    trace, number = error.__traceback__, 0
    while trace:
        number = trace.tb_lineno if trace.tb_frame.f_code.co_filename == "<test>" else number
        trace = trace.tb_next
    return number


def _error(name: str, words: str, source: str, number: int = 0) -> dict[str, Any]:
    """What is shown of a failed test: nothing, where it is a hidden one."""
    for hidden in _HIDDEN.finditer(source):
        if source.count("\n", 0, hidden.start()) < number <= source.count("\n", 0, hidden.end()) + 1:
            name, words, number = "AssertionError", "a hidden test failed", 0
    where = f" (in line {number} of this cell)" if number else ""
    trace = [f"{name}: {words}{where}" if words else f"{name}{where}"]
    return {"output_type": "error", "ename": name, "evalue": words, "traceback": trace}
