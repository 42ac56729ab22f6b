"""A class graded on a cluster of Dask: as on one machine, whoever dies or comes; what comes back is not believed."""

import json
import os
import re
import signal
import sys
from concurrent.futures import CancelledError, Future
from dataclasses import asdict, replace
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from classroom import ASSIGNMENT, Classroom, honest_class, once, release
from dask_processes import Dask, children, wait_for
from gradebooks import tables
from own_networks import FILES
from submitted import answer, check, task

from backprop_course import __version__
from backprop_course.cli import main
from backprop_course.errors import CourseError
from backprop_course.exercises import exercise
from backprop_course.exercises.files import known, load
from backprop_course.grading import cluster, cluster_node, command, task_json
from backprop_course.grading.cluster import Cluster
from backprop_course.sandbox.between.task import Cell, Executed, Flag, Limits, Outcome

KilledWorker = pytest.importorskip("distributed", reason="no Dask here: the extra `cluster`").KilledWorker
needs_forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="submissions cannot be kept apart here")
needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no list of processes here")

STUDENTS = 18
LAYERS = ("user namespace", "Landlock 4", "seccomp")
SPLIT = "z_i, h_i, z_j, h_j, z_k, h_k, z_o, y_hat, L = range(9)"


def small(name="ada", source=SPLIT, **limits):
    made = task(answer(source, "split-forward"), check("split-forward", 9))
    return replace(made, student=name, limits=replace(made.limits, **limits))


@pytest.fixture(scope="session")
def handed_in(tmp_path_factory):
    """A class of honest students, and the same one graded on this machine alone."""

    def make(folder):
        room = Classroom(once(tmp_path_factory.getbasetemp(), "released", release)).copy(folder / "handed-in")
        honest_class(room, STUDENTS)
        room.copy(folder / "graded").grade("--workers=1")

    folder = once(tmp_path_factory.getbasetemp(), "for-a-cluster", make)
    return Classroom(folder / "handed-in"), Classroom(folder / "graded")


@pytest.fixture
def dask(tmp_path):
    with Dask(tmp_path / "dask") as dask:
        dask.scheduler()
        yield dask


class Told(StringIO):
    """Output that has something done when it is told something."""

    def __init__(self, then):
        super().__init__()
        self.then = then
        self.text = ""

    def write(self, text):
        self.text += text
        if text.endswith("\n"):
            self.then()
        return len(text)


def gone(processes):
    return not any(Path(f"/proc/{process}").exists() for process in processes)


def count_done(room):
    return len(list(room.folder.glob(f"autograded/*/{ASSIGNMENT}")))


@needs_forks
@needs_proc
def test_a_worker_is_killed_and_every_submission_is_graded_once_as_on_one_machine(handed_in, dask, tmp_path):
    handed_in, graded = handed_in
    room = handed_in.copy(tmp_path / "class")
    doomed = dask.worker("--no-nanny")
    for more in ((), ("--no-nanny",)):  # with one that starts it again when it dies, and without
        dask.worker(*more)
    dask.wait_for_workers(3)
    process = room.start("backprop_course.cli", "grade", ASSIGNMENT, "--scheduler", dask.address)
    wait_for(lambda: count_done(room) >= 3)
    orphans = children(doomed.pid)
    doomed.send_signal(signal.SIGKILL)
    said, progress = process.communicate()
    assert process.returncode == 2, progress  # written answers wait for a human
    assert f"{STUDENTS}  graded\n" in said
    assert "kept in by: " in progress
    assert count_done(room) == STUDENTS
    assert tables(room.folder / "gradebook.db") == tables(graded.folder / "gradebook.db")
    assert orphans
    wait_for(lambda: gone(orphans))


