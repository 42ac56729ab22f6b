"""The course's networks give the numbers that the course has printed, to the last digit."""

from __future__ import annotations

import numpy as np
import oracle
import pytest

from backprop_course import CourseError, backward, networks

CHAIN = backward(networks.chain.forward({"w_in": 2.0, "w_j": 5.0, "w_k": 3.0}, x=1.0, y=3.0))
SPLIT = backward(networks.split.forward({"w_in": 2.0, "w_ij": 4.0, "w_ik": 6.0, "w_j": 5.0, "w_k": 3.0}, x=1.0, y=8.0))
HALVES = {"w_0": 0.5, "w_1": 0.5, "w_2": 0.5, "w_s": 0.5}
SKIP = backward(networks.skip_regressor.forward(HALVES, x=1.0, y=-3.0))
MLP = backward(
    networks.mlp(4, 5, biased=False).forward(
        {"w_1": np.ones((4, 5)), "w_2": np.ones(5)}, x=np.array([0.01, 0.02, 0.03, 0.04]), y=1.0
    )
)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("h_j", "0.8808"), ("h_k", "0.9879"), ("y_hat", "2.9638"), ("L", "0.0007"), ("dL_dy_hat", "-0.0362"),
        ("dL_dw_k", "-0.0358"), ("dL_dw_j", "-0.0011"), ("dL_dw_in", "-0.000681"),
    ],
)  # fmt: skip
def test_the_chain_network_gives_its_published_numbers(name, printed):
    assert as_printed(CHAIN[name], printed) == printed


@pytest.mark.parametrize(("above", "below", "printed"), [("o", "k", "0.0358"), ("k", "j", "0.5250")])
def test_the_chain_networks_error_shrinks_by_its_published_local_factors(above, below, printed):
    assert as_printed(CHAIN[f"dL_dz_{below}"] / CHAIN[f"dL_dz_{above}"], printed) == printed


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("h_i", "0.8808"), ("h_j", "0.9713"), ("h_k", "0.9950"), ("y_hat", "7.8416"), ("L", "0.0125"),
        ("dL_dz_o", "-0.158426"), ("dL_dz_j", "-0.022051"), ("dL_dz_k", "-0.002385"), ("dL_dz_i", "-0.010763"),
    ],
)  # fmt: skip
def test_the_split_network_gives_its_published_numbers(name, printed):
    assert as_printed(SPLIT[name], printed) == printed


@pytest.mark.parametrize(
    ("weight", "printed"),
    [
        ("w_j", "1.53885e-03"), ("w_k", "1.57627e-03"), ("w_ij", "1.94229e-04"), ("w_ik", "2.1003e-05"),
        ("w_in", "1.07632e-04"),
    ],
)  # fmt: skip
def test_the_split_networks_weights_are_updated_by_the_published_amounts(weight, printed):
    assert as_printed(-0.01 * SPLIT.gradients[weight], printed) == printed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("z_0", 0.5), ("h_0", 0.5), ("z_1", 0.25), ("h_1", 0.25), ("y_hat", 0.375), ("L", 3.375),
        ("dL_dw_2", 0.25), ("dL_dw_s", 0.5), ("dL_dw_1", 0.25), ("dL_dw_0", 0.75),
    ],
)  # fmt: skip
def test_the_skip_regressor_gives_its_published_numbers(name, value):
    assert SKIP[name] == value


def test_one_step_leaves_the_skip_regressor_dead():
    weights = {name: weight - SKIP.gradients[name] for name, weight in HALVES.items()}
    assert weights == {"w_2": 0.25, "w_s": 0.0, "w_1": 0.25, "w_0": -0.25}
    after = backward(networks.skip_regressor.forward(weights, x=1.0, y=-3.0))
    assert after["L"] == 3.0
    assert not any(after.gradients.values())
    assert after["dL_dy_hat"] == 1.0


