"""The view of a button that gives new numbers: what it says, and what a press is answered with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

_HERE = Path(__file__).parent


class PracticeButton(anywidget.AnyWidget):
    """A button where a kernel answers; where none does, the words that say what to type."""

    _esm = _HERE / "practice_button.js"
    _css = _HERE / "practice_button.css"
    typed = traitlets.Unicode().tag(sync=True)
    unanswered = traitlets.Unicode().tag(sync=True)

    def __init__(self, typed: str, unanswered: str, press: Callable[[], str]) -> None:
        """press: does what is asked for, and returns what to show of it, as HTML."""
        super().__init__(typed=typed, unanswered=unanswered)
        self._press = press
        self.on_msg(self._answer)

    def _answer(self, _: object, message: Any, __: object) -> None:
        """A page asks whether a kernel is there, or says that the button was pressed."""
        self.send({"html": self._press()} if message.get("again") else {})
