"""Mistakes in checking a gradient: what an error is measured against, and which slopes it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.gradcheck import numerical_gradient
from backprop_course.misconceptions.numerics import not_put_back
from backprop_course.misconceptions.registry import wrong_rule
from backprop_course.misconceptions.wrong_equations import wrong_equation

F = Callable[[Array], Array]

_SHARE = "0.001 is much for a gradient of 0.002 and nothing for one of 1000: divide by the size of the gradients."
_EITHER = "Which of the two is right is what you want to find out: divide by a size in which both count alike."
_SIZES = "Differences of both signs cancel: take absolute values, or a norm, of all that you add up or divide by."
_ZERO = "A unit that is off has a gradient of exactly 0, by rules and by numbers. They agree: the error is 0."


# A measure says how a size is taken and what two sizes make together (exercises/relative_errors.py).


@wrong_rule("absolute-for-relative", "this is the absolute error, not the relative one", _SHARE)
class _Absolute:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        return at.collect(at.size(analytic - numeric))


@wrong_rule("absolute-for-relative")
class _FlooredAtOne:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        sizes = np.maximum(1, at.together(at.size(analytic), at.size(numeric)))
        return at.collect(at.size(analytic - numeric) / sizes)


@wrong_rule("absolute-for-relative")
class _OneAdded:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        sizes = 1 + at.together(at.size(analytic), at.size(numeric))
        return at.collect(at.size(analytic - numeric) / sizes)


@wrong_rule("one-sided-error", "the error is measured against one of the two alone", _EITHER)
class _AgainstNumeric:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        return at.collect(np.divide(at.size(analytic - numeric), at.size(numeric)))


@wrong_rule("one-sided-error")
class _AgainstAnalytic:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        return at.collect(np.divide(at.size(analytic - numeric), at.size(analytic)))


@wrong_rule("one-sided-error")
class _AgainstNumericOrZero:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        difference, size = np.asarray(at.size(analytic - numeric)), at.size(numeric)
        return at.collect(np.divide(difference, size, out=np.zeros_like(difference), where=np.asarray(size) != 0))


@wrong_rule("one-sided-error")
class _AgainstAnalyticOrZero:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        difference, size = np.asarray(at.size(analytic - numeric)), at.size(analytic)
        return at.collect(np.divide(difference, size, out=np.zeros_like(difference), where=np.asarray(size) != 0))


@wrong_rule("zero-by-zero", "0 against 0 is divided by 0", _ZERO)
class _ZeroByZero:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        sizes = at.together(at.size(analytic), at.size(numeric))
        return at.collect(np.divide(at.size(analytic - numeric), sizes))


@wrong_rule("sign-kept", "signs are kept where sizes are meant", _SIZES)
class _SignedDifference:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        sizes = np.asarray(at.together(np.abs(analytic), np.abs(numeric)))
        difference = np.asarray(analytic - numeric)
        return np.max(np.divide(difference, sizes, out=np.zeros_like(difference), where=sizes != 0))


@wrong_rule("sign-kept")
class _SummedWithSigns:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        difference, sizes = np.sum(analytic - numeric), at.together(np.sum(abs(analytic)), np.sum(abs(numeric)))
        return abs(difference) / sizes if sizes else 0.0


@wrong_rule("sign-kept")
class _AgainstSumWithSigns:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        difference, sizes = np.asarray(at.size(analytic - numeric)), np.asarray(at.size(analytic + numeric))
        return at.collect(np.divide(difference, sizes, out=np.zeros_like(difference), where=sizes != 0))


@wrong_rule(
    "error-squared",
    "the error is squared",
    "A norm is the square root of the sum of squares; for 1.1 against 1 the error should be near 0.1.",
)
class _Squared:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        sizes = np.asarray(at.together(at.size(analytic) ** 2, at.size(numeric) ** 2))
        difference = np.asarray(at.size(analytic - numeric)) ** 2
        return at.collect(np.divide(difference, sizes, out=np.zeros_like(difference), where=sizes != 0))


@wrong_rule("error-squared")
class _ShareSquared:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        return at.share(analytic - numeric, analytic, numeric) ** 2


@wrong_rule(
    "entries-not-combined",
    "an error is given for each entry, not one for all",
    "Of a whole gradient one number is asked: the norms' share, or the largest of the entries' errors.",
)
class _EntriesNotCombined:
    def relative_error(self, at: Any, analytic: Array, numeric: Array) -> Array:
        sizes = np.asarray(at.together(np.abs(analytic), np.abs(numeric)))
        difference = np.asarray(np.abs(analytic - numeric))
        return np.divide(difference, sizes, out=np.zeros_like(difference), where=sizes != 0)


# All parameters.


wrong_equation("absolute-for-relative", compared="norm(analytic - numeric)")

wrong_equation("zero-by-zero", compared="norm(analytic - numeric) / (norm(analytic) + norm(numeric))")


def _checked_one_sided(eps: float) -> None:
    @wrong_rule("forward-difference")
    class _CheckedByForwardDifference:
        def slopes(self, at: Any, loss: F, value: Array) -> Array:
            return _entry_by_entry(loss, value, lambda f: (f(eps) - f(0)) / eps)


for _width in (1e-5, 1e-6):
    _checked_one_sided(_width)


@wrong_rule("difference-width")
class _CheckedByHalfTheWidth:
    def slopes(self, at: Any, loss: F, value: Array) -> Array:
        return 2 * numerical_gradient(loss, value)


@wrong_rule("difference-reversed")
class _CheckedByReversed:
    def slopes(self, at: Any, loss: F, value: Array) -> Array:
        return -numerical_gradient(loss, value)


@wrong_rule("all-nudged-together")
class _CheckedAllTogether:
    def slopes(self, at: Any, loss: F, value: Array) -> Array:
        return np.full(np.shape(value), (loss(value + 1e-5) - loss(value - 1e-5)) / 2e-5)[()]


@wrong_rule(
    "flag-for-error",
    "it is told whether the gradients agree, not how far they are apart",
    "True, False, 0 or 1 are a verdict. The relative error itself is asked, a number such as 3e-9 or 0.4.",
)
class _Flag:
    def compared(self, at: Any, analytic: Array, numeric: Array) -> Array:
        return np.float64(super().compared(at, analytic, numeric) > 1e-4)  # type: ignore[misc]  # the rules' own


@wrong_rule(
    "slopes-far-off",
    "the slopes by numbers are of another size than any gradient",
    "Print one beside its gradient. Is one entry nudged up for one call and down for the other, by the same eps? "
    "Is the difference divided by (2 * eps), in brackets? Is eps large enough to change the loss at all?",
)
class _CheckedAgainstNothing:
    def slopes(self, at: Any, loss: F, value: Array) -> Array:
        return 0 * numerical_gradient(loss, value)


@wrong_rule("slopes-far-off")
class _CheckedAgainstNextToNothing:
    def slopes(self, at: Any, loss: F, value: Array) -> Array:
        return 1e-10 * numerical_gradient(loss, value)


def _checked_and_left(first: int) -> None:
    @wrong_rule("not-put-back")
    class _CheckedAndLeft:
        def slopes(self, at: Any, loss: F, value: Array) -> Array:
            return not_put_back(loss, value, 1e-5, first)


_checked_and_left(1)
_checked_and_left(-1)


def _checked_too_closely(eps: float) -> None:
    @wrong_rule("eps-too-small")
    class _CheckedTooClosely:
        def slopes(self, at: Any, loss: F, value: Array) -> Array:
            return numerical_gradient(loss, value, eps)


for _tiny in (1e-11, 1e-12, 1e-13, 1e-14, 1e-15):
    _checked_too_closely(_tiny)


def _entry_by_entry(loss: F, value: Array, slope: Callable[[F], Array]) -> Array:
    found = np.zeros(np.shape(value))
    for i in np.ndindex(found.shape):
        found[i] = slope(lambda eps, i=i: loss(_nudged(value, i, eps)))  # type: ignore[misc]  # i as it is now
    return found[()]


def _nudged(value: Array, i: tuple[int, ...], eps: Array) -> Array:
    nudged = np.array(value, dtype=float)
    nudged[i] += eps
    return nudged
