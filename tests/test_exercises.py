"""Every exercise accepts what is right, in several styles, and rejects and names every mistake."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from backprop_course.checks import judge, prove
from backprop_course.checks.formulas import FormulaJudge
from backprop_course.checks.functions import judge_function
from backprop_course.checks.proof import Answers, Mistaken, equal, mistaken_formula, mistaken_function
from backprop_course.exercises import (
    EXERCISES,
    NOTEBOOKS,
    Bug,
    Derivation,
    Formula,
    Function,
    Functions,
    Givens,
    Options,
    Values,
)
from backprop_course.exercises.kinds import evaluate
from backprop_course.exercises.numbers import not_telling
from backprop_course.misconceptions import MISCONCEPTIONS

VALUES = [exercise for exercise in EXERCISES.values() if isinstance(exercise, Values)]
FORMULAS = [exercise for exercise in EXERCISES.values() if isinstance(exercise, Formula)]
FUNCTIONS = [
    function
    for exercise in EXERCISES.values()
    for function in (exercise.functions if isinstance(exercise, Functions) else [exercise])
    if isinstance(function, Function)
]
NAMED = {**EXERCISES, **{f"{function.id}/{function.name}": function for function in FUNCTIONS}}

# Mistakes that give the same answers whatever the numbers are: no check can tell them apart.
_PASSED_ON = frozenset({"neighbour-activation", "neighbour-error"})
_MASKS = frozenset({"mask-left-out", "slope-of-other-unit"})
# Where two paths meet at unit 0: each with the other's weight, or each with the other's error.
_CROSSED = frozenset({"branch-weights-swapped", "unit-skipped"})
THE_SAME = {
    # dL_dw_j from delta_o instead of delta_k: the wrong error, or a factor forgotten on the way to it.
    "chain-backward": {frozenset({"neighbour-error", "factor-left-out"})},
    # A minus lost in the error or in the step: −eta · (−g) = eta · g.
    "split-updates": {frozenset({"error-sign", "ascent"})},
    # Only the prediction is asked: h_1 left as z_1, or z_1 handed on instead of it.
    "mlp-forward/simple_feed_forward": {frozenset({"activation-left-out", "pre-activation-fed-forward"})},
    "mlp-batch-forward/feed_forward": {frozenset({"activation-left-out", "pre-activation-fed-forward"})},
    # ReLUs pass on multiples: h_0 · dL_dz_0 = y_hat · dL_dz_2, whatever the weights. And the gradients of weights
    # never show a mask of unit 0 at unit 1: where unit 0 is off, everything below it is 0 anyway.
    "skip-regressor-backward": {_PASSED_ON, _MASKS, _CROSSED},
    "skip-regressor-gradients/skip_regressor_gradients": {_PASSED_ON, _MASKS, _CROSSED},
    "skip-classifier-backward": {_CROSSED},
    "skip-classifier-gradients/skip_classifier_gradients": {_CROSSED},
    # On one side of the target a slope is 1 or −1, and then it is one of these, whatever its reason.
    "skip-regressor-values": {
        _PASSED_ON,
        _CROSSED,
        frozenset({"mask-reversed", "relu-of-gradient"}),
        frozenset({"difference-for-sign", "loss-for-gradient"}),
        frozenset({"error-sign", "absolute-ignored"}),
        frozenset({"error-sign", "step-for-sign"}),
        frozenset({"step-for-sign", "absolute-ignored"}),
    },
}


@cache
def answers(id: str) -> Answers:
    return Answers(NAMED[id])


def named(exercise) -> str:
    return f"{exercise.id}/{exercise.name}" if isinstance(exercise, Function) else exercise.id


def notebook(exercise: Values, answers: dict[str, object]) -> dict[str, object]:
    """What a notebook holds in which all before this exercise is right."""
    earlier = {name: exercise.expected[name] for name in exercise.earlier}
    return {**exercise.givens, **earlier, **answers}


def right(exercise: Values) -> dict[str, float]:
    return {name: exercise.expected[name] for name in exercise.asked}


STYLES = {
    "floats": float,
    "NumPy scalars": np.float64,
    "0-d arrays": np.array,
    "1-element arrays": lambda value: np.array([value]),
    "(1, 1) arrays": lambda value: np.array([[value]]),
    "float32": np.float32,
    "4 digits": lambda value: float(f"{value:.4g}"),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_right_values_score_every_point_in_any_style(exercise, style):
    verdict = judge(exercise.id, notebook(exercise, {name: STYLES[style](v) for name, v in right(exercise).items()}))
    assert verdict.passed, str(verdict)
    assert verdict.points == exercise.points == verdict.max_points


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_no_answers_score_nothing(exercise):
    for nothing in ({}, dict.fromkeys(exercise.asked), dict.fromkeys(exercise.asked, ...)):
        verdict = judge(exercise.id, {**exercise.givens, **nothing})
        assert verdict.points == 0
        assert {part.status for part in verdict.parts} == {"missing"}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda e: e.id)
def test_every_mistake_is_rejected_and_named_everywhere(exercise):
    proof = prove(exercise)  # what `backprop-course prove --everywhere` shows of anybody's exercises
    assert proof.passed, str(proof)
    assert proof.named == proof.tried, str(proof)
    assert all(one.rejected for one in proof.tried)
    assert proof.tried or isinstance(exercise, Bug | Derivation | Options)


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_given_numbers_keep_every_mistake_a_hundredth_away(exercise):
    found = answers(exercise.id)
    for variant, predicted in zip(exercise.variants, exercise.predicted, strict=True):
        if variant not in found.applicable:
            continue
        away = {}
        for k, name in enumerate(exercise.asked):
            drawn = slice(k, None, len(exercise.asked))
            if not equal(found.wrong[variant][drawn], found.right[drawn]):
                away[name] = abs(predicted[name] - exercise.expected[name]) / abs(exercise.expected[name])
        # What has only two values, like the slope of an absolute value, may stay what it is.
        assert max(away.values()) >= 0.01, variant
        assert [name for name, distance in away.items() if 1e-9 < distance < 0.01] == [], variant


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_given_numbers_are_telling(exercise):
    assert list(not_telling(exercise)) == []


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_no_given_number_is_what_a_slip_multiplies_by(exercise):
    # Where a weight is 2, whoever leaves it out, halves and squares gives the same: nobody can say which.
    sizes = {name: abs(value) for name, value in exercise.givens.items()}
    assert not {0.5, 1.0, 2.0} & {*sizes.values()}


def test_given_numbers_that_look_alike_are_refused():
    def with_numbers(id, **numbers):
        return list(not_telling(replace(EXERCISES[id], givens=Givens({**EXERCISES[id].givens, **numbers}))))

    assert any("w_j and z_j are equal up to sign" in said for said in with_numbers("chain-forward", w_in=0.8))
    assert any("w_in and w_j are equal up to sign" in said for said in with_numbers("split-deltas", w_j=-0.8))
    assert any("eta is 0.1" in said for said in with_numbers("split-updates", eta=0.1))


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_mistakes_that_no_numbers_on_this_side_of_a_kink_show_are_judged_beside(exercise):
    somewhere = {variant.misconception for variant in Answers(exercise, same_side=False).applicable}
    (beside,) = [others for others in NOTEBOOKS.values() if exercise in others]
    judged = [named(other) for other in (*FORMULAS, *FUNCTIONS) if other in beside]
    shown = {variant.misconception for id in judged for variant in answers(id).applicable}
    assert somewhere <= shown | {variant.misconception for variant in answers(exercise.id).applicable}


@pytest.mark.parametrize("exercise", [*VALUES, *FORMULAS, *FUNCTIONS], ids=named)
def test_only_listed_mistakes_are_beyond_telling_apart(exercise):
    assert answers(named(exercise)).equal_ids == THE_SAME.get(named(exercise), set())


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_what_follows_from_a_wrong_answer_gets_its_points(exercise):
    first, *later = exercise.asked
    wrong = {first: exercise.expected[first] * 1.37}
    for name in later:
        known = {**notebook(exercise, wrong)}
        wrong[name] = float(evaluate(name, exercise.by_name, known))
    verdict = judge(exercise.id, notebook(exercise, wrong))
    assert verdict.parts[0].status == "wrong"
    assert verdict.points == exercise.points - 1
    changed = [name for name in later if abs(wrong[name] / exercise.expected[name] - 1) > 0.01]
    assert {part.name for part in verdict.parts if part.status == "follows"} == set(changed)


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_zeros_everywhere_score_nothing_by_following(exercise):
    verdict = judge(exercise.id, notebook(exercise, dict.fromkeys(exercise.asked, 0.0)))
    assert "right" not in {part.status for part in verdict.parts}
    trivial = {name for name in exercise.asked if name in ("h_j", "h_k", "h_i", "L", "new_L")}
    assert {part.name for part in verdict.parts if part.status == "follows"} <= trivial


def carried_on(exercise, **wrong):
    """The verdict on somebody who has these wrong answers and works out the rest from them."""
    for name in exercise.asked:
        wrong.setdefault(name, float(evaluate(name, exercise.by_name, notebook(exercise, wrong))))
    return judge(exercise.id, notebook(exercise, wrong))


@pytest.mark.parametrize(
    ("id", "wrong", "points"),
    [
        ("chain-forward", {"h_k": 0.0}, 6 / 7),  # z_o and y_hat are 0, and L was made from them
        ("split-forward", {"h_i": 0.0}, 8 / 9),
        ("skip-regressor-values", {"z_0": 0.0}, 16 / 17),
        ("skip-regressor-values", {"h_0": 0.0}, 16 / 17),  # dL_dw_s is made of it, too
        ("skip-regressor-values", {"z_0": -0.7}, 16 / 17),  # a ReLU is off, and the gradients behind it are 0
        ("chain-deltas", {"delta_o": 0.0}, 0),  # zeros made from a typed one, and from nothing else
        ("split-deltas", {"delta_o": 0.0}, 0),
        ("skip-regressor-values", {"dL_dy_hat": 0.0}, 7 / 17),
    ],
)
def test_a_zero_that_follows_gets_its_point_where_it_was_worked_with(id, wrong, points):
    exercise = EXERCISES[id]
    assert carried_on(exercise, **wrong).points == pytest.approx(points * exercise.points)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=named)
def test_the_reference_function_scores_every_point(exercise):
    verdict = judge_function(exercise, {exercise.name: mistaken_function(exercise, None)}, np.random.default_rng())
    assert verdict.passed, str(verdict)
    assert verdict.points == exercise.points


def with_each_number(result, change):
    """A function's result with a change in each of its numbers."""
    if isinstance(result, dict):
        return {key: with_each_number(value, change) for key, value in result.items()}
    if isinstance(result, tuple):
        return tuple(with_each_number(value, change) for value in result)
    if callable(result):
        return lambda *arguments: with_each_number(result(*arguments), change)
    return change(np.asarray(result))


