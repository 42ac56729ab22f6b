"""The exercises of the multi-layer perceptron: right answers in any style, and the mistakes that students make."""

from __future__ import annotations

import copy
import math
import re
import warnings

import numpy as np
import pytest
from scipy.special import expit

from backprop_course.checks import judge
from backprop_course.exercises import EXERCISES


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def grad_sigmoid(t):
    return sigmoid(t) * (1 - sigmoid(t))


def simple_feed_forward(x, W):
    return sigmoid(sigmoid(x @ W["w_1"]) @ W["w_2"])


def simple_backpropagation(y, x, W):
    h = sigmoid(x @ W["w_1"])
    y_hat = sigmoid(h @ W["w_2"])
    delta = (y_hat - y) * y_hat * (1 - y_hat)
    return {"w_1": np.outer(x, delta * W["w_2"] * h * (1 - h)), "w_2": delta * h}


def feed_forward(X, params):
    h = sigmoid(X @ params["W_1"] + params["b_1"])
    return sigmoid(h @ params["w_2"] + params["b_2"])


def backpropagation(X, y, params):
    h = sigmoid(X @ params["W_1"] + params["b_1"])
    y_hat = sigmoid(h @ params["w_2"] + params["b_2"])
    dz_2 = (y_hat - y) / len(y) * y_hat * (1 - y_hat)
    dz_1 = np.outer(dz_2, params["w_2"]) * h * (1 - h)
    return {"W_1": X.T @ dz_1, "b_1": dz_1.sum(axis=0), "w_2": h.T @ dz_2, "b_2": dz_2.sum()}


def relative_error(analytic, numeric):
    size = np.linalg.norm(analytic) + np.linalg.norm(numeric)
    return np.linalg.norm(analytic - numeric) / size if size else 0.0


def check_gradients(loss, params, gradients, eps=1e-5, compare=relative_error):
    errors = {}
    for name, value in params.items():
        numeric = np.zeros_like(value)
        for i in np.ndindex(value.shape):
            above, below = value.copy(), value.copy()
            above[i] += eps
            below[i] -= eps
            numeric[i] = (loss({**params, name: above}) - loss({**params, name: below})) / (2 * eps)
        errors[name] = compare(gradients[name], numeric)
    return errors


def tanh_backpropagation(X, y, params):
    h = np.tanh(X @ params["W_1"] + params["b_1"])
    dz_2 = (h @ params["w_2"] + params["b_2"] - y) / len(y)
    dz_1 = np.outer(dz_2, params["w_2"]) * (1 - h**2)
    return {"W_1": X.T @ dz_1, "b_1": dz_1.sum(axis=0), "w_2": h.T @ dz_2, "b_2": dz_2.sum()}


def train(X, y, params, eta, steps):
    losses = []
    for _ in range(steps):
        losses.append(0.5 * np.mean((feed_forward(X, params) - y) ** 2))
        gradients = backpropagation(X, y, params)
        params = {name: params[name] - eta * gradients[name] for name in params}
    return params, losses


def verdict_on(id, function=None, name=None, **others):
    """The verdict on a notebook in which all is right but for one function."""
    names = EXERCISES[id].names
    found = {known: globals()[known] for known in names} | others
    if function is not None:
        found[name or names[0]] = function
    return judge(id, found)


def accept(id, function, name=None):
    verdict = verdict_on(id, function, name)
    assert verdict.passed, str(verdict)
    assert verdict.points == EXERCISES[id].points


def refuse(id, function, misconception, name=None):
    verdict = verdict_on(id, function, name)
    assert verdict.points < EXERCISES[id].points
    first = next(part for part in verdict.parts if part.status != "right")
    assert first.misconception == misconception, str(verdict)
    return verdict


def refused_with(id, function, words, name=None):
    verdict = verdict_on(id, function, name)
    assert verdict.points < EXERCISES[id].points
    assert words in str(verdict)


# --- sigmoid and its slope ---------------------------------------------------------------------------


def silent_sigmoid(t):
    e = np.exp(-np.abs(t))
    return np.where(np.asarray(t) >= 0, 1, e) / (1 + e)


@pytest.mark.parametrize(
    "function",
    [
        sigmoid,
        expit,
        silent_sigmoid,
        np.vectorize(lambda t: 1 / (1 + math.exp(-t))),
        lambda t: np.exp(t) / (np.exp(t) + 1),
        lambda t: 0.5 * (1 + np.tanh(t / 2)),
        lambda t: np.array(sigmoid(t)).tolist(),
        lambda t: sigmoid(np.float32(t)),
    ],
)
def test_a_sigmoid_may_be_written_in_any_way(function):
    accept("mlp-sigmoid", function, "sigmoid")


@pytest.mark.parametrize(
    "function",
    [
        grad_sigmoid,
        lambda t: np.exp(-t) / (1 + np.exp(-t)) ** 2,
        lambda t: sigmoid(t) - sigmoid(t) ** 2,
        lambda t: sigmoid(t) * sigmoid(-t),
        lambda t: 1 / (2 + np.exp(t) + np.exp(-t)),
        lambda t: (1 - np.tanh(t / 2) ** 2) / 4,
        lambda t: grad_sigmoid(np.asarray(t, dtype=np.float32)),
    ],
)
def test_a_slope_may_be_written_in_any_way(function):
    accept("mlp-sigmoid", function, "grad_sigmoid")


