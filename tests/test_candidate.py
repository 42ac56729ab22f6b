"""What a candidate answers, asked directly."""

import linecache
import socket
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from backprop_course.calling.guard import Raised, Returned, Stopwatch, call, call_each
from backprop_course.calling.source import function_source
from backprop_course.sandbox.between.messages import Connection, Late, WireError
from backprop_course.sandbox.inside.candidate import Candidate
from backprop_course.sandbox.outside.conversation import Conversation
from backprop_course.sandbox.outside.proxies import GRACE, Names, Remote, allowed_exception, remote


@pytest.fixture
def asked():
    """Gives the names of a namespace as the examiner sees them; the candidate answers in a thread."""
    ends, threads = [], []

    def names(seconds=10.0, **namespace):
        here, there = map(Connection, socket.socketpair())
        ends.extend([here, there])
        candidate = Candidate(there, SimpleNamespace(user_ns=namespace))
        threads.append(threading.Thread(target=candidate.serve, daemon=True))
        threads[-1].start()
        return Names(Conversation(here, time.monotonic() + seconds, {}, lambda: here, remote), tuple(namespace))

    yield names
    for end in ends:
        end.socket.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join(5)
    for end in ends:
        end.socket.close()


def test_values_come_as_they_are(asked):
    names = asked(x=1.5, a=np.arange(3.0), none=None)
    assert (names["x"], names["none"], names.get("missing")) == (1.5, None, None)
    np.testing.assert_array_equal(names["a"], np.arange(3.0))


def test_no_name_comes_that_was_not_asked_for(asked):
    names = asked(x=1.0, y=2.0)
    names.allowed = ("x",)
    assert dict(names) == {"x": 1.0}


def test_a_function_is_called_over_there(asked):
    double = asked(double=lambda x: 2 * x)["double"]
    assert isinstance(double, Remote)
    assert double(4) == 8
    assert double(x=np.float32(1.5)) == np.float32(3)


def test_what_a_function_does_to_its_arguments_is_done_to_the_callers_when_the_statement_is_through(asked):
    def change(array, entries, table):
        array += 1
        entries.append(2)
        del table["a"]

    array, entries, table = np.zeros(2), [1], {"a": 1, "b": 2}
    names = asked(change=change)
    names["change"](array, entries, table)
    assert (array.tolist(), entries, table) == ([0.0, 0.0], [1], {"a": 1, "b": 2})
    names.line.put_back()
    assert (array.tolist(), entries, table) == ([1.0, 1.0], [1, 2], {"b": 2})


def test_functions_go_both_ways(asked):
    names = asked(twice=lambda f: lambda x: f(f(x)), apply=lambda f, x: f(x), same=lambda f: f)
    assert names["twice"](lambda x: x + 3)(1) == 7
    assert names["apply"](lambda x: x.sum(), np.ones(3)) == 3.0

    def mine(x):
        return x

    assert names["same"](mine) is mine


def test_what_a_callback_raises_reaches_the_students_function(asked):
    def guarded(f):
        try:
            return f(0)
        except ZeroDivisionError as error:
            return str(error)

    assert asked(guarded=guarded)["guarded"](lambda x: 1 / x) == "division by zero"


def test_a_judged_call_gives_what_the_same_call_gives_here(asked):
    def noisy(x, a):
        print("printed")
        a[0] = np.log(np.zeros(1))[0]
        return {"x": x}

    outcomes = []
    for function in noisy, asked(noisy=noisy)["noisy"]:
        arguments = {"x": 1.0, "a": np.zeros(2)}
        outcomes.append((call(function, arguments, dict, Stopwatch(5.0)), arguments["a"].tolist()))
    assert outcomes[0] == outcomes[1]
    assert isinstance(outcomes[0][0], Returned)
    assert outcomes[0][0].warning


def test_a_judged_call_that_raises_says_what_and_where(asked):
    def failing(x):
        raise KeyError("no")

    here = call(failing, {"x": 1}, dict, Stopwatch(5.0))
    assert call(asked(failing=failing)["failing"], {"x": 1}, dict, Stopwatch(5.0)) == here
    assert isinstance(here, Raised)
    assert here.line


