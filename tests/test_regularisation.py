"""The quadratic model, the regularised optimum and the Hessian against scipy and autograd; and the exercises of 07."""

from __future__ import annotations

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from scipy.optimize import minimize

from backprop_course import CourseError, networks
from backprop_course.checks import judge
from backprop_course.core.gradcheck import numerical_gradient
from backprop_course.core.regularisation import (
    numerical_hessian,
    quadratic_loss,
    regularised_optimum,
    scaled_along_eigenvectors,
    shrinkage,
)

STRENGTHS = [0.0, 1e-3, 0.3, 1.0, 20.0, 1e3]


def model(n, seed=0):
    """A Hessian with no structure but that of a Hessian, and a minimum with no symmetry."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n, n + 1))
    return factor @ factor.T, rng.normal(size=n)


@pytest.mark.parametrize("mu", STRENGTHS)
@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_the_regularised_optimum_is_where_scipy_finds_the_minimum(n, mu):
    H, w_star = model(n)
    found = minimize(quadratic_loss, np.zeros(n), (H, w_star, mu), options={"gtol": 1e-9})
    np.testing.assert_allclose(regularised_optimum(H, w_star, mu), found.x, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("mu", STRENGTHS)
def test_the_penalised_losss_gradient_is_0_at_the_optimum(mu):
    H, w_star = model(4)
    slope = autograd.grad(lambda w: 0.5 * (w - w_star) @ H @ (w - w_star) + 0.5 * mu * w @ w)
    w = regularised_optimum(H, w_star, mu)
    assert np.abs(slope(w)).max() < 1e-12 * (mu + 10)


@pytest.mark.parametrize("mu", STRENGTHS)
def test_the_quadratic_loss_equals_its_formula_at_one_point_and_at_many(mu):
    H, w_star = model(3)
    w = np.random.default_rng(1).normal(size=(4, 5, 3))
    got = quadratic_loss(w, H, w_star, mu)
    assert got.shape == (4, 5)
    for k in np.ndindex(4, 5):
        expected = 0.5 * (w[k] - w_star) @ H @ (w[k] - w_star) + mu / 2 * np.linalg.norm(w[k]) ** 2
        assert got[k] == pytest.approx(expected, rel=1e-12)
        assert quadratic_loss(w[k], H, w_star, mu) == pytest.approx(expected, rel=1e-12)


def test_shrinkage_is_what_the_optimum_keeps_of_each_eigenvector():
    H, w_star = model(5)
    eigenvalues, Q = np.linalg.eigh(H)
    kept = (Q.T @ regularised_optimum(H, w_star, 0.7)) / (Q.T @ w_star)
    np.testing.assert_allclose(shrinkage(eigenvalues, 0.7), kept, rtol=1e-9)


def test_shrinkage_keeps_all_with_no_penalty_half_at_mu_and_nothing_where_the_loss_is_flat():
    assert shrinkage(np.array([0.0, 1e-6, 5.0]), 0.0).tolist() == [1, 1, 1]
    assert shrinkage(3.0, 3.0) == 0.5
    assert shrinkage(np.zeros((2, 3)), 0.1).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert type(shrinkage(2, 0)) is np.float64


def test_scaling_every_component_by_1_gives_the_vector_back():
    H, w = model(4)
    np.testing.assert_allclose(scaled_along_eigenvectors(H, w, np.ones_like), w, rtol=1e-12)
    np.testing.assert_allclose(scaled_along_eigenvectors(H, w, lambda found: found), H @ w, rtol=1e-12)


CURVES = {
    "cubic": lambda w: anp.sum(w**3) + w[0] * w[-1] ** 2,
    "waves": lambda w: anp.sin(3 * w[0]) * anp.exp(anp.sum(w)),
    "log-sum-exp": lambda w: anp.log(anp.sum(anp.exp(5 * w))),
    "tanh": lambda w: anp.tanh(anp.sum(w * w)) * w[0],
}


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("curve", CURVES)
def test_a_numerical_hessian_equals_autograds(curve, n):
    w = np.random.default_rng(0).normal(size=n)
    expected = autograd.hessian(CURVES[curve])(w)
    got = numerical_hessian(CURVES[curve], w)
    assert np.abs(got - expected).max() < 1e-6 * (1 + np.abs(expected).max())
    assert (got == got.T).all()


def test_a_numerical_hessian_of_a_network_equals_autograds():
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(6, 2)), rng.uniform(size=6), rng.normal(size=13)

    def loss(w):
        h = 1 / (1 + anp.exp(-(X @ anp.reshape(w[:6], (2, 3)) + w[6:9])))
        return anp.mean(0.5 * (1 / (1 + anp.exp(-(h @ w[9:12] + w[12]))) - y) ** 2)

    def ours(w):
        weights = {"W_1": w[:6].reshape(2, 3), "b_1": w[6:9], "w_2": w[9:12], "b_2": w[12]}
        return networks.mlp(2, 3).forward(weights, X, y)["L"]

    assert np.abs(numerical_hessian(ours, w) - autograd.hessian(loss)(w)).max() < 1e-6


def test_a_numerical_hessian_leaves_w_as_it_was_even_if_f_does_not():
    def changing(w):
        total = float(w[0] ** 2 * w[1])
        w += 100
        return total

    w = np.array([1.0, 3.0])
    np.testing.assert_allclose(numerical_hessian(changing, w), [[6, 2], [2, 0]], atol=1e-6)
    assert w.tolist() == [1, 3]


@pytest.mark.parametrize("w", [[1, 3], [1.0, 3.0], np.array([1, 3], np.float32)])
def test_a_numerical_hessian_takes_lists_integers_and_float32(w):
    np.testing.assert_allclose(numerical_hessian(lambda w: w[0] ** 2 * w[1], w), [[6, 2], [2, 0]], atol=1e-6)


REFUSED = [
    (lambda: shrinkage(1.0, -0.1), "mu is -0.1; a penalty's strength is 0 or more."),
    (lambda: regularised_optimum(np.eye(2), np.ones(2), np.nan), "mu is nan; a penalty's strength is 0 or more."),
    (
        lambda: regularised_optimum(np.eye(3), np.ones(2), 1.0),
        "H has shape (3, 3); expected (2, 2): w_star has 2 entries, and H one for every pair.",
    ),
    (
        lambda: regularised_optimum([[1.0, 2.0], [0.0, 1.0]], np.ones(2), 1.0),
        "H is not symmetric: H and H.T differ by 2. Take (H + H.T) / 2 if it is nearly so.",
    ),
    (
        lambda: quadratic_loss(np.ones((4, 3)), np.eye(2), np.ones(2)),
        "w has shape (4, 3); expected (4, 2): axis -1 holds the weights.",
    ),
    (
        lambda: numerical_hessian(np.sum, np.ones((2, 2))),
        "w has shape (2, 2); expected (4,): "
        "a Hessian is taken for a vector of weights; np.concatenate makes one of several.",
    ),
    (
        lambda: numerical_hessian(np.sin, np.ones(2)),
        "f(w) has shape (2,); expected (): a Hessian is taken of one number.",
    ),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_makes_no_sense_is_refused_with_a_reason(call, message):
    with pytest.raises(CourseError) as error:
        call()
    assert str(error.value) == message


# --- The exercises: right answers in many styles, and typical wrong ones. ---


def by_eigenvectors(H, w_star, mu):
    eigenvalues, Q = np.linalg.eigh(H)
    return Q @ np.linalg.inv(np.diag(eigenvalues) + mu * np.eye(len(H))) @ np.diag(eigenvalues) @ Q.T @ w_star


def by_general_eigenvectors(H, w_star, mu):
    eigenvalues, Q = np.linalg.eig(H)
    return (Q * (eigenvalues / (eigenvalues + mu))) @ Q.T @ w_star


def by_solving(H, w_star, mu):
    return np.linalg.solve(H + mu * np.identity(H.shape[0]), H @ w_star)


def by_inverse(H, w_star, mu):
    return list(np.linalg.inv(H + mu * np.eye(len(w_star))) @ H @ w_star)


def by_loops(H, w_star, mu):
    eigenvalues, Q = np.linalg.eigh(H)
    w = [0.0] * len(w_star)
    for k, eigenvalue in enumerate(eigenvalues):
        component = sum(Q[i, k] * w_star[i] for i in range(len(w_star)))
        for i in range(len(w_star)):
            w[i] += eigenvalue / (eigenvalue + mu) * component * Q[i, k]
    return w


def in_float32(H, w_star, mu):
    H, penalty = H.astype(np.float32), mu * np.eye(len(H), dtype=np.float32)
    return np.linalg.solve(H + penalty, H @ w_star.astype(np.float32))


def hessian_by_four_values(f, w, eps=1e-4):
    H = np.zeros((len(w), len(w)))
    for i in range(len(w)):
        for j in range(len(w)):
            for a in (1, -1):
                for b in (1, -1):
                    moved = w.copy()
                    moved[i] += a * eps
                    moved[j] += b * eps
                    H[i, j] += a * b * f(moved)
    return H / (4 * eps**2)


def hessian_in_place(f, w, eps=1e-4):
    def slope(j):
        w[j] += eps
        above = f(w)
        w[j] -= 2 * eps
        below = f(w)
        w[j] += eps
        return (above - below) / (2 * eps)

    H = np.empty((w.size, w.size))
    for i in range(w.size):
        w[i] += eps
        above = [slope(j) for j in range(w.size)]
        w[i] -= 2 * eps
        below = [slope(j) for j in range(w.size)]
        w[i] += eps
        H[i] = (np.array(above) - np.array(below)) / (2 * eps)
    return H


def hessian_of_gradients(f, w, eps=1e-4):
    # The step of the gradient is the one of notebook 01, 1e-5.
    rows = [numerical_gradient(f, w + e) - numerical_gradient(f, w - e) for e in eps * np.eye(len(w))]
    H = np.array(rows) / (2 * eps)
    return ((H + H.T) / 2).tolist()


def hessian_with_a_diagonal_of_its_own(f, w, eps=1e-4):
    e = eps * np.eye(len(w))
    H = [[(f(w + a + b) - f(w + a - b) - f(w - a + b) + f(w - a - b)) / (4 * eps * eps) for a in e] for b in e]
    for i, a in enumerate(e):
        H[i][i] = (f(w + a) - 2 * f(w) + f(w - a)) / eps**2
    return H


RIGHT = {
    "regularised-optimum": [
        by_eigenvectors,
        by_general_eigenvectors,
        by_solving,
        by_inverse,
        by_loops,
        in_float32,
        regularised_optimum,
    ],
    "shrinkage-factors": [
        lambda eigenvalues, mu: eigenvalues / (eigenvalues + mu),
        lambda eigenvalues, mu: 1 - mu / (np.asarray(eigenvalues) + mu),
        lambda eigenvalues, mu: np.vectorize(lambda one: one / (one + mu))(eigenvalues),
        lambda eigenvalues, mu: np.float32(eigenvalues) / (np.float32(eigenvalues) + np.float32(mu)),
        lambda eigenvalues, mu: (np.array(eigenvalues) / (np.array(eigenvalues) + mu)).tolist(),
    ],
    "numerical-hessian": [
        hessian_by_four_values,
        hessian_in_place,
        hessian_of_gradients,
        hessian_with_a_diagonal_of_its_own,
        numerical_hessian,
    ],
}
NAMES = {
    "regularised-optimum": "regularised_optimum",
    "shrinkage-factors": "shrinkage",
    "numerical-hessian": "numerical_hessian",
}


@pytest.mark.parametrize(("id", "function"), [(id, function) for id, found in RIGHT.items() for function in found])
def test_right_functions_of_many_styles_get_every_point(id, function):
    for _ in range(10):
        verdict = judge(id, {NAMES[id]: function})
        assert verdict.passed, str(verdict)


def optimum_of(factor):
    """A student's regularised_optimum that keeps this share along each eigenvector."""

    def function(H, w_star, mu):
        eigenvalues, Q = np.linalg.eigh(H)
        with np.errstate(all="ignore"):
            return Q @ (factor(eigenvalues, mu) * (Q.T @ w_star))

    return function


