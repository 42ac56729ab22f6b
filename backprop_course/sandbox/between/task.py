"""What goes into the execution of one notebook and what comes out of it: plain data, to be sent anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PRIVATE_SCRATCH = "private scratch"
"""The layer that bounds what is written into a scratch folder; where it does not hold, the examiner looks."""
SCRATCH_FILES = 4096
"""How many files and folders a scratch folder holds."""


@dataclass(frozen=True)
class Limits:
    """What a submission may use; seconds and bytes. file_size: of a file, and of all files in its scratch folder."""

    cell_seconds: float = 30.0
    check_seconds: float = 10.0
    submission_seconds: float = 120.0
    memory: int = 2 * 2**30
    processes: int = 32
    file_size: int = 16 * 2**20
    output_size: int = 2**20


@dataclass(frozen=True)
class Task:
    """One notebook to execute and judge.

    notebook: as JSON text, its cells already put back as they were released (`submission.py`).
    points: the most that each automatically graded cell can give, by its grade_id.
    """

    student: str
    assignment: str
    name: str
    notebook: str
    points: Mapping[str, float]
    limits: Limits = field(default_factory=Limits)
    keep_figures: bool = False


@dataclass(frozen=True)
class Flag:
    """Something that an instructor should look at.

    kind: "copied-reference", "suspicious-file", "stopped" …; cell: the grade_id, or "" for the whole notebook.
    """

    kind: str
    cell: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What came out of a task.

    notebook: executed, as JSON text, with what students and instructors may see as its outputs.
    scores: of every cell in `points`; 0 where no verdict was reached.
    verdicts: of the checks that reached one (`Verdict.to_json`), by grade_id of the check cell.
    error: why the notebook could not be executed to its end, or "".
    layers: the layers of isolation that held.
    stalled: something was not done in time, and the machine did not let it run.
    """

    notebook: str
    scores: Mapping[str, float]
    verdicts: Mapping[str, Mapping[str, object]]
    flags: tuple[Flag, ...] = ()
    error: str = ""
    layers: tuple[str, ...] = ()
    seconds: float = 0.0
    stalled: bool = False
