"""Whether an exercise's given numbers tell mistakes apart: no two quantities look alike, no rate is a usual one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import singledispatch
from itertools import combinations

import numpy as np

from backprop_course.errors import CourseError
from backprop_course.exercises.kinds import Exercise, Givens, Values, evaluate
from backprop_course.misconceptions import MISCONCEPTIONS, Variant

_DRAWS = 3
_USUAL_SQUARE = 0.01
"""The commonest fixed learning rate: with its root as `eta`, a rate applied twice could not be told from it."""
_TOLD_APART = 1e-3
"""From there on two numbers are different to a check."""
SHOWN_APART = 0.01
"""How far from right, relative, a mistake must lead for a number worked out by hand to show it."""


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


@dataclass(frozen=True)
class Nearness:
    """Which mistakes an exercise's numbers show badly, though others on the same side of every kink show them well.

    hidden: those that stay within a hundredth of right in all that is asked. somewhere: those that do so in a part
    of it, with the names; there the answers are as good as right, and the mistake shows elsewhere. confused: how
    many pairs of mistakes look alike, though others tell them apart.
    """

    hidden: tuple[Variant, ...]
    somewhere: dict[Variant, tuple[str, ...]]
    confused: int = 0


@singledispatch
def nearness(exercise: Exercise) -> Nearness:
    """Which mistakes an exercise's given numbers show badly; none, where it gives none."""
    return Nearness((), {})


@nearness.register(Values)
def _nearness(exercise: Values) -> Nearness:
    (right,), (wrong,) = _tables([exercise])
    drawn = _drawn_tables(exercise)
    always = _differ(drawn[0][:, None], drawn[1])
    here = [k for k, variant in enumerate(exercise.variants) if not exercise.made_before(variant)]
    with np.errstate(all="ignore"):
        away = np.where(np.isfinite(wrong), np.abs(wrong - right) / np.abs(right), np.inf)
    hidden: list[Variant] = []
    somewhere: dict[Variant, tuple[str, ...]] = {}
    for k in here:
        near = np.array(exercise.asked)[always[k] & (away[k] < SHOWN_APART)].tolist()
        if near and len(near) == always[k].sum():
            hidden.append(exercise.variants[k])
        elif any(1e-9 < far < SHOWN_APART for far in away[k]):
            somewhere[exercise.variants[k]] = tuple(near)
    shown = [k for k in here if always[k].any()]
    return Nearness(tuple(hidden), somewhere, _confused(exercise, shown, wrong, drawn[1]))


def _confused(exercise: Values, shown: list[int], wrong: np.ndarray, drawn: np.ndarray) -> int:
    """How many pairs of mistakes have answers that cannot be told apart, though with other numbers they can."""
    ids = np.array([exercise.variants[k].misconception for k in shown])
    wrong, drawn, count = wrong[shown], drawn[:, shown], 0
    with np.errstate(all="ignore"):
        for k in range(len(shown) - 1):
            away = np.abs(wrong[k + 1 :] - wrong[k]) / np.abs(wrong[k])
            near = (np.where(np.isfinite(away), away, 0.0).max(axis=1) < _TOLD_APART) & (ids[k + 1 :] != ids[k])
            if near.any():
                others = np.flatnonzero(near) + k + 1
                count += int(_differ(drawn[:, k][:, None], drawn[:, others]).any(axis=-1).sum())
    return count


def _differ(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where two tables of answers differ in some draw, along their first axis."""
    with np.errstate(all="ignore"):
        same = np.abs(other - one) <= 1e-7 * np.maximum(np.abs(other), np.abs(one)) + 1e-13
    return np.asarray(~(same | (np.isnan(one) & np.isnan(other))).all(axis=0))


def _drawn_tables(exercise: Values) -> tuple[np.ndarray, np.ndarray]:
    """Answers with other numbers, on the same side of every kink."""
    rng = np.random.default_rng(0)
    return _tables([drawn(exercise, rng) for _ in range(_DRAWS)])


def hidden_by(exercise: Exercise) -> tuple[str, ...]:
    """The ids of the mistakes that an exercise's given numbers hide, though their author does not say so."""
    ids = dict.fromkeys(variant.misconception for variant in nearness(exercise).hidden)
    return tuple(id for id in ids if id not in exercise.hides)


def refuse_hidden(exercises: Iterable[Exercise]) -> None:
    """Raises CourseError for the first exercise whose given numbers hide a mistake."""
    for exercise in exercises:
        if ids := hidden_by(exercise):
            said = "; ".join(f"{MISCONCEPTIONS[id].name} ({id})" for id in ids)
            raise CourseError(
                f"The numbers of {exercise.id} hide a mistake, which would get full points: {said}. `backprop-course "
                f"prove` proposes better ones; to keep these, write hides={ids!r} in its line."
            )


def _tables(exercises: list[Values]) -> tuple[np.ndarray, np.ndarray]:
    """Right answers (draws, asked), and those of each mistake (draws, mistakes, asked)."""
    asked = exercises[0].asked
    right = np.array([[one.expected[name] for name in asked] for one in exercises])
    wrong = [[[predicted[name] for name in asked] for predicted in one.predicted] for one in exercises]
    return right, np.array(wrong).reshape(len(exercises), -1, len(asked))


def drawn(exercise: Values, rng: np.random.Generator, same_side: bool = True) -> Values:
    """The exercise with other numbers; on the same side of every kink: where a ReLU is on, it stays on.

    Nearer and nearer to the exercise's own, where those farther off are on another side.
    """
    given = np.array(list(exercise.givens.values()))
    for near in (0.0, *np.linspace(0.0, 0.999, 60)):
        sign = np.sign(given) if same_side else rng.choice([-1, 1], len(given))
        numbers = rng.uniform(0.3, 1.5, len(given)) * sign
        if same_side:
            numbers = near * given + (1 - near) * numbers
        found = replace(exercise, givens=Givens(zip(exercise.givens, numbers.tolist(), strict=True)))
        if not same_side or _sides(found) == _sides(exercise):
            return found
    return exercise


def _sides(exercise: Values) -> list[float]:
    """The sign of every quantity, and whether the predictions are too high."""
    values = dict(exercise.start)
    for step in exercise.steps:
        evaluate(step.name, exercise.by_name, exercise.start, values)
    errors = [values[step.parents[0]] - values[step.parents[1]] for step in exercise.steps if step.rule == "loss"]
    return np.sign([*values.values(), *errors]).tolist()  # type: ignore[no-any-return]


def _alike(values: Mapping[str, float], a: str, b: str) -> bool:
    return bool(abs(abs(values[a]) - abs(values[b])) <= 1e-9 * abs(values[a]))
