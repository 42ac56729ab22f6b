"""What a check costs: every exercise with right answers, untouched, and with a mistake. Run by hand.

    python tests/benchmarks/checks.py

The bar: under 5 ms for an exercise of values, under 50 ms for a function.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from backprop_course.checks import judge
from backprop_course.checks.proof import mistaken_function, right_answers
from backprop_course.exercises import EXERCISES, Function, Functions, Values
from backprop_course.misconceptions import variants


def wrong_answers(exercise):
    """The answers of a student who makes the last mistake of the list: the dearest one to find."""
    if isinstance(exercise, Values):
        return {**exercise.givens, **exercise.predicted[-1]}
    if isinstance(exercise, Function):
        steps = next(iter(exercise.cases(np.random.default_rng(0)))).steps
        return {exercise.name: mistaken_function(exercise, variants(steps)[-1])}
    return {}


def milliseconds(exercise, answers) -> float:
    """The median of some runs, after a first one."""
    judge(exercise.id, answers)
    times = []
    for _ in range(15):
        start = time.perf_counter()
        judge(exercise.id, answers)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


print(f"{'exercise':32} {'kind':10} {'right':>8} {'untouched':>10} {'wrong':>8}   ms")
for exercise in EXERCISES.values():
    right, nothing = (milliseconds(exercise, answers) for answers in (right_answers(exercise), {}))
    wrong = wrong_answers(exercise)
    last = f"{milliseconds(exercise, wrong):8.2f}" if wrong and not isinstance(exercise, Functions) else f"{'':8}"
    print(f"{exercise.id:32} {type(exercise).__name__:10} {right:8.2f} {nothing:10.2f} {last}")