def test_the_mlp_gives_its_published_numbers():
    assert as_printed(MLP["y_hat"], "0.93244675427215695") == "0.93244675427215695"
    assert {as_printed(entry, "-0.00223387") for entry in MLP["dL_dw_2"]} == {"-0.00223387"}
    for i, row in enumerate(MLP["dL_dw_1"], start=1):
        assert {as_printed(entry / i, "-1.06113639e-05") for entry in row} == {"-1.06113639e-05"}


def test_the_classifier_has_the_shapes_of_its_layers():
    shapes = networks.classifier().weights
    assert shapes["W_1"] == (1024, 512)
    assert shapes["W_2"] == (512, 256)
    assert shapes["W_3"] == (256, 10)
    assert (shapes["b_1"], shapes["b_2"], shapes["b_3"]) == ((512,), (256,), (10,))


def test_a_classifier_may_have_no_hidden_layer():
    assert networks.classifier((3, 2)).weights == {"W_1": (3, 2), "b_1": (2,)}


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
@pytest.mark.parametrize("widths", [(4, 5), (4, 5, 6, 1), (3, 4, 2), (2, 3, 4, 3, 2)], ids=str)
@pytest.mark.parametrize("make", [networks.mlp, networks.classifier])
@pytest.mark.parametrize("batch", [None, 3])
def test_networks_of_any_depth_have_autograds_gradients(make, widths, activation, batch):
    if make is networks.classifier and widths[-1] == 1:
        widths = (*widths[:-1], 2)
    case = oracle.numbers(make(*widths, activation=activation), np.random.default_rng(5), batch)
    trace = backward(case.network.forward(case.weights, case.x, case.y))
    expected = oracle.gradients(case.network, case.weights, case.x, case.y, case.batched)
    assert list(trace.gradients) == list(case.network.weights)
    for name, value in trace.gradients.items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-9, atol=1e-12, err_msg=name)


def test_an_mlp_has_the_weights_and_the_output_of_its_widths():
    deep = networks.mlp(4, 5, 6, 1, activation="relu")
    assert deep.weights == {"W_1": (4, 5), "b_1": (5,), "W_2": (5, 6), "b_2": (6,), "w_3": (6,), "b_3": ()}
    assert [unit.activation.name for unit in deep.units] == ["relu", "relu", "linear"]
    assert networks.mlp(4, 5, 3).weights["W_2"] == (5, 3)
    assert [unit.activation.name for unit in networks.mlp(4, 5).units] == ["sigmoid", "sigmoid"]
    assert list(networks.mlp(4, 5, biased=False).weights) == ["w_1", "w_2"]


def test_the_same_widths_are_the_same_network():
    assert networks.mlp(4, 5) is networks.mlp(4, 5, 1)
    assert networks.classifier((3, 2)) is networks.classifier(3, 2)


@pytest.mark.parametrize("make", [networks.mlp, networks.classifier])
@pytest.mark.parametrize("width", [0, -2, 2.0, True, "4", None, [4, 5]], ids=repr)
def test_a_width_that_is_no_positive_whole_number_is_refused(make, width):
    make(4, 2)
    make(4, 2)
    with pytest.raises(CourseError, match=r"A width of \w+ is .*; a whole number from 1 is expected \(one by one"):
        make(4, width)


@pytest.mark.parametrize("make", [networks.mlp, networks.classifier])
@pytest.mark.parametrize("activation", ["swish", "softmax", None, 3, ["relu"]], ids=repr)
def test_an_activation_that_hidden_layers_cannot_have_is_refused(make, activation):
    with pytest.raises(CourseError, match=r"Hidden layers cannot be .* here; they can be sigmoid, tanh, relu, linear"):
        make(4, 5, activation=activation)


def test_a_classifier_of_a_single_class_is_refused():
    with pytest.raises(CourseError, match="A classifier has two classes or more"):
        networks.classifier(4, 5, 1)


def test_a_network_of_one_width_is_refused():
    with pytest.raises(CourseError, match="mlp needs at least two widths, the input's and a layer's"):
        networks.mlp(4)


def as_printed(value: float, example: str) -> str:
    """A number in the form, and to the digits, of an example."""
    digits = len(example.partition("e")[0].partition(".")[2])
    return f"{value:.{digits}{'e' if 'e' in example else 'f'}}"
