"""Messages between two processes over a socket, each a JSON value and a run of bytes, bounded in size and time."""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from collections.abc import Callable, Iterable
from typing import Any

TEXT, BYTES = 8 * 2**20, 64 * 2**20
"""The most that a message may hold as JSON and as bytes."""
_GONE = "Python itself has stopped"
_FRAME = struct.Struct("!II")


class WireError(Exception):
    """The other side is gone, is silent, or has sent what is no message."""


class Late(WireError):
    """Nothing came in time."""


class Clock:
    """The time by which a connection waits: the wall's. Whoever has another one is told how the waiting goes."""

    late = alarmed = False
    """Whether something did not come in time; whether who should answer has ended something itself, by the wall."""

    def now(self) -> float:
        """In seconds, from some beginning."""
        return time.monotonic()

    def begin(self) -> None:
        """Somebody waits from now on."""

    def look(self, expected: float) -> None:
        """So many seconds have been waited, if all is well."""


_TICK = 0.1
"""Seconds from one look at the clock to the next."""


class Connection:
    """Messages over a socket, each a JSON value and bytes.

    meanwhile: what to do now and then while waiting; a WireError of its ends the waiting.
    """

    def __init__(
        self, end: socket.socket, clock: Clock | None = None, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        self.socket = end
        self.clock = clock or Clock()
        self.meanwhile = meanwhile
        self.received = bytearray()

    def send(self, message: Any, blobs: list[bytes] = [], seconds: float | None = None) -> None:  # noqa: B006
        """Sends a message. Raises WireError where the other side is gone or does not take it in time."""
        frame = _framed(message, blobs)
        try:
            if seconds is None:
                self.socket.sendall(frame)
            else:
                self._send_in_time(memoryview(frame), time.monotonic() + seconds)
        except OSError as error:
            raise WireError(_GONE) from error

    def send_all(self, messages: Iterable[tuple[Any, list[bytes]]]) -> None:
        """Sends several messages at once, each with its bytes: who waits for them is woken once, not for each."""
        try:
            self.socket.sendall(b"".join(_framed(*message) for message in messages))
        except OSError as error:
            raise WireError(_GONE) from error

    def _send_in_time(self, frame: memoryview, until: float) -> None:
        while frame:
            try:
                frame = frame[self.socket.send(frame, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                poll = select.poll()
                poll.register(self.socket, select.POLLOUT)
                if not poll.poll(max(0, (until - time.monotonic()) * 1000)):
                    raise Late("it takes in nothing") from None

    def receive(self, seconds: float | None = None, aside: dict[int, Callable[[], bool]] = {}) -> tuple[Any, bytes]:  # noqa: B006
        """The next message. Raises Late where it does not come in time, WireError for anything else.

        aside: what to do meanwhile when another descriptor can be read.
        """
        until = None if seconds is None else self.clock.now() + seconds
        self._fill(_FRAME.size, until, aside)
        text, size = _FRAME.unpack_from(self.received)
        if text > TEXT or size > BYTES:
            raise WireError("the message is too large")
        end = _FRAME.size + text + size
        self._fill(end, until, aside)
        content, self.received = bytes(self.received[_FRAME.size : end]), self.received[end:]
        try:
            return json.loads(content[:text]), content[text:]
        except (ValueError, RecursionError) as error:
            raise WireError(f"no JSON: {error}") from error

    def _fill(self, count: int, until: float | None, aside: dict[int, Callable[[], bool]]) -> None:
        """Reads until there are so many bytes; those of a message that is late stay for the next time."""
        while len(self.received) < count:
            if until is not None:
                self._wait(until, aside)
            try:
                part = self.socket.recv(max(count - len(self.received), 65536))
            except OSError as error:
                raise WireError(_GONE) from error
            if not part:
                raise WireError(_GONE)
            self.received += part

    def _wait(self, until: float, aside: dict[int, Callable[[], bool]]) -> None:
        poll = select.poll()
        for descriptor in (self.socket.fileno(), *aside):
            poll.register(descriptor, select.POLLIN)
        begun = False
        while True:
            left = until - self.clock.now()
            tick = max(0.0, min(left, _TICK))
            ready = [descriptor for descriptor, _ in poll.poll(tick * 1000)]
            for descriptor in ready:
                if descriptor in aside and not aside[descriptor]():
                    poll.unregister(descriptor)
            if self.socket.fileno() in ready:
                return
            if left <= 0:
                self.clock.late = True
                raise Late("nothing came in time")
            if begun:
                self.clock.look(tick)
            else:
                self.clock.begin()  # what answers at once is not looked at
                begun = True
            self.meanwhile()


def _framed(message: Any, blobs: list[bytes]) -> bytes:
    """A message as it is sent. Raises WireError where it is too large."""
    text = json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    size = sum(map(len, blobs))
    if len(text) > TEXT or size > BYTES:
        raise WireError("the message is too large")
    return b"".join([_FRAME.pack(len(text), size), text, *blobs])
