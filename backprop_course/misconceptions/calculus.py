"""Mistakes in a derivative taken by hand: of one function, of a function of a function, of one variable of two."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.misconceptions.registry import wrong_rule

_VALUE = "The derivative says how fast the function changes, not how large it is."
_SHAPE = "A gradient has one entry for each entry of its variable, in the same arrangement."


def _outer_known(at: Any) -> bool:
    return at.f is not None


def _is_exp(at: Any) -> bool:
    return at.f is np.exp


# Single functions.


@wrong_rule("value-for-derivative", "the function itself is given where its derivative is asked", _VALUE)
class _LogForDerivative:
    def d_log(self, at: None, x: Array) -> Array:
        return np.log(x)


# e^(x²) for its own derivative is a forgotten inner derivative.
@wrong_rule("value-for-derivative", where=lambda at: at.f is not None and not _is_exp(at))
class _ValueForDerivative:
    def chain_rule(self, at: Any, x: Array) -> Array:
        return at.f(at.g(x))


@wrong_rule(
    "power-rule-on-exp",
    "the power rule is used on an exponential",
    "The power rule is for x to a fixed power. Here x is in the exponent: which function is its own derivative?",
)
class _PowerRuleOnExp:
    def d_exp(self, at: None, x: Array) -> Array:
        return x * np.exp(x - 1)


@wrong_rule("power-rule-on-exp", where=_is_exp)
class _PowerRuleOnExpOfInner:
    def chain_rule(self, at: Any, x: Array) -> Array:
        return at.g(x) * np.exp(at.g(x) - 1)


@wrong_rule("power-rule-on-exp", where=_is_exp)
class _PowerAndChainRuleOnExp:
    def chain_rule(self, at: Any, x: Array) -> Array:
        return at.g(x) * np.exp(at.g(x) - 1) * at.dg(x)


@wrong_rule("power-rule-on-exp", where=_is_exp)
class _PowerLoweredInExp:
    def chain_rule(self, at: Any, x: Array) -> Array:
        return at.dg(x) * np.exp(at.g(x) - 1)


@wrong_rule(
    "base-ten",
    "this is the logarithm to base 10",
    "Here and in most of machine learning, log is the natural logarithm, to base e.",
)
class _BaseTen:
    def d_log(self, at: None, x: Array) -> Array:
        return 1 / (x * np.log(10))


@wrong_rule(
    "log-derivative-again",
    "this is the derivative of 1/x",
    "One derivative too many: what was asked is the derivative of log x.",
)
class _LogDerivativeAgain:
    def d_log(self, at: None, x: Array) -> Array:
        return -1 / x**2


@wrong_rule(
    "square-misplaced",
    "the square is taken of the outer function instead of x",
    "log x² is log(x²), and e^(x²) has the square in its exponent: first x is squared, then comes log or exp.",
    _outer_known,
)
class _SquareMisplaced:
    def chain_rule(self, at: Any, x: Array) -> Array:
        return 2 * at.f(x) * at.df(x)


# The chain rule.

_INNER = "A nudge of x first goes through the inner function: it comes out scaled by g'(x). That is a factor too."
_SCALED = "Each function on the way scales the nudge that reaches it; scaling twice means multiplying."


@wrong_rule("inner-derivative-left-out", "the derivative of the inner function is left out", _INNER)
class _InnerDerivativeLeftOut:
    def chain_rule(self, at: Any, x: Array) -> Array:
        return at.df(at.g(x)) + 0 * x


@wrong_rule("outer-derivative-left-out", "the derivative of the outer function is left out", _SCALED)
class _OuterDerivativeLeftOut:
    def chain_rule(self, at: Any, x: Array) -> Array:
        return at.dg(x) + 0 * x


@wrong_rule(
    "outer-derivative-at-x",
    "the outer function's derivative is taken at x",
    "What goes into the outer function is g(x), so that is where its slope is taken.",
)
class _OuterDerivativeAtX:
    def chain_rule(self, at: Any, x: Array) -> Array:
        return at.df(x) * at.dg(x)


@wrong_rule(
    "inner-value-for-derivative",
    "the inner function itself is a factor where its derivative belongs",
    _INNER,
)
class _InnerValueForDerivative:
    def chain_rule(self, at: Any, x: Array) -> Array:
        return at.df(at.g(x)) * at.g(x)


@wrong_rule("derivatives-added", "the two derivatives are added instead of multiplied", _SCALED)
class _DerivativesAdded:
    def chain_rule(self, at: Any, x: Array) -> Array:
        return at.df(at.g(x)) + at.dg(x)


@wrong_rule(
    "derivatives-composed",
    "one derivative is put into the other",
    "The functions are put into each other; their derivatives are multiplied.",
)
class _DerivativesComposed:
    def chain_rule(self, at: Any, x: Array) -> Array:
        return at.df(at.dg(x)) + 0 * x


@wrong_rule(
    "inner-derivative-inside",
    "the inner derivative stands inside the outer one",
    "Close the bracket of f' right after g(x); the inner derivative is a factor beside it.",
)
class _InnerDerivativeInside:
    def chain_rule(self, at: Any, x: Array) -> Array:
        return at.df(at.g(x) * at.dg(x))


# Partial derivatives.


@wrong_rule(
    "partials-swapped",
    "the two partial derivatives have changed places",
    "For the first entry hold x_2 still, as if it were the 3 in 3 · x_1. What is the slope along x_1?",
)
class _PartialsSwapped:
    def product_gradient(self, at: None, x_1: Array, x_2: Array) -> Array:
        return np.array([x_1, x_2])


@wrong_rule("partials-added", "the partial derivatives are added up into one number", _SHAPE)
class _PartialsAdded:
    def product_gradient(self, at: None, x_1: Array, x_2: Array) -> Array:
        return x_1 + x_2


@wrong_rule(
    "held-factor-left-out",
    "the factor that is held is left out",
    "A factor that is held still stays: the slope of 3 · x is 3, not 1.",
)
class _HeldFactorLeftOut:
    def product_gradient(self, at: None, x_1: Array, x_2: Array) -> Array:
        return np.ones(2)


@wrong_rule("value-for-derivative")
class _ProductForGradient:
    def product_gradient(self, at: None, x_1: Array, x_2: Array) -> Array:
        return x_1 * x_2


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
