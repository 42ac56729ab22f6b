"""`check` survives whatever a notebook holds, says what it found, and says nothing on stderr."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest
from hostile import OBJECTS
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from backprop_course import CourseError, check, given, gradients
from backprop_course.calling.guard import Raised, Returned, Stopwatch, call
from backprop_course.calling.reading import Unreadable, arrays, read_array, read_number
from backprop_course.checks import judge
from backprop_course.exercises import EXERCISES, Function, Values
from backprop_course.networks import chain, mlp

VALUES = EXERCISES["chain-forward"]


@pytest.mark.parametrize("name", OBJECTS)
def test_check_survives_any_object_as_a_number(name, capfd):
    namespace = {"check": check, **VALUES.givens, **dict.fromkeys(VALUES.asked, OBJECTS[name])}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        points = eval("check('chain-forward')", namespace)
    assert isinstance(points, float)
    assert points == (1 if "complex" in name else 0)  # without an imaginary part it is z_j
    out, err = capfd.readouterr()
    assert err == ""
    assert f"chain-forward: {points:g} of 7 points" in out
    assert "could not be carried out" not in out
    assert "converted" not in out
    for value in VALUES.expected.values():
        if name not in ("decimal", "fraction", "list", "tuple", "named tuple", "dict", "lying dict"):
            assert f"{value:.4g}" not in out.replace("0 of 7", "").replace("1.05'", "") or "complex" in name


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("exercise", ["chain-gradients", "chain-descent"])
def test_check_survives_any_object_as_a_function_and_as_its_result(name, exercise, capfd):
    function = EXERCISES[exercise].name
    for value in (OBJECTS[name], lambda *_: OBJECTS[name], lambda *_: dict.fromkeys(chain.weights, OBJECTS[name])):
        points = eval(f"check({exercise!r})", {"check": check, function: value})
        assert isinstance(points, float)
        assert points == 0
        out, err = capfd.readouterr()
        assert err == ""
        assert "could not be carried out" not in out


def raising(error):
    def function(*arguments):
        raise error

    return function


class MuteError(Exception):
    def __str__(self):
        raise ValueError("no message for you")


class BaseOnly(BaseException):
    pass


def writes_to_stderr(*arguments):
    print("to stderr", file=sys.stderr)
    os.write(2, b"to descriptor 2")
    os.write(1, b"to descriptor 1")
    subprocess.run(["sh", "-c", "echo from a child >&2"], check=False)
    warnings.warn("a warning", stacklevel=1)
    np.array([1.0]) / np.array([0.0])


async def awaits(*arguments):
    return 1.0


class ComplainsAtTheEnd:
    def __del__(self):
        raise ValueError("too late")


def recurses(*arguments):
    return recurses(*arguments)


BEHAVIOURS = {
    "raises": raising(ValueError("my own words")),
    "raises a mute error": raising(MuteError()),
    "exits": raising(SystemExit(3)),
    "interrupts": raising(KeyboardInterrupt()),
    "raises no exception": raising(BaseOnly()),
    "stops iteration": raising(StopIteration()),
    "runs out of memory": lambda *_: bytearray(10**18),
    "recurses": recurses,
    "takes nothing": dict,
    "is async": awaits,
    "yields": lambda *_: (yield),
    "complains at the end": lambda *_: ComplainsAtTheEnd(),
    "writes to stderr": writes_to_stderr,
    "changes NumPy's error state": lambda *_: np.seterr(all="raise") and None,
}


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_check_survives_any_behaviour_of_a_function(name, capfd):
    points = eval("check('chain-gradients')", {"check": check, "chain_gradients": BEHAVIOURS[name]})
    assert isinstance(points, float)
    assert points == (1 if "complex" in name else 0)  # without an imaginary part it is z_j
    out, err = capfd.readouterr()
    assert err == ""
    assert "descriptor" not in out
    assert "could not be carried out" not in out
    assert np.geterr()["over"] != "raise"


def catches_all(*arguments):
    while True:
        try:
            time.sleep(0.001)
        except BaseException:
            continue


def loops(*arguments):
    while True:
        pass


@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="no alarm on this platform")
@pytest.mark.parametrize("function", [loops, catches_all])
def test_a_function_that_never_ends_is_stopped_and_said_so(function, monkeypatch):
    monkeypatch.setattr("backprop_course.checks.called.SECONDS", 0.2)
    verdict = judge("chain-gradients", {"chain_gradients": function})
    assert verdict.points == 0
    assert "still running after 0.2 seconds" in str(verdict)


@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="no alarm on this platform")
def test_an_alarm_that_comes_late_is_not_heard():
    code = """
