"""The same exercise again with new numbers, as often as one likes, without points."""

from __future__ import annotations

import os
import sys
from html import escape

from backprop_course.checks.output import ipython, put_out
from backprop_course.checks.personal import as_given, sharing_numbers, start_practice
from backprop_course.checks.settings import settings
from backprop_course.checks.verdict import and_
from backprop_course.errors import CourseError
from backprop_course.exercises import EXERCISES, Givens, exercise
from backprop_course.exercises.kinds import redrawable


def practice(exercise_id: str) -> None:
    """Gives an exercise, and all that share its numbers, new ones: in this kernel, until `given` gives back your own.

    They are bound to their names, and the answers so far are taken away, as those of practice are at its end. Checks
    go by them, and give no points.
    While a notebook is graded it does nothing. Raises CourseError for an unknown exercise, for one without numbers, and
    for one that no other numbers are found for.
    """
    found = exercise(exercise_id)
    if not redrawable(found):
        raise CourseError(
            f"{exercise_id!r} gives no numbers of its own to practise with; those that do: "
            f"{', '.join(id for id, one in EXERCISES.items() if redrawable(one))}."
        )
    if "NBGRADER_EXECUTION" in os.environ:
        return
    if not settings().practice:
        put_out({"text/plain": "In this class there is no practice with new numbers."}, {}, ipython())
        return
    namespace, sharing = sys._getframe(1).f_globals, sharing_numbers(found)
    start_practice(found, namespace)
    numbers = Givens()
    for one in sharing:
        numbers |= as_given(one, namespace).given
    namespace |= numbers
    if isinstance(namespace.get("numbers"), Givens):
        namespace["numbers"] = numbers
    _show(numbers, [one.id for one in sharing])


def _show(numbers: Givens, ids: list[str]) -> None:
    said = (
        f"New numbers for {and_(ids)}. Run the answer cells again, then their checks: they give no points now.\n"
        f'Your own numbers come back with the cell that gives them: given("{ids[0]}").'
    )
    plain = ", ".join(f"{name} = {value:g}" for name, value in numbers.items())
    table = numbers._repr_html_()
    put_out({"text/plain": f"{plain}\n{said}", "text/html": f"{table}<p>{escape(said)}</p>"}, {}, ipython())
