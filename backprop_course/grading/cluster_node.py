"""What a worker of a cluster does: hands each task to an executor in a process beside it, one for each of its threads.

A process of its own, because an executor measures time by signals, which only a main thread gets, because a thread
that hangs cannot be ended, and because a worker of Dask may have no children of `multiprocessing`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from socket import gethostname, socketpair
from typing import Any

from backprop_course import __version__
from backprop_course.errors import CourseError
from backprop_course.grading.task_json import pack_outcome, unpack_task
from backprop_course.grading.workers import LATEST, ONE_THREAD, local_executor, work
from backprop_course.sandbox.between.task import Outcome, Task
from backprop_course.sandbox.between.tidying import remove
from backprop_course.sandbox.outside.clock import STRETCH

BEGIN = 120.0
"""Seconds in which an executor begins."""

IDLE = 120.0
"""Seconds after which an executor ends that gets nothing to do; the next task starts another."""

_mine = threading.local()


class Died(Exception):
    """The process that executed a task died or hung; Dask tries the task again, elsewhere if it can."""


class Beside:
    """An executor in another process. Raises CourseError where it cannot begin."""

    def __init__(self) -> None:
        ours, theirs = socketpair()
        self._scratch = tempfile.mkdtemp(prefix="backprop-course-grade-")
        command = [sys.executable, "-I", "-m", __name__, str(theirs.fileno()), self._scratch]
        with theirs:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | dict.fromkeys(ONE_THREAD, "1"),
                pass_fds=[theirs.fileno()],
            )
        self._pipe = Connection(ours.detach())
        answer = self._answer(BEGIN)
        if isinstance(answer, CourseError):
            self.stop()
            raise answer
        self.layers: tuple[str, ...] = answer

    def __call__(self, task: Task) -> Outcome | CourseError:
        """What came of a task. Raises Died where nothing came, after which this one is of no use."""
        try:
            self._pipe.send(task)
        except OSError as error:
            self.stop()
            raise Died("the process that executes died") from error
        outcome: Outcome | CourseError = self._answer(STRETCH * task.limits.submission_seconds + LATEST)
        return outcome

    @property
    def is_there(self) -> bool:
        """Whether it goes on living."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Ends it. What it started ends with it."""
        self._pipe.close()
        self._process.kill()
        self._process.wait()
        remove(self._scratch)

    def _answer(self, seconds: float) -> Any:
        try:
            if self._pipe.poll(seconds):
                return self._pipe.recv()
        except (EOFError, OSError) as error:
            self.stop()
            raise Died("the process that executed it died") from error
        self.stop()
        raise Died("the process that executed it hung")


def begin(version: str) -> tuple[str, ...] | str:
    """The layers of isolation that hold on this worker; a text says why it must not be used."""
    try:
        return _beside(version).layers
    except CourseError as error:
        return str(error)


def execute(version: str, layers: Sequence[str], data: bytes) -> bytes | str:
    """Executes a packed task where all these layers hold; a text says why this worker must not be used.

    Raises Died where it is to be tried again.
    """
    try:
        beside = _beside(version)
        if missing := weaker(beside.layers, strengths(layers)):
            less = f"students' programs would be kept in by less than on the others: no {', '.join(missing)}."
            raise CourseError(f"it came later, and {less}")
    except CourseError as error:
        return f"A worker on {gethostname()} cannot be used: {error}"
    return pack_outcome(beside(unpack_task(data)))


def strengths(layers: Sequence[str]) -> dict[str, int]:
    """Layers by name, with the version where they have one: "Landlock 4" is less than "Landlock 6"."""
    found = {}
    for layer in layers:
        name, _, version = layer.rpartition(" ")
        numbered = bool(name) and version.isdecimal()
        found[name if numbered else layer] = int(version) if numbered else 0
    return found


def common(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    """The layers that hold in both, each as well as where it is worse."""
    there = strengths(other)
    both = {name: min(version, there[name]) for name, version in strengths(one).items() if name in there}
    return tuple(f"{name} {version}" if version else name for name, version in both.items())


def weaker(layers: Sequence[str], needed: Mapping[str, int]) -> list[str]:
    """Which of the needed layers do not hold, or not as well."""
    here = strengths(layers)
    return [name for name, version in needed.items() if here.get(name, -1) < version]


def _beside(version: str) -> Beside:
    """This thread's executor, begun if need be."""
    if version != __version__:
        raise CourseError(f"it has backprop-course {__version__}, and {version} sends it work: install the same.")
    beside: Beside | None = getattr(_mine, "beside", None)
    if beside is None or not beside.is_there:
        if beside:
            beside.stop()
        _mine.beside = beside = Beside()
    return beside


class _Patient(Connection):
    """A pipe that ends when nothing comes for long."""

    def recv(self) -> Any:
        if not self.poll(IDLE):
            raise EOFError
        return super().recv()


if __name__ == "__main__":
    _, pipe, scratch = sys.argv
    work(_Patient(int(pipe)), local_executor, scratch)
    remove(scratch)  # who started it may be dead, and cannot tidy up
