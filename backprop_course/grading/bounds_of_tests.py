"""What bounds a test of the instructor's own while the examiner runs it: time, memory, output, and its folder."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import threading
import warnings
from base64 import b64decode
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

from backprop_course.calling.guard import hand_back
from backprop_course.sandbox.outside.conversation import Conversation

MEMORY = 2 * 2**30
"""What a test may take beyond what this process has, in bytes."""


class TestTimeIsUp(BaseException):
    """Raised in a test that goes on for too long."""

    __test__ = False


@contextlib.contextmanager
def silent(printed: io.StringIO) -> Iterator[None]:
    with warnings.catch_warnings(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def alarm(seconds: float, line: Conversation) -> Iterator[None]:
    """Stops what runs meanwhile, between two messages; where no signal can, the limits on each call do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    until = line.clock.now() + seconds

    def ring(number: int, frame: FrameType | None) -> None:
        if not line.busy and line.clock.now() >= until:
            line.clock.late = True
            raise TestTimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(0.01, seconds), 0.05)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        hand_back(before)


@contextlib.contextmanager
def room() -> Iterator[None]:
    """Bounds the memory that a test takes: two arrays that do not fit together can make a huge one."""
    try:
        resource: Any = import_module("resource")
        in_use = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except (ImportError, OSError):  # not on this system
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    most = in_use + MEMORY if before[1] == resource.RLIM_INFINITY else min(in_use + MEMORY, before[1])
    resource.setrlimit(resource.RLIMIT_AS, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@contextlib.contextmanager
def in_a_folder_with(files: Mapping[str, str]) -> Iterator[None]:
    """The assignment's files are in the current folder, and modules among them can be imported; then all is as before.

    files: by name, in Base64.
    """
    if not files:
        yield
        return
    before, modules = Path.cwd(), set(sys.modules)
    with TemporaryDirectory(prefix="backprop-course-test-") as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b64decode(content))
        os.chdir(folder)
        sys.path.append(folder)  # last, so that it stands in for no other
        try:
            yield
        finally:
            os.chdir(before)
            sys.path.remove(folder)
            for name in set(sys.modules) - modules:
                if str(getattr(sys.modules[name], "__file__", None) or "").startswith(folder):
                    del sys.modules[name]
