"""From a student's answers to a verdict: `judge` for programs, `check` and `given` for notebooks."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from backprop_course.checks.attempts import attempts
from backprop_course.checks.formulas import judge_formula
from backprop_course.checks.functions import judge_function
from backprop_course.checks.options import judge_options
from backprop_course.checks.output import Points, show
from backprop_course.checks.runs import AGAIN, runs_of
from backprop_course.checks.values import judge_values
from backprop_course.checks.verdict import Part, Verdict
from backprop_course.errors import CourseError
from backprop_course.exercises import Exercise, Formula, Function, Givens, Options, Values, exercise

__all__ = ["Part", "Verdict", "check", "given", "judge"]


def judge(exercise_id: str, namespace: Mapping[str, object]) -> Verdict:
    """The verdict on an exercise's answers in a namespace: right or wrong, and which mistake makes it so.

    Never raises for what a namespace holds. Raises CourseError for an unknown exercise.
    """
    found = exercise(exercise_id)
    try:
        with np.errstate(all="ignore"):
            return _judged(found, namespace, np.random.default_rng())
    except Exception as error:
        # A notebook can change NumPy itself under our feet. Nobody's work may be lost to that.
        message = f"the check could not be carried out ({type(error).__name__}); restart the kernel and run all cells."
        return Verdict(found.id, tuple(Part(name, "invalid", None, message) for name in found.parts), 0.0, found.points)


def _judged(exercise: Exercise, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
    if isinstance(exercise, Values):
        return judge_values(exercise, namespace)
    if isinstance(exercise, Formula):
        return judge_formula(exercise, namespace, rng)
    if isinstance(exercise, Options):
        return judge_options(exercise, namespace)
    if isinstance(exercise, Function):
        return judge_function(exercise, namespace, rng)
    verdicts = [judge_function(function, namespace, rng) for function in exercise.functions]
    return Verdict(
        exercise.id,
        tuple(part for verdict in verdicts for part in verdict.parts),
        float(sum(verdict.points for verdict in verdicts)),
        exercise.points,
        tuple(note for verdict in verdicts for note in verdict.notes),
    )


def given(exercise_id: str) -> Givens:
    """An exercise's numbers by name. Raises CourseError for an unknown exercise or one that has none."""
    found = exercise(exercise_id)
    if not isinstance(found, Values):
        raise CourseError(f"The exercise {exercise_id!r} has no given numbers.")
    return Givens(found.givens)


def check(exercise_id: str) -> float:
    """Judges the notebook's own variables, shows the verdict below the cell, and returns its points.

    The points are a float that a notebook does not show below the verdict, but where nbgrader executes and reads
    them. Raises CourseError for an unknown exercise, and nothing else.
    """
    namespace = sys._getframe(1).f_globals
    verdict, shell = judge(exercise_id, namespace), _shell()
    if "NBGRADER_EXECUTION" in os.environ:
        show(verdict, shell)
        return float(verdict.points)
    verdict = _as_it_stands(verdict, shell, namespace)
    show(verdict, shell, attempts=attempts(shell, verdict))
    return Points(verdict.points)


def _as_it_stands(verdict: Verdict, shell: Any, namespace: Mapping[str, object]) -> Verdict:
    """The verdict, with what the runs of the notebook's cells say: it may be about code that is gone."""
    with suppress(Exception):  # a notebook can change IPython as well; that costs nobody a verdict
        runs, asked = runs_of(shell), _answers(exercise(verdict.exercise))
        trouble, hint = runs.trouble(verdict.exercise, asked, namespace)
        if trouble:
            return replace(verdict, stale=trouble, notes=(*filter(None, [hint]), *verdict.notes))
        if all(part.status == "missing" for part in verdict.parts) and not runs.has_run(verdict.exercise, asked):
            return replace(verdict, notes=(*verdict.notes, AGAIN))
    return verdict


def _answers(exercise: Exercise) -> tuple[str, ...]:
    """The names that an answer gives something."""
    return exercise.asked if isinstance(exercise, Values | Formula) else exercise.names


def _shell() -> Any:
    """The notebook's IPython, or None."""
    if "IPython" not in sys.modules:
        return None
    with suppress(Exception):
        return sys.modules["IPython"].get_ipython()
    return None


if "NBGRADER_EXECUTION" not in os.environ and (_here := _shell()) is not None:
    runs_of(_here)  # the set-up cell imports `check`: every cell after it is noted
