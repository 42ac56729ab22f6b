"""Tests that run beside the student's code, as nbgrader runs them: in a locked-in process that holds nothing else.

A second candidate runs the notebook with these tests in it, and without the others. What it says is believed as far as
nbgrader believes a kernel: a student's code can see these tests, and deceive them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backprop_course.grading.tests_of_ones_own import HIDDEN, Tested, shown_error
from backprop_course.sandbox.between.messages import Late, WireError
from backprop_course.sandbox.between.task import Cell, Task
from backprop_course.sandbox.outside.session import Session


@dataclass
class BesideRun:
    """What these tests gave, by name. error: why they did not all run, or ""; stopped: the test at which that was."""

    tested: dict[str, Tested] = field(default_factory=dict)
    error: str = ""
    stopped: str = ""


def run_beside(task: Task, cells: Sequence[Cell], session: Session) -> BesideRun:
    """Runs a notebook's cells, with those tests among them that run beside it. cells: those that are not empty."""
    names = [cell.name for cell in cells if runs_beside(task, cell)]
    secret = any(HIDDEN.search(cell.source) for cell in cells if cell.name in names)
    limits, clock, done = task.limits, session.clock, BesideRun()
    until = clock.now() + limits.submission_seconds
    for count, cell in enumerate(cells, start=1):
        if len(done.tested) == len(names):
            break
        is_test = cell.name in names
        if cell.name in task.points and not cell.solution and not is_test:
            continue
        seconds = min(limits.check_seconds if is_test else limits.cell_seconds, until - clock.now())
        try:
            if seconds <= 0:
                raise Late("the time for the whole notebook is up")
            outputs = session.cell(cell.source, count, seconds, limits.output_size, False).outputs
        except WireError as error:
            done.error = f"Execution of the tests beside the student's code ended in cell {count}: {error}."
            done.stopped = cell.name
            break
        if is_test:
            done.tested[cell.name] = _tested(outputs, task.points[cell.name], task, cell, secret)
    for name in names:
        done.tested.setdefault(name, Tested(0.0, [shown_error("DeadKernelError", f"Not judged. {done.error}")]))
    return done


def runs_beside(task: Task, cell: Cell) -> bool:
    """Whether a cell is such a test."""
    form = task.tests.get(cell.name)
    return form is not None and form.where == "beside" and not cell.solution


def _tested(outputs: list[dict[str, Any]], most: float, task: Task, cell: Cell, secret: bool) -> Tested:
    """What a test's outputs mean to nbgrader. secret: hidden tests were in this process, of which nothing is shown."""
    points, printed = most, False
    for output in outputs:
        kind = output["output_type"]
        if kind == "error" or (kind == "stream" and output["name"] == "stderr"):
            points = 0.0
            break
        if kind == "execute_result" and task.tests[cell.name].prints_points:
            points, printed = _number(output["data"].get("text/plain", ""), most)
            break
    if secret:
        outputs = [] if points == most else [shown_error("AssertionError", "a test failed")]
    return Tested(points, outputs, printed=printed)


def _number(text: str, most: float) -> tuple[float, bool]:
    """The points that a test has printed, and whether they are such."""
    try:
        points = float(text)
    except ValueError:
        return most, False
    return (min(max(points, 0.0), most) if math.isfinite(points) else 0.0), True
