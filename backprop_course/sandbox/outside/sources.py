"""The source of a student's function over there: what could be changed in it, and the function that comes of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

from backprop_course.calling.guard import Stopwatch
from backprop_course.calling.repairs import LONGEST_CODE, MOST, REPAIRED, Repair
from backprop_course.sandbox.between.messages import WireError
from backprop_course.sandbox.between.unpacking import printable
from backprop_course.sandbox.outside.conversation import Conversation

_SECONDS = 10.0
"""How long the candidate may take to read a source."""
_FEW, _MANY = 25, 200
"""How many changes are tried together, at first and later."""


class RemoteSource:
    """What `calling.source.FunctionSource` is for a function of that number, by the candidate's own account."""

    def __init__(self, line: Conversation, handle: int, together: Callable[..., list[Any]]) -> None:
        """together: calls the functions of several changes with the same arguments."""
        self.line = line
        self.handle = handle
        self.together = together

    @cached_property
    def repairs(self) -> Sequence[Repair]:
        """Everything that could be changed in it; nothing where the candidate does not say."""
        try:
            reply, _ = self.line.ask(["repairs", self.handle], seconds=_SECONDS)
            return [
                Repair(_kind(kind), printable(function), _line(line), _code(code))
                for kind, function, line, code in reply[1][:MOST]
            ]
        except (WireError, ValueError, TypeError, LookupError):
            return []

    def repaired(self, number: int) -> Any:
        """The function with the change of that number. Raises ValueError where that makes no function."""
        try:
            reply, data = self.line.ask(["repaired", self.handle, number], seconds=_SECONDS)
            return self.line.unpacker(data).unpack(reply[1])
        except (WireError, LookupError) as error:
            raise ValueError("no function") from error

    def tried(
        self, numbers: Iterable[int], arguments: Mapping[str, object], read: Callable[[object], Any], watch: Stopwatch
    ) -> Iterator[Any]:
        """What `FunctionSource.tried` gives; few together at first: what helps is often among the most natural."""
        waiting, size = iter(numbers), _FEW
        while batch := list(islice(waiting, size)):
            yield from self.together(batch, arguments, read, watch)
            size = min(2 * size, _MANY)

    def lines(self, arguments: dict[str, object], watch: Stopwatch) -> int:
        """How many lines of Python a call with these arguments carries out, by the candidate's own count."""
        packer = self.line.packer()
        message = ["lines", self.handle, packer.pack(list(arguments.values())), watch.seconds, watch.left]
        try:
            reply, _ = self.line.ask(message, packer.blobs, watch.left)
            return _line(reply[1])
        except (WireError, ValueError, TypeError, LookupError):
            return 10**9


def _code(sent: object) -> str:
    if type(sent) is not str:
        raise ValueError("no text")
    return "".join(c for c in sent if c.isprintable())[:LONGEST_CODE]


def _kind(sent: object) -> str:
    if sent not in REPAIRED:
        raise ValueError("no such change")
    return str(sent)


def _line(sent: object) -> int:
    if type(sent) is not int or not 0 <= sent < 10**9:
        raise ValueError("no number")
    return sent
