"""A conversation of the examiner with a candidate: questions, answers, and calls back meanwhile."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from backprop_course.calling.guard import Stopwatch
from backprop_course.sandbox.between.messages import Connection, Late, WireError
from backprop_course.sandbox.between.unpacking import Unpacker, printable
from backprop_course.sandbox.between.values import Packer

_WORDS = 2000


class Conversation:
    """A conversation with one candidate, and then with a copy of it: values come from itself, calls go to the copy.

    until: when it must be over. aside: what else to serve while waiting, by descriptor. copy: makes the copy.
    function: what stands for a function of the student's, from its number and its class's name.
    changed_arguments: a function changed what a test passed to it.
    broken: why the candidate itself cannot be asked any more. busy: a message is under way; an alarm has to wait.
    """

    def __init__(
        self,
        connection: Connection,
        until: float,
        aside: Mapping[int, Callable[[], bool]],
        copy: Callable[[], Connection],
        function: Callable[[Conversation, int, str], Any],
    ) -> None:
        self.connection = connection
        self.clock = connection.clock
        self.until = until
        self.aside = dict(aside)
        self.given: list[Callable[..., Any]] = []
        self.called: set[str] = set()
        self.broken: WireError | None = None
        self.watch: Stopwatch | None = None
        self.notes: list[tuple[str, str]] = []
        self.arriving: Callable[[Any], Any] = lambda value: value
        self.busy = False
        self.changed_arguments = False
        self._changes = list[Callable[[], None]]()
        self._stand_in = function
        self._make_copy = copy
        self._copy: Connection | WireError | None = None

    def values(self, names: tuple[str, ...]) -> tuple[Any, bytes]:
        """The reply of the candidate itself to the question for these names; runs nothing of the student's."""
        if self.broken:
            raise self.broken
        try:
            with self._busy():
                self.connection.send(["values", list(names)], [], self._left(self.until))
                return _checked(*self.connection.receive(self._left(self.until), self.aside))
        except WireError as error:
            self.broken = error
            raise

    def ask(self, message: list[Any], blobs: list[bytes] | None = None, seconds: float = np.inf) -> tuple[Any, bytes]:
        """The copy's reply to a request; meanwhile it may call back. Raises WireError where there is none."""
        replies: list[tuple[Any, bytes]] = []

        def take(*reply: Any) -> bool:
            replies.append(reply)
            return False

        self.converse(message, blobs or [], seconds, take)
        return replies[0]

    def converse(
        self, message: list[Any], blobs: list[bytes], seconds: float, take: Callable[[Any, bytes], bool]
    ) -> None:
        """Hands over the copy's replies to a request, as long as `take` says that there is another one.

        Raises WireError where one does not come, or `take` raises it: then the copy is not asked again.
        """
        if self._copy is None:
            try:
                with self._busy():
                    self._copy = self._make_copy()
            except WireError as error:
                self._copy = self.broken = error
        if isinstance(self._copy, WireError):
            raise self._copy
        try:
            self._conversed(self._copy, message, blobs, min(self.until, self.clock.now() + seconds), take)
        except WireError as error:
            self._copy = error
            raise

    def _conversed(
        self,
        whom: Connection,
        message: list[Any],
        blobs: list[bytes],
        until: float,
        take: Callable[[Any, bytes], bool],
    ) -> None:
        whom.send(message, blobs, self._left(until))
        more = True
        while more:
            reply, data = _checked(*whom.receive(self._left(until), self.aside))
            if reply[0] != "back":
                more = take(reply, data)
                continue
            if self.clock.now() > until:
                raise Late("nothing came in time")
            message, blobs = self._call_back(reply, data)
            whom.send(message, blobs, self._left(until))

    def later(self, change: Callable[[], None]) -> None:
        """What a function has done to a test's argument, to be done to it when the test's statement is through."""
        self.changed_arguments = True
        self._changes.append(change)

    def put_back(self) -> None:
        """Does to a test's arguments what has been done to their copies."""
        changes, self._changes = self._changes, []
        for change in changes:
            change()

    @contextlib.contextmanager
    def _busy(self) -> Iterator[None]:
        self.busy = True
        try:
            yield
        finally:
            self.busy = False

    def _left(self, until: float) -> float:
        return max(0.01, until - self.clock.now())

    def packer(self) -> Packer:
        """For what is sent."""
        return Packer(self._give, strict=True, iterators=True)

    def unpacker(self, data: bytes) -> Unpacker:
        """For what has arrived."""
        return Unpacker(data, self._function)

    def note_calls(self, called: object) -> None:
        """Which of the watched functions the candidate says were called."""
        if type(called) is list:
            self.called.update(name for name in called[:20] if type(name) is str and len(name) < 60)

    def _give(self, function: Any) -> list[Any]:
        self.given.append(function)
        return ["f", len(self.given) - 1]

    def _function(self, sent: list[Any]) -> Any:
        whose, *rest = sent
        if whose == "back":
            return self.given[index(rest[0], len(self.given))]
        return self._stand_in(self, index(whose, 10**9), printable(rest[0]))

    def _call_back(self, message: list[Any], data: bytes) -> tuple[list[Any], list[bytes]]:
        """Calls a function that was passed to the student's; what to send for what it gives."""
        try:
            _, handle, sent, named = message
            function = self.given[index(handle, len(self.given))]
            unpacker = self.unpacker(data)
            arguments, more = unpacker.unpack(sent), unpacker.unpack(named)
        except (ValueError, TypeError) as error:
            raise WireError(f"no call: {error}") from error
        if type(arguments) is not list or type(more) is not dict or any(type(name) is not str for name in more):
            raise WireError("no call")
        packer = self.packer()
        try:
            return ["result", packer.pack(function(*arguments, **more))], packer.blobs
        except WireError:
            raise
        except Exception as error:
            return ["failed", type(error).__name__, " ".join(str(error).split())[:_WORDS]], []


def _checked(reply: Any, data: bytes) -> tuple[Any, bytes]:
    if type(reply) is not list or not reply or type(reply[0]) is not str:
        raise WireError("no message")
    return reply, data


def index(number: object, end: int) -> int:
    """A place in a list of that length. Raises WireError for what is none."""
    if type(number) is not int or not 0 <= number < end:
        raise WireError("no such function")
    return number
