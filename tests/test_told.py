"""What is told of wrong answers, whatever made them so: digits, proportions, other numbers, behaviour; what is not."""

from dataclasses import replace

import numpy as np
import pytest

from backprop_course.checks import judge
from backprop_course.exercises import EXERCISES
from backprop_course.exercises.kinds import Givens

SOFTMAX = "def softmax(z):\n    e = np.exp(z - z.max(axis=-1, keepdims=True))\n    return {returned}\n"
RIGHT = "e / e.sum(axis=-1, keepdims=True)"
CHAIN = """
def chain_gradients(w_in, w_j, w_k, x, y):
    s = lambda t: 1 / (1 + np.exp(-t))
    h_j = s(w_in * x)
    h_k = s(w_j * h_j)
    d_o = w_k * h_k - y
    d_k = d_o * w_k * h_k * (1 - h_k)
    d_j = d_k * w_j * h_j * (1 - h_j)
    return {{"w_in": {w_in}, "w_j": d_k * h_j{each}, "w_k": d_o * h_k{each}}}
"""
FORWARD = """
def feed_forward(X, params):
    s = lambda t: 1 / (1 + np.exp(-t))
    h = {h}
    return s(h @ params["w_2"] + params["b_2"]){kept}
"""
H = 's(X @ params["W_1"] + params["b_1"])'
BACKWARD = """
def backpropagation(X, y, params):
    s = lambda t: 1 / (1 + np.exp(-t))
    N = len(X)
    {first}
    h = s(X @ params["W_1"] + params["b_1"])
    out = s(h @ params["w_2"] + params["b_2"])
    d = (out - y) * out * (1 - out) / {N}
    e = np.outer(d, params["w_2"]) * h * (1 - h)
    gradients = {{"w_2": h.T @ d, "b_2": d.sum(), "W_1": X.T @ e, "b_1": e.sum(0)}}
    return {returned}
"""
SLOPE = """
def numerical_gradient(f, x, eps=1e-5):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[i] += eps
        down[i] -= eps
        {kept} = (f(up) - f(down)) / (2 * eps)
    return grad
"""

SPLIT = """
def split_gradients(weights, x, y):
    s = lambda t: 1 / (1 + np.exp(-t))
    w_in, w_j, w_k = weights["w_in"], weights["w_ik"], weights["w_k"]
    w_ij, w_ik = weights["w_j"], weights["w_ij"]
    h_i = s(w_in * x)
    h_j, h_k = s(w_ij * h_i), s(w_ik * h_i)
    d_o = w_j * h_j + w_k * h_k - y
    d_j, d_k = d_o * w_j * h_j * (1 - h_j), d_o * w_k * h_k * (1 - h_k)
    d_i = (d_j * w_ij + d_k * w_ik) * h_i * (1 - h_i)
    return {"w_j": d_o * h_j, "w_k": d_o * h_k, "w_ij": d_j * h_i, "w_ik": d_k * h_i, "w_in": d_i * x}
"""


def softmax(returned):
    return "softmax", SOFTMAX.format(returned=returned)


def chain(w_in="d_j * x", each=""):
    return "chain-gradients", CHAIN.format(w_in=w_in + each, each=each)


def forward(h=H, kept=""):
    return "mlp-batch-forward", FORWARD.format(h=h, kept=kept)


def backward(first="", N="N", returned="gradients"):
    return "mlp-batch-backward", BACKWARD.format(first=first, N=N, returned=returned)


def backward_of_tanh(out, slope):
    source = (
        "def tanh_backpropagation(X, y, params):\n"
        "    h = np.tanh(X @ params['W_1'] + params['b_1'])\n"
        f"    out = {out}\n"
        f"    d = (out - y) / len(X){slope}\n"
        "    e = np.outer(d, params['w_2']) * (1 - h**2)\n"
        "    return {'w_2': h.T @ d, 'b_2': d.sum(), 'W_1': X.T @ e, 'b_1': e.sum(0)}"
    )
    return "mlp-tanh", source


