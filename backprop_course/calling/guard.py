"""Calls a student's function so that nothing it does reaches further than its own result."""

from __future__ import annotations

import contextlib
import io
import linecache
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import CodeType, FrameType, FunctionType, TracebackType
from typing import Any

import numpy as np

from backprop_course.calling.exceptions import shortened
from backprop_course.calling.reading import is_elsewhere, type_name

_AGAIN, _AT_ONCE = 0.05, 0.000001
"""Seconds from the first interrupt to the next one, and between all that follow."""


class _TimeIsUp(BaseException):
    """Raised in a student's function; not an Exception, so that `except Exception` lets it through."""


@dataclass(frozen=True)
class Returned:
    """A call that came back: what was read of its result, what it printed, and its first warning."""

    value: Any
    printed: str = ""
    warning: str = ""


@dataclass(frozen=True)
class Raised:
    """A call that did not come back with a result: why, and the place in the student's code.

    line: of the function's cell. within: the innermost function of the notebook that was running. code: what
    it was carrying out, where that can be read. stub: that one does nothing but raise.
    """

    kind: str
    message: str
    line: int | None = None
    within: str = ""
    code: str = ""
    stub: bool = False

    def __str__(self) -> str:
        where = f" (in line {self.line} of its cell)" if self.line else ""
        message = shortened(self.kind, self.message)
        return f"{self.kind}: {message}{where}" if message else f"{self.kind}{where}"


class Stopwatch:
    """The time that a whole check may take in a student's code, in seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.left = seconds


def call(
    function: Any, arguments: dict[str, object], read: Callable[[object], Any], watch: Stopwatch
) -> Returned | Raised:
    """Calls function(*arguments) and reads its result, silently and within the time that is left.

    Its prints are kept, its warnings dropped, NumPy's error state is the default one. Reading happens in
    here too, and the result is let go in here: both may run code of the student's.
    """
    return next(iter(call_each(function, [arguments], [read], watch)))


def call_each(
    function: Any, cases: list[dict[str, object]], reads: Sequence[Callable[[object], Any]], watch: Stopwatch
) -> Iterable[Returned | Raised]:
    """The same for several calls, one after the other, up to the first that does not come back."""
    if is_elsewhere(function):
        return function.judged(cases, reads, watch)  # type: ignore[no-any-return]
    return _here(function, cases, reads, watch)


def _here(
    function: Any, cases: list[dict[str, object]], reads: Sequence[Callable[[object], Any]], watch: Stopwatch
) -> Iterator[Returned | Raised]:
    for arguments, read in zip(cases, reads, strict=True):
        outcome = _call(function, arguments, read, watch)
        yield outcome
        if isinstance(outcome, Raised):
            return


def _call(
    function: Any, arguments: dict[str, object], read: Callable[[object], Any], watch: Stopwatch
) -> Returned | Raised:
    started = time.perf_counter()
    with _quiet() as (printed, warned), _Alarm(watch.left) as alarm:
        try:
            alarm.armed = True
            outcome = _outcome(function, arguments, read)
            alarm.armed = False
        except BaseException as error:
            alarm.armed = False
            if isinstance(error, _TimeIsUp):
                what = f"it was still running after {watch.seconds:g} seconds; does a loop never end?"
                outcome = Raised("TimeIsUp", what)
            else:
                outcome = Raised(type_name(error), "")
    watch.left = max(0.1, watch.left - (time.perf_counter() - started))
    if isinstance(outcome, Raised):
        return outcome
    warning = " ".join(str(warned[0].message).split())[:120] if warned else ""
    return replace(outcome, printed=printed.getvalue()[:400], warning=warning)


def _outcome(function: Any, arguments: dict[str, object], read: Callable[[object], Any]) -> Returned | Raised:
    try:
        result = function(*arguments.values())
        if hasattr(type(result), "cr_await"):
            result.close()  # an async function's; left alone it would complain later
        return Returned(read(result))
    except _TimeIsUp:
        raise
    except BaseException as error:  # whatever it is, it is the student's
        return replace(_place(error, function), message=" ".join(str(error).split())[:200])


def _place(error: BaseException, function: Any) -> Raised:
    """Where an exception came from, in the student's own code."""
    found = Raised(type_name(error), "")
    if type(function) is not FunctionType:
        return found
    trace = error.__traceback__
    while trace:
        frame = trace.tb_frame
        if frame.f_code.co_filename == function.__code__.co_filename:
            found = replace(found, line=trace.tb_lineno)
        if frame.f_globals is function.__globals__:
            found = replace(found, within=frame.f_code.co_name[:60], code=_code(trace), stub=_only_raises(frame.f_code))
        trace = trace.tb_next
    return found


