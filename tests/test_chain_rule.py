"""The first notebook's exercises: right answers in any style, and the mistakes that students make by hand."""

from __future__ import annotations

import math
import re
import warnings

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from scipy.special import expit

from backprop_course.checks import judge
from backprop_course.core import functions, gradcheck
from backprop_course.exercises import EXERCISES
from backprop_course.exercises.chapters.chain_rule import Composition, Derivatives
from backprop_course.exercises.functions import elementwise, numerics

# --- Formulas ------------------------------------------------------------------------------------

SLOPES = {"d_log": "1/x", "d_exp": "exp(x)", "d_exp_square": "2*x*exp(x**2)", "d_log_square": "2/x"}
LOGS = {"log_product": "log(a) + log(b)", "log_power": "b * log(a)", "log_quotient": "log(a) - log(b)"}


def slopes(**other):
    return judge("log-and-exp-derivatives", {**SLOPES, **other})


def logs(**other):
    return judge("log-rules", {**LOGS, **other})


def first_wrong(verdict):
    return next(part for part in verdict.parts if part.status != "right")


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"d_log": "x**-1", "d_exp": "e**x", "d_exp_square": "exp(x^2) * 2 * x", "d_log_square": "2 * d_log"},
        {"d_log": "x^(-1)", "d_exp": "np.exp(x)", "d_exp_square": "2 · x · e^(x^2)", "d_log_square": "1/x^2 * 2*x"},
        {
            "d_log": " 1 / x ",
            "d_exp": "math.exp(x)",
            "d_exp_square": "(x + x) * d_exp**x",
            "d_log_square": "d_log+d_log",
        },
        {"d_exp": "sinh(x) + cosh(x)", "d_log_square": "(2*x) / (x*x)"},
    ],
)
def test_every_equivalent_form_of_a_derivative_is_right(answers):
    verdict = slopes(**answers)
    assert verdict.passed, str(verdict)
    assert verdict.points == 4


@pytest.mark.parametrize(
    ("name", "answer", "misconception"),
    [
        ("d_log", "log(x)", "value-for-derivative"),
        ("d_log", "-1/x**2", "log-derivative-again"),
        ("d_log", "1/(x*log(10))", "base-ten"),
        ("d_exp", "x*exp(x-1)", "power-rule-on-exp"),
        ("d_exp_square", "exp(x**2)", "inner-derivative-left-out"),
        ("d_exp_square", "exp(2*x)", "derivatives-composed"),
        ("d_exp_square", "2*x*exp(x)", "outer-derivative-at-x"),
        ("d_exp_square", "x**2*exp(x**2-1)", "power-rule-on-exp"),
        ("d_exp_square", "2*exp(2*x)", "square-misplaced"),
        ("d_exp_square", "exp(x**2)+2*x", "derivatives-added"),
        ("d_log_square", "1/x**2", "inner-derivative-left-out"),
        ("d_log_square", "2*log(x)/x", "square-misplaced"),
        ("d_log_square", "1/(2*x)", "derivatives-composed"),
        ("d_log_square", "log(x**2)", "value-for-derivative"),
        ("d_log_square", 2, "outer-derivative-at-x"),
    ],
)
def test_a_wrong_derivative_is_named_with_a_counterexample(name, answer, misconception):
    verdict = slopes(**{name: answer})
    part = first_wrong(verdict)
    assert (part.name, part.status, part.misconception) == (name, "wrong", misconception), str(verdict)
    assert verdict.points == 3
    assert "At " in part.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("2x * exp(x**2)", r"write 2 \* x"),
        ("d_log_square", "not known|comes later|what is asked"),
        ("y * exp(x)", "not known"),
        ("d_exp_square = 2*x*exp(x**2)", "equals sign"),
        ("exp x", "cannot be read"),
        ("2*x*exp(x**2", "brackets"),
        ("x(2)", r"is a \* missing"),
        ("", "empty"),
        (lambda x: 2 * x, "function"),
    ],
)
def test_what_cannot_be_read_gets_a_message_of_its_own(answer, said):
    part = first_wrong(slopes(d_exp_square=answer))
    assert part.status == "invalid"
    assert re.search(said, part.message), part.message


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"log_product": "ln(b) + ln(a)", "log_power": "log(a)*b", "log_quotient": "-log(b) + log(a)"},
        {"log_product": "np.log(a) + np.log(b)", "log_quotient": "log_product - 2 * log(b)"},
        {"log_product": "log((a)) + log(b)", "log_quotient": "(log(a)*b - log(b)*b) / b"},
    ],
)
def test_every_form_of_a_log_rule_without_composite_logarithms_is_right(answers):
    verdict = logs(**answers)
    assert verdict.passed, str(verdict)
    assert verdict.points == 3


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("log_product", "log(a*b)"),
        ("log_product", "ln(b * a)"),
        ("log_product", "np.log(a/(1/b))"),
        ("log_product", "log(exp(log(a) + log(b)))"),
        ("log_product", "log(a) - log(1/b)"),
        ("log_power", "log(a**b)"),
        ("log_power", "log(a^b)"),
        ("log_power", "b * log(a**2) / 2"),
        ("log_power", "2 * b * log(sqrt(a))"),
        ("log_quotient", "log(a/b)"),
        ("log_quotient", "-log(b/a)"),
    ],
)
def test_a_logarithm_that_is_not_taken_apart_is_no_answer(name, answer):
    verdict = logs(**{name: answer})
    part = first_wrong(verdict)
    assert (part.name, part.status) == (name, "wrong")
    assert "not yet taken apart" in part.message
    assert verdict.points == 2


