"""Checking a gradient by numbers: nudge each variable a little and see how the loss moves.

Slow, since every entry costs two forward passes, and independent of any rule: what backpropagation is checked by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from backprop_course.core.arrays import as_array, expect_shape
from backprop_course.core.functions import Array
from backprop_course.core.names import gradient
from backprop_course.errors import CourseError


def numerical_derivative(f: Callable[[Array], Array], x: Array, eps: float = 1e-5) -> Array:
    """The derivative of f at x by a central difference; its error shrinks with eps², a one-sided one's with eps.

    f'(x) ≈ (f(x + eps) − f(x − eps)) / 2 eps

    x: a number; an array where f works elementwise. Returns x's shape.
    Raises CourseError where x is not made of real numbers.
    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), section 11.5.

    >>> float(round(numerical_derivative(lambda x: x**2, 3.0), 6))
    6.0
    """
    x = np.float64(as_array("x", x))  # float32 would leave nothing of so small a nudge
    return (f(x + eps) - f(x - eps)) / (2 * eps)


def numerical_gradient(f: Callable[[Array], Array], x: Array, eps: float = 1e-5) -> Array:
    """The gradient of f at x: one central difference for every entry, the others held.

    ∂f/∂x_i ≈ (f(x + eps e_i) − f(x − eps e_i)) / 2 eps

    f: takes an array of x's shape, returns a number. x: of any shape, a single number too; it is left as it was.
    Returns a float64 array of x's shape.
    Raises CourseError where x is not made of real numbers, or f returns more than one number.
    """
    x = as_array("x", x)
    gradient = np.zeros(np.shape(x))
    for i in np.ndindex(gradient.shape):
        nudge = np.zeros_like(gradient)
        nudge[i] = eps
        # A new array each time: nothing to put back, whatever f does with it.
        above, below = f(x + nudge), f(x - nudge)
        expect_shape("f(x)", above, (), "a gradient is taken of one number")
        gradient[i] = (above - below) / (2 * eps)
    return gradient[()]


def relative_error(analytic: Array, numeric: Array) -> float:
    """How far two gradients are apart, as a share of the larger; it does not depend on their scale.

    ‖a − n‖ / max(‖a‖, ‖n‖), and 0 where both are 0

    analytic, numeric: of one shape, in either order. Returns a number from 0 to 2, NaN if an entry is not finite;
    for central differences in float64 below 1e-7 is right, above 1e-2 is wrong.
    Raises CourseError for different shapes.
    Source: Stanford CS231n, "Gradient checks", there for single entries.
    """
    a, n = as_array("analytic", analytic), as_array("numeric", numeric)
    expect_shape("analytic", a, np.shape(n), "numeric has that shape, and both are gradients of one variable")
    size = max(np.linalg.norm(a), np.linalg.norm(n))
    with np.errstate(invalid="ignore"):
        return float(np.linalg.norm(a - n) / size) if size else 0.0


def check_gradients(
    loss: Callable[[dict[str, Array]], Array],
    params: Mapping[str, Array],
    gradients: Mapping[str, Array],
    eps: float = 1e-5,
) -> dict[str, float]:
    """The relative error of every gradient against central differences, by the parameter's name.

    loss: takes a dict like params, returns a number. gradients: dL/d(param) by the param's name, in its shape.
    Raises CourseError for a missing or unknown name, or a gradient whose shape is not its parameter's.
    """
    unknown = [name for name in gradients if name not in params]
    if unknown:
        raise CourseError(f"There are gradients of {_listed(unknown)}; the parameters are {_listed(params)}.")
    for name in params:
        if name not in gradients:
            raise CourseError(f"The gradient of {name} is missing; there are {_listed(gradients)}.")
        got = np.shape(as_array(gradient(name), gradients[name]))
        expected = np.shape(as_array(name, params[name]))
        if got != expected:
            hint = "is a transpose missing?" if got == expected[::-1] else "was it summed over the batch?"
            raise CourseError(
                f"{gradient(name)} has shape {got}; {name} is {expected}. A gradient has its variable's shape: {hint}"
            )

    def error(name: str) -> float:
        numeric = numerical_gradient(lambda value: loss({**params, name: value}), params[name], eps)
        return relative_error(gradients[name], numeric)

    return {name: error(name) for name in params}


def _listed(names: Mapping[str, Array] | list[str]) -> str:
    return ", ".join(str(name) for name in names) or "none"
