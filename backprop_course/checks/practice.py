"""The same exercise again with new numbers, as often as one likes, without points."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from html import escape
from importlib import import_module
from typing import Any

from backprop_course.checks.output import ipython, put_out
from backprop_course.checks.personal import as_given, sharing_numbers, start_practice
from backprop_course.checks.settings import settings
from backprop_course.checks.verdict import Verdict, and_
from backprop_course.errors import CourseError
from backprop_course.exercises import EXERCISES, Givens, Values, exercise
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
    numbers, ids = _begun(found, sys._getframe(1).f_globals)
    put_out({"text/plain": f"{_plain(numbers)}\n{_next(ids)}", "text/html": _html(numbers, ids)}, {}, ipython())


def offer_practice(verdict: Verdict, shell: Any, namespace: MutableMapping[str, object]) -> None:
    """Shows a button that gives new numbers, to whoever studies alone and is done with those that he has.

    Where no widget can be shown it is the words that say what to type.
    """
    with suppress(Exception):  # what cannot be offered costs nobody a verdict
        here, found = settings(), exercise(verdict.exercise)
        done = (verdict.passed and not verdict.stale) or verdict.practice
        if shell is None or not done or not here.self_study or not here.practice or not redrawable(found):
            return
        call = f'practice("{found.id}")'
        typed = f"Again, with new numbers: from backprop_course import practice, then {call}, in a cell of your own."
        bundle: dict[str, Any] = {"text/plain": typed, "text/html": f"<p>{escape(typed)}</p>"}
        with suppress(ImportError):
            button = import_module("backprop_course.checks.practice_button").PracticeButton(
                typed,
                f"Nothing has answered: the kernel is busy, or was restarted. Run the check again, or type {call}.",
                lambda: pressed(found.id, namespace),
            )
            bundle = (button._repr_mimebundle_() or ({},))[0] | bundle
        put_out(bundle, {}, shell)


def pressed(exercise_id: str, namespace: MutableMapping[str, object]) -> str:
    """Gives an exercise new numbers, as `practice` does; what to show of it, or why it cannot be, as HTML."""
    try:
        found = exercise(exercise_id)
        return _html(*_begun(found, namespace)) if redrawable(found) else ""
    except CourseError as error:
        return f"<p>{escape(str(error))}</p>"
    except Exception as error:  # a namespace can hold anything
        why = f"{type(error).__name__}: {error}"
        return f"<p>{escape(f'New numbers could not be given ({why}): restart the kernel and run all cells.')}</p>"


def _begun(found: Values, namespace: MutableMapping[str, object]) -> tuple[Givens, list[str]]:
    """Binds new numbers; these, and the exercises that have them. Raises CourseError where there are no others."""
    sharing = sharing_numbers(found)
    start_practice(found, namespace)
    numbers = Givens()
    for one in sharing:
        numbers |= as_given(one, namespace).given
    namespace.update(numbers)
    if isinstance(namespace.get("numbers"), Givens):
        namespace["numbers"] = numbers
    return numbers, [one.id for one in sharing]


def _plain(numbers: Givens) -> str:
    return ", ".join(f"{name} = {value:g}" for name, value in numbers.items())


def _html(numbers: Givens, ids: list[str]) -> str:
    return f"{numbers._repr_html_()}<p>{escape(_next(ids))}</p>"


def _next(ids: list[str]) -> str:
    return (
        f"New numbers for {and_(ids)}. Run the answer cells again, then their checks: they give no points now.\n"
        f'Your own numbers come back with the cell that gives them: given("{ids[0]}").'
    )
