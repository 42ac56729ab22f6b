"""An explorer draws once, again when a slider moves, and is a picture where there are no sliders."""

from __future__ import annotations

import base64
import sys

import matplotlib.pyplot as plt
import pytest

from backprop_course.widgets import explore

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
        return figure

    return line


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_it_draws_once_with_every_slider_in_the_middle(draw, drawn, shown):
    explore(draw, mu=[0, 1, 5], angle=[10, 20])
    assert drawn == [(1, 20)]
    assert plt.get_fignums() == []
    (bundle,) = shown
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["text/plain"] == "A line at an angle. Here mu = 1, angle = 20."
    assert VIEW in bundle


def test_a_moved_slider_draws_again_with_a_text_alternative(draw, drawn, shown, monkeypatch):
    import ipywidgets

    boxes = []
    monkeypatch.setattr(ipywidgets, "VBox", lambda children: boxes.append(children) or ipywidgets.Box(children))
    explore(draw, mu=[0, 1, 5], angle=[10, 20])
    mu, angle, picture = boxes[0]
    before = picture.value
    mu.value = 5
    angle.value = 10
    assert drawn == [(1, 20), (5, 20), (5, 10)]
    assert picture.value != before
    assert 'alt="A line at an angle. Here mu = 5, angle = 10."' in picture.value


def test_while_grading_it_is_a_picture_and_no_widgets_are_loaded(draw, shown, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    explore(draw, mu=[1], angle=[2])
    assert set(shown[0]) == {"text/plain", "image/png"}


def test_without_ipywidgets_it_is_a_picture(draw, shown, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    explore(draw, mu=[1], angle=[2])
    assert set(shown[0]) == {"text/plain", "image/png"}


def test_what_drawing_raises_is_raised(shown):
    def unwritten(mu):
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        explore(unwritten, mu=[1])
    assert shown == []
