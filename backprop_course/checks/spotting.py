"""What can be said of an answer without knowing the mistake: rounded, turned, exchanged, of another name or form."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from backprop_course.calling.reading import read_number, type_name
from backprop_course.checks.comparing import close_numbers
from backprop_course.checks.evidence import Agreement, of_numbers
from backprop_course.checks.verdict import and_
from backprop_course.exercises import Values

_DECIMALS = (1, 2, 3, 4)
_SIGNIFICANT = (1, 2, 3)


def no_answer(name: str, exercise: Values, namespace: Mapping[str, object]) -> str:
    """What to say where a quantity has no number; a number under a name that comes close was probably meant."""
    meant = _written_instead(name, exercise, namespace)
    return f"not set; is your {meant} meant for it?" if meant else "no answer yet."


def _written_instead(name: str, exercise: Values, namespace: Mapping[str, object]) -> str:
    known = {*exercise.names, *exercise.by_name}
    others = [
        other
        for other, value in namespace.items()
        if type(other) is str and other not in known and not other.startswith("_") and _is_number(value)
    ]
    plain = name.replace("_", "").lower()
    same = [other for other in others if other.replace("_", "").lower() == plain]
    return next(iter(same or difflib.get_close_matches(name, others, 1, 0.85)), "") if len(name) > 1 else ""


def _is_number(value: object) -> bool:
    return (type(value) in (float, int) or issubclass(type(value), np.generic)) and isinstance(
        read_number(value), float
    )


def no_number(value: object) -> str:
    """What to say of something that stands where a number is asked; "" where its description says enough."""
    if type(value) is str:
        return "a text stands where a number is asked: write the calculation without quotes."
    if type_name(value) in ("function", "builtin_function_or_method"):
        return "a function stands where a number is asked: call it, with its arguments in brackets."
    return ""


def rounded(answer: float, value: float) -> str:
    """That an answer is the right one with digits missing; "" where it is not."""
    if close_numbers(answer, value) or not np.isfinite(value):
        return ""
    advice = "Give at least 4 significant digits, or let Python keep all."
    for digits in reversed(_DECIMALS):
        if close_numbers(answer, round(value, digits), 1e-9):
            if answer == 0:
                return f"0 is what rounding to {digits} decimal{'s' * (digits > 1)} leaves of it.\n{advice}"
            return f"rounded to {digits} decimal{'s' * (digits > 1)}.\n{advice}"
    for digits in reversed(_SIGNIFICANT):
        if close_numbers(answer, float(f"{value:.{digits}g}"), 1e-9):
            return f"rounded to {digits} significant digit{'s' * (digits > 1)}.\n{advice}"
    return ""


def fact(name: str, answers: Mapping[str, float], values: Sequence[float], exercise: Values) -> tuple[str, str | None]:
    """What is true of a wrong answer that no mistake explains, and what kind of edit that is; "" where nothing is.

    values: what would be right, or follow.
    """
    answer = answers[name]
    if any(value != 0 and close_numbers(answer, -value) for value in values):
        if exercise.by_name[name].rule == "loss":
            return "the size is right, the sign is not: a loss is never negative.", "sign"
        return "the size is right, the sign is not.\nWhere does a minus come in, or get lost?", "sign"
    for other, number in exercise.expected.items():
        if other != name and of_numbers(answer, number) is Agreement.FULL:
            exchanged = other in answers and close_numbers(answers[other], exercise.expected[name])
            question = "\nHave two answers changed places?" if exchanged else ""
            return f"this is the value of {other}.{question}", "instead"
    told = after_a_step(name, answers, exercise)
    return told, "proportion" if told else None


def after_a_step(name: str, answers: Mapping[str, float], exercise: Values) -> str:
    """That weights after a step of one size are given where gradients are asked; "" where they are not."""
    sizes = {
        other: (answers[other] - exercise.givens[step.of]) / exercise.expected[other]
        for other, step in exercise.by_name.items()
        if step.of in exercise.givens and other in answers and exercise.expected.get(other)
    }
    size = sizes.get(name, 0.0)
    alike = [other for other, one in sizes.items() if size and abs(one - size) <= 1e-3 * abs(size)]
    if len(alike) < 2:
        return ""
    weight = exercise.by_name[name].of
    return f"this is {weight} {'+' if size > 0 else '−'} {abs(size):.4g} times its gradient: the weight after a step."


def unnamed(name: str, exercise: Values) -> str:
    """What to say of a wrong answer of which nothing is known."""
    made_from = list(dict.fromkeys(_made_from(name, exercise)))
    if len(made_from) == 1:
        return f"not right.\nIt is made from {made_from[0]} alone."
    return f"not right.\nIt is made from {and_(made_from)}: which operation, in which order?"


def _made_from(name: str, exercise: Values) -> Iterator[str]:
    """What a student has for a quantity's equation: given numbers, and what was asked before it."""
    step = exercise.by_name[name]
    for parent in step.parents:
        if not re.search(rf"\b{parent}\b", step.equation(*step.parents)):
            continue  # a linear unit's slope needs neither z nor h
        if parent in (*exercise.givens, *exercise.earlier, *exercise.asked):
            yield parent
        else:
            yield from _made_from(parent, exercise)
