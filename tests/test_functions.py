"""Activations and losses: right, exact where they saturate, and the same for a number as for an array."""

from __future__ import annotations

from decimal import Decimal, localcontext

import autograd
import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_course import CourseError
from backprop_course.core import functions
from backprop_course.core.functions import ACTIVATIONS, LOSSES, softmax

ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]
SATURATING = np.array([-1e4, -800.0, -100.0, 100.0, 800.0, 1e4])
EPS = {np.float64: 1e-15, np.float32: 5e-7}
"""What a few roundings cost."""


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_an_activation_and_its_derivative_equal_autograds(name):
    f, z = ACTIVATIONS[name], np.linspace(-6, 6, 48).reshape(6, 8)
    np.testing.assert_allclose(f.value(z), oracle.ACTIVATIONS[name](z), rtol=1e-12)
    slope = autograd.elementwise_grad(oracle.ACTIVATIONS[name])(z)
    np.testing.assert_allclose(f.derivative(z, f.value(z)) * np.ones_like(z), slope, rtol=1e-10)
    np.testing.assert_allclose(f.pull_back(z, f.value(z), 3 * z), 3 * z * slope, rtol=1e-10)


@pytest.mark.parametrize("shape", [(1,), (5,), (3, 4)])
def test_softmax_and_its_jacobian_equal_autograds(shape):
    rng = np.random.default_rng(0)
    z, dL_dh = rng.normal(size=shape), rng.normal(size=shape)
    h = softmax.value(z)
    rows = np.atleast_2d(z)
    np.testing.assert_allclose(h, oracle.ACTIVATIONS["softmax"](rows).reshape(shape), rtol=1e-12)
    jacobian = softmax.derivative(z, h)
    for row, got in zip(rows, jacobian.reshape(len(rows), *jacobian.shape[-2:]), strict=True):
        expected = autograd.jacobian(lambda z: oracle.ACTIVATIONS["softmax"](z[None, :])[0])(row)
        np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-15)
    product = np.einsum("...i,...ij->...j", dL_dh, jacobian)
    np.testing.assert_allclose(softmax.pull_back(z, h, dL_dh), product, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_and_its_gradient_equal_autograds(name):
    loss, rng = LOSSES[name], np.random.default_rng(0)
    out, y = rng.normal(size=(6, 3)), rng.dirichlet([1, 1, 1], size=6)
    f = oracle.ACTIVATIONS[loss.fused or "linear"]
    np.testing.assert_allclose(loss.value(out, y).sum(), oracle.LOSSES[name](f(out), y).sum(), rtol=1e-12)
    expected = autograd.grad(lambda out: oracle.LOSSES[name](f(out), y).sum())(out)
    np.testing.assert_allclose(loss.gradient(f(out), y), expected, rtol=1e-9, atol=1e-14)


@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_a_number_gives_what_an_array_gives(z, y):
    for name in ELEMENTWISE:
        f = ACTIVATIONS[name]
        h = f.value(z)
        assert type(h) is float
        np.testing.assert_allclose(h, f.value(np.array([z]))[0], rtol=1e-13, atol=1e-300)
        pulled = f.pull_back(np.array([z]), np.array([h]), np.array([y]))[0]
        np.testing.assert_allclose(f.pull_back(z, h, y), pulled, rtol=1e-13)
    for name in ("squared_error", "absolute_error", "logistic_loss"):
        loss = LOSSES[name]
        assert type(loss.value(z, y)) is float
        assert type(loss.gradient(z, y)) is float
        np.testing.assert_allclose(loss.value(z, y), loss.value(np.array([z]), np.array([y]))[0], rtol=1e-13)
        assert loss.gradient(z, y) == loss.gradient(np.array([z]), np.array([y]))[0]


@pytest.mark.parametrize("shape", [(), (2, 3)])
@pytest.mark.parametrize("name", [*ACTIVATIONS, *LOSSES])
def test_float32_stays_float32(name, shape):
    if name.startswith("softmax"):
        shape = (*shape, 4)
    z, y = np.full(shape, 0.5, np.float32)[()], np.full(shape, 0.25, np.float32)[()]
    if name in ACTIVATIONS:
        h = ACTIVATIONS[name].value(z)
        values = [h, ACTIVATIONS[name].pull_back(z, h, y)]
    else:
        values = [LOSSES[name].value(z, y), LOSSES[name].gradient(z, y)]
    assert [value.dtype for value in values] == [np.float32, np.float32]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", [*ACTIVATIONS, *LOSSES])
def test_large_logits_stay_finite_and_silent(name, dtype):
    z = SATURATING.astype(dtype)
    y = np.eye(len(z), dtype=dtype)[0]
    if name in ACTIVATIONS:
        h = ACTIVATIONS[name].value(z)
        values = [h, ACTIVATIONS[name].derivative(z, h), ACTIVATIONS[name].pull_back(z, h, y)]
    else:
        values = [LOSSES[name].value(z, y), LOSSES[name].value(z, 1 - y), LOSSES[name].gradient(z, y)]
    assert all(np.all(np.isfinite(value)) for value in values)


@pytest.mark.parametrize("z", [-1e4, -710.0, 710.0, 1e4, float("inf"), float("-inf")])
def test_a_saturated_sigmoid_of_a_number_is_0_or_1(z):
    assert functions.sigmoid.value(z) == pytest.approx(float(z > 0), abs=1e-300)


def test_a_float_too_large_to_be_squared_has_an_infinite_loss():
    assert LOSSES["squared_error"].value(1e200, 0.0) == float("inf")


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_nan_stays_nan(name):
    assert np.isnan(ACTIVATIONS[name].value(float("nan")))
    assert np.isnan(ACTIVATIONS[name].value(np.array([np.nan]))).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("z", [-80.0, -40.0, -17.0, -1.0, 0.0, 1.0, 17.0])
def test_a_sigmoid_keeps_every_digit(z, dtype):
    with localcontext(prec=90):
        expected = float(1 / (1 + Decimal(-z).exp()))
    assert functions.sigmoid.value(np.array([z], dtype))[0] == pytest.approx(expected, rel=EPS[dtype], abs=0)
    assert functions.sigmoid.value(z) == pytest.approx(expected, rel=1e-15, abs=0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("z", [-80.0, -30.0, -3.0, 0.0, 3.0, 30.0, 80.0])
@pytest.mark.parametrize("y", [0.0, 0.25, 1.0])
def test_a_logistic_loss_keeps_every_digit(z, y, dtype):
    with localcontext(prec=90):
        expected = float((1 + Decimal(z).exp()).ln() - Decimal(y) * Decimal(z))
    assert LOSSES["logistic_loss"].value(np.array([z], dtype), dtype(y))[0] == pytest.approx(
        expected, rel=EPS[dtype], abs=0
    )
    assert LOSSES["logistic_loss"].value(z, y) == pytest.approx(expected, rel=1e-15, abs=0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("logits", [[30.0, 0.0, 1.0], [0.0, 80.0, -5.0], [4.0, 4.0, 4.0], [9.0, 9.0, -40.0], [5.0]])
def test_a_softmax_cross_entropy_keeps_every_digit(logits, dtype):
    got = LOSSES["softmax_cross_entropy"].value(np.array(logits, dtype), np.ones(len(logits), dtype))
    with localcontext(prec=90):
        total = sum(Decimal(z).exp() for z in logits)
        expected = [float((total / Decimal(z).exp()).ln()) for z in logits]
    assert list(got) == pytest.approx(expected, rel=EPS[dtype], abs=0)


def test_the_chosen_subgradients_are_1_for_relu_and_minus_1_for_the_absolute_error():
    for zero in (0.0, -0.0, np.zeros(2), np.float32(0)):
        assert np.all(functions.relu.derivative(zero, zero) == 1)
        assert np.all(LOSSES["absolute_error"].gradient(zero, 0.0) == -1)
        assert np.all(LOSSES["absolute_error"].gradient(zero, -0.0) == -1)


@pytest.mark.parametrize("name", [*ACTIVATIONS, *LOSSES])
def test_arguments_are_left_as_they_were(name):
    z, y = np.array([[-1.0, 0.5, 2.0]]), np.array([[0.0, 1.0, 0.0]])
    for array in (z, y):
        array.flags.writeable = False
    if name in ACTIVATIONS:
        h = ACTIVATIONS[name].value(z)
        h.flags.writeable = False
        ACTIVATIONS[name].pull_back(z, h, y)
    else:
        LOSSES[name].value(z, y)
        LOSSES[name].gradient(z, y)


@pytest.mark.parametrize(
    ("find", "message"),
    [
        (
            functions.activation_named,
            "There is no activation called 'swish'; there are linear, sigmoid, tanh, relu, softmax.",
        ),
        (
            functions.loss_named,
            "There is no loss called 'swish'; there are squared_error, absolute_error, logistic_loss, ",
        ),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(find, message):
    with pytest.raises(CourseError) as error:
        find("swish")
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("z", [0.0, -2, 1.5, np.float32(0.5), [1, -2], np.array([[0.3], [-4.0]])], ids=repr)
def test_an_activation_can_be_called(name, z):
    expected = oracle.ACTIVATIONS[name](np.asarray(z, dtype=float))
    np.testing.assert_allclose(ACTIVATIONS[name](z), expected, rtol=1e-6)
    assert np.shape(ACTIVATIONS[name](z)) == np.shape(z)


def test_softmax_can_be_called_with_a_layers_numbers_and_says_that_it_needs_them():
    np.testing.assert_allclose(softmax([1, 2, 3]).sum(), 1)
    with pytest.raises(CourseError, match="give it a layer's numbers"):
        softmax(1.0)


@pytest.mark.parametrize("z", ["much", None, [[1], [2, 3]]])
def test_an_activation_says_what_it_cannot_read(z):
    with pytest.raises(CourseError, match=r"z is .*; a number or an array of real numbers is expected"):
        functions.sigmoid(z)
