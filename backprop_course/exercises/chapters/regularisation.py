"""07: what weight decay does, seen through the Hessian."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.gradcheck import numerical_gradient
from backprop_course.core.regularisation import (
    numerical_hessian,
    quadratic_loss,
    regularised_optimum,
    scaled_along_eigenvectors,
    shrinkage,
)
from backprop_course.core.trace import Step
from backprop_course.exercises.chapters.derivations import EIGENDIRECTION
from backprop_course.exercises.kinds import Case, Exercise, Function

LossOfWeights = Callable[[Array], Array]


class _Rules:
    """The three functions, the second made with the first."""

    parts: ClassVar = {"optimum": {"shrink": lambda at: at}, "hessian": {"second_difference": lambda at: at}}

    def shrink(self, at: Any, eigenvalues: Array, mu: float) -> Array:
        return shrinkage(eigenvalues, mu)

    def shrink_text(self, at: Any, eigenvalues: str, mu: str) -> str:
        return f"{eigenvalues} / ({eigenvalues} + {mu})"

    def optimum(self, at: Any, H: Array, w_star: Array, mu: float) -> Array:
        return scaled_along_eigenvectors(H, w_star, lambda eigenvalues: self.shrink(at, eigenvalues, mu))

    def optimum_text(self, at: Any, H: str, w_star: str, mu: str) -> str:
        return f"solve({H} + {mu} * eye({H}), {H} @ {w_star})"

    def optimum_forms(self, at: Any, H: str, w_star: str, mu: str) -> tuple[str, ...]:
        values, Q = f"eigenvalues({H})", f"eigenvectors({H})"
        return (f"{Q} @ ({values} / ({values} + {mu}) * ({Q}.T @ {w_star}))",)

    def hessian(self, at: float, f: Callable[[Array], Array], w: Array) -> Array:
        pairs = [[self.second_difference(at, f, w, a, b, at) for b in at * np.eye(len(w))] for a in at * np.eye(len(w))]
        return np.reshape(pairs, (len(w), len(w)))  # at: the width eps

    def second_difference(self, at: float, f: LossOfWeights, w: Array, a: Array, b: Array, eps: float) -> Array:
        """How the slope along a changes along b; a and b are of length eps."""
        return (f(w + a + b) - f(w + a - b) - f(w - a + b) + f(w - a - b)) / (4 * eps**2)

    def second_difference_text(self, at: float, f: str, w: str, a: str, b: str, eps: str) -> str:
        along, against = f"{f}({w} + {a} + {b}) - {f}({w} + {a} - {b})", f"{f}({w} - {a} + {b}) + {f}({w} - {a} - {b})"
        return f"({along} - {against}) / (4 * {eps}**2)"


_RULES = _Rules()
DEFAULT_EPS = 1e-4
"""The width of a numerical Hessian where none is given."""


def _case(rule: str, names: tuple[str, ...], arguments: tuple[Any, ...]) -> Case:
    given = dict(zip(names, arguments, strict=True))
    steps = (Step("result", rule, None, names, "", _RULES),)
    return Case(given, given, steps, {"": "result"})


def _optimum(arguments: tuple[Any, ...]) -> Case:
    return _case("optimum", ("H", "w_star", "mu"), arguments)


def _optimum_cases(rng: np.random.Generator) -> Iterator[Case]:
    # One weight first. Two cannot show a transposed Q, which is symmetric there. mu = 1 hides a forgotten mu.
    yield _optimum((np.array([[2.0]]), np.array([3.0]), 0.5))
    for n, mu in ((2, 3.0), (2, 0.03), (3, 0.5), (3, 7.0), (5, 0.2), (4, 1e-3), (4, 1e3), (3, 0.0)):
        yield _optimum((_hessian(rng, n), _weights(rng, n), mu))
    # The last eigenvalue is 0: the loss is flat that way.
    rows = np.round(rng.uniform(0.5, 2, (2, 3)) * [[1, -1, 1], [-1, 1, 1]], 1)
    yield _optimum((rows.T @ rows, _weights(rng, 3), 0.4))
    yield _optimum((np.array([[2, 1], [1, 3]]), np.array([3, -2]), 2))


def _hessian(rng: np.random.Generator, n: int) -> Array:
    """A symmetric matrix with eigenvalues from about 0.3 to 20, in two decimals; none of its entries is 0."""
    while True:
        Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
        H = np.round(Q * np.exp(rng.uniform(np.log(0.3), np.log(20), n)) @ Q.T, 2)
        H = (H + H.T) / 2
        if np.abs(H).min() > 0.03:
            return H


def _weights(rng: np.random.Generator, n: int) -> Array:
    return np.round(rng.uniform(0.4, 2, n) * rng.choice([-1, 1], n), 2)


def _smallest_loss(case: Case, key: str) -> str:
    values = case.values
    best = quadratic_loss(regularised_optimum(**values), **values)
    return f"Check alone: ½ (w − w*)ᵀ H (w − w*) + (mu/2)‖w‖² can be as small as {best:.4g}. How large is it at your w?"


def _shrinkage(arguments: tuple[Any, ...]) -> Case:
    return _case("shrink", ("eigenvalues", "mu"), arguments)


def _shrinkage_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield _shrinkage((np.array([2.0]), 0.5))
    for shape, mu in (((2,), 3.0), ((3,), 0.03), ((4,), 1e-3), ((4,), 1e3), ((2, 3), 7.0), ((3,), 0.0)):
        yield _shrinkage((np.round(np.exp(rng.uniform(np.log(0.1), np.log(50), shape)), 2), mu))
    yield _shrinkage((np.array([1e6, 1e-6, 0.0]), float(np.round(rng.uniform(0.1, 0.9), 2))))
    yield _shrinkage((np.array([1, 4, 2]), 3))
    yield _shrinkage((np.array([[1, 4], [2, 3]]), 3))


def _one_half(case: Case, key: str) -> str:
    return "Check alone: where an eigenvalue is as large as mu, one half is kept."


# Steep and curved, so that one-sided differences show. What is written is what is called.
_LOSSES: dict[str, Callable[[Array], Array]] = {
    "w[0] ** 3": lambda w: w[0] ** 3,
    "w[0] ** 2 * w[1]": lambda w: w[0] ** 2 * w[1],
    "np.exp(3 * w[0] - 2 * w[1])": lambda w: np.exp(3 * w[0] - 2 * w[1]),
    "np.sin(4 * w[0]) * w[1] + w[2] ** 3": lambda w: np.sin(4 * w[0]) * w[1] + w[2] ** 3,
    "np.log(np.exp(6 * w).sum())": lambda w: np.log(np.exp(6 * w).sum()),
    "np.tanh(3 * w @ w - 1)": lambda w: np.tanh(3 * w @ w - 1),
}


def _numerical(arguments: tuple[Any, ...]) -> Case:
    written = next((text for text, f in _LOSSES.items() if f is arguments[0]), "")
    given = dict(zip(("f", "w", "eps"), arguments, strict=False))
    steps = (Step("result", "hessian", given.get("eps", DEFAULT_EPS), ("f", "w"), "", _RULES),)
    return Case(given, given, steps, {"": "result"}, shown={"f": f"lambda w: {written}"})


def _numerical_cases(rng: np.random.Generator) -> Iterator[Case]:
    for f, n in zip(_LOSSES.values(), (1, 2, 2, 3, 3, 4), strict=True):
        yield _numerical((f, np.round(rng.uniform(0.1, 0.4, n) * rng.choice([-1, 1], n), 2)))
    f = _LOSSES["w[0] ** 2 * w[1]"]
    for eps in (1e-3, 2e-4):
        yield _numerical((f, np.round(rng.uniform(0.1, 0.4, 2) * rng.choice([-1, 1], 2), 2), eps))
    yield _numerical((f, np.array([1.0, -2.0])))  # whole, but no array of integers: w may be nudged in place


def _accurate(answer: np.ndarray, value: Array) -> bool:
    """Right to 1e-4 of the largest entry; and as symmetric as what it is compared with, but for rounding."""
    if answer.shape != np.shape(value):
        return False
    scale, apart = np.abs(value).max(), answer - value
    skew = apart - apart.T if apart.ndim == 2 else 0 * apart
    return bool((np.abs(apart) <= 1e-4 * scale).all() and (np.abs(skew) <= 1e-6 * scale).all())


def _change_of_slope(case: Case, key: str) -> str:
    f, w = case.values["f"], case.values["w"]
    H = np.abs(np.triu(numerical_hessian(f, w), k=int(len(w) > 1)))
    i, j = (int(k) for k in np.unravel_index(H.argmax(), H.shape))
    eps = 1e-4
    above, below = (numerical_gradient(f, w + sign * eps * np.eye(len(w))[j])[i] for sign in (1, -1))
    entries = f"H[{i}, {j}] and H[{j}, {i}]" if i != j else f"H[{i}, {i}]"
    return (
        f"Check alone: when w[{j}] goes from {w[j] - eps:.4f} to {w[j] + eps:.4f}, the slope of f along w[{i}] changes "
        f"by {above - below:.4g}; divided by {2 * eps:g} that is {entries}, {(above - below) / (2 * eps):.4g}."
    )


EXERCISES: tuple[Exercise, ...] = (
    EIGENDIRECTION,
    Function("regularised-optimum", "regularised_optimum", _optimum_cases, _optimum, worth=3.0, verify=_smallest_loss),
    Function("shrinkage-factors", "shrinkage", _shrinkage_cases, _shrinkage, verify=_one_half),
    Function(
        "numerical-hessian",
        "numerical_hessian",
        _numerical_cases,
        _numerical,
        worth=3.0,
        verify=_change_of_slope,
        accepts=_accurate,
    ),
)
"""In the order of the notebook."""
