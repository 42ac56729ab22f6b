"""One candidate, from the examiner's side: run a cell, fork for a check, interrupt, end."""

from __future__ import annotations

import contextlib
import json
import re
import socket
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backprop_course.sandbox.between.messages import Connection, Late, WireError
from backprop_course.sandbox.between.task import PRIVATE_SCRATCH, Limits
from backprop_course.sandbox.between.tidying import remove
from backprop_course.sandbox.inside.seccomp import Gate
from backprop_course.sandbox.outside.clock import CandidatesClock
from backprop_course.sandbox.outside.conversation import Conversation
from backprop_course.sandbox.outside.proxies import remote
from backprop_course.sandbox.outside.scratch import excess

_START, _GRACE, _END = 20.0, 1.0, 10.0
"""Seconds to start a candidate, to answer after an interrupt, and for all its processes to be gone."""
_MOST_OUTPUTS, _ROOM_FOR_ERRORS = 1000, 2**20
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


@dataclass(frozen=True)
class Done:
    """What a cell shows, and which of the watched functions it called."""

    outputs: list[dict[str, Any]]
    called: set[str] = field(default_factory=set)


class Session:
    """A candidate and its keeper. Raises WireError when the candidate is gone or does not answer in time."""

    def __init__(self, wire: socket.socket, leash: socket.socket, scratch: str, limits: Limits) -> None:
        self.connection = Connection(wire)
        self.leash = leash
        self.scratch = scratch
        self.limits = limits
        self.layers: tuple[str, ...] = ()
        self.gate: Gate | None = None
        try:
            self._receive_gate(wire)
            hello, _ = self.connection.receive(_START)
            self.layers = tuple(map(str, hello[1]))
            self.connection.clock = self.clock = CandidatesClock(self._process())
            self.connection.meanwhile = self._look_at_scratch
        except BaseException:
            self.close()
            raise

    def _look_at_scratch(self) -> None:
        """Raises WireError where there is too much in it; a private one has a size of its own."""
        if PRIVATE_SCRATCH not in self.layers and (reason := excess(self.scratch, self.limits.file_size)):
            raise WireError(reason)

    def _process(self) -> int:
        """The candidate's number, from its keeper."""
        self.leash.settimeout(_START)
        try:
            return int.from_bytes(self.leash.recv(4), "big")
        except OSError as error:
            raise WireError(f"no candidate: {error}") from error
        finally:
            self.leash.settimeout(None)

    def _receive_gate(self, wire: socket.socket) -> None:
        try:
            wire.settimeout(_START)
            said, descriptors, _, _ = socket.recv_fds(wire, 1, 1)
            wire.settimeout(None)
        except OSError as error:
            raise WireError(f"no candidate: {error}") from error
        if not said:
            raise WireError("it ended at once")
        if descriptors:
            self.gate = Gate(descriptors[0], self.limits.processes)

    @property
    def _aside(self) -> dict[int, Callable[[], bool]]:
        return {self.gate.descriptor: self.gate.answer} if self.gate else {}

    def cell(self, source: str, count: int, seconds: float, room: int, answer: bool, unseen: str = "") -> Done:
        """Runs a cell; at the limit it is interrupted, and then it has a moment left.

        answer: it gives one, so which of the watched functions it calls is noted. unseen: if it only
        draws, for nobody, its name for Matplotlib's pyplot.
        """
        self.connection.send(["cell", source, count, room, answer, unseen], [], 5.0)
        try:
            reply, _ = self.connection.receive(max(0.0, seconds), self._aside)
        except Late:
            reply, _ = self._interrupted()
        self._look_at_scratch()
        return _done(reply, count, room)

    def put(self, files: Mapping[str, str]) -> None:
        """Puts files, in Base64, into the candidate's folder."""
        contents = [b64decode(content) for content in files.values()]
        sizes = {name: len(content) for name, content in zip(files, contents, strict=True)}
        self.connection.send(["files", sizes], contents, _START)
        _expect("written", *self.connection.receive(_START, self._aside))

    def _interrupted(self) -> tuple[Any, bytes]:
        for _ in range(3):
            self._order(b"i")
            with contextlib.suppress(Late):
                return self.connection.receive(_GRACE, self._aside)
        raise Late("it ran on after its time was up and could not be interrupted")

    @contextlib.contextmanager
    def line(self, seconds: float) -> Iterator[Conversation]:
        """A conversation for a check. Functions are called in a copy of the candidate, which is ended afterwards."""
        until = self.connection.clock.now() + seconds
        with contextlib.ExitStack() as after:
            line = Conversation(self.connection, until, self._aside, lambda: self._copy(until, after), remote)
            yield line
        self._look_at_scratch()
        if line.broken:
            raise line.broken

    def _copy(self, until: float, after: contextlib.ExitStack) -> Connection:
        self.connection.send(["fork"], [], 5.0)
        _expect("ready", *self.connection.receive(max(0.1, until - self.connection.clock.now()), self._aside))
        mine, end = socket.socketpair()
        after.callback(self._end_copy, mine)
        with end:
            socket.send_fds(self.connection.socket, [b"e"], [end.fileno()])
        if self.gate:
            self.gate.forks = 1
        copy = Connection(mine, self.connection.clock, self._look_at_scratch)
        _expect("forked", *copy.receive(max(0.1, until - self.connection.clock.now()), self._aside))
        return copy

    def _end_copy(self, mine: socket.socket) -> None:
        mine.close()
        if self.gate:
            self.gate.forks = 0
        self._order(b"c")
        self.leash.settimeout(_GRACE)
        with contextlib.suppress(OSError):
            self.leash.recv(1)

    def _order(self, order: bytes) -> None:
        try:
            self.leash.sendall(order)
        except OSError as error:
            raise WireError("the candidate has ended") from error

    def close(self) -> None:
        """Ends the candidate and all that it has started, and waits for that."""
        self.connection.socket.close()
        if self.gate:
            self.gate.close()
            self.gate = None
        with contextlib.suppress(OSError), self.leash:
            self.leash.shutdown(socket.SHUT_WR)
            self.leash.settimeout(_END)
            while self.leash.recv(1):
                pass
        remove(self.scratch)


