"""Processes that execute tasks at the same time, one task each; whoever dies or hangs is replaced.

`concurrent.futures` has no answer to a parent that is killed: its workers would wait for ever. Here each worker
holds one end of a pipe, and ends when the other end is gone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Protocol

from backprop_course.errors import CourseError
from backprop_course.sandbox.between.loading import loading
from backprop_course.sandbox.between.task import Outcome, Task
from backprop_course.sandbox.between.tidying import remove
from backprop_course.sandbox.outside.clock import STRETCH


class Executes(Protocol):
    """What executes tasks: `executor.Executor`, or a stand-in for it. `with made as execute: execute(task)`."""

    layers: tuple[str, ...]

    def __enter__(self) -> Callable[[Task], Outcome]: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None, /
    ) -> object: ...


TRIES = 2
LATEST = 30.0
"""Seconds that a worker may be late, beyond what a submission may take."""

TO_END = 5.0
"""Seconds in which a worker ends that has nothing to do."""

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: Task | None = None
    until: float = float("inf")

    def give(self, task: Task) -> None:
        self.task, self.until = task, time.monotonic() + STRETCH * task.limits.submission_seconds + LATEST
        with suppress(OSError):  # it is gone: found when its answer does not come
            self.pipe.send(task)

    def stop(self, seconds: float = 0.0) -> None:
        """Ends it; it has so long to do so itself, if it is not at work."""
        self.pipe.close()
        self.process.join(seconds)
        self.process.kill()
        self.process.join()


class Workers:
    """So many processes: `with Workers(2, Executor) as workers`.

    make_executor: a class or function that can be pickled by name, called in each. layers: see `wait_for_one`.
    """

    def __init__(self, count: int, make_executor: Callable[[], Executes]) -> None:
        self._make_executor = make_executor
        self._context = multiprocessing.get_context("spawn")
        for name in ONE_THREAD:
            os.environ.setdefault(name, "1")
        self._scratch = tempfile.mkdtemp(prefix="backprop-course-grade-")
        self._workers = [self._start() for _ in range(count)]

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *exception: object) -> None:
        for worker in self._workers:
            worker.stop(0.0 if worker.task else TO_END)
        remove(self._scratch)  # those that were killed could not tidy up

    def layers(self) -> tuple[str, ...]:
        """The layers of isolation that hold; waits for the first worker to begin, to be asked before `run`.

        Raises CourseError where workers cannot begin.
        """
        first = self._workers[0]
        try:
            layers: tuple[str, ...] | CourseError = first.pipe.recv()
        except (EOFError, OSError):
            layers = CourseError("The processes that execute notebooks end at once: is there enough memory?")
        if isinstance(layers, CourseError):
            raise layers
        return layers

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome | CourseError]]:
        """The outcome of each task as it comes, in any order; an error for one of which two workers died.

        No more tasks are taken than there are workers, and one: memory does not grow with their number.
        """
        waiting, ready = iter(tasks), deque[Task]()
        deaths: dict[tuple[str, str, str], int] = {}
        while True:
            for worker in self._workers:
                if worker.task is None and _one_more(ready, waiting):
                    worker.give(ready.popleft())
            _one_more(ready, waiting)  # for whoever is done first
            busy = [worker for worker in self._workers if worker.task]
            if not busy:
                return
            for worker, answer in _answers(busy):
                task, worker.task = worker.task, None
                assert task is not None
                if answer is None:
                    worker.stop()
                    self._workers[self._workers.index(worker)] = self._start()
                    name = task.student, task.assignment, task.name
                    deaths[name] = deaths.get(name, 0) + 1
                    if deaths[name] < TRIES:
                        ready.append(task)
                        continue
                    answer = CourseError("the process that executed it died or hung, twice.")
                elif ready:
                    worker.give(ready.popleft())  # it works while the answer is written down
                yield task, answer

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        arguments = theirs, self._make_executor, self._scratch
        process = self._context.Process(target=work, args=arguments, daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)


def local_executor() -> Executes:
    """The executor of this machine, imported where it is used: in a worker."""
    with loading():
        from backprop_course.grading.executor import Executor

    return Executor()


def _one_more(ready: deque[Task], waiting: Iterator[Task]) -> bool:
    """Whether there is a task left, which is then ready."""
    if not ready and (task := next(waiting, None)):
        ready.append(task)
    return bool(ready)


def _answers(busy: list[_Worker]) -> Iterator[tuple[_Worker, Outcome | CourseError | None]]:
    """Who has an answer now, and it; None from those that are gone or too late."""
    soonest = min(worker.until for worker in busy) - time.monotonic()
    talking = wait([worker.pipe for worker in busy], timeout=max(soonest, 0))
    for worker in busy:
        if worker.pipe in talking:
            try:
                answer = worker.pipe.recv()
            except (EOFError, OSError):
                answer = None
            if not isinstance(answer, tuple):  # that would be its layers, as it begins
                yield worker, answer
        elif worker.until < time.monotonic():
            yield worker, None


def work(pipe: Connection, make_executor: Callable[[], Executes], scratch: str) -> None:
    """A worker: says which layers hold, then tasks come in, outcomes go out, until nobody is there any more."""
    tempfile.tempdir = scratch
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who ends the others
    with suppress(EOFError, OSError):
        try:
            executor = make_executor()
            with executor as execute:
                pipe.send(executor.layers)
                while True:
                    pipe.send(_executed(execute, pipe.recv()))
        except CourseError as error:
            pipe.send(error)
    with suppress(OSError):
        os.rmdir(scratch)  # the last one does so; a parent who was killed cannot


def _executed(execute: Callable[[Task], Outcome], task: Task) -> Outcome | CourseError:
    try:
        return execute(task)
    except CourseError as error:
        return error
    except Exception as error:  # one bad submission never stops another
        return CourseError(f"it could not be executed: {type(error).__name__}: {error}")
