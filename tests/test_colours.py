"""Forward and backward can be told apart with a colour-vision deficiency, and in grey."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn import known

from backprop_course import networks
from backprop_course.drawing import animation, figure
from backprop_course.drawing.animation import HALO, TINT
from backprop_course.drawing.plots import CURVES
from backprop_course.drawing.sizes import NOTHING, SIZES, size
from backprop_course.drawing.svg import BACKWARD, FORWARD

SVG = "{http://www.w3.org/2000/svg}"
SHOWN = {FORWARD, BACKWARD, *(one.colour for one in (NOTHING, *SIZES))}

# Machado, Oliveira and Fernandes (2009), "A Physiologically-based Model for Simulation of Color Vision
# Deficiency", table 1 at severity 1.0; for linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
PAGES = {"light": ("#ffffff", "#222222"), "dark": ("#111111", "#ffffff")}


def rgb(colour):
    return np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])


def lab(colour, vision):
    """CIELAB of a colour (sRGB, 0 to 1) as it is seen."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(VISION[vision]) @ linear, 0, 1)
    x, y, z = np.cbrt(np.maximum(XYZ @ seen / XYZ.sum(axis=1), 1e-9))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one, other, vision):
    """ΔE of 1976; 2.3 is just noticeable."""
    return float(np.linalg.norm(lab(one, vision) - lab(other, vision)))


def colours(page):
    """The pairs that tell forward from backward on a page."""
    paper, ink = (rgb(colour) for colour in PAGES[page])
    forward, backward = rgb(FORWARD), rgb(BACKWARD)
    pairs = {"lines": (forward, backward)}
    pairs["text"] = (0.35 * ink + 0.65 * forward, 0.35 * ink + 0.65 * backward)
    for name, share in (("a unit at work", TINT), ("a new number", HALO)):
        pairs[name] = (share * forward + (1 - share) * paper, share * backward + (1 - share) * paper)
    return pairs


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("what", "least"), [("lines", 40), ("text", 40), ("a unit at work", 10), ("a new number", 20)])
def test_forward_and_backward_are_told_apart(vision, page, what, least):
    assert distance(*colours(page)[what], vision) >= least


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("page", PAGES)
def test_what_is_at_work_is_told_from_what_is_not(vision, page):
    paper, ink = (rgb(colour) for colour in PAGES[page])
    for colour in (rgb(FORWARD), rgb(BACKWARD)):
        assert distance(colour, ink, vision) >= 40  # a unit's edge
        assert distance(colour, paper, vision) >= 40


def test_simulated_grey_stays_grey():
    for vision in VISION:
        np.testing.assert_allclose(lab(rgb("#808080"), vision), lab(rgb("#808080"), "full"), atol=0.1)


def test_in_a_figure_what_goes_back_is_dashed():
    root = ElementTree.fromstring(figure(networks.split, known(networks.split, "backward")).svg)
    lines = [path.attrib for path in root.iter(f"{SVG}path") if path.attrib.get("stroke") in SHOWN]
    assert {"stroke-dasharray" in line for line in lines if line["stroke"] != FORWARD} == {True}
    assert {"stroke-dasharray" in line for line in lines if line["stroke"] == FORWARD} == {False}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("drawn", [*(one.colour for one in (NOTHING, *SIZES)), *CURVES])
def test_arrows_of_any_size_and_the_curves_of_plots_can_be_seen(drawn, page):
    linear = [
        np.where((c := rgb(colour)) <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
        for colour in (drawn, PAGES[page][0])
    ]
    dark, light = sorted(float(XYZ[1] @ colour) + 0.05 for colour in linear)
    assert light / dark >= 3


def test_the_larger_a_gradient_the_wider_its_arrow():
    widths = [one.width for one in SIZES]
    assert widths == sorted(set(widths))
    given = [0.0, 5e-4, -5e-3, 0.05, -0.5, np.array([0.0, -7.0]), np.inf, np.nan]
    classes = [NOTHING, *SIZES, SIZES[-1], SIZES[-1]]
    assert [size(np.asarray(gradient)) for gradient in given] == classes
    assert [size(np.asarray(bound)) for bound in (1e-3, 1e-2, 0.1, 1.0)] == list(SIZES[1:])


def test_in_a_figure_an_arrow_beside_each_gradient_of_a_weight_has_its_size():
    trace = known(networks.split, "backward")
    root = ElementTree.fromstring(figure(networks.split, trace).svg)
    arrows = {group.attrib.get("data-gradient"): group for group in root.iter(f"{SVG}g")}
    for name in ("dL_dy_hat", *(f"dL_d{weight}" for weight in networks.split.weights)):
        assert float(arrows[name].find(f"{SVG}path").attrib["stroke-width"]) == size(trace[name]).width
        assert arrows[name].findtext(f"{SVG}title") == f"size: {size(trace[name]).words}"


def test_in_an_animation_what_works_on_the_way_back_is_dashed():
    svg = animation(networks.split, known(networks.split, "backward")).svg
    effects = dict(re.findall(r"@keyframes network-\w+-((?:wide|mesh|unit)-\w+) (.*)", svg))
    assert len(effects) == 6
    for name, effect in effects.items():
        assert ("stroke-dasharray" in effect) == name.endswith("backward")
