"""Numbers drawn for a thousand students: all different within a notebook, telling, and how long a draw takes.

Run as `python tests/benchmarks/personal_numbers.py [STUDENTS]`. Telling means: no mistake hides, no two quantities are
alike, no more mistakes are confused than by the published numbers; and for ten students, by what the checks say.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from time import process_time

import numpy as np

from backprop_course.checks import prove
from backprop_course.exercises import EXERCISES
from backprop_course.exercises.numbers import nearness, not_telling
from backprop_course.exercises.personal import personal_givens
from backprop_course.exercises.personal.freezing import groups

PROVEN = 10


def main(students: int) -> None:
    for name, exercises in groups():
        ids = [exercise.id for exercise in exercises]
        widest = max(exercises, key=lambda exercise: len(exercise.givens))
        personal_givens(widest.id, "the first one makes ready", "salt")
        drawn, seconds = [], []
        for k in range(students):
            started = process_time()
            drawn.append(personal_givens(widest.id, f"student {k}", "salt"))
            seconds.append(process_time() - started)
        different = len({tuple(one.values()) for one in drawn})
        published = sum(one == widest.givens for one in drawn)
        print(f"{name} ({', '.join(ids)})")
        print(f"  {students} students, {different} different sets, {published} with the published numbers")
        middle, most = 1e3 * np.median(seconds), 1e3 * np.percentile(seconds, 99)
        print(f"  a draw takes {middle:.1f} ms of CPU in the median, {most:.1f} ms for 99 of 100")
        hiding = alike = confusing = 0
        for numbers in drawn:
            for exercise in exercises:
                other = replace(exercise, givens=type(numbers)({one: numbers[one] for one in exercise.givens}))
                hidden, before = nearness(other), _published(exercise.id)
                hiding += bool({v.misconception for v in hidden.hidden} - {v.misconception for v in before.hidden})
                alike += bool(list(not_telling(other)))
                confusing += hidden.confused > before.confused
        tried = students * len(exercises)
        print(
            f"  of {tried} exercises {hiding} hide a mistake, {alike} have quantities alike, {confusing} confuse more"
        )
        passed = 0
        for numbers in drawn[:PROVEN]:
            for exercise in exercises:
                other = replace(exercise, givens=type(numbers)({one: numbers[one] for one in exercise.givens}))
                passed += prove(other).passed
        print(f"  proven by their checks: {passed} of {PROVEN * len(exercises)}", flush=True)


_KNOWN: dict[str, object] = {}


def _published(id: str):
    if id not in _KNOWN:
        _KNOWN[id] = nearness(EXERCISES[id])
    return _KNOWN[id]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
