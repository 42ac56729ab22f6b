"""Mistakes in a derivative taken by hand: logarithms, the chain rule, partial derivatives, slopes of activations."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop_course.functions import Activation, Array
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


# Logarithms.

_KEPT = "The logarithm takes every operation one step down: a product becomes a sum, a power becomes a product."
_SUM = "There is no rule for the logarithm of a sum. What does log make of a product?"


@wrong_rule("log-operation-kept", "the operation stays the same after the logarithm", _KEPT)
class _ProductKept:
    def log_product(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) * np.log(b)


@wrong_rule("log-operation-kept")
class _PowerKept:
    def log_power(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) ** b


@wrong_rule("log-operation-kept")
class _QuotientKept:
    def log_quotient(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) / np.log(b)


@wrong_rule("log-of-sum", "a logarithm of a sum is taken", _SUM)
class _LogOfSum:
    def log_product(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a + b)


@wrong_rule("log-of-sum")
class _LogOfDifference:
    def log_quotient(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a - b)


@wrong_rule(
    "log-sign",
    "a sign is wrong",
    "Try b = 1: dividing by 1 changes nothing, and log 1 = 0. Then b = a: what must come out?",
)
class _QuotientAdded:
    def log_quotient(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) + np.log(b)


@wrong_rule("log-sign")
class _QuotientReversed:
    def log_quotient(self, at: None, a: Array, b: Array) -> Array:
        return np.log(b) - np.log(a)


@wrong_rule("log-sign")
class _ProductSubtracted:
    def log_product(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) - np.log(b)


@wrong_rule(
    "exponent-under-log",
    "the logarithm is taken of the exponent too",
    "a³ is a · a · a, so log a³ is log a + log a + log a. What has become of the 3?",
)
class _ExponentUnderLog:
    def log_power(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) * np.log(b)


@wrong_rule("exponent-under-log")
class _LogOfExponentAlone:
    def log_power(self, at: None, a: Array, b: Array) -> Array:
        return a * np.log(b)


@wrong_rule(
    "exponent-added",
    "the exponent is added instead of multiplied",
    "a³ is a · a · a, so log a³ is log a + log a + log a: how many times?",
)
class _ExponentAdded:
    def log_power(self, at: None, a: Array, b: Array) -> Array:
        return b + np.log(a)


@wrong_rule("exponent-added")
class _LogOfExponentAdded:
    def log_power(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) + np.log(b)


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


# Activations and their slopes.


def _bounded(activation: Activation) -> bool:
    return activation.name in ("sigmoid", "tanh")


def _relu(activation: Activation) -> bool:
    return activation.name == "relu"


@wrong_rule(
    "exponent-sign",
    "the exponent has the wrong sign",
    "Where z is large and positive, the sigmoid is nearly 1. What does your exponential do there?",
    lambda activation: activation.name == "sigmoid",
)
class _ExponentSign:
    def value_of(self, activation: Activation, z: Array) -> Array:
        return activation.value(-z)


@wrong_rule(
    "derivative-for-activation",
    "the derivative is given where the activation itself is asked",
    "The value f(z) is what a unit hands on; the slope f'(z) is for the way back.",
    lambda activation: activation.name == "sigmoid",
)
class _DerivativeForActivation:
    def value_of(self, activation: Activation, z: Array) -> Array:
        return activation.pull_back(z, activation.value(z), np.ones_like(z)[()])


@wrong_rule(
    "wrong-half",
    "the wrong half is cut off",
    "A ReLU lets positive numbers through as they are, and makes negative ones 0.",
    _relu,
)
class _WrongHalf:
    def value_of(self, activation: Activation, z: Array) -> Array:
        return np.minimum(z, 0)


@wrong_rule("wrong-half")
class _WrongHalfSlope:
    def relu_slope(self, activation: Activation, z: Array) -> Array:
        return (z < 0) * 1.0


@wrong_rule(
    "negatives-turned",
    "negative numbers are turned around, not cut off",
    "To the left of 0 a ReLU is flat: value 0, slope 0.",
    _relu,
)
class _NegativesTurned:
    def value_of(self, activation: Activation, z: Array) -> Array:
        return np.abs(z)


@wrong_rule("negatives-turned")
class _NegativesTurnedSlope:
    def relu_slope(self, activation: Activation, z: Array) -> Array:
        return np.sign(z)


@wrong_rule(
    "flat-half-left-out",
    "the slope is given as if the function were z everywhere",
    "There are two halves. Look at the graph to the left of 0: how steep is it there?",
)
class _FlatHalfLeftOut:
    def relu_slope(self, activation: Activation, z: Array) -> Array:
        return np.ones_like(z)[()]


@wrong_rule("value-for-derivative")
class _ReluForSlope:
    def relu_slope(self, activation: Activation, z: Array) -> Array:
        return activation.value(z)


@wrong_rule(
    "slope-sign",
    "the slope has the wrong sign",
    "The curve rises everywhere, so its slope is positive. (The inner derivative of e^(−z) brings a −1.)",
    _bounded,
)
class _SlopeSign:
    def slope_of(self, activation: Activation, z: Array) -> Array:
        return -activation.pull_back(z, activation.value(z), np.ones_like(z)[()])


@wrong_rule(
    "plus-for-minus-in-derivative",
    "a plus stands where the derivative has a minus",
    "Far from 0 the curve is flat: your slope must go to 0 there. (1 + tan² is the slope of tan, not of tanh.)",
    _bounded,
)
class _PlusForMinus:
    def slope_of(self, activation: Activation, z: Array) -> Array:
        h = activation.value(z)
        return h * (1 + h) if activation.name == "sigmoid" else 1 + h * h