@pytest.mark.parametrize(
    ("name", "answer", "misconception"),
    [
        ("log_product", "log(a)*log(b)", "log-operation-kept"),
        ("log_product", "log(a+b)", "log-of-sum"),
        ("log_power", "log(a)**b", "log-operation-kept"),
        ("log_power", "log(a)*log(b)", "exponent-under-log"),
        ("log_power", "b + log(a)", "exponent-added"),
        ("log_quotient", "log(a)/log(b)", "log-operation-kept"),
        ("log_quotient", "log(a-b)", "log-of-sum"),
        ("log_quotient", "log(b)-log(a)", "log-sign"),
        ("log_quotient", "log_product", "log-sign"),
    ],
)
def test_a_wrong_log_rule_is_named(name, answer, misconception):
    verdict = logs(**{name: answer})
    assert first_wrong(verdict).misconception == misconception, str(verdict)


# --- The chain rule and partial derivatives ------------------------------------------------------


def inner_function(df, g, dg):
    def derivative(x):
        return df(g(x)) * dg(x)

    return derivative


class Derivative:
    def __init__(self, df, g, dg):
        self.df, self.g, self.dg = df, g, dg

    def __call__(self, x):
        return np.array([self.dg(x) * self.df(self.g(x))])


RIGHT_COMPOSITIONS = {
    "inner function": inner_function,
    "lambda": lambda df, g, dg: lambda x: dg(x) * df(g(x)),
    "object that can be called": Derivative,
    "float32": lambda df, g, dg: lambda x: np.float32(df(g(x)) * dg(x)),
    "0-d array": lambda df, g, dg: lambda x: np.array(df(g(x)) * dg(x)),
}


@pytest.mark.parametrize("style", RIGHT_COMPOSITIONS)
def test_a_composed_derivative_is_right_in_any_style(style):
    verdict = judge("chain-rule", {"compose_derivative": RIGHT_COMPOSITIONS[style]})
    assert verdict.passed, str(verdict)
    assert verdict.points == 2