def passes(exercise, change):
    """Whether the right function does whose results are changed: change(result, its arguments)."""
    right = mistaken_function(exercise, None)

    def function(*arguments):
        return with_each_number(right(*arguments), lambda result: change(result, arguments))

    return judge_function(exercise, {exercise.name: function}, np.random.default_rng()).passed


ROUNDING_IS_RIGHT = ("relu_derivative", "numerical_hessian", "check_gradients")
"""Of whole numbers; right to 1e-4; only large or small."""


@pytest.mark.parametrize("exercise", [one for one in FUNCTIONS if one.name not in ROUNDING_IS_RIGHT], ids=named)
def test_rounded_results_do_not_pass(exercise):
    assert not passes(exercise, lambda result, arguments: np.round(result, 4))


@pytest.mark.parametrize("name", ["numerical_derivative", "numerical_gradient", "numerical_hessian"])
def test_a_slope_by_numbers_is_tried_where_functions_fall_and_at_whole_numbers(name):
    [exercise] = [one for one in FUNCTIONS if one.name == name]

    def nonsense_at_whole_numbers(result, arguments):
        return 0 * result + 7 if np.all(arguments[1] == np.round(arguments[1])) else result

    assert passes(exercise, lambda result, arguments: result)
    assert not passes(exercise, lambda result, arguments: np.abs(result))
    assert not passes(exercise, nonsense_at_whole_numbers)