@needs_forks
def test_the_scheduler_is_killed_and_another_run_finishes_what_is_left(handed_in, dask, tmp_path):
    handed_in, graded = handed_in
    room = handed_in.copy(tmp_path / "class")
    scheduler = dask.processes[0]
    dask.worker("--no-nanny")
    dask.wait_for_workers(1)
    process = room.start("backprop_course.cli", "grade", ASSIGNMENT, "--scheduler", dask.address)
    wait_for(lambda: count_done(room) >= 3)
    scheduler.kill()
    _, error = process.communicate()
    assert process.returncode == 1
    assert error.endswith(
        f"backprop-course: The connection to the scheduler {dask.address} is lost. "
        "Submissions that came back are graded; run the command again for the others.\n"
    )
    assert "Traceback" not in error
    before = count_done(room)
    assert 3 <= before < STUDENTS

    dask.scheduler()
    dask.worker("--no-nanny")
    dask.wait_for_workers(2)
    said, _ = room.grade("--scheduler", dask.address)
    assert f"{STUDENTS - before}  graded\n" in said
    assert f"{before}  graded before\n" in said
    assert tables(room.folder / "gradebook.db") == tables(graded.folder / "gradebook.db")


@needs_forks
@needs_proc
@needs_forks
def test_a_workers_verdicts_on_exercises_of_ones_own_are_those_of_the_instructors_file(dask):
    mine = FILES["two_skips"]
    with known(load(mine)):
        right = "\n".join(f"{name} = {value!r}" for name, value in exercise("two-forward").expected.items())
    # A file of the student's own, in which everything is right, is none that anybody loads.
    forged = "from backprop_course.exercises import Options, register\nregister(Options('two-forward', {}))"
    cells = {"ada": right, "bob": f"{right}\nL = 0.1", "cheat": f"{forged}\nz_a = 7.0"}
    dask.worker("--no-nanny")
    dask.wait_for_workers(1)
    with Cluster(dask.address) as pool:
        tasks = [
            replace(task(answer(text, "two-forward"), check("two-forward", 7)), student=name, exercises=mine)
            for name, text in cells.items()
        ]
        outcomes = {task.student: outcome for task, outcome in pool.run(tasks)}
        none = task(answer(right, "two-forward"), check("two-forward", 7))
        ((_, unknown),) = pool.run([none])  # a worker has kept nothing of another task's file
    assert {name: one.scores["two-forward-check"] for name, one in outcomes.items()} == {"ada": 7, "bob": 6, "cheat": 0}
    assert outcomes["bob"].verdicts["two-forward-check"]["parts"][-1]["status"] == "wrong"
    assert unknown.scores == {"two-forward-check": 0}
    assert "two-forward-check" not in unknown.verdicts


def test_a_run_outlives_its_workers_refuses_weaker_ones_and_gives_up_late_answers(dask, monkeypatch):
    monkeypatch.setattr(cluster, "LATEST", 0.0)
    monkeypatch.setattr(cluster, "CONNECT", 2.0)
    with Cluster(dask.address) as pool:
        with pytest.raises(CourseError, match=rf"No worker is at {dask.address}: on each machine, `dask worker"):
            pool.layers()

        worker = dask.worker("--no-nanny")
        dask.wait_for_workers(1)
        layers = pool.layers()
        assert "resource limits" in layers
        run = pool.run(small(f"s{number}") for number in range(6))
        students = [next(run)[0].student]
        worker.kill()  # none is left
        wait_for(lambda: not pool._workers())
        told = Told(lambda: dask.worker("--no-nanny", "--nthreads=2"))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", told)
            outcomes = list(run)
        students += [one.student for one, _ in outcomes]
        assert sorted(students) == [f"s{number}" for number in range(6)]
        assert all(isinstance(outcome, Outcome) and outcome.layers for _, outcome in outcomes)
        assert told.text == f"No worker is left at {dask.address}: waiting for one to come.\n"
        worker = dask.processes[-1]

        pool._layers = (*layers, "Landlock 99")  # as if the others had been stronger
        with pytest.raises(CourseError, match=r"A worker on .+ cannot be used: it came later, .* no Landlock\."):
            list(pool.run([small()]))
        pool._layers = layers

        executors = [
            pid for pid in children(worker.pid) if "grading.cluster_node" in Path(f"/proc/{pid}/cmdline").read_text()
        ]
        assert len(executors) == 2  # one a thread
        for pid in executors:
            os.kill(pid, signal.SIGKILL)
        assert [outcome.error for _, outcome in pool.run([small("a"), small("b"), small("c")])] == ["", "", ""]

        worker.send_signal(signal.SIGSTOP)
        ((_, late),) = pool.run([small(submission_seconds=0.3)])
        assert str(late) == "no answer came from the cluster in time."
        worker.kill()
        monkeypatch.setattr(cluster, "LONGEST_ALONE", 1.0)
        wait_for(lambda: not pool._workers())
        with pytest.raises(CourseError, match=r"No worker has come to .* for 1 s\. Submissions that came back"):
            list(pool.run([small()]))


