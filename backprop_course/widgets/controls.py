"""The view of an explorer: its picture and what can be chosen, and what the page sends back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

if TYPE_CHECKING:
    from backprop_course.widgets.explorer import Picture

_HERE = Path(__file__).parent


class Controls(anywidget.AnyWidget):
    """A slider or a menu for each choice, above the picture; drawn anew for what is chosen."""

    _esm = _HERE / "explorer.js"
    _css = _HERE / "explorer.css"
    controls: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    html = traitlets.Unicode().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)

    def __init__(self, picture: Picture, controls: list[dict[str, Any]]) -> None:
        super().__init__(controls=controls, html=picture.html, words=picture.words)
        self._picture = picture
        self.on_msg(self._answer)

    def _answer(self, _: object, message: Any, __: object) -> None:
        """A page asks whether a kernel is there, and for the picture of what it has chosen: an index each."""
        chosen: Sequence[int] | None = message.get("chosen")
        if chosen is None:
            self.send({})
            return
        answer: dict[str, Any] = {"words": ""}
        try:
            self._picture.show([int(index) for index in chosen])
            answer = {"words": self._picture.words}
            with self.hold_sync():
                self.words = self._picture.words
                self.html = self._picture.html
        except Exception as error:  # the student's function's, for these values and not for those before
            answer = {"words": f"No picture for these values: {type(error).__name__}: {error}", "failed": True}
        finally:
            # Whatever happened, the page may ask again.
            self.send(answer)
