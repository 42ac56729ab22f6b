"""Whether an exercise's given numbers tell mistakes apart: no two quantities look alike, no rate is a usual one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np

from backprop_course.exercises.kinds import Givens, Values, evaluate

_DRAWS = 3
_USUAL_SQUARE = 0.01
"""The commonest fixed learning rate: with its root as `eta`, a rate applied twice could not be told from it."""


def not_telling(exercise: Values) -> Iterator[str]:
    """What is wrong with the given numbers, a sentence each; nothing where they are telling.

    Two quantities, given or asked, may be equal up to sign only where they are so for all numbers on the same
    side of every kink, as z_o and y_hat at a linear output.
    """
    eta = exercise.givens.get("eta")
    if eta is not None and np.isclose(eta**2, _USUAL_SQUARE):
        yield f"eta is {eta:g}: a step with eta² looks like one with the fixed rate {_USUAL_SQUARE:g}; take another."
    values = {**exercise.start, **exercise.expected}
    rng = np.random.default_rng(0)
    always = [{**one.start, **one.expected} for one in (drawn(exercise, rng) for _ in range(_DRAWS))]
    for a, b in combinations(values, 2):
        if _alike(values, a, b) and not all(_alike(other, a, b) for other in always):
            yield f"{a} and {b} are equal up to sign, {values[a]:.4g} and {values[b]:.4g}; change one of the givens."


def drawn(exercise: Values, rng: np.random.Generator, same_side: bool = True) -> Values:
    """The exercise with other numbers; on the same side of every kink: where a ReLU is on, it stays on."""
    while True:
        signs = [np.sign(given) if same_side else rng.choice([-1, 1]) for given in exercise.givens.values()]
        numbers = [float(rng.uniform(0.3, 1.5) * sign) for sign in signs]
        found = replace(exercise, givens=Givens(zip(exercise.givens, numbers, strict=True)))
        if not same_side or _sides(found) == _sides(exercise):
            return found


def _sides(exercise: Values) -> list[float]:
    """The sign of every quantity, and whether the predictions are too high."""
    values = dict(exercise.start)
    for step in exercise.steps:
        evaluate(step.name, exercise.by_name, exercise.start, values)
    errors = [values[step.parents[0]] - values[step.parents[1]] for step in exercise.steps if step.rule == "loss"]
    return np.sign([*values.values(), *errors]).tolist()  # type: ignore[no-any-return]


def _alike(values: Mapping[str, float], a: str, b: str) -> bool:
    return bool(abs(abs(values[a]) - abs(values[b])) <= 1e-9 * abs(values[a]))
