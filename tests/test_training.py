"""Gradient descent against autograd's gradients stepped by hand, and against a line fitted in closed form."""

from __future__ import annotations

import autograd
import numpy as np
import pytest
from hypothesis import given, settings
from oracle import cases, loss

from backprop_course import CourseError, Network, Unit, networks
from backprop_course.core.training import train

LINE = Network(Unit("o", "linear", {"w": "x"}, "b"), loss="squared_error", input_width=2)


def random_mlp(seed=0, examples=6):
    network = networks.mlp(3, 4)
    return network, *network.random(np.random.default_rng(seed), examples)


@settings(max_examples=40, deadline=None)
@given(cases(batched=True).filter(lambda case: case.network.loss.name != "absolute_error"))
def test_three_steps_are_autograds_gradients_stepped_by_hand(case):
    weights, losses = train(case.network, case.weights, case.x, case.y, 0.01, 3)
    expected, before = dict(case.weights), []
    for _ in range(3):
        by_hand = lambda w: loss(case.network, w, case.x, case.y, batched=True)  # noqa: E731
        before.append(by_hand(expected))
        gradients = autograd.grad(by_hand)(expected)
        expected = {name: expected[name] - 0.01 * gradients[name] for name in expected}
    np.testing.assert_allclose(losses, before, rtol=1e-9, atol=1e-12)
    for name, value in expected.items():
        np.testing.assert_allclose(weights[name], value, rtol=1e-8, atol=1e-11)


def test_a_linear_unit_comes_down_as_the_closed_form_says():
    rng = np.random.default_rng(1)
    x, y, start, eta, steps = rng.normal(size=(20, 2)), rng.normal(size=20), np.array([2.0, -1.0, 0.5]), 0.2, 30
    inputs = np.column_stack([x, np.ones(20)])
    curvature = inputs.T @ inputs / 20
    best = np.linalg.solve(curvature, inputs.T @ y / 20)
    # Every step multiplies the distance to the best weights by (1 − eta · curvature).
    expected = best + np.linalg.matrix_power(np.eye(3) - eta * curvature, steps) @ (start - best)
    weights, losses = train(LINE, {"w": start[:2], "b": start[2]}, x, y, eta, steps)
    np.testing.assert_allclose([*weights["w"], weights["b"]], expected, rtol=1e-10)
    assert (np.diff(losses) < 0).all()


def test_a_loss_is_kept_for_every_step_and_the_first_belongs_to_the_given_weights():
    network, weights, x, y = random_mlp()
    after, losses = train(network, weights, x, y, 0.5, 5)
    assert losses.shape == (5,)
    assert losses[0] == network.forward(weights, x, y)["L"]
    one_less, _ = train(network, weights, x, y, 0.5, 4)
    assert losses[-1] == network.forward(one_less, x, y)["L"]
    assert set(after) == set(weights)


def test_the_given_weights_stay_as_they_are():
    network, weights, x, y = random_mlp()
    before = {name: np.copy(value) for name, value in weights.items()}
    for value in (x, y, *weights.values()):
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    train(network, weights, x, y, 0.5, 3)
    for name, value in before.items():
        np.testing.assert_array_equal(weights[name], value)


@pytest.mark.parametrize("steps", [0, 1])
def test_few_steps_are_no_special_case(steps):
    network, weights, x, y = random_mlp()
    after, losses = train(network, weights, x, y, 0.5, steps)
    assert losses.shape == (steps,)
    assert all(np.array_equal(after[name], weights[name]) == (steps == 0) for name in weights)


def test_a_network_of_single_units_can_be_trained_too():
    weights, losses = train(
        networks.chain, {"w_in": 0.5, "w_j": 1.0, "w_k": -0.5}, np.array([1.0, -2.0]), np.ones(2), 0.3, 50
    )
    assert losses[-1] < 0.1 * losses[0]
    assert all(np.ndim(value) == 0 for value in weights.values())


def test_xor_is_learned():
    x, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.0, 1.0, 1.0, 0.0])
    network = networks.mlp(2, 4)
    start, _, _ = network.random(np.random.default_rng(3))
    weights, losses = train(network, start, x, y, 5.0, 3000)
    assert losses[-1] < 0.01
    assert ((network.forward(weights, x)["y_hat"] > 0.5) == y).all()


def test_what_does_not_fit_the_network_is_refused_before_the_first_step():
    network, weights, x, y = random_mlp()
    with pytest.raises(CourseError, match="W_1 is missing"):
        train(network, {name: value for name, value in weights.items() if name != "W_1"}, x, y, 0.5, 0)
    with pytest.raises(CourseError, match=r"y has shape \(5,\)"):
        train(network, weights, x, y[:5], 0.5, 1)
