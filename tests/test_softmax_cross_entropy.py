"""The exercises of 06: what a student may write, rightly and wrongly, and what is said about it."""

from __future__ import annotations

import autograd
import autograd.numpy as anp
import numpy as np
import oracle
import pytest
import scipy.special

from backprop_course.checks import judge
from backprop_course.exercises import EXERCISES
from backprop_course.networks import classifier


def verdict_on(id, **names):
    return judge(id, names)


def first_problem(verdict):
    """The first that is told: what is right so far, and fails later, can wait."""
    return min((part for part in verdict.parts if part.status != "right"), key=lambda part: part.status == "missing")


def assert_right(id, **names):
    verdict = verdict_on(id, **names)
    assert verdict.passed, str(verdict)
    assert verdict.points == EXERCISES[id].points


def assert_wrong(id, misconception, **names):
    verdict = verdict_on(id, **names)
    problem = first_problem(verdict)
    assert (problem.status, problem.misconception) == ("wrong", misconception), str(verdict)
    assert verdict.points < EXERCISES[id].points
    return str(verdict)


# --- The reference against what others have written -----------------------------------------------------


def test_softmax_and_cross_entropy_equal_scipys():
    rng = np.random.default_rng(1)
    for case in EXERCISES["softmax"].cases(rng):
        np.testing.assert_allclose(
            case.results()[""], scipy.special.softmax(case.arguments["z"], axis=-1), rtol=1e-9, atol=1e-300
        )
    for case in EXERCISES["cross-entropy"].cases(rng):
        z, y = case.arguments["z"], case.arguments["y"]
        expected = -(y * scipy.special.log_softmax(z, axis=-1)).sum(axis=-1).mean()
        np.testing.assert_allclose(case.results()[""], expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("id", ["logit-gradient", "output-weight-gradient"])
def test_gradients_at_the_output_equal_autograds(id):
    def loss(z, y):
        return -anp.sum(y * (z - anp.log(anp.sum(anp.exp(z)))))

    exercise = EXERCISES[id]
    for function in getattr(exercise, "functions", [exercise]):
        for case in function.cases(np.random.default_rng(2)):
            y = case.arguments["y"]
            z = case.arguments.get("z", case.arguments.get("z_3"))
            expected = autograd.grad(loss)(z, y)
            if function.name == "output_weight_gradient":
                h = case.arguments["h_2"]
                expected = autograd.grad(lambda W, h=h, z=z, y=y: loss(z + h @ W, y))(np.zeros((len(h), len(z))))
            np.testing.assert_allclose(case.results()[""], expected, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("id", ["hidden-gradients", "batch-gradients"])
def test_gradients_of_the_network_equal_autograds(id):
    for case in EXERCISES[id].cases(np.random.default_rng(3)):
        x, y, params = case.arguments.values()
        network = classifier((x.shape[-1], *(params[f"W_{k}"].shape[1] for k in (1, 2, 3))))
        expected = oracle.gradients(network, params, x, y, np.ndim(x) == 2)
        for key, value in case.results().items():
            np.testing.assert_allclose(value, expected[key], rtol=1e-8, atol=1e-13)


def test_the_formulas_equal_autograds():
    exercise = EXERCISES["cross-entropy-steps"]
    second = lambda z: anp.log(anp.sum(anp.exp(z)))  # noqa: E731
    for numbers in exercise.draws(np.random.default_rng(4), 5):
        z = np.array([numbers[f"z_{k}"] for k in range(3)])
        values = exercise.values(numbers)
        whole = autograd.grad(lambda z: -z[1] + second(z))(z)
        expected = {
            "L_difference": second(z) - z[1],
            "d_first_true": -1,
            "d_first_other": 0,
            "d_second_other": autograd.grad(second)(z)[0],
            "dL_dz_true": whole[1],
            "dL_dz_other": whole[0],
        }
        for name, value in expected.items():
            assert values[name] == pytest.approx(value, rel=1e-9), name


# --- Shapes and signs -----------------------------------------------------------------------------------

SHAPES = {
    "shape_dW_1": (1024, 512),
    "shape_db_1": (512,),
    "shape_dz_3": (10,),
    "shape_dW_3": (256, 10),
    "shape_db_3": (10,),
    "shape_dh_2": (256,),
}


@pytest.mark.parametrize("style", [tuple, list, lambda shape: tuple(map(np.int64, shape)), lambda s: np.zeros(s).shape])
def test_shapes_may_be_tuples_or_lists(style):
    assert_right("gradient-shapes", **{name: style(shape) for name, shape in SHAPES.items()})


@pytest.mark.parametrize(
    ("name", "shape", "misconception", "words"),
    [
        ("shape_dW_1", (512, 1024), "gradient-transposed", "a row for each input"),
        ("shape_dW_3", (10, 256), "gradient-transposed", "a row for each input"),
        ("shape_dW_3", (1, 256, 10), None, "no batch axis"),
        ("shape_dW_3", (10,), "input-left-out", "one number for each unit"),
        ("shape_dW_3", (), "gradient-summed-up", "a slope for every entry"),
        ("shape_db_1", (1, 512), None, "no batch axis"),
        ("shape_db_1", (1024,), None, "How wide is layer 1?"),
        ("shape_dz_3", (10, 10), None, "Jacobian"),
        ("shape_db_3", (10, 1), None, "no column"),
        ("shape_dh_2", (256, 10), None, "are added"),
        ("shape_dh_2", (3, 4, 5), None, "It has 3 axes"),
    ],
)
def test_a_wrong_shape_gets_its_reason(name, shape, misconception, words):
    verdict = verdict_on("gradient-shapes", **{**SHAPES, name: shape})
    assert first_problem(verdict).misconception == misconception
    assert words in str(verdict)
    assert verdict.points == 5


@pytest.mark.parametrize("bare", [10, 10.0, np.int64(10), "10", None, (10.5,), (-10,), ("10",)])
def test_a_bare_number_is_no_shape(bare):
    verdict = verdict_on("gradient-shapes", **{**SHAPES, "shape_dz_3": bare})
    assert first_problem(verdict).status in ("invalid", "missing")
    assert verdict.points == 5
    if isinstance(bare, int):
        assert "(5,) is a vector of 5" in str(verdict)


SIGNS = {
    "sign_dz_true": "negative",
    "sign_dz_other": "positive",
    "dW_zero_if_dz_j_is_zero": "column",
    "dW_zero_if_h_i_is_zero": "row",
}


@pytest.mark.parametrize("style", [str, str.upper, str.title, lambda text: f" {text} "])
def test_choices_may_be_written_in_any_case(style):
    assert_right("gradient-signs", **{name: style(choice) for name, choice in SIGNS.items()})


def test_reversed_signs_and_swapped_axes_are_named():
    assert_wrong("gradient-signs", "error-sign", **{**SIGNS, "sign_dz_true": "positive"})
    assert_wrong("gradient-signs", "true-class-only", **{**SIGNS, "sign_dz_other": "zero"})
    assert_wrong("gradient-signs", "gradient-transposed", **{**SIGNS, "dW_zero_if_dz_j_is_zero": "row"})
    assert "'row' or 'column'" in str(verdict_on("gradient-signs", **{**SIGNS, "dW_zero_if_h_i_is_zero": "rows"}))


WHY = {
    "loss-why": {"one_term_left": "b", "all_logits_stay": "c", "first_term": "a", "second_term": "b"},
    "weight-why": {"between_them": "c", "loss_changes": "a", "bias_gradient": "b"},
}


@pytest.mark.parametrize("id", WHY)
@pytest.mark.parametrize("style", [str, str.upper, lambda text: f" {text} "])
def test_reasons_are_chosen_by_their_letter(id, style):
    assert_right(id, **{name: style(choice) for name, choice in WHY[id].items()})


WRONG_REASONS = [
    (id, name, letter) for id, right in WHY.items() for name in right for letter in "abc" if letter != right[name]
]


@pytest.mark.parametrize(("id", "name", "letter"), WRONG_REASONS)
def test_each_wrong_reason_is_answered_by_a_question_or_a_fact_of_its_own(id, name, letter):
    verdict = verdict_on(id, **{**WHY[id], name: letter})
    problem = first_problem(verdict)
    assert (problem.name, problem.status) == (name, "wrong")
    assert len(problem.message.splitlines()[1]) > 40
    assert verdict.points == EXERCISES[id].points - 1
    others = [
        first_problem(verdict_on(id, **{**WHY[id], one: other})).message
        for place, one, other in WRONG_REASONS
        if place == id and (one, other) != (name, letter)
    ]
    assert problem.message not in others


def test_who_thinks_that_other_classes_have_no_say_hears_the_same_name_everywhere():
    assert_wrong("loss-why", "true-class-only", **{**WHY["loss-why"], "all_logits_stay": "b"})
    assert_wrong("weight-why", "true-class-only", **{**WHY["weight-why"], "loss_changes": "b"})


# --- Softmax --------------------------------------------------------------------------------------------


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_by_rows(z):
    if z.ndim > 1:
        return np.array([softmax_by_rows(row) for row in z])
    top = max(z)
    total = sum(np.exp(k - top) for k in z)
    return [float(np.exp(k - top) / total) for k in z]


def softmax_by_logarithm(z):
    return np.exp(z - np.logaddexp.reduce(z, axis=-1)[..., None])


def softmax_by_differences(z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(z[..., None, :] - z[..., :, None]).sum(axis=-1)


@pytest.mark.parametrize(
    "function",
    [
        softmax,
        softmax_by_rows,
        softmax_by_logarithm,
        softmax_by_differences,
        lambda z: softmax(z.astype(np.float32)),
        lambda z: np.apply_along_axis(softmax, -1, z),
        lambda z: softmax(z).tolist(),
        lambda z: scipy.special.softmax(z, axis=-1),
    ],
)
def test_a_softmax_may_be_written_in_many_ways(function):
    assert_right("softmax", softmax=function)


def exp_over_sum(z, axis=-1, e=np.exp):
    return e(z) / e(z).sum(axis=axis, keepdims=True)


@pytest.mark.parametrize(
    ("misconception", "function"),
    [
        ("no-max-shift", exp_over_sum),
        (
            "no-max-shift",
            lambda z: np.array([exp_over_sum(row) for row in z.reshape(-1, z.shape[-1])]).reshape(z.shape),
        ),
        ("max-shift-of-all", lambda z: exp_over_sum(z - np.max(z))),
        ("max-shift-in-one-place", lambda z: np.exp(z - np.max(z)) / np.exp(z).sum(axis=-1, keepdims=True)),
        ("max-shift-in-one-place", lambda z: np.exp(z - z.max(-1, keepdims=True)) / np.exp(z).sum(-1, keepdims=True)),
        ("softmax-not-normalised", np.exp),
        ("softmax-without-exp", lambda z: z / z.sum(axis=-1, keepdims=True)),
        ("softmax-wrong-axis", lambda z: exp_over_sum(z, axis=0)),
        ("softmax-of-all", lambda z: exp_over_sum(z, axis=None).reshape(z.shape)),
        ("softmax-reversed", lambda z: softmax(-z)),
        ("sigmoid-for-softmax", lambda z: scipy.special.expit(z)),
        ("softmax-twice", lambda z: softmax(softmax(z))),
        ("logits-for-probabilities", lambda z: z + 0),
    ],
)
def test_a_mistaken_softmax_is_named(misconception, function):
    assert_wrong("softmax", misconception, softmax=function)


def test_a_naive_softmax_is_told_what_warns_where():
    message = assert_wrong("softmax", "no-max-shift", softmax=exp_over_sum)
    assert "Subtract the largest logit" in message
    assert "softmax(z=[10000., 0.]) warns: overflow" in message


def test_a_right_softmax_that_warns_is_not_silent():
    def loud(z):
        np.log(0 * z)
        return softmax(z)

    assert_wrong("softmax", "warns", softmax=loud)


def test_a_softmax_that_shifts_its_argument_in_place_is_told_so():
    def in_place(z):
        z -= z.max(axis=-1, keepdims=True)
        return exp_over_sum(z)

    assert "argument-changed" in {part.misconception for part in verdict_on("softmax", softmax=in_place).parts}


def test_a_sum_that_loses_its_axis_is_told_of_keepdims():
    verdict = verdict_on("softmax", softmax=lambda z: softmax(z) / softmax(z).sum(axis=-1))
    assert first_problem(verdict).status == "invalid"
    assert "keepdims=True" in str(verdict)


def test_an_axis_that_one_row_does_not_have_is_told_of_the_last():
    assert "axis=-1" in str(verdict_on("softmax", softmax=lambda z: exp_over_sum(z, axis=1)))


@pytest.mark.parametrize("result", [{"z": 1.0}, None, "0.5, 0.5", [1.0, "a"]])
def test_a_softmax_of_another_form_is_invalid(result):
    verdict = verdict_on("softmax", softmax=lambda z: result)
    assert first_problem(verdict).status == "invalid"
    assert verdict.points == 0


# --- Cross-entropy --------------------------------------------------------------------------------------


def log_sum_exp(z):
    top = z.max(axis=-1, keepdims=True)
    return top + np.log(np.exp(z - top).sum(axis=-1, keepdims=True))


def cross_entropy(z, y):
    return np.mean((y * (log_sum_exp(z) - z)).sum(axis=-1))


def cross_entropy_of_true_logits(z, y):
    true = (y * z).sum(axis=-1)
    return np.logaddexp.reduce(z, axis=-1).mean() - true.mean()


def cross_entropy_by_rows(z, y):
    total = 0.0
    for row, label in zip(np.atleast_2d(z), np.atleast_2d(y), strict=True):
        shifted = row - max(row)
        total += np.log(sum(np.exp(s) for s in shifted)) - shifted[label.argmax()]
    return total / len(np.atleast_2d(z))


@pytest.mark.parametrize(
    "function",
    [
        cross_entropy,
        cross_entropy_of_true_logits,
        cross_entropy_by_rows,
        lambda z, y: np.array([cross_entropy(z, y)]),
        lambda z, y: np.array(cross_entropy(z, y)),
        lambda z, y: np.float32(cross_entropy(z, y)),
        lambda z, y: -(y * scipy.special.log_softmax(z, axis=-1)).sum(axis=-1).mean(),
    ],
)
def test_a_cross_entropy_may_be_written_in_many_ways(function):
    assert_right("cross-entropy", cross_entropy=function)


@pytest.mark.parametrize(
    ("misconception", "function"),
    [
        ("no-max-shift", lambda z, y: (np.log(np.exp(z).sum(axis=-1)) - (y * z).sum(axis=-1)).mean()),
        ("log-of-zero", lambda z, y: -(y * np.log(softmax(z))).sum(axis=-1).mean()),
        ("log-of-zero", lambda z, y: -np.log((y * softmax(z)).sum(axis=-1)).mean()),
        ("log-clipped", lambda z, y: -(y * np.log(softmax(z) + 1e-12)).sum(axis=-1).mean()),
        ("log-clipped", lambda z, y: -(y * np.log(np.clip(softmax(z), 1e-15, 1))).sum(axis=-1).mean()),
        ("max-not-added-back", lambda z, y: (y * (log_sum_exp(z) - z.max(axis=-1, keepdims=True) - z)).sum(-1).mean()),
        ("true-logit-left-out", lambda z, y: log_sum_exp(z).mean()),
        ("loss-sign-lost", lambda z, y: -cross_entropy(z, y)),
        ("log-base", lambda z, y: cross_entropy(z, y) / np.log(2)),
        ("log-base", lambda z, y: cross_entropy(z, y) / np.log(10)),
        ("sum-for-mean", lambda z, y: (y * (log_sum_exp(z) - z)).sum()),
        ("mean-over-classes", lambda z, y: (y * (log_sum_exp(z) - z)).mean()),
        ("loss-not-averaged", lambda z, y: (y * (log_sum_exp(z) - z)).sum(axis=-1)),
        ("every-class-counts", lambda z, y: (log_sum_exp(z) - z).sum(axis=-1).mean()),
        ("softmax-twice", lambda z, y: cross_entropy(softmax(z), y)),
        ("logits-for-probabilities", lambda z, y: -(y * z).sum(axis=-1).mean()),
        ("log-of-logits", lambda z, y: -(y * np.log(z)).sum(axis=-1).mean()),
        ("cross-entropy-without-log", lambda z, y: -(y * softmax(z)).sum(axis=-1).mean()),
        ("other-loss", lambda z, y: 0.5 * ((softmax(z) - y) ** 2).sum(axis=-1).mean()),
    ],
)
def test_a_mistaken_cross_entropy_is_named(misconception, function):
    assert_wrong("cross-entropy", misconception, cross_entropy=function)


def test_the_losses_along_the_wrong_axis_are_named():
    def along_first(z, y):
        losses = y * (np.logaddexp.reduce(z, axis=0, keepdims=True) - z)
        return losses.sum() / (len(losses) if z.ndim > 1 else 1)

    assert_wrong("cross-entropy", "softmax-wrong-axis", cross_entropy=along_first)


# --- Step by step ---------------------------------------------------------------------------------------

STEPS = {
    "L_difference": "log(exp(z_0) + exp(z_1) + exp(z_2)) - z_1",
    "d_first_true": "-1",
    "d_first_other": "0",
    "d_second_other": "exp(z_0) / (exp(z_0) + exp(z_1) + exp(z_2))",
    "dL_dz_true": "h_1 - 1",
    "dL_dz_other": "h_0",
}
NUMPY_STEPS = {
    "L_difference": "-z_1 + np.log(np.exp(z_0) + np.exp(z_1) + np.exp(z_2))",
    "d_first_true": -1,
    "d_first_other": 0.0,
    "d_second_other": "1 / (1 + np.exp(z_1 - z_0) + np.exp(z_2 - z_0))",
    "dL_dz_true": "-(h_0 + h_2)",
    "dL_dz_other": "1 - h_1 - h_2",
}
PLAIN_STEPS = {
    "L_difference": "-(math.log(e^z_1) - ln(e^z_0 + e^z_1 + e^z_2))",
    "d_first_true": np.int64(-1),
    "d_first_other": "z_1 - z_1",
    "d_second_other": "e**z_0 * (e**z_0 + e**z_1 + e**z_2)**-1",
    "dL_dz_true": "d_first_true + h_1",
    "dL_dz_other": "d_first_other + d_second_other",
}
EXPANDED_STEPS = {
    **STEPS,
    "L_difference": "log(2 * (exp(z_0) + exp(z_1) + exp(z_2))) - log(2) - log(exp(z_1))",
    "dL_dz_true": "exp(z_1) / (exp(z_0) + exp(z_1) + exp(z_2)) - 1",
    "dL_dz_other": "exp(z_0 - z_1 - L_difference)",
}


@pytest.mark.parametrize("answers", [STEPS, NUMPY_STEPS, PLAIN_STEPS, EXPANDED_STEPS])
def test_the_steps_may_be_written_in_many_ways(answers):
    assert_right("cross-entropy-steps", **answers)


@pytest.mark.parametrize(
    "answer",
    [
        "-log(exp(z_1) / (exp(z_0) + exp(z_1) + exp(z_2)))",
        "log((exp(z_0) + exp(z_1) + exp(z_2)) / exp(z_1))",
        "-np.log(exp(z_1) * (exp(z_0) + exp(z_1) + exp(z_2))**-1)",
        "ln((exp(z_0) + exp(z_1) + exp(z_2)) * exp(-z_1))",
        "-log(+(exp(z_1) / (exp(z_0) + exp(z_1) + exp(z_2))))",
    ],
)
def test_a_logarithm_of_a_quotient_is_not_yet_a_difference(answer):
    verdict = verdict_on("cross-entropy-steps", **{**STEPS, "L_difference": answer})
    assert first_problem(verdict).name == "L_difference"
    assert first_problem(verdict).misconception is None
    assert "still the logarithm of a quotient" in str(verdict)
    assert verdict.points == 5


@pytest.mark.parametrize(
    ("name", "answer", "misconception"),
    [
        ("L_difference", "z_1 - log(exp(z_0) + exp(z_1) + exp(z_2))", "loss-sign-lost"),
        ("L_difference", "z_0 + z_2", "log-of-sum-split"),
        ("L_difference", "log(exp(z_0) + exp(z_1) + exp(z_2)) - exp(z_1)", "log-exp-not-undone"),
        ("L_difference", "-z_1 / log(exp(z_0) + exp(z_1) + exp(z_2))", "log-operation-kept"),
        ("L_difference", "log(exp(z_0) + exp(z_2)) - z_1", "true-class-left-out-of-sum"),
        ("d_first_true", "1", "loss-sign-lost"),
        ("d_first_true", "0", "first-term-held"),
        ("d_first_true", "-z_1", "value-for-derivative"),
        ("d_first_other", "-1", "one-from-every-class"),
        ("d_second_other", "1 / (exp(z_0) + exp(z_1) + exp(z_2))", "inner-derivative-left-out"),
        ("d_second_other", "exp(z_0)", "outer-derivative-left-out"),
        ("d_second_other", "exp(z_1) / (exp(z_0) + exp(z_1) + exp(z_2))", "wrong-class"),
        ("dL_dz_true", "1 - h_1", "error-sign"),
        ("dL_dz_true", "h_1", "target-left-out"),
        ("dL_dz_true", "(h_1 - 1) * h_1 * (1 - h_1)", "extra-slope"),
        ("dL_dz_other", "h_0 - 1", "one-from-every-class"),
        ("dL_dz_other", "0", "true-class-only"),
        ("dL_dz_other", "-h_0", "error-sign"),
        ("dL_dz_other", "-h_0 * h_1", "softmax-slope-for-gradient"),
    ],
)
def test_a_mistaken_step_is_named(name, answer, misconception):
    verdict = verdict_on("cross-entropy-steps", **{**STEPS, name: answer})
    assert first_problem(verdict).name == name
    assert first_problem(verdict).misconception == misconception, str(verdict)
    assert verdict.points == 5


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("d_second_other", "h_0"),
        ("L_difference", "-log(h_1)"),
        ("L_difference", "y_hat"),
        ("dL_dz_other", "dL_dz_other"),
        ("dL_dz_true", "dL_dz_other"),
        ("L_difference", "2z_1"),
        ("L_difference", ""),
        ("L_difference", "log(z_1"),
        ("L_difference", "L = -z_1"),
    ],
)
def test_a_formula_with_what_is_not_at_hand_is_invalid(name, answer):
    verdict = verdict_on("cross-entropy-steps", **{**STEPS, name: answer})
    assert first_problem(verdict).name == name
    assert first_problem(verdict).status == "invalid"


# --- Gradients at the output ----------------------------------------------------------------------------


def logit_gradient(z, y):
    return softmax(z) - y


@pytest.mark.parametrize(
    "function",
    [
        logit_gradient,
        lambda z, y: [float(p - t) for p, t in zip(softmax(z), y, strict=True)],
        lambda z, y: softmax(z.astype(np.float32)) - y.astype(np.float32),
        lambda z, y: softmax(z) * y.sum() - y,
        lambda z, y: -(y / softmax(z)) @ (np.diag(softmax(z)) - np.outer(softmax(z), softmax(z))),
    ],
)
def test_a_logit_gradient_may_be_written_in_many_ways(function):
    assert_right("logit-gradient", logit_gradient=function)


@pytest.mark.parametrize(
    ("misconception", "function"),
    [
        ("error-sign", lambda z, y: y - softmax(z)),
        ("one-from-every-class", lambda z, y: softmax(z) - 1),
        ("true-class-only", lambda z, y: y * (softmax(z) - 1)),
        ("true-class-only", lambda z, y: (-y / softmax(z)) * softmax(z) * (1 - softmax(z))),
        ("target-left-out", lambda z, y: softmax(z)),
        ("softmax-twice", lambda z, y: softmax(softmax(z)) - y),
        ("extra-slope", lambda z, y: (softmax(z) - y) * softmax(z) * (1 - softmax(z))),
        ("extra-jacobian", lambda z, y: (np.diag(softmax(z)) - np.outer(softmax(z), softmax(z))) @ (softmax(z) - y)),
        ("gradient-at-probabilities", lambda z, y: -y / softmax(z)),
        ("logits-for-probabilities", lambda z, y: z - y),
        ("softmax-not-normalised", lambda z, y: np.exp(z) - y),
        ("mean-over-classes", lambda z, y: (softmax(z) - y) / len(z)),
        ("sigmoid-for-softmax", lambda z, y: 1 / (1 + np.exp(-z)) - y),
    ],
)
def test_a_mistaken_logit_gradient_is_named_everywhere(misconception, function):
    message = assert_wrong("logit-gradient", misconception, logit_gradient=function)
    assert "Check alone: change z[" in message
    assert_wrong(
        "output-weight-gradient",
        misconception,
        output_weight_gradient=lambda h_2, z_3, y: np.outer(h_2, function(z_3, y)),
        output_bias_gradient=function,
    )


def test_a_logit_gradient_that_changes_a_copy_of_its_softmax_is_right():
    def with_argmax(z, y):
        gradient = softmax(z)
        gradient[y.argmax()] -= 1
        return gradient

    assert_right("logit-gradient", logit_gradient=with_argmax)


@pytest.mark.parametrize(
    "function",
    [
        lambda h_2, z_3, y: np.outer(h_2, logit_gradient(z_3, y)),
        lambda h_2, z_3, y: h_2[:, None] * logit_gradient(z_3, y),
        lambda h_2, z_3, y: h_2[:, None] @ logit_gradient(z_3, y)[None, :],
        lambda h_2, z_3, y: [[h * float(d) for d in logit_gradient(z_3, y)] for h in h_2],
        lambda h_2, z_3, y: np.einsum("i,j->ij", h_2, logit_gradient(z_3, y)),
        lambda h_2, z_3, y: np.outer(h_2, logit_gradient(z_3, y)).astype(np.float32),
    ],
)
def test_an_outer_product_may_be_written_in_many_ways(function):
    assert_right(
        "output-weight-gradient", output_weight_gradient=function, output_bias_gradient=lambda z_3, y: softmax(z_3) - y
    )


@pytest.mark.parametrize(
    ("misconception", "function"),
    [
        ("gradient-transposed", lambda h_2, z_3, y: np.outer(logit_gradient(z_3, y), h_2)),
        ("gradient-summed-up", lambda h_2, z_3, y: np.outer(h_2, logit_gradient(z_3, y)).sum()),
        ("input-left-out", lambda h_2, z_3, y: logit_gradient(z_3, y)),
        ("neighbour-activation", lambda h_2, z_3, y: np.outer(softmax(z_3), logit_gradient(z_3, y))),
    ],
)
def test_a_mistaken_outer_product_is_named(misconception, function):
    message = assert_wrong(
        "output-weight-gradient",
        misconception,
        output_weight_gradient=function,
        output_bias_gradient=lambda z_3, y: softmax(z_3) - y,
    )
    assert "output_bias_gradient: right" in message
    assert "shape (2, 3) is expected" in message


# --- The network's gradients ----------------------------------------------------------------------------


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(
    x, y, params, error=lambda y_hat, y: y_hat - y, down=lambda d, W: d @ W.T, slope=lambda z, h: h * (1 - h)
):
    h, zs = [x], []
    for k in (1, 2, 3):
        zs.append(h[-1] @ params[f"W_{k}"] + params[f"b_{k}"])
        h.append(sigmoid(zs[-1]) if k < 3 else softmax(zs[-1]))
    d = error(h[3], y) / (len(x) if x.ndim > 1 else 1)
    found = {}
    for k in (3, 2, 1):
        found[f"W_{k}"] = h[k - 1].T @ d if x.ndim > 1 else np.outer(h[k - 1], d)
        found[f"b_{k}"] = d.sum(axis=0) if x.ndim > 1 else d
        if k > 1:
            d = down(d, params[f"W_{k}"]) * slope(zs[k - 2], h[k - 1])
    return found


def gradients_unrolled(x, y, params):
    W_1, b_1, W_2, b_2, W_3, b_3 = (params[name] for name in ("W_1", "b_1", "W_2", "b_2", "W_3", "b_3"))
    h_1 = sigmoid(x @ W_1 + b_1)
    h_2 = sigmoid(h_1 @ W_2 + b_2)
    dz_3 = softmax(h_2 @ W_3 + b_3) - y
    dz_2 = (W_3 @ dz_3) * h_2 * (1 - h_2)
    dz_1 = (W_2 @ dz_2) * h_1 * (1 - h_1)
    outer = np.outer
    found = {"W_1": outer(x, dz_1), "b_1": dz_1, "W_2": outer(h_1, dz_2), "b_2": dz_2}
    return found | {"W_3": outer(h_2, dz_3), "b_3": dz_3.tolist(), "cache": (h_1, h_2)}


def gradients_by_batch_of_one(x, y, params):
    return gradients(x[None, :], y[None, :], params)


def gradients_in_float32(x, y, params):
    return gradients(np.float32(x), np.float32(y), {name: np.float32(value) for name, value in params.items()})


@pytest.mark.parametrize("function", [gradients, gradients_unrolled, gradients_by_batch_of_one, gradients_in_float32])
def test_network_gradients_may_be_written_in_many_ways(function):
    assert_right("hidden-gradients", network_gradients=function)


def batch_by_einsum(X, y, params):
    found = {}
    h = [X]
    for k in (1, 2, 3):
        z = np.einsum("ni,ij->nj", h[-1], params[f"W_{k}"]) + params[f"b_{k}"]
        h.append(sigmoid(z) if k < 3 else softmax(z))
    d = h[3] - y
    for k in (3, 2, 1):
        found[f"W_{k}"], found[f"b_{k}"] = np.einsum("ni,nj->ij", h[k - 1], d) / len(X), d.mean(axis=0)
        d = (d @ params[f"W_{k}"].T) * h[k - 1] * (1 - h[k - 1])
    return found


def batch_by_axes(X, y, params):
    """All outer products of the batch at once, then their mean."""
    h_1 = sigmoid(X @ params["W_1"] + params["b_1"])
    h_2 = sigmoid(h_1 @ params["W_2"] + params["b_2"])
    d_3 = softmax(h_2 @ params["W_3"] + params["b_3"]) - y
    d_2 = (d_3 @ params["W_3"].T) * h_2 * (1 - h_2)
    d_1 = (d_2 @ params["W_2"].T) * h_1 * (1 - h_1)
    pairs = {"1": (X, d_1), "2": (h_1, d_2), "3": (h_2, d_3)}
    weights = {f"W_{k}": (h[:, :, None] * d[:, None, :]).mean(axis=0) for k, (h, d) in pairs.items()}
    return weights | {f"b_{k}": d.mean(axis=0) for k, (_, d) in pairs.items()}


@pytest.mark.parametrize("function", [gradients, batch_by_einsum, batch_by_axes, gradients_in_float32])
def test_batch_gradients_may_be_written_in_many_ways(function):
    assert_right("batch-gradients", batch_gradients=function)


def by_examples(X, y, params):
    each = [gradients(row, label, params) for row, label in zip(X, y, strict=True)]
    return {name: np.mean([found[name] for found in each], axis=0) for name in params}


def test_a_loop_over_the_examples_is_named_and_costs_a_point():
    verdict = verdict_on("batch-gradients", batch_gradients=by_examples)
    assert first_problem(verdict).misconception == "loop-over-batch"
    assert verdict.points == 6
    assert verdict.max_points == 7


@pytest.mark.parametrize(
    ("misconception", "mistake"),
    [
        ("error-sign", {"error": lambda y_hat, y: y - y_hat}),
        ("one-from-every-class", {"error": lambda y_hat, y: y_hat - 1}),
        ("true-class-only", {"error": lambda y_hat, y: y * (y_hat - y)}),
        ("extra-slope", {"error": lambda y_hat, y: (y_hat - y) * y_hat * (1 - y_hat)}),
        ("derivative-left-out", {"slope": lambda z, h: 1.0}),
        ("derivative-at-h", {"slope": lambda z, h: sigmoid(h) * (1 - sigmoid(h))}),
        ("activation-for-derivative", {"slope": lambda z, h: h}),
        ("other-derivative", {"slope": lambda z, h: 1 - h**2}),
        ("transpose-missing", {"down": lambda d, W: d @ W}),
    ],
)
def test_a_mistake_in_the_network_is_named_for_one_input_and_for_a_batch(misconception, mistake):
    assert_wrong("hidden-gradients", misconception, network_gradients=lambda *a: gradients(*a, **mistake))
    assert_wrong("batch-gradients", misconception, batch_gradients=lambda *a: gradients(*a, **mistake))


def changed(name, change, count=slice(None)):
    """A student whose gradients are right but for one kind of them."""

    def function(X, y, params):
        found = gradients(X, y, params)
        return {key: change(value, X) if key.startswith(name) else value for key, value in found.items()}

    return function


@pytest.mark.parametrize(
    ("misconception", "function"),
    [
        ("sum-for-mean", changed("", lambda value, X: value * len(X))),
        ("mean-twice", changed("", lambda value, X: value / len(X))),
        ("mean-twice", changed("b_", lambda value, X: value / len(X))),
        ("bias-summed-up", changed("b_", lambda value, X: value.sum())),
        ("gradient-transposed", changed("W_", lambda value, X: value.T)),
        ("gradient-summed-up", changed("W_", lambda value, X: value.sum())),
    ],
)
def test_a_mistake_with_a_batch_is_named(misconception, function):
    assert_wrong("batch-gradients", misconception, batch_gradients=function)


def test_biases_that_keep_the_batch_or_lose_the_wrong_axis_are_named():
    def with_biases(of_errors):
        def function(X, y, params):
            h_1 = sigmoid(X @ params["W_1"] + params["b_1"])
            h_2 = sigmoid(h_1 @ params["W_2"] + params["b_2"])
            d_3 = (softmax(h_2 @ params["W_3"] + params["b_3"]) - y) / len(X)
            d_2 = (d_3 @ params["W_3"].T) * h_2 * (1 - h_2)
            d_1 = (d_2 @ params["W_2"].T) * h_1 * (1 - h_1)
            biases = {f"b_{k}": of_errors(d) for k, d in enumerate((d_1, d_2, d_3), start=1)}
            return gradients(X, y, params) | biases

        return function

    assert_wrong("batch-gradients", "bias-not-summed", batch_gradients=with_biases(lambda d: d))
    assert_wrong("batch-gradients", "bias-wrong-axis", batch_gradients=with_biases(lambda d: d.sum(axis=1)))


def test_gradients_that_are_missing_or_misnamed_are_asked_for():
    def misnamed(x, y, params):
        return {name.replace("b_3", "db_3"): value for name, value in gradients(x, y, params).items()}

    verdict = verdict_on("hidden-gradients", network_gradients=misnamed)
    assert verdict.points == 5
    assert first_problem(verdict).status == "missing"
    assert "db_3" in str(verdict)
    assert verdict_on("hidden-gradients", network_gradients=lambda *a: tuple(gradients(*a).values())).points == 0


def test_a_function_that_updates_the_parameters_is_told_so():
    def updating(x, y, params):
        found = gradients(x, y, params)
        params["W_3"] -= 0.1 * found["W_3"]
        return found

    verdict = verdict_on("hidden-gradients", network_gradients=updating)
    assert first_problem(verdict).misconception == "argument-changed"


def test_nothing_written_yet_gets_nothing():
    for id in ("softmax", "cross-entropy", "logit-gradient", "hidden-gradients", "batch-gradients"):
        assert verdict_on(id).points == 0
    for id in ("gradient-shapes", "gradient-signs", "cross-entropy-steps"):
        verdict = verdict_on(id, **dict.fromkeys(EXERCISES[id].names))
        assert {part.status for part in verdict.parts} == {"missing"}
