"""The student's names and functions as the examiner sees them: values have come, functions are called over there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np

from backprop_course.calling.guard import Raised, Returned, Stopwatch
from backprop_course.calling.reading import Elsewhere
from backprop_course.sandbox.between.messages import Late, WireError
from backprop_course.sandbox.between.opaque import opaque
from backprop_course.sandbox.outside.arguments import differ, put_into
from backprop_course.sandbox.outside.conversation import Conversation, index
from backprop_course.sandbox.outside.sources import RemoteSource

GRACE = 1.0
"""Seconds that the candidate has beyond a function's own limit, to say that it is reached."""
_WORDS = 2000


class Remote(Elsewhere):
    """A function of the student's."""

    def __init__(self, line: Conversation, handle: int) -> None:
        self.line = line
        self.handle = handle

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Calls it as a test does: what it does to its arguments is done to these, what it raises is raised."""
        if self.line.watch:
            (outcome,) = self._outcomes([dict(enumerate(arguments))], self.line.watch)
            if isinstance(outcome, Raised):
                raise _Inner(outcome)
            self.line.notes.append((outcome.printed, outcome.warning))
            return outcome.value
        packer = self.line.packer()
        message = ["call", self.handle, packer.pack(list(arguments)), packer.pack(named)]
        before = [*arguments, *named.values()]
        after = list(before)
        outcome, kinds = self._outcome(*self.line.ask(message, packer.blobs), after)
        if isinstance(outcome, Raised):
            raise allowed_exception(kinds, outcome.message)
        for argument, changed in zip(before, after, strict=True):
            if differ(self.line, argument, changed):
                self.line.later(partial(put_into, argument, changed))
        return self.line.arriving(outcome.value)

    def judged(
        self, cases: list[dict[str, object]], reads: Sequence[Callable[[object], Any]], watch: Stopwatch
    ) -> list[Returned | Raised]:
        """What `calling.guard.call_each` gives for it."""
        started = time.perf_counter()
        try:
            outcomes = self._outcomes(cases, watch)
            return [self._read(outcome, read, watch) for outcome, read in zip(outcomes, reads, strict=False)]
        finally:
            watch.left = max(0.1, watch.left - (time.perf_counter() - started))

    def _read(self, outcome: Returned | Raised, read: Callable[[object], Any], watch: Stopwatch) -> Returned | Raised:
        if isinstance(outcome, Raised):
            return outcome
        self.line.notes = [(outcome.printed, outcome.warning)]
        self.line.watch = watch
        try:
            value = read(outcome.value)
            printed = "".join(printed for printed, _ in reversed(self.line.notes))
            warning = next((warning for _, warning in reversed(self.line.notes) if warning), "")
            return Returned(value, printed[:400], warning)
        except _Inner as inner:
            return inner.outcome
        finally:
            self.line.watch = None

    def _outcomes(self, cases: list[dict[Any, object]], watch: Stopwatch) -> list[Returned | Raised]:
        """What calls with these arguments give, up to the first that does not come back, and what they do to them."""
        packer = self.line.packer()
        sent = [packer.pack(list(arguments.values())) for arguments in cases]
        outcomes: list[Returned | Raised] = []

        def take(reply: list[Any], data: bytes) -> bool:
            arguments = cases[len(outcomes)]
            after = list(arguments.values())
            outcomes.append(self._outcome(reply, data, after)[0])
            arguments.update(zip(arguments, after, strict=True))
            return isinstance(outcomes[-1], Returned) and len(outcomes) < len(cases)

        try:
            message = ["judge", self.handle, sent, watch.seconds, watch.left]
            self.line.converse(message, packer.blobs, watch.left + GRACE, take)
        except Late:
            what = f"it was still running after {watch.seconds:g} seconds; does a loop never end?"
            outcomes.append(Raised("TimeIsUp", what))
        except WireError as error:
            outcomes.append(Raised("Stopped", f"{error} in this call"))
        return outcomes

    def _outcome(self, reply: list[Any], data: bytes, arguments: list[Any]) -> tuple[Returned | Raised, list[str]]:
        """What a call gave; puts what it left of its arguments in their place."""
        try:
            if reply[0] == "raised":
                _, kinds, message, place, called = reply
                line, within, code, stub = place
                kinds = [_text(kind, 60) for kind in kinds[:10]]
                self.line.clock.alarmed |= kinds[0] == "TimeIsUp"
                self.line.note_calls(called)
                line = line if type(line) is int else None
                words = _text(message, _WORDS)
                return Raised(kinds[0], words, line, _text(within, 60), _text(code, 200), stub is True), kinds
            what, value, changed, printed, warning, called = reply
            if what != "returned":
                raise WireError("no outcome")
            self.line.note_calls(called)
            unpacker = self.line.unpacker(data)
            returned = Returned(unpacker.unpack(value), _text(printed, 400), _text(warning, 200))
            for k, sent in changed:
                k = index(k, len(arguments))
                arguments[k] = unpacker.unpack(sent)
            return returned, []
        except (ValueError, TypeError, LookupError) as error:
            raise WireError(f"no outcome: {error}") from error

    def repetitions(
        self, cases: list[dict[str, Any]], reads: Sequence[Callable[[object], Any]], watch: Stopwatch
    ) -> tuple[list[Returned | Raised], int]:
        """What `calling.behaviour.repetitions` gives for it, by the candidate's own count."""
        packer = self.line.packer()
        sent = [packer.pack(list(arguments.values())) for arguments in cases]
        message = ["steps", self.handle, sent, watch.seconds, watch.left]
        reply, data = self.line.ask(message, packer.blobs, watch.left + GRACE)
        if len(reply) != 3 or type(reply[1]) is not list or len(reply[1]) > len(cases):
            raise WireError("no count")
        _, values, growth = reply
        if type(growth) is not int or not 0 <= growth < 10**9:
            raise WireError("no count")
        unpacker = self.line.unpacker(data)
        returned = [Returned(unpacker.unpack(value)) for value in values]
        return [self._read(one, read, watch) for one, read in zip(returned, reads, strict=False)], growth

    def numbers_from_outside(self) -> list[str]:
        """The notebook's numbers that it uses instead of its arguments."""
        return self._names("outside")

    def functions_used(self) -> list[str]:
        """The notebook's functions that it calls, by the candidate's own account."""
        return self._names("used")

    def _names(self, request: str) -> list[str]:
        try:
            reply, _ = self.line.ask([request, self.handle], seconds=GRACE)
        except WireError:
            return []
        names = reply[1] if len(reply) == 2 and type(reply[1]) is list else []
        return [name[:60] for name in names[:50] if type(name) is str and name.isidentifier()]

    def source(self) -> RemoteSource:
        """What could be changed in it."""
        return RemoteSource(self.line, self.handle, self._tried)

    def _tried(
        self, numbers: list[int], arguments: Mapping[str, object], read: Callable[[object], Any], watch: Stopwatch
    ) -> list[tuple[dict[str, Any], Returned | Raised] | None]:
        """For each of these changes of its source what `FunctionSource.tried` gives; all in one message and back."""
        packer, started = self.line.packer(), time.perf_counter()
        message = ["tried", self.handle, numbers, packer.pack(list(arguments.values())), watch.seconds, watch.left]
        found: list[tuple[dict[str, Any], Returned | Raised] | None] = []

        def take(reply: list[Any], data: bytes) -> bool:
            if reply == ["none"]:
                found.append(None)
            else:
                after = list(arguments.values())
                outcome, _ = self._outcome(reply, data, after)
                found.append((dict(zip(arguments, after, strict=True)), outcome))
            return len(found) < len(numbers)

        try:
            self.line.converse(message, packer.blobs, watch.left + GRACE, take)
            return [one and (one[0], self._read(one[1], read, watch)) for one in found]
        except WireError:
            return [None] * len(numbers)
        finally:
            watch.left = max(0.1, watch.left - (time.perf_counter() - started))

    def with_helpers(self, helpers: Mapping[str, Callable[..., Any]]) -> Any:
        """The same function, calling these of the examiner's in the place of the notebook's own."""
        packer = self.line.packer()
        reply, data = self.line.ask(["rebuild", self.handle, packer.pack(dict(helpers))], packer.blobs, GRACE)
        if len(reply) != 2:
            raise WireError("no function")
        return self.line.unpacker(data).unpack(reply[1])


