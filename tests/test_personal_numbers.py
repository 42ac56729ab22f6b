"""Numbers drawn for each student: the same for ever, all different, as telling as the published ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backprop_course import Network, Unit
from backprop_course.errors import CourseError
from backprop_course.exercises import EXERCISES, NOTEBOOKS, Givens, Values, errors, register, updates, values
from backprop_course.exercises.numbers import nearness, not_telling
from backprop_course.exercises.personal import (
    drawn_givens,
    identified,
    number_set,
    personal_givens,
    refuse_published,
    right_for_each,
    with_numbers_of,
)
from backprop_course.exercises.personal.drawing import Draws
from backprop_course.exercises.personal.number_set import NumberSet
from backprop_course.exercises.personal.recording import Recorder
from backprop_course.exercises.registry import set_aside

VALUES = [exercise for exercises in NOTEBOOKS.values() for exercise in exercises if isinstance(exercise, Values)]

# What these ids have in version 1 they have for ever: releases are out. Other rules of drawing are another version.
IN_VERSION_1 = {
    ("chain-forward", "ada"): {"x": 2.18, "w_in": 0.8, "w_j": -1.3, "w_k": 3.1, "y": 0.4},
    ("chain-forward", "emmy"): {"x": 0.65, "w_in": 0.3, "w_j": -1.1, "w_k": 3.1, "y": 1.29},
    ("chain-forward", "s1234567"): {"x": 0.66, "w_in": 0.3, "w_j": -1.8, "w_k": 2.7, "y": 0.52},
    ("chain-forward", "Jürgen Groß"): {"x": 2.7, "w_in": 0.4, "w_j": -1.6, "w_k": 2.5, "y": 1.16},
    ("chain-forward", "李明"): {"x": 1.41, "w_in": 1.3, "w_j": -1.7, "w_k": 2.3, "y": 1.26},
    ("chain-forward", "o'brien"): {"x": 1.66, "w_in": 0.6, "w_j": -1.4, "w_k": 3.6, "y": 0.72},
    ("chain-forward", "0"): {"x": 0.85, "w_in": 0.4, "w_j": -1.3, "w_k": 2.1, "y": 0.95},
    ("split-updates", "ada"): {
        "x": 0.83,
        "w_in": 1.5,
        "w_ij": 2.6,
        "w_ik": -1.7,
        "w_j": -1.4,
        "w_k": 2.2,
        "y": 0.9,
        "eta": 0.4,
    },
    ("split-updates", "emmy"): {
        "x": 1.44,
        "w_in": 0.8,
        "w_ij": 2.3,
        "w_ik": -1.1,
        "w_j": -0.4,
        "w_k": 1.8,
        "y": 2.87,
        "eta": 0.2,
    },
    ("split-updates", "s1234567"): {
        "x": 1.04,
        "w_in": 1.5,
        "w_ij": 2.4,
        "w_ik": -1.1,
        "w_j": -0.9,
        "w_k": 2.2,
        "y": 1.28,
        "eta": 0.7,
    },
    ("split-updates", "Jürgen Groß"): {
        "x": 2.68,
        "w_in": 0.9,
        "w_ij": 1.3,
        "w_ik": -1.5,
        "w_j": -1.4,
        "w_k": 1.8,
        "y": 2.73,
        "eta": 0.2,
    },
    ("split-updates", "李明"): {
        "x": 1.39,
        "w_in": 1.5,
        "w_ij": 2.1,
        "w_ik": -1.9,
        "w_j": -1.6,
        "w_k": 1.3,
        "y": 2.74,
        "eta": 0.3,
    },
    ("split-updates", "o'brien"): {
        "x": 0.7,
        "w_in": 0.8,
        "w_ij": 3.2,
        "w_ik": -1.4,
        "w_j": -1.1,
        "w_k": 1.3,
        "y": 2.67,
        "eta": 0.6,
    },
    ("split-updates", "0"): {
        "x": 0.95,
        "w_in": 0.9,
        "w_ij": 2.2,
        "w_ik": -1.4,
        "w_j": -1.1,
        "w_k": 0.8,
        "y": 3.57,
        "eta": 0.4,
    },
    ("skip-regressor-step", "ada"): {"x": 0.88, "w_0": 1.3, "w_1": 1.6, "w_2": 0.6, "w_s": 0.3, "y": 3.21, "eta": 0.2},
    ("skip-regressor-step", "emmy"): {"x": 2.1, "w_0": 0.4, "w_1": 0.6, "w_2": 1.1, "w_s": 0.8, "y": 7.13, "eta": 0.3},
    ("skip-regressor-step", "s1234567"): {
        "x": 1.74,
        "w_0": 0.3,
        "w_1": 1.6,
        "w_2": 0.6,
        "w_s": 1.1,
        "y": 5.77,
        "eta": 0.2,
    },
    ("skip-regressor-step", "Jürgen Groß"): {
        "x": 1.37,
        "w_0": 0.9,
        "w_1": 0.6,
        "w_2": 0.8,
        "w_s": 1.3,
        "y": 7.01,
        "eta": 0.3,
    },
    ("skip-regressor-step", "李明"): {"x": 1.11, "w_0": 0.3, "w_1": 1.6, "w_2": 0.4, "w_s": 0.9, "y": 4.96, "eta": 0.7},
    ("skip-regressor-step", "o'brien"): {
        "x": 0.93,
        "w_0": 1.4,
        "w_1": 1.2,
        "w_2": 0.3,
        "w_s": 1.5,
        "y": 5.01,
        "eta": 0.2,
    },
    ("skip-regressor-step", "0"): {"x": 0.97, "w_0": 0.4, "w_1": 1.6, "w_2": 0.3, "w_s": 1.4, "y": 5.17, "eta": 0.7},
}


@pytest.mark.parametrize(("exercise", "student"), IN_VERSION_1)
def test_an_id_has_the_same_numbers_on_every_machine_and_in_every_year(exercise, student):
    assert personal_givens(exercise, student, "a salt", version=1) == IN_VERSION_1[exercise, student]


def test_exercises_of_a_notebook_share_a_students_numbers():
    assert personal_givens("chain-deltas", "ada", "s") == personal_givens("chain-forward", "ada", "s")
    assert personal_givens("split-forward", "ada", "s").items() <= personal_givens("split-updates", "ada", "s").items()


@pytest.mark.parametrize("typed", ["Ada", " ada\n", "ADA", "ａｄａ", "ada\u200a"])
def test_an_id_is_the_same_however_it_is_typed(typed):
    assert personal_givens("chain-forward", typed, "s") == personal_givens("chain-forward", "ada", "s")


def test_a_number_is_an_id():
    assert identified(1234567) == identified("1234567") == "1234567"


@pytest.mark.parametrize("typed", ["", "  ", None, ..., 1.5, True, ["ada"], "a" * 1000])
def test_what_is_no_id_has_the_published_numbers(typed):
    assert personal_givens("chain-forward", typed, "s") == EXERCISES["chain-forward"].given


@pytest.mark.parametrize("exercise", ["chain-forward", "split-updates", "skip-regressor-step"])
def test_numbers_that_are_drawn_together_are_those_that_each_has_alone(exercise):
    draws = Draws(number_set(EXERCISES[exercise]))
    seeds = [f"seed {k}" for k in range(40)]
    assert draws.drawn_together([*seeds, seeds[3]]) == [draws.drawn(seed) for seed in (*seeds, seeds[3])]
    assert draws.drawn_together([]) == []


@pytest.mark.parametrize("exercise", VALUES, ids=lambda exercise: exercise.id)
def test_what_is_right_for_a_whole_class_is_right_for_each_of_it(exercise):
    seeds = ["", *(f"seed {k}" for k in range(5))]
    found = right_for_each(exercise, seeds)
    for seed, right in zip(seeds, found, strict=True):
        copy = with_numbers_of(exercise, seed)
        assert right == pytest.approx([copy.expected[name] for name in exercise.asked], rel=1e-9)


def test_where_no_others_are_found_the_numbers_are_those_that_are_published_today(monkeypatch):
    monkeypatch.setattr(Draws, "drawn_together", lambda self, seeds: [Givens(self.set.published) for _ in seeds])
    exercise = EXERCISES["chain-forward"]
    assert drawn_givens(exercise.id, "a seed that has none") == exercise.given
    with pytest.raises(CourseError, match="No other numbers were found for chain-forward"):
        refuse_published(exercise, [drawn_givens(exercise.id, "another that has none")])


def test_another_salt_gives_other_numbers():
    assert personal_givens("chain-forward", "ada", "s") != personal_givens("chain-forward", "ada", "t")


def test_no_seed_gives_the_published_numbers():
    assert drawn_givens("split-updates", "") == EXERCISES["split-updates"].given


def test_an_unknown_version_says_what_to_install():
    with pytest.raises(CourseError, match=r"drawn by version 99, .* install"):
        personal_givens("chain-forward", "ada", "s", version=99)


def test_an_exercise_without_numbers_says_so():
    with pytest.raises(CourseError, match="no given numbers"):
        personal_givens("chain-gradients", "ada", "s")


def _away(exercise: Values) -> np.ndarray:
    """How far from right every mistake leads, relative: (mistakes, asked); not those of exercises before."""
    right = np.array([exercise.expected[name] for name in exercise.asked])
    wrong = np.array([[one[name] for name in exercise.asked] for one in exercise.predicted])
    here = [not exercise.made_before(variant) for variant in exercise.variants]
    with np.errstate(all="ignore"):
        return np.where(np.isfinite(wrong), np.abs(wrong - right) / np.abs(right), np.inf)[here]


@pytest.mark.parametrize("exercise", VALUES, ids=lambda exercise: exercise.id)
def test_no_drawn_numbers_hide_a_mistake_or_show_two_quantities_alike(exercise):
    published = _away(exercise)
    shown = (published >= 0.01).any(axis=1)
    for seed in range(50):
        drawn = replace(exercise, givens=drawn_givens(exercise.id, f"seed {seed}"))
        assert (np.where(published > 1e-7, _away(drawn), 0).max(axis=1) >= 0.01)[shown].all()
        sizes = np.abs([*drawn.start.values(), *drawn.expected.values()])
        pairs = np.abs([*exercise.start.values(), *exercise.expected.values()])
        alike = np.isclose(sizes[:, None], sizes, 1e-9, 0)
        assert (alike <= np.isclose(pairs[:, None], pairs, 1e-9, 0)).all()


@pytest.mark.parametrize("exercise", VALUES, ids=lambda exercise: exercise.id)
def test_drawn_numbers_tell_as_much_as_the_published_ones(exercise):
    published = nearness(exercise)
    for seed in range(3):
        drawn = replace(exercise, givens=drawn_givens(exercise.id, f"seed {seed}"))
        near = nearness(drawn)
        assert not list(not_telling(drawn))
        assert {one.misconception for one in near.hidden} <= {one.misconception for one in published.hidden}
        assert near.confused <= published.confused


@pytest.mark.parametrize("exercise", VALUES, ids=lambda exercise: exercise.id)
def test_drawn_numbers_can_be_worked_out_by_hand(exercise):
    found = [drawn_givens(exercise.id, f"seed {seed}") for seed in range(50)]
    for name, published in exercise.givens.items():
        drawn = np.array([one[name] for one in found])
        assert (np.sign(drawn) == np.sign(published)).all()
        assert np.array_equal(drawn, np.round(drawn, 2 if name in ("x", "y") else 1))
        assert not {*np.abs(drawn).tolist()} & {0.5, 1, 2}
        assert name != "eta" or {*drawn.tolist()} <= {0.2, 0.3, 0.4, 0.6, 0.7}
    assert len({tuple(one.items()) for one in found}) == 50


def _net(last: str = "linear", loss: str = "squared_error") -> Network:
    return Network(
        Unit("a", "tanh", {"w_1": "x"}),
        Unit("b", "relu", {"w_2": "a", "w_s": "x"}),
        Unit("o", last, {"w_3": "b", "w_t": "a"}),
        loss=loss,
    )


@pytest.mark.parametrize(("last", "loss"), [("linear", "squared_error"), ("sigmoid", "logistic_loss")])
def test_exercises_of_ones_own_have_numbers_for_each_student(last, loss):
    net = _net(last, loss)
    with set_aside():
        register(values("exam-forward", net), errors("exam-errors", net), updates("exam-updates", net))
        found = [personal_givens("exam-updates", f"student {k}", "s") for k in range(20)]
        assert len({tuple(one.values()) for one in found}) == 20
        assert personal_givens("exam-forward", "student 3", "s").items() <= found[3].items()
        for numbers in found[:3]:
            drawn = replace(EXERCISES["exam-updates"], givens=numbers)
            assert not list(not_telling(drawn))
            assert not nearness(drawn).hidden


def test_a_label_stays_a_label():
    net = _net("sigmoid", "logistic_loss")
    numbers = {"x": 1.2, "w_1": 0.7, "w_2": 0.9, "w_s": 0.4, "w_3": 1.3, "w_t": -0.8, "y": 1}
    with set_aside():
        register(values("exam-forward", net, numbers=numbers))
        assert personal_givens("exam-forward", "ada", "s")["y"] == 1


def test_exercises_with_other_published_numbers_are_drawn_apart():
    net = _net()
    with set_aside():
        register(values("exam-1", net, numbers="one"), values("exam-2", net, numbers="two"))
        assert personal_givens("exam-1", "ada", "s") != personal_givens("exam-2", "ada", "s")


@pytest.mark.parametrize("exercise", VALUES, ids=lambda exercise: exercise.id)
def test_what_was_written_down_is_what_is_judged(exercise):
    found = number_set(exercise)
    # A version keeps the published numbers that it was written down with, whatever they are today.
    given = {name: np.array([exercise.start.get(name, value)]) for name, value in found.published.items()}
    assert exercise.givens.keys() <= given.keys()
    carried_out = found.calculation.carried_out(given)
    for name, value in exercise.expected.items():
        assert carried_out[found.right[name]][0] == pytest.approx(value, rel=1e-9)


def test_a_set_is_the_same_after_it_was_written_down():
    found = number_set(EXERCISES["split-updates"])
    assert Draws(NumberSet.read(found.name, found.to_json())).drawn("seed") == Draws(found).drawn("seed")


def test_what_looks_at_a_number_cannot_be_written_down():
    number = Recorder().given("x")
    with pytest.raises(TypeError, match="only known later"):
        max(number, 0)
