"""Gradient descent: what is done with a gradient."""

from __future__ import annotations

from typing import Any, ClassVar

from backprop_course.functions import Array


class DescentEquations:
    """The same, written out."""

    def update(self, at: Any, eta: str, gradient: str) -> str:
        return f"-{eta} * {gradient}"

    def step(self, at: Any, weight: str, eta: str, gradient: str) -> str:
        return f"{weight} - {eta} * {gradient}"


class Descent:
    """The two ways to write a step downhill."""

    equations: ClassVar = DescentEquations()

    def update(self, at: Any, eta: Array, gradient: Array) -> Array:
        """What is added to a weight: −eta · dL/dw, of the gradient's shape."""
        return -eta * gradient

    def step(self, at: Any, weight: Array, eta: Array, gradient: Array) -> Array:
        """The new weight: w − eta · dL/dw, of the weight's shape."""
        return weight - eta * gradient
