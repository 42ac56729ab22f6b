"""Pictures as files, and as what networks and traces show of themselves."""

from __future__ import annotations

import io
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn import COURSE, KNOWN, known
from PIL import Image

from backprop_course import CourseError, networks
from backprop_course.drawing import animation, equations, figure
from backprop_course.drawing.sizes import SIZES
from backprop_course.widgets import StepThrough


@pytest.mark.parametrize("name", COURSE)
@pytest.mark.parametrize("what", KNOWN)
def test_a_figure_is_saved_as_png_with_everything_that_is_in_it(name, what, tmp_path):
    made = figure(COURSE[name], known(COURSE[name], what))
    path = made.save(tmp_path / "x.png")
    root = ElementTree.fromstring(made.svg)
    with Image.open(path) as png:
        assert png.size == pytest.approx((2 * float(root.get("width")), 2 * float(root.get("height"))), abs=2)
        pixels = np.asarray(png.convert("RGB")).reshape(-1, 3)
        assert (pixels[0] == 255).all()  # white paper
        arrows = [tuple(bytes.fromhex(one.colour[1:])) for one in SIZES[2:]]  # grey is in any edge of ink
        back = any((pixels == arrow).all(axis=1).any() for arrow in arrows)
        assert back == (what == "backward")


def test_a_figure_is_saved_as_pdf_and_svg(tmp_path):
    made = figure(networks.split)
    assert made.save(str(tmp_path / "x.PDF")).read_bytes().startswith(b"%PDF")
    assert made.save(tmp_path / "x.svg").read_text(encoding="utf-8") == made.svg


def test_an_animation_is_saved_as_svg_and_gif(tmp_path):
    made = animation(networks.chain, known(networks.chain, "backward"))
    assert made.save(tmp_path / "x.svg").read_text(encoding="utf-8") == made.svg
    with Image.open(io.BytesIO(made.save(tmp_path / "x.gif").read_bytes())) as gif:
        assert gif.n_frames == len(made.score.frames) + 2


def test_another_format_is_answered_with_those_that_there_are(tmp_path):
    with pytest.raises(CourseError, match=r"'x.jpg' ends with '\.jpg'; it can be saved as \.svg, \.png, \.pdf\."):
        figure(networks.chain).save(tmp_path / "x.jpg")
    with pytest.raises(CourseError, match=r"'x' has no ending; it can be saved as \.svg, \.gif\."):
        animation(networks.chain, known(networks.chain, "forward")).save(tmp_path / "x")


def test_a_place_that_cannot_be_written_to_is_said(tmp_path):
    with pytest.raises(CourseError, match=r"x\.svg cannot be written: No such file or directory\."):
        figure(networks.chain).save(tmp_path / "nowhere" / "x.svg")


@pytest.mark.parametrize("draw", [figure, animation, StepThrough])
def test_what_needs_a_network_says_so(draw):
    trace = known(networks.chain, "forward")
    with pytest.raises(CourseError, match="A network is expected first, and then its trace; this is Trace"):
        draw(trace, trace)


@pytest.mark.parametrize("draw", [animation, lambda network, trace: equations(trace)])
def test_what_needs_a_trace_says_so(draw):
    with pytest.raises(CourseError, match=r"(A|or a) trace is expected"):
        draw(networks.chain, None)


@pytest.mark.parametrize("name", COURSE)
@pytest.mark.parametrize("batch", [None, 3])
def test_networks_and_traces_show_a_picture_and_a_table(name, batch):
    network = COURSE[name]
    trace = known(network, "backward", batch)
    for shown, drawn in ((network, figure(network)), (trace, figure(network, trace))):
        html = shown._repr_html_()
        assert html.startswith(drawn.svg)
        assert "<table" in html
    assert all(f'data-quantity="{step.name}"' in html for step in trace.steps)


def test_nothing_is_drawn_while_a_notebook_is_graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert networks.chain._repr_html_() is None
    assert known(networks.chain, "forward")._repr_html_() is None


def test_a_network_that_is_not_shown_costs_no_drawing():
    code = "import sys; from backprop_course import networks; repr(networks.chain); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not [name for name in loaded if name.startswith("backprop_course.drawing")]