import signal
from backprop_course.calling.guard import Stopwatch, call

def loops():
    while True:
        pass

call(loops, {}, lambda value: value, Stopwatch(0.01))
signal.raise_signal(signal.SIGALRM)
print("went on")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("went on\n", "")


def test_the_time_is_for_all_calls_together():
    watch = Stopwatch(0.2)
    started = time.perf_counter()
    for _ in range(3):
        call(loops, {}, arrays, watch)
    assert time.perf_counter() - started < 1.5


def test_a_thread_without_alarms_still_gets_a_verdict():
    found = []
    thread = threading.Thread(target=lambda: found.append(judge("chain-descent", {"gradient_step": lambda w, g, e: w})))
    thread.start()
    thread.join()
    assert found[0].points == 0


def test_what_a_function_prints_is_shown_as_a_note_and_no_more():
    def chatty(weights, gradients, eta):
        print("<b>debug</b>", eta)
        return weights

    verdict = judge("chain-descent", {"gradient_step": chatty})
    assert any("debug" in note for note in verdict.notes)
    assert "<b>" not in verdict._repr_html_()


def test_the_line_that_raises_is_named():
    def chain_gradients(w_in, w_j, w_k, x, y):
        z = w_in * x
        return z / 0

    verdict = judge("chain-gradients", {"chain_gradients": chain_gradients})
    line = chain_gradients.__code__.co_firstlineno + 2
    assert f"ZeroDivisionError: float division by zero (in line {line} of its cell)" in str(verdict)


def test_an_unfinished_function_is_missing_not_wrong():
    verdict = judge("chain-gradients", {"chain_gradients": raising(NotImplementedError())})
    assert {part.status for part in verdict.parts} == {"missing"}


def test_a_missing_key_costs_only_itself():
    def two_of_three(w_in, w_j, w_k, x, y):
        found = gradients(chain, {"w_in": w_in, "w_j": w_j, "w_k": w_k}, x, y)
        return {"w_k": found["w_k"], "w_j": found["w_j"], "win": found["w_in"]}

    verdict = judge("chain-gradients", {"chain_gradients": two_of_three})
    assert verdict.points == 2
    assert "its keys are 'w_k', 'w_j', 'win'" in str(verdict)


def test_a_name_given_anew_is_noticed():
    answers = {name: VALUES.expected[name] for name in VALUES.asked}
    verdict = judge("chain-forward", {**VALUES.givens, **answers, "x": 3.0})
    assert verdict.passed  # the numbers are right for the given x: what a student does to a name changes nothing
    assert "x no longer has the given value" in str(verdict)


@pytest.mark.parametrize("digits", [1, 2])
def test_a_rounded_answer_is_told_so(digits):
    answers = {name: VALUES.expected[name] for name in VALUES.asked}
    verdict = judge("chain-forward", {**VALUES.givens, **answers, "h_j": round(answers["h_j"], digits)})
    assert f"rounded to {digits} decimal" in str(verdict)


def test_feedback_never_shows_an_expected_value():
    for exercise in EXERCISES.values():
        if isinstance(exercise, Values):
            for predicted in exercise.predicted[::60]:  # each takes a search for each of its first wrong numbers
                wrong = {name: predicted[name] * 1.31 for name in exercise.asked}
                text = str(judge(exercise.id, {**exercise.givens, **wrong}))
                for name in exercise.asked:
                    assert f"{exercise.expected[name]:.4g}" not in text


def test_given_hands_out_a_copy():
    numbers = given("chain-forward")
    numbers["x"] = 100.0
    assert given("chain-forward")["x"] == VALUES.givens["x"]
    assert "<table>" in numbers._repr_html_()


