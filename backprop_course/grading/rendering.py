"""A cell as HTML, made in a process that may be ended: colours for code, paragraphs for Markdown.

The patterns of pygments and mistune take the square to the cube of a text's length for some texts, hours for one cell.
No limit of length tells those from honest ones, so what is limited is the processor's time. A process of its own,
started with the first long text, forks a child for each; the child's time runs out, and the text is shown as it is.
What was made once is kept, because most of a page is the release, the same for everybody.
"""

from __future__ import annotations

import atexit
import contextlib
import html
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

TEXT_SECONDS, PAGE_SECONDS = 2.0, 10.0
"""The processor's time for one text, and for all long texts of a page. An honest page takes a tenth of a second."""
MOST_KEPT = 1000
"""So many texts are kept as HTML."""
SHORT = 200
"""Texts of so many letters take no time, whatever they are."""

_made: dict[tuple[str, str, str], str] = {}


def render(kind: str, text: str, options: dict[str, Any], used: dict[str, float]) -> str:
    """A text as HTML; as it is where that would take too long.

    kind: "code", "markdown" or "prose". options: those of the function of that name. used: the page's own, to count
    its seconds in.
    """
    if len(text) <= SHORT or not hasattr(os, "fork"):
        return _MAKERS[kind](text, **options)
    key = (kind, text, json.dumps(options, sort_keys=True))
    if key in _made:
        return _made[key]
    left = PAGE_SECONDS - used.get("seconds", 0.0)
    made, seconds = _process().ask([kind, text, options, min(TEXT_SECONDS, left)]) if left > 0 else (None, 0.0)
    used["seconds"] = used.get("seconds", 0.0) + seconds
    if made is None:
        return _plain(text)
    if len(_made) >= MOST_KEPT:
        _made.clear()
    _made[key] = made
    return made


def _plain(text: str) -> str:
    return f'<div class="highlight"><pre>{html.escape(text)}</pre></div>'


def _code(text: str, language: str, metadata: dict[str, Any]) -> str:
    from nbconvert.filters import Highlight2HTML

    made: str = Highlight2HTML(pygments_lexer=language)(text, metadata=metadata)  # type: ignore[no-untyped-call]
    return made


def _markdown(text: str, attachments: dict[str, Any], path: str) -> str:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, attachments=attachments, path=path)
    return str(MarkdownWithMath(renderer=renderer).render(text))


def _prose(text: str, attachments: dict[str, Any]) -> str:
    from backprop_course.grading.prose import prose

    return prose(text, attachments)


_MAKERS: dict[str, Callable[..., str]] = {"code": _code, "markdown": _markdown, "prose": _prose}


class _Process:
    """The process that forks, from outside; one question at a time."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", "-W", "ignore", "-m", __name__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lock = threading.Lock()
        atexit.register(self.close)

    def ask(self, question: list[Any]) -> tuple[str | None, float]:
        """The HTML, or None, and the seconds that it took."""
        assert self._process.stdin
        assert self._process.stdout
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            made, seconds = json.loads(self._process.stdout.readline())
            return made, seconds
        return None, 0.0

    def close(self) -> None:
        """Ends it."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        self._process.wait()


@cache
def _process() -> _Process:
    """One for all pages that are made here."""
    return _Process()


def _serve() -> None:
    """Answers line by line, until nobody asks any more."""
    _code("x = 1", "ipython3", {})  # what all children need is loaded before them
    _markdown("*x*", {}, "")
    _prose("$x$", {})
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asks
    for line in sys.stdin:
        kind, text, options, seconds = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            signal.setitimer(signal.ITIMER_PROF, seconds)  # which ends it, whatever it does
            with os.fdopen(writing, "w", encoding="utf-8") as answer:
                answer.write(_MAKERS[kind](text, **options))
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8", errors="replace") as answer:
            made = answer.read()
        _, status, usage = os.wait4(child, 0)
        print(json.dumps([made if status == 0 else None, usage.ru_utime + usage.ru_stime]), flush=True)


if __name__ == "__main__":
    _serve()
