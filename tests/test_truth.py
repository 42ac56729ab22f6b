"""One part of a right answer is changed: whatever is then said of it contradicts nothing that is right."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest

from backprop_course.checks import judge
from backprop_course.checks.formulas import judge_formula
from backprop_course.checks.functions import judge_function
from backprop_course.checks.proof import equal, mistaken_function
from backprop_course.exercises import EXERCISES, Formula, Function, Functions, Values
from backprop_course.exercises.kinds import evaluate
from backprop_course.misconceptions import variants

FUNCTIONS = [
    function
    for exercise in EXERCISES.values()
    for function in (exercise.functions if isinstance(exercise, Functions) else [exercise])
    if isinstance(function, Function)
]
KEYED = [function for function in FUNCTIONS if len(function.keys) > 1 and not function.returns]
SCALED = {"turned": -1.0, "halved": 0.5, "doubled": 2.0}


def reproduced(exercise: Function, id: str, answer) -> bool:
    """Whether some way to make the mistake gives a whole answer, every part of it, in every call."""
    cases = list(exercise.cases(np.random.default_rng(5)))
    tables = [{variant: variant.changes for variant in variants(case.steps)} for case in cases]

    def gives(variant):
        found = [case.results(table.get(variant, {})) for case, table in zip(cases, tables, strict=True)]
        wanted = [answer(*case.arguments.values()) for case in cases]
        return all(equal([f[key] for key in w], list(w.values())) for f, w in zip(found, wanted, strict=True))

    return any(gives(variant) for variant in tables[0] if variant.misconception == id)


@pytest.mark.parametrize("how", SCALED)
@pytest.mark.parametrize(
    ("exercise", "key"), [(e, key) for e in KEYED for key in e.keys], ids=lambda p: getattr(p, "id", p)
)
def test_one_gradient_scaled_gets_no_name_that_the_others_refute(exercise, key, how):
    right = mistaken_function(exercise, None)

    def changed(*arguments):
        found = dict(right(*arguments))
        return {**found, key: SCALED[how] * found[key]}

    verdict = judge_function(exercise, {exercise.name: changed}, np.random.default_rng(2))
    (part,) = [part for part in verdict.parts if part.name == key]
    assert part.status == "wrong"
    if part.misconception:
        assert reproduced(exercise, part.misconception, changed), str(verdict)
    elif how == "turned":
        assert part.message.startswith("the size is right, the sign is not."), str(verdict)


@pytest.mark.parametrize("shift", ["min", "mean"])
def test_what_overflows_in_exp_is_not_named_after_the_logarithm_of_0(shift):
    def cross_entropy(z, y):
        m = getattr(np, shift)(z, axis=-1, keepdims=True)
        return np.mean(m[..., 0] + np.log(np.exp(z - m).sum(-1)) - (y * z).sum(-1))

    text = str(judge("cross-entropy", {"cross_entropy": cross_entropy}))
    assert "overflow encountered in exp" in text
    assert "the logarithm of a probability is taken" not in text


VALUES = [exercise for exercise in EXERCISES.values() if isinstance(exercise, Values)]
ROUNDED = {f"rounded to {digits}": lambda value, digits=digits: round(value, digits) for digits in (1, 2, 3, 4)}
CHANGED = {**{how: lambda value, by=by: by * value for how, by in SCALED.items()}, **ROUNDED}


def right_values(exercise):
    return {**exercise.givens, **{name: float(value) for name, value in exercise.expected.items()}}


def true_of(exercise, misconception, answers):
    """Whether some way to make a mistake gives what is wrong in these answers, and leaves the rest as it is.

    Judged step by step from the answers themselves; all but the parts that are wrong are right.
    """
    wrong = {n for n in exercise.asked if abs(answers[n] - exercise.expected[n]) > 1e-3 * abs(exercise.expected[n])}

    def gives(variant, name):
        others = {other: value for other, value in answers.items() if other != name}
        return float(evaluate(name, {**exercise.by_name, **variant.changes}, {**exercise.start, **others}))

    def explains(variant):
        judged = [name for name in (*exercise.earlier, *exercise.asked) if name in exercise.by_name]
        # A mistake may be carried on with right numbers, where the student's own are wrong.
        steps = {**exercise.by_name, **variant.changes}
        found = {
            name: (gives(variant, name), float(evaluate(name, steps, {**exercise.start, **without(name)})))
            for name in judged
        }
        names = [name for name in wrong if any(np.isclose(answers[name], v, 1e-9) for v in found[name])]
        leaves = all(np.isclose(answers[name], found[name][1], 1e-3) for name in judged if name not in wrong)
        return bool(names) and leaves

    def without(name):
        return {other: value for other, value in exercise.expected.items() if other != name}

    return any(explains(variant) for variant in exercise.variants if variant.misconception == misconception)


@pytest.mark.parametrize("how", CHANGED)
@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_one_number_changed_gets_no_name_that_the_others_refute(exercise, how):
    for name in exercise.asked:
        answers = {**right_values(exercise), name: CHANGED[how](float(exercise.expected[name]))}
        verdict = judge(exercise.id, answers)
        (part,) = [part for part in verdict.parts if part.name == name]
        assert all(other.status == "right" for other in verdict.parts if other is not part), str(verdict)
        if part.status == "right":
            continue
        assert part.status == "wrong"
        if part.misconception:
            assert true_of(exercise, part.misconception, answers), str(verdict)
        elif how in ROUNDED:
            assert "rounded to" in part.message or "rounding" in part.message, str(verdict)
        elif how == "turned":
            assert part.message.startswith("the size is right, the sign is not"), str(verdict)


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_two_numbers_exchanged_get_no_name_that_the_others_refute(exercise):
    for k, name in enumerate(exercise.asked):
        for other in exercise.asked[k + 1 :]:
            right = right_values(exercise)
            answers = {**right, name: right[other], other: right[name]}
            verdict = judge(exercise.id, answers)
            for part in verdict.parts:
                if part.misconception:
                    assert true_of(exercise, part.misconception, answers), (name, other, str(verdict))


def test_a_changed_answer_in_five_digits_is_named_only_by_what_gives_these_digits():
    right = right_values(EXERCISES["chain-backward"])
    for factor in np.random.default_rng(3).uniform(0.2, 3, 60):
        answer = float(f"{right['dL_dw_j'] * factor:.4g}")
        verdict = judge("chain-backward", {**right, "dL_dw_j": answer})
        (part,) = [part for part in verdict.parts if part.name == "dL_dw_j"]
        if part.misconception:
            unit = 10.0 ** (np.floor(np.log10(abs(answer))) - 3)
            predicted = [
                found["dL_dw_j"]
                for variant, found in zip(
                    EXERCISES["chain-backward"].variants, EXERCISES["chain-backward"].predicted, strict=True
                )
                if variant.misconception == part.misconception
            ]
            assert min(abs(answer - value) for value in predicted) <= 0.51 * unit, str(verdict)


FORMULAS = [exercise for exercise in EXERCISES.values() if isinstance(exercise, Formula)]
TURNED = {"turned": "-({})", "halved": "0.5*({})", "doubled": "2*({})"}


@cache
def instructors_cells():
    """The instructor's answer cells by exercise."""
    cells = [
        c
        for path in (Path(__file__).parent.parent / "notebooks").glob("*/*.ipynb")
        for c in nbformat.read(path, 4).cells
    ]
    return {c.metadata.nbgrader.grade_id: c.source for c in cells if "nbgrader" in c.metadata}


