"""What weight decay does, seen through the Hessian: a model of the loss, and where a penalty moves its minimum.

Near a minimum w* every smooth loss is a bowl, L(w) ≈ L(w*) + ½ (w − w*)ᵀ H (w − w*), with the Hessian's eigenvectors
as its axes. A penalty (µ/2)‖w‖² pulls towards 0; along each axis it keeps the share λ / (λ + µ) of w*.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backprop_course.core.arrays import as_array, expect_shape
from backprop_course.core.functions import Array
from backprop_course.errors import CourseError


def quadratic_loss(w: Array, H: Array, w_star: Array, mu: float = 0.0) -> Array:
    """The quadratic model of the loss above its minimum, and the penalty where mu is not 0.

    ½ (w − w*)ᵀ H (w − w*) + (µ/2)‖w‖²

    w: (..., n), many points at once; H: (n, n); w_star: (n,), which minimises the training loss. Returns (...).
    Raises CourseError for a shape that does not fit, or a negative mu.

    >>> float(quadratic_loss([1.0, 2.0], H=[[3.0, 0.0], [0.0, 1.0]], w_star=[0.0, 0.0]))
    3.5
    """
    H, w_star = _read_model(H, w_star, mu)
    w = np.asarray(as_array("w", w))
    expect_shape("w", w, (*w.shape[:-1], len(w_star)), "axis -1 holds the weights")
    away = w - w_star
    return 0.5 * ((away @ H * away).sum(axis=-1) + mu * (w * w).sum(axis=-1))


def shrinkage(eigenvalues: Array, mu: float) -> Array:
    """The share of w* that the penalty (µ/2)‖w‖² keeps along the eigenvector of each eigenvalue.

    λ / (λ + µ)

    eigenvalues: of any shape, from 0 on; of one that is 0 all is lost, and nothing where mu is 0. Returns their shape.
    Raises CourseError for a negative mu.
    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), section 7.1.1.

    >>> shrinkage(np.array([3.0, 1.0, 0.0]), mu=1.0).tolist()
    [0.75, 0.5, 0.0]
    """
    eigenvalues = as_array("eigenvalues", eigenvalues)
    _check_penalty(mu)
    return eigenvalues / (eigenvalues + mu) if mu else np.ones_like(eigenvalues)[()]


def scaled_along_eigenvectors(H: Array, w: Array, scale: Callable[[Array], Array]) -> Array:
    """A vector with its component along each eigenvector of H multiplied by a factor.

    Q f(Λ) Qᵀ w, where H = Q Λ Qᵀ

    H: (n, n), symmetric; w: (n,); scale: the factors f, from the eigenvalues (n,). Returns (n,).
    """
    eigenvalues, Q = np.linalg.eigh(H)
    components: Array = Q.T @ w
    return Q @ (scale(eigenvalues) * components)


def regularised_optimum(H: Array, w_star: Array, mu: float) -> Array:
    """The weights that minimise the quadratic model of the loss with the penalty (µ/2)‖w‖².

    Q (Λ + µI)⁻¹ Λ Qᵀ w*, where H = Q Λ Qᵀ

    H: (n, n), symmetric, with no negative eigenvalue; w_star: (n,), which minimises the training loss. Returns (n,).
    Raises CourseError for a shape that does not fit, a Hessian that is not symmetric, or a negative mu.
    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), equation 7.13, where α is mu.

    >>> regularised_optimum([[4.0, 0.0], [0.0, 1.0]], [3.0, 3.0], mu=2.0).tolist()
    [2.0, 1.0]
    """
    H, w_star = _read_model(H, w_star, mu)
    return scaled_along_eigenvectors(H, w_star, lambda eigenvalues: shrinkage(eigenvalues, mu))


def numerical_hessian(f: Callable[[Array], Array], w: Array, eps: float = 1e-4) -> Array:
    """All second derivatives of f at w: for every pair of weights four values of f, around w.

    H_ij ≈ (f(w + e_i + e_j) − f(w + e_i − e_j) − f(w − e_i + e_j) + f(w − e_i − e_j)) / 4 eps², where ‖e_i‖ = eps

    f: takes an array of w's shape, returns a number. w: (n,); it is left as it was. The error shrinks with eps², while
    rounding grows with 1 / eps²; the default keeps both near 1e-7 of f. Returns (n, n), symmetric, float64.
    Raises CourseError where w is not a vector, or f returns more than one number.

    >>> numerical_hessian(lambda w: w[0] ** 2 * w[1], np.array([1.0, 3.0])).round(4).tolist()
    [[6.0, 2.0], [2.0, 0.0]]
    """
    w = np.asarray(as_array("w", w), dtype=float)
    expect_shape("w", w, (w.size,), "a Hessian is taken for a vector of weights; np.concatenate makes one of several")
    H = np.zeros((w.size, w.size))
    steps = eps * np.eye(w.size)
    for i, e_i in enumerate(steps):
        for j, e_j in enumerate(steps[: i + 1]):
            # New arrays each time: nothing to put back, whatever f does with them.
            alike = f(w + e_i + e_j) + f(w - e_i - e_j)
            unlike = f(w + e_i - e_j) + f(w - e_i + e_j)
            expect_shape("f(w)", alike, (), "a Hessian is taken of one number")
            H[i, j] = H[j, i] = (alike - unlike) / (4 * eps**2)
    return H


def _read_model(H: Array, w_star: Array, mu: float) -> tuple[Array, Array]:
    H, w_star = np.asarray(as_array("H", H)), np.asarray(as_array("w_star", w_star))
    expect_shape("w_star", w_star, (w_star.size,), "the weights are one vector")
    expect_shape("H", H, (w_star.size, w_star.size), f"w_star has {w_star.size} entries, and H one for every pair")
    apart = np.abs(H - H.T).max(initial=0.0)
    if apart > 1e-6 * np.abs(H).max(initial=0.0):
        raise CourseError(
            f"H is not symmetric: H and H.T differ by {apart:.3g}. Take (H + H.T) / 2 if it is nearly so."
        )
    _check_penalty(mu)
    return H, w_star


def _check_penalty(mu: float) -> None:
    if not mu >= 0:
        raise CourseError(f"mu is {mu}; a penalty's strength is 0 or more.")
