"""Mistakes in a derivative taken by hand: of one function, of a function of a function, of one variable of two."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.misconceptions.registry import wrong_rule
from backprop_course.misconceptions.wrong_equations import wrong_equation

_VALUE = "The derivative says how fast the function changes, not how large it is."
_SHAPE = "A gradient has one entry for each entry of its variable, in the same arrangement."


def _outer_known(at: Any) -> bool:
    return at.f is not None


def _is_exp(at: Any) -> bool:
    return at.f is np.exp


# Single functions.


wrong_equation(
    "value-for-derivative",
    "the function itself is given where its derivative is asked",
    _VALUE,
    d_log="log(x)",
)


# e^(x²) for its own derivative is a forgotten inner derivative.
wrong_equation("value-for-derivative", where=lambda at: at.f is not None and not _is_exp(at), chain_rule="f(g(x))")

wrong_equation(
    "power-rule-on-exp",
    "the power rule is used on an exponential",
    "The power rule is for x to a fixed power. Here x is in the exponent: which function is its own derivative?",
    d_exp="x * exp(x - 1)",
)

wrong_equation(
    "power-rule-on-exp",
    where=_is_exp,
    chain_rule=("g(x) * exp(g(x) - 1)", "g(x) * exp(g(x) - 1) * dg(x)", "dg(x) * exp(g(x) - 1)"),
)

wrong_equation(
    "base-ten",
    "this is the logarithm to base 10",
    "Here and in most of machine learning, log is the natural logarithm, to base e.",
    d_log="1 / (x * log(10))",
)

wrong_equation(
    "log-derivative-again",
    "this is the derivative of 1/x",
    "One derivative too many: what was asked is the derivative of log x.",
    d_log="-1 / x ** 2",
)

wrong_equation(
    "square-misplaced",
    "the square is taken of the outer function instead of x",
    "log x² is log(x²), and e^(x²) has the square in its exponent: first x is squared, then comes log or exp.",
    where=_outer_known,
    chain_rule="2 * f(x) * df(x)",
)


# The chain rule.

_INNER = "A nudge of x first goes through the inner function: it comes out scaled by g'(x). That is a factor too."
_SCALED = "Each function on the way scales the nudge that reaches it; scaling twice means multiplying."


wrong_equation(
    "inner-derivative-left-out",
    "the derivative of the inner function is left out",
    _INNER,
    chain_rule="df(g(x)) + 0 * x",
)

wrong_equation(
    "outer-derivative-left-out",
    "the derivative of the outer function is left out",
    _SCALED,
    chain_rule="dg(x) + 0 * x",
)

wrong_equation(
    "outer-derivative-at-x",
    "the outer function's derivative is taken at x",
    "What goes into the outer function is g(x), so that is where its slope is taken.",
    chain_rule="df(x) * dg(x)",
)

wrong_equation(
    "inner-value-for-derivative",
    "the inner function itself is a factor where its derivative belongs",
    _INNER,
    chain_rule="df(g(x)) * g(x)",
)

wrong_equation(
    "derivatives-added",
    "the two derivatives are added instead of multiplied",
    _SCALED,
    chain_rule="df(g(x)) + dg(x)",
)

wrong_equation(
    "derivatives-composed",
    "one derivative is put into the other",
    "The functions are put into each other; their derivatives are multiplied.",
    chain_rule="df(dg(x)) + 0 * x",
)

wrong_equation(
    "inner-derivative-inside",
    "the inner derivative stands inside the outer one",
    "Close the bracket of f' right after g(x); the inner derivative is a factor beside it.",
    chain_rule="df(g(x) * dg(x))",
)


# Partial derivatives.


@wrong_rule(
    "partials-swapped",
    "the two partial derivatives have changed places",
    "For the first entry hold x_2 still, as if it were the 3 in 3 · x_1. What is the slope along x_1?",
)
class _PartialsSwapped:
    def product_gradient(self, at: None, x_1: Array, x_2: Array) -> Array:
        return np.array([x_1, x_2])


wrong_equation(
    "partials-added",
    "the partial derivatives are added up into one number",
    _SHAPE,
    product_gradient="x_1 + x_2",
)


@wrong_rule(
    "held-factor-left-out",
    "the factor that is held is left out",
    "A factor that is held still stays: the slope of 3 · x is 3, not 1.",
)
class _HeldFactorLeftOut:
    def product_gradient(self, at: None, x_1: Array, x_2: Array) -> Array:
        return np.ones(2)


wrong_equation("value-for-derivative", product_gradient="x_1 * x_2")


@wrong_rule("value-for-derivative")
class _ProductsForGradient:
    def product_gradient(self, at: None, x_1: Array, x_2: Array) -> Array:
        return np.array([x_1 * x_2, x_1 * x_2])


@wrong_rule("gradient-rearranged", "the gradient has not its variable's shape", _SHAPE)
class _Column:
    def product_gradient(self, at: None, x_1: Array, x_2: Array) -> Array:
        return np.array([[x_2], [x_1]])


@wrong_rule("gradient-rearranged")
class _Row:
    def product_gradient(self, at: None, x_1: Array, x_2: Array) -> Array:
        return np.array([[x_2, x_1]])
