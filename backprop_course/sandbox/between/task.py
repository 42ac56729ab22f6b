"""What goes into the execution of one notebook and what comes out of it: plain data, to be sent anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
class Cell:
    """A cell of a notebook, parsed where it comes in.

    cell_type: "code", "markdown" or "raw". id: the front end's, or "". name: nbgrader's grade_id; "" for one of the
    student's own. solution: students write in it. locked: its text is the instructor's. task: it describes work that
    is graded by hand. exercise: what `check("…")` asks for, where the cell reads that and nothing else; or "".
    attachments: the pictures in a text, by name and MIME type. attempts: how many a check has noted in its output.
    """

    source: str
    cell_type: str = "code"
    id: str = ""
    name: str = ""
    solution: bool = False
    locked: bool = False
    task: bool = False
    exercise: str = ""
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    attempts: int = 0
    hints: int = 0

    @property
    def is_code(self) -> bool:
        """Whether it can be executed."""
        return self.cell_type == "code"


@dataclass(frozen=True)
class Executed:
    """What a code cell shows after its execution, as nbformat has it. count: its number; None where it did not run."""

    count: int | None = None
    outputs: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class TestForm:
    """How a test of the instructor's own is carried out.

    where: "apart", in the examiner, on the student's remote names; "beside" the student's code, as nbgrader does, in a
    locked-in process that holds nothing else; or "nowhere", because it denies the model solution its points: a human
    gives them. prints_points: a number in its last line is the points. may_change: the model solution changes the
    arguments that it gets in this test.
    """

    __test__ = False

    where: str = "apart"
    prints_points: bool = True
    may_change: bool = False


@dataclass(frozen=True)
class Task:
    """One notebook to execute and judge.

    cells: its code cells in order, already put back as they were released (`grading/submission.py`).
    points: the most that each automatically graded cell can give, by its grade_id. tests: how those are carried out
    that are no checks. files: the assignment's own, by name, in Base64; they lie where tests and students' code run.
    exercises: the text of the instructor's own file of exercises, or "": for whoever judges, never for who runs.
    people: whoever else is in the class, where each has numbers of his own.
    """

    student: str
    assignment: str
    name: str
    cells: tuple[Cell, ...]
    points: Mapping[str, float]
    limits: Limits = field(default_factory=Limits)
    keep_figures: bool = False
    exercises: str = ""
    tests: Mapping[str, TestForm] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()


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

    cells: what each of the task's cells shows, for students and instructors to see.
    scores: of every cell in `points`; 0 where no verdict was reached.
    verdicts: of the checks that reached one (`Verdict.to_json`), by grade_id of the check cell.
    error: why the notebook could not be executed to its end, or "".
    layers: the layers of isolation that held.
    not_carried_out: the tests, by grade_id, whose points a human has to give, and why.
    changed_arguments, printed_points: the tests whose arguments a function changed; whose last line gave their points.
    stalled: something was not done in time, and the machine did not let it run.
    """

    cells: tuple[Executed, ...]
    scores: Mapping[str, float]
    verdicts: Mapping[str, Mapping[str, object]]
    flags: tuple[Flag, ...] = ()
    error: str = ""
    layers: tuple[str, ...] = ()
    seconds: float = 0.0
    stalled: bool = False
    not_carried_out: Mapping[str, str] = field(default_factory=dict)
    changed_arguments: tuple[str, ...] = ()
    printed_points: tuple[str, ...] = ()
