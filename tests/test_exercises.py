"""Every exercise accepts what is right, in several styles, and rejects and names every mistake."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from proof import Answers, equal

from backprop_course.checks import judge
from backprop_course.exercises import EXERCISES, Function, Values
from backprop_course.exercises.exercise import evaluate
from backprop_course.misconceptions import MISCONCEPTIONS, variants

VALUES = [exercise for exercise in EXERCISES.values() if isinstance(exercise, Values)]
FUNCTIONS = [exercise for exercise in EXERCISES.values() if isinstance(exercise, Function)]

# Mistakes that give the same answers whatever the numbers are: no check can tell them apart.
THE_SAME = {
    # dL_dw_j from delta_o instead of delta_k: the wrong error, or a factor forgotten on the way to it.
    "chain-backward": {frozenset({"neighbour-error", "factor-left-out"})},
    # A minus lost in the error or in the step: −eta · (−g) = eta · g.
    "split-updates": {frozenset({"error-sign", "ascent"})},
}


@cache
def answers(id: str) -> Answers:
    return Answers(EXERCISES[id])


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
    verdict = judge(
        exercise.id, notebook(exercise, {name: STYLES[style](v) for name, v in right(exercise).items()})
    )
    assert verdict.passed, str(verdict)
    assert verdict.points == exercise.points == verdict.max_points


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_no_answers_score_nothing(exercise):
    for nothing in ({}, dict.fromkeys(exercise.asked), dict.fromkeys(exercise.asked, ...)):
        verdict = judge(exercise.id, {**exercise.givens, **nothing})
        assert verdict.points == 0
        assert {part.status for part in verdict.parts} == {"missing"}


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_every_mistake_in_values_is_rejected_and_named(exercise):
    found = answers(exercise.id)
    for variant, predicted in zip(exercise.variants, exercise.predicted, strict=True):
        if variant in found.applicable:
            verdict = judge(exercise.id, notebook(exercise, {name: predicted[name] for name in exercise.asked}))
            assert not verdict.passed, variant
            assert verdict.points < exercise.points, variant
            first = next(part for part in verdict.parts if part.status != "right")
            assert first.status == "wrong", (variant, str(verdict))
            assert first.misconception in found.same_as(variant.misconception), (variant, str(verdict))


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_given_numbers_keep_every_mistake_a_hundredth_away(exercise):
    found = answers(exercise.id)
    for variant, predicted in zip(exercise.variants, exercise.predicted, strict=True):
        if variant not in found.applicable:
            continue
        for k, name in enumerate(exercise.asked):
            drawn = slice(k, None, len(exercise.asked))
            if not equal(found.wrong[variant][drawn], found.right[drawn]):
                distance = abs(predicted[name] - exercise.expected[name]) / abs(exercise.expected[name])
                assert distance >= 0.01, (variant, name)


@pytest.mark.parametrize("exercise", [*VALUES, *FUNCTIONS], ids=lambda e: e.id)
def test_only_listed_mistakes_are_beyond_telling_apart(exercise):
    assert answers(exercise.id).equal_ids == THE_SAME.get(exercise.id, set())


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
    trivial = {name for name in exercise.asked if name in ("h_j", "h_k", "h_i", "L")}
    assert {part.name for part in verdict.parts if part.status == "follows"} <= trivial


def mistaken(exercise: Function, variant):
    """The function of a student who makes this mistake: it looks at its arguments, as any function does."""

    def function(*arguments):
        case = exercise.case(arguments)
        changes = {v: v.changes for v in variants(case.steps)}.get(variant, {}) if variant else {}
        with np.errstate(all="ignore"):
            results = case.results(changes)
        return results[""] if "" in results else results

    return function


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.id)
def test_the_reference_function_scores_every_point(exercise):
    verdict = judge(exercise.id, {exercise.name: mistaken(exercise, None)})
    assert verdict.passed, str(verdict)
    assert verdict.points == exercise.points


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.id)
def test_every_mistake_in_a_function_is_rejected_and_named(exercise):
    found = answers(exercise.id)
    for variant in found.applicable:
        verdict = judge(exercise.id, {exercise.name: mistaken(exercise, variant)})
        assert not verdict.passed, variant
        assert verdict.points < exercise.points, variant
        first = next(part for part in verdict.parts if part.status != "right")
        assert first.misconception in found.same_as(variant.misconception), (variant, str(verdict))


def test_every_mistake_of_the_course_applies_somewhere():
    applied = {variant.misconception for id in EXERCISES for variant in answers(id).applicable}
    assert set(MISCONCEPTIONS) - applied == {"argument-changed"}


def test_every_mistake_has_a_name_and_a_hint():
    for mistake in MISCONCEPTIONS.values():
        assert mistake.name
        assert mistake.hint.endswith((".", ")"))
        assert len(mistake.name) < 90