@pytest.mark.parametrize(
    ("name", "function", "misconception"),
    [
        ("sigmoid", lambda t: 1 / (1 + np.exp(t)), "exponent-sign"),
        ("sigmoid", np.tanh, "other-activation"),
        ("sigmoid", grad_sigmoid, "derivative-for-activation"),
        ("sigmoid", lambda t: t, "activation-left-out"),
        ("grad_sigmoid", lambda t: t * (1 - t), "z-for-h-in-derivative"),
        ("grad_sigmoid", lambda t: grad_sigmoid(sigmoid(t)), "derivative-at-h"),
        ("grad_sigmoid", lambda t: 1 - sigmoid(t), "derivative-incomplete"),
        ("grad_sigmoid", sigmoid, "activation-for-derivative"),
        ("grad_sigmoid", lambda t: 1 - sigmoid(t) ** 2, "other-derivative"),
        ("grad_sigmoid", lambda t: -np.exp(-t) / (1 + np.exp(-t)) ** 2, "slope-sign"),
        ("grad_sigmoid", lambda t: sigmoid(t) * (1 + sigmoid(t)), "plus-for-minus-in-derivative"),
    ],
)
def test_mistakes_in_a_sigmoid_are_named(name, function, misconception):
    refuse("mlp-sigmoid", function, misconception, name)


def test_a_sigmoid_of_numbers_alone_does_not_do():
    refused_with("mlp-sigmoid", lambda t: 1 / (1 + math.exp(-t)), "stops with an error", "sigmoid")


# --- one input ---------------------------------------------------------------------------------------


def looped_forward(x, W):
    n_in, n_hidden = W["w_1"].shape
    z_2 = 0.0
    for j in range(n_hidden):
        z_1 = sum(float(x[i]) * float(W["w_1"][i, j]) for i in range(n_in))
        z_2 += float(W["w_2"][j]) / (1 + math.exp(-z_1))
    return 1 / (1 + math.exp(-z_2))


@pytest.mark.parametrize(
    "function",
    [
        simple_feed_forward,
        looped_forward,
        lambda x, W: sigmoid(np.sum(sigmoid(W["w_1"].T @ x) * W["w_2"])),
        lambda x, W: sigmoid(np.einsum("j,j", sigmoid(np.einsum("i,ij->j", x, W["w_1"])), W["w_2"])),
        lambda x, W: sigmoid(np.dot(W["w_2"], sigmoid(np.dot(x, W["w_1"])))),
        lambda x, W: sigmoid(sigmoid(x[None] @ W["w_1"]) @ W["w_2"]),  # (1,)
        lambda x, W: sigmoid(sigmoid(x[None] @ W["w_1"]) @ W["w_2"][:, None]),  # (1, 1)
        lambda x, W: np.float32(simple_feed_forward(x.astype(np.float32), {k: np.float32(w) for k, w in W.items()})),
    ],
)
def test_a_forward_pass_may_be_written_in_any_way(function):
    accept("mlp-forward", function)


@pytest.mark.parametrize(
    ("function", "misconception"),
    [
        (lambda x, W: sigmoid(x @ W["w_1"]) @ W["w_2"], "activation-left-out"),
        (lambda x, W: x @ W["w_1"] @ W["w_2"], "activation-left-out"),
        (lambda x, W: sigmoid(x @ W["w_1"] @ W["w_2"]), "activation-left-out"),
        (lambda x, W: np.tanh(np.tanh(x @ W["w_1"]) @ W["w_2"]), "other-activation"),
        (lambda x, W: sigmoid(sigmoid(x @ W["w_1"]) * W["w_2"]), "elementwise-for-product"),
        (lambda x, W: sigmoid(sigmoid(x @ W["w_1"]) + W["w_2"]), "weight-added"),
    ],
)
def test_mistakes_in_a_forward_pass_are_named(function, misconception):
    refuse("mlp-forward", function, misconception)


def outer_left_out(y, x, W):
    h = sigmoid(x @ W["w_1"])
    d = (sigmoid(h @ W["w_2"]) - y) * 0.2
    return {"w_2": d * h, "w_1": np.dot(x, d * W["w_2"] * h * (1 - h))}


@pytest.mark.parametrize(
    ("id", "function", "words"),
    [
        (
            "mlp-forward",
            lambda x, W: sigmoid(sigmoid(W["w_1"] @ x) @ W["w_2"]),
            "Write the shapes of both sides next to each other",
        ),
        (
            "mlp-forward",
            lambda x, W: sigmoid((x * W["w_1"]) @ W["w_2"]),
            "one number for each of 2 rows stands in a column, a[:, None]",
        ),
        ("mlp-backward", outer_left_out, "2 and 3 entries make no pairs. Does every entry of one belong"),
        ("mlp-backward", outer_left_out, 'That is in `np.dot(x, d * W["w_2"] * h * (1 - h))`.'),
    ],
)
def test_shapes_that_do_not_fit_are_said_so(id, function, words):
    refused_with(id, function, words)


def looped_backward(y, x, W):
    n_in, n_hidden = W["w_1"].shape
    h = [1 / (1 + math.exp(-sum(x[i] * W["w_1"][i, j] for i in range(n_in)))) for j in range(n_hidden)]
    y_hat = 1 / (1 + math.exp(-sum(h[j] * W["w_2"][j] for j in range(n_hidden))))
    delta = (y_hat - y) * y_hat * (1 - y_hat)
    w_2 = [float(delta * h[j]) for j in range(n_hidden)]
    w_1 = [[float(delta * W["w_2"][j] * h[j] * (1 - h[j]) * x[i]) for j in range(n_hidden)] for i in range(n_in)]
    return {"w_2": w_2, "w_1": w_1}


def column_backward(y, x, W):
    x, h = x[:, None], sigmoid(W["w_1"].T @ x[:, None])
    y_hat = sigmoid(W["w_2"] @ h)
    delta = (y_hat - y) * y_hat * (1 - y_hat)
    return {"w_1": x @ (W["w_2"][:, None] * delta * h * (1 - h)).T, "w_2": (delta * h)[:, 0], "unasked": None}


