"""From a submitted notebook to a task, and from the task's outcome to what is written down."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from backprop_course.grading.configuration import Grading
from backprop_course.grading.gradebook import Graded
from backprop_course.grading.released import ReleasedNotebook
from backprop_course.grading.submission import METADATA, Mended
from backprop_course.sandbox.between.task import Flag, Outcome, Task

MOST_TEXT = 32 * 2**20
"""The characters that a graded notebook may have; an honest one has a hundredth of that."""


@dataclass(frozen=True)
class Marked:
    """A graded notebook: the text of its file, and what goes into the gradebook."""

    text: str
    graded: Graded
    flags: tuple[Flag, ...]
    error: str


def task(student: str, assignment: str, mended: Mended, released: ReleasedNotebook, rules: Grading) -> Task:
    """What is to be executed."""
    return Task(
        student,
        assignment,
        released.name,
        json.dumps(mended.notebook),
        released.points,
        rules.limits(),
        rules.keep_figures,
    )


def mark(outcome: Outcome, task: Task, mended: Mended, flags: Iterable[Flag], rules: Grading) -> Marked:
    """What an outcome is worth. flags: those of the submission's files."""
    flags = (*flags, *mended.flags, *outcome.flags)
    copied = {flag.cell for flag in flags if flag.kind == "copied-reference"} if rules.copies_score_nothing else set()
    scores = {
        name: 0.0
        if {name, name.removesuffix("-check")} & copied
        else min(max(outcome.scores.get(name, 0.0), 0.0), most)
        for name, most in task.points.items()
    }
    notebook = json.loads(outcome.notebook)
    if len(outcome.notebook) > MOST_TEXT:
        flags = (*flags, Flag("stopped", "", "its cells showed more than anybody can read; that was left out."))
        for cell in notebook["cells"]:
            cell.update({"outputs": []} if cell["cell_type"] == "code" else {})
    notebook["metadata"].setdefault(METADATA, {}).update(
        flags=[vars(flag) for flag in flags], error=outcome.error, layers=list(outcome.layers)
    )
    return Marked(_text(notebook), Graded(scores, mended.unanswered, mended.waiting), flags, outcome.error)


def _text(notebook: dict[str, Any]) -> str:
    """A notebook's file, a cell a line: with an indent, Python's JSON takes ten times as long."""
    cells = ",\n".join(json.dumps(cell, ensure_ascii=False) for cell in notebook["cells"])
    rest = json.dumps({key: value for key, value in notebook.items() if key != "cells"}, ensure_ascii=False)
    text = f'{{"cells": [\n{cells}\n],\n{rest[1:]}\n'
    return text.encode(errors="replace").decode()  # half a character can be printed, but not written to a file