@pytest.mark.parametrize("exercise", FORMULAS, ids=named)
def test_a_mistake_in_a_formula_is_shown_at_a_point(exercise):
    judging = FormulaJudge(exercise, {}, np.random.default_rng())
    for k, name in enumerate(exercise.asked):
        for variant in answers(exercise.id).changed_in(k):
            assert "At " in judging.alone(name, Mistaken(mistaken_formula(exercise, variant, name))).message


@pytest.mark.parametrize("exercise", [e for e in EXERCISES.values() if isinstance(e, Options)], ids=named)
def test_every_option_is_judged_and_every_wrong_one_has_a_reason(exercise):
    right = {name: option.right for name, option in exercise.asked.items()}
    assert judge(exercise.id, right).passed
    for name, option in exercise.asked.items():
        wrong = [other for other in option.options or option.reasons if other != option.right]
        assert wrong
        for other in wrong:
            assert option.reasons[other][1], (name, other)
            assert option.reasons[other][0] in {None, *MISCONCEPTIONS}
            verdict = judge(exercise.id, {**right, name: other})
            assert verdict.points == exercise.points - 1
            assert option.reasons[other][1] in str(verdict)
        spelled = option.right.upper() if isinstance(option.right, str) else list(option.right)
        assert judge(exercise.id, {**right, name: spelled}).passed
        assert judge(exercise.id, {**right, name: 5}).points == exercise.points - 1


def test_every_mistake_of_the_course_applies_somewhere():
    judged = [named(exercise) for exercise in (*VALUES, *FORMULAS, *FUNCTIONS)]
    applied = {variant.misconception for name in judged for variant in answers(name).applicable}
    for exercise in EXERCISES.values():
        if isinstance(exercise, Options):
            applied |= {id for option in exercise.asked.values() for id, _ in option.reasons.values() if id}
    # These show in how a function behaves, and have tests of their own.
    assert set(MISCONCEPTIONS) - applied == {"argument-changed", "loop-over-batch", "warns", "whole-numbers-cut"}


def test_every_mistake_has_a_name_and_a_hint():
    for mistake in MISCONCEPTIONS.values():
        assert mistake.name
        assert mistake.hint.endswith((".", ")", "?"))
        assert len(mistake.name) < 90
