"""From a submitted notebook to a task, and from the task's outcome to what is written down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backprop_course.grading.class_settings import settings_in
from backprop_course.grading.configuration import Grading
from backprop_course.grading.recording import Graded
from backprop_course.grading.submission import Mended
from backprop_course.sandbox.between.task import Cell, Executed, Flag, Outcome, Task, TestForm

MOST_TEXT = 32 * 2**20
"""The characters that a graded notebook may have; an honest one has a hundredth of that."""


@dataclass(frozen=True)
class Marked:
    """A graded notebook: the text of its file, its cells, and what goes into the gradebook."""

    text: str
    cells: tuple[Cell, ...]
    graded: Graded
    flags: tuple[Flag, ...]
    error: str


def task(
    student: str,
    assignment: str,
    mended: Mended,
    rules: Grading,
    exercises: str = "",
    tests: Mapping[str, TestForm] = {},
    files: Mapping[str, str] = {},
    people: Callable[[], tuple[str, ...]] = tuple,
) -> Task:
    """What is to be executed.

    exercises: the text of the assignment's own file of them. tests: how those of the instructor's own are carried out.
    files: what else lies beside the assignment. people: gives all of the class, asked where each has
    numbers of his own.
    """
    return Task(
        student,
        assignment,
        mended.released.name,
        mended.code,
        mended.released.points,
        rules.limits(),
        rules.keep_figures,
        exercises,
        tests,
        files,
        people() if settings_in(mended.code).personal_numbers else (),
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
        if name not in outcome.not_carried_out
    }
    waiting = mended.waiting | outcome.not_carried_out.keys()
    beside = sorted(name for name, form in task.tests.items() if form.where == "beside")
    text = _written(outcome.cells, outcome, mended, flags, beside)
    if len(text) > MOST_TEXT:
        flags = (*flags, Flag("stopped", "", "its cells showed more than anybody can read; that was left out."))
        text = _written([Executed(one.count) for one in outcome.cells], outcome, mended, flags, beside)
    return Marked(text, mended.cells, Graded(scores, mended.unanswered, waiting), flags, outcome.error)


def _written(
    executed: Sequence[Executed], outcome: Outcome, mended: Mended, flags: Iterable[Flag], beside: list[str]
) -> str:
    """The file of a graded notebook."""
    noted = {"flags": [vars(flag) for flag in flags], "error": outcome.error, "layers": list(outcome.layers)}
    if beside:
        noted["beside"] = beside
    return _text(mended.to_json(executed, noted))


def _text(notebook: dict[str, Any]) -> str:
    """A notebook's file, a cell a line: with an indent, Python's JSON takes ten times as long."""
    cells = ",\n".join(json.dumps(cell, ensure_ascii=False) for cell in notebook["cells"])
    rest = json.dumps({key: value for key, value in notebook.items() if key != "cells"}, ensure_ascii=False)
    text = f'{{"cells": [\n{cells}\n],\n{rest[1:]}\n'
    return text.encode(errors="replace").decode()  # half a character can be printed, but not written to a file
