"""Judges exercises of kind *bug*: the number of the faulty line, and the program with that line mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from backprop_course.calling.reading import Unreadable, describe, read_number
from backprop_course.checks.functions import FunctionJudge, judge_function
from backprop_course.checks.judging import verdict_on
from backprop_course.checks.verdict import Part, Verdict
from backprop_course.exercises import Bug


@verdict_on.register(Bug)
def judge_bug(exercise: Bug, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
    """The verdict on a line's number and a mended program; each by itself."""
    mended, notes = _mended(exercise, namespace, rng)
    parts = (_line(exercise, namespace.get(exercise.line_name)), mended)
    points = float(sum(part.status in ("right", "follows") for part in parts))
    return Verdict(exercise.id, parts, points, float(len(parts)), notes).out_of(exercise.points)


def _line(exercise: Bug, answer: object) -> Part:
    """The verdict on a line's number: of a right line it is said why it is right, and nothing of the faulty one."""
    name, last = exercise.line_name, len(exercise.right.lines)
    if answer is None or answer is Ellipsis:
        return Part(name, "missing", None, "no answer yet.")
    found = _number(answer)
    if isinstance(found, Unreadable):
        return Part(
            name, "invalid", None, f"is {describe(answer)}; the number of a line is expected, from 1 to {last}."
        )
    if found not in range(1, last + 1):
        return Part(name, "invalid", None, f"is {found:g}; the lines have the numbers 1 to {last}.")
    if is_line(exercise, found):
        return Part(name, "right")
    return Part(name, "wrong", None, f"not line {int(found)}.\n{_why_right(exercise, int(found))}")


def is_line(exercise: Bug, answer: object) -> bool:
    """Whether an answer is the faulty line's number."""
    return _number(answer) == exercise.line


def _number(answer: object) -> float | Unreadable:
    found = read_number(answer)
    if isinstance(found, Unreadable) and type(answer) is str and answer.strip().isdecimal():
        return float(answer)
    return found


def _why_right(exercise: Bug, number: int) -> str:
    """A right line's equation, with the numbers that reach it."""
    name = list(exercise.right.lines)[number - 1]
    right = exercise.right.lines[name]
    put_in = exercise.right.with_numbers(name, exercise.values)
    if not put_in:
        return f"{name} = {right} is its equation, with the arrays that reach it."
    value = f"{float(exercise.values[name]):.4g}"
    worked = "" if put_in == value else f" = {put_in}"
    return f"{name} = {right}{worked} = {value}: its equation holds for the numbers that reach it."


def _mended(exercise: Bug, namespace: Mapping[str, object], rng: np.random.Generator) -> tuple[Part, tuple[str, ...]]:
    """The verdict on the mended program as one part, and what else is said of it."""
    name = exercise.mending.name
    verdict = judge_function(exercise.mending, namespace, rng)
    wrong = [part for part in verdict.parts if part.status not in ("right", "follows")]
    if not wrong:
        follows = any(part.status == "follows" for part in verdict.parts)
        return Part(name, "follows" if follows else "right"), verdict.notes
    first = next((part for part in wrong if part.status != "missing"), wrong[0])
    if first.status == "wrong" and _passes_unmended(exercise, namespace):
        said = "it gives what the faulty program gives.\nMend the one line, and leave the others as they are."
        return Part(name, "wrong", None, said), ()
    message = first.message if first.status != "wrong" else f"{first.name} is not right: {first.message}"
    return replace(first, name=name, message=message), verdict.notes


def _passes_unmended(exercise: Bug, namespace: Mapping[str, object]) -> bool:
    """Whether a program is the faulty one still, whatever it looks like."""
    judge = FunctionJudge(exercise.unmended, namespace, np.random.default_rng(0))
    return all(part.status == "right" for part in judge.parts(namespace.get(exercise.mending.name)))
