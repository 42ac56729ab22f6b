"""The one change of a student's own function that makes it right: where it is, and of which kind."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property, partial
from itertools import islice
from typing import Any

from backprop_course.calling.guard import Raised, Returned, Stopwatch, call
from backprop_course.calling.repairs import MOST, Repair, source_changes
from backprop_course.calling.source import function_source
from backprop_course.checks import results
from backprop_course.exercises import Case, Function
from backprop_course.formula.language import FUNCTIONS
from backprop_course.misconceptions.points import STOPPED

_LINES = 40_000
"""How many lines of Python are carried out for all changes: a number, so that the same answer always hears the same."""
_FOUND = 4
_SECONDS = 100.0

Given = tuple[dict[str, Any], Returned | Raised]
"""A call's arguments, as they are after it, and what came of it."""
IsRight = Callable[[Case, Given], bool]
"""Whether what came of a call is right where it must be."""


class Repairs:
    """The changes of one thing in a student's function, each tried in the first of some cases."""

    def __init__(self, exercise: Function, function: Any, cases: Sequence[Case]) -> None:
        self.exercise = exercise
        self.cases = cases
        self.source = function_source(function)
        self.watch = Stopwatch(_SECONDS)
        self.first: list[Given | None] = []

    def that_make(self, is_right: IsRight) -> list[Repair]:
        """The changes that make the function right in all cases, the most natural kind first; some of them."""
        found: list[Repair] = []
        for number in range(self._count):
            if self.watch.left <= _SECONDS / 2:
                return []  # one of them hardly ends: what is tried after it would depend on the machine
            first = self._in_the_first(number)
            if first is None or not is_right(self.cases[0], first):
                continue
            if all(is_right(*both) for both in zip(self.cases[1:], self._given(number, self.cases[1:]), strict=True)):
                found.append(self.source.repairs[number])
                if len(found) == _FOUND:
                    break
        return found

    @cached_property
    def _count(self) -> int:
        """How many changes are tried."""
        listed = len(self.source.repairs)
        if not listed:
            return 0
        lines = self.source.lines(copy.deepcopy(dict(self.cases[0].arguments)), self.watch)
        return int(min(listed, _LINES // max(lines, 1)))

    @cached_property
    def _in_turn(self) -> Iterator[Given | None]:
        """What the function with each of the changes gives in the first case."""
        case = self.cases[0]
        read = partial(results.read_result, self.exercise, case)
        return iter(self.source.tried(range(self._count), case.arguments, read, self.watch))

    def _in_the_first(self, number: int) -> Given | None:
        """What the function with a change gives in the first case; None where that is no function."""
        if number == len(self.first):
            self.first.append(next(self._in_turn))
        return self.first[number]

    def _given(self, number: int, cases: Sequence[Case]) -> Iterator[Given]:
        try:
            function = self.source.repaired(number)
        except ValueError:
            return
        for case in cases:
            arguments = copy.deepcopy(dict(case.arguments))
            read = partial(results.read_result, self.exercise, case)
            yield arguments, call(function, arguments, read, self.watch)


def formula_repairs(tree: ast.expr, at_hand: Collection[str], is_right: Callable[[ast.expr], bool]) -> list[Repair]:
    """The changes of one thing that make a typed formula right, the most natural kind first; some of them.

    at_hand: the names that may stand in it. is_right: whether a tree is so.
    """
    arguments = ast.arguments([], [ast.arg(name) for name in at_hand], None, [], [], None, [])
    function = ast.FunctionDef("", arguments, [answer := ast.Return(copy.deepcopy(tree))], [])
    ast.fix_missing_locations(function)
    changes = sorted(source_changes(function, list(FUNCTIONS)), key=lambda one: one.repair.rank)[:MOST]

    def now_right() -> bool:
        try:
            return answer.value is not None and is_right(answer.value)
        except (*STOPPED, AssertionError):  # it is no formula
            return False

    return [*islice((one.repair for one in changes if one.made(now_right)), _FOUND)]


def told(found: Sequence[Repair], function: str = "") -> str:
    """What is said of a function or formula that changes make right: the most natural one, and whether others do, too.

    function: its name; "" for a formula.
    """
    first, *others = found
    if not function:
        return f"one change makes it right{', for example' if others else ''}: {first.told}"
    elsewhere = any((one.function, one.line) != (first.function, first.line) for one in others)
    beginning = "one change makes it right" + (", for example" if elsewhere else "")
    cell = "its cell" if first.function == function else f"the cell of {first.function}"
    return f"{beginning}: in line {first.line} of {cell} {first.told}"


def sentence(clause: str) -> str:
    """A clause as a sentence of its own."""
    return f"{clause[0].upper()}{clause[1:]}."
