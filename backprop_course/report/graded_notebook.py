"""Reads a graded notebook back: the verdicts, the answers and the flags in it. Nothing in it is run or believed.

Only check cells that were released hold verdicts; what else a notebook says may be a student's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprop_course.checks.output import verdict_in
from backprop_course.checks.verdict import STATUSES
from backprop_course.errors import CourseError
from backprop_course.grading.files import read_file
from backprop_course.grading.submission import METADATA
from backprop_course.misconceptions import MISCONCEPTIONS
from backprop_course.report.opinions import Opinion, read_opinion
from backprop_course.sandbox.between.task import Flag

MOST_PARTS = 100
_LONGEST = 200
_BEGINNINGS = ("this is exactly what comes out if ", "two mistakes together give exactly this: ")
_AFTER_AN_ERROR = ("One change makes it right", "The same two shapes meet if ")
"""How the second line begins where the first one says only that a call has stopped."""
_REPAIRED = re.compile(
    r"^(not right; o|O)ne change makes it right(, for example)?: (in line \d+ of (its cell|the cell of \S+) )?"
)
_CODE = re.compile("`[^`]*`")
"""What somebody has written."""
_FRACTION = re.compile(r"[-−]?\d+\.\d+(e[-+]?\d+)?|[-−]?\d+e[-+]?\d+")


@dataclass(frozen=True, order=True)
class Unlisted:
    """What explains a wrong answer though it is no known mistake: the kind of change, and in which words it is told.

    Where one's own numbers stand in these words, the same is said to others with theirs: they are left out.
    """

    kind: str
    clause: str


@dataclass(frozen=True)
class PartSeen:
    """What became of one thing that was asked: its status, and what explains it: a known mistake, another, or none."""

    name: str
    status: str
    mistake: str | None
    unlisted: Unlisted | None = None


@dataclass(frozen=True)
class Paper:
    """A graded notebook.

    verdicts: the parts of each exercise, by the name of its check cell. answers: the source of each answer cell by
    its name. attempts, hints: how many a check has noted, by the name of its cell, where that is known. error: why the
    notebook was not executed to its end, or "". released: the digest of the release by which it was graded, or "".
    beside: the tests that ran beside the student's code. opinion: what the student thinks of it, where that is said.
    """

    verdicts: Mapping[str, tuple[PartSeen, ...]]
    answers: Mapping[str, str]
    attempts: Mapping[str, int]
    hints: Mapping[str, int]
    flags: tuple[Flag, ...] = ()
    error: str = ""
    released: str = ""
    beside: tuple[str, ...] = ()
    opinion: Opinion | None = None

    @property
    def mistakes(self) -> set[str]:
        """The known mistakes in it."""
        return {part.mistake for parts in self.verdicts.values() for part in parts if part.mistake}

    @property
    def unlisted(self) -> set[Unlisted]:
        """What explains its other wrong answers."""
        return {part.unlisted for parts in self.verdicts.values() for part in parts if part.unlisted}


def read_paper(path: Path, checks: Collection[str]) -> Paper:
    """A graded notebook from its file. checks: the names of the cells that may hold a verdict.

    Raises CourseError where it cannot be read.
    """
    try:
        notebook = json.loads(read_file(path))
        return _paper(notebook, frozenset(checks))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CourseError(f"{path.name} is no notebook that can be read ({type(error).__name__}).") from error


def _paper(notebook: dict[str, Any], checks: frozenset[str]) -> Paper:
    verdicts, answers = {}, {}
    opinion = None
    for cell in notebook["cells"]:
        role = cell["metadata"].get("nbgrader") or {}
        name = role.get("grade_id")
        if name in checks and role.get("grade") and not role.get("solution"):
            if (verdict := _verdict(cell)) is not None:
                verdicts[name] = verdict
        elif role.get("solution"):
            answers[str(name)] = "".join(cell["source"])
        elif cell["cell_type"] == "markdown" and not role:
            opinion = opinion or read_opinion("".join(cell["source"]))
    noted = notebook["metadata"].get(METADATA) or {}
    flags = tuple(Flag(str(one["kind"]), str(one["cell"]), str(one["message"])) for one in noted.get("flags", ()))
    attempts, hints = (
        {name: int(count) for name, count in noted.get(what, {}).items() if name in checks}
        for what in ("attempts", "hints")
    )
    return Paper(
        verdicts,
        answers,
        attempts,
        hints,
        flags,
        str(noted.get("error", "")),
        str(noted.get("released", "")),
        tuple(map(str, noted.get("beside", ()))),
        opinion,
    )


def _verdict(cell: dict[str, Any]) -> tuple[PartSeen, ...] | None:
    for output in cell.get("outputs", ()):
        if (data := verdict_in(output)) is not None:
            return tuple(_part(part) for part in data["parts"][:MOST_PARTS] if part["status"] in STATUSES)
    return None


def _part(part: dict[str, Any]) -> PartSeen:
    mistake = part.get("misconception")
    known = mistake if mistake in MISCONCEPTIONS else None
    return PartSeen(str(part["name"])[:60], part["status"], known, None if known else _unlisted(part))


def _unlisted(part: dict[str, Any]) -> Unlisted | None:
    """What is said of a wrong part, where the verdict knows what kind of change explains it."""
    kind, lines = part.get("edit"), str(part.get("message", "")).split("\n")
    told = next((line for line in lines[1:2] if line.startswith(_AFTER_AN_ERROR)), lines[0])
    if not isinstance(kind, str) or not told or part["status"] not in ("wrong", "invalid"):
        return None
    for beginning in _BEGINNINGS:
        told = told.removeprefix(beginning)
    told = _CODE.sub("…", _REPAIRED.sub("", told))
    return Unlisted(kind[:20], _FRACTION.sub("…", told).removesuffix(".")[:_LONGEST])
