"""The same numbers are judged once: what is remembered, what is not, and that nothing else changes."""

from types import SimpleNamespace

import numpy as np
import pytest

from backprop_course.checks import diagnosis, judge
from backprop_course.checks.remembering import Searches, remembered
from backprop_course.checks.search import WrongPart
from backprop_course.checks.values import judge_values
from backprop_course.checks.verdict import Verdict
from backprop_course.core.functions import sigmoid
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


def gradients(line):
    """A function with one slip, which no list has."""
    return f"""
def split_gradients(weights, x, y):
    w_in, w_ij, w_ik, w_j, w_k = (weights[name] for name in ("w_in", "w_ij", "w_ik", "w_j", "w_k"))
    h_i = sigmoid(w_in * x)
    h_j, h_k = sigmoid(w_ij * h_i), sigmoid(w_ik * h_i)
    d_o = w_j * h_j + w_k * h_k - y
    {line}
    d_k = d_o * w_k * h_k * (1 - h_k)
    d_i = (d_j * w_ij + d_k * w_ik) * h_i * (1 - h_i)
    return {{"w_in": d_i * x, "w_ij": d_j * h_i, "w_ik": d_k * h_i, "w_j": d_o * h_j, "w_k": d_o * h_k}}
"""


def test_a_function_that_gives_the_same_as_another_ones_is_searched_once_whatever_its_words(monkeypatch):
    monkeypatch.setattr(diagnosis, "_SEARCHES", Searches())
    searched = []
    near, far = WrongPart.near, WrongPart.far
    monkeypatch.setattr(WrongPart, "near", lambda part: searched.append(part) or near(part))
    monkeypatch.setattr(WrongPart, "far", lambda part: searched.append(part) or far(part))
    said, counts = [], []
    for line in ("d_j = d_o * w_j * h_j * (2 - h_j)", "d_j = d_o * w_j * h_j * (2 - 1.0 * h_j)", "d_j = d_o * w_j * 3"):
        space = {"sigmoid": sigmoid}
        exec(gradients(line), space)
        said.append(str(judge("split-gradients", space)))
        counts.append(len(searched))
    assert said[0] == said[1] != said[2]
    assert 0 < counts[0] == counts[1] < counts[2]


@pytest.mark.parametrize(
    ("first", "second", "times"),
    [
        ({"a": np.ones(2)}, {"a": np.ones(2)}, 1),
        ({"a": np.ones(2)}, {"a": np.nextafter(np.ones(2), 2)}, 2),
        ({"a": np.ones(2)}, {"a": np.ones((2, 1))}, 2),
        ({"a": np.ones(2)}, {"b": np.ones(2)}, 2),
        ({"a": np.ones(2), "b": np.array("x")}, {"a": np.ones(2), "b": np.array("x")}, 2),
    ],
)
def test_results_that_differ_in_a_bit_a_shape_or_a_name_are_searched_each(first, second, times):
    asked, case, searches = [], object(), Searches()
    for answer in (first, second):
        searches.found("part", [case], [answer], lambda: asked.append(1))
    assert len(asked) == times


def test_another_part_or_another_call_is_searched_by_itself():
    asked, searches, case = [], Searches(), object()
    for part, compared in (("a", case), ("b", case), ("a", object())):
        searches.found(part, [compared], [{"a": np.ones(2)}], lambda: asked.append(1))
    assert len(asked) == 3
