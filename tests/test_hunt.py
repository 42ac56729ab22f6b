"""Right answers in unusual styles, and lucky wrong ones."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_course.checks import judge


def _softmax_columns(z):
    flat = z.reshape(-1, z.shape[-1])
    e = np.exp(flat - flat.max(axis=1)[:, None])
    return (e / e.sum(axis=1)[:, None]).reshape(z.shape)


def _product_last(H, w_star, mu):
    return H @ np.linalg.solve(H + mu * np.eye(len(w_star)), w_star)


def _hessian_by_gradients(f, w, eps=1e-4):
    def gradient(w):
        return np.array([(f(w + e) - f(w - e)) / (2 * eps) for e in np.eye(len(w)) * eps])

    H = np.array([(gradient(w + e) - gradient(w - e)) / (2 * eps) for e in np.eye(len(w)) * eps])
    return (H + H.T) / 2


def _in_place_and_back(f, x, eps=1e-5):
    x = x.astype(float, copy=False)  # whole numbers have no room for eps
    gradient, flat = np.zeros_like(x), x.reshape(-1)
    for i, kept in enumerate(flat.copy()):
        flat[i] = kept + eps
        above = f(x)
        flat[i] = kept - eps
        below = f(x)
        flat[i] = kept
        gradient.reshape(-1)[i] = (above - below) / (2 * eps)
    return gradient


@pytest.mark.parametrize(
    ("id", "namespace"),
    [
        ("partial-derivatives", {"product_gradient": lambda x_1, x_2: [x_2, x_1]}),
        ("numerical-gradient", {"numerical_gradient": _in_place_and_back}),
        ("softmax", {"softmax": _softmax_columns}),
        ("softmax", {"softmax": lambda z: np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True)).tolist()}),
        ("numerical-hessian", {"numerical_hessian": _hessian_by_gradients}),
        ("shrinkage-factors", {"shrinkage": lambda eigenvalues, mu: 1 - mu / (eigenvalues + mu)}),
        ("regularised-optimum", {"regularised_optimum": _product_last}),
    ],
)
def test_right_in_an_unusual_style(id, namespace):
    verdict = judge(id, namespace)
    assert verdict.passed, str(verdict)


@pytest.mark.parametrize(
    ("id", "namespace"),
    [
        ("mlp-forward", {"simple_feed_forward": lambda x, W: 0.5}),
        ("mlp-backward", {"simple_backpropagation": lambda y, x, W: W}),
        ("logit-gradient", {"logit_gradient": lambda z, y: np.zeros_like(z)}),
        ("regularised-optimum", {"regularised_optimum": lambda H, w, mu: w}),
        ("chain-descent", {"gradient_step": lambda weights, gradients, eta: weights}),
        ("chain-rule", {"compose_derivative": lambda df, g, dg: lambda x: 0.0}),
    ],
)
def test_a_lucky_constant_earns_nothing(id, namespace):
    assert judge(id, namespace).points == 0
