"""Where the time of one submission goes, every lock on: each of the course's notebooks, solved. Run by hand.

    python tests/benchmarks/executor.py

The goal: 50 to 80 ms for a notebook with all its checks (stock nbgrader needs more than a second), 50 µs for a call of
a student's function. Milliseconds of the quickest of some runs: other work on the machine is not of interest here.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from functools import wraps
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from submitted import answer, solved, task

from backprop_course.calling.guard import Stopwatch, call
from backprop_course.exercises import NOTEBOOKS
from backprop_course.grading import executor
from backprop_course.sandbox.outside import fork_server, session
from backprop_course.sandbox.outside.conversation import Conversation
from backprop_course.sandbox.outside.proxies import Names

RUNS = 10
spent = defaultdict(float)
times = defaultdict(int)


def timed(owner, name, label):
    """Adds up the time that a function takes."""
    function = getattr(owner, name)

    @wraps(function)
    def measured(*arguments, **named):
        started = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            spent[label] += 1000 * (time.perf_counter() - started)
            times[label] += 1

    setattr(owner, name, measured)


def submissions(execute):
    """A line for each notebook: all, and its parts."""
    timed(fork_server.Warm, "session", "start")
    timed(session.Session, "cell", "cells")
    timed(session.Session, "_copy", "copies")
    timed(session.Session, "_end_copy", "copies' end")
    timed(session.Session, "close", "end")
    timed(Conversation, "ask", "calls")
    timed(executor, "judge", "judging")
    print(f"{'notebook':24}{'all':>7}  (of judging, copies and calls are a part)")
    for name in NOTEBOOKS:
        handed_in = solved(name)
        best, parts = float("inf"), ""
        for _ in range(RUNS):
            spent.clear()
            times.clear()
            outcome = execute(handed_in)
            assert outcome.scores == handed_in.points
            if outcome.seconds < best:
                best, parts = outcome.seconds, ", ".join(f"{times[k]} {k} {spent[k]:.1f}" for k in spent)
        print(f"{name.split('/')[1]:24}{1000 * best:7.1f}  {parts}")


def calls(execute):
    """What one call costs: as in a test, as in a check, and each callback in it."""
    with execute._session(task(answer("x = 1"))) as candidate:
        source = "def f(a, b, c, d):\n    return {'a': a, 'b': b}\ndef g(h):\n    for _ in range(10): h(1.0)"
        candidate.cell(source, 1, 5.0, 1000, False)
        with candidate.line(60.0) as line:
            names = Names(line, ("f", "g"))
            arguments = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0}
            plain = quickest(lambda: names["f"](1.0, 2.0, 3.0, 4.0))
            judged = quickest(lambda: call(names["f"], arguments, lambda value: value, Stopwatch(5.0)))
            callback = (quickest(lambda: names["g"](lambda x: x)) - plain) / 10
    print(f"a call {plain:.0f} µs, in a check {judged:.0f} µs, a call back {callback:.0f} µs")


def quickest(function) -> float:
    """Microseconds."""
    best = float("inf")
    for _ in range(300):
        started = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - started)
    return 1e6 * best


def main() -> None:
    started = time.perf_counter()
    with executor.Executor() as execute:
        print(f"start {time.perf_counter() - started:.2f} s; {', '.join(execute.layers)}")
        calls(execute)
        submissions(execute)


if __name__ == "__main__":
    main()
