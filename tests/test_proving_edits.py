"""The proof of edits that nobody listed: each is rejected, and nothing false is said of it; what is alike is listed."""

from __future__ import annotations

import re

import numpy as np
import pytest

from backprop_course.checks import edited_functions, edited_quantities
from backprop_course.checks.edited import Likeness, MistakenAnswer, clause_of, edited
from backprop_course.checks.proving_edits import prove_edits, prove_pairs
from backprop_course.checks.verdict import Part
from backprop_course.cli import main
from backprop_course.core.network import Network, Unit
from backprop_course.exercises import EXERCISES, Givens, values

WITH_EQUATIONS = [exercise for exercise in EXERCISES.values() if edited(exercise)]


def _few(exercise, numbers, functions):
    """How many edits of an exercise are tried: a function takes some twenty times as long."""
    return functions * len(exercise.written) if exercise.written else numbers


@pytest.mark.parametrize("exercise", WITH_EQUATIONS, ids=lambda e: e.id)
def test_a_single_edit_of_an_exercise_is_rejected_and_never_told_falsely(exercise):
    found = prove_edits(exercise, _few(exercise, 12, 2), seed=7)
    assert found.passed, found
    assert found.count("true", "true here", "fact") >= 0.5 * (found.tried - found.count("nothing", "no answer")), found


@pytest.mark.parametrize("exercise", WITH_EQUATIONS, ids=lambda e: e.id)
def test_two_edits_at_once_are_rejected_and_never_told_falsely(exercise):
    found = prove_pairs(exercise, _few(exercise, 5, 1), seed=7)
    if found is None:  # each answer is made in one equation
        for one in edited(exercise):
            places = {(part, made.place) for made, part in one.singles() if made.place}
            assert len(places) == len({part for part, _ in places})
    else:
        assert found.passed, found


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("chain-cache", "x stands for the result in the equation of C_3"),  # 1.5: no infinity explains it
        ("skip-regressor-forward", "sqrt is applied to the result in the equation of h_0"),  # below 0 it is 0, not nan
        ("softmax", "a sign is turned in the equation of y_hat"),  # z + max is right where exp has a number
    ],
)
def test_what_has_no_value_somewhere_explains_nothing_there(id, words):
    (exercise,) = edited(EXERCISES[id])
    tried = [MistakenAnswer(*one) for one in exercise.singles() if clause_of(one[0]) == words]
    for answer in tried:
        with np.errstate(all="ignore"):
            told = [part for part in exercise.judged(answer) if part.because and exercise.shows(answer)]
            assert all(exercise.likeness(answer, part) is not Likeness.NOWHERE for part in told), told
        assert not any("two mistakes" in part.message for part in told), told
    assert tried


def test_all_single_edits_of_a_small_exercise_are_carried_out():
    unit = Network(Unit("a", "linear", {"w": "x"}), loss="squared_error")
    exercise = values("one-unit", unit, ["z_a"], numbers=Givens(x=0.7, w=0.9, y=0.4))
    found = prove_edits(exercise)
    assert found.passed, found
    assert found.tried == found.of > 90
    assert re.match(r"    \d+ single edits of its equations: \d+ give something wrong, all rejected;", str(found))


def test_edits_that_only_these_numbers_keep_from_being_told_apart_are_listed_with_that_reason():
    unit = Network(Unit("a", "linear", {"w": "x"}), loss="squared_error")

    def listed(**numbers):
        proof = str(prove_edits(values("unit", unit, ["z_a"], numbers=Givens(numbers))))
        return [line for line in proof.splitlines() if "the same at these numbers" in line]

    alike = re.compile(r"\bx stands where a weight belongs in the equation of z_a \| y stands where a weight belongs")
    assert any(map(alike.search, listed(x=0.7, w=0.9, y=0.7)))
    assert not any(map(alike.search, listed(x=0.7, w=0.9, y=0.4)))


def test_what_gives_the_same_at_all_numbers_is_listed_together():
    proof = str(prove_edits(EXERCISES["chain-deltas"], 150))
    assert re.search(r"the same at all numbers: .*a sign is turned in the equation of delta_j; abs is applied", proof)


@pytest.fixture
def told_wrongly(monkeypatch):
    """Every edit of a number is told as the same one, which gives something else."""
    exercise = EXERCISES["chain-deltas"]
    wrong = next(made for made, _ in edited(exercise)[0].singles() if "exp is applied to the result" in made.told)
    said = Part("delta_j", "wrong", message=wrong.told, edit=wrong.edit, because=wrong)
    monkeypatch.setattr(edited_quantities.EditedValues, "judged", lambda self, answer: (said,))
    return exercise.id


def test_what_is_told_falsely_is_found_and_makes_the_command_fail(told_wrongly, capsys):
    pytest.importorskip("nbgrader", reason="the commands need the extra `course`")
    assert main(["prove", told_wrongly, "--edits", "30"]) == 1
    printed = capsys.readouterr().out
    assert "told falsely: " in printed
    assert "(told: delta_j: this is exactly what comes out if exp is applied to the result" in printed


def test_what_is_accepted_though_wrong_is_found(monkeypatch):
    exercise = EXERCISES["shrinkage-factors"]
    monkeypatch.setattr(edited_functions.EditedFunction, "judged", lambda self, answer: (Part("shrinkage", "right"),))
    found = prove_edits(exercise, 5)
    assert not found.passed
    assert "accepted: " in str(found)


def test_single_edits_are_proven_on_demand_and_the_same_ones_each_time(capsys):
    pytest.importorskip("nbgrader", reason="the commands need the extra `course`")
    assert main(["prove", "chain-deltas"]) == 0
    assert "single edits" not in capsys.readouterr().out
    assert main(["prove", "chain-deltas", "gradient-shapes", "--edits", "20"]) == 0
    first = capsys.readouterr().out
    assert re.search(r"    20 of \d+ single edits of its equations: \d+ give something wrong, all rejected;", first)
    assert first.count("single edits") == 1  # shapes have no equations
    main(["prove", "chain-deltas", "gradient-shapes", "--edits", "20"])
    assert capsys.readouterr().out == first


def test_an_explanation_is_carried_out_again_to_see_whether_it_is_true():
    (numbers,) = edited(EXERCISES["chain-deltas"])
    singles = [made for made, _ in numbers.singles() if made.place == "delta_k"]
    (doubled,) = [
        made for made in singles if made.told.startswith("this is exactly what comes out if something is halved")
    ][:1]
    (other,) = [made for made in singles if "exp is applied to the result" in made.told]
    told = Part("delta_k", "wrong", because=doubled)
    assert numbers.likeness(MistakenAnswer(doubled), told) is Likeness.EVERYWHERE
    assert numbers.likeness(MistakenAnswer(other), told) is Likeness.NOWHERE
