"""The backward pass against HIPS autograd and finite differences, on random networks."""

from __future__ import annotations

import numpy as np
import oracle
import pytest
from hypothesis import assume, given, settings

from backprop_course import CourseError, Network, Unit, backward, gradients, networks
from backprop_course.core.gradcheck import check_gradients
from backprop_course.drawing import animation
from backprop_course.networks import chain, split

thorough = settings(deadline=None, max_examples=200)


@thorough
@given(oracle.cases())
def test_gradients_of_any_network_equal_autograds(case):
    got = backward(case.network.forward(case.weights, case.x, case.y)).gradients
    expected = oracle.gradients(case.network, case.weights, case.x, case.y, case.batched)
    assert list(got) == list(case.network.weights)
    assert set(got) == set(expected)
    # Rounding is to be measured by the largest entry; the floor is for gradients that are 0 throughout.
    scale = max(1e-6, *(np.max(np.abs(value)) for value in expected.values()))
    for name, value in got.items():
        assert np.shape(value) == case.network.weights[name]
        assert np.max(np.abs(value - expected[name])) <= 1e-9 * scale, name


@thorough
@given(oracle.cases())
def test_the_loss_of_any_network_equals_autograds(case):
    trace = case.network.forward(case.weights, case.x, case.y)
    expected = oracle.loss(case.network, case.weights, case.x, case.y, case.batched)
    np.testing.assert_allclose(trace["L"], expected, rtol=1e-9, atol=1e-12)


@settings(deadline=None, max_examples=50)
@given(oracle.cases())
def test_gradients_of_any_network_pass_a_check_by_finite_differences(case):
    trace = case.network.forward(case.weights, case.x, case.y)
    for unit in case.network.units:
        if unit.activation.name == "relu":
            z = np.abs(trace[f"z_{unit.name}"])
            # A difference across the kink is no derivative; exactly 0 is a unit cut off, which stays at 0.
            assume(np.all((z > 1e-3) | (z == 0)))
    if case.network.loss.name == "absolute_error":
        assume(np.all(np.abs(trace["y_hat"] - case.y) > 1e-3))
    got = backward(trace).gradients
    errors = check_gradients(lambda weights: case.network.forward(weights, case.x, case.y)["L"], case.weights, got)
    large = {name: error for name, error in errors.items() if np.max(np.abs(got[name])) > 1e-3}
    assert all(error < 1e-6 for error in large.values()), large


def test_a_unit_with_two_outputs_sums_both_paths():
    trace = backward(networks.skip_regressor.forward({"w_0": 2.0, "w_1": 3.0, "w_2": 5.0, "w_s": 7.0}, 1.0, 0.0))
    assert (trace["dL_dh_0_via_1"], trace["dL_dh_0_via_2"], trace["dL_dh_0"]) == (15.0, 7.0, 22.0)


def test_a_unit_with_one_output_has_no_path_of_its_own():
    trace = backward(networks.chain.forward({"w_in": 2.0, "w_j": 5.0, "w_k": 3.0}, 1.0, 3.0))
    assert not [name for name in trace if "_via_" in name]


def test_a_batch_has_the_mean_of_its_examples_gradients():
    network = networks.mlp(4, 5)
    weights, x, y = network.random(np.random.default_rng(0), batch=6)
    together = gradients(network, weights, x, y)
    singly = [gradients(network, weights, *example) for example in zip(x, y, strict=True)]
    for name, value in together.items():
        np.testing.assert_allclose(value, np.mean([one[name] for one in singly], axis=0), rtol=1e-12)


@pytest.mark.parametrize("batch", [None, 3])
def test_gradients_share_no_memory_with_weights_or_with_the_trace(batch):
    network = Network(
        Unit("1", "linear", {"W_1": "x"}, "b_1", 3), Unit("2", "linear", {"W_2": "1"}, "b_2", 2),
        loss="squared_error", input_width=4,
    )  # fmt: skip
    trace = backward(network.forward(*network.random(np.random.default_rng(0), batch)))
    for name, gradient in trace.gradients.items():
        others = [value for other, value in trace.items() if other != f"dL_d{name}"]
        assert not any(np.shares_memory(gradient, other) for other in others)


