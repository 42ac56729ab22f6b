"""Judges exercises of kind *shape* and *choice*, with a reason for each wrong answer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from backprop_course.calling.reading import Unreadable, describe, plain, read_number
from backprop_course.checks.judging import verdict_on
from backprop_course.checks.verdict import Part, Verdict
from backprop_course.exercises import Option, Options

Answer = tuple[int, ...] | str


@verdict_on.register(Options)
def judge_options(exercise: Options, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
    """The verdict on the shapes or choices of a notebook."""
    parts = tuple(_part(name, option, namespace.get(name)) for name, option in exercise.asked.items())
    points = float(sum(part.status == "right" for part in parts))
    return Verdict(exercise.id, parts, points, float(len(parts))).out_of(exercise.points)


def _part(name: str, option: Option, value: object) -> Part:
    if value is None or value is Ellipsis:
        return Part(name, "missing", None, "no answer yet.")
    answer = _read_shape(value) if isinstance(option.right, tuple) else _read_choice(value, option.options)
    if isinstance(answer, Unreadable):
        return Part(name, "invalid", None, answer.message)
    if answer == option.right:
        return Part(name, "right")
    misconception, reason = option.reasons.get(answer, (None, _no_reason(answer, option.right)))
    return Part(name, "wrong", misconception, f"not {_shown(answer)}.\n{reason}")


def _read_shape(value: object) -> tuple[int, ...] | Unreadable:
    value = plain(value)
    if type(value) is not tuple and type(value) is not list:
        if isinstance(read_number(value), float):
            return Unreadable("is a number; a shape is a tuple: (5,) is a vector of 5, () a single number.")
        return Unreadable(f"is {describe(value)}; a shape is a tuple such as (4, 5).")
    sizes = []
    for size in value[:20]:
        number = read_number(size)
        if isinstance(number, Unreadable) or number != int(number) or number < 0:
            return Unreadable("holds something that is no size; a shape is a tuple of whole numbers such as (4, 5).")
        sizes.append(int(number))
    return tuple(sizes)


def _read_choice(value: object, options: tuple[str, ...]) -> str | Unreadable:
    offered = " or ".join(repr(option) for option in options)
    if type(value) is not str:
        return Unreadable(f"is {describe(value)}; choose {offered}.")
    choice = str(value).strip().lower()
    return choice if choice in options else Unreadable(f"is {describe(value)}; choose {offered}.")


def _no_reason(answer: Answer, right: Answer) -> str:
    if isinstance(answer, tuple) and isinstance(right, tuple):
        if len(answer) != len(right):
            return f"It has {len(answer)} axes; how many has the variable that this is the gradient of?"
        return "A gradient has its variable's shape: look at the variable."
    return "Look at the equation once more."


def _shown(answer: Answer) -> str:
    return repr(answer)
