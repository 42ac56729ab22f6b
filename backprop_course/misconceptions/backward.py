"""Mistakes on the way back through an activation."""

from __future__ import annotations

from backprop_course.core.functions import Activation, Array, sigmoid
from backprop_course.misconceptions.registry import curved, mistaken_for, smooth, wrong_rule
from backprop_course.misconceptions.wrong_equations import wrong_equation

wrong_equation(
    "derivative-left-out",
    "the activation's derivative is left out",
    "On the way back through h = f(z), the error is multiplied by f'(z).",
    where=smooth,
    through_activation="dL_dh",
)


@wrong_rule(
    "derivative-twice",
    "the activation's derivative is applied twice",
    "Each activation function is passed once on the way back, so its derivative comes in once.",
    curved,
)
class _DerivativeTwice:
    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        return activation.pull_back(z, h, activation.pull_back(z, h, dL_dh))


@wrong_rule(
    "derivative-at-h",
    "the activation's derivative is taken at h instead of z",
    "f' belongs to the number that went into f: take it there. (From h it is h(1 − h) for a sigmoid, 1 − h² for tanh.)",
    smooth,
)
class _DerivativeAtH:
    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        return activation.pull_back(h, activation.value(h), dL_dh)


@wrong_rule(
    "z-for-h-in-derivative",
    "z is put into the derivative's formula where h belongs",
    "h(1 − h) and 1 − h² are the slopes written with h = f(z), not with z.",
    smooth,
)
class _ZForH:
    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        return activation.pull_back(z, z, dL_dh)


wrong_equation(
    "activation-for-derivative",
    "the activation itself is used instead of its derivative",
    "Going back through h = f(z) needs the slope f'(z), not the value f(z).",
    where=curved,
    through_activation="dL_dh * h",
)


@wrong_rule(
    "other-derivative",
    "another activation's derivative is used",
    "A sigmoid's slope is h(1 − h), a tanh's 1 − h², a ReLU's 1 or 0.",
    curved,
)
class _OtherDerivative:
    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        return dL_dh * (h * (1 - h) if activation.name == "tanh" else 1 - h * h)


@wrong_rule("other-derivative", where=curved)
class _OtherDerivativeFromZ:
    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        other = mistaken_for(activation)
        return other.pull_back(z, other.value(z), dL_dh)


wrong_equation(
    "derivative-incomplete",
    "a part of the activation's derivative is missing",
    "A sigmoid's slope is the product h · (1 − h), a tanh's 1 − h², with the square.",
    where=smooth,
    through_activation="dL_dh * (1 - h)",
)


@wrong_rule(
    "derivative-on-output",
    "a derivative is applied at the linear output",
    "The output unit is linear: its slope is 1, so the error passes it unchanged.",
    lambda activation: activation.name == "linear",
)
class _DerivativeOnOutput:
    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        return sigmoid.pull_back(z, sigmoid.value(z), dL_dh)


@wrong_rule("derivative-on-output", where=lambda activation: activation.name == "linear")
class _DerivativeOnOutputFromH:
    def through_activation(self, activation: Activation, z: Array, h: Array, dL_dh: Array) -> Array:
        return sigmoid.pull_back(z, h, dL_dh)
