"""The relative error of two gradients as an exercise, by any definition in which both count alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.exercises.kinds import Case, Function

Size = Callable[[Array], Array]


@dataclass(frozen=True)
class Measure:
    """A definition of relative error: the size of the difference, as a share of what the two sizes make together.

    size: a norm, or the absolute value of every entry. together(a, n): symmetric in the two sizes.
    collect: from the entries' errors to one number; nothing to do after a norm.
    """

    size: Size
    together: Callable[[Array, Array], Array]
    collect: Size = lambda error: error

    def share(self, difference: Array, a: Array, n: Array) -> Array:
        """The difference's size as a share of those of a and n, and 0 where there is no difference."""
        sizes = np.asarray(self.together(self.size(a), self.size(n)))
        size = np.asarray(self.size(difference), dtype=float)
        return self.collect(np.divide(size, sizes, out=np.zeros_like(size), where=sizes != 0))


def _norm(order: float, of_matrix: bool) -> Size:
    return lambda a: np.linalg.norm(a if of_matrix and np.ndim(a) == 2 else np.ravel(a), order)


_NORMS = [_norm(order, of_matrix) for of_matrix in (False, True) for order in (2, 1, np.inf)]
_TOGETHER: list[Callable[[Array, Array], Array]] = [
    np.maximum,
    lambda a, n: a + n,
    lambda a, n: (a + n) / 2,
    np.hypot,
]
MEASURES = [
    *(Measure(norm, together) for norm in _NORMS for together in _TOGETHER),
    *(Measure(np.abs, together, collect) for together in _TOGETHER for collect in (np.max, np.mean)),
]
"""What may be meant by a relative error; the first one is the course's own."""


class Comparison:
    """The relative error of two gradients."""

    def relative_error(self, at: Measure, analytic: Array, numeric: Array) -> Array:
        """‖a − n‖ / max(‖a‖, ‖n‖), or by another measure; 0 where both are 0."""
        return at.share(np.subtract(analytic, numeric), analytic, numeric)

    def relative_error_text(self, at: Measure, analytic: str, numeric: str) -> str:
        return f"collect(size({analytic} - {numeric}) / together(size({analytic}), size({numeric})))"


_COMPARISON = Comparison()


def relative_error_exercise(id: str) -> Function:
    """The exercise `relative_error(analytic, numeric)`, by any symmetric definition."""
    return Function(
        id,
        "relative_error",
        _pairs,
        _pair,
        verify=_scaled,
        accepts=_within_two_hundredths,
        readings=tuple(_by(measure) for measure in MEASURES[1:]),
    )


def _pair(arguments: tuple[Any, ...]) -> Case:
    known = dict(zip(("analytic", "numeric"), arguments, strict=True))
    step = Step("result", "relative_error", MEASURES[0], ("analytic", "numeric"), "", _COMPARISON)
    values = {name: np.asarray(value, dtype=float) for name, value in known.items()}
    return Case(known, values, (step,), {"": "result"})


def _by(measure: Measure) -> Callable[[Case], Case]:
    return lambda case: replace(case, steps=tuple(replace(step, at=measure) for step in case.steps))


def _pairs(rng: np.random.Generator) -> Iterator[Case]:
    yield _pair((np.array([2.0]), np.array([2.5])))
    yield _pair((np.array([-0.4]), np.array([0.1])))
    for shape in ((3,), (), (2, 3)):
        a = draw(rng, shape)
        yield _pair((a, a * rng.uniform(0.6, 1.5, shape)))
        yield _pair((a, a * draw(rng, shape)))
    # A relative error is the same for the smallest gradients and the largest.
    for scale in (1e-6, 1e-3, 1e3, 1e6):
        a = scale * (1 + abs(draw(rng, (2,))))
        yield _pair((a, a * rng.uniform(0.6, 1.5, (2,))))
    a = draw(rng, (4,))
    yield _pair((a, 8 * a))
    yield _pair((8 * a, a))
    a = draw(rng, (3, 2))
    yield _pair((a, a * (1 + 1e-6 * draw(rng, (3, 2)))))
    yield _pair((a, a.copy()))
    # Nothing against something, something against nothing, nothing against nothing.
    yield _pair((np.zeros(3), draw(rng, (3,))))
    yield _pair((draw(rng, (3,)), np.zeros(3)))
    yield _pair((np.array([0.0, 1.0, -2.0]), np.array([0.0, 1.3, -1.5])))
    yield _pair((np.zeros(3), np.zeros(3)))
    yield _pair((np.array([2, -3, 4]), np.array([3, -3, 5])))
    yield _pair((np.array([[2, -3], [4, 1]]), np.array([[3, -3], [5, 1]])))


def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Entries away from 0, of both signs, with two decimals."""
    return np.array(np.round(rng.uniform(0.2, 2, shape) * rng.choice([-1, 1], shape), 2))


def _within_two_hundredths(answer: np.ndarray, value: Array) -> bool:
    # A tiny number against a division by 0 is no mistake.
    if answer.shape != np.shape(value) and not (np.ndim(value) == 0 and answer.size == 1):
        return False
    return bool((np.abs(answer.reshape(np.shape(value)) - value) <= 0.02 * np.abs(value) + 1e-9).all())


def _scaled(case: Case, key: str) -> str:
    a, n = case.values["analytic"], case.values["numeric"]
    if not np.any(a) and not np.any(n):
        return "Check alone: these two agree in every entry. What must their error be?"
    if np.array_equal(a, n):
        return "Check alone: these two agree in every entry."
    return (
        "Check alone: swap the two, or multiply both by 1000: a relative error stays the same. "
        "And for 1 against 2 it is between a third and 1."
    )