def answers_of(exercise):
    """The instructor's formulas for an exercise."""
    typed = {}
    exec(instructors_cells()[exercise.id], typed)
    return {name: typed[name] for name in exercise.asked}


@pytest.mark.parametrize("how", TURNED)
@pytest.mark.parametrize("exercise", FORMULAS, ids=lambda e: e.id)
def test_one_formula_changed_gets_no_name_that_the_others_refute(exercise, how):
    right = answers_of(exercise)
    rng = np.random.default_rng(7)
    points = [exercise.values(numbers) for numbers in exercise.draws(np.random.default_rng(8), 6)]
    for name in exercise.asked:
        changed = {**right, name: TURNED[how].format(right[name])}
        verdict = judge_formula(exercise, changed, rng)
        (part,) = [part for part in verdict.parts if part.name == name]
        assert all(other.status == "right" for other in verdict.parts if other is not part), str(verdict)
        if part.misconception:
            assert any(
                refutes_nothing(exercise, variant, name, points)
                for variant in exercise.variants
                if variant.misconception == part.misconception
            ), str(verdict)
        elif part.status == "wrong" and how == "turned":
            assert part.message.startswith("the size is right, the sign is not."), str(verdict)


def refutes_nothing(exercise, variant, changed, points):
    """Whether a mistake, made in one formula or carried on from the start, leaves every other formula as it is."""
    steps = {**exercise.by_name, **variant.changes}

    def value(name, point):
        with np.errstate(all="ignore"):
            at_hand = {other: point[other] for other in exercise.at_hand[name]}
            return float(evaluate(name, steps, {**{k: v for k, v in point.items() if k not in steps}, **at_hand}))

    return all(
        np.isclose(value(name, point), float(point[name]), 1e-7)
        for name in exercise.asked
        if name != changed
        for point in points
    )


