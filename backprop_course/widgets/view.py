"""The view of a step-through: a few traits, and what the page sends back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from backprop_course.errors import CourseError

if TYPE_CHECKING:
    from backprop_course.widgets.step_through import StepThrough

_HERE = Path(__file__).parent


class View(anywidget.AnyWidget):
    """Shows the story of a step-through; with a kernel, tells it anew for other numbers."""

    _esm = _HERE / "step_through.js"
    _css = _HERE / "step_through.css"
    story = traitlets.Dict().tag(sync=True)

    def __init__(self, steps: StepThrough) -> None:
        super().__init__(story=steps.story)
        self._steps = steps
        self.on_msg(self._answer)

    def _answer(self, _: object, message: Any, __: object) -> None:
        """A page asks whether a kernel is there, and sends the numbers of its sliders."""
        if "numbers" in message:
            try:
                self.story = self._steps.recomputed(message["numbers"])
            except CourseError as error:
                self.send({"kernel": True, "error": str(error)})
                return
        self.send({"kernel": True})