@needs_forks
def test_every_machine_needs_this_package_in_the_same_version(dask, monkeypatch):
    dask.worker("--no-nanny")
    dask.wait_for_workers(1)
    monkeypatch.setattr(cluster, "__version__", "9.9")
    wanted = rf"The worker tcp://\S+ cannot be used: it has backprop-course {__version__}, and 9\.9 sends it work"
    with Cluster(dask.address) as pool:
        with pytest.raises(CourseError, match=wanted):
            pool.layers()
        with pytest.raises(CourseError, match=r"A worker on .+ cannot be used: it has backprop-course"):
            list(pool.run([small()]))
    monkeypatch.setattr(cluster, "DISTRIBUTION", "no-such-package")
    with Cluster(dask.address) as pool, pytest.raises(CourseError, match=r"it has no no-such-package; 9\.9 is needed"):
        list(pool.run([small()]))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere://127.0.0.1:1", "127.0.0.1:x"])
def test_where_no_scheduler_answers_it_says_so(address, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT", 0.3)
    with pytest.raises(CourseError, match=f"No scheduler of Dask answers at {address}: "):
        Cluster(address)


def test_where_dask_is_missing_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match=r"distributed is not installed \(.*\): pip install .*\[cluster\]"):
        Cluster("tcp://127.0.0.1:1")


def test_workers_are_for_one_machine_or_a_scheduler_for_many(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["grade", "small", "--workers=77", "--scheduler=tcp://127.0.0.1:1"])
    assert "not allowed with argument --workers" in capsys.readouterr().err
    with pytest.raises(CourseError, match="Neither Landlock nor seccomp work on every worker"):
        command.say_what_protects(("user namespace",), False, "on every worker")


def test_layers_hold_on_a_cluster_as_well_as_where_they_are_worst():
    one, other = ("user namespace", "Landlock 7", "seccomp"), ("Landlock 4", "seccomp", "process gate")
    assert cluster_node.common(one, other) == ("Landlock 4", "seccomp")
    assert cluster_node.weaker(one, cluster_node.strengths(("Landlock 4", "seccomp"))) == []
    assert cluster_node.weaker(other, cluster_node.strengths(one)) == ["user namespace", "Landlock"]


@needs_forks
@needs_proc
def test_an_executor_beside_is_ended_when_it_hangs_and_another_begins(monkeypatch):
    monkeypatch.setattr(cluster_node, "LATEST", 0.0)
    layers = cluster_node.begin(__version__)
    assert isinstance(layers, tuple)
    beside = cluster_node._mine.beside
    os.kill(beside._process.pid, signal.SIGSTOP)
    with pytest.raises(cluster_node.Died, match="hung"):
        cluster_node.execute(__version__, layers, task_json.pack_task(small(submission_seconds=0.3)))
    assert gone([beside._process.pid])
    assert not Path(beside._scratch).exists()
    outcome = task_json.unpack_outcome(cluster_node.execute(__version__, layers, task_json.pack_task(small())), small())
    assert outcome.error == ""
    assert outcome.scores["split-forward-check"] >= 0
    cluster_node._mine.beside.stop()
    assert cluster_node.begin("0.0").startswith("it has backprop-course")


@needs_forks
def test_an_executor_beside_ends_when_it_is_not_needed(monkeypatch, tmp_path):
    pipe, other = cluster_node.socketpair()
    with pipe, other:
        monkeypatch.setattr(cluster_node, "IDLE", 0.05)
        patient = cluster_node._Patient(os.dup(other.fileno()))
        with pytest.raises(EOFError):
            patient.recv()
        patient.close()


