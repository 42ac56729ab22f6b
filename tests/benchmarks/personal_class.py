"""Grading the same class with numbers for each student and without, paired: CPU, wall-clock, memory. Run by hand.

    python tests/benchmarks/personal_class.py [STUDENTS] [ASSIGNMENT …] [--wrong=0.1] [--runs=2]

Two workers, sandbox on. Of the students a share (--wrong) make each a slip in one answer, by machine, listed or not.
The goal: no more CPU than without, a ratio of 1. CPU is that of the command and of all that it has waited for;
programs that are killed are not in it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from grading import run, start
from mutants import slips

from backprop_course.checks.output import verdict_in
from backprop_course.exercises import NOTEBOOKS
from backprop_course.exercises.kinds import redrawable
from backprop_course.grading.class_settings import ID_CELL
from backprop_course.grading.demo import answer, solutions_of
from backprop_course.grading.new_class import new_class

WORKERS = 2
SLIPS = 40
"""For each exercise: a large class makes the same ones again and again."""


def main(count: int, assignments: list[str], wrong: float, runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain, personal = Path(folder, "plain"), Path(folder, "personal")
        for place in (plain, personal):
            new_class(place)
        config = (personal / "nbgrader_config.py").read_text()
        (personal / "nbgrader_config.py").write_text(config.replace("# c.Grading.personal", "c.Grading.personal"))
        for assignment in assignments:
            for place in (plain, personal):
                run(place, "nbgrader", "generate_assignment", assignment)
                hand_in(place, assignment, count, wrong)
            compare(plain, personal, assignment, count, runs)


def hand_in(folder: Path, assignment: str, count: int, wrong: float) -> None:
    """The same answers in every class: they are source, and each student's numbers are below them."""
    for released in sorted((folder / "release" / assignment).glob("*.ipynb")):
        chance = random.Random(f"{assignment} {count} {wrong}")
        solutions = solutions_of(folder / "notebooks" / assignment / released.name)
        asked = [one.id for one in NOTEBOOKS[f"{assignment}/{released.stem}"] if redrawable(one)]
        slipped = [(one.exercise, _without_marks(one.source)) for id in asked for one in slips(id, SLIPS)]
        for number in range(count):
            name = f"student-{number:04}"
            answers = solutions | {ID_CELL: f'student_id = "{name}"'}
            if slipped and chance.random() < wrong:
                exercise, source = chance.choice(slipped)
                answers[exercise] = source
            notebook = json.loads(released.read_bytes())
            answer(notebook, answers)
            path = folder / "submitted" / name / assignment / released.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(notebook))


def compare(plain: Path, personal: Path, assignment: str, count: int, runs: int) -> None:
    """Both classes graded in turn, so many times; the medians and their ratio."""
    figures: dict[Path, list[tuple[float, float, float]]] = {plain: [], personal: []}
    for turn in range(runs):
        for place in (plain, personal) if turn % 2 == 0 else (personal, plain):
            figures[place].append(grade(place, assignment))
    (cpu, wall, memory), (own_cpu, own_wall, own_memory) = (
        [median(column) for column in zip(*figures[place], strict=True)] for place in (plain, personal)
    )
    pairs = [a[0] / b[0] for a, b in zip(figures[personal], figures[plain], strict=True)]
    print(f"{assignment}, {count} submissions, {count_right(plain, assignment)} all right; median of {runs}")
    print(f"  without  {cpu:7.2f} s of CPU, {wall:7.2f} s, {memory:4.0f} MB")
    print(f"  with     {own_cpu:7.2f} s of CPU, {own_wall:7.2f} s, {own_memory:4.0f} MB")
    print(f"  ratio    {own_cpu / cpu:7.3f} of CPU, {own_wall / wall:.3f} (CPU of each pair: ", end="")
    print(
        ", ".join(f"{pair:.3f}" for pair in pairs)
        + f"); verdicts that differ: {different(plain, personal, assignment)}",
        flush=True,
    )


def grade(folder: Path, assignment: str) -> tuple[float, float, float]:
    """Seconds of CPU, seconds, and the most memory, in MB, of the process that reads and writes and its workers."""
    before, begin, most = _cpu(), time.perf_counter(), 0.0
    process = start(folder, "backprop_course.cli", "grade", assignment, f"--workers={WORKERS}", "--force")
    while process.poll() is None:
        most = max(most, _memory(process.pid))
        time.sleep(0.25)
    seconds, said = time.perf_counter() - begin, process.communicate()
    if process.returncode not in (0, 2):
        sys.exit(f"grade {assignment}: {said[1]}")
    return _cpu() - before, seconds, most


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory(pid: int) -> float:
    """The memory of a process and all that it has started, what they share counted once."""
    found, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
            found += int(Path(f"/proc/{one}/smaps_rollup").read_text().split("Pss:")[1].split()[0]) / 1024
        except (OSError, IndexError):  # it has just ended, or is locked in
            continue
    return found


def _without_marks(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if "### " not in line)


def verdicts(folder: Path, assignment: str) -> dict[str, object]:
    """Of each submission of an assignment and check: the points, and each part's status and mistake."""
    found = {}
    for path in folder.glob(f"autograded/*/{assignment}/*.ipynb"):
        for cell in json.loads(path.read_bytes())["cells"]:
            for output in cell.get("outputs", ()):
                if said := verdict_in(output):
                    parts = [(part["name"], part["status"], part["misconception"]) for part in said["parts"]]
                    found[f"{path.parent.parent.name} {said['exercise']}"] = said["points"], parts
    return found


def different(plain: Path, personal: Path, assignment: str) -> str:
    """How many verdicts of a class are not those of the other."""
    one, other = verdicts(plain, assignment), verdicts(personal, assignment)
    return f"{sum(one.get(key) != other.get(key) for key in one.keys() | other.keys())} of {len(one)}"


def count_right(folder: Path, assignment: str) -> int:
    """How many submissions are right in every check."""
    wrong = {
        key.split()[0]
        for key, (_, parts) in verdicts(folder, assignment).items()
        if any(p[1] != "right" for p in parts)
    }
    return sum(1 for _ in folder.glob(f"autograded/*/{assignment}")) - len(wrong)


if __name__ == "__main__":
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("students", nargs="?", type=int, default=60)
    read.add_argument("assignments", nargs="*", default=["02_chain_network", "03_split_network", "04_skip_connections"])
    read.add_argument("--wrong", type=float, default=0.1)
    read.add_argument("--runs", type=int, default=2)
    asked = read.parse_args()
    main(asked.students, asked.assignments, asked.wrong, asked.runs)