@pytest.mark.parametrize(
    ("function", "misconception"),
    [
        (lambda df, g, dg: lambda x: df(g(x)), "inner-derivative-left-out"),
        (lambda df, g, dg: lambda x: df(x) * dg(x), "outer-derivative-at-x"),
        (lambda df, g, dg: lambda x: df(g(x)) + dg(x), "derivatives-added"),
        (lambda df, g, dg: lambda x: df(dg(x)), "derivatives-composed"),
        (lambda df, g, dg: lambda x: df(g(x) * dg(x)), "inner-derivative-inside"),
        (lambda df, g, dg: lambda x: df(g(x)) * g(x), "inner-value-for-derivative"),
        (lambda df, g, dg: dg, "outer-derivative-left-out"),
    ],
)
def test_a_wrong_chain_rule_is_named(function, misconception):
    verdict = judge("chain-rule", {"compose_derivative": function})
    part = first_wrong(verdict)
    assert part.misconception == misconception
    assert "compose_derivative(df=" in part.message
    assert "Check alone" in part.message
    assert verdict.points == 0


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda df, g, dg: df(g(1.0)) * dg(1.0), "returns a number; a function is expected"),
        (lambda df, g, dg: None, "returns None; a function is expected"),
        (lambda df, g, dg: df(g) * dg, "TypeError"),
        (lambda df, g, dg: lambda: 1.0, "TypeError"),
    ],
)
def test_a_composed_derivative_that_is_no_function_is_told_so(function, said):
    part = first_wrong(judge("chain-rule", {"compose_derivative": function}))
    assert part.status == "invalid"
    assert said in part.message


def test_an_error_in_the_returned_function_names_its_line():
    def compose_derivative(df, g, dg):
        def derivative(x):
            return undefined(x)  # noqa: F821

        return derivative

    part = first_wrong(judge("chain-rule", {"compose_derivative": compose_derivative}))
    assert f"in line {compose_derivative.__code__.co_firstlineno + 2} of its cell" in part.message


def test_an_unfinished_returned_function_is_missing():
    def compose_derivative(df, g, dg):
        def derivative(x):
            raise NotImplementedError

        return derivative

    assert first_wrong(judge("chain-rule", {"compose_derivative": compose_derivative})).status == "missing"


@pytest.mark.parametrize("x", [-1.2, 0.3, 2.0])
def test_the_chain_rule_equals_autograds(x):
    at = Composition(anp.cos, anp.exp, anp.exp)
    expected = autograd.grad(lambda x: anp.sin(anp.exp(x)))(x)
    assert Derivatives().chain_rule(at, x) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "function",
    [
        lambda x_1, x_2: np.array([x_2, x_1]),
        lambda x_1, x_2: [x_2, x_1],
        lambda x_1, x_2: (np.float64(x_2), np.float64(x_1)),
        lambda x_1, x_2: np.array([x_2, x_1], dtype=np.float32),
    ],
)
def test_a_gradient_of_two_entries_is_right_in_any_style(function):
    assert judge("partial-derivatives", {"product_gradient": function}).passed


@pytest.mark.parametrize(
    ("function", "misconception"),
    [
        (lambda x_1, x_2: np.array([x_1, x_2]), "partials-swapped"),
        (lambda x_1, x_2: x_1 + x_2, "partials-added"),
        (lambda x_1, x_2: np.array([1, 1]), "held-factor-left-out"),
        (lambda x_1, x_2: x_1 * x_2, "value-for-derivative"),
        (lambda x_1, x_2: np.array([[x_2, x_1]]), "gradient-rearranged"),
        (lambda x_1, x_2: np.array([[x_2], [x_1]]), "gradient-rearranged"),
    ],
)
def test_a_wrong_gradient_of_a_product_is_named(function, misconception):
    verdict = judge("partial-derivatives", {"product_gradient": function})
    assert first_wrong(verdict).misconception == misconception
    assert verdict.points == 0


# --- Derivatives by numbers ----------------------------------------------------------------------


def in_one_line(f, x, eps=1e-5):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


def step_by_step(f, x, eps=1e-5):
    left, right = x - eps, x + eps
    rise, run = f(right) - f(left), right - left
    return np.array([rise / run])


