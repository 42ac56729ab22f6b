"""How far a class is graded, and how long it will take: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from typing import TextIO

WIDTH = 30
LINES = 10


class Progress:
    """Says how far it is each time that `step` is called. about: of what there are so many, said first."""

    def __init__(self, total: int, to: TextIO, about: str = "") -> None:
        self._total, self._to, self._about = total, to, about
        self._bar = to.isatty()
        self._done = self._failed = 0
        self._start = time.monotonic()

    def step(self, failed: bool) -> None:
        """One more is done."""
        self._done += 1
        self._failed += failed
        if self._bar:
            self._to.write(f"\r{self._filled()} {self._text()}\x1b[K")
        elif self._done * LINES // self._total > (self._done - 1) * LINES // self._total:
            self._to.write(f"{self._text()}\n")
        self._to.flush()

    def close(self) -> None:
        """The bar goes, the lines stay."""
        if self._bar:
            self._to.write("\r\x1b[K")
            self._to.flush()

    def _filled(self) -> str:
        filled = WIDTH * self._done // self._total
        return f"[{'#' * filled}{'.' * (WIDTH - filled)}]"

    def _text(self) -> str:
        failed = f", {self._failed} failed" if self._failed else ""
        left = (time.monotonic() - self._start) / self._done * (self._total - self._done)
        about = f"{self._about}: " if self._about else ""
        return f"{about}{self._done} of {self._total}{failed}, {duration(left)} left"


def duration(seconds: float) -> str:
    """A time in words, short: 5 s, 3 min 05 s, 2 h 10 min."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_left:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
