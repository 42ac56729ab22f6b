"""04: right answers in every style are accepted, and the mistakes that students make are rejected and named."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from backprop_course.checks import judge
from backprop_course.exercises import EXERCISES
from backprop_course.networks import skip_regressor

CLASSIFIER_FORWARD = {
    "z_0": ["w_0 * x", "x*w_0", "w_0·x"],
    "h_0": ["tanh(z_0)", "np.tanh(w_0 * x)", "2 / (1 + exp(-2*z_0)) - 1", "sinh(z_0)/cosh(z_0)"],
    "z_1": ["w_1 * h_0", "w_1 * tanh(z_0)"],
    "h_1": ["tanh(z_1)", "(e^z_1 - e^(-z_1)) / (e^z_1 + e^(-z_1))", "math.tanh(w_1*h_0)"],
    "z_2": ["w_2 * h_1 + w_s * h_0", "h_0*w_s + h_1*w_2"],
    "y_hat": [
        "sigmoid(z_2)",
        "logistic(z_2)",
        "1 / (1 + np.exp(-z_2))",
        "exp(z_2)/(1 + exp(z_2))",
        "(1 + tanh(z_2/2))/2",
    ],
    "L": ["-y*log(y_hat) - (1 - y)*log(1 - y_hat)", "-(y*ln(y_hat) + (1-y)*ln(1-y_hat))", "log(1 + exp(z_2)) - y*z_2"],
}
OUTPUT = {
    "dL_dy_hat": ["-y/y_hat + (1 - y)/(1 - y_hat)", "(y_hat - y) / (y_hat * (1 - y_hat))"],
    "dy_hat_dz_2": ["y_hat * (1 - y_hat)", "y_hat - y_hat^2"],
    "dL_dz_2": ["y_hat - y", "dL_dy_hat * dy_hat_dz_2", "-y*(1 - y_hat) + (1 - y)*y_hat"],
}
CLASSIFIER_BACKWARD = {
    "dL_dh_1": ["dL_dz_2 * w_2", "(y_hat - y) * w_2", "dL_dy_hat * dy_hat_dz_2 * w_2"],
    "dL_dz_1": ["dL_dh_1 * (1 - h_1**2)", "dL_dh_1 * (1 - tanh(z_1)^2)", "dL_dh_1 / cosh(z_1)**2"],
    "dL_dh_0": ["dL_dz_2 * w_s + dL_dz_1 * w_1", "(y_hat - y) * (w_s + w_2*(1 - h_1**2)*w_1)"],
    "dL_dz_0": ["dL_dh_0 * (1 - h_0*h_0)", "dL_dh_0 * (1 - h_0) * (1 + h_0)"],
    "dL_dw_2": ["dL_dz_2 * h_1", "h_1 * (y_hat - y)"],
    "dL_dw_s": ["dL_dz_2 * h_0"],
    "dL_dw_1": ["dL_dz_1 * h_0"],
    "dL_dw_0": ["dL_dz_0 * x"],
}
REGRESSOR_FORWARD = {
    "z_0": ["w_0 * x"],
    "h_0": ["relu(z_0)", "max(0, z_0)", "np.maximum(z_0, 0)", "z_0 * step(z_0)", "(z_0 + abs(z_0))/2"],
    "z_1": ["w_1 * h_0"],
    "h_1": ["relu(z_1)", "max(z_1, 0)"],
    "z_2": ["w_2*h_1 + w_s*h_0"],
    "y_hat": ["z_2", "w_2*h_1 + w_s*h_0"],
    "L": ["abs(y - y_hat)", "np.abs(y_hat - y)", "max(y - y_hat, y_hat - y)", "sqrt((y - y_hat)^2)"],
}
REGRESSOR_BACKWARD = {
    "dL_dy_hat": ["sign(y_hat - y)", "-sign(y - y_hat)", "(y_hat - y)/abs(y_hat - y)", "2*step(y_hat - y) - 1"],
    "dL_dz_2": ["dL_dy_hat", "sign(y_hat - y)", "1 * dL_dy_hat"],
    "dL_dh_1": ["dL_dz_2 * w_2", "w_2*sign(y_hat - y)"],
    "dL_dz_1": [
        "dL_dh_1 * step(z_1)",
        "sign(h_1) * dL_dh_1",
        "dL_dh_1 * (1 - step(-z_1))",
        "(1 + sign(z_1))/2 * dL_dh_1",
    ],
    "dL_dh_0": ["dL_dz_2*w_s + dL_dz_1*w_1", "dL_dz_2 * (w_s + w_2*w_1*sign(h_1))"],
    "dL_dz_0": ["dL_dh_0 * step(z_0)", "sign(h_0) * dL_dh_0"],
    "dL_dw_2": ["dL_dz_2 * h_1", "dL_dz_2 * max(0, z_1)"],
    "dL_dw_s": ["dL_dz_2 * h_0"],
    "dL_dw_1": ["dL_dz_1 * h_0"],
    "dL_dw_0": ["dL_dz_0 * x", "x * step(z_0) * dL_dh_0"],
}
FORMULAS = {
    "skip-classifier-forward": CLASSIFIER_FORWARD,
    "cross-entropy-gradient": OUTPUT,
    "skip-classifier-backward": CLASSIFIER_BACKWARD,
    "skip-regressor-forward": REGRESSOR_FORWARD,
    "skip-regressor-backward": REGRESSOR_BACKWARD,
}


def first(id):
    return {name: forms[0] for name, forms in FORMULAS[id].items()}


def part(id, name, answer):
    """The verdict on one answer among right ones."""
    verdict = judge(id, {**first(id), name: answer})
    return next(part for part in verdict.parts if part.name == name)


@pytest.mark.parametrize("id", FORMULAS)
def test_all_right_formulas_get_every_point(id):
    verdict = judge(id, first(id))
    assert verdict.passed, str(verdict)
    assert verdict.points == len(EXERCISES[id].asked)


@pytest.mark.parametrize(
    ("id", "name", "answer"),
    [(id, name, form) for id, forms in FORMULAS.items() for name, right in forms.items() for form in right],
)
def test_any_equivalent_form_is_right(id, name, answer):
    found = part(id, name, answer)
    assert found.status == "right", found.message


WRONG = [
    ("skip-classifier-forward", "z_1", "w_1 * z_0", "pre-activation-fed-forward"),
    ("skip-classifier-forward", "z_2", "w_2 * h_1", "one-input-only"),
    ("skip-classifier-forward", "z_2", "w_s * h_0", "one-input-only"),
    ("skip-classifier-forward", "z_2", "w_s * h_1 + w_2 * h_0", "branch-weights-swapped-forward"),
    ("skip-classifier-forward", "z_2", "w_2 * h_1 + w_s * x", "wrong-source-forward"),
    ("skip-classifier-forward", "h_1", "sigmoid(z_1)", "other-activation"),
    ("skip-classifier-forward", "y_hat", "z_2", "activation-left-out"),
    ("skip-classifier-forward", "y_hat", "tanh(z_2)", "other-activation"),
    ("skip-classifier-forward", "y_hat", "sigmoid(w_2*h_1) + w_s*h_0", "skip-after-activation"),
    ("skip-classifier-forward", "L", "y*log(y_hat) + (1-y)*log(1-y_hat)", "loss-minus-left-out"),
    ("skip-classifier-forward", "L", "-y*log(1-y_hat) - (1-y)*log(y_hat)", "classes-swapped"),
    ("skip-classifier-forward", "L", "-y*log(y_hat)", "one-class-only"),
    ("skip-classifier-forward", "L", "-log(y_hat)", "same-probability-twice"),
    ("skip-classifier-forward", "L", "-y_hat*log(y) - (1-y_hat)*log(1-y)", "prediction-for-target"),
    ("skip-classifier-forward", "L", "-(y*log(y_hat) + (1-y)*log(1-y_hat))/log(10)", "log-base"),
    ("skip-classifier-forward", "L", "(y_hat - y)^2/2", "other-loss"),
    ("cross-entropy-gradient", "dL_dy_hat", "-y/y_hat - (1-y)/(1-y_hat)", "inner-minus-lost"),
    ("cross-entropy-gradient", "dL_dy_hat", "y/y_hat - (1-y)/(1-y_hat)", "error-sign"),
    ("cross-entropy-gradient", "dL_dy_hat", "y_hat - y", "gradient-of-z"),
    ("cross-entropy-gradient", "dL_dy_hat", "-log(y_hat) + log(1-y_hat)", "differentiated-by-target"),
    ("cross-entropy-gradient", "dL_dy_hat", "-y/y_hat", "one-class-only"),
    ("cross-entropy-gradient", "dy_hat_dz_2", "1 - y_hat**2", "other-derivative"),
    ("cross-entropy-gradient", "dy_hat_dz_2", "sigmoid(y_hat)*(1 - sigmoid(y_hat))", "derivative-at-h"),
    ("cross-entropy-gradient", "dy_hat_dz_2", "y_hat", "activation-for-derivative"),
    ("cross-entropy-gradient", "dL_dz_2", "y - y_hat", "error-sign"),
    ("cross-entropy-gradient", "dL_dz_2", "(y_hat - y)*y_hat*(1 - y_hat)", "extra-slope"),
    ("cross-entropy-gradient", "dL_dz_2", "dL_dy_hat", "output-slope-left-out"),
    ("cross-entropy-gradient", "dL_dz_2", "dL_dy_hat + dy_hat_dz_2", "factors-added"),
    ("skip-classifier-backward", "dL_dh_1", "dL_dz_2", "weight-left-out-backward"),
    ("skip-classifier-backward", "dL_dh_1", "dL_dy_hat * w_2", "output-slope-left-out"),
    ("skip-classifier-backward", "dL_dz_1", "dL_dh_1", "derivative-left-out"),
    ("skip-classifier-backward", "dL_dz_1", "dL_dh_1*h_1*(1 - h_1)", "other-derivative"),
    ("skip-classifier-backward", "dL_dz_1", "dL_dh_1*(1 - h_0**2)", "slope-of-other-unit"),
    ("skip-classifier-backward", "dL_dz_1", "dL_dh_1*(1 - z_1**2)", "z-for-h-in-derivative"),
    ("skip-classifier-backward", "dL_dz_1", "dL_dh_1*(1 - tanh(h_1)**2)", "derivative-at-h"),
    ("skip-classifier-backward", "dL_dh_0", "dL_dz_2 * w_s", "first-path-only"),
    ("skip-classifier-backward", "dL_dh_0", "dL_dz_1 * w_1", "second-path-only"),
    ("skip-classifier-backward", "dL_dh_0", "(dL_dz_2*w_s + dL_dz_1*w_1)/2", "paths-averaged"),
    ("skip-classifier-backward", "dL_dh_0", "dL_dz_2*w_s * dL_dz_1*w_1", "paths-multiplied"),
    ("skip-classifier-backward", "dL_dh_0", "dL_dz_2*w_1 + dL_dz_1*w_s", "branch-weights-swapped"),
    ("skip-classifier-backward", "dL_dw_s", "dL_dz_2 * h_1", "neighbour-activation"),
    ("skip-classifier-backward", "dL_dw_s", "dL_dz_1 * h_0", "neighbour-error"),
    ("skip-classifier-backward", "dL_dw_1", "dL_dz_1 * z_0", "pre-activation-for-input"),
    ("skip-classifier-backward", "dL_dw_0", "dL_dz_0", "input-left-out"),
    ("skip-regressor-forward", "h_0", "step(z_0)", "derivative-for-activation"),
    ("skip-regressor-forward", "h_1", "z_1", "activation-left-out"),
    ("skip-regressor-forward", "y_hat", "relu(z_2)", "activation-on-output"),
    ("skip-regressor-forward", "L", "y - y_hat", "loss-not-absolute"),
    ("skip-regressor-forward", "L", "(y - y_hat)^2 / 2", "other-loss"),
    ("skip-regressor-forward", "L", "abs(y - y_hat) / 2", "half-too-much"),
    ("skip-regressor-forward", "L", "abs(y) - abs(y_hat)", "absolute-of-each"),
    ("skip-regressor-backward", "dL_dy_hat", "sign(y - y_hat)", "error-sign"),
    ("skip-regressor-backward", "dL_dy_hat", "y_hat - y", "difference-for-sign"),
    ("skip-regressor-backward", "dL_dy_hat", "abs(y_hat - y)", "loss-for-gradient"),
    ("skip-regressor-backward", "dL_dy_hat", "-1", "absolute-ignored"),
    ("skip-regressor-backward", "dL_dy_hat", "step(y_hat - y)", "step-for-sign"),
    ("skip-regressor-backward", "dL_dz_2", "dL_dy_hat * step(z_2)", "derivative-on-output"),
    ("skip-regressor-backward", "dL_dz_1", "dL_dh_1", "mask-left-out"),
    ("skip-regressor-backward", "dL_dz_1", "dL_dh_1 * step(h_1)", "mask-left-out"),
    ("skip-regressor-backward", "dL_dz_1", "relu(dL_dh_1)", "relu-of-gradient"),
    ("skip-regressor-backward", "dL_dz_1", "dL_dh_1 * sign(z_1)", "sign-for-mask"),
    ("skip-regressor-backward", "dL_dz_1", "dL_dh_1 * relu(z_1)", "activation-for-derivative"),
    ("skip-regressor-backward", "dL_dz_0", "dL_dh_0 * step(z_1)", "slope-of-other-unit"),
    ("skip-regressor-backward", "dL_dz_0", "dL_dh_0 * step(h_0)", "mask-left-out"),
    ("skip-regressor-backward", "dL_dz_0", "max(0, dL_dh_0)", "relu-of-gradient"),
    ("skip-regressor-backward", "dL_dh_0", "dL_dz_1 * w_1", "second-path-only"),
]


@pytest.mark.parametrize(("id", "name", "answer", "misconception"), WRONG)
def test_a_typical_wrong_formula_is_named(id, name, answer, misconception):
    found = part(id, name, answer)
    assert found.status == "wrong"
    assert found.misconception == misconception, found.message


@pytest.mark.parametrize(
    ("id", "name", "answer", "says"),
    [
        ("cross-entropy-gradient", "dL_dz_2", "sigmoid(z_2) - y", "holds 'z_2', which is not known here"),
        ("cross-entropy-gradient", "dL_dy_hat", "dL_dz_2 / dy_hat_dz_2", "comes later"),
        ("skip-classifier-forward", "h_0", "h_0", "comes later"),
        ("skip-classifier-forward", "L", "2y - 1", "write 2 * y"),
        ("skip-classifier-backward", "dL_dh_0", "w_s(dL_dz_2) + w_1*dL_dz_1", "is a * missing"),
        ("skip-regressor-backward", "dL_dz_1", "dL_dh_1 * (z_1 > 0)", "use step(z)"),
        ("skip-regressor-backward", "dL_dz_1", "dL_dh_1 * step", "without brackets"),
        ("skip-regressor-forward", "z_0", "z_0 = w_0 * x", "equals sign"),
    ],
)
def test_what_cannot_be_judged_is_told_why(id, name, answer, says):
    found = part(id, name, answer)
    assert found.status == "invalid"
    assert says in found.message


def test_no_point_of_the_regressor_lies_on_a_kink_that_counts():
    exercise = EXERCISES["skip-regressor-backward"]
    off = {"0": 0, "1": 0}
    for _ in range(20):
        for numbers in exercise.draws(np.random.default_rng(), 12):
            values = exercise.values(numbers)
            other = exercise.values(numbers, exercise.otherwise)
            assert values["y_hat"] != values["y"]
            changed = {name for name in exercise.asked if values[name] != other[name]}
            assert changed <= {"dL_dz_1", "dL_dh_0"}
            assert not changed or values["z_0"] < 0
            off["0"] += values["z_0"] < 0
            off["1"] += values["z_0"] > 0 > values["z_1"]
    assert min(off.values()) >= 40


# --- Values ------------------------------------------------------------------------------------------


def by_hand(x, w_0, w_1, w_2, w_s, y, eta):
    """Both passes and a step, written down as on paper."""
    z_0 = w_0 * x
    h_0 = max(z_0, 0.0)
    z_1 = w_1 * h_0
    h_1 = max(z_1, 0.0)
    y_hat = z_2 = w_2 * h_1 + w_s * h_0
    L = abs(y - y_hat)
    dL_dz_2 = dL_dy_hat = 1.0 if y_hat > y else -1.0
    dL_dh_1 = dL_dz_2 * w_2
    dL_dz_1 = dL_dh_1 if z_1 >= 0 else 0.0
    dL_dh_0 = dL_dz_2 * w_s + dL_dz_1 * w_1
    dL_dz_0 = dL_dh_0 if z_0 >= 0 else 0.0
    dL_dw_2, dL_dw_s, dL_dw_1, dL_dw_0 = dL_dz_2 * h_1, dL_dz_2 * h_0, dL_dz_1 * h_0, dL_dz_0 * x
    new_w_2, new_w_s = w_2 - eta * dL_dw_2, w_s - eta * dL_dw_s
    new_w_1, new_w_0 = w_1 - eta * dL_dw_1, w_0 - eta * dL_dw_0
    new_h_0 = max(new_w_0 * x, 0.0)
    new_L = abs(y - new_w_2 * max(new_w_1 * new_h_0, 0.0) - new_w_s * new_h_0)
    return {name: value for name, value in locals().items() if name != "new_h_0"}


@pytest.mark.parametrize("id", ["skip-regressor-values", "skip-regressor-step"])
def test_numbers_worked_out_by_hand_are_right(id):
    answers = by_hand(**EXERCISES[id].givens)
    for style in (float, np.float64, np.float32, np.array, lambda value: float(f"{value:.4g}")):
        verdict = judge(id, {name: style(value) for name, value in answers.items()})
        assert verdict.passed, str(verdict)


def test_the_published_step_is_what_the_notebook_tells():
    weights = dict.fromkeys(("w_0", "w_1", "w_2", "w_s"), 0.5)
    found = by_hand(x=1.0, y=-3.0, eta=1.0, **weights)
    assert (found["y_hat"], found["L"], found["new_L"]) == (0.375, 3.375, 3.0)
    moved = {name: found[f"new_{name}"] for name in weights}
    assert moved == {"w_2": 0.25, "w_s": 0.0, "w_1": 0.25, "w_0": -0.25}
    after = by_hand(x=1.0, y=-3.0, eta=1.0, **moved)
    assert after["dL_dy_hat"] == 1
    assert [after[f"dL_d{name}"] for name in weights] == [0, 0, 0, 0]
    assert skip_regressor.forward(weights, 1.0, -3.0)["y_hat"] == 0.375


@pytest.mark.parametrize(
    ("wrong", "name", "misconception"),
    [
        (lambda a, g: {"new_w_2": g["w_2"] + g["eta"] * a["dL_dw_2"]}, "new_w_2", "ascent"),
        (lambda a, g: {"new_w_s": g["w_s"] - a["dL_dw_s"]}, "new_w_s", "eta-left-out"),
        (lambda a, g: {"new_w_1": -g["eta"] * a["dL_dw_1"]}, "new_w_1", "update-for-weight"),
        (lambda a, g: {"new_L": a["L"]}, "new_L", "old-weights-used"),
        (
            lambda a, g: {"new_L": abs(g["y"] - a["new_w_2"] * a["h_1"] - a["new_w_s"] * a["h_0"])},
            "new_L",
            "old-activations-used",
        ),
        (
            lambda a, g: {"new_w_1": g["w_1"] - g["eta"] * a["dL_dz_2"] * a["new_w_2"] * a["h_0"]},
            "new_w_1",
            "updated-weights-used",
        ),
    ],
)
def test_a_mistaken_step_is_named(wrong, name, misconception):
    givens = EXERCISES["skip-regressor-step"].givens
    answers = by_hand(**givens)
    verdict = judge("skip-regressor-step", {**answers, **wrong(answers, givens)})
    assert next(part for part in verdict.parts if part.name == name).misconception == misconception


def test_a_loss_that_follows_from_a_wrong_step_gets_its_point():
    givens = EXERCISES["skip-regressor-step"].givens
    answers = by_hand(**givens)
    w_0 = givens["w_0"] - answers["dL_dw_0"]
    mine = {**answers, "new_w_0": w_0}
    h_0 = w_0 * givens["x"]
    mine["new_L"] = abs(givens["y"] - answers["new_w_2"] * answers["new_w_1"] * h_0 - answers["new_w_s"] * h_0)
    verdict = judge("skip-regressor-step", mine)
    assert {part.name: part.status for part in verdict.parts}["new_L"] == "follows"
    assert verdict.points == 4


# --- Functions ---------------------------------------------------------------------------------------


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def classifier(weights, x, y, error=lambda y_hat, y: y_hat - y, kind=float, slope=lambda h: 1 - h**2, skip=1):
    w_0, w_1, w_2, w_s = (weights[name] for name in ("w_0", "w_1", "w_2", "w_s"))
    h_0 = np.tanh(w_0 * x)
    h_1 = np.tanh(w_1 * h_0)
    dL_dz_2 = error(sigmoid(w_2 * h_1 + w_s * h_0), y)
    dL_dz_1 = dL_dz_2 * w_2 * slope(h_1)
    dL_dz_0 = (skip * dL_dz_2 * w_s + dL_dz_1 * w_1) * slope(h_0)
    found = {"w_0": dL_dz_0 * x, "w_1": dL_dz_1 * h_0, "w_2": dL_dz_2 * h_1, "w_s": dL_dz_2 * h_0}
    return {name: kind(value) for name, value in found.items()}


def regressor(
    weights, x, y, mask_1=lambda z, g: g * (z > 0), mask_0=lambda z, g: g * (z > 0), sign=np.sign, kind=float
):
    w_0, w_1, w_2, w_s = (weights[name] for name in ("w_0", "w_1", "w_2", "w_s"))
    z_0 = w_0 * x
    h_0 = np.maximum(0, z_0)
    z_1 = w_1 * h_0
    h_1 = np.maximum(0, z_1)
    dL_dz_2 = sign(w_2 * h_1 + w_s * h_0 - y)
    dL_dz_1 = mask_1(z_1, dL_dz_2 * w_2)
    dL_dz_0 = mask_0(z_0, dL_dz_2 * w_s + dL_dz_1 * w_1)
    found = {"w_0": dL_dz_0 * x, "w_1": dL_dz_1 * h_0, "w_2": dL_dz_2 * h_1, "w_s": dL_dz_2 * h_0}
    return {name: kind(value) for name, value in found.items()}


def by_autograd(weights, x, y):
    def loss(weights):
        h_0 = anp.tanh(weights["w_0"] * x)
        z_2 = weights["w_2"] * anp.tanh(weights["w_1"] * h_0) + weights["w_s"] * h_0
        y_hat = 1 / (1 + anp.exp(-z_2))
        return -y * anp.log(y_hat) - (1 - y) * anp.log(1 - y_hat)

    return grad(loss)({name: float(weight) for name, weight in weights.items()})


def the_long_way(y_hat, y):
    return (-y / y_hat + (1 - y) / (1 - y_hat)) * y_hat * (1 - y_hat)


def with_branches(weights, x, y):
    """Plain Python, with ifs."""
    z_0 = weights["w_0"] * x
    if z_0 < 0:
        return dict.fromkeys(weights, 0)
    z_1 = weights["w_1"] * z_0
    h_1 = z_1 if z_1 > 0 else 0
    error = 1 if weights["w_2"] * h_1 + weights["w_s"] * z_0 > y else -1
    through = weights["w_2"] if z_1 > 0 else 0
    dL_dh_0 = error * (weights["w_s"] + through * weights["w_1"])
    return {"w_0": dL_dh_0 * x, "w_1": error * through * z_0, "w_2": error * h_1, "w_s": error * z_0}


KINDS = [float, np.float64, np.float32, np.array, lambda value: np.array([value])]


@pytest.mark.parametrize(
    "function",
    [
        classifier,
        by_autograd,
        lambda w, x, y: classifier(w, x, y, the_long_way),
        *(lambda w, x, y, kind=kind: classifier(w, x, y, kind=kind) for kind in KINDS),
    ],
)
def test_a_right_classifier_gets_every_point_in_any_style(function):
    for _ in range(5):
        verdict = judge("skip-classifier-gradients", {"skip_classifier_gradients": function})
        assert verdict.passed, str(verdict)


@pytest.mark.parametrize(
    "function",
    [
        regressor,
        with_branches,
        lambda w, x, y: regressor(w, x, y, *[lambda z, g: g * (z >= 0)] * 2),
        lambda w, x, y: regressor(w, x, y, sign=lambda error: 1 if error > 0 else -1),
        *(lambda w, x, y, kind=kind: regressor(w, x, y, kind=kind) for kind in KINDS),
    ],
)
def test_a_right_regressor_gets_every_point_whatever_its_slope_at_0(function):
    for _ in range(5):
        verdict = judge("skip-regressor-gradients", {"skip_regressor_gradients": function})
        assert verdict.passed, str(verdict)


@pytest.mark.parametrize(
    ("id", "function", "misconception"),
    [
        ("classifier", lambda w, x, y: classifier(w, x, y, lambda p, y: (p - y) * p * (1 - p)), "extra-slope"),
        ("classifier", lambda w, x, y: classifier(w, x, y, lambda p, y: y - p), "error-sign"),
        (
            "classifier",
            lambda w, x, y: classifier(w, x, y, lambda p, y: -y / p + (1 - y) / (1 - p)),
            "output-slope-left-out",
        ),
        ("classifier", lambda w, x, y: classifier(w, x, y, slope=lambda h: 1), "derivative-left-out"),
        ("classifier", lambda w, x, y: classifier(w, x, y, slope=lambda h: h * (1 - h)), "other-derivative"),
        ("classifier", lambda w, x, y: classifier(w, x, y, skip=0), "second-path-only"),
        ("regressor", lambda w, x, y: regressor(w, x, y, sign=lambda error: -np.sign(error)), "error-sign"),
        ("regressor", lambda w, x, y: regressor(w, x, y, sign=lambda error: error), "difference-for-sign"),
        ("regressor", lambda w, x, y: regressor(w, x, y, sign=abs), "loss-for-gradient"),
        ("regressor", lambda w, x, y: regressor(w, x, y, mask_1=lambda z, g: g), "mask-left-out"),
        ("regressor", lambda w, x, y: regressor(w, x, y, mask_0=lambda z, g: g), "mask-left-out"),
        ("regressor", lambda w, x, y: regressor(w, x, y, *[lambda z, g: max(0, g)] * 2), "relu-of-gradient"),
    ],
)
def test_a_typical_wrong_function_is_named(id, function, misconception):
    verdict = judge(f"skip-{id}-gradients", {f"skip_{id}_gradients": function})
    assert not verdict.passed
    assert next(part for part in verdict.parts if part.status != "right").misconception == misconception, str(verdict)


def test_a_unit_that_is_off_is_always_among_the_calls():
    exercise = EXERCISES["skip-regressor-gradients"]
    for _ in range(10):
        on = []
        for case in exercise.cases(np.random.default_rng()):
            z_0 = case.values["w_0"] * case.values["x"]
            on.append((z_0 > 0, z_0 > 0 and case.values["w_1"] > 0))
        assert on.count((True, True)) >= 20
        assert on.count((True, False)) >= 4
        assert on.count((False, False)) >= 4