@pytest.mark.parametrize(
    "function",
    [
        in_one_line,
        step_by_step,
        gradcheck.numerical_derivative,
        lambda f, x, eps=1e-5: np.float32(in_one_line(f, x, eps)),
        lambda f, x, eps=1e-5: 0.5 * ((f(x + eps) - f(x)) / eps + (f(x) - f(x - eps)) / eps),
    ],
)
def test_a_central_difference_is_right_in_any_style(function):
    verdict = judge("numerical-derivative", {"numerical_derivative": function})
    assert verdict.passed, str(verdict)
    assert verdict.points == 2


def with_default(tiny):
    return lambda f, x, eps=tiny: in_one_line(f, x, eps)


WRONG_DIFFERENCES = [
    (lambda f, x, eps=1e-5: (f(x + eps) - f(x)) / eps, "forward-difference"),
    (lambda f, x, eps=1e-5: (f(x) - f(x - eps)) / eps, "forward-difference"),
    (lambda f, x, eps=1e-5: (f(x + eps) - f(x - eps)) / eps, "difference-width"),
    (lambda f, x, eps=1e-5: (f(x + eps) - f(x)) / (2 * eps), "difference-width"),
    (lambda f, x, eps=1e-5: (f(x + eps) - f(x - eps)) / 2 * eps, "width-not-bracketed"),
    (lambda f, x, eps=1e-5: f(x + eps) - f(x - eps) / (2 * eps), "numerator-not-bracketed"),
    (lambda f, x, eps=1e-5: f(x + eps) - f(x - eps), "difference-not-divided"),
    (lambda f, x, eps=1e-5: (f(x - eps) - f(x + eps)) / (2 * eps), "difference-reversed"),
    (lambda f, x, eps=1e-5: (f(x + eps / 2) - f(x - eps / 2)) / eps, "half-steps"),
    (lambda f, x, eps=1e-5: in_one_line(f, x), "eps-ignored"),
    (lambda f, x, eps=1e-5: in_one_line(f, x, 1e-4), "eps-ignored"),
    (lambda f, x, eps=1e-5: in_one_line(f, x, 1e-12), "eps-too-small"),
    (lambda f, x, eps=1e-5: f(x), "value-for-derivative"),
    (with_default(1e-12), "eps-too-small"),
    (with_default(1e-15), "eps-too-small"),
    (with_default(1e-17), "eps-too-small"),
]

# This leaves 0 everywhere, which in a gradient is more often a forgotten copy.
NOTHING_LEFT = (lambda f, x, eps=1e-5: in_one_line(f, x, 1e-20), "eps-too-small")


@pytest.mark.parametrize(("function", "misconception"), [*WRONG_DIFFERENCES, NOTHING_LEFT])
def test_a_wrong_difference_is_named(function, misconception):
    verdict = judge("numerical-derivative", {"numerical_derivative": function})
    part = first_wrong(verdict)
    assert part.misconception == misconception, str(verdict)
    assert "Check alone" in part.message
    assert verdict.points == 0


def with_a_copy(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        above, below = np.array(x, dtype=float), np.array(x, dtype=float)
        above[i] += eps
        below[i] -= eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient


def put_back(f, x, eps=1e-5):
    x = np.asarray(x, dtype=float)
    gradient = np.empty(x.shape)
    steps = np.nditer(x, flags=["multi_index"])
    for value in steps:
        old = float(value)
        x[steps.multi_index] = old + eps
        above = f(x)
        x[steps.multi_index] = old - eps
        below = f(x)
        x[steps.multi_index] = old
        gradient[steps.multi_index] = (above - below) / (2 * eps)
    return gradient


def added_and_subtracted(f, x, eps=1e-5):
    x = np.asarray(x, dtype=float)
    gradient = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        above = f(x)
        x[i] -= 2 * eps
        below = f(x)
        x[i] += eps
        gradient[i] = (above - below) / (2 * eps)
    return gradient


def through_a_flat_view(f, x, eps=1e-5):
    x = np.asarray(x, dtype=float)
    flat, slopes = x.reshape(-1), []
    for k in range(flat.size):
        old = flat[k]
        flat[k] = old + eps
        above = f(x)
        flat[k] = old - eps
        slopes.append((above - f(x)) / (2 * eps))
        flat[k] = old
    return np.array(slopes).reshape(x.shape)


def with_unit_vectors(f, x, eps=1e-5):
    nudges = eps * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + n) - f(x - n)) / (2 * eps) for n in nudges]).reshape(x.shape).tolist()


