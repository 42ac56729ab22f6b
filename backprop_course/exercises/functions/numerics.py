"""Derivatives by numbers as exercises: a central difference, of a number and of every entry of an array."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from backprop_course.core import gradcheck
from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.exercises.kinds import Case, Function

F = Callable[[Array], Array]
EPS = 1e-5
"""What eps is where the caller does not say."""


class Numerical:
    """Slopes by numbers; `given` is whether eps was given, or left at its default."""

    parts: ClassVar = {
        "numerical_derivative": {"difference": lambda given: given},
        "numerical_gradient": {"difference": lambda given: given},
    }

    def difference(self, given: bool, f: F, x: Array, eps: float) -> Array:
        """The slope of f at a number x."""
        return gradcheck.numerical_derivative(f, x, eps)

    def difference_text(self, given: bool, f: str, x: str, eps: str) -> str:
        return f"({f}({x} + {eps}) - {f}({x} - {eps})) / (2 * {eps})"

    def numerical_derivative(self, given: bool, f: F, x: Array, eps: float) -> Array:
        """The derivative of a function of one number."""
        return self.difference(given, f, x, eps)

    def numerical_gradient(self, given: bool, f: F, x: Array, eps: float) -> Array:
        """The gradient of a function of an array: for each entry the slope along it, the others held."""
        gradient = np.zeros(np.shape(x))
        for i in np.ndindex(gradient.shape):
            gradient[i] = self.difference(given, as_function_of_entry(f, x, i), np.asarray(x)[i], eps)
        return gradient[()]


def as_function_of_entry(f: F, x: Array, i: tuple[int, ...]) -> F:
    """f as a function of one entry of x."""

    def with_entry(value: Array) -> Array:
        changed = np.array(x, dtype=float)
        changed[i] = value
        return f(changed)

    return with_entry


_RULES = Numerical()


def written(text: str, f: F) -> F:
    """The function with its text for a name, to be shown in a message."""
    f.__name__ = text
    return f


def numerical_derivative_exercise(id: str) -> Function:
    """The exercise `numerical_derivative(f, x, eps=1e-5)`, a central difference."""

    def case(arguments: tuple[Any, ...]) -> Case:
        return _case("numerical_derivative", arguments)

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        # A wide eps keeps apart what agrees when eps is small; the first can be checked by hand.
        yield case((written("lambda x: x**2", lambda x: x**2), 3.0, 0.1))
        yield case((written("lambda x: x**3", lambda x: x**3), 2.0, 0.1))
        yield case((written("lambda x: x**3", lambda x: x**3), 2.0))
        yield case((np.exp, _number(rng), 0.5))
        yield case((np.exp, -_number(rng)))
        for number in range(4):
            # The first two rise, the others fall, at an x that no rounding leaves as it is.
            sign, decimals = (1, 1) if number < 2 else (-1, 4)
            f = _cubic_and_exp(sign * _number(rng), sign * _number(rng))
            x = _number(rng, decimals) * float(rng.choice([-1, 1]))
            yield case((f, x) if number % 2 else (f, x, float(rng.choice([0.01, 0.2, 0.3]))))
        yield case((written("lambda x: x**3", lambda x: x**3), 2))

    return Function(id, "numerical_derivative", cases, case, verify=_two_points)


def numerical_gradient_exercise(id: str) -> Function:
    """The exercise `numerical_gradient(f, x, eps=1e-5)` for an array of any shape."""

    def case(arguments: tuple[Any, ...]) -> Case:
        return _case("numerical_gradient", arguments)

    def cases(rng: np.random.Generator) -> Iterator[Case]:
        first = written("lambda x: x[0]**2 * x[1]", lambda x: x[0] ** 2 * x[1])
        yield case((first, np.array([2.0, 3.0]), 0.1))
        yield case((first, np.array([2.0, 3.0])))
        # Every entry has another slope, and each slope depends on all entries.
        f = written("lambda x: np.sum(x**3) + np.sum(x)**2", lambda x: np.sum(x**3) + np.sum(x) ** 2)
        shapes = ((3,), (2, 3), (3, 2), (), (1,), (2, 1, 2))
        for number, shape in enumerate((*shapes, *shapes[:3])):
            decimals = 1 if number < len(shapes) else 4  # what is rounded shows where slopes have more
            x = np.array(np.round(rng.uniform(0.2, 2, shape) * rng.choice([-1, 1], shape), decimals))
            yield case((f, x, float(rng.choice([0.1, 0.2, 0.3]))) if number % 3 != 2 else (f, x))
        yield case((first, np.array([3, 4])))
        yield case((f, np.array([[1, -2], [3, 2]])))

    return Function(id, "numerical_gradient", cases, case, verify=_one_entry)


def _cubic_and_exp(a: float, b: float) -> F:
    return written(
        f"lambda x: {a:g} * x**3 {'-' if b < 0 else '+'} {abs(b):g} * np.exp(x)", lambda x: a * x**3 + b * np.exp(x)
    )


def _number(rng: np.random.Generator, decimals: int = 1) -> float:
    return float(np.round(rng.uniform(0.5, 2), decimals))


def _case(name: str, arguments: tuple[Any, ...]) -> Case:
    f, x, *given = arguments
    eps = given[0] if given else EPS
    shown = dict(zip(("f", "x", "eps"), arguments, strict=False))
    step = Step("result", name, bool(given), ("f", "x", "eps"), name, _RULES)
    return Case(shown, {"f": f, "x": x, "eps": eps}, (step,), {"": "result"}, shown={"f": f.__name__})


def _two_points(case: Case, key: str) -> str:
    f, x, eps = (case.values[name] for name in ("f", "x", "eps"))
    return (
        f"Check alone: f({x - eps:.8g}) = {float(f(x - eps)):.10g} and f({x + eps:.8g}) = {float(f(x + eps)):.10g}. "
        "How far apart are these two points?"
    )


def _one_entry(case: Case, key: str) -> str:
    f, x, eps = (case.values[name] for name in ("f", "x", "eps"))
    i = (0,) * np.ndim(x)
    value = float(np.asarray(x)[i])
    below, above = (float(as_function_of_entry(f, x, i)(value + sign * eps)) for sign in (-1, 1))
    entry = f"x[{', '.join('0' for _ in i)}]" if i else "x"
    return (
        f"Check alone: where {entry} alone is moved to {value - eps:.8g}, f is {below:.10g}; "
        f"at {value + eps:.8g} it is {above:.10g}."
    )