def transposed(H, w_star, mu):
    eigenvalues, Q = np.linalg.eigh(H)
    inverse = np.linalg.inv(np.diag(eigenvalues) + mu * np.eye(len(H)))
    return Q.T @ inverse @ np.diag(eigenvalues) @ Q @ w_star


def changes_w_star(H, w_star, mu):
    w_star *= 0.5
    return by_solving(H, 2 * w_star, mu)


def second_differences(divide):
    def function(f, w, eps=1e-4):
        e = eps * np.eye(len(w))
        return [[divide(f(w + a + b) - f(w + a - b) - f(w - a + b) + f(w - a - b), eps) for a in e] for b in e]

    return function


def forward_hessian(f, w, eps=1e-4):
    e = eps * np.eye(len(w))
    return [[(f(w + a + b) - f(w + a) - f(w + b) + f(w)) / eps**2 for a in e] for b in e]


def forward_of_gradients(f, w, eps=1e-4):
    return [(numerical_gradient(f, w + e) - numerical_gradient(f, w)) / eps for e in eps * np.eye(len(w))]


def diagonal_hessian(f, w, eps=1e-4):
    return np.diag([(f(w + e) - 2 * f(w) + f(w - e)) / eps**2 for e in eps * np.eye(len(w))])


def half_a_hessian(f, w):
    return np.triu(hessian_by_four_values(f, w))


