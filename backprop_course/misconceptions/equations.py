"""The equations of a step as trees over its numbered parents: as it is written, and with definitions opened up."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from backprop_course.core.trace import Step
from backprop_course.errors import CourseError
from backprop_course.misconceptions.expressions import Operation, number, parent, read_equation


@dataclass(frozen=True)
class WayToWrite:
    """One way to write what a step does. tree: over "#0", "#1" … for what goes into it; names: how many these are.

    part: the smaller rule that it is the equation of, where a rule is made of such; "" for the step's own.
    """

    tree: Operation
    names: int
    part: str = ""

    def shown(self, step: Step) -> tuple[str, ...]:
        """What a student calls the numbered quantities."""
        return step.parents if not self.part else _parameters(getattr(step.rules, f"{self.part}_text"))

    @staticmethod
    def named(step: Step, values: Sequence[Any]) -> dict[str, Any]:
        """What stands for the names in a tree over a step's parents, for these values of theirs."""
        return {**functions_of(step.at), **{f"#{k}": value for k, value in enumerate(values)}}

    def changed(self, step: Step, tree: Operation, other: str = "") -> Step:
        """The step carried out by another tree; other: the quantity that stands for "?" in it."""
        numbered = [f"#{k}" for k in range(self.names)]
        given = functions_of(step.at)
        if self.part:

            def part(self: Any, at: Any, *values: Any) -> Any:
                return tree.value({**functions_of(at), **dict(zip(numbered, values, strict=False))})

            rules = type(type(step.rules).__name__, (type(step.rules),), {self.part: part})()
            return replace(step, rules=rules, function=getattr(rules, step.rule))
        keys = [*numbered, "?"] if other else numbered

        def function(at: Any, *values: Any) -> Any:
            return tree.value({**given, **dict(zip(keys, values, strict=True))})

        return step.carried_out_by(function, (*step.parents, other) if other else step.parents)


def functions_of(at: Any) -> dict[str, Callable[..., Any]]:
    """The functions that a step's place holds, by name: those that an equation may call."""
    fields = getattr(type(at), "__dataclass_fields__", {})
    return {field: value for field in fields if callable(value := getattr(at, field)) and field != "activation"}


def ways_to_write(step: Step) -> tuple[WayToWrite, ...]:
    """The ways to write what a step does; none where it has no equation in the language of the course.

    They are those of the rule's text, of its other forms (the method `…_forms`), and of the smaller rules that a rule
    without a text is made of.
    """
    found: list[WayToWrite] = []
    if hasattr(step.rules, f"{step.rule}_text"):
        numbered = [f"p{k}_" for k in range(len(step.parents))]
        forms = getattr(step.rules, f"{step.rule}_forms", lambda at, *names: ())
        for text in (step.equation(*numbered), *forms(step.at, *numbered)):
            found += _read(text, len(numbered), "")
        return tuple(dict.fromkeys(found))
    for part, at in getattr(step.rules, "parts", {}).get(step.rule, {}).items():
        text = getattr(step.rules, f"{part}_text", None)
        if text is not None:
            names = [f"p{k}_" for k in range(len(_parameters(text)))]
            found += _read(text(at(step.at), *names), len(names), part)
    return tuple(found)


def _parameters(text: Callable[..., str]) -> tuple[str, ...]:
    """The names of what goes into a part: those of its text's parameters, after `at`."""
    return tuple(inspect.signature(text).parameters)[1:]


@lru_cache(maxsize=1024)
def _read(text: str, count: int, part: str) -> tuple[WayToWrite, ...]:
    try:
        tree = _numbered(read_equation(text))
    except CourseError:
        return ()
    return tuple(WayToWrite(one, count, part) for one in dict.fromkeys((tree, *_opened(tree))))


def _numbered(tree: Operation) -> Operation:
    if tree.op == "name":
        return parent(f"#{tree.what[1:-1]}") if tree.what.startswith("p") and tree.what.endswith("_") else tree
    op = f"#{tree.op[1:-1]}" if tree.op.startswith("p") and tree.op.endswith("_") else tree.op
    return replace(tree, op=op, args=tuple(map(_numbered, tree.args)))


def _opened(tree: Operation) -> Iterator[Operation]:
    """The same equation with the definition of one function written out."""
    for path, node in tree.places():
        for definition in _definitions(node):
            yield tree.put(path, definition)


def _shifted(z: Operation) -> Operation:
    return Operation("-", (z, Operation("max", (z,), (-1,))))


def _definitions(node: Operation) -> Iterator[Operation]:
    one = number(1.0)
    if node.op == "*" and node.args[0].op == "*":
        (a, b), c = node.args[0].args, node.args[1]
        yield Operation("*", (a, Operation("*", (b, c))))
    if node.op == "log" and node.args[0].op == "softmax":
        for z in (node.args[0].args[0], _shifted(*node.args[0].args)):
            yield Operation("-", (z, Operation("log", (Operation("sum", (Operation("exp", (z,)),), (-1,)),))))
    if node.op == "sigmoid":
        yield Operation("/", (one, Operation("+", (one, Operation("exp", (Operation("neg", node.args),))))))
        power = Operation("exp", node.args)
        yield Operation("/", (power, Operation("+", (one, power))))
    if node.op == "softmax":
        for shifted in (node.args[0], _shifted(*node.args)):
            powers = Operation("exp", (shifted,))
            yield Operation("/", (powers, Operation("sum", (powers,), (-1,))))
    if node.op == "**" and node.args[1] == number(2.0):
        yield Operation("*", (node.args[0], node.args[0]))
    if node.op == "tanh":
        up, down = Operation("exp", node.args), Operation("exp", (Operation("neg", node.args),))
        yield Operation("/", (Operation("-", (up, down)), Operation("+", (up, down))))
    if node.op == "relu":
        yield Operation("*", (node.args[0], Operation("step", node.args)))
    if node.op == "mean" and node.what is None:
        yield Operation("/", (Operation("sum", node.args, None), Operation("len", node.args)))
