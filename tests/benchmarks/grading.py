"""Grading a class with two workers, sandbox on, against `nbgrader autograde` as it comes, on every assignment.

    python tests/benchmarks/grading.py [SUBMISSIONS]

Goals: at least 25 times the throughput in the median, a thousand submissions of one assignment in less than a minute
(SUBMISSIONS is how many instead of 1000; 0 leaves this part out), memory that does not grow with their number,
the first submission graded within 2 s. A command's start is no throughput: it is measured and taken off on both sides.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from backprop_course.grading.demo import answer, solutions_of
from backprop_course.grading.new_class import new_class
from backprop_course.students import STUBS, instructors_notebooks

STOCK, OURS = 6, 60
WORKERS = 2
LARGE = "03_split_network"

CONFIG = f"""
c = get_config()
c.CourseDirectory.course_id = "backprop-course"
c.CourseDirectory.source_directory = "notebooks"
c.ClearSolutions.update({STUBS!r})
"""


def main(large: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stock, ours = Path(folder, "stock"), Path(folder, "ours")
        new_class(ours)
        new_class(stock)
        (stock / "nbgrader_config.py").write_text(CONFIG)
        assignments = sorted(path.name for path in instructors_notebooks().iterdir() if path.is_dir())
        ratios = [ratio(assignment, stock, ours) for assignment in assignments]
        print(f"median {median(ratios):.1f} times")
        if large:
            first(ours)
            many(ours, large)


def ratio(assignment: str, stock: Path, ours: Path) -> float:
    """How many times as many submissions of an assignment we grade in the same time."""
    theirs = ["nbgrader", "autograde", assignment]
    mine = ["backprop_course.cli", "grade", assignment, f"--workers={WORKERS}"]
    for folder, count in ((stock, STOCK), (ours, OURS)):
        run(folder, "nbgrader", "generate_assignment", assignment)
        hand_in(folder, assignment, count)
    slow = (run(stock, *theirs) - run(stock, *theirs)) / STOCK  # the second time there is nothing left to do
    fast = (run(ours, *mine) - run(ours, *mine)) / OURS
    found = slow / fast
    print(f"{assignment:26} nbgrader {slow * 1e3:5.0f} ms a submission, ours {fast * 1e3:4.0f} ms: {found:5.1f} times")
    return found


def first(folder: Path) -> None:
    """From the command's start to the first graded submission."""
    seconds = []
    for _ in range(5):
        shutil.rmtree(folder / "autograded")
        process = start(folder, "backprop_course.cli", "grade", LARGE, "--students=student-0000")
        begin = time.perf_counter()
        while not list(folder.glob(f"autograded/*/{LARGE}")):
            time.sleep(0.002)
        seconds.append(time.perf_counter() - begin)
        process.communicate()
    print(f"first submission graded after {median(seconds):.2f} s (median of 5)")


def many(folder: Path, count: int) -> None:
    """A large class, and the memory of the process that reads and writes."""
    hand_in(folder, LARGE, count)
    shutil.rmtree(folder / "autograded")
    begin = time.perf_counter()
    process = start(folder, "backprop_course.cli", "grade", LARGE, f"--workers={WORKERS}")
    memory = {}
    while process.poll() is None:
        done = sum(1 for _ in folder.glob(f"autograded/*/{LARGE}"))
        status = Path(f"/proc/{process.pid}/status").read_text()
        if "VmRSS" in status:
            memory[done * 10 // count] = int(status.split("VmRSS:")[1].split()[0]) // 1024
        time.sleep(0.2)
    seconds = time.perf_counter() - begin
    print(process.communicate()[0])
    print(f"{count} submissions in {seconds:.1f} s; memory after each tenth, MB: {list(memory.values())}")


def hand_in(folder: Path, assignment: str, count: int) -> None:
    """Solved notebooks, one after the other with another written answer."""
    for released in (folder / "release" / assignment).glob("*.ipynb"):
        solutions = solutions_of(folder / "notebooks" / assignment / released.name)
        for number in range(count):
            notebook = json.loads(released.read_bytes())
            answer(notebook, solutions)
            path = folder / "submitted" / f"student-{number:04}" / assignment / released.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(notebook))


def run(folder: Path, *command: str) -> float:
    """The seconds that a command takes."""
    begin = time.perf_counter()
    process = start(folder, *command)
    said = process.communicate()
    if process.returncode not in (0, 2):  # 2: written answers wait for a human
        sys.exit(f"{command}: {said[1]}")
    return time.perf_counter() - begin


def start(folder: Path, *command: str) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