def single_backward(y, x, W):
    single = {name: w.astype(np.float32) for name, w in W.items()}
    return simple_backpropagation(np.float32(y), x.astype(np.float32), single)


def nudging_backward(y, x, W):
    def loss():
        return 0.5 * (simple_feed_forward(x, W) - y) ** 2

    found = {name: np.zeros_like(w) for name, w in W.items()}
    for name, w in W.items():
        for i in np.ndindex(w.shape):
            before = w[i]
            w[i] = before + 1e-5
            above = loss()
            w[i] = before - 1e-5
            found[name][i] = (above - loss()) / 2e-5
            w[i] = before
    return found


@pytest.mark.parametrize(
    "function", [simple_backpropagation, looped_backward, column_backward, single_backward, nudging_backward]
)
def test_a_backward_pass_may_be_written_in_any_way(function):
    accept("mlp-backward", function)


def backward_with(error=1.0, at_output=None, at_hidden=None, w_1=np.outer, w_2=np.multiply, hand_down=None):
    """The backward pass with some of it done otherwise."""

    def simple_backpropagation(y, x, W):
        z_1 = x @ W["w_1"]
        h = sigmoid(z_1)
        y_hat = sigmoid(h @ W["w_2"])
        delta = error * (y_hat - y) * (y_hat * (1 - y_hat) if at_output is None else at_output(y_hat))
        dh = delta * W["w_2"] if hand_down is None else hand_down(delta, W)
        dz_1 = dh * (h * (1 - h) if at_hidden is None else at_hidden(z_1, h))
        return {"w_1": w_1(x, dz_1), "w_2": w_2(h, delta)}

    return simple_backpropagation


@pytest.mark.parametrize(
    ("function", "misconception"),
    [
        (backward_with(error=-1), "error-sign"),
        (backward_with(error=2), "error-doubled"),
        (backward_with(error=0.5), "error-halved"),
        (backward_with(at_output=lambda y_hat: 1), "derivative-left-out"),
        (backward_with(at_output=lambda y_hat: y_hat), "activation-for-derivative"),
        (backward_with(at_output=lambda y_hat: (y_hat * (1 - y_hat)) ** 2), "derivative-twice"),
        (backward_with(at_hidden=lambda z, h: 1), "derivative-left-out"),
        (backward_with(at_hidden=lambda z, h: grad_sigmoid(h)), "derivative-at-h"),
        (backward_with(at_hidden=lambda z, h: z * (1 - z)), "z-for-h-in-derivative"),
        (backward_with(at_hidden=lambda z, h: 1 - h**2), "other-derivative"),
        (backward_with(w_1=lambda x, dz: np.outer(dz, x)), "gradient-transposed"),
        (backward_with(w_1=lambda x, dz: np.outer(x, dz).sum()), "gradient-summed-up"),
        (backward_with(w_2=lambda h, delta: delta), "input-left-out"),
        (backward_with(w_2=lambda h, delta: (delta * h)[:, None]), "column-for-vector"),
        (backward_with(hand_down=lambda delta, W: delta * np.ones_like(W["w_2"])), "weight-left-out-backward"),
    ],
)
def test_mistakes_in_a_backward_pass_are_named(function, misconception):
    refuse("mlp-backward", function, misconception)


def test_a_gradient_of_another_shape_is_told_both_shapes():
    verdict = refuse("mlp-backward", backward_with(w_1=lambda x, dz: np.outer(dz, x)), "gradient-transposed")
    assert "has shape (3, 2); shape (2, 3) is expected" in str(verdict)


def test_a_wrong_gradient_comes_with_a_nudge_that_proves_it():
    verdict = refuse("mlp-backward", backward_with(error=2), "error-doubled")
    assert "Check alone: change w_2[" in str(verdict)


def test_each_gradient_has_a_point_of_its_own():
    verdict = verdict_on("mlp-backward", backward_with(w_1=lambda x, dz: np.outer(dz, x)))
    assert verdict.points == 1


# --- a batch -----------------------------------------------------------------------------------------


def one_by_one(X, params):
    return [float(sigmoid(sigmoid(x @ params["W_1"] + params["b_1"]) @ params["w_2"] + params["b_2"])) for x in X]


@pytest.mark.parametrize(
    "function",
    [
        feed_forward,
        one_by_one,
        lambda X, params: np.array(one_by_one(X, params)),
        lambda X, params: np.float32(feed_forward(X, params)),
        lambda X, params: sigmoid(
            (sigmoid(X @ params["W_1"] + params["b_1"]) * params["w_2"]).sum(axis=1) + params["b_2"]
        ),
        lambda X, params: sigmoid(
            params["w_2"] @ sigmoid(params["W_1"].T @ X.T + params["b_1"][:, None]) + params["b_2"]
        ),
    ],
)
def test_a_batch_may_be_passed_forward_in_any_way(function):
    accept("mlp-batch-forward", function)


def without(*biases):
    return lambda X, params: feed_forward(X, {**params, **{b: 0 * params[b] for b in biases}})


