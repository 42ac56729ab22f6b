"""What a check costs: with right answers, untouched, with a listed mistake, with slips that nobody listed. By hand.

    python tests/benchmarks/checks.py

The bar: under 5 ms for an exercise of values, under 50 ms for a function; with a wrong answer 100 ms in the median, a
second at most. Slips are made by machine in the model solutions: the median and the most of some.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from mutants import slips, solutions

from backprop_course.checks import judge
from backprop_course.checks.proof import mistaken_function, right_answers
from backprop_course.exercises import EXERCISES, Formula, Function, Functions, Values
from backprop_course.misconceptions import variants

SLIPS = 6
"""For each exercise."""


def wrong_answers(exercise):
    """The answers of a student who makes the last mistake of the list that shows here: the dearest one to find."""
    made = []
    if isinstance(exercise, Values):
        made = [{**exercise.givens, **predicted} for predicted in exercise.predicted]
    if isinstance(exercise, Function):
        steps = next(iter(exercise.cases(np.random.default_rng(0)))).steps
        made = [{exercise.name: mistaken_function(exercise, variant)} for variant in variants(steps)]
    return next((answers for answers in reversed(made) if not judge(exercise.id, answers).passed), {})


def as_right(exercise):
    """What a notebook holds in which this exercise is right: formulas as in the model solution."""
    if not isinstance(exercise, Formula):
        return right_answers(exercise)
    answers: dict[str, object] = {}
    exec(solutions()[exercise.id], answers)
    return answers


def milliseconds(exercise, answers) -> float:
    """The median of some runs, after a first one."""
    answers = {**answers, "nothing_asked": object()}  # what holds more than numbers and text is judged each time anew
    judge(exercise.id, answers)
    times = []
    for _ in range(15):
        start = time.perf_counter()
        judge(exercise.id, answers)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


def unlisted(exercise) -> list[float]:
    """Milliseconds of the first check of each of some slips in the model solution that are wrong and can be run."""
    times = []
    for slip in slips(exercise.id, SLIPS, seed=1) if exercise.id in solutions() else ():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                answers = slip.namespace
            except Exception:  # the cell itself stops
                continue
            start = time.process_time()
            passed = judge(exercise.id, answers).passed
        if not passed:
            times.append((time.process_time() - start) * 1e3)
    return times


everything: list[float] = []
print(f"{'exercise':32} {'kind':10} {'right':>8} {'untouched':>10} {'wrong':>8} {'unlisted':>9} {'most':>8}   ms")
for exercise in EXERCISES.values():
    assert judge(exercise.id, as_right(exercise)).passed, exercise.id
    right, nothing = (milliseconds(exercise, answers) for answers in (as_right(exercise), {}))
    wrong = wrong_answers(exercise)
    last = f"{milliseconds(exercise, wrong):8.2f}" if wrong and not isinstance(exercise, Functions) else f"{'':8}"
    slow = unlisted(exercise)
    everything += slow
    last += f" {statistics.median(slow):9.1f} {max(slow):8.1f}" if slow else ""
    print(f"{exercise.id:32} {type(exercise).__name__:10} {right:8.2f} {nothing:10.2f} {last}")
print(f"unlisted, all {len(everything)}: median {statistics.median(everything):.1f} ms, ", end="")
print(f"95 of 100 under {np.quantile(everything, 0.95):.0f}, most {max(everything):.0f}")
