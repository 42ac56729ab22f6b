"""Processes that execute tasks: replaced when they die or hang, never more at work than can be kept in mind."""

import os
import signal
import tempfile
import time
from pathlib import Path

import pytest

from backprop_course.errors import CourseError
from backprop_course.grading import workers
from backprop_course.grading.workers import Workers
from backprop_course.sandbox.between.task import Cell, Executed, Limits, Outcome, Task


def said(words):
    """What a cell shows that says so."""
    return Executed(1, [{"output_type": "stream", "name": "stdout", "text": words}])


def text(outcome):
    return outcome.cells[0].outputs[0]["text"]


class StandIn:
    """Does what a task's only cell says."""

    layers = ("a layer",)

    def __enter__(self):
        return self.execute

    def __exit__(self, *exception):
        pass

    def execute(self, task):
        what, _, path = task.cells[0].source.partition(" ")
        if what == "die" or (what == "die-once" and not Path(path).exists()):
            Path(path).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "hang":
            time.sleep(600)
        if what == "file":
            tempfile.mkstemp(prefix="made-")
        if what == "raise":
            raise ValueError("what?")
        if what == "refuse":
            raise CourseError("not this one")
        return Outcome((said(f"{what} by {os.getpid()}"),), {}, {})


class Broken(StandIn):
    def __enter__(self):
        raise CourseError("no processes here")


class Dead(StandIn):
    def __enter__(self):
        os._exit(1)


def tasks(*whats, seconds=60.0):
    limits = Limits(submission_seconds=seconds)
    return [Task(f"s{n}", "small", "one", (Cell(what),), {}, limits) for n, what in enumerate(whats)]


def answers(pool, given):
    """By student: what came of the task, in a word or two."""
    return {
        task.student: str(outcome) if isinstance(outcome, CourseError) else text(outcome).split()[0]
        for task, outcome in pool.run(given)
    }


@pytest.fixture
def pool():
    with Workers(2, StandIn) as pool:
        yield pool


def test_every_task_is_executed_once_and_both_work(pool):
    outcomes = list(pool.run(tasks(*["fine"] * 40)))
    assert sorted(task.student for task, _ in outcomes) == sorted(f"s{n}" for n in range(40))
    assert len({text(outcome) for _, outcome in outcomes}) == 2


def test_the_layers_of_isolation_are_told(pool):
    assert pool.layers() == ("a layer",)
    assert answers(pool, tasks("fine")) == {"s0": "fine"}


def test_who_dies_is_replaced_and_its_task_tried_again(pool, tmp_path):
    given = tasks("fine", f"die-once {tmp_path / 'died'}", "fine", "fine")
    assert answers(pool, given) == {f"s{n}": "die-once" if n == 1 else "fine" for n in range(4)}


def test_a_task_that_kills_two_workers_fails_and_the_others_do_not(pool, tmp_path):
    found = answers(pool, tasks("fine", f"die {tmp_path / 'died'}", "fine", "fine"))
    assert "died or hung, twice" in found.pop("s1")
    assert set(found.values()) == {"fine"}


def test_a_worker_that_hangs_is_ended(pool, monkeypatch):
    monkeypatch.setattr(workers, "LATEST", 0.0)
    found = answers(pool, tasks("hang", seconds=0.5) + tasks("fine", "fine")[1:])
    assert "died or hung, twice" in found["s0"]
    assert found["s1"] == "fine"


def test_what_an_executor_raises_is_the_answer(pool):
    found = answers(pool, tasks("refuse", "raise", "fine"))
    assert found == {"s0": "not this one", "s1": "it could not be executed: ValueError: what?", "s2": "fine"}


def test_no_more_tasks_are_taken_than_workers_and_one_ready(pool):
    taken = []

    def given():
        for task in tasks(*["fine"] * 30):
            taken.append(task)
            yield task

    for done, _ in enumerate(pool.run(given()), 1):
        assert len(taken) - done <= 3


def test_executors_that_cannot_begin_say_why():
    with Workers(1, Broken) as pool, pytest.raises(CourseError, match="no processes here"):
        pool.layers()
    with Workers(1, Dead) as pool, pytest.raises(CourseError, match="end at once"):
        pool.layers()


def test_nobody_and_nothing_is_left_when_it_is_over(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Workers(2, StandIn) as pool:
        processes = [worker.process for worker in pool._workers]
        answers(pool, tasks("file", "file", "file"))
        assert len(list(tmp_path.rglob("made-*"))) == 3
    assert not any(process.is_alive() for process in processes)
    assert list(tmp_path.iterdir()) == []


def test_who_is_at_work_when_it_is_over_is_not_waited_for():
    with Workers(2, StandIn) as pool:
        processes = [worker.process for worker in pool._workers]
        for task, _ in pool.run(tasks("fine", "hang", "fine")):
            if task.student == "s0":
                break
    assert not any(process.is_alive() for process in processes)