def test_an_unknown_exercise_is_an_error_that_names_the_closest():
    for function in (check, given, lambda id: judge(id, {})):
        with pytest.raises(CourseError, match=r"no exercise .chain-forwards.; did you mean .chain-forward.\?"):
            function("chain-forwards")
    with pytest.raises(CourseError, match="has no given numbers"):
        given("chain-gradients")


def test_a_patched_numpy_gives_a_verdict_all_the_same(monkeypatch):
    monkeypatch.setattr(np, "asarray", lambda *_: 1 / 0)
    monkeypatch.setattr(np, "isfinite", lambda *_: 1 / 0)
    verdict = judge("chain-gradients", {"chain_gradients": lambda *_: {"w_in": 1.0, "w_j": 1.0, "w_k": 1.0}})
    assert verdict.points == 0


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=5)
    | st.complex_numbers()
    | st.binary(max_size=3)
    | st.sampled_from(sorted(set(OBJECTS) - {"raising everything", "exiting metaclass", "exiting class"})).map(
        lambda name: OBJECTS[name]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["w_in", "w_j", "w_k", "w", 3]), inner, max_size=3)
        | st.builds(np.array, st.lists(st.floats(), max_size=3))
    ),
    max_leaves=5,
)


@settings(deadline=None, max_examples=150)
@drawn(st.dictionaries(st.sampled_from(VALUES.asked), anything))
def test_judging_values_never_raises(answers):
    verdict = judge("chain-forward", answers)
    assert 0 <= verdict.points <= verdict.max_points
    assert "could not be carried out" not in str(verdict)
    assert verdict.to_json()["points"] == verdict.points


@settings(deadline=None, max_examples=150)
@drawn(anything, st.sampled_from([e.id for e in EXERCISES.values() if isinstance(e, Function)]))
def test_judging_functions_never_raises(result, exercise):
    verdict = judge(exercise, {EXERCISES[exercise].name: lambda *_: result})
    assert verdict.points == 0 or isinstance(result, dict)
    assert "could not be carried out" not in str(verdict)
    verdict._repr_html_()


@settings(deadline=None)
@drawn(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_is_read_the_same_in_every_style(value):
    for style in (float, np.float64, np.float32, np.array, lambda v: np.array([v]), lambda v: np.array([[v]])):
        assert read_number(style(value)) == value


def test_nested_lists_are_read_as_arrays_and_ragged_ones_are_not():
    assert read_array([[1, 2.0], (3, np.float32(4))]).tolist() == [[1, 2], [3, 4]]
    assert isinstance(read_array([[1], [1, 2]]), Unreadable)


def test_a_call_keeps_result_or_reason():
    watch = Stopwatch(1)
    assert isinstance(call(lambda a: a, {"a": 1.0}, arrays, watch), Returned)
    raised = call(lambda a: 1 / 0, {"a": 1.0}, arrays, watch)
    assert isinstance(raised, Raised)
    assert raised.kind == "ZeroDivisionError"


def test_a_function_for_single_numbers_is_told_from_numpys():
    text = str(judge("mlp-sigmoid", {"sigmoid": lambda t: 1 / (1 + math.exp(-t))}))
    assert "for a whole array there are those of NumPy, as np.exp" in text


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [
        (lambda gradient: gradient.T, "transposed"),
        (lambda gradient: gradient[None], "axis of size 1"),
        (lambda gradient: gradient.sum(axis=0), "added up over an axis too many"),
        (lambda gradient: np.stack([gradient, gradient]), "sum over an axis missing"),
    ],
)
def test_a_wrong_shape_is_told_with_both_shapes_and_the_likely_cause(wrong, cause):
    def simple_backpropagation(y, x, W):
        found = gradients(mlp(*W["w_1"].shape, biased=False), W, x, y)
        return {**found, "w_1": wrong(found["w_1"])}

    text = str(judge("mlp-backward", {"simple_backpropagation": simple_backpropagation}))
    assert cause in text
    assert "has shape (" in text
    assert "is expected" in text


def test_no_object_beside_the_answers_is_asked_what_it_is():
    verdict = judge("chain-forward", {**VALUES.givens, "zj": OBJECTS["exiting metaclass"], "z_j": None})
    assert "no answer yet" in str(verdict)