TOLD = {
    "rounded": (softmax(f"np.round({RIGHT}, 3)"), "the result is rounded to 3 decimals"),
    "rounded on the way": (forward(f"np.round({H}, 2)"), "the activations are rounded to 2 decimals"),
    "cut": (softmax(f"np.trunc({RIGHT})"), "the result is cut to whole numbers"),
    "in proportion": (chain(each=" * -0.1"), "-0.1 times what is right, everywhere"),
    "a number for a size": (backward(N="100"), "the number 100 is divided by where the number of"),
    "after a step": (
        backward(returned="{k: params[k] - 0.1 * g for k, g in gradients.items()}"),
        "the result is w_2 − 0.1 times what is asked",
    ),
    "one left out": (backward("X, y = X[:-1], y[:-1]"), "the last example is left out, and what is there is divided"),
    "the first alone": (backward("X, y = X[:1], y[:1]; N = 1"), "only the first example counts."),
    "the first for all": (forward(kept="[0] * np.ones(len(X))"), "every example gets the result of the first one"),
    "the last entry": (("numerical-gradient", SLOPE.format(kept="grad")), "only the last entry comes back"),
    "one number": (("softmax", "def softmax(z):\n    return np.ones_like(z)"), "the result is 1, whatever comes in"),
    "flags": (softmax(f"np.where({RIGHT} > 0.3, 1.0, 0.0)"), "only 0 and 1 come back"),
    "whole numbers": (
        ("partial-derivatives", "def product_gradient(x_1, x_2):\n    return np.array([x_2, int(x_1)])"),
        "x_1 is cut to whole numbers",
    ),
    "close": (softmax("e / (e.sum(axis=-1, keepdims=True) + 1e-3)"), "close, but off by up to"),
    "small numbers": (
        (
            "partial-derivatives",
            "def product_gradient(x_1, x_2):\n    return np.clip(np.array([x_2, x_1]), -2.95, 2.95)",
        ),
        "right for numbers up to",
    ),
    "arguments in another order": (
        (
            "chain-gradients",
            CHAIN.replace("(w_in, w_j, w_k, x, y)", "(x, y, w_in, w_j, w_k)").format(w_in="d_j * x", each=""),
        ),
        "the arguments are taken in another order than they come, as x, y, w_in, w_j, w_k",
    ),
    "by position": (
        (
            "chain-descent",
            "def gradient_step(weights, gradients, eta):\n"
            "    return {k: w - eta * g for (k, w), g in zip(weights.items(), gradients.values())}",
        ),
        "the result depends on the order in which weights has its entries",
    ),
    "entries for each other": (
        ("split-gradients", SPLIT),
        "w_j of weights is taken for w_ij, w_ij for w_ik and w_ik for w_j",
    ),
    "a curve at a linear output": (
        backward_of_tanh("np.tanh(h @ params['w_2'] + params['b_2'])", " * (1 - out**2)"),
        "tanh and its slope stand where a unit is linear",
    ),
    "its slope alone": (
        backward_of_tanh("h @ params['w_2'] + params['b_2']", " * (1 - out**2)"),
        "the slope of tanh stands where a unit is linear",
    ),
    "e roughly": (
        ("mlp-sigmoid", "def sigmoid(t):\n    return 1 / (1 + 2.72**-t)"),
        "2.72 stands for e in exp",
    ),
    "one side, with an eps of its own": (
        (
            "numerical-gradient",
            SLOPE.format(kept="grad[i]")
            .replace("eps\n", "1e-6\n")
            .replace("down[i] -= 1e-6", "pass")
            .replace("(2 * eps)", "1e-6"),
        ),
        "the result does not depend on eps",
    ),
    "an axis kept": (
        backward(returned='gradients | {"b_1": e.sum(axis=0, keepdims=True)}'),
        "keeps an axis of size 1 (keepdims=True) that does not belong",
    ),
}


def verdict(id, source, **values):
    names = {**getattr(EXERCISES[id], "givens", {}), "np": np, **values}
    exec(source, names)
    return judge(id, names)


@pytest.mark.parametrize("what", TOLD)
def test_a_wrong_function_is_told_by_what_it_does_whatever_made_it_so(what):
    (id, source), words = TOLD[what]
    said = str(verdict(id, source))
    assert words in said, said


