"""The button below a verdict that gives an exercise again with new numbers: when it is there, and what it does."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from backprop_course import Network, Unit
from backprop_course.checks import check
from backprop_course.checks.output import VERDICT_KEY
from backprop_course.checks.personal import end_practice
from backprop_course.checks.practice import pressed
from backprop_course.checks.settings import Settings, during
from backprop_course.exercises import EXERCISES, Givens, register, values
from backprop_course.exercises.registry import set_aside

CHAIN = EXERCISES["chain-forward"]
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def notebook(monkeypatch):
    """A notebook's names, in which all is right, and what it puts out."""
    shell = SimpleNamespace(out=[], db={}, events=SimpleNamespace(register=lambda *_: None), user_ns={})
    shell.display_pub = SimpleNamespace(publish=lambda data, metadata: shell.out.append((data, metadata)))
    monkeypatch.setattr("backprop_course.checks.ipython", lambda: shell)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    names = {"check": check, "shell": shell, **CHAIN.givens, **{name: CHAIN.expected[name] for name in CHAIN.asked}}
    yield names
    end_practice(CHAIN, names)


def offered(names, exercise="chain-forward"):
    """What stands below the verdict."""
    shell = names["shell"]
    shell.out.clear()
    exec(f'points = check("{exercise}")', names)
    [(_, verdict), *below] = shell.out
    assert VERDICT_KEY in verdict
    return [data for data, _ in below]


def press(monkeypatch, names):
    """Checks, presses the button, and returns what it is answered with."""
    made = []
    monkeypatch.setattr(
        "backprop_course.checks.practice_button.PracticeButton._repr_mimebundle_",
        lambda self, **_: made.append(self) or ({VIEW: {}}, {}),
    )
    assert len(offered(names)) == 1
    sent = []
    monkeypatch.setattr(made[0], "send", sent.append)
    made[0]._answer(None, {}, None)
    made[0]._answer(None, {"again": True}, None)
    assert sent[0] == {}
    return sent[1]["html"]


def test_below_a_verdict_on_right_answers_there_is_a_button_and_what_to_type_where_there_is_none(notebook):
    [bundle] = offered(notebook)
    typed = 'from backprop_course import practice, then practice("chain-forward"), in a cell of your own'
    assert typed in bundle["text/plain"]
    assert typed in bundle["text/html"].replace("&quot;", '"')
    assert VIEW in bundle


def test_a_press_binds_new_numbers_takes_the_answers_away_and_says_what_to_do_next(notebook, monkeypatch):
    said = press(monkeypatch, notebook)
    numbers = {name: notebook[name] for name in CHAIN.givens}
    assert numbers != CHAIN.givens
    assert all(f"<td>{value:g}</td>" in said for value in numbers.values())
    assert "Run the answer cells again, then their checks" in said
    assert notebook["z_j"] is notebook["L"] is None


def test_after_a_round_of_practice_the_button_is_there_again(notebook, monkeypatch):
    press(monkeypatch, notebook)
    assert len(offered(notebook)) == 1
    assert notebook["points"] == 0
    new = replace(CHAIN, givens=Givens({name: notebook[name] for name in CHAIN.givens}))
    notebook |= {name: new.expected[name] for name in CHAIN.asked}
    assert len(offered(notebook)) == 1
    assert "practice, 7 of 7 right, no points" in notebook["shell"].out[0][0]["text/plain"]


@pytest.mark.parametrize(
    "where", [Settings(self_study=False), Settings(practice=False)], ids=["a class", "no practice"]
)
def test_there_is_no_button_in_a_class(notebook, where):
    with during(where):
        assert offered(notebook) == []


def test_there_is_no_button_while_something_is_wrong(notebook):
    assert offered(notebook | {"L": 7.0}) == []


def test_there_is_no_button_where_an_exercise_gives_no_numbers(notebook):
    assert offered(notebook | {"h_j_once": "once"}, "chain-gradients") == []


def test_where_widgets_are_not_installed_the_words_say_what_to_type(notebook, monkeypatch):
    monkeypatch.setitem(sys.modules, "backprop_course.checks.practice_button", None)
    [bundle] = offered(notebook)
    assert bundle.keys() == {"text/plain", "text/html"}


def test_a_press_that_can_give_no_numbers_says_why(notebook, monkeypatch):
    net = Network(Unit("a", "linear", {"w_1": "x"}), Unit("o", "linear", {"w_2": "a"}), loss="squared_error")
    with set_aside():
        register(values("exam", net, numbers={"x": 0.001, "w_1": 300, "w_2": 0.004, "y": 2}))
        assert "No other numbers were found for exam" in pressed("exam", notebook)
    monkeypatch.setattr("backprop_course.checks.practice.start_practice", lambda *_: 1 / 0)
    assert "could not be given (ZeroDivisionError" in pressed("chain-forward", notebook)