@thorough
@given(oracle.cases())
def test_every_equation_of_a_trace_evaluates_to_its_value(case):
    trace = backward(case.network.forward(case.weights, case.x, case.y))
    assert len(trace.quantities) == len(trace) - len(case.weights) - len("xy")
    for line in trace.quantities:
        value = eval(line.equation, {**oracle.EQUATION_NAMES, **trace})
        assert np.shape(value) == np.shape(line.value), line.name
        np.testing.assert_allclose(value, line.value, rtol=1e-9, atol=1e-12, err_msg=str(line))


@pytest.mark.parametrize("name", ["chain", "split", "skip_classifier", "skip_regressor"])
def test_every_equation_holds_with_its_numbers_put_in(name):
    network = getattr(networks, name)
    trace = backward(network.forward(*network.random(np.random.default_rng(1))))
    for line in trace.quantities:
        # Four digits are shown of each number; a small difference of two of them keeps fewer.
        assert eval(line.numbers, oracle.EQUATION_NAMES) == pytest.approx(line.value, rel=2e-3, abs=2e-4), str(line)


def test_a_line_of_the_trace_reads_name_equation_numbers_value():
    trace = backward(networks.skip_regressor.forward(dict.fromkeys(["w_0", "w_1", "w_2", "w_s"], 0.5), 1.0, -3.0))
    lines = str(trace).splitlines()
    assert lines[4] == "z_2 = h_1 * w_2 + h_0 * w_s = 0.25 * 0.5 + 0.5 * 0.5 = 0.375"
    assert lines[6] == "L = abs(y - y_hat) = abs((-3) - 0.375) = 3.375"
    assert "dL_dh_0 = dL_dh_0_via_2 + dL_dh_0_via_1 = 0.5 + 0.25 = 0.75" in lines


def test_arrays_stand_in_a_line_by_their_shapes():
    network = networks.mlp(4, 5)
    trace = backward(network.forward(*network.random(np.random.default_rng(0), batch=2)))
    line = {line.name: line for line in trace.quantities}["dL_dW_1"]
    assert (line.equation, line.numbers) == ("x.T @ dL_dz_1", "<2×4>.T @ <2×5>")


def test_a_backward_pass_leaves_the_forward_trace_as_it_was():
    forward = networks.chain.forward({"w_in": 2.0, "w_j": 5.0, "w_k": 3.0}, 1.0, 3.0)
    before = dict(forward)
    backward(forward)
    assert dict(forward) == before


@pytest.mark.parametrize("batch", [None, 3])
def test_gradients_alone_are_those_of_the_trace_to_the_last_bit(batch):
    for network in (networks.split, networks.skip_classifier, networks.mlp(2, 3), networks.classifier(4, 5, 3)):
        weights, x, y = network.random(np.random.default_rng(0), batch)
        whole = backward(network.forward(weights, x, y)).gradients
        alone = gradients(network, weights, x, y)
        assert list(alone) == list(whole)
        assert all(np.array_equal(alone[name], value) for name, value in whole.items())


def test_gradients_without_a_target_say_to_give_one():
    with pytest.raises(CourseError, match="with a target y"):
        gradients(networks.chain, {"w_in": 2.0, "w_j": 5.0, "w_k": 3.0}, 1.0, None)


def test_going_back_without_a_target_says_to_give_one():
    trace = networks.chain.forward({"w_in": 2.0, "w_j": 5.0, "w_k": 3.0}, 1.0)
    with pytest.raises(CourseError, match=r"no loss to go back from; call forward\(weights, x, y\)"):
        backward(trace)


@pytest.mark.parametrize("value", [None, {"L": 1.0}, split])
def test_what_is_no_trace_is_said(value):
    for use in (backward, lambda trace: animation(split, trace)):
        with pytest.raises(CourseError, match=f"A trace is expected.*; this is {type(value).__name__}"):
            use(value)


def test_an_animation_is_of_its_own_network():
    with pytest.raises(CourseError, match="another network"):
        animation(chain, backward(split.forward(*split.random(np.random.default_rng(0)))))


def test_gradients_of_a_forward_trace_say_to_go_back_first():
    trace = networks.chain.forward({"w_in": 2.0, "w_j": 5.0, "w_k": 3.0}, 1.0, 3.0)
    with pytest.raises(CourseError, match=r"no gradients yet; call backward\(trace\)"):
        trace.gradients  # noqa: B018  (a property that raises)
