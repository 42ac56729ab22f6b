"""The kind *derivation*: a list of lines, each a formula equal to the one before it, from a start to an asked form."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.exercises.kinds.kind import Exercise

STARTS, STEPS, ENDS = "start", "steps", "end"
"""What is judged of a list of lines: its first line, the way from line to line, and the last line's form."""


@dataclass(frozen=True)
class Goal:
    """What one list of lines is to show.

    of: what every line is equal to, in words. at_hand: the names that may stand in it. value(numbers): what every line
    is equal to. steps: what may not be left out, in words, each with whether a line shows it: `shows(tree)`.
    form(tree): what is wrong with the form of a last line of the right value; "" where nothing. lines: one way.
    """

    of: str
    at_hand: tuple[str, ...]
    value: Callable[[Mapping[str, Array]], Array]
    steps: Mapping[str, Callable[[ast.expr], bool]]
    form: Callable[[ast.expr], str]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Derivation(Exercise):
    """An exercise of kind *derivation*: lists of lines, each equal to the line before it at random points.

    id: the exercise's name. goals: by the name of the list. draw(rng): numbers for every name at hand. worth: its
    points, in equal shares for each list's start, steps and end.
    """

    as_text: ClassVar[bool] = True

    id: str
    goals: Mapping[str, Goal]
    draw: Callable[[np.random.Generator], dict[str, Array]]
    worth: float

    @property
    def parts(self) -> tuple[str, ...]:
        """What is judged."""
        return tuple(f"{what} of {name}" for name in self.goals for what in (STARTS, STEPS, ENDS))

    @property
    def points(self) -> float:
        """What it is worth."""
        return self.worth

    @property
    def answered(self) -> tuple[str, ...]:
        """The names that an answer gives something."""
        return tuple(self.goals)


def names_in(tree: ast.AST) -> set[str]:
    """The quantities and functions that stand in a formula."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def operations_in(tree: ast.AST) -> set[type[ast.operator]]:
    """The kinds of operations in a formula."""
    return {type(node.op) for node in ast.walk(tree) if isinstance(node, ast.BinOp)}