def test_calls_that_go_out_together_end_with_the_first_that_raises(asked):
    calls = []

    def inverse(x, by):
        calls.append(x)
        by[0] = 9.0
        return float(by[1]) / x

    def outcomes(function):
        calls.clear()
        cases = [{"x": x, "by": np.array([0.0, 2.0])} for x in (1, 2, 0, 4)]
        found = list(call_each(function, cases, [float] * 4, Stopwatch(5.0)))
        return found, list(calls), [cases[k]["by"][0] for k in (0, 1, 3)]

    here = outcomes(inverse)
    assert outcomes(asked(inverse=inverse)["inverse"]) == here
    found, called, changed = here
    assert [type(outcome) for outcome in found] == [Returned, Returned, Raised]
    assert (called, changed) == ([1, 2, 0], [9.0, 9.0, 0.0])


def test_calls_that_go_out_together_may_call_back(asked):
    cases = [{"f": lambda x, k=k: x + k, "x": k} for k in range(3)]
    twice = asked(twice=lambda f, x: f(f(x)))["twice"]
    assert [outcome.value for outcome in call_each(twice, cases, [int] * 3, Stopwatch(5.0))] == [0, 3, 6]


def test_changes_of_a_source_are_tried_together_over_there_with_what_each_gives_here(asked, monkeypatch):
    text = "def root(x, by):\n    by[0] = 9.0\n    return np.sqrt(by[1] - x) / x\n"
    monkeypatch.setitem(linecache.cache, "<cell>", (len(text), None, text.splitlines(True), "<cell>"))
    namespace = {"np": np}
    exec(compile(text, "<cell>", "exec"), namespace)

    def outcomes(function):
        source, given = function_source(function), {"x": 0.0, "by": np.array([0.0, 2.0])}
        numbers = range(len(source.repairs))
        found = list(source.tried(numbers, given, repr, Stopwatch(20.0)))
        assert given["by"][0] == 0.0  # each has a copy of its own
        return [one and (isinstance(one[1], Returned) and one[0]["by"].tolist(), one[1]) for one in found]

    here = outcomes(namespace["root"])
    assert len(here) > 40  # more than are asked for at once
    assert {type(one[1]) for one in here if one} == {Returned, Raised}
    assert [repr(one) for one in outcomes(asked(**namespace)["root"])] == [repr(one) for one in here]


def test_what_came_before_a_silence_counts(asked):
    wait = asked(wait=lambda x: threading.Event().wait(2) if x else x)["wait"]
    watch = Stopwatch(5.0)
    watch.left = 0.2 - GRACE
    found = list(call_each(wait, [{"x": 0}, {"x": 1}, {"x": 0}], [int] * 3, watch))
    assert [type(outcome) for outcome in found] == [Returned, Raised]
    assert found[1].kind == "TimeIsUp"
    assert type(next(iter(call_each(wait, [{"x": 0}], [int], Stopwatch(5.0))))) is Raised  # nobody is there any more


def test_silence_is_told_from_an_end(asked):
    silent = asked(seconds=0.2, wait=lambda: threading.Event().wait(1))["wait"]
    with pytest.raises(Late):
        silent()
    with pytest.raises(WireError):
        silent()


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        (["ValueError", "Exception"], ValueError),
        (["MyError", "KeyError", "LookupError", "Exception"], KeyError),
        (["StopIteration", "Exception", "BaseException"], RuntimeError),
        (["SystemExit", "BaseException"], RuntimeError),
        (["KeyboardInterrupt", "BaseException"], RuntimeError),
        (["GeneratorExit", "BaseException"], RuntimeError),
        (["Skipped", "SkipTest", "Exception"], RuntimeError),
        (["LinAlgError", "ValueError"], np.linalg.LinAlgError),
    ],
)
def test_an_exception_that_could_end_a_test_early_becomes_another(kinds, kind):
    assert type(allowed_exception(kinds, "words")) is kind
