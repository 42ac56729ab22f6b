"""What the instructor wrote counts where it was released, wherever it stands in what was handed in."""

import json
import os

import pytest
from submitted import QUICK

from backprop_course.grading.executor import Executor
from backprop_course.grading.released import ReleasedCell, ReleasedNotebook
from backprop_course.grading.submission import mend
from backprop_course.sandbox.between.task import Task

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="submissions cannot be kept apart here")

HELPER = "def close(a, b):\n    return abs(a - b) < TOLERANCE\nTOLERANCE = 1e-9"
TEST = """\
assert close(square(2.0), 4.0)
### BEGIN HIDDEN TESTS
assert abs(square(3.0) - 9.0) < TOLERANCE
### END HIDDEN TESTS"""
RELEASED = ReleasedNotebook(
    "own",
    (
        ReleasedCell("helper", "code", HELPER, locked=True, checksum=None),
        ReleasedCell("square", "code", "def square(x):\n    raise NotImplementedError", False, None, solution=True),
        ReleasedCell("square-test", "code", TEST, locked=True, checksum=None, points=2.0),
    ),
    {"name": "python3", "display_name": "Python 3", "language": "python"},
)
EASY = "def close(a, b):\n    return True\nTOLERANCE = 1e9"
RIGHT, WRONG = "def square(x):\n    return x * x", "def square(x):\n    return 0.0"
HANDED_IN = {
    "the helper moved below its test": [("square", f"{EASY}\n{WRONG}"), ("square-test", TEST), ("helper", HELPER)],
    "an edited copy above, the true one at the end": [
        ("helper", EASY),
        ("square", WRONG),
        ("square-test", TEST),
        ("helper", HELPER),
    ],
    "the helper deleted": [("square", f"{EASY}\n{WRONG}"), ("square-test", TEST)],
    "the helper in a cell of one's own as well": [
        ("helper", HELPER),
        ("", EASY),
        ("square", WRONG),
        ("square-test", TEST),
    ],
    "the test above the helper and the answer": [("square-test", TEST), ("helper", HELPER), ("square", WRONG)],
}
MOVED = {name for name in HANDED_IN if "moved" in name or "end" in name or "the test above" in name}


@pytest.fixture(scope="module")
def execute():
    with Executor() as execute:
        yield execute


def graded(execute, cells):
    """The points, and the kinds of flags, of a notebook of these cells: names and texts."""
    made = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {"nbgrader": {"grade_id": name}} if name else {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for number, (name, source) in enumerate(cells)
    ]
    handed_in = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}
    mended = mend(json.dumps(handed_in).encode(), RELEASED)
    done = execute(Task("eve", "own", "own", mended.code, RELEASED.points, QUICK))
    return done.scores["square-test"], {flag.kind for flag in (*mended.flags, *done.flags)}


@pytest.mark.parametrize("forgery", HANDED_IN)
def test_a_test_uses_the_released_helper_wherever_a_student_puts_it(execute, forgery):
    points, flags = graded(execute, HANDED_IN[forgery])
    assert points == 0
    assert ("cells-moved" in flags) == (forgery in MOVED)


def test_an_honest_answer_has_its_points_in_whatever_order_its_cells_stand(execute):
    in_order = [("helper", HELPER), ("square", RIGHT), ("square-test", TEST)]
    assert graded(execute, in_order) == (2.0, set())
    assert graded(execute, [in_order[2], in_order[0], in_order[1]]) == (2.0, {"cells-moved"})
