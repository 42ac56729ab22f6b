"""Sliders for a picture; where nothing can show sliders, the picture alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from backprop_course.drawing.figure import nobody_looks
from backprop_course.drawing.plots import on_page
from backprop_course.extras import said

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Draw = Callable[..., "Figure"]
Choice = Sequence[float] | Sequence[str]
PAD = 0.15
"""Inches of paper around the drawing."""


def explore(draw: Draw, **choices: Choice) -> None:
    """Shows a picture, with a control for each of its parameters: a slider for numbers, a menu for words.

    draw: takes the parameters by name and returns a Matplotlib figure. The first line of its docstring, the values
    and the figure's titles are the picture's text alternative: numbers that matter belong into a title.
    choices: the values on offer, by the parameter's name. Sliders start in the middle, menus at the top.

    It is drawn once here, and again when a slider moves. While nbgrader grades, nobody looks: it is not drawn then.
    """
    with said("notebook"):
        display = import_module("IPython.display").display
    if nobody_looks():
        display({"text/plain": _first_line(draw)}, raw=True)
        return
    picture = Picture(draw, choices)
    bundle = {"text/plain": picture.words, "text/html": picture.html}
    # A front end without widgets takes the picture from the same bundle; where none are installed it stays alone.
    with suppress(ImportError):
        bundle |= _view(picture, choices)
    display(bundle, raw=True)


class Picture:
    """What is drawn for what is chosen: as HTML in a page's own colours, and in words."""

    def __init__(self, draw: Draw, choices: dict[str, Choice]) -> None:
        self.draw = draw
        self.choices = choices
        self.frame: Any = None
        self.show([_first(offered) for offered in choices.values()])

    def show(self, chosen: Sequence[int]) -> None:
        """Draws it for other values, on as much paper as the first time: nothing on the page moves.

        chosen: the index of each value among those on offer.
        """
        values = {name: offered[k] for (name, offered), k in zip(self.choices.items(), chosen, strict=True)}
        figure = self._drawn(values)
        if self.frame is None:
            canvas: Any = figure.canvas
            figure.draw_without_rendering()  # a layout that is found when it is drawn, such as "constrained"
            self.frame = figure.get_tightbbox(canvas.get_renderer()).padded(PAD)
        here = ", ".join(f"{name} = {_said(value)}" for name, value in values.items())
        titles = [title for title in (figure.get_suptitle(), *(axes.get_title() for axes in figure.axes)) if title]
        self.words = " ".join([_first_line(self.draw), f"Here {here}.", *(f"{title}." for title in titles)])
        self.html = on_page(figure, self.words, self.frame)
        import_module("matplotlib.pyplot").close(figure)  # or the notebook would show it once more

    def _drawn(self, values: dict[str, Any]) -> Figure:
        """The figure; one that is not finished is closed, or the notebook would show it later."""
        pyplot = import_module("matplotlib.pyplot")
        before = set(pyplot.get_fignums())
        try:
            return self.draw(**values)
        except BaseException:
            for number in set(pyplot.get_fignums()) - before:
                pyplot.close(number)
            raise


def _view(picture: Picture, choices: dict[str, Choice]) -> dict[str, Any]:
    """The controls above the picture, as what a front end with widgets shows."""
    controls = [
        {
            "name": name,
            "kind": "menu" if isinstance(offered[0], str) else "slider",
            "options": [_said(value) for value in offered],
            "index": _first(offered),
        }
        for name, offered in choices.items()
    ]
    view = import_module("backprop_course.widgets.controls").Controls(picture, controls)
    bundle: dict[str, Any] = view._repr_mimebundle_()[0]
    return {kind: shown for kind, shown in bundle.items() if kind != "text/plain"}


def _first(offered: Choice) -> int:
    """Where a control starts."""
    return 0 if isinstance(offered[0], str) else len(offered) // 2


def _said(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.3g}"


def _first_line(draw: Draw) -> str:
    return (draw.__doc__ or "A picture.").strip().split("\n")[0]
