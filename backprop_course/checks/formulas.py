"""Judges exercises of kind *formula*: at random points, against the network's own values."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zlib import crc32

import numpy as np

from backprop_course.calling.reading import Unreadable, describe, read_number, type_name
from backprop_course.checks.evidence import Agreement, explanation
from backprop_course.checks.judging import verdict_on
from backprop_course.checks.repairing import formula_repairs, told
from backprop_course.checks.search import MOST_UNSOLVED, WrongPart
from backprop_course.checks.verdict import Part, Verdict, in_turn
from backprop_course.core.trace import Step
from backprop_course.exercises import Formula
from backprop_course.exercises.kinds import evaluate
from backprop_course.formula.parse import Expression, NotRead, read_expression
from backprop_course.misconceptions import Variant
from backprop_course.misconceptions.combined import Explanation
from backprop_course.misconceptions.points import STOPPED, ValuesAt
from backprop_course.misconceptions.registry import Changes

POINTS = 12
"""At how many random points a formula is compared, at least."""
_RELATIVE = 1e-7


@verdict_on.register(Formula)
def judge_formula(exercise: Formula, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
    """The verdict on the formulas of a notebook."""
    verdict = FormulaJudge(exercise, namespace, rng, explains=False).verdict()
    if all(part.status in ("right", "missing") for part in verdict.parts):
        return verdict
    # What is said is said at points that are always the same, so that the same answer always hears the same.
    explained = FormulaJudge(exercise, namespace, np.random.default_rng(crc32(exercise.id.encode()))).verdict()
    same = [part.status for part in explained.parts] == [part.status for part in verdict.parts]
    return explained if same else FormulaJudge(exercise, namespace, rng).verdict()


def read_formula(answer: object, at_hand: Collection[str], later: Collection[str] = ()) -> Expression | Unreadable:
    """A student's answer as a formula; a plain number is a constant one."""
    if type(answer) is str:
        found = read_expression(answer, at_hand, later)
        return Unreadable(found.message) if isinstance(found, NotRead) else found
    number = read_number(answer)
    if isinstance(number, float):
        return Expression(ast.Constant(number), f"{number:g}")
    typed = "a formula is typed as text, between quotes"
    if type_name(answer) in ("function", "builtin_function_or_method"):
        return Unreadable(f"is a function; {typed}: its right-hand side alone.")
    if type(answer) is np.ndarray:
        return Unreadable(f"is an array of numbers, computed from what the names stand for; {typed}.")
    return Unreadable(f"is {describe(answer)}; {typed}.")


