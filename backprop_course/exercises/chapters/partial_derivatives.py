"""03: a function of several variables, and its slope along each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.exercises.kinds import Case, Function


class Product:
    """The gradient of a product of two variables."""

    def product_gradient(self, at: None, x_1: Array, x_2: Array) -> Array:
        """The gradient of x_1 · x_2: each variable's slope is the other one."""
        return np.array([x_2, x_1])

    def product_gradient_text(self, at: None, x_1: str, x_2: str) -> str:
        return f"pair({x_2}, {x_1})"


_RULES = Product()


def _product(arguments: tuple[Any, ...]) -> Case:
    known = dict(zip(("x_1", "x_2"), arguments, strict=True))
    step = Step("result", "product_gradient", None, tuple(known), "result", _RULES)
    return Case(known, known, (step,), {"": "result"})


def _products(rng: np.random.Generator) -> Iterator[Case]:
    yield _product((2.0, 3.0))
    yield _product((0.0, -4.0))
    for decimals in (1, 1, 1, 8):  # what is rounded shows where numbers have more
        x_1, x_2 = np.round(rng.uniform(0.5, 5, 2) * rng.choice([-1, 1], 2), decimals)
        yield _product((float(x_1), float(x_2)))
    yield _product((2, 5))


def _one_nudged(case: Case, key: str) -> str:
    x_1, x_2 = (float(case.values[name]) for name in ("x_1", "x_2"))
    return (
        f"Check alone: with x_2 = {x_2:g} held, move x_1 from {x_1:g} to {x_1 + 1:g}: "
        f"the product goes from {x_1 * x_2 + 0:g} to {(x_1 + 1) * x_2 + 0:g}."
    )


PRODUCT = Function("partial-derivatives", "product_gradient", _products, _product, worth=1.0, verify=_one_nudged)