def test_arguments_in_another_order_are_told_where_the_call_stops():
    source = """
def simple_backpropagation(x, y, W):
    s = lambda t: 1 / (1 + np.exp(-t))
    h = s(x @ W["w_1"])
    out = s(h @ W["w_2"])
    d = (out - y) * out * (1 - out)
    return {"w_1": np.outer(x, d * W["w_2"] * h * (1 - h)), "w_2": d * h}
"""
    assert "right if y and x come the other way round" in str(verdict("mlp-backward", source))


IGNORED = {
    "the largest alone": softmax("np.eye(z.shape[-1])[z.argmax(-1)]"),
    "an error that is cut": chain("d_j // 1 * x"),
    "one weight alone": (
        "chain-descent",
        "def gradient_step(weights, gradients, eta):\n"
        "    first = next(iter(weights))\n"
        "    return weights | {first: weights[first] - eta * gradients[first]}",
    ),
}


@pytest.mark.parametrize("what", IGNORED)
def test_that_a_result_ignores_an_argument_is_not_said_of_one_that_does_not(what):
    said = str(verdict(*IGNORED[what]))
    assert "does not depend on" not in said, said
    assert "cut to whole numbers" not in said or "//" in IGNORED[what][1]


def part(verdict, name):
    return next(part for part in verdict.parts if part.name == name)


def test_numbers_that_are_right_for_a_changed_given_are_told_by_that_alone():
    givens = EXERCISES["chain-forward"].givens
    found = verdict("chain-forward", "x = 1.0\nz_j = w_in * x", **givens)
    assert part(found, "z_j").message.startswith("right for your x = 1, not for the given numbers")
    assert part(found, "z_j").edit == "other numbers"


def test_numbers_of_the_example_that_goes_round_are_told():
    found = verdict("chain-backward", "dL_dw_k, dL_dw_j, dL_dw_in = -0.0358, -0.0011, -0.000681")
    assert "right for x = 1, w_in = 2, w_j = 5, w_k = 3, y = 3, an example" in part(found, "dL_dw_k").message


def test_one_number_of_that_example_may_be_so_by_chance():
    found = verdict("chain-backward", "dL_dw_k, dL_dw_j, dL_dw_in = -0.0358, 0.7, 0.9")
    assert "example" not in str(found)


def test_weights_after_a_step_are_told_where_gradients_are_asked():
    exercise = EXERCISES["chain-backward"]
    stepped = {
        f"dL_dw_{k}": exercise.givens[f"w_{k}"] - 0.1 * exercise.expected[f"dL_dw_{k}"] for k in ("k", "j", "in")
    }
    found = judge("chain-backward", {**exercise.givens, **exercise.expected, **stepped})
    assert part(found, "dL_dw_j").message.startswith("this is w_j − 0.1 times its gradient")


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        ("2.0**z / (2.0**z).sum(axis=-1, keepdims=True)", "exp2 stands where another function belongs"),
        (f"1 - {RIGHT}", "1 minus the result is given"),
        (f"({RIGHT}) * (1 - {RIGHT})", "the result is multiplied by 1 minus itself"),
        (f"np.sort({RIGHT})", "the entries of the result are sorted"),
    ],
)
def test_what_is_made_of_the_right_result_is_told(returned, words):
    assert words in str(verdict(*softmax(returned)))


def test_what_is_wrong_below_zero_is_not_called_right_for_small_numbers():
    source = "def relu_derivative(z):\n    return 1 / np.heaviside(z, 1.0)\n"
    found = part(verdict("activation-derivatives", source), "relu_derivative")
    assert found.status == "wrong"
    assert "numbers up to" not in found.message


@pytest.mark.parametrize(
    ("N", "words"),
    [
        ("(N - 1)", "the number of examples less 1 stands where that number belongs"),
        ("N**0.5", "the root of the number of examples stands where that number belongs"),
    ],
)
def test_what_stands_for_the_number_of_examples_is_told(N, words):
    source = BACKWARD.format(first="", N=N, returned="gradients")
    assert words in str(verdict("mlp-batch-backward", source))