def remote(line: Conversation, handle: int, name: str) -> Remote:
    """What stands for the function of that number; its class is called as it is there."""
    made: Remote = _remote_class(name)(line, handle)
    return made


@lru_cache(100)
def _remote_class(name: str) -> Any:
    return type(name, (Remote,), {})


class _Inner(Exception):
    """A function that a student's function returned raised something."""

    def __init__(self, outcome: Raised) -> None:
        self.outcome = outcome


def _text(value: object, length: int) -> str:
    if type(value) is not str:
        raise WireError("no text")
    return value[:length]


_ALLOWED = {
    kind.__name__: kind
    for kind in (
        *(ValueError, TypeError, ZeroDivisionError, OverflowError, FloatingPointError, ArithmeticError, KeyError),
        *(IndexError, LookupError, AttributeError, NameError, AssertionError, NotImplementedError, RecursionError),
        *(RuntimeError, MemoryError, OSError, ImportError, EOFError, np.linalg.LinAlgError, Exception),
    )
}


def allowed_exception(kinds: list[str], message: str) -> Exception:
    """What a test may see of an exception: the nearest of its classes that cannot end a loop or the program."""
    kind = next((_ALLOWED[name] for name in kinds if name in _ALLOWED and name != "Exception"), RuntimeError)
    return kind(message if kind.__name__ == kinds[0] else f"{kinds[0]}: {message}")


class Names(Mapping[str, object]):
    """The values of those names of a notebook that may be asked for; fetched together, when the first is needed."""

    def __init__(self, line: Conversation, allowed: tuple[str, ...]) -> None:
        self.line = line
        self.allowed = tuple(dict.fromkeys(allowed))
        self.found: dict[str, object] | None = None

    def __getitem__(self, name: str) -> object:
        return self._values()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values())

    def __len__(self) -> int:
        return len(self._values())

    def _values(self) -> dict[str, object]:
        if self.found is None:
            self.found = {}
            try:
                reply, data = self.line.values(self.allowed)
                _, sent = reply
                unpacker = self.line.unpacker(data)
                self.found = {name: unpacker.unpack(sent[name]) for name in sent if name in self.allowed}
            except (WireError, ValueError, TypeError, AttributeError, LookupError):
                self.found = {name: opaque("unreadable") for name in self.allowed}
        return self.found
