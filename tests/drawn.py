"""Networks to draw, for the tests of drawing: the course's, and random ones."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from backprop_course import Network, Unit, backward, networks

COURSE = {
    "chain": networks.chain,
    "split": networks.split,
    "skip_classifier": networks.skip_classifier,
    "skip_regressor": networks.skip_regressor,
    "mlp": networks.mlp(4, 5),
    "classifier": networks.classifier(),
}
KNOWN = ["names", "weights", "forward", "backward"]


def known(network, what, batch=None):
    """What a figure is told of the network's quantities."""
    weights, x, y = network.random(np.random.default_rng(4), batch)
    forward = network.forward(weights, x, y)
    return {"names": {}, "weights": weights, "forward": forward, "backward": backward(forward)}[what]


@st.composite
def drawn_networks(draw, wide=True):
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
