"""What was lost because the machine did not let a program run is judged once more, when all others are through."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from backprop_course.errors import CourseError
from backprop_course.sandbox.between.task import Flag, Outcome, Task

Outcomes = Iterator[tuple[Task, Outcome | CourseError]]
TIME_SHARE = 0.1
"""Of the time that a batch took, what the second tries may take; one is always begun."""


def once_more(run: Callable[[Iterator[Task]], Outcomes], tasks: Iterator[Task]) -> Outcomes:
    """The outcomes of tasks, in any order, those that stalled last and flagged. run: executes tasks."""
    started, stalled = time.monotonic(), list[tuple[Task, Outcome]]()
    for task, outcome in run(tasks):
        if isinstance(outcome, Outcome) and outcome.stalled:
            stalled.append((task, outcome))
        else:
            yield task, outcome
    until = time.monotonic() + TIME_SHARE * (time.monotonic() - started)
    before = {_name(task): outcome for task, outcome in stalled}
    for task, second in run(task for k, (task, _) in enumerate(stalled) if k == 0 or time.monotonic() <= until):
        first = before.pop(_name(task))
        yield task, _flagged(_better(first, second), "judged again")
    for task, first in stalled:
        if _name(task) in before:
            yield task, _flagged(first, "there was no time to judge it again")


def _name(task: Task) -> tuple[str, str, str]:
    return task.student, task.assignment, task.name


def _better(first: Outcome, second: Outcome | CourseError) -> Outcome:
    if isinstance(second, CourseError) or (second.stalled and _points(second) < _points(first)):
        return first
    return second


def _points(outcome: Outcome) -> float:
    return sum(outcome.scores.values())


def _flagged(outcome: Outcome, what: str) -> Outcome:
    flag = Flag("stalled", "", f"it ran out of time on a machine that stalled; {what}.")
    return replace(outcome, flags=(*outcome.flags, flag))
