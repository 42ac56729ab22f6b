"""From a student's answers to a verdict: `judge` for programs, `check` and `given` for notebooks."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import numpy as np

from backprop_course.checks.attempts import attempts
from backprop_course.checks.formulas import judge_formula
from backprop_course.checks.functions import judge_function
from backprop_course.checks.options import judge_options
from backprop_course.checks.values import judge_values
from backprop_course.checks.verdict import MIME_TYPE, Part, Verdict
from backprop_course.errors import CourseError
from backprop_course.exercises import Exercise, Formula, Function, Givens, Options, Values, exercise

__all__ = ["MIME_TYPE", "Part", "Verdict", "check", "given", "judge"]


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
    """Judges the notebook's own variables, shows the verdict below the cell, and returns its points."""
    verdict = judge(exercise_id, sys._getframe(1).f_globals)
    _show(verdict)
    return float(verdict.points)


def _show(verdict: Verdict) -> None:
    if "IPython" in sys.modules:
        from IPython import get_ipython
        from IPython.display import display

        if shell := get_ipython():
            noted = {} if "NBGRADER_EXECUTION" in os.environ else {"attempts": attempts(shell, verdict)}
            data = verdict.to_json() | noted
            bundle = {"text/plain": str(verdict), "text/html": verdict._repr_html_(), MIME_TYPE: data}
            display(bundle, raw=True)  # type: ignore[no-untyped-call]
            return
    print(verdict)