def test_one_that_cannot_begin_says_why(monkeypatch):
    def refuse():
        raise CourseError("no processes here")

    monkeypatch.setattr(cluster_node, "Beside", refuse)
    monkeypatch.setattr(cluster_node, "_mine", SimpleNamespace())
    assert cluster_node.begin(__version__) == "no processes here"
    assert cluster_node.execute(__version__, (), b"").endswith(" cannot be used: no processes here")


class Lost(Cluster):
    """A cluster of which only answers are left."""

    def __init__(self):
        self._address, self._dask = "tcp://somewhere", cluster._dask()


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (cluster_node.Died("the process that executed it hung"), "the process that executed it hung, 2 times."),
        (KilledWorker("a task", SimpleNamespace(address="here"), 3), "workers that executed it died, one after the"),
        (MemoryError("no room"), "it could not be executed: MemoryError: no room"),
    ],
)
def test_what_ends_one_submission_is_its_answer(raised, said):
    future = Future()
    future.set_exception(raised)
    outcome = Lost()._outcome(cluster._Sent(future, small(), 0.0))
    assert isinstance(outcome, CourseError)
    assert said in str(outcome)


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (CancelledError(), "The connection to the scheduler tcp://somewhere is lost"),
        (ImportError("No module named 'backprop_course'"), f"need backprop-course {__version__}: No module named"),
        (RuntimeError("Error during deserialization of the graph.\nSee"), "Error during deserialization of the graph."),
    ],
)
def test_what_no_submission_survives_ends_the_run(raised, said):
    future = Future()
    future.set_exception(raised)
    with pytest.raises(CourseError, match=re.escape(said)):
        Lost()._outcome(cluster._Sent(future, small(), 0.0))


GIVEN = replace(
    small(), limits=Limits(cell_seconds=1.5), keep_figures=True, cells=(Cell("x = '\ud800 é'", name="split-forward"),)
)
CAME = Outcome(
    (Executed(1, [{"output_type": "stream", "name": "stdout", "text": "\ud800"}]),),
    {"split-forward-check": 4.5},
    {"split-forward-check": {"points": 4.5}},
    (Flag("stopped", "", "it ended."),),
    "it ended.",
    LAYERS,
    0.25,
)


def test_what_is_packed_is_what_arrives():
    assert task_json.unpack_task(task_json.pack_task(GIVEN)) == GIVEN
    assert task_json.unpack_outcome(task_json.pack_outcome(CAME), GIVEN) == CAME
    assert str(task_json.unpack_outcome(task_json.pack_outcome(CourseError("not this one")), GIVEN)) == "not this one"


@pytest.mark.parametrize(
    "wrong",
    [
        {"cells": None},
        {"cells": "[]"},
        {"cells": []},
        {"cells": [{"count": 1}]},
        {"cells": [{"count": "1", "outputs": []}]},
        {"cells": [{"count": 1, "outputs": "shown"}]},
        {"cells": [{"count": 1, "outputs": ["shown"]}]},
        {"scores": {"another-check": 1.0}},
        {"scores": {"split-forward-check": "9"}},
        {"scores": {"split-forward-check": True}},
        {"scores": {"split-forward-check": float("nan")}},
        {"scores": {"split-forward-check": float("inf")}},
        {"scores": [9]},
        {"verdicts": {"another-check": {}}},
        {"verdicts": {"split-forward-check": "all right"}},
        {"flags": [{"kind": "stopped", "cell": ""}]},
        {"flags": [{"kind": "stopped", "cell": 1, "message": ""}]},
        {"flags": "none"},
        {"error": None},
        {"layers": "seccomp"},
        {"layers": [1]},
        {"seconds": "1"},
    ],
)
def test_an_answer_that_does_not_fit_is_an_error(wrong):
    data = json.dumps({"outcome": asdict(CAME) | wrong}).encode()
    found = task_json.unpack_outcome(data, GIVEN)
    assert isinstance(found, CourseError)
    assert "the answer of another machine does not fit" in str(found)


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"{}", b'{"error": 1}', b'{"outcome": 1}', None, "{}", CAME])
def test_what_is_no_answer_is_an_error(data):
    assert "does not fit" in str(task_json.unpack_outcome(data, GIVEN))
