"""What the locked-in process does: runs cells, gives values of names, calls functions. Nothing in it is trusted."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any

from backprop_course.calling.behaviour import numbers_from_outside, repetitions
from backprop_course.calling.guard import Raised, Returned, Stopwatch, call
from backprop_course.calling.helpers import functions_used, with_helpers
from backprop_course.calling.reading import type_name
from backprop_course.calling.source import FunctionSource
from backprop_course.sandbox.between.kinds import ITERATORS
from backprop_course.sandbox.between.messages import Connection, WireError
from backprop_course.sandbox.between.unpacking import Unpacker
from backprop_course.sandbox.between.values import Packer
from backprop_course.sandbox.inside import watching
from backprop_course.sandbox.inside.shell import Shell, run_cell


class Candidate:
    """Answers the examiner's requests until there are no more."""

    def __init__(self, connection: Connection, shell: Shell) -> None:
        self.connection = connection
        self.shell = shell
        self.functions: list[Any] = []
        self.sources: dict[int, FunctionSource] = {}
        self.callbacks: dict[int, int] = {}
        self.running = False

    def serve(self) -> None:
        """Answers until the examiner hangs up."""
        while True:
            try:
                self._answer(*self.connection.receive())
            except WireError:
                return

    def _answer(self, message: list[Any], data: bytes) -> None:
        request, *rest = message
        getattr(self, f"_do_{request}")(rest, data)

    def _do_files(self, rest: list[Any], data: bytes) -> None:
        """Writes the assignment's files, before anything runs."""
        start = 0
        for name, size in rest[0].items():
            with contextlib.suppress(OSError):  # too large for this folder: the cell that reads it says so
                os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
                with open(name, "wb") as file:
                    file.write(data[start : start + size])
            start += size
        self.connection.send(["written"])

    def _do_cell(self, rest: list[Any], data: bytes) -> None:
        source, count, room, answer, unseen = rest
        self.shell.execution_count = count
        with watching.watched_calls(answer) as called:
            signal.signal(signal.SIGINT, self._interrupt)  # as a kernel does: an earlier cell may have changed it
            try:
                self.running = True
                run_cell(self.shell, source, room, unseen)
                self.running = False
            except KeyboardInterrupt:  # just as the cell had ended
                self.running = False
        self.connection.send(["done", self.shell.outputs.finished(), sorted(called)])

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self.running:
            raise KeyboardInterrupt

    def _do_values(self, rest: list[Any], data: bytes) -> None:
        packer = Packer(self._function)
        names = [name for name in rest[0] if name in self.shell.user_ns]
        self.connection.send(["values", {name: packer.pack(self.shell.user_ns[name]) for name in names}], packer.blobs)

    def _do_fork(self, rest: list[Any], data: bytes) -> None:
        """Makes a copy of this process, which goes on in its place for one check; the examiner ends it."""
        self.connection.send(["ready"])
        _, (end,), *_ = socket.recv_fds(self.connection.socket, 1, 1)
        if os.fork() == 0:
            self.connection.socket.close()
            self.connection = Connection(socket.socket(fileno=end))
            self.connection.send(["forked"])
        else:
            os.close(end)

    def _do_call(self, rest: list[Any], data: bytes) -> None:
        """Calls a function as a test cell would."""
        handle, sent, named = rest
        unpacker, packer = Unpacker(data, self._callback), Packer(self._function, iterators=True)
        arguments, more = unpacker.unpack(sent), unpacker.unpack(named)
        function = self.functions[handle]
        with watching.watched_calls(True) as called:
            try:
                value = packer.pack(function(*arguments, **more))
            except WireError:
                raise
            except BaseException as error:
                kinds = [kind.__name__ for kind in type(error).__mro__[:8]]
                self.connection.send(["raised", kinds, _words(error), [None, "", "", False], sorted(called)])
                return
        changed = self._changed(packer, [*arguments, *more.values()])
        self.connection.send(["returned", value, changed, "", "", sorted(called)], packer.blobs)

    def _do_judge(self, rest: list[Any], data: bytes) -> None:
        """Calls a function as a check does in a kernel, case by case up to the first that fails."""
        handle, cases, seconds, left = rest
        unpacker = Unpacker(data, self._callback)
        watch = Stopwatch(seconds)
        watch.left = left
        for values in [unpacker.unpack(sent) for sent in cases]:
            message, blobs = self._judged(self.functions[handle], values, watch)
            self.connection.send(message, blobs)
            if message[0] == "raised":
                return

    def _judged(self, function: Any, values: list[Any], watch: Stopwatch) -> tuple[list[Any], list[bytes]]:
        """What is sent for a call that a check makes."""
        packer = Packer(self._function)
        with watching.watched_calls(True) as called:
            outcome = call(function, _numbered(values), packer.pack, watch)
        if isinstance(outcome, Raised):
            place = [outcome.line, outcome.within, outcome.code, outcome.stub]
            return ["raised", [outcome.kind], outcome.message, place, sorted(called)], []
        changed = self._changed(packer, values)
        message = ["returned", outcome.value, changed, outcome.printed, outcome.warning, sorted(called)]
        return message, packer.blobs

    def _do_steps(self, rest: list[Any], data: bytes) -> None:
        """Calls a function with larger and larger arguments, and counts what is done more often."""
        handle, cases, seconds, left = rest
        unpacker, packer = Unpacker(data, self._callback), Packer(self._function)
        watch = Stopwatch(seconds)
        watch.left = left
        given = [_numbered(unpacker.unpack(sent)) for sent in cases]
        outcomes, growth = repetitions(self.functions[handle], given, [packer.pack] * len(given), watch)
        values = [outcome.value if isinstance(outcome, Returned) else None for outcome in outcomes]
        self.connection.send(["steps", values, growth], packer.blobs)

    def _do_outside(self, rest: list[Any], data: bytes) -> None:
        self.connection.send(["names", numbers_from_outside(self.functions[rest[0]], self.shell.user_ns)])

    def _do_used(self, rest: list[Any], data: bytes) -> None:
        self.connection.send(["names", functions_used(self.functions[rest[0]])])

    def _do_rebuild(self, rest: list[Any], data: bytes) -> None:
        """Makes a function anew that calls the examiner's functions in the place of some of the notebook's own."""
        handle, sent = rest
        function = with_helpers(self.functions[handle], Unpacker(data, self._callback).unpack(sent))
        self.connection.send(["function", self._function(function)])

    def _do_repairs(self, rest: list[Any], data: bytes) -> None:
        """Reads a function's source, and says what could be changed in it."""
        source = self.sources[rest[0]] = FunctionSource(self.functions[rest[0]])
        self.connection.send(["repairs", [[one.kind, one.function, one.line, one.code] for one in source.repairs]])

    def _do_repaired(self, rest: list[Any], data: bytes) -> None:
        """Makes a function with one of these changes."""
        handle, number = rest
        try:
            repaired = self.sources[handle].repaired(number)
        except ValueError:
            self.connection.send(["none"])
        else:
            self.connection.send(["function", self._function(repaired)])

    def _do_tried(self, rest: list[Any], data: bytes) -> None:
        """Calls the functions of several of these changes with the same arguments, until half of the time is over."""
        handle, numbers, sent, seconds, left = rest
        watch = Stopwatch(seconds)
        watch.left = left
        replies: list[tuple[list[Any], list[bytes]]] = []
        for number in numbers:
            try:
                if watch.left <= seconds / 2:
                    raise ValueError("no time")
                repaired = self.sources[handle].repaired(number)
            except ValueError:
                replies.append((["none"], []))
            else:
                values = Unpacker(data, self._callback).unpack(sent)
                replies.append(self._judged(repaired, values, watch))
        self.connection.send_all(replies)

    def _do_lines(self, rest: list[Any], data: bytes) -> None:
        """Counts the lines that a call carries out."""
        handle, sent, seconds, left = rest
        watch = Stopwatch(seconds)
        watch.left = left
        values = Unpacker(data, self._callback).unpack(sent)
        self.connection.send(["lines", self.sources[handle].lines(_numbered(values), watch)])

    def _changed(self, packer: Packer, values: list[Any]) -> list[Any]:
        """The arguments that a call has changed, by number."""
        changed = []
        for k, value in enumerate(values):
            if type(value) in (int, float, str, bool) or type(value) in ITERATORS or callable(value):
                continue
            changed.append([k, packer.pack(value)])
        return changed

    def _function(self, value: Any) -> list[Any]:
        """What is sent for a function: its number, and whose it is."""
        if id(value) in self.callbacks:
            return ["f", "back", self.callbacks[id(value)]]
        self.functions.append(value)
        return ["f", len(self.functions) - 1, type_name(value)]

    def _callback(self, sent: list[Any]) -> Callable[..., Any]:
        """What stands for a function of the examiner's."""
        handle = sent[0]

        def function(*arguments: Any, **named: Any) -> Any:
            packer = Packer(self._function)
            message = ["back", handle, packer.pack(list(arguments)), packer.pack(named)]
            self.connection.send(message, packer.blobs)
            while True:
                (what, *rest), data = self.connection.receive()
                if what == "result":
                    return Unpacker(data, self._callback).unpack(rest[0])
                if what == "failed":
                    raise _error(*rest)
                self._answer([what, *rest], data)

        self.callbacks[id(function)] = handle
        self.functions.append(function)  # kept, so that its id stays its own
        return function


def _numbered(values: list[Any]) -> dict[str, Any]:
    return {str(k): value for k, value in enumerate(values)}


def _error(kind: str, words: str) -> Exception:
    made = getattr(__import__("builtins"), kind, None)
    if isinstance(made, type) and issubclass(made, Exception):
        return made(words)
    return RuntimeError(f"{kind}: {words}")


def _words(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())[:1000]
    except BaseException:
        return ""


def serve(end: socket.socket, shell: Shell, layers: list[str]) -> None:
    """Serves one examiner on a socket, and ends the process."""
    try:
        connection = Connection(end)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # copies are nobody's zombies
        connection.send(["hello", layers])
        Candidate(connection, shell).serve()
    finally:
        os._exit(0)