def _expect(word: str, reply: Any, data: bytes) -> None:
    if reply != [word]:
        raise WireError(f"no {word}")


def _done(reply: Any, count: int, room: int) -> Done:
    """A cell's outputs, field by field. Raises WireError for what is no reply."""
    try:
        what, outputs, called = reply
        if what != "done":
            raise WireError("no outputs")
        found = [_output(output, count) for output in outputs[:_MOST_OUTPUTS]]
        if sum(len(json.dumps(output)) for output in found) > 8 * room + _ROOM_FOR_ERRORS:
            raise WireError("too many outputs")  # an honest candidate cuts them off by itself
        return Done(found, {str(name)[:60] for name in called[:20]})
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise WireError(f"no outputs: {error}") from error


def _output(output: dict[str, Any], count: int) -> dict[str, Any]:
    kind = output["output_type"]
    if kind == "stream":
        name = "stderr" if output["name"] == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _text(output["text"])}
    if kind == "error":
        trace = [_text(line) for line in output["traceback"]]
        shown = {"ename": _text(output["ename"]), "evalue": _text(output["evalue"]), "traceback": trace}
        return {"output_type": kind, **shown}
    data = {mime: _text(entry) for mime, entry in output["data"].items() if mime in ("text/plain", "image/png")}
    if not _BASE64.fullmatch(data.get("image/png", "")):
        raise WireError("no picture")  # it would become part of a page
    if kind == "execute_result":
        return {"output_type": kind, "data": data, "metadata": {}, "execution_count": count}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def _text(value: object) -> str:
    """Text that a file can hold."""
    if type(value) is not str:
        raise WireError("no text")
    return value.encode("utf-8", "replace").decode()
