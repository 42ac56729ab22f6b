"""Hints on a program with a fault: which gradients it spoils, the faulty line's rule in words, that rule in numbers."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np

from backprop_course.checks.bugs import is_line
from backprop_course.checks.hints import Hint, derived, hints_on_step, of_batch
from backprop_course.checks.verdict import and_
from backprop_course.core import names
from backprop_course.core.functions import Array
from backprop_course.exercises import Bug
from backprop_course.exercises.faults import DIFFERENT, apart, points_of
from backprop_course.exercises.hints import RULES
from backprop_course.exercises.programs import gradient_steps, has_layers


@derived.register
def _of_bug(exercise: Bug, part: str, namespace: Mapping[str, object]) -> tuple[Hint, ...]:
    if part == exercise.line_name or not is_line(exercise, namespace.get(exercise.line_name)):
        return _of_line(exercise)
    at_hand = {*points_of(exercise.network)[0]} - {step.name for step in gradient_steps(exercise.network) if step.path}
    steps = {step.name: step for step in gradient_steps(exercise.network)}
    found = hints_on_step(exercise.fault.line, steps, at_hand - {exercise.fault.line}, _elsewhere(exercise))
    return of_batch(found) if has_layers(exercise.network) else found


def _elsewhere(exercise: Bug) -> Mapping[str, Array]:
    """The right values of all quantities, with other numbers."""
    points = points_of(exercise.network)
    return points[zlib.crc32(exercise.id.encode()) % len(points)]


def _of_line(exercise: Bug) -> tuple[Hint, ...]:
    step = next(step for step in gradient_steps(exercise.network) if step.name == exercise.fault.line)
    rule = Hint(f"Say in words what each line does. The faulty one should do this. {RULES[step.rule]}")
    return (Hint(_spoiled(exercise)), rule, Hint(_worked(exercise)))


def _spoiled(exercise: Bug) -> str:
    """Which gradients the fault spoils, and what that says."""
    right = exercise.right.values(exercise.numbers)
    weights = tuple(exercise.network.weights)
    wrong = [w for w in weights if apart(exercise.values[names.gradient(w)], right[names.gradient(w)]) > DIFFERENT]
    if len(wrong) == len(weights):
        return "No gradient is right: the fault is in a line that all of them are made from."
    others = and_([weight for weight in weights if weight not in wrong])
    good = f"right is that of {others}" if len(weights) - len(wrong) == 1 else f"right are those of {others}"
    if len(wrong) == 1:
        return f"Of the gradients that of {wrong[0]} alone is wrong: which lines is only this one made from?"
    return f"Of the gradients those of {and_(wrong)} are wrong, {good}: from which lines are only the wrong ones made?"


def _worked(exercise: Bug) -> str:
    """The right line, with other numbers for its names, or the shapes of what goes in and comes out."""
    name, point = exercise.fault.line, _elsewhere(exercise)
    tree = exercise.right.trees[name]
    used = dict.fromkeys(tree.names())
    if any(np.ndim(point[one]) for one in used):
        into = and_([str(np.shape(point[one])) for one in used])
        return f"In another example the shapes {into} go into the mended line, and {np.shape(point[name])} comes out."
    rounded = {one: float(f"{point[one]:.2g}") for one in used}
    worked = exercise.right.with_numbers(name, rounded)
    return f"The mended line with other numbers: {worked} = {float(tree.value(rounded)):.4g}."