@pytest.mark.parametrize(
    ("function", "misconception"),
    [
        (without("b_1", "b_2"), "bias-left-out"),
        (without("b_2"), "bias-left-out"),
        (lambda X, p: sigmoid((sigmoid(X @ p["W_1"]) + p["b_1"]) @ p["w_2"] + p["b_2"]), "bias-after-activation"),
        (lambda X, p: sigmoid(X @ p["W_1"] + p["b_1"]) @ p["w_2"] + p["b_2"], "activation-left-out"),
        (lambda X, p: feed_forward(X, p)[:, None], "column-for-vector"),
        (lambda X, p: sigmoid(np.sum(sigmoid(X @ p["W_1"] + p["b_1"]) * p["w_2"]) + p["b_2"]), "examples-added-up"),
        (lambda X, p: sigmoid(sigmoid(X @ p["W_1"] + p["b_1"]) * p["w_2"] + p["b_2"]), "elementwise-for-product"),
    ],
)
def test_mistakes_in_a_batch_forward_are_named(function, misconception):
    refuse("mlp-batch-forward", function, misconception)


def summed_over_examples(X, y, params):
    total = {name: np.zeros(np.shape(value)) for name, value in params.items()}
    for x, target in zip(X, y, strict=True):
        h = sigmoid(x @ params["W_1"] + params["b_1"])
        y_hat = sigmoid(h @ params["w_2"] + params["b_2"])
        delta = (y_hat - target) * y_hat * (1 - y_hat)
        dz_1 = delta * params["w_2"] * h * (1 - h)
        one = {"W_1": np.outer(x, dz_1), "b_1": dz_1, "w_2": delta * h, "b_2": delta}
        total = {name: total[name] + one[name] / len(X) for name in total}
    return total


def divided_at_the_end(X, y, params):
    found = backpropagation(X, y, params)
    sums = {name: gradient * len(y) for name, gradient in found.items()}
    return {name: np.einsum("...->...", gradient) / len(y) for name, gradient in sums.items()}


def shaped(b_2):
    return lambda X, y, params: {**backpropagation(X, y, params), "b_2": b_2(backpropagation(X, y, params)["b_2"])}


@pytest.mark.parametrize(
    "function",
    [
        backpropagation,
        summed_over_examples,
        divided_at_the_end,
        shaped(float),
        shaped(np.array),
        shaped(lambda b: np.array([b])),
        shaped(lambda b: [float(b)]),
        shaped(np.float32),
        lambda X, y, params: {k: np.asarray(g).tolist() for k, g in backpropagation(X, y, params).items()},
        lambda X, y, params: {k: np.float32(g) for k, g in backpropagation(X, y, params).items()},
    ],
)
def test_a_batch_may_be_passed_backward_in_any_way(function):
    accept("mlp-batch-backward", function)


def batch_backward_with(error=None, b_1=None, b_2=None, W_1=None, column=False, then=lambda found, n: found):
    """The backward pass of a batch with some of it done otherwise."""

    def backpropagation(X, y, params):
        h = sigmoid(X @ params["W_1"] + params["b_1"])
        y_hat = sigmoid(h @ params["w_2"] + params["b_2"])
        dy_hat = (y_hat - y) / len(y) if error is None else error(y_hat, y)
        dz_2 = dy_hat * y_hat * (1 - y_hat)
        dz_1 = np.outer(dz_2, params["w_2"]) * h * (1 - h)
        found = {
            "W_1": X.T @ dz_1 if W_1 is None else W_1(X, dz_1),
            "b_1": dz_1.sum(axis=0) if b_1 is None else b_1(dz_1),
            "w_2": (h.T @ dz_2)[:, None] if column else h.T @ dz_2,
            "b_2": dz_2.sum() if b_2 is None else b_2(dz_2),
        }
        return then(found, len(y))

    return backpropagation


@pytest.mark.parametrize(
    ("function", "misconception"),
    [
        (batch_backward_with(error=lambda y_hat, y: y_hat - y), "sum-for-mean"),
        (batch_backward_with(error=lambda y_hat, y: (y_hat - y) / len(y) ** 2), "mean-twice"),
        (batch_backward_with(W_1=lambda X, dz: X.T @ dz / len(X)), "mean-twice"),
        (batch_backward_with(b_1=lambda dz: dz.mean(axis=0)), "mean-twice"),
        (batch_backward_with(b_1=lambda dz: dz), "bias-not-summed"),
        (batch_backward_with(b_2=lambda dz: dz), "bias-not-summed"),
        (batch_backward_with(b_1=lambda dz: dz.sum(axis=1)), "bias-wrong-axis"),
        (batch_backward_with(b_1=lambda dz: dz.sum()), "bias-summed-up"),
        (batch_backward_with(W_1=lambda X, dz: dz.T @ X), "gradient-transposed"),
        (batch_backward_with(column=True), "column-for-vector"),
        (batch_backward_with(error=lambda y_hat, y: (y_hat[:, None] - y).mean(axis=0) / len(y)), "broadcast-to-square"),
        (batch_backward_with(error=lambda y_hat, y: (y - y_hat) / len(y)), "error-sign"),
        (batch_backward_with(error=lambda y_hat, y: 2 * (y_hat - y) / len(y)), "error-doubled"),
    ],
)
def test_mistakes_in_a_batch_backward_are_named(function, misconception):
    refuse("mlp-batch-backward", function, misconception)


def test_a_missing_key_costs_one_point_and_is_named():
    def no_biases(X, y, params):
        found = backpropagation(X, y, params)
        return {"W_1": found["W_1"], "w_2": found["w_2"], "b1": found["b_1"], "b2": found["b_2"]}

    verdict = verdict_on("mlp-batch-backward", no_biases)
    assert verdict.points == 2
    assert "has no key 'b_2'" in str(verdict)


# --- checking gradients ------------------------------------------------------------------------------


def by_entries(together, collect=np.max):
    def relative_error(analytic, numeric):
        analytic, numeric = np.asarray(analytic), np.asarray(numeric)
        difference, sizes = np.abs(analytic - numeric), together(np.abs(analytic), np.abs(numeric))
        return collect(np.where(difference == 0, 0, difference / np.where(sizes == 0, 1, sizes)))

    return relative_error