def leaves_w_moved(f, w):
    H = hessian_by_four_values(f, w)
    w[0] += 1e-4
    return H


WRONG = [
    ("regularised-optimum", lambda H, w, mu: np.linalg.inv(H + np.eye(len(w))) @ H @ w, "mu-left-out"),
    ("regularised-optimum", lambda H, w, mu: by_solving(H, w, mu**2), "mu-squared"),
    ("regularised-optimum", lambda H, w, mu: by_solving(H, w, -mu), "penalty-sign"),
    ("regularised-optimum", lambda H, w, mu: by_solving(H, w, 2 * mu), "penalty-without-half"),
    ("regularised-optimum", lambda H, w, mu: by_solving(H, w, mu / 2), "penalty-halved-again"),
    ("regularised-optimum", optimum_of(lambda found, mu: mu / (found + mu)), "removed-for-kept"),
    ("regularised-optimum", optimum_of(lambda found, mu: found / mu), "eigenvalue-over-mu"),
    ("regularised-optimum", lambda H, w, mu: H @ w / np.float64(mu), "eigenvalue-over-mu"),
    ("regularised-optimum", lambda H, w, mu: (H + mu * np.eye(len(w))) @ H @ w, "inverse-forgotten"),
    ("regularised-optimum", lambda H, w, mu: np.linalg.solve(H + mu * np.eye(len(w)), w), "curvature-left-out"),
    ("regularised-optimum", lambda H, w, mu: np.linalg.inv(H + mu * np.eye(len(w))) @ H, "minimum-left-out"),
    ("regularised-optimum", transposed, "eigenvectors-transposed"),
    ("regularised-optimum", lambda H, w, mu: by_solving(np.diag(np.diag(H)), w, mu), "hessian-diagonal-only"),
    (
        "regularised-optimum",
        lambda H, w, mu: shrinkage(np.linalg.eigvalsh(H), mu) * (np.linalg.eigh(H)[1].T @ w),
        "eigenvectors-not-undone",
    ),
    ("regularised-optimum", lambda H, w, mu: shrinkage(np.linalg.eigh(H)[0], mu) * w, "eigenvectors-left-out"),
    ("regularised-optimum", lambda H, w, mu: np.linalg.inv(H + mu) @ H @ w, "mu-on-every-entry"),
    ("regularised-optimum", lambda H, w, mu: (H + mu * np.eye(len(w))) ** -1 @ H @ w, "elementwise-inverse"),
    ("regularised-optimum", changes_w_star, "argument-changed"),
    ("regularised-optimum", lambda H, w, mu: by_solving(H, w, mu) + 0.01, None),
    ("shrinkage-factors", lambda found, mu: found / (found + 1), "mu-left-out"),
    ("shrinkage-factors", lambda found, mu: found / (found + mu**2), "mu-squared"),
    ("shrinkage-factors", lambda found, mu: found / (found - mu), "penalty-sign"),
    ("shrinkage-factors", lambda found, mu: found / (found + 2 * mu), "penalty-without-half"),
    ("shrinkage-factors", lambda found, mu: mu / (found + mu), "removed-for-kept"),
    ("shrinkage-factors", lambda found, mu: found / mu, "eigenvalue-over-mu"),
    ("shrinkage-factors", lambda found, mu: found * (found + mu), "inverse-forgotten"),
    ("shrinkage-factors", lambda found, mu: 1 / (found + mu), "curvature-left-out"),
    ("numerical-hessian", second_differences(lambda four, eps: four / eps**2), "second-difference-divided"),
    ("numerical-hessian", second_differences(lambda four, eps: four / (2 * eps**2)), "second-difference-divided"),
    ("numerical-hessian", second_differences(lambda four, eps: four / (2 * eps)), "second-difference-divided"),
    ("numerical-hessian", second_differences(lambda four, eps: four), "second-difference-divided"),
    ("numerical-hessian", second_differences(lambda four, eps: four / 4 * eps**2), "width-not-bracketed"),
    ("numerical-hessian", second_differences(lambda four, eps: -four / (4 * eps**2)), "second-difference-signs"),
    ("numerical-hessian", forward_hessian, "forward-difference"),
    ("numerical-hessian", lambda f, w: numerical_gradient(f, w), "gradient-for-hessian"),
    ("numerical-hessian", diagonal_hessian, "hessian-diagonal-only"),
    ("numerical-hessian", half_a_hessian, "hessian-not-symmetric"),
    ("numerical-hessian", leaves_w_moved, "argument-changed"),
    ("numerical-hessian", lambda f, w: hessian_by_four_values(f, w, 1e-8), None),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("id", "function", "misconception"), WRONG)
