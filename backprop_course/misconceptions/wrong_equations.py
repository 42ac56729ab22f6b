"""Mistakes that are one equation gone wrong: a line each."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.misconceptions.equations import functions_of
from backprop_course.misconceptions.expressions import Operation, read_equation
from backprop_course.misconceptions.registry import wrong_rule


def wrong_equation(
    id: str,
    name: str = "",
    hint: str = "",
    where: Callable[[Any], bool] = lambda at: True,
    **equations: str | tuple[str, ...],
) -> None:
    """Registers a mistake by what a mistaken student writes for a rule: rule="equation", or several ways to write it.

    An equation is written as those of the rules are, with the names that the rule's method has for what goes in; it
    may call the functions that its step holds, and `right` is what comes out rightly. where: looks at the step's `at`.

    Raises CourseError for an equation that holds something else than operations of the course.
    """
    for rule, texts in equations.items():
        for text in [texts] if isinstance(texts, str) else texts:
            wrong_rule(id, name, hint, where)(_override(rule, read_equation(text)))


def _override(rule: str, equation: Operation) -> type:
    needs_right = "right" in equation.names()

    def mistaken(self: Any, at: Any, *values: Array) -> Array:
        right = getattr(super(override, self), rule)
        known = {**functions_of(at), **dict(zip(_inputs(right.__func__), values, strict=True))}
        if needs_right:
            known["right"] = right(at, *values)
        return equation.value(known)

    override = type("WrongEquation", (), {rule: mistaken})
    _EQUATIONS[override] = equation
    return override


_EQUATIONS: dict[type, Operation] = {}


def wrong_equation_of(step: Step) -> tuple[Operation, tuple[str, ...]] | None:
    """By what equation a mistaken student makes a step, and what it calls that which goes in; None for a right one."""
    mistaken = type(step.rules).__mro__[1:2]
    equation = _EQUATIONS.get(mistaken[0]) if mistaken else None
    if equation is None or "right" in equation.names() or step.rule not in vars(mistaken[0]):
        return None
    right = getattr(super(mistaken[0], step.rules), step.rule)
    return equation, _inputs(right.__func__)


@lru_cache(maxsize=256)
def _inputs(method: Callable[..., Any]) -> tuple[str, ...]:
    """What a rule's method calls that which goes in: its parameters but for `self` and what it belongs to."""
    return tuple(inspect.signature(method).parameters)[2:]
