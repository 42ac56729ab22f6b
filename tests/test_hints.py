"""Hints: three degrees for all that is asked, true, counted, limited by a class, and never what is asked."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from backprop_course import checks, hint, in_class
from backprop_course.checks import judge
from backprop_course.checks.help import Help, offered
from backprop_course.checks.hints import hints_on, stuck_at
from backprop_course.checks.settings import Settings, settings
from backprop_course.errors import CourseError
from backprop_course.exercises import EXERCISES, NOTEBOOKS, Formula, Values, exercise
from backprop_course.exercises.model_answers import model_answer

PARTS = [(e.id, part) for e in EXERCISES.values() for part in e.parts]
every_part = pytest.mark.parametrize(("id", "part"), PARTS, ids=[f"{id}:{part}" for id, part in PARTS])


@pytest.fixture(autouse=True)
def self_study(monkeypatch):
    monkeypatch.setattr("backprop_course.checks.settings._here", [Settings()])


@pytest.fixture
def shell(monkeypatch):
    shown = []
    display = SimpleNamespace(publish=lambda data, metadata: shown.append((data, metadata)))
    shell = SimpleNamespace(db={}, display_pub=display, shown=shown)
    monkeypatch.setattr(checks, "ipython", lambda: shell)
    monkeypatch.setattr(checks, "_as_it_stands", lambda verdict, shell, namespace: verdict)
    return shell


def texts(id, part, namespace=None):
    return [str(one) for one in hints_on(exercise(id), part, namespace or {})]


@every_part
def test_all_that_is_asked_has_three_degrees_of_hint(id, part):
    found = texts(id, part)
    assert len(found) == len(set(found)) == 3
    assert all(10 < len(one) < 420 for one in found)


@every_part
def test_a_hint_can_be_shown_in_a_notebook(id, part):
    for one in hints_on(exercise(id), part, {}):
        assert one.text.replace("'", "&#x27;").split("<")[0].split(">")[0].split("&")[0] in one.html


@pytest.mark.parametrize("id", [e.id for e in EXERCISES.values() if isinstance(e, Values)])
def test_no_hint_holds_a_value_that_is_asked(id):
    asked = exercise(id)
    for part in asked.asked:
        if abs(asked.expected[part]) in (0, 1):
            continue
        numbers = [float(one) for text in texts(id, part) for one in re.findall(r"-?\d+\.\d+", text)]
        assert not [one for one in numbers if np.isclose(abs(one), abs(asked.expected[part]), rtol=1e-3)]


@pytest.mark.parametrize("id", [e.id for e in EXERCISES.values() if isinstance(e, Formula)])
def test_a_hint_on_a_formula_does_not_write_it_down(id):
    asked = exercise(id)
    for part in asked.asked:
        for text in texts(id, part):
            for piece in re.findall(r"[\w\s()*/+.^-]+", text):
                if not re.search(r"[a-z_]\w*\W*[-+*/^(]", piece):  # no formula: a word, a number, a line of them
                    continue
                verdict = judge(id, {part: piece.strip()})
                [found] = [one for one in verdict.parts if one.name == part]
                assert found.status != "right", piece


@every_part
def test_what_is_worked_with_other_numbers_is_worked_right(id, part):
    for text in texts(id, part):
        worked = re.fullmatch(r"With other numbers, .*: (.*) = (\S+)\.", text)
        if worked:
            names = {
                "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
                "tanh": np.tanh,
                "log": np.log,
                "abs": abs,
                "sign": np.sign,
                "step": lambda z: float(z >= 0),
                "relu": lambda z: max(z, 0),
            }
            assert np.isclose(eval(worked[1], names), float(worked[2]), rtol=1e-5)


def test_hints_are_about_the_first_thing_that_is_wrong_by_itself():
    numbers = {**exercise("chain-forward").expected, "h_j": 9.0, "z_k": 8.0, "L": None}
    assert stuck_at(judge("chain-forward", numbers)) == "h_j"
    assert stuck_at(judge("chain-forward", {})) == "z_j"
    assert stuck_at(judge("chain-forward", exercise("chain-forward").expected)) == ""


CHAIN = """
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
def chain_gradients(w_in, w_j, w_k, x, y):
    {names}
    return {{"w_in": dj * x, "w_j": dk * hj, "w_k": (yh - y) * hk}}
