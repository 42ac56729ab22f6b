"""Step through a network's passes: the picture, the equation at work and the table of what is known so far."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from backprop_course.checks import judge
from backprop_course.core.backprop import backward
from backprop_course.core.names import error_signal, gradient, pre_activation
from backprop_course.core.network import Network
from backprop_course.core.trace import Trace, expect_trace
from backprop_course.drawing.figure import expect_network, nobody_looks, scrolling
from backprop_course.errors import CourseError
from backprop_course.exercises import Exercise, exercise
from backprop_course.extras import said
from backprop_course.widgets.story import Story, as_text, story

if TYPE_CHECKING:
    from backprop_course.widgets.view import View

WITHOUT_WIDGETS = "<p>To step through it: <code>pip install anywidget</code>, then restart the kernel.</p>"


class StepThrough:
    """A network's passes, one quantity at a time: Previous, Next, a slider, Play, and the arrow keys.

    network: any network. values: a forward trace, whose pass is shown; one that went backward too, for both; or
    the weights, x and y by name, for both. answers: a student's own values by the quantity's name, shown beside the
    right ones. after: exercises whose answers are not to be given away: steps are shown up to the first one that such
    an exercise asks for and that is not right in the notebook's variables; one that asks for something else (a
    function) must be right as a whole. deltas: error signals are written delta_j, as the course does from where it
    has introduced them, and not dL_dz_j. slider: a number to be moved while the whole pass is in view: all steps are
    shown at the start, and its slider alone, open.

    Stepping needs no kernel. With one, single numbers have sliders, and everything is computed anew.
    Raises CourseError for what is no network, for values that it cannot use, for a slider that there is none of, and
    for an unknown exercise.
    """

    def __init__(
        self,
        network: Network,
        values: Mapping[str, Any],
        answers: Mapping[str, object] | None = None,
        after: str | tuple[str, ...] = (),
        deltas: bool = False,
        slider: str = "",
    ) -> None:
        expect_network(network)
        self.network = network
        self.values = values
        self.answers = dict(answers or {})
        signals = {gradient(pre_activation(unit.name)): error_signal(unit.name) for unit in network.units}
        self._written = signals if deltas else {}
        movable = (*network.weights, "x", "y")
        if slider and slider not in movable:
            raise CourseError(f"There is no slider for {slider}. Those that there are: {', '.join(movable)}.")
        self.slider = slider
        self.after = tuple(exercise(id) for id in ((after,) if isinstance(after, str) else after))
        self._namespace = sys._getframe(1).f_globals if self.after else {}
        if isinstance(values, Trace):
            expect_trace(values, network)
        if not nobody_looks():
            _ = self.trace  # what is wrong with the values is said here, not while it is shown

    @cached_property
    def trace(self) -> Trace:
        """The passes that are shown."""
        if isinstance(self.values, Trace):
            return self.values
        given = {name: self.values[name] for name in (*self.network.weights, "x", "y") if name in self.values}
        return self._passes(given, both=True)

    @cached_property
    def _unlocked(self) -> tuple[int, str]:
        """How many steps are shown, and what to say where the next one would be."""
        names = [step.name for step in self.trace.steps]
        count, said = len(names), ""
        for asked in self.after:
            verdict = judge(asked.id, self._namespace)
            missing = {_quantity(asked, part.name) for part in verdict.parts if part.status != "right"}
            if not missing <= set(names):
                # Something that is no step: all that the exercise is about waits for it.
                missing = {_quantity(asked, part.name) for part in verdict.parts} & set(names) or set(names)
            # What arrives along one path belongs to the gradient that is asked for.
            wholes = [gradient(step.of) if step.path else step.name for step in self.trace.steps]
            first = next((k for k, name in enumerate(wholes) if name in missing), count)
            if first < count:
                count, said = first, f"The next step appears when your {asked.id} is right (then run this cell again)."
        return count, said

    def recomputed(self, numbers: Mapping[str, float]) -> Story:
        """The story with some numbers changed; the others are exactly those that were given."""
        given = {name: self.trace[name] for name in (*self.network.weights, "x", "y") if name in self.trace}
        changed = {name: numbers[name] for name in given if name in numbers}
        if not changed:
            return self.story
        both = len(self.trace.steps) > len(self.network.steps()) + 1
        return story(
            self._passes(given | changed, both), *self._unlocked, given=given, written=self._written, slider=self.slider
        )

    def _passes(self, given: dict[str, Any], both: bool) -> Trace:
        if "x" not in given or (both and "y" not in given):
            raise CourseError("A step-through needs the weights, the input x and the target y, or a trace.")
        x, y = given.pop("x"), given.pop("y", None)
        trace = self.network.forward(given, x, y)
        return backward(trace) if both else trace

    @cached_property
    def story(self) -> Story:
        """All that is shown, as plain data."""
        return story(self.trace, *self._unlocked, self.answers, written=self._written, slider=self.slider)

    @cached_property
    def view(self) -> View:
        """The widget."""
        with said("notebook"):
            return import_module("backprop_course.widgets.view").View(self)  # type: ignore[no-any-return]

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        if nobody_looks():
            return {"text/plain": f"StepThrough({self.network!r})"}, {}
        bundle = {"text/plain": repr(self), "text/html": self._repr_html_()}
        try:
            widget, metadata = self.view._repr_mimebundle_() or ({}, {})
        except ImportError:
            return bundle | {"text/html": bundle["text/html"] + WITHOUT_WIDGETS}, {}
        return {**widget, **bundle}, metadata

    def _repr_html_(self) -> str:
        told = self.story
        around = f"{told['legend']}<table>{told['table']}</table>{told['note']}<p>{told['locked']}</p>"
        return scrolling(told["picture"]) + around

    def __repr__(self) -> str:
        return as_text(self.trace, *self._unlocked)


def _quantity(asked: Exercise, part: str) -> str:
    """The quantity that an answer gives away: delta_j is dL_dz_j, and who has a weight's update has its gradient."""
    step = asked.by_name.get(part)
    return gradient(step.of) if step and step.of else part