def by_norms(together, order=None, tiny=0.0):
    def relative_error(analytic, numeric):
        a, n = np.ravel(analytic), np.ravel(numeric)
        difference = np.linalg.norm(a - n, order)
        return difference / (together(np.linalg.norm(a, order), np.linalg.norm(n, order)) + tiny) if difference else 0

    return relative_error


def looped_error(analytic, numeric):
    largest = 0.0
    for a, n in zip(np.ravel(analytic), np.ravel(numeric), strict=True):
        if a != n:
            largest = max(largest, abs(float(a) - float(n)) / max(abs(float(a)), abs(float(n))))
    return largest


def spectral(analytic, numeric):
    size = np.linalg.norm(np.atleast_1d(analytic), 2) + np.linalg.norm(np.atleast_1d(numeric), 2)
    return np.linalg.norm(np.atleast_1d(analytic - numeric), 2) / size if size else 0.0


def summed(a, n):
    return a + n


SYMMETRIC = {
    "norms, sum": relative_error,
    "norms, larger": by_norms(max),
    "norms, mean": by_norms(lambda a, n: (a + n) / 2),
    "norms, hypotenuse": by_norms(math.hypot),
    "norms, a tiny number added": by_norms(summed, tiny=1e-12),
    "norms, a small number added": by_norms(summed, tiny=1e-8),
    "sums of absolute values": by_norms(summed, 1),
    "largest absolute values": by_norms(max, np.inf),
    "spectral norms": spectral,
    "entries, sum": by_entries(summed),
    "entries, larger": by_entries(np.maximum),
    "entries, no less than 1e-8": by_entries(lambda a, n: np.maximum(1e-8, a + n)),
    "entries, mean of them": by_entries(summed, np.mean),
    "entries in a loop": looped_error,
    "0-d": lambda a, n: np.array(relative_error(a, n)),
    "1-element": lambda a, n: [float(relative_error(a, n))],
    "float32": lambda a, n: np.float32(relative_error(a, n)),
}


@pytest.mark.parametrize("definition", SYMMETRIC)
def test_any_symmetric_definition_of_relative_error_is_right(definition):
    accept("gradient-check", SYMMETRIC[definition], "relative_error")


@pytest.mark.parametrize("definition", SYMMETRIC)
def test_gradients_may_be_checked_by_any_symmetric_definition(definition):
    compare = SYMMETRIC[definition]
    accept("gradient-check", lambda *given: check_gradients(*given, compare=compare), "check_gradients")


def unguarded(analytic, numeric):
    with np.errstate(all="ignore"):
        return np.linalg.norm(analytic - numeric) / (np.linalg.norm(analytic) + np.linalg.norm(numeric))


@pytest.mark.parametrize(
    ("function", "misconception"),
    [
        (lambda a, n: np.linalg.norm(a - n), "absolute-for-relative"),
        (lambda a, n: np.max(np.abs(a - n)), "absolute-for-relative"),
        (lambda a, n: np.abs(a - n).sum(), "absolute-for-relative"),
        (lambda a, n: np.linalg.norm(a - n) / max(1, np.linalg.norm(a) + np.linalg.norm(n)), "absolute-for-relative"),
        (lambda a, n: np.linalg.norm(a - n) / np.linalg.norm(n), "one-sided-error"),
        (lambda a, n: np.max(np.abs(a - n) / np.abs(a)), "one-sided-error"),
        (unguarded, "zero-by-zero"),
        (lambda a, n: np.max(np.abs(a - n) / (np.abs(a) + np.abs(n))), "zero-by-zero"),
        (lambda a, n: relative_error(a, n) ** 2, "error-squared"),
        (lambda a, n: abs(np.sum(a - n)) / (np.abs(a).sum() + np.abs(n).sum() or 1), "sign-kept"),
    ],
)
def test_mistakes_in_a_relative_error_are_named(function, misconception):
    refuse("gradient-check", function, misconception, "relative_error")


def test_errors_of_all_entries_are_not_one_error():
    def each(a, n):
        a, n = np.asarray(a), np.asarray(n)
        sizes = np.maximum(np.abs(a), np.abs(n))
        return np.abs(a - n) / np.where(sizes == 0, 1, sizes)

    refuse("gradient-check", each, "entries-not-combined", "relative_error")


def test_a_definition_must_be_the_same_for_every_gradient():
    def fickle(analytic, numeric):
        return SYMMETRIC["norms, sum" if np.size(analytic) > 2 else "norms, mean"](analytic, numeric)

    assert verdict_on("gradient-check", fickle, "relative_error").points == 2


def perturbing(loss, params, gradients):
    """Nudges the given arrays themselves, and puts every entry back."""
    errors = {}
    for name, value in params.items():
        numeric = np.zeros_like(value)
        for i in np.ndindex(value.shape):
            before = value[i].copy()
            value[i] = before + 1e-6
            above = loss(params)
            value[i] = before - 1e-6
            numeric[i] = (above - loss(params)) / 2e-6
            value[i] = before
        errors[name] = relative_error(gradients[name], numeric)
    return errors


def flattened(loss, params, gradients):
    errors = {}
    for name in params:
        flat = params[name].ravel()
        numeric = []
        for k in range(flat.size):
            nudge = np.zeros(flat.size)
            nudge[k] = 1e-4
            sides = [{**params, name: (flat + sign * nudge).reshape(params[name].shape)} for sign in (1, -1)]
            numeric.append((loss(sides[0]) - loss(sides[1])) / 2e-4)
        errors[name] = float(relative_error(np.ravel(gradients[name]), np.array(numeric)))
    return errors


