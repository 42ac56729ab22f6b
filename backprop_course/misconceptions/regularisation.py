"""Mistakes with a penalty and with the Hessian: what is kept along its eigenvectors, and how it is found by numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.gradcheck import numerical_gradient
from backprop_course.core.regularisation import numerical_hessian, scaled_along_eigenvectors, shrinkage
from backprop_course.misconceptions.registry import wrong_rule
from backprop_course.misconceptions.wrong_equations import wrong_equation

_SLOPE = "What is the slope of (mu/2) w² at w? Work it out once more: a 2 comes down from the square, and meets the ½."


@wrong_rule(
    "mu-left-out",
    "the strength mu of the penalty is left out",
    "A strong penalty pulls harder than a weak one: the result must depend on mu.",
)
class _MuLeftOut:
    def shrink(self, at: Any, eigenvalues: Array, mu: float) -> Array:
        return shrinkage(eigenvalues, 1.0)


wrong_equation("mu-left-out", shrink="ones_like(eigenvalues)")


@wrong_rule("mu-squared", "mu is applied twice", _SLOPE)
class _MuSquared:
    def shrink(self, at: Any, eigenvalues: Array, mu: float) -> Array:
        return shrinkage(eigenvalues, mu * mu)


@wrong_rule("penalty-without-half", "the penalty counts twice, as if it were mu ‖w‖²", _SLOPE)
class _PenaltyWithoutHalf:
    def shrink(self, at: Any, eigenvalues: Array, mu: float) -> Array:
        return shrinkage(eigenvalues, 2 * mu)


@wrong_rule("penalty-halved-again", "the penalty counts half, as if it were (mu/4) ‖w‖²", _SLOPE)
class _PenaltyHalvedAgain:
    def shrink(self, at: Any, eigenvalues: Array, mu: float) -> Array:
        return shrinkage(eigenvalues, mu / 2)


@wrong_rule(
    "penalty-sign",
    "the penalty has the wrong sign",
    "The penalty is added to the loss, so large weights cost more: it makes weights smaller, never larger.",
)
class _PenaltySign:
    def shrink(self, at: Any, eigenvalues: Array, mu: float) -> Array:
        return np.divide(eigenvalues, np.subtract(eigenvalues, mu))


@wrong_rule(
    "removed-for-kept",
    "what the penalty removes is given, where what it keeps is asked",
    "With no penalty, mu = 0, everything is kept. Does your result say so?",
)
class _RemovedForKept:
    def shrink(self, at: Any, eigenvalues: Array, mu: float) -> Array:
        return 1 - shrinkage(eigenvalues, mu)


@wrong_rule(
    "eigenvalue-over-mu",
    "the eigenvalues are divided by mu alone",
    "A penalty keeps at most everything: no component may grow. And what happens at mu = 0?",
)
class _EigenvalueOverMu:
    def shrink(self, at: Any, eigenvalues: Array, mu: float) -> Array:
        return np.divide(eigenvalues, mu)


@wrong_rule(
    "inverse-forgotten",
    "the inverse is forgotten",
    "The stronger the penalty, the smaller the weights; here they grow with mu. Where should there be a division?",
)
class _InverseForgotten:
    def shrink(self, at: Any, eigenvalues: Array, mu: float) -> Array:
        return eigenvalues * np.add(eigenvalues, mu)


@wrong_rule(
    "curvature-left-out",
    "only the inverse is there, and the eigenvalues (the Hessian) not multiplied",
    "With no penalty, mu = 0, the optimum stays at w*, so everything is kept. Does your result say so?",
)
class _CurvatureLeftOut:
    def shrink(self, at: Any, eigenvalues: Array, mu: float) -> Array:
        return np.divide(1.0, np.add(eigenvalues, mu))


_COMPONENTS = (
    "Q.T @ w gives the components of w along the eigenvectors (the columns of Q); Q @ c makes a vector of them again."
)
_TWO = " (With two weights Q is mostly its own transpose, so no picture of two weights shows it.)"


@wrong_rule("eigenvectors-transposed", "Q and its transpose have changed places", _COMPONENTS + _TWO)
class _EigenvectorsTransposed:
    def optimum(self, at: Any, H: Array, w_star: Array, mu: float) -> Array:
        eigenvalues, Q = np.linalg.eigh(H)
        return Q.T @ (shrinkage(eigenvalues, mu) * (Q @ w_star))


@wrong_rule("eigenvectors-not-undone", "the result is left in components along the eigenvectors", _COMPONENTS)
class _NotTurnedBack:
    def optimum(self, at: Any, H: Array, w_star: Array, mu: float) -> Array:
        eigenvalues, Q = np.linalg.eigh(H)
        return shrinkage(eigenvalues, mu) * (Q.T @ w_star)


@wrong_rule(
    "eigenvectors-left-out",
    "the factors are multiplied with the weights themselves",
    "An eigenvalue belongs to an eigenvector, a mixture of all weights, and not to a single weight.",
)
class _EigenvectorsLeftOut:
    def optimum(self, at: Any, H: Array, w_star: Array, mu: float) -> Array:
        return shrinkage(np.linalg.eigvalsh(H), mu) * w_star


_DIAGONAL = "Off the diagonal H says how the slope of one weight changes with another. That is not 0 in general."


@wrong_rule("hessian-diagonal-only", "only the Hessian's diagonal is used", _DIAGONAL)
class _OptimumFromDiagonal:
    def optimum(self, at: Any, H: Array, w_star: Array, mu: float) -> Array:
        return shrinkage(np.diag(H), mu) * w_star


@wrong_rule("hessian-diagonal-only")
class _DiagonalOnly:
    def hessian(self, at: Any, f: Callable[[Array], Array], w: Array) -> Array:
        return np.diag(np.diag(numerical_hessian(f, w)))


@wrong_rule(
    "minimum-left-out",
    "w* is left out",
    "The matrix says what becomes of any w*. Which one is it here? Multiply the matrix with it.",
)
class _MinimumLeftOut:
    def optimum(self, at: Any, H: Array, w_star: Array, mu: float) -> Array:
        columns = np.eye(len(w_star))
        return np.stack([scaled_along_eigenvectors(H, e, lambda found: shrinkage(found, mu)) for e in columns], axis=1)


wrong_equation(
    "mu-on-every-entry",
    "mu is added to every entry of the matrix",
    "H + mu adds mu everywhere. µI has it on the diagonal alone: mu * np.eye(n).",
    optimum="solve(H + mu, H @ w_star)",
)


@wrong_rule(
    "elementwise-inverse",
    "every entry is inverted by itself, instead of the matrix",
    "** -1 and 1 / … work entry by entry. A matrix's inverse is np.linalg.inv; np.linalg.solve does without.",
)
class _ElementwiseInverse:
    def optimum(self, at: Any, H: Array, w_star: Array, mu: float) -> Array:
        return np.divide(1.0, H + mu * np.eye(len(H))) @ H @ w_star


LossOfWeights = Callable[[Array], Array]


def _four_values(f: LossOfWeights, w: Array, eps: float, signs: tuple[int, ...], offsets: tuple[int, ...]) -> Array:
    """Σ sign · f(w + a e_i + b e_j) over four points, with (a, b) from two offsets, for all pairs; not yet divided."""
    steps = eps * np.eye(len(w))
    points = [(a, b) for a in offsets for b in offsets]
    return np.array(
        [
            [sum(sign * f(w + a * e_i + b * e_j) for sign, (a, b) in zip(signs, points, strict=True)) for e_j in steps]
            for e_i in steps
        ]
    )


# `at` is the width eps.


@wrong_rule("forward-difference")
class _ForwardDifference:
    def hessian(self, at: float, f: LossOfWeights, w: Array) -> Array:
        return _four_values(f, w, at, (1, -1, -1, 1), (1, 0)) / at**2


@wrong_rule("forward-difference")
class _ForwardOfGradient:
    def hessian(self, at: float, f: LossOfWeights, w: Array) -> Array:
        here = numerical_gradient(f, w, at)
        return np.array([(numerical_gradient(f, w + e, at) - here) / at for e in at * np.eye(len(w))])


@wrong_rule("forward-difference")
class _ForwardOfGradientInColumns:
    def hessian(self, at: float, f: LossOfWeights, w: Array) -> Array:
        here = numerical_gradient(f, w, at)
        return np.array([(numerical_gradient(f, w + e, at) - here) / at for e in at * np.eye(len(w))]).T


@wrong_rule(
    "second-difference-signs",
    "the four values have the wrong signs",
    "It is a difference of differences: how much does [step forward minus step back in j] change with a step in i?",
)
class _Signs:
    def hessian(self, at: float, f: LossOfWeights, w: Array) -> Array:
        return _four_values(f, w, at, (1, 1, -1, -1), (1, -1)) / (4 * at**2)


@wrong_rule("second-difference-signs")
class _SecondSigns:
    def hessian(self, at: float, f: LossOfWeights, w: Array) -> Array:
        return _four_values(f, w, at, (1, -1, 1, -1), (1, -1)) / (4 * at**2)


@wrong_rule("second-difference-signs")
class _AllNegative:
    def hessian(self, at: float, f: LossOfWeights, w: Array) -> Array:
        return -numerical_hessian(f, w, at)


def _multiplied(by: Callable[[float], float]) -> type:
    class Multiplied:
        def hessian(self, at: float, f: LossOfWeights, w: Array) -> Array:
            return by(at) * numerical_hessian(f, w, at)

    return Multiplied


wrong_rule(
    "second-difference-divided",
    "the four values are divided by the wrong number",
    "From w − eps to w + eps it is a step of 2 eps, once for each of the two directions. (And H + H.T is twice H.)",
)(_multiplied(lambda eps: 4))  # divided by eps²; below by 2 eps², 2 eps, 4 eps, eps, nothing at all
for _factor in (lambda eps: 2, lambda eps: 2 * eps, lambda eps: eps, lambda eps: 4 * eps, lambda eps: 4 * eps**2):
    wrong_rule("second-difference-divided")(_multiplied(_factor))

# / 4 * eps**2 divides by 4 and then multiplies.
wrong_rule("width-not-bracketed")(_multiplied(lambda eps: eps**4))

# Steps of a fixed width, divided by the given one; and the other way round.
wrong_rule("eps-ignored")(_multiplied(lambda eps: (1e-4 / eps) ** 2))
wrong_rule("eps-ignored")(_multiplied(lambda eps: (eps / 1e-4) ** 2))


@wrong_rule(
    "gradient-for-hessian",
    "the gradient is given where the Hessian is asked",
    "The gradient has one entry for each weight, the Hessian one for each pair of weights: (n, n).",
)
class _GradientForHessian:
    def hessian(self, at: float, f: LossOfWeights, w: Array) -> Array:
        return numerical_gradient(f, w)


_PAIRS = "A pair of weights has one second derivative and two entries: H[i, j] and H[j, i]. Fill in both."


@wrong_rule("hessian-not-symmetric", "the Hessian is not symmetric", _PAIRS)
class _UpperTriangle:
    def hessian(self, at: float, f: LossOfWeights, w: Array) -> Array:
        return np.triu(numerical_hessian(f, w, at))


@wrong_rule("hessian-not-symmetric")
class _LowerTriangle:
    def hessian(self, at: float, f: LossOfWeights, w: Array) -> Array:
        return np.tril(numerical_hessian(f, w, at))