"""
RIGHT = """hj = sigmoid(w_in * x); hk = sigmoid(w_j * hj); yh = w_k * hk
    dk = (yh - y) * w_k * hk * (1 - hk); dj = dk * w_j * hj * (1 - hj); delta_k = dk"""


@pytest.mark.parametrize(
    ("names", "first"),
    [
        (RIGHT.replace("sigmoid(w_j * hj)", "w_j * hj"), "Your hj is right there; hk is the first that is not."),
        (RIGHT.replace("(1 - hk)", "(1 + hk)"), "Your hj, hk are right there; delta_k is the first that is not."),
    ],
)
def test_a_functions_own_variables_show_where_it_goes_wrong_first(names, first):
    namespace = {}
    exec(CHAIN.format(names=names), namespace)
    assert first in texts("chain-gradients", "w_in", namespace)[0]


@pytest.mark.parametrize("function", [None, 3, len, lambda: 1 / 0, lambda *a: [][1]])
def test_a_function_that_cannot_be_looked_into_still_gets_its_hints(function):
    assert len(texts("chain-gradients", "w_in", {"chain_gradients": function})) == 3


def test_a_second_failed_try_offers_hints_closed_one_inside_the_other():
    verdict = judge("chain-forward", {"z_j": 5.0})
    assert offered(verdict, 1, {}) == verdict
    again = offered(verdict, 2, {})
    shown = again._repr_html_()
    assert shown.count("<details style") == shown.count("</details>") == 3
    assert "<details open" not in shown
    assert re.search(r"Hint 1 of 3.*<details.*Hint 2 of 3.*<details.*Hint 3 of 3", shown, re.DOTALL)
    assert 'Stuck? hint("chain-forward") gives a hint on z_j' in str(again)
    assert str(again).count("Hint") == 0


def test_nothing_is_offered_where_all_is_right_or_the_verdict_is_about_an_earlier_run():
    in_class(model_answers=False)
    right = judge("chain-forward", exercise("chain-forward").expected)
    assert offered(right, 9, {}).folds == ()
    stale = replace(judge("chain-forward", {"z_j": 5.0}), stale="the cell above stopped")
    assert offered(stale, 9, {}).folds == ()


def test_hint_gives_one_degree_more_each_time_and_a_check_notes_how_many(shell, monkeypatch):
    monkeypatch.setitem(globals(), "z_j", 5.0)
    in_class()  # in self-study, who asks once more gives up
    for count in (1, 2, 3, 3):
        hint("chain-forward")
        said = shell.shown[-1][0]["text/plain"]
        assert said.count("Hint ") == count
        assert ("once more" in said) == (count < 3)
    checks.check("chain-forward")
    assert shell.shown[-1][1]["backprop-course"]["hints"] == 3


def test_the_next_part_starts_with_its_first_hint(shell, monkeypatch):
    hint("chain-forward")
    monkeypatch.setitem(globals(), "z_j", exercise("chain-forward").expected["z_j"])
    hint("chain-forward")
    assert shell.shown[-1][0]["text/plain"].startswith("Hint 1 of 3 on h_j")


def test_where_everything_is_right_there_is_nothing_to_hint_at(shell, monkeypatch):
    for name, value in exercise("chain-forward").expected.items():
        monkeypatch.setitem(globals(), name, value)
    hint("chain-forward")
    assert "everything is right" in shell.shown[-1][0]["text/plain"]


def test_who_has_all_points_can_compare():
    right = judge("chain-forward", exercise("chain-forward").expected)
    [fold] = offered(right, 1, {}).folds
    assert fold.summary == "One way to write it"
    assert "h_j = sigmoid(z_j)" in fold.html
    assert "<details open" not in offered(right, 1, {})._repr_html_()


def test_in_self_study_who_has_had_all_hints_can_give_up(shell):
    for _ in range(3):
        hint("chain-forward")
    assert "once more gives up" in shell.shown[-1][0]["text/plain"]
    assert "sigmoid(z_j)" not in shell.shown[-1][0]["text/plain"]
    hint("chain-forward")
    for form in "text/plain", "text/html":
        assert "h_j = sigmoid(z_j)" in shell.shown[-1][0][form]
    hint("chain-forward")
    assert "h_j = sigmoid(z_j)" in shell.shown[-1][0]["text/plain"]


@pytest.mark.parametrize("id", EXERCISES)
def test_every_exercise_has_one_way_to_write_it_that_gets_every_point(id):
    answer = model_answer(id)
    assert "SOLUTION" not in answer
    names = {"np": np, "sigmoid": lambda z: 1 / (1 + np.exp(-np.asarray(z))), "relu": lambda z: np.maximum(z, 0)}
    asked = exercise(id)
    if isinstance(asked, Values):
        names |= dict(asked.start) | {name: asked.expected[name] for name in asked.earlier}
    notebook = next(found for found in NOTEBOOKS.values() if asked.id in [one.id for one in found])
    for one in notebook:
        exec(model_answer(one.id), names) if one.written else None
    exec(answer, names)
    assert judge(id, names).points == asked.points


@pytest.mark.parametrize(("allowed", "said"), [(0, "there are no hints here"), (1, "no more hints than these")])
def test_a_class_limits_hints(shell, allowed, said):
    in_class(hints=allowed)
    hint("chain-forward")
    assert said in shell.shown[-1][0]["text/plain"]
    assert shell.shown[-1][0]["text/plain"].count("Hint ") == allowed
    assert len(offered(judge("chain-forward", {"z_j": 5.0}), 2, {}).folds) == allowed


@pytest.mark.parametrize("wrong", [{"hints": 4}, {"hints": -1}, {"hints": True}, {"model_answers": 1}])
def test_what_is_no_setting_is_refused(wrong):
    with pytest.raises(CourseError, match="is expected"):
        in_class(**wrong)


def test_the_line_of_a_set_up_cell_sets_what_it_says():
    exec(Settings(1, False).line, {})
    assert settings() == Settings(1, False, self_study=False)


def test_grading_shows_no_hints(shell, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    hint("chain-forward")
    assert shell.shown == []


def test_an_exercise_that_does_not_exist_is_named():
    with pytest.raises(CourseError, match="chain-forward"):
        hint("chain-foward")


def test_without_a_notebook_a_hint_is_printed(monkeypatch, capsys):
    monkeypatch.setattr(checks, "ipython", lambda: None)
    hint("chain-forward")
    assert capsys.readouterr().out.startswith("Hint 1 of 3 on z_j: z_j is made from x and w_in.")


def test_a_students_text_in_a_hint_stays_text():
    verdict = judge("chain-forward", {"z_j": "<b>"})
    assert "<b>" not in Help.on(verdict, {"z_j": "<b>"}).output(3)[0]["text/html"]
