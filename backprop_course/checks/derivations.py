"""Judges exercises of kind *derivation*: line by line, against the line before, at random points."""

from __future__ import annotations

import ast
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from backprop_course.calling.reading import describe, plain
from backprop_course.checks.formulas import POINTS
from backprop_course.checks.judging import verdict_on
from backprop_course.checks.repairing import formula_repairs, sentence, told
from backprop_course.checks.verdict import Part, Verdict
from backprop_course.exercises.kinds.derivation import ENDS, STARTS, STEPS, Derivation, Goal
from backprop_course.formula.parse import Expression, NotRead, read_expression

_MOST_LINES = 60
_RELATIVE = 1e-7


@verdict_on.register(Derivation)
def judge_derivation(exercise: Derivation, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
    """The verdict on the lists of lines of a notebook."""
    fixed = np.random.default_rng(zlib.crc32(exercise.id.encode()))  # the same answer hears the same
    points = [exercise.draw(one) for one in (fixed, rng) for _ in range(POINTS)]
    judged = [part for name, goal in exercise.goals.items() for part in _parts(name, goal, namespace.get(name), points)]
    each = exercise.points / len(judged)
    return Verdict(exercise.id, tuple(judged), each * sum(part.status == "right" for part in judged), exercise.points)


def _parts(name: str, goal: Goal, answer: object, points: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    start, steps, end = (f"{what} of {name}" for what in (STARTS, STEPS, ENDS))
    lines = _read_lines(answer, goal)
    if isinstance(lines, str) or not lines:
        status, said = ("invalid", lines) if isinstance(lines, str) else ("missing", "no lines yet.")
        return tuple(Part(part, status, None, said) for part in (start, steps, end))  # type: ignore[arg-type]
    values = [[line.value(point) for point in points] for line in lines]
    right = [float(goal.value(point)) for point in points]
    way = _steps(steps, goal, lines, values, points)
    # What is to come out is known from the question: it counts for whoever has shown the way to it.
    last = _end(end, goal, lines[-1], values[-1], right) if way.status == "right" else Part(end, "wrong", after=steps)
    return _start(start, goal, lines[0], values[0], right, points), way, last


def _read_lines(answer: object, goal: Goal) -> list[Expression] | str:
    """The lines as formulas; none where nothing has been written; what is wrong with them, in words."""
    answer = plain(answer)
    if answer is None or answer is Ellipsis:
        return []
    if type(answer) is not list and type(answer) is not tuple:
        return f'is {describe(answer)}; a list of lines is expected, ["first line", "second line", …].'
    if len(answer) > _MOST_LINES:
        return f"has {len(answer)} lines; a dozen are enough."
    lines = []
    for k, text in enumerate(answer, 1):
        if type(text) is not str:
            return f"its line {k} is {describe(text)}; each line is typed as text, between quotes."
        read = read_expression(text.lstrip().removeprefix("="), goal.at_hand)
        if isinstance(read, NotRead):
            return f"its line {k} {read.message}"
        lines.append(read)
    return lines


def _start(
    part: str,
    goal: Goal,
    line: Expression,
    values: Sequence[float],
    right: Sequence[float],
    points: Sequence[Mapping[str, Any]],
) -> Part:
    if (k := _first_difference(values, right)) is None:
        if goal.form(line.tree):
            return Part(part, "right")
        return Part(part, "wrong", None, f"line 1 is the end already.\nBegin earlier: show {next(iter(goal.steps))}.")
    fact = f"{_at(points[k], [line])} line 1 gives {_number(values[k])}; it is {_number(right[k])} there."
    cause, kind = _cause(line, right, goal, points)
    return Part(part, "wrong", None, "\n".join(filter(None, [f"line 1 is not {goal.of}.", cause, fact])), edit=kind)


def _steps(
    part: str,
    goal: Goal,
    lines: Sequence[Expression],
    values: Sequence[Sequence[float]],
    points: Sequence[Mapping[str, Any]],
) -> Part:
    for number in range(1, len(lines)):
        before, after = values[number - 1], values[number]
        if (k := _first_difference(after, before)) is not None:
            at = _at(points[k], lines[number - 1 : number + 1])
            fact = f"{at} line {number} gives {_number(before[k])}, line {number + 1} gives {_number(after[k])}."
            said = f"line {number + 1} is not equal to line {number}: {lines[number].text}"
            cause, kind = _cause(lines[number], before, goal, points)
            return Part(part, "wrong", None, "\n".join(filter(None, [said, cause, fact])), edit=kind)
    for step, shows in goal.steps.items():
        if not any(shows(line.tree) for line in lines):
            return Part(part, "wrong", None, f"a step is left out.\nShow {step}.")
    if len(lines) < 2:
        return Part(part, "missing", None, "one line so far; go on from it.")
    return Part(part, "right")


def _end(part: str, goal: Goal, line: Expression, values: Sequence[float], right: Sequence[float]) -> Part:
    if _first_difference(values, right) is not None:
        return Part(part, "wrong", None, f"the last line is not {goal.of}.")
    form = goal.form(line.tree)
    return Part(part, "wrong" if form else "right", None, form)


def _cause(
    line: Expression, wanted: Sequence[float], goal: Goal, points: Sequence[Mapping[str, Any]]
) -> tuple[str, str | None]:
    """By which one change a line becomes what it should be, and the kind of that; "" where no one does."""

    def is_right(tree: ast.expr) -> bool:
        changed = Expression(tree, "")
        return all(
            _apart(changed.value(point), value) <= _RELATIVE for point, value in zip(points, wanted, strict=True)
        )

    found = formula_repairs(line.tree, goal.at_hand, is_right)
    return (sentence(told(found)), found[0].kind) if found else ("", None)


def _first_difference(values: Sequence[float], others: Sequence[float]) -> int | None:
    """The point at which two formulas differ most clearly, one of the fixed ones first; None where they are equal."""
    apart = [_apart(a, b) for a, b in zip(values, others, strict=True)]
    differing = [k for k, far in enumerate(apart) if far > _RELATIVE]
    return max(differing, key=lambda k: (k < POINTS, apart[k])) if differing else None


def _apart(a: float, b: float) -> float:
    if not (np.isfinite(a) and np.isfinite(b)):
        return 2.0
    return abs(a - b) / max(abs(a), abs(b), 1e-3)


def _at(point: Mapping[str, Any], lines: Sequence[Expression]) -> str:
    names = dict.fromkeys(name for line in lines for name in line.names if name in point)
    return f"At {', '.join(f'{name} = {float(point[name]):.4g}' for name in names)}" if names else "Everywhere"


def _number(value: float) -> str:
    return f"{value + 0.0:.4g}"