@pytest.mark.parametrize(
    "function",
    [
        check_gradients,
        perturbing,
        flattened,
        lambda *given: check_gradients(*given, eps=1e-4),
        lambda *given: check_gradients(*given, eps=1e-6),
        lambda *given: check_gradients(*given, eps=1e-7),
        lambda *given: {k: np.array([v]) for k, v in check_gradients(*given).items()} | {"all": None},
    ],
)
def test_gradients_may_be_checked_in_any_way(function):
    accept("gradient-check", function, "check_gradients")


def one_sided(eps, direction=1):
    def check_gradients(loss, params, gradients):
        errors = {}
        for name, value in params.items():
            numeric = np.zeros_like(value)
            for i in np.ndindex(value.shape):
                nudged = value.copy()
                nudged[i] += direction * eps
                numeric[i] = (loss({**params, name: nudged}) - loss(params)) / (direction * eps)
            errors[name] = relative_error(gradients[name], numeric)
        return errors

    return check_gradients


def all_together(loss, params, gradients):
    errors = {}
    for name, value in params.items():
        above, below = loss({**params, name: value + 1e-5}), loss({**params, name: value - 1e-5})
        errors[name] = relative_error(gradients[name], np.full(value.shape, (above - below) / 2e-5))
    return errors


def not_put_back(loss, params, gradients):
    """Works on a copy, in which every entry stays below."""
    copied, found = copy.deepcopy(params), {}
    for name, value in copied.items():
        numeric = np.zeros(value.shape)
        for i in np.ndindex(value.shape):
            value[i] += 1e-5
            above = loss(copied)
            value[i] -= 2e-5
            numeric[i] = (above - loss(copied)) / 2e-5
        found[name] = relative_error(gradients[name], numeric)
    return found


@pytest.mark.parametrize(
    ("function", "misconception"),
    [
        (one_sided(1e-5), "forward-difference"),
        (one_sided(1e-6), "forward-difference"),
        (one_sided(1e-5, direction=-1), "forward-difference"),
        (lambda *given: check_gradients(*given, eps=1e-14), "eps-too-small"),
        (lambda *given: check_gradients(*given, eps=1e-16), "slopes-far-off"),
        (lambda *given: check_gradients(*given, compare=lambda a, n: relative_error(a, n * 1e-10)), "slopes-far-off"),
        (lambda *given: check_gradients(*given, compare=lambda a, n: relative_error(a, n) > 1e-4), "flag-for-error"),
        (
            lambda *given: check_gradients(*given, compare=lambda a, n: int(relative_error(a, n) > 1e-5)),
            "flag-for-error",
        ),
        (not_put_back, "not-put-back"),
        (lambda *given: check_gradients(*given, compare=lambda a, n: np.linalg.norm(a - n)), "absolute-for-relative"),
        (lambda *given: check_gradients(*given, compare=unguarded), "zero-by-zero"),
        (
            lambda *given: check_gradients(*given, compare=lambda a, n: relative_error(a, 2 * n)),
            "difference-width",
        ),
        (lambda *given: check_gradients(*given, compare=lambda a, n: relative_error(a, -n)), "difference-reversed"),
        (all_together, "all-nudged-together"),
    ],
)
def test_mistakes_in_checking_gradients_are_named(function, misconception):
    refuse("gradient-check", function, misconception, "check_gradients")


def test_parameters_left_nudged_are_noticed():
    def left(loss, params, gradients):
        found = check_gradients(loss, params, gradients)
        for value in params.values():
            value += 1e-5
        return found

    refuse("gradient-check", left, "argument-changed", "check_gradients")


@pytest.mark.parametrize("verdict", [0.0, 1e-12, 1.0])
def test_a_checker_that_always_says_the_same_gets_nothing(verdict):
    refused_with(
        "gradient-check", lambda loss, params, gradients: dict.fromkeys(params, verdict), "must be", "check_gradients"
    )


def test_one_error_for_all_parameters_is_not_enough():
    refused_with(
        "gradient-check",
        lambda *given: max(check_gradients(*given).values()),
        "a dict with 'w' is expected",
        "check_gradients",
    )


# --- training ----------------------------------------------------------------------------------------


def copied_and_updated(X, y, params, eta, steps):
    params = copy.deepcopy(params)
    losses = np.empty(steps)
    for step in range(steps):
        losses[step] = 0.5 * ((feed_forward(X, params) - y) ** 2).mean()
        gradients = backpropagation(X, y, params)
        for name in params:
            params[name] -= eta * gradients[name]
    return params, losses


def with_arrays_of_losses(X, y, params, eta, steps):
    params, losses = train(X, y, params, eta, steps)
    return [{**params, "steps": steps}, np.float32(losses)]


@pytest.mark.parametrize(
    "function",
    [
        train,
        copied_and_updated,
        with_arrays_of_losses,
        lambda *given: ({k: np.asarray(v).tolist() for k, v in train(*given)[0].items()}, tuple(train(*given)[1])),
    ],
)
def test_training_may_be_written_in_any_way(function):
    accept("mlp-train", function)


def half_mean_square(X, y, params):
    return 0.5 * np.mean((feed_forward(X, params) - y) ** 2)


def train_with(
    step=lambda value, eta, gradient: value - eta * gradient,
    loss=half_mean_square,
    gradients=backpropagation,
    rounds=range,
    after=False,
):
    """Training with some of it done otherwise."""

    def train(X, y, params, eta, steps):
        losses = []
        for _ in rounds(steps):
            before = loss(X, y, params)
            found = gradients(X, y, params)
            params = {name: step(params[name], eta, found[name]) for name in params}
            losses.append(loss(X, y, params) if after else before)
        return params, losses

    return train


