"""Plots on a page: in its own colours, told in words, and not drawn a second time."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from IPython.core.interactiveshell import InteractiveShell
from matplotlib_inline.config import InlineBackend

from backprop_course.drawing import page_plots
from backprop_course.drawing.plots import CURVES, PAPER, on_page, plot_in_words

plt.switch_backend("agg")
# Of the inline backend itself.
pytestmark = pytest.mark.filterwarnings("ignore:InlineBackend._figure_formats_changed:DeprecationWarning")


@pytest.fixture(autouse=True)
def _own_settings():
    with mpl.rc_context():
        yield
    plt.close("all")


@pytest.fixture
def shell(monkeypatch):
    """A notebook's shell, after its set-up cell."""
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    yield shell
    InlineBackend.clear_instance()


def losses():
    figure, axes = plt.subplots(figsize=(6, 3))
    axes.plot([3, 2, 1], "k--", label="eta < 0.1")
    axes.plot([3, 1, 0], label="eta = 0.5")
    axes.set(xlabel="step", ylabel="loss L", title="two runs")
    axes.legend()
    return figure


def svg(html):
    return ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + len("</svg>")])


def test_what_is_black_has_the_colour_of_the_pages_text_and_what_is_white_that_of_its_paper(shell):
    page_plots()
    html = on_page(losses())
    drawn = svg(html)
    assert "fill: currentColor" in drawn.attrib["style"]
    assert "stroke: currentColor" in html
    assert PAPER in html  # below a legend
    assert not re.search("#000000|#ffffff", html)
    assert CURVES[0] in html


@pytest.mark.parametrize("style", ["default", "dark_background", "ggplot"])
def test_a_plot_in_a_style_of_its_own_keeps_its_colours(shell, style):
    page_plots()
    with plt.style.context(style):
        html = on_page(losses())
        paper = mpl.colors.to_hex(mpl.rcParams["figure.facecolor"])
    assert "currentColor" not in html
    assert PAPER not in html
    assert f"fill: {paper}" in html or paper == "#000000"  # which SVG leaves unsaid


@pytest.mark.parametrize("values", [[], [float("nan")] * 3, [0.0, float("inf"), 1e300], [1 + 0j, 2]])
@pytest.mark.filterwarnings("ignore")  # of NumPy
def test_any_numbers_make_a_picture(values):
    plt.plot(values)
    assert svg(on_page(plt.gcf())).attrib["role"] == "img"
    assert svg(on_page(plt.figure())).attrib["role"] == "img"


def test_a_plot_is_an_image_that_is_told_in_words():
    drawn = svg(on_page(losses()))
    assert drawn.attrib["role"] == "img"
    assert drawn.attrib["aria-label"] == "A plot. two runs, loss L over step: eta < 0.1, eta = 0.5."
    assert svg(on_page(losses(), "Two curves.")).attrib["aria-label"] == "Two curves."
    assert any("eta < 0.1" in "".join(text.itertext()) for text in drawn.iter("{http://www.w3.org/2000/svg}text"))


def test_two_plots_on_a_page_share_no_name():
    names = [set(re.findall(r'\bid="([^"]*)"', on_page(losses()))) for _ in range(2)]
    assert names[0]
    assert not names[0] & names[1]


def test_what_is_written_where_there_are_no_axes_is_told():
    figure = plt.figure()
    plt.text(0.5, 0.5, "u = 4")
    figure.suptitle("a chain")
    assert plot_in_words(figure) == "A plot. a chain. u = 4."
    assert plot_in_words(plt.figure()) == "A plot."


def test_a_notebook_shows_a_figure_as_part_of_its_page_and_as_nothing_else(shell):
    page_plots()
    shown, _ = shell.display_formatter.format(losses())
    assert set(shown) == {"text/plain", "text/html"}
    assert shown["text/html"].count("<svg") == 1
    assert InlineBackend.instance().figure_formats == set()


def test_while_grading_nothing_changes(shell, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    before = dict(mpl.rcParams)
    page_plots()
    assert dict(mpl.rcParams) == before
    assert "text/html" not in shell.display_formatter.format(losses())[0]