@pytest.mark.parametrize(
    "function",
    [
        with_a_copy,
        put_back,
        added_and_subtracted,
        through_a_flat_view,
        with_unit_vectors,
        gradcheck.numerical_gradient,
        lambda f, x, eps=1e-5: with_a_copy(f, x, eps).astype(np.float32),
    ],
)
def test_a_numerical_gradient_is_right_in_any_style(function):
    verdict = judge("numerical-gradient", {"numerical_gradient": function})
    assert verdict.passed, str(verdict)
    assert verdict.points == 2


def entrywise(difference):
    """The numerical gradient of a student who takes this difference for every entry."""

    def numerical_gradient(f, x, eps=None):
        gradient = np.zeros(x.shape)
        for i in np.ndindex(x.shape):
            given = () if eps is None else (eps,)
            gradient[i] = difference(numerics.as_function_of_entry(f, x, i), x[i], *given)
        return gradient

    return numerical_gradient


@pytest.mark.parametrize(("function", "misconception"), WRONG_DIFFERENCES)
def test_a_gradient_of_wrong_differences_is_named(function, misconception):
    verdict = judge("numerical-gradient", {"numerical_gradient": entrywise(function)})
    assert first_wrong(verdict).misconception == misconception, str(verdict)


def left_nudged(f, x, eps=1e-5):
    x = x.copy()
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        above = f(x)
        x[i] -= 2 * eps
        gradient[i] = (above - f(x)) / (2 * eps)
    return gradient


def left_nudged_in_place(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        above = f(x)
        x[i] -= 2 * eps
        gradient[i] = (above - f(x)) / (2 * eps)
    return gradient


def nudged_under_two_names(f, x, eps=1e-5):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        above = x
        above[i] += eps
        below = x
        below[i] -= eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient


def one_slope_per_row(f, x, eps=1e-5):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        above, below = x.copy(), x.copy()
        above[i] += eps
        below[i] -= eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient


def row_by_row(f, x, eps=1e-5):
    if x.ndim == 0:
        return in_one_line(f, x, eps)
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        above, below = x.copy(), x.copy()
        above[i] += eps
        below[i] -= eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient


@pytest.mark.parametrize(
    ("function", "misconception"),
    [
        (in_one_line, "all-nudged-together"),
        (lambda f, x, eps=1e-5: np.full(x.shape, in_one_line(f, x, eps)), "all-nudged-together"),
        (row_by_row, "all-nudged-together"),
        (one_slope_per_row, "all-nudged-together"),
        (nudged_under_two_names, "copy-forgotten"),
        (left_nudged, "not-put-back"),
        (left_nudged_in_place, "argument-changed"),
        (lambda f, x, eps=1e-5: with_a_copy(f, x, eps).ravel(), "gradient-rearranged"),
        (lambda f, x, eps=1e-5: with_a_copy(f, x, eps).T, "gradient-rearranged"),
    ],
)
def test_a_wrong_numerical_gradient_is_named(function, misconception):
    verdict = judge("numerical-gradient", {"numerical_gradient": function})
    assert first_wrong(verdict).misconception == misconception, str(verdict)
    assert verdict.points == 0


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 2)])
def test_the_rules_for_numbers_equal_the_reference(shape):
    x = np.array(np.random.default_rng(1).normal(size=shape))
    f = lambda x: np.sum(np.sin(x)) * np.sum(x**2)  # noqa: E731
    got = numerics.Numerical().numerical_gradient(True, f, x, 1e-3)
    np.testing.assert_allclose(got, gradcheck.numerical_gradient(f, x, 1e-3), rtol=1e-12)
    assert numerics.Numerical().numerical_derivative(False, math.sin, 0.3, 1e-5) == pytest.approx(math.cos(0.3))


