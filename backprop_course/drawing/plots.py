"""Matplotlib's plots on a page: in the page's own colours, in light and in dark, and the same in words."""

from __future__ import annotations

import io
import re
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from backprop_course.drawing.figure import nobody_looks, scrolling
from backprop_course.drawing.svg import BACKWARD, FORWARD
from backprop_course.extras import said

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

CURVES = (FORWARD, BACKWARD, "#3a9352", "#b0569c", "#8c7a2b", "#6a76c8")
"""One after another; each 3:1 or more against white and against a dark page's #111."""
PAPER = "var(--jp-layout-color0, Canvas)"
"""What a page is made of: as JupyterLab says, or else as the browser does."""
_STYLE = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.facecolor": "white",
    "legend.framealpha": 0.8,
}
_DRAWN = {"svg.fonttype": "none"}  # text stays text
SMALLEST_PLOT = 0.83
"""Of its own size: then 10 points are 11 pixels."""
PIXELS = 96 / 72
"""Of a page, in one of the points in which Matplotlib measures."""


def page_plots() -> None:
    """From here on a notebook's plots fit the page they stand on, and have a text alternative.

    What is black becomes the colour of the page's text, white that of its paper: in JupyterLab's themes, in a
    classic notebook and in an exported page. Plots are told in words by their titles, axes and legends. While
    nbgrader grades, nobody looks: nothing changes then.
    """
    if nobody_looks():
        return
    with said("notebook"):
        matplotlib = import_module("matplotlib")
        shell = import_module("IPython").get_ipython()
    matplotlib.rcParams.update(_STYLE)
    matplotlib.rcParams["axes.prop_cycle"] = import_module("cycler").cycler(color=CURVES)
    if shell is None:
        return
    # The inline backend removes every other way to show a figure when it is set up: so that comes first. Its own
    # pictures are left out; a second picture of each plot would take as long as the first.
    inline = import_module("matplotlib_inline.config").InlineBackend.instance(parent=shell)
    import_module("matplotlib_inline.backend_inline")
    inline.figure_formats = set()
    formatters: Any = shell.display_formatter.formatters
    formatters["text/html"].for_type(import_module("matplotlib.figure").Figure, on_page)


def on_page(figure: Figure, words: str = "", frame: Bbox | None = None) -> str:
    """A plot as SVG within HTML.

    words: its text alternative, where it is more than its titles, axes and legends say. frame: what of the figure is
    shown, in inches; without one, all that is drawn. A plot that brings paper of its own, such as one in another of
    Matplotlib's styles, keeps its colours.
    """
    file = io.StringIO()
    matplotlib, to_rgba = import_module("matplotlib"), import_module("matplotlib.colors").to_rgba
    with matplotlib.rc_context(_DRAWN):
        paper = figure.get_facecolor()
        figure.savefig(file, format="svg", facecolor=paper, bbox_inches=frame or "tight", metadata={"Date": None})
    drawn = file.getvalue()
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn[drawn.index("<svg") :], flags=re.DOTALL)
    ink = "#000"
    if to_rgba(paper)[3] == 0:
        ink = "currentColor"
        drawn = re.sub(r"#f{6}\b", PAPER, re.sub(r"#0{6}\b", ink, drawn))
    width, height = (PIXELS * float(re.findall(rf'{side}="([\d.]+)pt"', drawn)[0]) for side in ("width", "height"))
    view = re.findall(r'viewBox="[^"]*"', drawn)[0]
    # Ids that Matplotlib gives to pieces would stand on the page once for each plot; those it refers to are unique.
    inside = re.sub(r'<g id="[^"]*">', "<g>", drawn[drawn.index(">") + 1 :])
    return scrolling(
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-label="{escape(words or plot_in_words(figure))}" width="{width:.0f}" height="{height:.0f}" {view} '
        f'style="max-width: 100%; height: auto; fill: {ink}">{inside}',
        SMALLEST_PLOT,
    )


def plot_in_words(figure: Figure) -> str:
    """What is written in a plot: its titles, axes and legends.

    >>> plot_in_words(figure)  # doctest: +SKIP
    'A plot. loss L over step: eta = 0.1, eta = 0.5.'
    """
    title = figure.get_suptitle()
    return " ".join(["A plot.", *([f"{title}."] if title else []), *filter(None, map(_axes_in_words, figure.axes))])


def _axes_in_words(axes: Axes) -> str:
    title, across, up = axes.get_title(), axes.get_xlabel(), axes.get_ylabel()
    plane = f"{up} over {across}" if up and across else up or (f"over {across}" if across else "")
    legend = axes.get_legend()
    names = [text.get_text() for text in legend.get_texts()] if legend else axes.get_legend_handles_labels()[1]
    # Where there are no axes, what is written is all that there is to say.
    names += [] if plane else [text.get_text() for text in axes.texts if text.get_text()]
    parts = [part for part in (title, plane) if part]
    told = f"{', '.join(parts)}: {', '.join(names)}" if parts and names else ", ".join([*parts, *names])
    return f"{told}." if told else ""
