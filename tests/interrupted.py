"""Grades a class that grows, and is killed (SIGKILL) at random times, until it has been killed so many times.

    python tests/interrupted.py CLASS KILLS SEED    (run by test_interruptions.py)

In the end nobody kills it.
What is executed takes no time here, so that most kills meet the writing. The rounds are forked from one process:
starting Python anew would take a hundred times longer than grading.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from classroom import ASSIGNMENT, Classroom

from backprop_course.grading.class_folder import find_course
from backprop_course.grading.grade import Class, alone
from backprop_course.grading.gradebook import Book
from backprop_course.sandbox.between.task import Executed, Outcome


def points(task):
    """Points that depend on who it is, and on what was handed in."""
    return {
        name: float((sum(len(cell.source) for cell in task.cells) + sum(map(ord, task.student))) % (most + 1))
        for name, most in task.points.items()
    }


def execute(tasks):
    for task in tasks:
        yield task, Outcome(tuple(Executed() for _ in task.cells), points(task), {})


def grade():
    course = find_course()
    with alone(course), Book(course.url, course.directory.course_id) as book:
        submissions = Class(course, book, ASSIGNMENT, ["*"], False)
        submissions.start_again()
        assert not [result for result in submissions.grade(execute) if result.failed]


def in_a_child(seconds):
    """Grades in a child that is killed after so many seconds; whether it had to be."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            grade()
            status = 0
        finally:
            os._exit(status)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, status
    return os.WIFSIGNALED(status)


def hand_in_more(room, number, chance):
    """Three new students, and one who hands in again."""
    for student in (f"s{number:03}a", f"s{number:03}b", f"s{number:03}c", f"s{chance.randrange(number + 1):03}a"):
        answers = {"split-forward": f"z_i = {chance.random()}", "why": "Because." * chance.randrange(2)}
        room.hand_in(student, answers, when=f"2026-11-19 {number // 60:02}:{number % 60:02}:00 UTC")


def main(folder, kills, seed):
    chance, room = random.Random(seed), Classroom(Path(folder))
    os.chdir(folder)
    usual, killed, number = 60.0, 0, 0
    while killed < kills:
        hand_in_more(room, number, chance)
        if number < 4:  # how long it takes; the first time imports
            start = time.monotonic()
            grade()
            usual = min(usual, time.monotonic() - start)
        else:
            killed += in_a_child(chance.uniform(0, usual))
        number += 1
    grade()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
