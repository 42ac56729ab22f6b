"""The layout of drawn networks: nothing overlaps, and every line ends at a border."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_course import Network, Unit, backward, networks
from backprop_course.drawing.layers import LOSS, settle
from backprop_course.drawing.layout import layout
from backprop_course.drawing.shapes import Layout, Node, Stroke

COURSE = {
    "chain": networks.chain,
    "split": networks.split,
    "skip_classifier": networks.skip_classifier,
    "skip_regressor": networks.skip_regressor,
    "mlp": networks.mlp(4, 5),
    "classifier": networks.classifier(),
}
KNOWN = ["names", "weights", "forward", "backward"]


def known(network: Network, what: str, batch: int | None = None) -> dict[str, object]:
    """What a figure is told of the network's values."""
    weights, x, y = network.random(np.random.default_rng(4), batch)
    forward = network.forward(weights, x, y)
    return {"names": {}, "weights": weights, "forward": forward, "backward": backward(forward)}[what]


@st.composite
def drawn_networks(draw: st.DrawFn, wide: bool = True) -> Network:
    """Networks of up to 8 units, with branches and skips, layers and biases."""
    count = draw(st.integers(1, 8))
    names = [draw(st.sampled_from(["", "a", "hidden_"])) + str(k) for k in range(count)]
    widths = st.sampled_from([None, None, 1, 3, 6, 9]) if wide else st.none()
    sources = [draw(st.sets(st.sampled_from(["x", *names[:k]]), min_size=1, max_size=3)) for k in range(count)]
    sources[0] = {"x"}
    for k, name in enumerate(names[:-1]):
        if not any(name in later for later in sources[k + 1 :]):
            sources[-1] = {*sources[-1], name}
    units = [
        Unit(
            name,
            draw(st.sampled_from(["tanh", "sigmoid", "relu", "linear"])),
            {f"w_{source}{name}": source for source in sorted(sources[k])},
            draw(st.sampled_from([None, f"b_{name}"])),
            draw(widths),
        )
        for k, name in enumerate(names)
    ]
    return Network(*units, loss="squared_error", input_width=draw(widths))


def assert_readable(placed: Layout) -> None:
    pieces = [*placed.nodes, *placed.labels]
    for one, other in combinations(pieces, 2):
        assert not one.box.overlaps(other.box), (one, other)
    for route in placed.routes:
        for stroke in route.strokes:
            for piece in pieces:
                if isinstance(piece, Node):
                    if piece.name in (route.source, route.target) or (route.name == "y" and piece.name == "y"):
                        continue
                    assert not any(piece.box.holds(point) for point in stroke.samples()), (route, piece)
                else:
                    assert not any(piece.box.holds(point) for point in stroke.samples(40)), (route, piece)
    for piece in pieces:
        assert placed.box.left < piece.box.left, piece
        assert piece.box.right < placed.box.right, piece


@pytest.mark.parametrize("what", KNOWN)
@pytest.mark.parametrize("name", COURSE)
def test_nothing_overlaps_in_the_courses_networks(name, what):
    assert_readable(layout(COURSE[name], known(COURSE[name], what)))


@settings(max_examples=60, deadline=None)
@given(network=drawn_networks(), what=st.sampled_from(KNOWN), batch=st.sampled_from([None, 2]))
def test_nothing_overlaps_in_random_networks(network, what, batch):
    assert_readable(layout(network, known(network, what, batch)))