def _code(trace: TracebackType) -> str:
    """The expression that was being carried out, or its line, where it takes several; "" where it cannot be read."""
    code = trace.tb_frame.f_code
    line = linecache.getline(code.co_filename, trace.tb_lineno)
    first, last, start, end = next(islice(code.co_positions(), trace.tb_lasti // 2, None), (None,) * 4)
    whole = first != last or start is None or end is None
    return (line if whole else line.encode()[start:end].decode(errors="replace")).strip()[:200]


def _only_raises(code: CodeType) -> bool:
    """Whether a function is as it was handed out: no names but its parameters' and that of what it raises."""
    own = len(code.co_varnames) - code.co_argcount - code.co_kwonlyargcount - bin(code.co_flags & 0x0C).count("1")
    return own == 0 and set(code.co_names) <= {"NotImplementedError"} and code.co_name != "<lambda>"


@contextlib.contextmanager
def _quiet() -> Iterator[tuple[io.StringIO, list[warnings.WarningMessage]]]:
    printed = io.StringIO()
    with (
        warnings.catch_warnings(record=True) as warned,
        np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"),
        np.printoptions(),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(io.StringIO()),
        _descriptors_closed(),
    ):
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # np.matrix is no mistake
        # What a __del__ raises is not worth a word to the student.
        hook, sys.unraisablehook = sys.unraisablehook, lambda error: None
        try:
            yield printed, warned
        finally:
            sys.unraisablehook = hook


@contextlib.contextmanager
def _descriptors_closed() -> Iterator[None]:
    """What a student writes past Python's own streams goes nowhere either."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        saved = [os.dup(1), os.dup(2)]
    except OSError:  # no such descriptors here, as in a browser
        yield
        return
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        yield
    finally:
        for number, copy in enumerate(saved, start=1):
            os.dup2(copy, number)
            os.close(copy)
        os.close(nowhere)


def hand_back(handler: Any) -> None:
    """Puts back what was called at an alarm before; where that was nothing, a function that does nothing.

    On a busy machine the last alarm may reach another thread after its timer was stopped. Were nothing to be
    called for it by then, Python would complain in the middle of whatever runs, or the process would end.
    """
    signal.signal(signal.SIGALRM, handler if callable(handler) else lambda number, frame: None)


class _Alarm:
    """Interrupts what runs while it is armed, after some time; where the platform has no alarm, nothing does.

    A function may catch the interrupt, in a loop too. So it comes again, and then so fast that it also
    hits an exception's handler, which its own try does not protect.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.armed = False
        self.usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()

    def __enter__(self) -> _Alarm:
        if self.usable:
            self.handler = signal.signal(signal.SIGALRM, self.ring)
            self.timer = signal.setitimer(signal.ITIMER_REAL, self.seconds, _AGAIN)
        return self

    def ring(self, number: int, frame: FrameType | None) -> None:
        if self.armed:
            signal.setitimer(signal.ITIMER_REAL, _AGAIN, _AT_ONCE)
            raise _TimeIsUp

    def __exit__(self, *error: object) -> None:
        if self.usable:
            signal.setitimer(signal.ITIMER_REAL, *(self.timer if self.timer[0] else (0, 0)))
            hand_back(self.handler)
