"""The layout of drawn networks: nothing overlaps, and every line ends at a border."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from drawn import COURSE, KNOWN, drawn_networks, known
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_course import Network, Unit, networks
from backprop_course.drawing.layers import LOSS, settle
from backprop_course.drawing.layout import layout
from backprop_course.drawing.parts import Style
from backprop_course.drawing.shapes import Node


def assert_readable(placed):
    pieces = [*placed.nodes, *placed.labels]
    for one, other in combinations(pieces, 2):
        assert not one.box.overlaps(other.box), (one, other)
    boxes = np.array([[p.box.left, p.box.top, p.box.right, p.box.bottom] for p in pieces])
    for route in placed.routes:
        points = np.array([point for stroke in route.strokes for point in stroke.samples(40)])[:, None]
        inside = ((boxes[:, :2] < points) & (points < boxes[:, 2:])).all(axis=2).any(axis=0)
        crossed = [piece for piece, hit in zip(pieces, inside, strict=True) if hit]
        own = (route.source, route.target)
        assert [piece for piece in crossed if not (isinstance(piece, Node) and piece.name in own)] == [], route
    for piece in pieces:
        assert placed.box.left < piece.box.left < piece.box.right < placed.box.right
        assert placed.box.top < piece.box.top < piece.box.bottom < placed.box.bottom


STYLES = [Style(), Style(upright=True)]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("what", KNOWN)
@pytest.mark.parametrize("name", COURSE)
def test_nothing_overlaps_in_the_courses_networks(name, what, style):
    assert_readable(layout(COURSE[name], known(COURSE[name], what), style))


@settings(max_examples=50, deadline=None)
@given(
    network=drawn_networks(),
    what=st.sampled_from(KNOWN),
    batch=st.sampled_from([None, 2]),
    style=st.sampled_from(STYLES),
)
def test_nothing_overlaps_in_random_networks(network, what, batch, style):
    assert_readable(layout(network, known(network, what, batch), style))


@settings(max_examples=50, deadline=None)
@given(network=drawn_networks(wide=False), what=st.sampled_from(KNOWN))
def test_every_arrow_stands_upright_on_the_border_of_its_unit(network, what):
    placed = layout(network, known(network, what))
    units = {node.name: node for node in placed.nodes if node.kind == "unit"}
    for route in placed.routes:
        if route.target in units and route.name not in [unit.bias for unit in network.units]:
            node, (stroke,) = units[route.target], route.strokes
            middle = (node.x - node.half_width + node.corner, node.y)
            assert math.dist(stroke.end, middle) == pytest.approx(node.corner)
            before = stroke.curves[-1][1]
            assert math.dist(before, stroke.end) > 2
            # The line arrives from outside, on the ray from the middle through its end.
            arriving = math.atan2(stroke.end[1] - before[1], stroke.end[0] - before[0])
            inward = math.atan2(middle[1] - stroke.end[1], middle[0] - stroke.end[0])
            assert arriving == pytest.approx(inward, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(network=drawn_networks())
def test_everything_runs_from_left_to_right(network):
    node = {node.name: node for node in layout(network).nodes}
    for unit in network.units:
        for source in unit.inputs.values():
            assert node[source].box.right < node[unit.name].box.left
    assert node[network.units[-1].name].box.right < node[LOSS].box.left


@settings(max_examples=30, deadline=None)
@given(network=drawn_networks())
def test_upright_everything_runs_from_the_bottom_to_the_top(network):
    node = {node.name: node for node in layout(network, style=Style(upright=True)).nodes}
    for unit in network.units:
        for source in unit.inputs.values():
            assert node[source].box.top > node[unit.name].box.bottom
    assert node[network.units[-1].name].box.top > node[LOSS].box.bottom


def test_upright_values_stand_to_the_left_of_their_unit_and_gradients_to_the_right():
    placed = layout(networks.chain, known(networks.chain, "backward"), Style(upright=True))
    labels, unit = {label.name: label for label in placed.labels}, {node.name: node for node in placed.nodes}["k"]
    for name in "z_k", "h_k", "w_j":
        assert labels[name].box.right < unit.x
    for name in "dL_dz_k", "dL_dh_k", "dL_dw_j":
        assert labels[name].box.left > unit.x
    assert labels["z_k"].y < labels["h_k"].y


def nodes(network, values=None):
    return {node.name: node for node in layout(network, values).nodes}


def test_a_chain_is_level():
    assert len({nodes(networks.chain)[name].y for name in ("x", "j", "k", "o", LOSS)}) == 1


def test_branches_stand_side_by_side():
    node = nodes(networks.split)
    assert node["j"].x == node["k"].x
    assert node["i"].y - node["j"].y == node["k"].y - node["i"].y > 0


@pytest.mark.parametrize("what", KNOWN)
def test_a_skip_connection_passes_over_the_unit_that_it_skips(what):
    placed = layout(networks.skip_classifier, known(networks.skip_classifier, what))
    (skip,) = [route for route in placed.routes if route.name == "w_s"]
    unit = nodes(networks.skip_classifier, known(networks.skip_classifier, what))["1"]
    above = [y for x, y in skip.strokes[0].samples(40) if unit.box.left < x < unit.box.right]
    assert above
    assert max(above) < unit.box.top


def test_crossing_skip_connections_take_different_sides():
    network = Network(
        Unit("a", "tanh", {"w_a": "x"}),
        Unit("b", "tanh", {"w_b": "a", "s_b": "x"}),
        Unit("c", "tanh", {"w_c": "b", "s_c": "a"}),
        loss="squared_error",
    )
    labels = {label.name: label for label in layout(network).labels}
    y = nodes(network)["b"].y
    assert labels["s_b"].y < y < labels["s_c"].y


@pytest.mark.parametrize(("width", "shown"), [(1, 1), (6, 6), (7, 4), (512, 4)])
def test_a_wide_layers_middle_is_left_out(width, shown):
    network = Network(Unit("1", "tanh", {"W_1": "x"}, width=width), loss="squared_error")
    layer = nodes(network)["1"]
    assert len(layer.dots) == shown
    assert (layer.gap is not None) == (shown < width)


def test_settled_positions_keep_their_distances_and_move_no_more_than_they_must():
    assert settle([0.0, 0.0, 0.0], [10.0, 10.0]) == [-10.0, 0.0, 10.0]
    assert settle([5.0, 1.0, 40.0], [2.0, 2.0]) == [2.0, 4.0, 40.0]


@given(wanted=st.lists(st.floats(-100, 100), min_size=1, max_size=8), distance=st.floats(0, 30))
def test_settled_positions_are_never_too_near(wanted, distance):
    settled = settle(wanted, [distance] * (len(wanted) - 1))
    assert all(after - before >= distance - 1e-9 for before, after in pairwise(settled))
