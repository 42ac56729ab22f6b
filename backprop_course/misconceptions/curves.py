"""Mistakes in activations and their slopes, written as functions of any array."""

from __future__ import annotations

import numpy as np

from backprop_course.core.functions import Activation, Array
from backprop_course.misconceptions.registry import wrong_rule
from backprop_course.misconceptions.wrong_equations import wrong_equation


def _bounded(activation: Activation) -> bool:
    return activation.name in ("sigmoid", "tanh")


def _relu(activation: Activation) -> bool:
    return activation.name == "relu"


@wrong_rule(
    "exponent-sign",
    "the exponent has the wrong sign",
    "Far to the right the sigmoid is nearly 1. What does your exponential do there?",
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


wrong_equation(
    "wrong-half",
    "the wrong half is cut off",
    "A ReLU lets positive numbers through as they are, and makes negative ones 0.",
    where=_relu,
    value_of="minimum(z, 0)",
)


@wrong_rule("wrong-half")
class _WrongHalfSlope:
    def relu_slope(self, activation: Activation, z: Array) -> Array:
        return (z < 0) * 1.0


wrong_equation(
    "negatives-turned",
    "negative numbers are turned around, not cut off",
    "To the left of 0 a ReLU is flat: value 0, slope 0.",
    where=_relu,
    value_of="abs(z)",
)

wrong_equation("negatives-turned", relu_slope="sign(z)")

wrong_equation(
    "flat-half-left-out",
    "the slope is given as if the function were z everywhere",
    "There are two halves. Look at the graph to the left of 0: how steep is it there?",
    relu_slope="ones_like(z)",
)


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
