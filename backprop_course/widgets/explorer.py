"""Sliders for a picture; where nothing can show sliders, the picture alone."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable, Sequence
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Draw = Callable[..., "Figure"]


def explore(draw: Draw, **choices: Sequence[float]) -> None:
    """Shows a picture, with a slider for each of its parameters; every slider starts in the middle.

    draw: takes the parameters by name and returns a Matplotlib figure; the first line of its docstring is the
    picture's text alternative. choices: the values that a slider offers, by the parameter's name.

    It is drawn once here, and again when a slider moves. While nbgrader grades, nobody moves one: none are made then.
    """
    values = {name: offered[len(offered) // 2] for name, offered in choices.items()}
    png, words = _picture(draw, values)
    bundle = {"text/plain": words, "image/png": base64.b64encode(png).decode()}
    if "NBGRADER_EXECUTION" not in os.environ:
        # A front end without widgets takes the picture from the same bundle.
        bundle |= _with_sliders(draw, choices, _image(png, words))
    import_module("IPython.display").display(bundle, raw=True)


def _with_sliders(draw: Draw, choices: dict[str, Sequence[float]], image: str) -> dict[str, Any]:
    """The sliders above the image, as what a front end with widgets shows; nothing where there are no widgets."""
    try:
        widgets = import_module("ipywidgets")
    except ImportError:
        return {}
    shown = widgets.HTML(image)
    sliders = {
        name: widgets.SelectionSlider(
            options=[(f"{value:.3g}", value) for value in offered],
            index=len(offered) // 2,
            description=name,
            style={"description_width": "8em"},
            layout={"width": "30em"},
        )
        for name, offered in choices.items()
    }

    def redraw(change: object) -> None:
        shown.value = _image(*_picture(draw, {name: slider.value for name, slider in sliders.items()}))

    for slider in sliders.values():
        slider.observe(redraw, "value")
    bundle: dict[str, Any] = widgets.VBox([*sliders.values(), shown])._repr_mimebundle_()
    return {kind: view for kind, view in bundle.items() if kind != "text/plain"}


def _picture(draw: Draw, values: dict[str, float]) -> tuple[bytes, str]:
    """The figure as a PNG, and in words."""
    figure = draw(**values)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100, bbox_inches="tight")
    import_module("matplotlib.pyplot").close(figure)  # or the notebook would show it once more
    words = (draw.__doc__ or "A picture.").strip().split("\n")[0]
    return file.getvalue(), f"{words} Here {', '.join(f'{name} = {value:.3g}' for name, value in values.items())}."


def _image(png: bytes, words: str) -> str:
    data = base64.b64encode(png).decode()
    return f'<img style="max-width:100%" alt="{escape(words)}" src="data:image/png;base64,{data}">'
