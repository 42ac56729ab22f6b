"""The same numbers are judged once: what is remembered, what is not, and that nothing else changes."""

from types import SimpleNamespace

import numpy as np
import pytest

from backprop_course.checks import judge
from backprop_course.checks.remembering import remembered
from backprop_course.checks.values import judge_values
from backprop_course.checks.verdict import Verdict
from backprop_course.exercises import EXERCISES, Values


@pytest.fixture
def judged():
    """A judge that counts what it is asked."""
    asked = []

    @remembered
    def judging(exercise, namespace, rng):
        asked.append(dict(namespace))
        return Verdict(exercise.id, (), 0.0, 1.0)

    return SimpleNamespace(judging=judging, asked=asked)


def exercise(id="any"):
    return SimpleNamespace(id=id)


def test_equal_plain_answers_are_judged_once(judged):
    one = exercise()
    answers = {"x": 1.5, "name": "a", "n": 2, "none": None, "y": np.float64(0.1), "k": np.int64(3)}
    found = [judged.judging(one, answers, None) for _ in range(2)]
    assert found[0] == found[1]
    assert len(judged.asked) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"x": 1.0}, {"x": 1}),
        ({"x": 1}, {"x": True}),
        ({"x": 1.0}, {"x": "1.0"}),
        ({"x": 1.0}, {"x": np.float64(1)}),
        ({"x": np.float32(1)}, {"x": np.float64(1)}),
        ({"x": 0.0}, {"x": -0.0}),
        ({"x": 1.0}, {"y": 1.0}),
        ({"x": 1.0}, {"x": 1.0, "y": None}),
        ({"x": 1.0, "y": 2.0}, {"x": 2.0, "y": 1.0}),
    ],
)
def test_what_differs_in_anything_is_judged_by_itself(judged, first, second):
    one = exercise()
    for namespace in (first, second):
        judged.judging(one, namespace, None)
    assert judged.asked == [first, second]


@pytest.mark.parametrize("value", [np.longdouble(1), np.ones(1), [1.0], 2**64, "a" * 1000, object()])
def test_what_is_not_plain_is_judged_each_time(judged, value):
    one = exercise()
    for _ in range(2):
        judged.judging(one, {"x": value}, None)
    assert len(judged.asked) == 2


def test_two_exercises_are_not_mistaken_for_each_other_even_with_the_same_id(judged):
    found = exercise(), exercise()
    for one in found:
        judged.judging(one, {"x": 1.0}, None)
    assert len(judged.asked) == 2


@pytest.mark.parametrize("id", [id for id, found in EXERCISES.items() if isinstance(found, Values)])
def test_a_verdict_that_is_remembered_is_the_one_that_is_worked_out(id):
    found = EXERCISES[id]
    answers = {**found.start, **found.expected, **found.predicted[-1]}
    verdicts = [judge(id, answers) for _ in range(2)]
    assert verdicts == 2 * [judge_values.__wrapped__(found, answers, np.random.default_rng(0))]
