"""An explorer draws once, again when a slider moves, and is a picture where there are no sliders."""

from __future__ import annotations

import re
import sys

import matplotlib.pyplot as plt
import pytest

from backprop_course.widgets import controls, explore
from backprop_course.widgets.explorer import Picture

VIEW = "application/vnd.jupyter.widget-view+json"


plt.switch_backend("agg")


@pytest.fixture
def drawn():
    return []


@pytest.fixture
def draw(drawn):
    def line(mu, angle):
        """A line at an angle.

        More words.
        """
        drawn.append((mu, angle))
        figure, axes = plt.subplots(figsize=(1, 1))
        axes.plot([0, mu], [0, angle])
        axes.set(title=f"up to {angle * 10**mu}")
        return figure

    return line


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: bundles.append(bundle))
    return bundles


@pytest.fixture
def views(monkeypatch):
    """The view of each explorer, and what it sends to the page."""
    made = []

    class Recorded(controls.Controls):
        def __init__(self, *arguments):
            self.sent = []
            made.append(self)
            super().__init__(*arguments)

        def send(self, message, buffers=None):
            self.sent.append(message)

    monkeypatch.setattr(controls, "Controls", Recorded)
    return made


def choose(view, *chosen):
    """What the page does when something is moved."""
    view._handle_custom_msg({"chosen": list(chosen)}, [])


def test_it_draws_once_with_every_slider_in_the_middle(draw, drawn, shown):
    explore(draw, mu=[0, 1, 5], angle=[10, 20])
    assert drawn == [(1, 20)]
    assert plt.get_fignums() == []
    (bundle,) = shown
    assert "<svg" in bundle["text/html"]
    assert bundle["text/plain"] == "A line at an angle. Here mu = 1, angle = 20. up to 200."
    assert VIEW in bundle


def test_a_moved_slider_draws_again_with_a_text_alternative(draw, drawn, shown, views):
    explore(draw, mu=[0, 1, 5], angle=[10, 20])
    (view,) = views
    before = view.html
    choose(view, 2, 1)
    choose(view, 2, 0)
    assert drawn == [(1, 20), (5, 20), (5, 10)]
    assert view.html != before
    assert view.words == "A line at an angle. Here mu = 5, angle = 10. up to 1000000."
    assert view.sent[-1] == {"words": view.words}
    assert plt.get_fignums() == []


def test_each_choice_has_a_name_and_what_is_on_offer(draw, shown, views):
    explore(draw, mu=[0, 1.23456, 5], angle=[10, 20])
    assert views[0].controls == [
        {"name": "mu", "kind": "slider", "options": ["0", "1.23", "5"], "index": 1},
        {"name": "angle", "kind": "slider", "options": ["10", "20"], "index": 1},
    ]


def size(html):
    """Width and height of a picture."""
    return re.findall(r'<svg [^>]*? width="(\d+)" height="(\d+)"', html)


def test_another_picture_is_of_the_same_size(draw, shown, views):
    explore(draw, mu=[0, 1, 5], angle=[10, 20])
    (view,) = views
    before = view.html
    choose(view, 2, 1)
    assert view.html != before
    assert size(view.html) == size(before) == size(shown[0]["text/html"]) != []


@pytest.mark.parametrize("layout", ["none", "constrained"])
def test_a_picture_shows_all_that_is_drawn_whatever_lays_it_out(layout):
    def labelled(mu):
        """A plot with labels."""
        figure, axes = plt.subplots(figsize=(3, 2), layout=layout)
        axes.set(xlabel="a label", ylabel="another", title="a title")
        return figure

    frame = Picture(labelled, {"mu": [1, 2]}).frame
    figure = labelled(1)
    figure.draw_without_rendering()
    drawn = figure.get_tightbbox()
    plt.close(figure)
    assert frame.x0 <= drawn.x0 < drawn.x1 <= frame.x1
    assert frame.y0 <= drawn.y0 < drawn.y1 <= frame.y1


def test_words_have_a_menu_that_starts_at_the_top(shown, views):
    def word(curve, z):
        """A word."""
        figure, axes = plt.subplots(figsize=(1, 1))
        axes.text(0, z, curve)
        return figure

    explore(word, curve=["sigmoid", "tanh"], z=[1, 2, 3])
    (view,) = views
    assert view.controls[0] == {"name": "curve", "kind": "menu", "options": ["sigmoid", "tanh"], "index": 0}
    assert view.words == "A word. Here curve = sigmoid, z = 2."
    choose(view, 1, 1)
    assert view.words == "A word. Here curve = tanh, z = 2."


def test_a_page_learns_whether_there_is_a_kernel(draw, drawn, shown, views):
    explore(draw, mu=[1], angle=[2])
    views[0]._handle_custom_msg({}, [])
    assert views[0].sent == [{}]
    assert len(drawn) == 1


def test_a_failure_is_told_and_the_page_may_ask_again(shown, views):
    def inverse(n):
        """One over n."""
        figure, axes = plt.subplots(figsize=(1, 1))
        axes.text(0, 0, 1 / n)
        return figure

    explore(inverse, n=[0, 1])
    (view,) = views
    before = view.html
    view._answer(view, {"chosen": [0]}, [])
    assert plt.get_fignums() == []
    said = "No picture for these values: ZeroDivisionError: division by zero"
    assert view.sent == [{"words": said, "failed": True}]
    assert view.html == before
    choose(view, 1)
    assert view.sent[-1] == {"words": "One over n. Here n = 1."}


def test_the_picture_alone_has_its_words_too(draw, shown):
    explore(draw, mu=[1], angle=[2])
    assert 'aria-label="A line at an angle. Here mu = 1, angle = 2. up to 20."' in shown[0]["text/html"]


def test_while_grading_nothing_is_drawn_and_no_widgets_are_loaded(draw, drawn, shown, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setitem(sys.modules, "backprop_course.widgets.controls", None)
    explore(draw, mu=[1], angle=[2])
    assert shown == [{"text/plain": "A line at an angle."}]
    assert drawn == []


def test_without_anywidget_it_is_a_picture(draw, shown, monkeypatch):
    monkeypatch.setitem(sys.modules, "backprop_course.widgets.controls", None)
    explore(draw, mu=[1], angle=[2])
    assert set(shown[0]) == {"text/plain", "text/html"}


def test_what_drawing_raises_is_raised(shown):
    def unwritten(mu):
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        explore(unwritten, mu=[1])
    assert shown == []
