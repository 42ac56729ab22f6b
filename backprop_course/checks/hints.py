"""Hints by degrees: what a quantity is made from, its rule, the same step worked with other numbers; never its value.

They are derived from an exercise's steps, or written in `exercises/hints`.
"""

from __future__ import annotations

import ast
import re
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from html import escape

import numpy as np

from backprop_course.checks.intermediates import first_difference
from backprop_course.checks.showing import call_text, shown_number
from backprop_course.checks.verdict import Fold, Verdict, and_
from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.exercises import Case, Exercise, Formula, Function, Functions, Values
from backprop_course.exercises.hints import RULES, written_hints
from backprop_course.exercises.kinds import evaluate
from backprop_course.exercises.numbers import drawn
from backprop_course.formula import to_mathml
from backprop_course.formula.typeset import parse

DEGREES = 3
_DIGITS, _BY_HAND = 2, 150
_FUNCTIONS = {
    "sigmoid": "sigmoid(z) is 1 / (1 + e^(-z)).",
    "relu": "relu(z) is z where z is positive, else 0.",
    "step": "step(z) is 1 where z is 0 or more, else 0.",
    "sign": "sign(a) is 1 where a is positive, -1 where it is negative.",
}
"""What stands for a function in an equation."""


@dataclass(frozen=True)
class Hint:
    """One degree. text: what it says; equation: the two sides of one that is to be set as mathematics, or nothing."""

    text: str
    equation: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(filter(None, [" = ".join(self.equation), self.text]))

    @property
    def html(self) -> str:
        """The same for a notebook."""
        formula = f"<div>{to_mathml(*self.equation)}</div>" if self.equation else ""
        return f"{formula}<div>{escape(self.text)}</div>"


def stuck_at(verdict: Verdict) -> str:
    """The part that hints are about: the first wrong by itself, else the first without an answer; "" if none."""
    parts = [part for part in verdict.parts if not part.after]
    wrong = [part for part in parts if part.status in ("wrong", "invalid")]
    missing = [part for part in parts if part.status == "missing"]
    return next((part.name for part in wrong + missing), "")


def hints_on(exercise: Exercise, part: str, namespace: Mapping[str, object]) -> tuple[Hint, ...]:
    """The hints on a part, from the first degree on; none where nothing is known to help."""
    written = tuple(map(Hint, written_hints(exercise.id, part)))
    if not written:
        return derived(exercise, part, namespace)
    if exercise.written and (found := derived(exercise, part, namespace)):
        first, *rest = written  # which case to look at, then what is to be looked at there
        return (replace(first, text=f"{found[0].text}\n{first.text}"), *rest)
    return written


@singledispatch
def derived(exercise: Exercise, part: str, namespace: Mapping[str, object]) -> tuple[Hint, ...]:
    """The hints that an exercise's own steps give; a kind's way is registered with `derived.register(Kind)`."""
    return ()


@derived.register
def _of_values(exercise: Values, part: str, namespace: Mapping[str, object]) -> tuple[Hint, ...]:
    at_hand = {*exercise.givens, *exercise.earlier, *exercise.asked} - {part}
    other = drawn(exercise, np.random.default_rng(zlib.crc32(exercise.id.encode())))
    numbers = dict(other.start)
    for name in exercise.by_name:
        evaluate(name, exercise.by_name, other.start, numbers)
    return _of_step(part, exercise.by_name, at_hand, numbers, equation=True)


@derived.register
def _of_formula(exercise: Formula, part: str, namespace: Mapping[str, object]) -> tuple[Hint, ...]:
    # What is asked is the equation itself: its rule in words takes that place.
    numbers = exercise.values(exercise.draw(np.random.default_rng(zlib.crc32(exercise.id.encode()))))
    return hints_on_step(part, exercise.by_name, exercise.at_hand[part], numbers)


@derived.register
def _of_function(exercise: Function, part: str, namespace: Mapping[str, object]) -> tuple[Hint, ...]:
    if part not in exercise.parts or part.startswith("no loop"):
        return ()
    case, where = first_difference(exercise, part, namespace.get(exercise.name))
    called = call_text(exercise.name, case)
    by_hand = (
        f"Take one case by hand: {called}."
        if len(called) <= _BY_HAND
        else "Take a small case, and print what you make."
    )
    look = Hint(f"{by_hand}{where.told}")
    steps, target = case.by_name, where.quantity or case.asked.get(part, case.asked.get("", ""))
    other = list(exercise.cases(np.random.default_rng(1)))[1]
    rest = _of_step(target, steps, {*steps, *case.values} - {target}, _all_values(other), equation=True)
    if "X" in case.arguments:  # a batch is X to the student, and x to the network
        rest = of_batch(rest)
    return (look, *rest[1:])


def of_batch(hints: Sequence[Hint]) -> tuple[Hint, ...]:
    """The same hints where x is a batch, X."""
    return tuple(Hint(_renamed(one.text), tuple(map(_renamed, one.equation))) for one in hints)


def _renamed(text: str) -> str:
    return re.sub(r"\bx\b", "X", text)


@derived.register
def _of_functions(exercise: Functions, part: str, namespace: Mapping[str, object]) -> tuple[Hint, ...]:
    owner = next((function for function in exercise.functions if part in function.parts), None)
    return derived(owner, part, namespace) if owner else ()