def test_typical_wrong_functions_are_named(id, function, misconception):
    for _ in range(5):
        verdict = judge(id, {NAMES[id]: function})
        assert verdict.points == 0
        assert verdict.parts[0].misconception == misconception, str(verdict)


def test_a_hessian_that_is_nearly_right_but_not_symmetric_is_refused():
    def skewed(f, w):
        H = numerical_hessian(f, w)
        return H + 1e-5 * np.abs(H).max() * np.triu(np.ones_like(H), 1)

    assert not judge("numerical-hessian", {"numerical_hessian": skewed}).passed


def test_what_a_student_can_check_alone_is_true():
    verdict = judge("regularised-optimum", {"regularised_optimum": lambda H, w_star, mu: 0 * w_star})
    # H = [[2]], w* = 3, mu = 0.5: at 2.4 the two terms are 0.36 and 1.44.
    assert "can be as small as 1.8. How large is it at your w?" in str(verdict)
    verdict = judge("numerical-hessian", {"numerical_hessian": lambda f, w: np.zeros((len(w), len(w)))})
    assert "w[0] ** 3" in str(verdict)
    w = float(str(verdict).split("w=[")[1].split("]")[0])
    assert f"divided by 0.0002 that is H[0, 0], {6 * w:.4g}." in str(verdict)