def one_after_the_other(*order):
    def train(X, y, params, eta, steps):
        params, losses = dict(params), []
        for _ in range(steps):
            losses.append(half_mean_square(X, y, params))
            for name in order:
                params[name] = params[name] - eta * backpropagation(X, y, params)[name]
        return params, losses

    return train


def upper_layer_first(X, y, params, eta, steps):
    """b_1's and W_1's gradients are computed with a w_2 that is already updated."""
    params, losses = dict(params), []
    for _ in range(steps):
        h = sigmoid(X @ params["W_1"] + params["b_1"])
        y_hat = sigmoid(h @ params["w_2"] + params["b_2"])
        losses.append(0.5 * np.mean((y_hat - y) ** 2))
        dz_2 = (y_hat - y) / len(y) * y_hat * (1 - y_hat)
        params["w_2"] = params["w_2"] - eta * h.T @ dz_2
        params["b_2"] = params["b_2"] - eta * dz_2.sum()
        dz_1 = np.outer(dz_2, params["w_2"]) * h * (1 - h)
        params["W_1"] = params["W_1"] - eta * X.T @ dz_1
        params["b_1"] = params["b_1"] - eta * dz_1.sum(axis=0)
    return params, losses


def example_by_example(X, y, params, eta, steps):
    losses = []
    for _ in range(steps):
        losses.append(half_mean_square(X, y, params))
        for k in range(len(y)):
            found = backpropagation(X[k : k + 1], y[k : k + 1], params)
            params = {name: params[name] - eta * found[name] for name in params}
    return params, losses


def gradient_outside(X, y, params, eta, steps):
    found, losses = backpropagation(X, y, params), []
    for _ in range(steps):
        losses.append(half_mean_square(X, y, params))
        params = {name: params[name] - eta * found[name] for name in params}
    return params, losses


def first_returned(X, y, params, eta, steps):
    return params, train(X, y, params, eta, steps)[1]


def weights_alone(X, y, params, eta, steps):
    losses = []
    for _ in range(steps):
        losses.append(half_mean_square(X, y, params))
        found = backpropagation(X, y, params)
        params = {**params, **{name: params[name] - eta * found[name] for name in ("W_1", "w_2")}}
    return params, losses


@pytest.mark.parametrize(
    ("function", "misconception"),
    [
        (train_with(step=lambda value, eta, gradient: value + eta * gradient), "ascent"),
        (train_with(step=lambda value, eta, gradient: value - gradient), "eta-left-out"),
        (train_with(step=lambda value, eta, gradient: -eta * gradient), "update-for-weight"),
        (train_with(after=True), "loss-after-step"),
        (train_with(rounds=lambda steps: range(1, steps)), "one-step-less"),
        (train_with(rounds=lambda steps: range(steps + 1)), "one-step-more"),
        (train_with(loss=lambda X, y, p: np.mean((feed_forward(X, p) - y) ** 2)), "loss-factor"),
        (train_with(loss=lambda X, y, p: 0.5 * np.sum((feed_forward(X, p) - y) ** 2)), "sum-for-mean"),
        (train_with(loss=lambda X, y, p: 0.5 * (feed_forward(X, p) - y) ** 2), "loss-per-example"),
        (train_with(loss=lambda X, y, p: 0.5 * np.mean(feed_forward(X, p) - y) ** 2), "mean-before-square"),
        (train_with(gradients=batch_backward_with(error=lambda y_hat, y: y_hat - y)), "sum-for-mean"),
        (one_after_the_other("W_1", "b_1", "w_2", "b_2"), "updated-weights-used"),
        (one_after_the_other("w_2", "b_2", "W_1", "b_1"), "updated-weights-used"),
        (one_after_the_other("b_2", "w_2", "b_1", "W_1"), "updated-weights-used"),
        (upper_layer_first, "updated-weights-used"),
        (example_by_example, "example-by-example"),
        (gradient_outside, "gradient-not-renewed"),
        (first_returned, "first-weights-returned"),
        (weights_alone, "biases-not-trained"),
        (lambda *given: (train(*given)[0], train(*given)[1][-1]), "last-loss-only"),
        (lambda *g: (train(*g)[0], [*train(*g)[1], half_mean_square(g[0], g[1], train(*g)[0])]), "last-loss-added"),
    ],
)
def test_mistakes_in_training_are_named(function, misconception):
    refuse("mlp-train", function, misconception)


@pytest.mark.parametrize("copied", [lambda params: params, dict, copy.copy], ids=["none", "dict", "copy"])
def test_training_that_changes_the_callers_params_is_noticed(copied):
    def in_place(X, y, params, eta, steps):
        params, losses = copied(params), []
        for _ in range(steps):
            losses.append(half_mean_square(X, y, params))
            gradients = backpropagation(X, y, params)
            for name in params:
                params[name] -= eta * gradients[name]
        return params, losses

    verdict = refuse("mlp-train", in_place, "argument-changed")
    assert "changes params" in str(verdict)


def test_training_must_return_a_pair():
    refused_with("mlp-train", lambda *given: train(*given)[0], "a tuple (params, losses) is expected")


def test_wrong_training_comes_with_numbers_that_prove_it():
    verdict = verdict_on("mlp-train", train_with(step=lambda value, eta, gradient: value + eta * gradient))
    assert "Check alone: the loss of these params is" in str(verdict)


# --- all of them -------------------------------------------------------------------------------------

IDS = (
    "mlp-sigmoid",
    "mlp-forward",
    "mlp-backward",
    "mlp-batch-forward",
    "mlp-batch-backward",
    "gradient-check",
    "mlp-train",
)


