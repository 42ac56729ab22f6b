"""Mistakes that are another equation: a line of the catalogue, carried out in the steps of its rule."""

import pytest

from backprop_course import CourseError
from backprop_course.exercises import EXERCISES
from backprop_course.misconceptions import MISCONCEPTIONS, registry
from backprop_course.misconceptions.points import ValuesAt
from backprop_course.misconceptions.wrong_equations import wrong_equation


@pytest.fixture
def made(monkeypatch):
    """What a new mistake gives for a quantity of the skip regressor, each way to make it; all other values."""
    monkeypatch.setattr(registry, "MISCONCEPTIONS", dict(MISCONCEPTIONS))

    def make(target, *arguments, **equations):
        wrong_equation("invented", "it is invented", "Look closely.", *arguments, **equations)
        exercise = EXERCISES["skip-regressor-values"]
        point = ValuesAt(exercise.steps, exercise.start)
        found = registry.MISCONCEPTIONS["invented"].variants(exercise.steps)
        return [point.predicted(variant.changes, target) for variant in found if not variant.place], point.values

    return make


def test_an_equation_is_in_the_names_of_its_rule(made):
    (value,), right = made("dL_dw_1", to_weight="h + dL_dz")
    assert value == pytest.approx(right["h_0"] + right["dL_dz_1"])


def test_what_comes_out_rightly_may_stand_in_it(made):
    (value,), right = made("dL_dw_1", to_weight="right / 2")
    assert value == pytest.approx(right["dL_dw_1"] / 2)


def test_several_ways_are_tried_each(made):
    values, right = made("dL_dw_1", to_weight=("h", "2 * h"))
    assert values == [right["h_0"], 2 * right["h_0"]]


def test_it_is_made_only_where_its_rule_stands_so(made):
    assert made("dL_dw_1", lambda edge: False, to_weight="h")[0] == []


def test_what_is_no_equation_of_the_course_is_refused(made):
    with pytest.raises(CourseError, match="no operation of the course"):
        made("dL_dw_1", to_weight="h[0]")