# --- Activations ---------------------------------------------------------------------------------


def where_sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def masked_relu(z):
    h = np.array(z, dtype=float)
    h[h < 0] = 0
    return h


def looped(function):
    return lambda z: np.array([function(float(entry)) for entry in np.ravel(z)]).reshape(np.shape(z))


RIGHT_ACTIVATIONS = {
    "vectorised": {
        "sigmoid": lambda z: 0.5 * (1 + np.tanh(z / 2)),
        "sigmoid_derivative": lambda z: where_sigmoid(z) * (1 - where_sigmoid(z)),
        "tanh_derivative": lambda z: 1 - np.tanh(z) ** 2,
        "relu": lambda z: np.maximum(0, z),
        "relu_derivative": lambda z: np.where(z > 0, 1.0, 0.0),
    },
    "the kink the other way, as truth values": {
        "sigmoid": where_sigmoid,
        "sigmoid_derivative": lambda z: np.exp(-abs(z)) / (1 + np.exp(-abs(z))) ** 2,
        "tanh_derivative": lambda z: (1 - np.tanh(z)) * (1 + np.tanh(z)),
        "relu": lambda z: z * (z > 0),
        "relu_derivative": lambda z: z >= 0,
    },
    "as the formula stands": {
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "sigmoid_derivative": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
        "tanh_derivative": lambda z: 1 / np.cosh(z) ** 2,
        "relu": lambda z: np.where(z > 0, z, 0),
        "relu_derivative": lambda z: np.where(z > 0, 1, 0),
    },
    "both halves": {
        "sigmoid": lambda z: np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))),
        "sigmoid_derivative": lambda z: 1 / (2 + np.exp(z) + np.exp(-z)),
        "tanh_derivative": lambda z: 4 / (np.exp(z) + np.exp(-z)) ** 2,
        "relu": lambda z: (z + abs(z)) / 2,
        "relu_derivative": lambda z: (np.sign(z) + 1) / 2,
    },
    "clipped and masked": {
        "sigmoid": lambda z: 1 / (1 + np.exp(-np.clip(z, -500, 500))),
        "sigmoid_derivative": lambda z: 0.25 * (1 - np.tanh(z / 2) ** 2),
        "tanh_derivative": lambda z: 1 / np.cosh(np.clip(z, -300, 300)) ** 2,
        "relu": masked_relu,
        "relu_derivative": lambda z: np.heaviside(z, 0.5),
    },
    "looped, as lists": {
        "sigmoid": lambda z: looped(expit)(z).tolist(),
        "sigmoid_derivative": looped(lambda z: float(expit(z) * expit(-z))),
        "tanh_derivative": looped(lambda z: 1 - math.tanh(z) ** 2),
        "relu": lambda z: looped(lambda z: max(0.0, z))(z).tolist(),
        "relu_derivative": looped(lambda z: 1 if z > 0 else 0),
    },
    "float32": {
        "sigmoid": lambda z: where_sigmoid(np.asarray(z, np.float32)),
        "sigmoid_derivative": lambda z: (where_sigmoid(z) * (1 - where_sigmoid(z))).astype(np.float32),
        "tanh_derivative": lambda z: 1 - np.tanh(np.asarray(z, np.float32)) ** 2,
        "relu": lambda z: np.maximum(np.asarray(z, np.float32), 0),
        "relu_derivative": lambda z: (z > 0).astype(np.float32),
    },
}


@pytest.mark.parametrize("style", RIGHT_ACTIVATIONS)
def test_activations_are_right_in_any_style(style):
    verdict = judge("activation-derivatives", RIGHT_ACTIVATIONS[style])
    assert verdict.passed, str(verdict)
    assert verdict.points == 5


def sig(z):
    return functions.sigmoid.value(np.asarray(z, dtype=float))[()]