@pytest.mark.parametrize("id", IDS)
def test_what_is_not_written_is_missing(id):
    def unwritten(*given):
        raise NotImplementedError

    verdict = judge(id, dict.fromkeys(EXERCISES[id].names, unwritten))
    assert verdict.points == 0
    assert {part.status for part in verdict.parts} == {"missing"}


@pytest.mark.parametrize("id", IDS)
def test_judging_is_silent(id, capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert verdict_on(id).passed
    assert capfd.readouterr().err == ""


# --- other curves ------------------------------------------------------------------------------------


def with_slopes(output, hidden, forward=np.tanh):
    """A backward pass with these slopes at the output and at the hidden units, made from y_hat and from h and z."""

    def backward(X, y, params):
        z = X @ params["W_1"] + params["b_1"]
        h = forward(z)
        y_hat = h @ params["w_2"] + params["b_2"]
        dz_2 = (y_hat - y) / len(y) * output(y_hat)
        dz_1 = np.outer(dz_2, params["w_2"]) * hidden(h, z)
        return {"W_1": X.T @ dz_1, "b_1": dz_1.sum(axis=0), "w_2": h.T @ dz_2, "b_2": dz_2.sum()}

    return backward


def all_by_einsum(X, y, params):
    h = np.tanh(np.einsum("ni,ij->nj", X, params["W_1"]) + params["b_1"])
    error = np.einsum("nj,j->n", h, params["w_2"]) + params["b_2"] - y
    below = np.einsum("n,j,nj->nj", error, params["w_2"], 1 / np.cosh(np.arctanh(h)) ** 2) / len(y)
    upper = {"w_2": np.einsum("n,nj->j", error, h) / len(y), "b_2": np.mean(error)}
    return {"W_1": np.einsum("ni,nj->ij", X, below), "b_1": below.sum(0), **upper}


def example_by_example(X, y, params):
    found = {name: np.zeros_like(value) for name, value in params.items()}
    for x, target in zip(X, y, strict=True):
        h = [math.tanh(float(x @ column + b)) for column, b in zip(params["W_1"].T, params["b_1"], strict=True)]
        error = float(np.dot(h, params["w_2"]) + params["b_2"] - target) / len(y)
        below = [error * w * (1 - one * one) for w, one in zip(params["w_2"], h, strict=True)]
        for name, part in {"W_1": np.outer(x, below), "b_1": below, "w_2": error * np.array(h), "b_2": error}.items():
            found[name] = found[name] + part
    return found


@pytest.mark.parametrize(
    "function",
    [
        tanh_backpropagation,
        all_by_einsum,
        example_by_example,
        with_slopes(lambda y_hat: 1, lambda h, z: 1 / np.cosh(z) ** 2),
        with_slopes(np.ones_like, lambda h, z: (1 - h) * (1 + h)),
        with_slopes(np.ones_like, lambda h, z: 4 * sigmoid(2 * z) * (1 - sigmoid(2 * z))),
        with_slopes(np.ones_like, lambda h, z: 1 - h**2, lambda z: 2 * sigmoid(2 * z) - 1),
    ],
)
def test_a_backward_pass_through_tanh_may_be_written_in_any_way(function):
    accept("mlp-tanh", function)


@pytest.mark.parametrize(
    ("function", "misconception"),
    [
        (with_slopes(np.ones_like, lambda h, z: h * (1 - h)), "other-derivative"),
        (with_slopes(np.ones_like, lambda h, z: 1 - z**2), "z-for-h-in-derivative"),
        (with_slopes(np.ones_like, lambda h, z: 1), "derivative-left-out"),
        (with_slopes(np.ones_like, lambda h, z: 1 + h**2), None),  # told as the sign that is turned
        (
            with_slopes(lambda y_hat: sigmoid(y_hat) * (1 - sigmoid(y_hat)), lambda h, z: 1 - h**2),
            "derivative-on-output",
        ),
        (with_slopes(lambda y_hat: y_hat * (1 - y_hat), lambda h, z: 1 - h**2), "derivative-on-output"),
        (with_slopes(np.ones_like, lambda h, z: sigmoid(z) * (1 - sigmoid(z)), sigmoid), "other-activation"),
    ],
)
def test_what_was_not_changed_with_the_activation_is_named(function, misconception):
    refuse("mlp-tanh", function, misconception)


def test_who_changes_nothing_hears_what_comes_out_forward():
    words = str(verdict_on("mlp-tanh", backpropagation, "tanh_backpropagation"))
    assert re.search(r"Check alone: .* For the first row of X, y_hat is -?[\d.]+\.", words)


CHANGES = {"relu_factor": "b", "possible_targets": "c", "rate": "a", "silent": "a"}


def test_what_else_changes_is_chosen_by_letter():
    assert judge("activation-why", CHANGES).passed
    assert judge("activation-why", {name: letter.upper() for name, letter in CHANGES.items()}).passed


@pytest.mark.parametrize(
    ("name", "letter"), [(name, letter) for name in CHANGES for letter in "abc" if letter != CHANGES[name]]
)
def test_each_wrong_choice_hears_why(name, letter):
    verdict = judge("activation-why", {**CHANGES, name: letter})
    assert verdict.points == EXERCISES["activation-why"].points - 1
    [part] = [part for part in verdict.parts if part.status != "right"]
    assert part.name == name
    assert len(part.message.splitlines()[1]) > 40
    known = {("relu_factor", "a"): "other-derivative", ("relu_factor", "c"): "value-for-derivative"}
    assert part.misconception == known.get((name, letter))
