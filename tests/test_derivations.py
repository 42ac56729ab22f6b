"""Derivations: equivalent lines pass, the first false step is named with numbers, an omitted one is asked for."""

import ast

import pytest

from backprop_course.checks import judge
from backprop_course.checks.proof import right_answers
from backprop_course.exercises import EXERCISES, Derivation
from backprop_course.exercises.written import WRITTEN

DERIVATIONS = [one.id for one in EXERCISES.values() if isinstance(one, Derivation)]
every_derivation = pytest.mark.parametrize("id", DERIVATIONS)

RIGHT = {
    "logistic-derivation": [
        ["exp(z) * (1 + exp(z)) / (1 + exp(z))**2 - exp(z)**2 / (1 + exp(z))^2", "s - s**2"],
        ["= (1 + e**-z)**-2 * e**-z", "1/(1+exp(-z)) - 1/(1+exp(-z))**2", "s*(1-s)"],
        ("exp(-z)/(1+exp(-z))**2", "(1 - s) * s"),
    ],
    "cross-entropy-derivation": [
        ["(y_hat - y) / (y_hat * (1 - y_hat)) * y_hat * (1 - y_hat)", "y_hat - y"],
        ["y_hat*(1-y_hat)*(-y/y_hat) + y_hat*(1-y_hat)*(1-y)/(1-y_hat)", "y_hat*(1-y) - y*(1-y_hat)", "-y + y_hat"],
    ],
    "eigendirection-derivation": [
        ["lam*a + mu*a - lam*a_star", "(mu + lam)*a - lam*a_star", "(a - lam*a_star/(mu + lam)) * (lam + mu)"],
    ],
}


def answered(id, lines):
    [name] = EXERCISES[id].goals
    return judge(id, {name: lines})


@every_derivation
def test_the_courses_own_lines_get_every_point(id):
    verdict = judge(id, right_answers(EXERCISES[id]))
    assert verdict.passed
    assert verdict.points == EXERCISES[id].points


@pytest.mark.parametrize(("id", "lines"), [(id, lines) for id, several in RIGHT.items() for lines in several])
def test_any_equivalent_lines_pass(id, lines):
    assert answered(id, lines).passed, str(answered(id, lines))


@every_derivation
def test_no_lines_yet_are_no_mistake(id):
    for nothing in ({}, {name: [] for name in EXERCISES[id].goals}, dict.fromkeys(EXERCISES[id].goals)):
        assert {part.status for part in judge(id, nothing).parts} == {"missing"}


@every_derivation
def test_each_line_that_is_turned_is_the_first_false_step(id):
    for name, goal in EXERCISES[id].goals.items():
        for k in range(1, len(goal.lines)):
            lines = [*goal.lines[:k], f"-({goal.lines[k]})", *goal.lines[k + 1 :]]
            verdict = judge(id, right_answers(EXERCISES[id]) | {name: lines})
            [steps] = [part for part in verdict.parts if part.name == f"steps of {name}"]
            assert f"line {k + 1} is not equal to line {k}" in steps.message
            assert "At " in steps.message
            assert verdict.points < EXERCISES[id].points


@pytest.mark.parametrize(
    "start",
    [
        "(-y / y_hat + (1 - y) / (1 - y_hat)) * y_hat * (1 - y_hat)",
        "y_hat * (1 - y_hat) * -(y / y_hat - (1 - y) / (1 - y_hat))",
        "(-y * y_hat**-1 + (1 - y) / (1 - y_hat)) / (1 / (y_hat * (1 - y_hat)))",
    ],
)
def test_what_was_known_before_and_what_is_to_come_out_are_no_derivation(start):
    verdict = answered("cross-entropy-derivation", [start, "y_hat - y"])
    assert verdict.points == 1
    assert "a step is left out" in str(verdict)
    assert "what cancels" in str(verdict)
    assert answered("cross-entropy-derivation", [start, "-y*(1-y_hat) + (1-y)*y_hat", "y_hat - y"]).passed


@every_derivation
def test_each_step_that_may_not_be_left_out_is_asked_for_where_its_lines_are(id):
    for name, goal in EXERCISES[id].goals.items():
        trees = [ast.parse(line, mode="eval").body for line in goal.lines]
        for step, shows in goal.steps.items():
            lines = [line for line, tree in zip(goal.lines, trees, strict=True) if not shows(tree)]
            verdict = judge(id, right_answers(EXERCISES[id]) | {name: lines})
            [steps] = [part for part in verdict.parts if part.name == f"steps of {name}"]
            assert f"Show {step}" in steps.message


def test_the_same_false_step_gets_the_same_counterexample():
    lines = ["exp(-z)/(1+exp(-z))**2", "s*(1+s)"]
    assert len({str(answered("logistic-derivation", lines)) for _ in range(5)}) == 1


@every_derivation
def test_whoever_only_writes_the_end_gets_nothing_and_is_asked_for_the_way(id):
    ends = {name: [goal.lines[-1], goal.lines[-1]] for name, goal in EXERCISES[id].goals.items()}
    verdict = judge(id, ends)
    assert verdict.points == 0
    assert "a step is left out" in str(verdict)
    assert "line 1 is the end already" in str(verdict)


@every_derivation
def test_a_last_line_of_another_form_is_told_what_is_left_to_do(id):
    unfinished = {name: list(goal.lines[:-1]) or list(goal.lines) for name, goal in EXERCISES[id].goals.items()}
    verdict = judge(id, {name: lines * 2 if len(lines) == 1 else lines for name, lines in unfinished.items()})
    assert "not yet there" in str(verdict) or "cannot be read off yet" in str(verdict)
    assert 0 < verdict.points < EXERCISES[id].points


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("s*(1-s)", "a list of lines is expected"),
        ([1.0], "each line is typed as text"),
        (["exp(-z", "s"], "its line 1"),
        (["s*(1-s)", "s*(1-t)"], "its line 2 holds 't'"),
        (["s*(1-s)"] * 99, "a dozen are enough"),
        (["z", "z"], "line 1 is not the slope of the sigmoid at z"),
    ],
)
def test_what_is_no_derivation_is_said(lines, said):
    assert said in str(answered("logistic-derivation", lines))


def test_at_most_twenty_points_are_left_to_graders():
    assert sum(one.points for several in WRITTEN.values() for one in several) <= 20


def test_a_line_that_one_change_mends_is_told_by_it():
    lines = ["lam*(a - a_star) + 2*mu*a", "(lam + 2*mu)*a - lam*a_star"]
    start, steps, _ = answered("eigendirection-derivation", lines).parts
    assert steps.status == "right"
    assert "One change makes it right, for example: one thing less in `2 * mu`." in start.message.split("\n")
    assert start.edit == "extra"
    _, steps, _ = answered("eigendirection-derivation", ["lam*(a - a_star) + mu*a", "(lam - mu)*a - lam*a_star"]).parts
    assert "another operation in `lam - mu`." in steps.message.split("\n")[1]
    _, steps, _ = answered("eigendirection-derivation", ["lam*(a - a_star) + mu*a", "a_star**3"]).parts
    assert "One change" not in steps.message