@pytest.mark.parametrize("exercise", FORMULAS, ids=lambda e: e.id)
def test_two_formulas_exchanged_are_never_named_by_what_the_others_refute(exercise):
    right = answers_of(exercise)
    for name, other in zip(exercise.asked, exercise.asked[1:], strict=False):
        verdict = judge_formula(exercise, {**right, name: right[other], other: right[name]}, np.random.default_rng(9))
        named = {part.name for part in verdict.parts if part.misconception}
        assert named <= {name, other}, str(verdict)


def test_a_slope_of_the_softmax_is_not_named_a_logarithm_left_out():
    total = "(exp(z_0)+exp(z_1)+exp(z_2))"
    answers = {
        "L_difference": f"-z_1 + log{total}",
        "d_first_true": "-1",
        "d_first_other": "0",
        "d_second_other": f"exp(z_0)/{total}",
        "dL_dz_true": "h_1*(1-h_1)",
        "dL_dz_other": "-h_0*h_1",
    }
    assert "the logarithm is left out" not in str(judge("cross-entropy-steps", answers))


def test_formulas_that_do_not_depend_on_each_other_are_told_independently():
    answers = {"d_log": "x", "d_exp": "x * exp(x)", "d_exp_square": "exp(x^2)", "d_log_square": "1/x"}
    told = str(judge("log-and-exp-derivatives", answers))
    assert "mend" not in told
    assert all(f"✗ {name}: " in told for name in answers)


def test_what_depends_on_a_wrong_part_waits_for_that_part():
    right = right_values(EXERCISES["split-forward"])
    told = str(judge("split-forward", {**right, "z_j": 3.14159, "z_k": 2.71828, "h_k": 0.123456}))
    assert "✗ z_j: not right." in told
    assert "✗ z_k: not right." in told
    assert "h_k: not right yet; mend z_k first." in told


def test_texts_in_place_of_numbers_take_one_line():
    exercise = EXERCISES["skip-regressor-values"]
    verdict = judge(exercise.id, {**exercise.givens, **{name: f"formula of {name}" for name in exercise.asked}})
    assert len(verdict.lines()) == 1
    assert "without quotes" in str(verdict)


def test_a_number_under_a_name_that_comes_close_is_asked_about():
    right = right_values(EXERCISES["chain-forward"])
    hj = right.pop("h_j")
    told = str(judge("chain-forward", {**right, "h_j": None, "hj": hj, "_hj": hj, "math": np}))
    assert "h_j: not set; is your hj meant for it?" in told


def test_one_wrong_weight_is_not_called_a_swap():
    right = right_values(EXERCISES["split-forward"])
    one = {**right, "z_k": right["w_ij"] * right["h_i"]}
    assert "swapped" not in str(judge("split-forward", one))
    both = {**one, "z_j": right["w_ik"] * right["h_i"]}
    assert "swapped" in str(judge("split-forward", both))


def test_a_loss_with_a_minus_is_told_that_a_loss_is_never_negative():
    right = right_values(EXERCISES["chain-forward"])
    assert "a loss is never negative" in str(judge("chain-forward", {**right, "L": -right["L"]}))


def test_a_formula_that_builds_on_an_earlier_wrong_one_follows_and_has_its_point():
    total = "(exp(z_0) + exp(z_1) + exp(z_2))"
    answers = {"L_difference": f"-z_1 + log{total}", "d_first_true": "1", "d_first_other": "0"}
    answers |= {"d_second_other": f"exp(z_0) / {total}", "dL_dz_true": "1 + h_1", "dL_dz_other": "h_0"}
    verdict = judge_formula(EXERCISES["cross-entropy-steps"], answers, np.random.default_rng(3))
    statuses = {part.name: part.status for part in verdict.parts}
    assert (statuses["d_first_true"], statuses["dL_dz_true"], verdict.points) == ("wrong", "follows", 5.0)


def test_the_other_parts_of_a_function_do_not_wait_for_the_first_wrong_one():
    source = """
def simple_backpropagation(y, x, W):
    h = 1 / (1 + np.exp(-x @ W["w_1"]))
    return {"w_1": np.zeros(W["w_1"].shape), "w_2": np.ones(W["w_2"].shape)}
"""
    names = {"np": np}
    exec(source, names)
    told = str(judge("mlp-backward", names))
    assert "w_1: the result is 0, whatever comes in." in told
    assert "w_2: the result is 1, whatever comes in." in told
    assert "first" not in told
