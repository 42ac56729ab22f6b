"""A wrong number whose line is known: the one change of that line which makes it right, at other numbers, too."""

import numpy as np
import pytest

from backprop_course.checks import check, judge
from backprop_course.exercises import EXERCISES

FORWARD = EXERCISES["chain-forward"]
TYPED = {
    "a term too many": ("z_j = w_in * x + 1", "z_j", "one thing less in `w_in * x + 1`"),
    "a name of one's own": (
        "bias = 1\ntogether = w_in * x\nz_j = together + bias",
        "z_j",
        "one thing less in `w_in * x + 1`",
    ),
    "several at once": ("z_j, h_j = w_in * x + 1, 0.5", "z_j", "one thing less in `w_in * x + 1`"),
}


def judged(source, *more, **changed):
    names = {"np": np, **FORWARD.givens}
    exec(source, names)
    return judge("chain-forward", {**names, **changed}, ["import numpy as np", source, *more])


def part(verdict, name):
    return next(part for part in verdict.parts if part.name == name)


@pytest.mark.parametrize("what", TYPED)
def test_a_number_that_nothing_explains_is_told_by_the_change_of_its_line(what):
    source, name, told = TYPED[what]
    found = part(judged(source), name)
    first, *rest = found.message.split("\n")
    assert first in (
        f"not right; one change makes it right: {told}.",
        f"not right; one change makes it right, for example: {told}.",
    )
    assert found.edit == "extra"
    assert rest  # what is said of every number stays


@pytest.mark.parametrize(
    "source",
    [
        "z_j = 2.3 * w_in + w_k * x",  # two changes
        "z_j = w_in * x\nz_j += 1",
        "for k in range(2):\n    z_j = w_in * x + k",
        "z_j = round(w_in * x) + 5",  # no formula
    ],
)
def test_where_no_one_change_of_one_line_makes_it_right_none_is_told(source):
    assert part(judged(source), "z_j").message.startswith("not right.")


def test_a_line_that_does_not_give_the_number_is_not_the_one():
    assert part(judged("z_j = w_in * x + 1", z_j=2.71), "z_j").message.startswith("not right.")
    assert part(judged("z_j = w_in * x + 1", "z_j = w_in * x + 2"), "z_j").message.startswith("not right.")


def test_a_change_that_is_right_with_the_given_numbers_alone_is_not_told():
    assert FORWARD.givens["w_in"] * FORWARD.givens["x"] == pytest.approx(1.05)
    found = part(judged("z_j = 1.05 + 1"), "z_j")
    assert "one change" not in found.message


def test_check_hands_on_what_the_kernel_has_run(capsys):
    names = {"check": check, "In": ["z_j = w_in * x + 1"], **FORWARD.givens}
    exec("z_j = w_in * x + 1\ncheck('chain-forward')", names)
    assert "one thing less in `w_in * x + 1`" in capsys.readouterr().out