class FormulaJudge:
    """The formulas of a notebook, judged in turn. explains: whether it is said what is wrong."""

    def __init__(
        self, exercise: Formula, namespace: Mapping[str, object], rng: np.random.Generator, explains: bool = True
    ) -> None:
        self.exercise = exercise
        self.explains = explains
        self.unsolved = 0
        """For how many formulas a search has ended without a result."""
        self.namespace = namespace
        with np.errstate(all="ignore"):
            self.draws = exercise.draws(rng, POINTS)
            self.points = [exercise.values(numbers) for numbers in self.draws]
            self.others = [exercise.values(numbers, exercise.otherwise) for numbers in self.draws]
        self.judged_at: dict[str, list[int]] = {}
        self.expressions: dict[str, Expression] = {}
        self.own: list[dict[str, Any]] = [{} for _ in self.points]
        """At each point the value of every formula so far, from the student's own earlier ones."""

    def verdict(self) -> Verdict:
        parts = tuple(self._part(name) for name in self.exercise.asked)
        unexplained = [part for part in parts if part.status == "wrong" and not part.message and self.explains]
        wrong = [part.name for part in unexplained]
        right = [part.name for part in parts if part.status in ("right", "follows")]
        parts = tuple(self._explained(part, wrong, right) if part in unexplained else part for part in parts)
        points = float(sum(part.status in ("right", "follows") for part in parts))
        parts = in_turn(parts, self.exercise.by_name)
        return Verdict(self.exercise.id, parts, points, float(len(parts))).out_of(self.exercise.points)

    def alone(self, name: str, expression: Expression) -> Part:
        """The verdict on one formula, whatever the others are."""
        self.own = [{} for _ in self.points]
        self.unsolved = 0
        part = self._judged(name, expression)
        return self._explained(part, [name], []) if part.status == "wrong" and not part.message else part

    def _part(self, name: str) -> Part:
        """The verdict on one formula, still without a word on what is wrong."""
        answer = self.namespace.get(name)
        if answer is None or answer is Ellipsis:
            return Part(name, "missing", None, "no answer yet.")
        at_hand = self.exercise.at_hand[name]
        later = set(self.exercise.asked) - set(at_hand)
        expression = read_formula(answer, at_hand, later)
        if isinstance(expression, Unreadable):
            return Part(name, "invalid", None, expression.message)
        return self._judged(name, expression)

    def _judged(self, name: str, expression: Expression) -> Part:
        self.expressions[name] = expression
        before = [dict(own) for own in self.own]
        for point, own in zip(self.points, self.own, strict=True):
            own[name] = expression.value({**point, **own})
        if all(_close(expression.value(self.points[k]), self.points[k][name]) for k in self._where(name)):
            form = self.exercise.form(name, expression.tree)
            return Part(name, "wrong" if form else "right", None, form, expression.text)
        carried = self._carried(name, before)
        if carried:
            return Part(name, "follows", None, f"right for your {', '.join(carried)}.", expression.text)
        return Part(name, "wrong", None, "", expression.text)

    def _where(self, name: str) -> list[int]:
        """The points at which a quantity is judged: not where a choice at a kink decides."""
        if name not in self.judged_at:
            found = [k for k, point in enumerate(self.points) if _close(point[name], self.others[k][name])]
            self.judged_at[name] = found
        return self.judged_at[name]

    def _carried(self, name: str, before: list[dict[str, Any]]) -> list[str]:
        """The wrong formulas from which this one follows by its own equation; none where it does not follow."""
        changed = [
            other
            for other in before[0]
            if not all(_close(own[other], self.points[k][other]) for k, own in enumerate(before))
        ]
        carried = [other for other in changed if other in _made_from(name, self.exercise.by_name, before[0])]
        where = self._where(name)
        if not carried or not where:
            return []
        for k in where:
            try:
                value = evaluate(name, self.exercise.by_name, {**self.draws[k], **before[k]})
            except (KeyError, ValueError):
                return []
            if not _close(self.own[k][name], value):
                return []
        # The same number once more follows here and there, but nobody has worked it out.
        repeated = not self.expressions[name].names and any(
            all(_close(self.own[k][name], before[k][other]) for k in where) for other in before[0]
        )
        return [] if repeated else carried

    def _explained(self, part: Part, wrong: Collection[str], right: Collection[str]) -> Part:
        name, expression = part.name, self.expressions[part.name]
        answers = {k: expression.value(self.points[k]) for k in self._where(name)}
        failing = [k for k in answers if not _close(answers[k], self.points[k][name])]
        worst = max(failing, key=lambda k: _distance(answers[k], self.points[k][name]))
        facts = [self._counterexample(name, expression, worst, answers[worst])]
        if type(self.namespace.get(name)) is not str:
            facts.insert(0, "A number is the same everywhere; type the formula as text, between quotes.")
        turned = all(_close(answers[k], -self.points[k][name]) for k in answers)
        found: Explanation | None = self._diagnosed(name, wrong, right)
        if not found and not turned and self.unsolved < MOST_UNSOLVED:
            found = self._searched(name, answers, right)
            self.unsolved += found is None
        first, edit = (found.told, found.edit) if found else ("the size is right, the sign is not.", "sign")
        if not found and not turned:
            first, edit = self._repaired(name, expression)
        return replace(
            part,
            misconception=found.misconception if found else None,
            edit=edit,
            message="\n".join([first, *facts]),
            because=found,
        )

    def _searched(self, name: str, answers: Mapping[int, float], right: Collection[str]) -> Explanation | None:
        """What explains a formula that no listed mistake explains: made in this one, or carried on from before."""
        for carried in (False, True):
            at_hand = () if carried else self.exercise.at_hand[name]
            made = {
                k: ValuesAt(self.exercise.steps, self.draws[k], {n: self.points[k][n] for n in at_hand})
                for k in answers
            }
            off = {k: _distance(answers[k], self.points[k][name]) for k in answers}
            order = sorted(answers, key=lambda k: (not off[k], made[k].alike, -off[k]))
            points = [made[k] for k in order]

            def contradicted(k: int, changes: Changes, carried: bool = carried, order: Sequence[int] = order) -> bool:
                point = self.points[order[k]]
                return carried and any(
                    not _close(point[other], self._mistaken(other, changes, order[k], carried)) for other in right
                )

            asked = [name] * len(points)
            question = WrongPart(points, asked, [answers[k] for k in order], _close, _close, contradicted)
            question.visible, question.deep = self.exercise.asked, not carried
            if found := question.explanation():
                return found
        return None

    def _repaired(self, name: str, expression: Expression) -> tuple[str, str | None]:
        """By which change of what was typed it becomes right, and its kind."""

        def is_right(tree: ast.expr) -> bool:
            changed = Expression(tree, "")
            return all(_close(changed.value(self.points[k]), self.points[k][name]) for k in self._where(name))

        found = formula_repairs(expression.tree, self.exercise.at_hand[name], is_right)
        return (f"not right; {told(found)}.", found[0].kind) if found else ("not right.", None)

    def _counterexample(self, name: str, expression: Expression, k: int, answer: float) -> str:
        """One point at which the formula fails, in numbers."""
        point = self.points[k]
        names = expression.names or [n for n in self.exercise.at_hand[name] if n in self.draws[k]]
        shown = ", ".join(f"{n} = {float(point[n]):.4g}" for n in names if n in point)
        return f"At {shown} it gives {answer + 0.0:.4g}; {name} is {float(point[name]) + 0.0:.4g} there."

    def _diagnosed(self, name: str, wrong: Collection[str], right: Collection[str]) -> Variant | None:
        """The mistake that gives the same values: at this quantity alone, or carried on from before."""
        predicted: dict[tuple[Variant, str], list[Any]] = {}
        answers = {
            part: [self.expressions[part].value(self.points[k]) for k in self._where(part)] for part in {name, *wrong}
        }
        for carried in (False, True):

            def values(variant: Variant, part: str, carried: bool = carried) -> list[Any]:
                if (variant, part) not in predicted:
                    predicted[variant, part] = [
                        self._mistaken(part, variant.changes, k, carried) for k in self._where(part)
                    ]
                return predicted[variant, part]

            def agreement(variant: Variant, part: str) -> Agreement:
                same = answers[part] and all(map(_close, answers[part], values(variant, part)))
                return Agreement.FULL if same else Agreement.NONE

            def contradicts(variant: Variant, part: str, carried: bool = carried) -> bool:
                if carried and self._made_here(variant, name):
                    return False
                # What follows from a wrong formula follows by the right equation, at the network's own values.
                return not all(map(_close, [self.points[k][part] for k in self._where(part)], values(variant, part)))

            found = explanation(self.exercise.variants, name, wrong, right, agreement, contradicts)
            if found:
                return found
            predicted.clear()
        return None

    def _made_here(self, variant: Variant, name: str) -> bool:
        """Whether a mistake can have been made in this formula alone: it starts from before the mistaken steps.

        A sign can be turned anywhere.
        """
        expression = self.expressions[name]
        if all(_close(expression.value(self.points[k]), -self.points[k][name]) for k in self._where(name)):
            return False
        ancestors = set(expression.names).union(*(_ancestors(used, self.exercise.by_name) for used in expression.names))
        return name not in variant.changes and ancestors.isdisjoint(variant.changes)

    def _mistaken(self, name: str, changes: Changes, k: int, carried: bool) -> Any:
        if not carried and self.exercise.made_from[name].isdisjoint(changes):
            return self.points[k][name]
        steps = {**self.exercise.by_name, **changes}
        known = self.draws[k] if carried else {n: self.points[k][n] for n in self.exercise.at_hand[name]}
        try:
            with np.errstate(all="ignore"):
                return evaluate(name, steps, {**self.draws[k], **known})
        except STOPPED:
            return np.nan


def _made_from(name: str, steps: Mapping[str, Step], answers: Collection[str]) -> set[str]:
    """The student's own formulas that a quantity's equation goes back to."""
    parents = steps[name].parents
    further = [parent for parent in parents if parent not in answers and parent in steps]
    return {parent for parent in parents if parent in answers}.union(
        *(_made_from(parent, steps, answers) for parent in further)
    )


def _ancestors(name: str, steps: Mapping[str, Step]) -> set[str]:
    """Everything that a quantity is made from."""
    parents = steps[name].parents if name in steps else ()
    return {*parents}.union(*(_ancestors(parent, steps) for parent in parents))


def _distance(a: Any, b: Any) -> float:
    """How far apart two numbers are for a reader, from 0 to 1."""
    a, b = float(a), float(b)
    if a == b:
        return 0.0
    return abs(a - b) / (abs(a) + abs(b)) if np.isfinite(a) and np.isfinite(b) else 0.5


def _close(a: Any, b: Any) -> bool:
    a, b = float(a), float(b)
    return bool(np.isfinite(a) and np.isfinite(b) and abs(a - b) <= _RELATIVE * max(abs(a), abs(b), 1e-3))
