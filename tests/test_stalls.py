"""Machines that stall: who is kept from running loses nothing, who sleeps or loops is ended as ever."""

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from submitted import answer, graded, task

from backprop_course.errors import CourseError
from backprop_course.grading import preprocessors
from backprop_course.grading.again import once_more
from backprop_course.grading.executor import Executor
from backprop_course.sandbox.between.task import Limits, Outcome, Task
from backprop_course.sandbox.outside.clock import CandidatesClock

linux = pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this kernel does not tell")
LIMITS = Limits(cell_seconds=1.0, check_seconds=1.0, submission_seconds=20.0)


@pytest.fixture(scope="module")
def execute():
    with Executor() as executor:
        yield executor


def below(process):
    try:
        tasks = Path(f"/proc/{process}/task").iterdir()
        children = [int(child) for at in tasks for child in (at / "children").read_text().split()]
    except OSError:
        return []
    return [*children, *(inner for child in children for inner in below(child))]


def stopped_for(seconds, after):
    """Stops all candidates of this process for a while, as a machine does that stalls."""
    time.sleep(after)
    processes = below(os.getpid())
    for order, pause in (signal.SIGSTOP, seconds), (signal.SIGCONT, 0.0):
        for one in processes:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(one, order)
        time.sleep(pause)


@linux
@pytest.mark.parametrize("source", ["f(1)", "import time\ntime.sleep(0.4)"])
def test_who_is_stopped_meanwhile_loses_nothing(execute, source):
    cells = answer("def f(x):\n    import time\n    time.sleep(0.4)\n    return x"), answer(source, "other")
    done = task(*cells, graded("assert f(2) == 2"), limits=LIMITS)
    thread = threading.Thread(target=stopped_for, args=(2.5, 0.3))
    thread.start()
    outcome = execute(done)
    thread.join()
    assert outcome.scores == {"test": 2.0}
    assert outcome.error == ""
    assert not outcome.stalled


@linux
def test_who_is_stopped_for_longer_than_five_limits_is_said_to_have_stalled(execute):
    cells = answer("def f(x):\n    import time\n    time.sleep(0.5)\n    return x"), graded("assert f(2) == 2")
    thread = threading.Thread(target=stopped_for, args=(9.0, 0.4))
    thread.start()
    outcome = execute(task(*cells, limits=replace(LIMITS, check_seconds=0.8)))
    thread.join()
    assert outcome.scores == {"test": 0.0}
    assert outcome.stalled


@linux
@pytest.mark.parametrize("source", ["import time\ntime.sleep(60)", "while True: pass", "input()"])
def test_who_sleeps_or_loops_is_ended_and_not_said_to_have_stalled(execute, source):
    outcome = execute(task(answer(source), graded("assert True"), limits=replace(LIMITS, cell_seconds=0.5)))
    assert not outcome.stalled


def test_time_without_a_processor_is_taken_off_but_for_a_fifth(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    clock = CandidatesClock(2**22 + 1)  # nobody
    clock.begin()
    now[0] = 10.0
    clock.look(0.1)
    assert clock.now() == pytest.approx(2.0)
    assert (clock.held, clock.lost) == (pytest.approx(9.9), pytest.approx(1.9))
    now[0] = 10.1
    clock.look(0.1)
    assert clock.now() == pytest.approx(2.1)


def outcome(points, stalled=False):
    return Outcome((), {"test": points}, {}, stalled=stalled)


def named(student):
    return Task(student, "a", "n", (), {"test": 2.0})


@pytest.mark.parametrize(
    ("second", "points"), [(outcome(2.0), 2.0), (outcome(0.5, True), 1.0), (CourseError("died"), 1.0)]
)
def test_what_stalled_is_judged_again_after_all_others_and_flagged(second, points):
    answers = {"ada": [outcome(1.0, True), second], "bob": [outcome(2.0)]}

    def run(tasks):
        for one in tasks:
            yield one, answers[one.student].pop(0)

    (first, right), (last, again) = once_more(run, iter([named("ada"), named("bob")]))
    assert (first.student, right.scores, right.flags) == ("bob", {"test": 2.0}, ())
    assert (last.student, again.scores) == ("ada", {"test": points})
    [flag] = again.flags
    assert (flag.kind, flag.message) == ("stalled", "it ran out of time on a machine that stalled; judged again.")


def test_nbgraders_autograde_judges_again_what_stalled_and_flags_it():
    answers = [outcome(1.0, True), outcome(2.0)]
    again = preprocessors._outcome(lambda task: answers.pop(0), named("ada"))
    assert (again.scores, [flag.kind for flag in again.flags]) == ({"test": 2.0}, ["stalled"])
    assert preprocessors._outcome(lambda task: outcome(2.0), named("bob")).flags == ()


def test_second_tries_end_with_a_tenth_of_the_batchs_time(monkeypatch):
    now, tried = [0.0], []
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def run(tasks):
        for one in tasks:
            tried.append(one.student)
            now[0] += 1.0
            yield one, outcome(1.0, stalled=True)

    students = [f"s{k}" for k in range(20)]
    done = list(once_more(run, map(named, students)))
    assert sorted(one.student for one, _ in done) == sorted(students)
    assert len(tried) == 20 + 3  # the last was begun as the time was just up
    untold = [one for _, one in done if "no time" in one.flags[0].message]
    assert len(untold) == 17
