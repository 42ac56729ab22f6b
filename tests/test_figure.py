"""Figures: well-formed, complete, accessible, and readable on light and dark pages."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn import COURSE, KNOWN, drawn_networks, known
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_course import CourseError, Network, Unit, networks
from backprop_course.core.functions import Activation
from backprop_course.drawing import figure
from backprop_course.drawing.svg import BACKWARD, FORWARD

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    """What is written in the picture, by the quantity that it belongs to."""
    root = ElementTree.fromstring(svg)
    found = {}
    for group in root.iter(f"{SVG}g"):
        if "data-quantity" in group.attrib:
            found.setdefault(group.attrib["data-quantity"], []).append("".join(group.itertext()))
    return found


@settings(max_examples=30, deadline=None)
@given(network=drawn_networks(), what=st.sampled_from(KNOWN), batch=st.sampled_from([None, 2]))
def test_every_weight_and_every_unit_is_in_the_figure(network, what, batch):
    svg = figure(network, known(network, what, batch)).svg
    assert texts(svg).keys() >= network.weights.keys()
    drawn = {group.attrib.get("data-node") for group in ElementTree.fromstring(svg).iter(f"{SVG}g")}
    assert drawn >= {"x", "y", *network.unit}


@pytest.mark.parametrize("name", COURSE)
def test_every_quantity_of_a_trace_is_in_the_figure(name):
    trace = known(COURSE[name], "backward")
    shown = texts(figure(COURSE[name], trace).svg)
    assert shown.keys() >= trace.keys()


def test_numbers_stand_beside_their_names():
    weights = {"w_in": 2.0, "w_j": 5.0, "w_k": 3e-7}
    shown = texts(figure(networks.chain, networks.chain.forward(weights, 1.0, -3.0)).svg)
    assert [line.replace("\u2009", " ") for line in shown["w_in"]] == ["win = 2"]
    assert [line.replace("\u2009", " ") for line in shown["h_j"]] == ["hj = 0.8808"]
    assert [line.replace("\u2009", " ") for line in shown["y"]] == ["y = −3"]
    assert [line.replace("\u2009", " ") for line in shown["w_k"]] == ["wk = 3·10−7"]


def test_gradients_are_drawn_only_after_a_backward_pass():
    assert "∂" not in figure(networks.split, known(networks.split, "forward")).svg
    svg = figure(networks.split, known(networks.split, "backward")).svg
    assert "∂" in svg
    assert "stroke-dasharray" in svg


@pytest.mark.parametrize(("w_1", "off"), [(0.5, False), (0.0, False), (-0.5, True)])
def test_a_relu_unit_that_lets_nothing_through_is_off(w_1, off):
    weights = {"w_0": 0.5, "w_1": w_1, "w_2": 0.5, "w_s": 0.5}
    trace = networks.skip_regressor.forward(weights, 1.0, -3.0)
    for told in trace, {name: value for name, value in trace.items() if name != "h_1"}:
        shown = texts(figure(networks.skip_regressor, told).svg).get("h_1", [])
        assert ("h1\u2009=\u20090 (off)" in shown) is (off and told is trace)


def test_shapes_stand_beside_weights_without_values():
    assert texts(figure(networks.mlp(4, 5)).svg)["W_1"] == ["W1", "(4, 5)"]


def test_a_figure_has_a_text_alternative():
    drawn = figure(networks.chain)
    root = ElementTree.fromstring(drawn.svg)
    assert root.attrib["role"] == "img"
    ids = {element.attrib["id"] for element in root.iter() if "id" in element.attrib}
    assert set(root.attrib["aria-labelledby"].split()) <= ids
    assert root.findtext(f"{SVG}desc") == drawn.description == repr(drawn)


def test_the_description_has_a_sentence_for_each_unit():
    assert figure(networks.split).description == (
        "A network of 4 units. x goes through w_in to unit i (sigmoid). h_i goes through w_ij to unit j (sigmoid). "
        "h_i goes through w_ik to unit k (sigmoid). h_j through w_j and h_k through w_k add up and go to unit o "
        "(linear), which gives y_hat. The squared error of y_hat against the target y is the loss L."
    )


def test_the_description_knows_values_and_gradients():
    weights = {"w_in": 2.0, "w_j": 5.0, "w_k": 3.0}
    trace = known(networks.chain, "backward")
    words = figure(networks.chain, networks.chain.forward(weights, 1.0, 3.0)).description
    assert "x goes through w_in (x = 1, w_in = 2) to unit j (sigmoid): z_j = 2, h_j = 0.8808." in words
    assert "Back at" not in words
    assert "Back at unit k: dL_dh_k = " in figure(networks.chain, trace).description


def test_figures_on_one_page_keep_apart():
    figures = [figure(network).svg for network in COURSE.values()]
    found = [re.findall(r'\bid="([^"]+)"', svg) for svg in figures]
    assert len({name for names in found for name in names}) == sum(len(names) for names in found)
    for svg, (name, *_) in zip(figures, found, strict=True):
        style = re.search("<style>(.*)</style>", svg, re.DOTALL).group(1)
        assert all(line.startswith(f"#{name} ") for line in style.strip().splitlines())


def test_the_same_network_is_drawn_the_same_way_each_time():
    assert figure(networks.split) == figure(networks.split)


def test_any_name_is_drawn():
    network = Network(Unit("größe", "relu", {"вес": "x"}, "b"), loss="squared_error")
    assert texts(figure(network).svg)["вес"] == ["вес"]


@pytest.mark.parametrize("value", [np.log, np.zeros_like, lambda z: np.full_like(z, 3.0)])
def test_an_activation_of_ones_own_is_drawn(value):
    odd = Activation(f"odd {value}", value, lambda z, h: 0 * z, "odd({z})", "0")
    svg = figure(Network(Unit("a", odd, {"w": "x"}), loss="squared_error")).svg
    assert "nan" not in svg
    assert "odd" in svg
    ElementTree.fromstring(svg)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"w_in": "2"}, "w_in is str; a number or an array of real numbers is expected."),
        ({"w_in": None}, "w_in is NoneType; a number or an array of real numbers is expected."),
        (3.0, "values is float; a trace is expected, or a dict of numbers by name."),
    ],
)
def test_a_value_that_is_no_number_is_said_so(values, said):
    with pytest.raises(CourseError, match=re.escape(said)):
        figure(networks.chain, values)


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(text, colour, share):
    parts = [(int(text[k : k + 2], 16), int(colour[k : k + 2], 16)) for k in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in parts)


@pytest.mark.parametrize("colour", [FORWARD, BACKWARD])
@pytest.mark.parametrize(("page", "text"), [("#ffffff", "#212121"), ("#111111", "#ffffff")])
def test_colours_can_be_seen_on_light_and_dark_pages(colour, page, text):
    assert contrast(colour, page) >= 3
    assert contrast(mixed(text, colour, 0.35), page) >= 4.5


def test_drawing_needs_numpy_alone():
    heavy = ["matplotlib", "IPython", "ipywidgets", "anywidget", "nbgrader"]
    code = f"import sys, backprop_course.drawing; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