@pytest.mark.parametrize(
    ("name", "function", "misconception"),
    [
        ("sigmoid", lambda z: sig(-z), "exponent-sign"),
        ("sigmoid", np.tanh, "other-activation"),
        ("sigmoid", lambda z: sig(z) * (1 - sig(z)), "derivative-for-activation"),
        ("sigmoid_derivative", sig, "activation-for-derivative"),
        ("sigmoid_derivative", lambda z: z * (1 - z), "z-for-h-in-derivative"),
        ("sigmoid_derivative", lambda z: sig(sig(z)) * (1 - sig(sig(z))), "derivative-at-h"),
        ("sigmoid_derivative", lambda z: sig(z) * (sig(z) - 1), "slope-sign"),
        ("sigmoid_derivative", lambda z: sig(z) * (1 + sig(z)), "plus-for-minus-in-derivative"),
        ("sigmoid_derivative", lambda z: 1 - sig(z), "derivative-incomplete"),
        ("sigmoid_derivative", lambda z: 1 - sig(z) ** 2, "other-derivative"),
        ("tanh_derivative", lambda z: 1 + np.tanh(z) ** 2, "plus-for-minus-in-derivative"),
        ("tanh_derivative", lambda z: 1 - np.tanh(z), "derivative-incomplete"),
        ("tanh_derivative", lambda z: 1 - z**2, "z-for-h-in-derivative"),
        ("relu", np.abs, "negatives-turned"),
        ("relu", lambda z: np.minimum(z, 0), "wrong-half"),
        ("relu", lambda z: (z > 0) * 1.0, "derivative-for-activation"),
        ("relu", lambda z: z, "activation-left-out"),
        ("relu_derivative", np.sign, "negatives-turned"),
        ("relu_derivative", lambda z: z < 0, "wrong-half"),
        ("relu_derivative", lambda z: np.maximum(z, 0), "value-for-derivative"),
        ("relu_derivative", np.ones_like, "flat-half-left-out"),
    ],
)
def test_a_wrong_activation_is_named_and_costs_one_point(name, function, misconception):
    verdict = judge("activation-derivatives", {**RIGHT_ACTIVATIONS["vectorised"], name: function})
    part = first_wrong(verdict)
    assert (part.name, part.misconception) == (name, misconception), str(verdict)
    assert verdict.points == 4


def test_an_array_changed_in_place_is_named():
    def relu(z):
        if np.ndim(z):
            z[z < 0] = 0
            return z
        return max(z, 0.0)

    verdict = judge("activation-derivatives", {**RIGHT_ACTIVATIONS["vectorised"], "relu": relu})
    assert first_wrong(verdict).misconception == "argument-changed"


@pytest.mark.parametrize("function", [math.exp, lambda z: max(0, z), lambda z: 0.0 if z < 0 else z])
def test_a_function_for_single_numbers_says_where_it_stops(function):
    verdict = judge("activation-derivatives", {**RIGHT_ACTIVATIONS["vectorised"], "relu": function})
    assert first_wrong(verdict).name == "relu"
    assert verdict.points == 4


def test_a_check_never_asks_for_the_slope_at_a_kink():
    for exercise in EXERCISES["activation-derivatives"].functions:
        for seed in range(20):
            for case in exercise.cases(np.random.default_rng(seed)):
                assert np.all(case.arguments["z"] != 0)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_the_reference_activations_equal_autograds_slopes_and_are_silent_far_out(name):
    rules, activation = elementwise.Elementwise(), functions.activation_named(name)
    curves = {"sigmoid": lambda z: 1 / (1 + anp.exp(-z)), "tanh": anp.tanh, "relu": lambda z: anp.maximum(z, 0)}
    z = np.array([[-3.0, -0.7, 0.4], [1.1, 2.6, 5.0]])
    np.testing.assert_allclose(rules.value_of(activation, z), curves[name](z), rtol=1e-12)
    np.testing.assert_allclose(rules.slope_of(activation, z), autograd.elementwise_grad(curves[name])(z), rtol=1e-9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        far = np.array([-1e4, -800, 800, 1e4])
        assert np.isfinite(rules.value_of(activation, far)).all()
        assert np.isfinite(rules.slope_of(activation, far)).all()
