"""Many machines that execute tasks: a cluster of Dask, used as `Workers` uses this machine.

Only what executes goes there. This side reads what was handed in, sends it, and writes what comes back. Workers may
come and go; a task whose worker dies is tried on another.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from queue import Empty, SimpleQueue
from typing import Any

from backprop_course import __version__
from backprop_course.errors import CourseError
from backprop_course.extras import DISTRIBUTION, said
from backprop_course.grading import cluster_node
from backprop_course.grading.progress import duration
from backprop_course.grading.task_json import pack_task, unpack_outcome
from backprop_course.grading.workers import LATEST, TRIES
from backprop_course.sandbox.between.task import Outcome, Task
from backprop_course.sandbox.outside.clock import STRETCH

CONNECT = 10.0
"""Seconds in which a scheduler answers, and a worker that has an outcome."""

LONGEST_ALONE = 300.0
"""Seconds without any worker after which it gives up."""

EACH = 2
"""Tasks for each thread of a worker: one that is executed, and one that waits beside it."""

LOOK = 1.0
"""Seconds between two looks at who is there."""


@dataclass
class _Sent:
    future: Any
    task: Task
    until: float


class Cluster:
    """The workers of a scheduler: `with Cluster("tcp://10.0.0.1:8786") as cluster`.

    layers: to be asked before `run`; a worker that comes later and keeps students' programs in by less ends the run.
    Raises CourseError where Dask is not installed, or no scheduler answers.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._dask = _dask()
        self._client = self._connected()
        self._layers: tuple[str, ...] = ()
        self._threads = 0
        self._looked = 0.0
        self._known: set[str] = set()
        self._alone_since: float | None = None

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *exception: object) -> None:
        self._client.close(timeout=LOOK)

    def layers(self) -> tuple[str, ...]:
        """The layers of isolation that hold on every worker; waits until all of them have begun.

        Raises CourseError where there is no worker, or one cannot be used.
        """
        names = sorted(self._workers())
        if not names:
            raise CourseError(f"No worker is at {self._address}: on each machine, `dask worker {self._address}`.")
        self._meet(names)
        asked = [self._client.submit(cluster_node.begin, __version__, workers=[name], pure=False) for name in names]
        answers = []
        for name, future in zip(names, asked, strict=True):
            try:
                answer = self._result(future, 2 * cluster_node.BEGIN)
            except CourseError:
                raise
            except Exception as error:  # whatever keeps it from beginning
                answer = f"it cannot begin ({type(error).__name__}: {error})."
            if isinstance(answer, str):
                raise CourseError(f"The worker {name} cannot be used: {answer}")
            answers.append(answer)
        self._layers = reduce(cluster_node.common, answers)
        return self._layers

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome | CourseError]]:
        """The outcome of each task as it comes, in any order; an error for one of which worker after worker died.

        No more than `EACH` tasks are out for each thread of the workers: memory does not grow with their number.
        Raises CourseError where the scheduler or all workers are gone, or one has come that must not be used.
        """
        waiting, done = iter(tasks), SimpleQueue[Any]()
        out: dict[str, _Sent] = {}
        self._looked = 0.0
        try:
            while True:
                self._look(out)
                while len(out) < max(1, EACH * self._threads) and (task := next(waiting, None)):
                    sent = self._send(task)
                    out[sent.future.key] = sent
                    sent.future.add_done_callback(done.put)
                if not out:
                    return
                back = _next(done, out)
                if back:
                    try:
                        outcome = self._outcome(back)
                    except TimeoutError:  # its worker died with it: it is executed again
                        done.put(back.future)
                    else:
                        del out[back.future.key]
                        yield back.task, outcome
                for key in [key for key, sent in out.items() if sent.until < time.monotonic()]:
                    sent = out.pop(key)
                    sent.future.cancel()
                    yield sent.task, CourseError(_LATE)
        finally:
            if out and self._client.status == "running":
                self._client.cancel([sent.future for sent in out.values()])

    def _connected(self) -> Any:
        try:
            return self._dask.Client(self._address, timeout=CONNECT, set_as_default=False, name="backprop-course")
        except (OSError, ValueError) as error:
            raise CourseError(f"No scheduler of Dask answers at {self._address}: {error}.") from error

    def _send(self, task: Task) -> _Sent:
        try:
            future = self._client.submit(
                cluster_node.execute, __version__, self._layers, pack_task(task), pure=False, retries=TRIES - 1
            )
        except Exception as error:  # Dask has no one name for it
            raise self._lost() from error
        return _Sent(future, task, time.monotonic() + _patience(task))

    def _outcome(self, sent: _Sent) -> Outcome | CourseError:
        """What came of a task. Raises TimeoutError where that cannot be had now."""
        try:
            answer = self._result(sent.future, CONNECT)
        except self._dask.KilledWorker:
            return CourseError("the workers that executed it died, one after the other.")
        except cluster_node.Died as error:
            return CourseError(f"{error}, {TRIES} times.")
        except (CourseError, TimeoutError):
            raise
        except Exception as error:  # one bad submission never stops another
            return CourseError(f"it could not be executed: {type(error).__name__}: {error}")
        if isinstance(answer, str):
            raise CourseError(answer)
        return unpack_outcome(answer, sent.task)

    def _result(self, future: Any, seconds: float) -> Any:
        """What a worker answered. Raises what was raised there, and CourseError where no task can be answered."""
        try:
            return future.result(timeout=seconds)
        except CancelledError as error:
            raise self._lost() from error
        except (ImportError, RuntimeError) as error:
            if isinstance(error, ImportError) or "deserialization" in str(error):  # so Dask says it
                where = f"The scheduler and all workers of {self._address}"
                raise CourseError(f"{where} need {DISTRIBUTION} {__version__}: {str(error).splitlines()[0]}") from error
            raise

    def _look(self, out: Mapping[str, _Sent]) -> None:
        """Sees now and then who is there. Without workers the tasks that are out wait, for a while."""
        now = time.monotonic()
        if now < self._looked + LOOK:
            return
        self._looked = now
        there = self._workers()
        if new := there.keys() - self._known:
            self._meet(new)
        self._threads = sum(there.values())
        if self._threads:
            self._alone_since = None
            return
        if self._alone_since is None:
            self._alone_since = now
            print(f"No worker is left at {self._address}: waiting for one to come.", file=sys.stderr)
        if now > self._alone_since + LONGEST_ALONE:
            raise CourseError(f"No worker has come to {self._address} for {duration(LONGEST_ALONE)}. {_AGAIN}")
        for sent in out.values():
            sent.until = now + _patience(sent.task)

    def _meet(self, names: Collection[str]) -> None:
        """Sees that workers have this package: those that cannot find what they are to call fail without a word."""
        try:
            found = self._client.run(version, DISTRIBUTION, workers=list(names), on_error="return")
        except OSError as error:
            raise self._lost() from error
        for name, answer in found.items():
            if isinstance(answer, PackageNotFoundError):
                raise CourseError(
                    f"The worker {name} cannot be used: it has no {DISTRIBUTION}; {__version__} is needed."
                )
        self._known.update(names)

    def _workers(self) -> dict[str, int]:
        """The workers that are there, by name, and their threads."""
        try:
            if self._client.status == "running":
                return dict(self._client.nthreads())
        except OSError as error:
            raise self._lost() from error
        raise self._lost()

    def _lost(self) -> CourseError:
        return CourseError(f"The connection to the scheduler {self._address} is lost. {_AGAIN}")


_AGAIN = "Submissions that came back are graded; run the command again for the others."
_LATE = "no answer came from the cluster in time."


def _next(done: SimpleQueue[Any], out: Mapping[str, _Sent]) -> _Sent | None:
    """One that is done, if there is one soon, and it is not too late for it."""
    try:
        return out.get(done.get(timeout=LOOK).key)
    except Empty:
        return None


def _patience(task: Task) -> float:
    """Seconds in which a worker has executed a task or ended it, and the one before it, as often as they are tried."""
    return EACH * TRIES * (STRETCH * task.limits.submission_seconds + LATEST)


def _dask() -> Any:
    with said("cluster"):
        dask = import_module("distributed")
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what an instructor has to know is said here
    return dask
