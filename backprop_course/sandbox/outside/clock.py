"""Time as a candidate has it: the wall's, without what the machine did not let it run.

A program that waits for a processor, that was stopped, or whose memory is being fetched does not get its time; a
program that sleeps does. At most four fifths of the time are taken off, so every limit is reached after its fivefold.
"""

from __future__ import annotations

import time
from pathlib import Path

from backprop_course.sandbox.between.messages import Clock

STRETCH = 5.0
"""By how much a limit may be exceeded on the wall, at most."""
_MOST_OFF = 1 - 1 / STRETCH
_HICCUP = 0.25
"""Seconds that a look may be late; beyond them it is the whole machine that stood still."""
_KEPT = frozenset("TD")
"""States of a process that is kept from running: stopped, or waiting for a disk."""


class CandidatesClock(Clock):
    """The time of a candidate and the processes below it. Where the kernel does not tell, it is the wall's.

    held: the seconds in which it was kept from running. lost: those of them that count all the same.
    """

    def __init__(self, process: int) -> None:
        self.process = process
        self.held = self.lost = 0.0
        self._off = 0.0
        self._seen = time.monotonic()
        self._waited: dict[int, float] = {}

    def now(self) -> float:
        """In seconds, from some beginning."""
        return time.monotonic() - self._off

    def has_cost(self, much: float) -> bool:
        """Whether something was not done in time, and so many seconds were not the candidate's to use."""
        return (self.late and self.lost > much) or (self.alarmed and self.held > much)

    def look(self, expected: float) -> None:
        """Takes off what the candidate did not get since the last look, `expected` seconds ago if all is well."""
        now = time.monotonic()
        passed, self._seen = now - self._seen, now
        held = 0.0
        for process in self._processes():
            waited = _waited(process)
            held = max(held, waited - self._waited.get(process, waited), passed if _state(process) in _KEPT else 0.0)
            self._waited[process] = waited
        if passed > expected + _HICCUP:
            held = max(held, passed - expected)
        off = min(held, _MOST_OFF * passed)
        self.held, self.lost, self._off = self.held + held, self.lost + held - off, self._off + off

    def begin(self) -> None:
        """Somebody waits for the candidate from now on."""
        self._seen = time.monotonic()
        self._waited = {process: _waited(process) for process in self._processes()}

    def _processes(self) -> list[int]:
        try:
            tasks = Path(f"/proc/{self.process}/task").iterdir()
            below = [int(child) for task in tasks for child in (task / "children").read_text().split()]
        except (OSError, ValueError):
            below = []
        return [self.process, *below]


def _waited(process: int) -> float:
    """The seconds that a process has waited for a processor."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""
