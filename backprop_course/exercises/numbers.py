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
    changed = {
        variant: [exercise.changed_by(variant, name) for name in exercise.asked]
        for variant in exercise.variants
        if not exercise.made_before(variant)
    }
    here = [variant for variant, parts in changed.items() if any(parts)]
    (right,), (wrong,) = _tables([exercise], here)
    with np.errstate(all="ignore"):
        away = np.where(np.isfinite(wrong), np.abs(wrong - right) / np.abs(right), np.inf)
    near = (away < SHOWN_APART) & np.array([changed[variant] for variant in here]).reshape(away.shape)
    confused = list(_alike_pairs(here, wrong))
    # Other numbers are looked at only for the mistakes that these show badly: a few of hundreds.
    badly = [k for k in range(len(here)) if near[k].any() or any(k in pair for pair in confused)]
    drawn = _drawn_tables(exercise, [here[k] for k in badly])
    always = dict(zip(badly, _differ(drawn[0][:, None], drawn[1]), strict=True))
    hidden: list[Variant] = []
    somewhere: dict[Variant, tuple[str, ...]] = {}
    for k in badly:
        parts = np.array(exercise.asked)[always[k] & near[k]].tolist()
        if parts and len(parts) == always[k].sum():
            hidden.append(here[k])
        elif any(1e-9 < far < SHOWN_APART for far in away[k]):
            somewhere[here[k]] = tuple(parts)
    answers = dict(zip(badly, drawn[1].swapaxes(0, 1), strict=True))
    shown = [(j, k) for j, k in confused if always[j].any() and always[k].any()]
    return Nearness(tuple(hidden), somewhere, sum(bool(_differ(answers[j], answers[k]).any()) for j, k in shown))


def _alike_pairs(variants: list[Variant], wrong: np.ndarray) -> Iterator[tuple[int, int]]:
    """The pairs of different mistakes, by their numbers, whose answers cannot be told apart."""
    ids = np.array([variant.misconception for variant in variants])
    with np.errstate(all="ignore"):
        for k in range(len(variants) - 1):
            away = np.abs(wrong[k + 1 :] - wrong[k]) / np.abs(wrong[k])
            near = (np.where(np.isfinite(away), away, 0.0).max(axis=1) < _TOLD_APART) & (ids[k + 1 :] != ids[k])
            yield from ((k, other) for other in (np.flatnonzero(near) + k + 1).tolist())


def _differ(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where two tables of answers differ in some draw, along their first axis."""
    with np.errstate(all="ignore"):
        same = np.abs(other - one) <= 1e-7 * np.maximum(np.abs(other), np.abs(one)) + 1e-13
    return np.asarray(~(same | (np.isnan(one) & np.isnan(other))).all(axis=0))


def _drawn_tables(exercise: Values, variants: list[Variant]) -> tuple[np.ndarray, np.ndarray]:
    """Answers with other numbers, on the same side of every kink."""
    rng = np.random.default_rng(0)
    return _tables([drawn(exercise, rng) for _ in range(_DRAWS)] if variants else [exercise], variants)


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


def _tables(exercises: list[Values], variants: list[Variant]) -> tuple[np.ndarray, np.ndarray]:
    """Right answers (draws, asked), and those of each of these mistakes (draws, mistakes, asked)."""
    asked = exercises[0].asked
    right = np.array([[one.expected[name] for name in asked] for one in exercises])
    made = [[one.predicted_by(variant) for variant in variants] for one in exercises]
    wrong = [[[predicted[name] for name in asked] for predicted in found] for found in made]
    return right, np.array(wrong, dtype=float).reshape(len(exercises), len(variants), len(asked))


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
