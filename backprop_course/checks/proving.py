"""The proof of an exercise: right answers are right, each mistake is rejected, and named as itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import singledispatch
from itertools import groupby

import numpy as np

from backprop_course.checks.formulas import FormulaJudge
from backprop_course.checks.functions import judge_function
from backprop_course.checks.judging import judge_of
from backprop_course.checks.proof import (
    Answers,
    Mistaken,
    applicable_anywhere,
    mistaken_formula,
    mistaken_function,
    right_answers,
)
from backprop_course.checks.proven import Proof, Tried
from backprop_course.checks.verdict import Part, Verdict
from backprop_course.exercises import Bug, Exercise, Formula, Function, Functions, Options, Values
from backprop_course.exercises.number_sets import better_numbers
from backprop_course.exercises.numbers import hidden_by, not_telling
from backprop_course.exercises.repairs import other_repairs
from backprop_course.misconceptions import Variant
from backprop_course.misconceptions.printed import line_of_code

Seen = Callable[[int, int], None]
"""Called for each mistake that has been tried: how many have, of how many."""


def prove(exercise: Exercise, *, everywhere: bool = True, seen: Seen = lambda done, of: None) -> Proof:
    """Carries out every mistake that can be made in an exercise, and looks at what its check says.

    everywhere: each mistake at each place where it can be made. Else formulas and functions, which take longest, are
    given each mistake at one place. seen: called for each, to show how far it is.
    An exercise of a kind of one's own is proven as far as its kind says what is right (`right_answers.register(Kind)`).
    """
    return _prove(exercise, everywhere, seen)


def _at_places(applicable: Sequence[Variant], everywhere: bool) -> Iterator[Variant]:
    """The ways to make mistakes that are tried: all, or of each mistake one, at another place each time."""
    if everywhere:
        yield from applicable
        return
    ways: dict[str, list[Variant]] = {}
    for variant in applicable:
        ways.setdefault(variant.misconception, []).append(variant)
    for k, several in enumerate(ways.values()):
        yield several[k % len(several)]


@singledispatch
def _prove(exercise: Exercise, everywhere: bool, seen: Seen) -> Proof:
    try:
        wrong = _right(exercise)
    except NotImplementedError:
        wrong = ""
    return Proof(exercise.id, _kind(exercise), exercise.points, wrong=wrong)


@_prove.register(Values)
def _values(exercise: Values, everywhere: bool, seen: Seen) -> Proof:
    found = Answers(exercise)
    applicable = frozenset(found.applicable)
    tried = []
    for number, (variant, predicted) in enumerate(zip(exercise.variants, exercise.predicted, strict=True), 1):
        if variant in applicable:
            verdict = _verdict(exercise, {**exercise.givens, **predicted})
            one = _tried(variant, _first_wrong(exercise, verdict, predicted), found.same_as(variant))
            # What is made before is named there; here nothing false may be said of it.
            if not exercise.made_before(variant) or one.said not in (None, *one.same):
                tried.append(one)
        seen(number, len(exercise.variants))
    shown = {variant.misconception for variant in applicable}
    elsewhere = dict.fromkeys(
        variant.misconception for variant in applicable_anywhere(exercise) if variant.misconception not in shown
    )
    hidden = dict.fromkeys([*hidden_by(exercise), *_passed(tried, exercise.hides)])
    telling = tuple(not_telling(exercise))
    return Proof(
        exercise.id,
        _kind(exercise),
        exercise.points,
        tuple(tried),
        _sets(ids for ids in found.equal_ids if ids <= {one.variant.misconception for one in tried}),
        tuple(hidden),
        tuple(elsewhere),
        telling,
        _right(exercise),
        better_numbers(exercise) if hidden or telling else None,
    )


def _first_wrong(exercise: Values, verdict: Verdict, answers: dict[str, float]) -> Part | None:
    """The first part that is not right; None where the mistake was made before, and is followed or passed over here."""
    parts = [part for part in verdict.parts if part.status != "right"]
    if any(abs(answers[name] - exercise.expected[name]) > 1e-9 for name in exercise.earlier):
        parts = [part for part in parts if part.status != "follows"]
        return parts[0] if parts else Part("", "follows")
    return parts[0] if parts else None


def _tried(variant: Variant, part: Part | None, same: Iterable[str], where: str = "") -> Tried:
    """part: the first that was not right; None where all were."""
    ids = frozenset(same)
    if part is not None and part.status == "follows":  # judged in the exercise in which it was made
        return Tried(variant, True, variant.misconception, ids, where)
    return Tried(variant, part is not None, part.misconception if part else None, ids, where)


def _passed(tried: Iterable[Tried], told: Sequence[str] = ()) -> list[str]:
    """The mistakes that got full points."""
    return [one.variant.misconception for one in tried if not one.rejected and one.variant.misconception not in told]


@_prove.register(Formula)
def _formulas(exercise: Formula, everywhere: bool, seen: Seen) -> Proof:
    found = Answers(exercise)
    judging = FormulaJudge(exercise, {}, np.random.default_rng(0))
    tried = []
    changed = {name: found.changed_in(k) for k, name in enumerate(exercise.asked)}
    chosen = list(_at_places(found.applicable, everywhere))
    for number, variant in enumerate(chosen, 1):
        for name, same in changed.items():
            if variant in same:
                part = judging.alone(name, Mistaken(mistaken_formula(exercise, variant, name)))
                tried.append(_tried(variant, None if part.status == "right" else part, same[variant], name))
        seen(number, len(chosen))
    return Proof(
        exercise.id,
        _kind(exercise),
        exercise.points,
        tuple(tried),
        _sets(found.equal_ids),
        tuple(dict.fromkeys(_passed(tried))),
        wrong=_right_formulas(exercise, judging),
        left=len(found.applicable) - len(chosen),
    )


@_prove.register(Function)
def _function(exercise: Function, everywhere: bool, seen: Seen) -> Proof:
    found = Answers(exercise)
    tried = []
    chosen = sorted(_at_places(found.applicable, everywhere), key=found.place)
    for _, alike in groupby(chosen, key=found.place):
        # The same answers everywhere hear the same: one of them is asked.
        several = list(alike)
        function = mistaken_function(exercise, several[0])
        verdict = judge_function(exercise, {exercise.name: function}, np.random.default_rng(0))
        parts = [part for part in verdict.parts if part.status not in ("right", "missing")]
        for variant in several:
            part = parts[0] if parts else None
            tried.append(_tried(variant, part, found.same_as(variant)))
            seen(len(tried), len(chosen))
    cases = list(exercise.cases(np.random.default_rng(0)))
    listed = {id for case in cases for step in case.steps for id in getattr(step.rules, "mistakes", ())}
    silent = sorted(listed - {variant.misconception for variant in found.applicable})
    return Proof(
        exercise.id,
        _kind(exercise),
        exercise.points,
        tuple(tried),
        _sets(found.equal_ids),
        tuple(dict.fromkeys([*silent, *_passed(tried)])),
        wrong=_right(exercise),
        left=len(found.applicable) - len(chosen),
    )


@_prove.register(Functions)
def _functions(exercise: Functions, everywhere: bool, seen: Seen) -> Proof:
    proofs = [_function(function, everywhere, seen) for function in exercise.functions]
    return Proof(
        exercise.id,
        _kind(exercise),
        exercise.points,
        tuple(one for proof in proofs for one in proof.tried),
        tuple(dict.fromkeys(ids for proof in proofs for ids in proof.alike)),
        tuple(dict.fromkeys(id for proof in proofs for id in proof.hidden)),
        wrong=_right(exercise),
        left=sum(proof.left for proof in proofs),
    )


@_prove.register(Options)
def _options(exercise: Options, everywhere: bool, seen: Seen) -> Proof:
    right = right_answers(exercise)
    faults = []
    for name, option in exercise.asked.items():
        if option.options and option.right not in option.options:
            faults.append(f"{name}: {option.right!r} is right, and not among {', '.join(option.options)}.")
        others: Iterable[tuple[int, ...] | str] = option.options or option.reasons
        for other in others:
            if other == option.right:
                continue
            verdict = _verdict(exercise, {**right, name: other})
            if verdict.passed:
                faults.append(f"{name}: {other!r} is accepted as well.")
            if not option.reasons.get(other, ("", ""))[1]:
                faults.append(f"{name}: nothing says why {other!r} is wrong; give a reason.")
    return Proof(exercise.id, _kind(exercise), exercise.points, telling=tuple(faults), wrong=_right(exercise))


@_prove.register(Bug)
def _bug(exercise: Bug, everywhere: bool, seen: Seen) -> Proof:
    """Carries out the faulty program, says every other line, and mends every other line by the smallest changes."""
    right = right_answers(exercise)
    faults, lines = [], len(exercise.right.lines)
    for number in range(1, lines + 1):
        if number != exercise.line and _verdict(exercise, {**right, exercise.line_name: number}).passed:
            faults.append(f"line {number} is accepted as well.")
        seen(number, lines)
    faulty = exercise.fault.program.function(exercise.mending.name)
    if _verdict(exercise, {**right, exercise.mending.name: faulty}).passed:
        faults.append("the faulty program is accepted as a mended one.")
    if not exercise.fault.shows(exercise.numbers):
        faults.append("the numbers of the listing do not show the fault in any gradient.")
    for line, tree in other_repairs(exercise.fault):
        faults.append(f"{line} = {line_of_code(tree)} would mend it, too.")
    line, fault = exercise.fault.line, exercise.fault
    said = f"{fault.misconception} in line {exercise.line}, {line} = {fault.program.lines[line]}"
    said += "" if faults else ": no smallest change of another line mends it, and every right line is said to be so."
    return Proof(
        exercise.id, _kind(exercise), exercise.points, telling=tuple(faults), wrong=_right(exercise), shown=said
    )


def _right(exercise: Exercise) -> str:
    """What the check says to right answers, where it does not give them all points."""
    verdict = _verdict(exercise, right_answers(exercise))
    return "" if verdict.passed and verdict.points == verdict.max_points else "; ".join(str(verdict).split("\n")[1:])


def _right_formulas(exercise: Formula, judging: FormulaJudge) -> str:
    """The same of formulas that have the right values."""
    parts = [judging.alone(name, Mistaken(mistaken_formula(exercise, None, name))) for name in exercise.asked]
    return "; ".join(f"{part.name}: {part.message}" for part in parts if part.status != "right")


def _verdict(exercise: Exercise, namespace: dict[str, object]) -> Verdict:
    with np.errstate(all="ignore"):
        return judge_of(exercise)(exercise, namespace, np.random.default_rng(0))


def _kind(exercise: Exercise) -> str:
    return type(exercise).__name__.lower()


def _sets(pairs: Iterable[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """Pairs that share a mistake as one set, to be read."""
    found: list[frozenset[str]] = []
    for pair in pairs:
        near = [ids for ids in found if ids & pair]
        found = [*(ids for ids in found if not ids & pair), pair.union(*near)]
    return tuple(sorted(found, key=sorted))