def _all_values(case: Case) -> dict[str, Array]:
    values: dict[str, Array] = dict(case.values)
    for name in case.by_name:
        if name not in values:
            evaluate(name, case.by_name, case.values, values)
    return values


def hints_on_step(
    name: str, steps: Mapping[str, Step], at_hand: Collection[str], numbers: Mapping[str, Array]
) -> tuple[Hint, ...]:
    """The three degrees on a quantity that is to be written as an equation: its rule, and not the equation itself."""
    return _of_step(name, steps, at_hand, numbers, equation=False)


def _of_step(
    name: str, steps: Mapping[str, Step], at_hand: Collection[str], numbers: Mapping[str, Array], equation: bool
) -> tuple[Hint, ...]:
    """The three degrees on a quantity by its step; none where the step is not written out, or has no rule in words.

    numbers: of another example. equation: whether the second degree says it.
    """
    step = _told_step(steps[name], steps, at_hand) if name in steps else None
    if step is None or step.rule not in RULES:
        return ()
    text = _written(step, steps, at_hand)
    used = list(dict.fromkeys(re.findall(r"[A-Za-z_]\w*\b(?![\w(])", text)))
    if not {*used} <= {*at_hand, "T", "axis"}:
        return ()
    used = [one for one in used if one in at_hand]
    made_from = Hint(f"{name} is made from {and_(used)}{' alone' * (len(used) == 1)}.")
    if text in used:
        same = Hint("Nothing is done to it on the way: it is the same number.", (name, text) if equation else ())
        return (made_from, same, Hint(f"Where {text} is 0.7, {name} is 0.7 as well."))
    known = next((words for function, words in _FUNCTIONS.items() if f"{function}(" in text), "")
    rule = " ".join(filter(None, [RULES[step.rule], known]))
    return (made_from, Hint(rule, (name, text) if equation else ()), _worked(name, text, used, numbers, step, steps))


def _told_step(step: Step, steps: Mapping[str, Step], at_hand: Collection[str]) -> Step | None:
    """The step whose rule is to be told: where one only hands on what is not at hand, that one's."""
    if not hasattr(step.rules, f"{step.rule}_text"):
        return None
    text = step.equation(*step.parents)
    return _told_step(steps[text], steps, at_hand) if text in steps and text not in at_hand else step


def _written(step: Step, steps: Mapping[str, Step], at_hand: Collection[str]) -> str:
    """A step's right-hand side in names that are at hand."""
    texts = [
        name if name in at_hand or name not in steps else f"({_written(steps[name], steps, at_hand)})"
        for name in step.parents
    ]
    return ast.unparse(parse(step.equation(*texts)))


def _worked(
    name: str, text: str, used: Sequence[str], numbers: Mapping[str, Array], step: Step, steps: Mapping[str, Step]
) -> Hint:
    """The same step with other numbers, or, where these are arrays, with their shapes."""
    if any(np.ndim(numbers[one]) for one in used):
        shapes = ", ".join(f"{one} has {_shape(numbers[one])}" for one in used)
        return Hint(f"In another example {shapes}; then {name} has {_shape(numbers[name])}.")
    rounded = {one: float(f"{float(numbers[one]):.{_DIGITS}g}") for one in used}
    value = evaluate(step.name, steps, {**numbers, **rounded, **_recomputed(step, steps, rounded, numbers)})
    put_in = _put_in(text, rounded)
    with_ = ", ".join(f"{one} = {rounded[one]:g}" for one in used)
    return Hint(f"With other numbers, {with_}: {put_in} = {shown_number(value)}.")


def _recomputed(
    step: Step, steps: Mapping[str, Step], rounded: Mapping[str, float], numbers: Mapping[str, Array]
) -> dict[str, Array]:
    """What lies between a step and the numbers at hand, from the rounded ones."""
    found: dict[str, Array] = {}
    for parent in step.parents:
        if parent in steps and parent not in rounded:
            known = {one: value for one, value in numbers.items() if one not in steps} | dict(rounded)
            found[parent] = evaluate(parent, steps, known)
    return found


def _put_in(text: str, numbers: Mapping[str, float]) -> str:
    """An expression with numbers for its names, those below 0 in one pair of brackets."""

    def written(word: re.Match[str]) -> str:
        value = numbers.get(word[0])
        return word[0] if value is None else f"({value:g})" if value < 0 else f"{value:g}"

    return re.sub(r"\((\(-[\d.e+-]+\))\)", r"\1", re.sub(r"[A-Za-z_]\w*", written, text))


def _shape(value: Array) -> str:
    shape = np.shape(value)
    return f"the shape {shape}" if shape else "no axis"


def as_folds(exercise: str, part: str, hints: Sequence[Hint], most: int) -> tuple[Fold, ...]:
    """Hints to be opened one after another below a verdict. most: of how many degrees that exist these are."""
    plain = f'Stuck? hint("{exercise}") gives a hint on {part}, and a further one each time.'
    return tuple(
        Fold(f"Hint {k} of {most} on {part}: {_TITLES[k - 1]}", one.html, plain if k == 1 else "")
        for k, one in enumerate(hints, 1)
    )


_TITLES = ("what to look at", "the rule", "the same with other numbers")
