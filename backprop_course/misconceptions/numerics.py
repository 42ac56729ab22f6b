"""Mistakes in a derivative taken by numbers: which points, how far apart, one entry at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.misconceptions.registry import wrong_rule
from backprop_course.misconceptions.wrong_equations import wrong_equation

F = Callable[[Array], Array]

_CENTRAL = "Step to both sides of x, once up and once down: the errors of the two sides cancel."
_WIDTH = "A slope is rise over run. How far apart are the two points at which you take f?"
_EPS = "Step by the eps that the caller gives."
_TOO_SMALL = "A computer keeps 16 digits: where eps is tiny, the two values of f agree in nearly all of them."
_ONE = "Nudge one entry at a time, and hold all others still: each entry has a slope of its own."
_BACK = "Put each entry back before the next one is nudged; all slopes belong to the same point."
_SHAPE = "A gradient has one entry for each entry of its variable, in the same arrangement."


def _central(f: F, x: Array, eps: float) -> Array:
    return (f(x + eps) - f(x - eps)) / (2 * eps)


wrong_equation(
    "forward-difference",
    "the difference is taken to one side only",
    _CENTRAL,
    difference=("(f(x + eps) - f(x)) / eps", "(f(x) - f(x - eps)) / eps"),
)

wrong_equation(
    "difference-width",
    "the difference is divided by the wrong width",
    _WIDTH,
    difference=("(f(x + eps) - f(x - eps)) / eps", "(f(x + eps) - f(x)) / (2 * eps)", "(f(x + eps) - f(x - eps)) / 2"),
)

wrong_equation(
    "difference-not-divided",
    "the difference is not divided by anything",
    _WIDTH,
    difference="f(x + eps) - f(x - eps)",
)

wrong_equation(
    "width-not-bracketed",
    "a pair of brackets is missing in the denominator",
    "/ 2 * eps divides by 2 and then multiplies by eps: Python works from left to right.",
    difference="(f(x + eps) - f(x - eps)) / 2 * eps",
)

wrong_equation(
    "numerator-not-bracketed",
    "a pair of brackets is missing in the numerator",
    "Python divides before it subtracts: put the whole difference in brackets.",
    difference="f(x + eps) - f(x - eps) / (2 * eps)",
)


@wrong_rule(
    "difference-reversed",
    "the difference is the wrong way round",
    "Where f rises, the slope is positive: take the value on the right minus the value on the left.",
)
class _Reversed:
    def difference(self, given: bool, f: F, x: Array, eps: float) -> Array:
        return -_central(f, x, eps)


@wrong_rule("half-steps", "each step is half of eps", "Step a whole eps to each side: the points are 2 · eps apart.")
class _HalfSteps:
    def difference(self, given: bool, f: F, x: Array, eps: float) -> Array:
        return _central(f, x, eps / 2)


def _own_eps(own: float) -> None:
    @wrong_rule("eps-ignored", "the given eps is not used", _EPS)
    class _EpsIgnored:
        def difference(self, given: bool, f: F, x: Array, eps: float) -> Array:
            return _central(f, x, own)


_own_eps(1e-5)
_own_eps(1e-4)


def _too_small(tiny: float) -> None:
    @wrong_rule("eps-too-small", "eps is too small", _TOO_SMALL)
    class _AlwaysTooSmall:
        def difference(self, given: bool, f: F, x: Array, eps: float) -> Array:
            return _central(f, x, tiny)

    @wrong_rule("eps-too-small")
    class _TooSmallByDefault:
        def difference(self, given: bool, f: F, x: Array, eps: float) -> Array:
            return _central(f, x, eps if given else tiny)


for _tiny in (1e-12, 1e-13, 1e-14, 1e-15, 1e-16):
    _too_small(_tiny)


# So small that nothing is left of it: in a gradient this is 0 for another reason, see "copy-forgotten".
wrong_equation("eps-too-small", numerical_derivative="f(x) - f(x)")


@wrong_rule("eps-too-small")
class _NothingLeftByDefault:
    def difference(self, given: bool, f: F, x: Array, eps: float) -> Array:
        return _central(f, x, eps) if given else f(x) - f(x)


wrong_equation("value-for-derivative", difference="f(x)")


@wrong_rule("all-nudged-together", "several entries are nudged at once", _ONE)
class _AllTogether:
    def numerical_gradient(self, given: bool, f: F, x: Array, eps: float) -> Array:
        return _central(f, x, eps)


@wrong_rule("all-nudged-together")
class _AllTogetherInShape:
    def numerical_gradient(self, given: bool, f: F, x: Array, eps: float) -> Array:
        return np.full(np.shape(x), _central(f, x, eps))[()]


def _slopes_of_rows(f: F, x: Array, eps: float) -> Array:
    """One slope for each x[i], whatever is in it, as of a loop over len(x)."""
    slopes = []
    for i in range(len(x)) if np.ndim(x) else [...]:
        nudge = np.zeros(np.shape(x))
        nudge[i] = eps
        slopes.append((f(x + nudge) - f(x - nudge)) / (2 * eps))
    return np.array(slopes)


@wrong_rule("all-nudged-together")
class _RowsTogether:
    def numerical_gradient(self, given: bool, f: F, x: Array, eps: float) -> Array:
        slopes = _slopes_of_rows(f, x, eps)
        return np.broadcast_to(slopes.reshape(-1, *[1] * (np.ndim(x) - 1)), np.shape(x)) if np.ndim(x) else slopes[0]


@wrong_rule("all-nudged-together")
class _OneSlopePerRow:
    def numerical_gradient(self, given: bool, f: F, x: Array, eps: float) -> Array:
        slopes = _slopes_of_rows(f, x, eps)
        return slopes if np.ndim(x) else slopes[0]


@wrong_rule(
    "copy-forgotten",
    "f is evaluated twice at the same array",
    "One side is missing: f belongs at x + eps and at x − eps. (Where both stand there: y = x makes no copy, and a "
    "change of one shows in the other; x.copy() copies.)",
)
class _CopyForgotten:
    def numerical_gradient(self, given: bool, f: F, x: Array, eps: float) -> Array:
        return np.zeros(np.shape(x))[()]


def not_put_back(f: F, x: Array, eps: float, first: int) -> Array:
    """Slopes by numbers where every entry stays as it was last: below (first = 1) or above."""
    left = np.array(x, dtype=float)
    gradient = np.zeros(left.shape)
    for i in np.ndindex(left.shape):
        left[i] += first * eps
        one = f(left)
        left[i] -= first * 2 * eps
        gradient[i] = first * (one - f(left)) / (2 * eps)
    return gradient[()]


@wrong_rule("not-put-back", "an entry stays nudged while the next one is", _BACK)
class _LeftBelow:
    def numerical_gradient(self, given: bool, f: F, x: Array, eps: float) -> Array:
        return not_put_back(f, x, eps, first=1)


@wrong_rule("not-put-back")
class _LeftAbove:
    def numerical_gradient(self, given: bool, f: F, x: Array, eps: float) -> Array:
        return not_put_back(f, x, eps, first=-1)


@wrong_rule("gradient-rearranged", "the gradient has not its variable's shape", _SHAPE)
class _Flat:
    def numerical_gradient(self, given: bool, f: F, x: Array, eps: float) -> Array:
        return np.ravel(super().numerical_gradient(given, f, x, eps))  # type: ignore[misc]  # the rules' own


@wrong_rule("gradient-rearranged")
class _Transposed:
    def numerical_gradient(self, given: bool, f: F, x: Array, eps: float) -> Array:
        return np.transpose(super().numerical_gradient(given, f, x, eps))  # type: ignore[misc]  # the rules' own
