"""Killed at any moment and run again, grading finishes what is left: nothing lost, half written, or graded twice."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from classroom import ASSIGNMENT
from gradebooks import tables

from backprop_course.grading.grade import LOCK

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="submissions cannot be kept apart here")

KILLS = 50


def files(room):
    """Every file that grading leaves, and the folders that it may leave by mistake."""
    paths = sorted((room.folder / "autograded").rglob("*"))
    return {str(path.relative_to(room.folder)): path.read_bytes() if path.is_file() else None for path in paths}


def test_fifty_kills_later_gradebook_and_files_are_those_of_an_undisturbed_run(released, tmp_path):
    killed = released.copy(tmp_path / "killed")
    script = Path(__file__).with_name("interrupted.py")
    subprocess.run([sys.executable, script, killed.folder, str(KILLS), "1"], check=True)

    undisturbed = released.copy(tmp_path / "undisturbed")
    shutil.copytree(killed.folder / "submitted", undisturbed.folder / "submitted")
    script = "import interrupted; interrupted.grade()"
    path = {"PYTHONPATH": str(Path(__file__).parent)}
    subprocess.run([sys.executable, "-c", script], cwd=undisturbed.folder, env=os.environ | path, check=True)

    assert tables(killed.folder / "gradebook.db") == tables(undisturbed.folder / "gradebook.db")
    assert files(killed) == files(undisturbed)
    assert len(files(killed)) > 3 * KILLS


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no list of processes here")
def test_the_whole_command_is_killed_and_goes_on_where_it_was(released, tmp_path):
    room = released.copy(tmp_path / "class")
    students = [f"s{number:02}" for number in range(24)]
    for student in students:
        room.hand_in(student)
    for count in 3, 9:  # killed when so many are done, while others are being executed
        process = room.start("backprop_course.cli", "grade", ASSIGNMENT, "--workers=2")
        wait_until_done(room, count)
        workers = descendants(process.pid)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        wait_until_gone(workers)
    _, progress = room.grade("--workers=2")
    assert f"{len(students)} of {len(students)}" not in progress  # some had been done
    assert [room.scores(student)["split-forward-check"] for student in students] == [(9.0, False)] * len(students)
    assert not [path for path in files(room) if ".part" in path or ".old" in path]
    assert sorted(path.name for path in room.folder.iterdir() if path.name.startswith(".")) == [LOCK]


def test_ctrl_c_ends_it_at_once_and_says_how_to_go_on(released, tmp_path):
    room = released.copy(tmp_path / "class")
    for number in range(12):
        room.hand_in(f"s{number:02}")
    process = room.start("backprop_course.cli", "grade", ASSIGNMENT, "--workers=1")
    wait_until_done(room, 1)
    process.send_signal(signal.SIGINT)
    said = process.communicate()
    assert process.returncode == 130, said
    assert said[1].endswith("Interrupted. The same command, without --force, goes on where it was.\n")
    assert "Traceback" not in said[1]
    room.grade()


def wait_until_done(room, count):
    wait_for(lambda: len(list(room.folder.glob(f"autograded/*/{ASSIGNMENT}"))) >= count)


def wait_until_gone(processes):
    wait_for(lambda: not any(Path(f"/proc/{process}").exists() for process in processes))


def wait_for(ready):
    deadline = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def descendants(process):
    """Everybody whom a process has started, and whom those have."""
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # gone meanwhile
        return []
    return children + [one for child in children for one in descendants(child)]