def test_two_parts_that_have_changed_places_are_told():
    source = (
        "def regularised_optimum(H, w_star, mu):\n    return np.linalg.solve(H, (H + mu * np.eye(len(H))) @ w_star)\n"
    )
    assert "two parts of the right side have changed places" in str(verdict("regularised-optimum", source))


def test_a_factor_that_a_given_number_happens_to_be_is_told_with_that_number(monkeypatch):
    published = EXERCISES["chain-deltas"]
    exercise = replace(published, givens=Givens({**published.givens, "w_k": 2.0}))
    monkeypatch.setitem(EXERCISES, "chain-deltas", exercise)
    halved = exercise.expected["delta_k"] / 2
    found = judge("chain-deltas", {**exercise.givens, **exercise.expected, "delta_k": halved})
    assert "the result is halved, or divided by w_k" in part(found, "delta_k").message


def test_a_digit_alone_gets_no_name():
    exercise = EXERCISES["chain-cache"]
    found = judge("chain-cache", {**exercise.givens, **exercise.expected, "C_3": -0.3})
    assert part(found, "C_3").edit is part(found, "C_3").misconception is None


def test_whose_shapes_meet_for_several_reasons_hears_no_listed_name():
    source = backward()[1].replace("X.T @ e", "X @ e")
    found = verdict("mlp-batch-backward", source)
    assert {part.misconception for part in found.parts} == {None}


@pytest.mark.parametrize("id", ["chain-backward", "chain-deltas", "split-updates"])
@pytest.mark.parametrize("mistake", ["derivative-left-out", "derivative-twice"])
def test_a_mistake_made_anew_has_its_name_although_the_answers_before_are_right(id, mistake):
    exercise = EXERCISES[id]
    variants = zip(exercise.variants, exercise.predicted, strict=True)
    mistaken = [found for variant, found in variants if variant.misconception == mistake and not variant.place]
    before = {name: exercise.expected[name] for name in exercise.earlier}
    for answers in mistaken:
        here = {name: answers[name] for name in exercise.asked}
        found = judge(id, {**exercise.givens, **before, **here})
        assert next(part for part in found.parts if part.status == "wrong").misconception == mistake
    assert mistaken


def test_weights_that_are_whole_numbers_do_not_stop_a_check():
    source = """
def split_gradients(weights, x, y):
    w = {name: value if isinstance(value, float) else value + 1 for name, value in weights.items()}
    s = lambda t: 1 / (1 + np.exp(-t))
    h_i = s(w["w_in"] * x)
    h_j, h_k = s(w["w_ij"] * h_i), s(w["w_ik"] * h_i)
    d = w["w_j"] * h_j + w["w_k"] * h_k - y
    d_j, d_k = d * w["w_j"] * h_j * (1 - h_j), d * w["w_k"] * h_k * (1 - h_k)
    d_i = (d_j * w["w_ij"] + d_k * w["w_ik"]) * h_i * (1 - h_i)
    return {"w_in": d_i * x, "w_ij": d_j * h_i, "w_ik": d_k * h_i, "w_j": d * h_j, "w_k": d * h_k}
"""
    assert "could not be carried out" not in str(verdict("split-gradients", source))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("-y - y * y_hat + y_hat - y * y_hat", "other brackets in `-y - y * y_hat`"),
        ("dL_dy_hat / dy_hat_dz_2", "another operation in `dL_dy_hat / dy_hat_dz_2`"),
    ],
)
def test_a_typed_formula_that_one_change_makes_right_is_told_by_its_place(typed, told):
    found = part(verdict("cross-entropy-gradient", f"dL_dz_2 = {typed!r}"), "dL_dz_2")
    first = found.message.split("\n")[0]
    assert first.startswith("not right; one change makes it right")
    assert first.endswith(f": {told}.")
    assert found.edit in ("brackets", "operation")


def test_a_formula_that_no_single_change_makes_right_is_not_told_of_one():
    found = part(verdict("cross-entropy-gradient", "dL_dz_2 = 'log(y_hat) * y - y_hat * dL_dy_hat'"), "dL_dz_2")
    assert found.message.startswith("not right.\n")
