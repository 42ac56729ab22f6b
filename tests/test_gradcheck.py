"""Numerical derivatives against autograd's; the error by which a gradient is judged; what a check refuses."""

from __future__ import annotations

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from backprop_course import CourseError, backward, networks
from backprop_course.core.gradcheck import check_gradients, numerical_derivative, numerical_gradient, relative_error

finite = st.floats(-1e3, 1e3).filter(lambda value: value == 0 or abs(value) > 1e-3)
same_shape = array_shapes(max_dims=3, max_side=3).flatmap(
    lambda shape: st.tuples(arrays(float, shape, elements=finite), arrays(float, shape, elements=finite))
)


def curve(x):
    return anp.sum(anp.sin(x) * anp.exp(0.3 * x) + x**3)


@pytest.mark.parametrize("x", [-1.0, 0.0, 0.7, 2, np.float32(1.5), np.array(0.5)])
def test_a_numerical_derivative_equals_autograds(x):
    assert numerical_derivative(curve, x) == pytest.approx(autograd.grad(curve)(float(x)), rel=1e-8)


def test_a_numerical_derivative_of_an_array_is_taken_elementwise():
    x = np.linspace(-2, 2, 6).reshape(2, 3)
    np.testing.assert_allclose(numerical_derivative(np.sin, x), np.cos(x), rtol=1e-8)


def test_a_difference_is_central():
    # A one-sided difference of x² at 0 would be eps.
    assert numerical_derivative(lambda x: x**2, 0.0, eps=0.1) == 0
    assert numerical_gradient(lambda x: (x**2).sum(), np.zeros(2), eps=0.1).tolist() == [0, 0]


@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 3), (2, 1, 2)])
def test_a_numerical_gradient_of_any_shape_equals_autograds(shape):
    x = np.random.default_rng(0).normal(size=shape)[()]
    got = numerical_gradient(curve, x)
    assert np.shape(got) == shape
    assert got.dtype == np.float64
    np.testing.assert_allclose(got, autograd.grad(curve)(x), rtol=1e-8)


@pytest.mark.parametrize("x", [2.0, 2, [1, 2, 3], np.ones((2, 2), np.float32), np.float32(1)])
def test_a_numerical_gradient_takes_numbers_lists_and_float32(x):
    np.testing.assert_allclose(numerical_gradient(curve, x), autograd.grad(curve)(np.array(x, float)), rtol=1e-8)


def test_a_numerical_gradient_leaves_x_as_it_was():
    x = np.arange(6.0).reshape(2, 3)
    x.flags.writeable = False
    numerical_gradient(curve, x)
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_function_that_changes_its_argument_does_no_harm():
    def changing(x):
        total = float((x**2).sum())
        x += 100
        return total

    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(numerical_gradient(changing, x), [2, 4], rtol=1e-8)
    assert x.tolist() == [1, 2]


def test_a_gradient_of_several_numbers_is_refused():
    with pytest.raises(CourseError, match=r"f\(x\) has shape \(2,\); expected \(\): a gradient is taken of one number"):
        numerical_gradient(np.sin, np.ones(2))


@pytest.mark.parametrize("differentiate", [numerical_derivative, numerical_gradient])
def test_a_derivative_at_what_is_not_a_number_is_refused(differentiate):
    with pytest.raises(CourseError, match="x is str; a number or an array of real numbers is expected"):
        differentiate(np.sin, "1")


@given(same_shape)
def test_the_relative_error_is_symmetric_and_between_0_and_2(pair):
    a, n = pair
    error = relative_error(a, n)
    assert error == relative_error(n, a)
    assert 0 <= error <= 2
    assert relative_error(a, a) == 0


@given(same_shape, st.sampled_from([1e-6, 1e-3, 1e3, 1e6]))
def test_the_relative_error_does_not_depend_on_scale(pair, scale):
    a, n = pair
    assert relative_error(scale * a, scale * n) == pytest.approx(relative_error(a, n), rel=1e-9)


def test_the_relative_error_of_zeros_is_0_and_of_zero_against_something_1():
    assert relative_error(0.0, 0.0) == 0
    assert relative_error(np.zeros(3), np.zeros(3)) == 0
    assert relative_error(np.zeros(3), np.array([0.0, 1e-6, 0.0])) == 1


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_the_relative_error_of_what_is_not_finite_is_nan(broken):
    assert np.isnan(relative_error(broken, 1.0))
    assert np.isnan(relative_error([1.0, broken], [1.0, broken]))


def test_the_relative_error_of_different_shapes_is_refused():
    with pytest.raises(CourseError, match=r"analytic has shape \(3, 2\); expected \(2, 3\): numeric has that shape"):
        relative_error(np.ones((3, 2)), np.ones((2, 3)))


class TestChecking:
    network = networks.mlp(4, 5)
    weights, x, y = network.random(np.random.default_rng(0), batch=3)
    gradients = backward(network.forward(weights, x, y)).gradients

    def loss(self, params):
        return self.network.forward(params, self.x, self.y)["L"]

    def check(self, **changed):
        return check_gradients(self.loss, self.weights, {**self.gradients, **changed})

    def test_right_gradients_have_small_errors_by_name(self):
        errors = self.check()
        assert list(errors) == ["W_1", "b_1", "w_2", "b_2"]
        assert all(type(error) is float and error < 1e-7 for error in errors.values())

    def test_a_wrong_gradient_is_the_one_with_a_large_error(self):
        errors = self.check(W_1=2 * self.gradients["W_1"])
        assert errors["W_1"] == pytest.approx(0.5)
        assert max(error for name, error in errors.items() if name != "W_1") < 1e-7

    def test_parameters_are_left_as_they_were(self):
        for value in self.weights.values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
        self.check()

    def test_a_transposed_gradient_is_refused(self):
        with pytest.raises(CourseError) as error:
            self.check(W_1=self.gradients["W_1"].T)
        assert str(error.value) == (
            "dL_dW_1 has shape (5, 4); W_1 is (4, 5). A gradient has its variable's shape: is a transpose missing?"
        )

    def test_a_gradient_with_the_batch_left_in_is_refused(self):
        with pytest.raises(CourseError) as error:
            self.check(b_1=np.ones((3, 5)))
        assert str(error.value) == (
            "dL_db_1 has shape (3, 5); b_1 is (5,). A gradient has its variable's shape: was it summed over the batch?"
        )

    def test_a_missing_gradient_is_named(self):
        with pytest.raises(CourseError) as error:
            check_gradients(self.loss, self.weights, {"W_1": self.gradients["W_1"]})
        assert str(error.value) == "The gradient of b_1 is missing; there are W_1."

    def test_a_gradient_of_nothing_is_named(self):
        with pytest.raises(CourseError) as error:
            self.check(w_3=1.0)
        assert str(error.value) == "There are gradients of w_3; the parameters are W_1, b_1, w_2, b_2."

    def test_a_gradient_that_is_not_a_number_is_refused(self):
        with pytest.raises(CourseError, match="dL_db_2 is NoneType; a number or an array of real numbers is expected"):
            self.check(b_2=None)
