"""From a student's answers to a verdict: `judge` for programs; `check`, `given` and `hint` for notebooks."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from backprop_course.checks import bug_hints, bugs, derivations, formulas, functions, options, values  # noqa: F401  (each registers its judge)
from backprop_course.checks.anothers import by_whose
from backprop_course.checks.attempts import attempts, earlier_attempts, hints_taken, take_hint
from backprop_course.checks.help import Help, offered
from backprop_course.checks.judging import judge_of
from backprop_course.checks.output import Points, ipython, put_out, show_verdict
from backprop_course.checks.personal import as_given, end_practice, numbers_here
from backprop_course.checks.practice import offer_practice
from backprop_course.checks.proven import Proof
from backprop_course.checks.proving import prove
from backprop_course.checks.runs import AGAIN, runs_of
from backprop_course.checks.standing import latest, progress
from backprop_course.checks.typed import by_what_was_typed
from backprop_course.checks.verdict import Part, Verdict
from backprop_course.exercises import Givens, exercise

__all__ = ["Part", "Proof", "Verdict", "check", "given", "hint", "judge", "progress", "prove"]


def judge(exercise_id: str, namespace: Mapping[str, object], ran: Sequence[object] = ()) -> Verdict:
    """The verdict on an exercise's answers in a namespace: right or wrong, and which mistake makes it so.

    ran: the texts of the cells that have run, in that order, where they are known: what a number was worked out by.
    Never raises for what a namespace holds. Raises CourseError for an unknown exercise.
    """
    found = exercise(exercise_id)
    mine = as_given(found, namespace)
    judging = judge_of(found)
    if mine is not found:  # what one student hears by his own numbers, nobody else will
        judging = getattr(judging, "__wrapped__", judging)
    try:
        with np.errstate(all="ignore"):
            verdict = judging(mine, namespace, np.random.default_rng())
            verdict = by_what_was_typed(mine, verdict, namespace, ran)
            return by_whose(verdict, namespace) if found.given else verdict
    except Exception as error:
        # A notebook can change NumPy itself under our feet. Nobody's work may be lost to that.
        message = f"the check could not be carried out ({type(error).__name__}); restart the kernel and run all cells."
        return Verdict(found.id, tuple(Part(name, "invalid", None, message) for name in found.parts), 0.0, found.points)


def given(exercise_id: str) -> Givens:
    """An exercise's numbers by name: this copy's, where everybody has others; practice with other ones ends.

    Raises CourseError for an unknown exercise or one that has none.
    """
    found = exercise(exercise_id)
    namespace = sys._getframe(1).f_globals
    end_practice(found, namespace)
    return numbers_here(found, namespace)


def check(exercise_id: str) -> float:
    """Judges the notebook's own variables, shows the verdict below the cell, and returns its points.

    The points are a float that a notebook does not show below the verdict, but where nbgrader executes and reads
    them. Raises CourseError for an unknown exercise, and nothing else.
    """
    namespace = sys._getframe(1).f_globals
    ran = namespace.get("In")
    verdict, shell = judge(exercise_id, namespace, ran if type(ran) is list else ()), ipython()
    if "NBGRADER_EXECUTION" in os.environ:
        show_verdict(verdict, shell)
        return float(verdict.points)
    verdict = _as_it_stands(verdict, shell, namespace)
    if verdict.practice:
        show_verdict(verdict, shell, attempts=earlier_attempts(shell, verdict.exercise))
        offer_practice(verdict, shell, namespace)
        return Points(0.0)
    if not verdict.stale:
        latest[verdict.exercise] = float(verdict.points)
    tried = attempts(shell, verdict)
    verdict = offered(verdict, len(tried), namespace)
    show_verdict(verdict, shell, attempts=tried, hints=sum(hints_taken(shell, exercise_id).values()))
    offer_practice(verdict, shell, namespace)
    return Points(verdict.points)


def hint(exercise_id: str) -> None:
    """Shows a hint on the first thing that is not right yet, and at each further call one degree more.

    A hint says what to look at, then the rule, then the same with other numbers; never what is asked. In self-study
    one call more gives up, and shows one way to write it. Raises CourseError for an unknown exercise, and nothing else.
    """
    namespace = sys._getframe(1).f_globals
    found, shell = exercise(exercise_id), ipython()
    if "NBGRADER_EXECUTION" not in os.environ:
        help = Help.on(judge(exercise_id, namespace), namespace)
        taken = take_hint(shell, found.id, help.part, help.steps) if help.steps else 0
        put_out(*help.output(taken), shell)


def _as_it_stands(verdict: Verdict, shell: Any, namespace: Mapping[str, object]) -> Verdict:
    """The verdict, with what the runs of the notebook's cells say: it may be about code that is gone."""
    with suppress(Exception):  # a notebook can change IPython as well; that costs nobody a verdict
        runs, asked = runs_of(shell), exercise(verdict.exercise).answered
        if trouble := runs.trouble(verdict.exercise, asked, namespace):
            notes = (*filter(None, [trouble.hint]), *verdict.notes)
            return replace(verdict, stale=trouble.why, about=trouble.about, notes=notes)
        if all(part.status == "missing" for part in verdict.parts) and not runs.has_run(verdict.exercise, asked):
            return replace(verdict, notes=(*verdict.notes, AGAIN))
    return verdict


if "NBGRADER_EXECUTION" not in os.environ and (_here := ipython()) is not None:
    runs_of(_here)  # the set-up cell imports `check`: every cell after it is noted
