"""One point at which an answer is compared: all its quantities, and what a changed step makes of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from backprop_course.core.trace import Step
from backprop_course.misconceptions.equations import WayToWrite
from backprop_course.misconceptions.registry import Steps

STOPPED = (ValueError, IndexError, TypeError, ArithmeticError, KeyError, AttributeError, RecursionError)
"""What a wrong equation may be stopped by: shapes that do not fit, a number without axes, a division by 0.

Of two at once each may make its quantity from the other's: that never ends.
"""


class ValuesAt:
    """The values of all steps from what is known at one point.

    fixed: quantities that keep their value whatever is changed: a student's own earlier answers. otherwise: steps by
    another choice that is as right (the slope at a kink).
    """

    def __init__(
        self,
        steps: Steps,
        known: Mapping[str, Any],
        fixed: Mapping[str, Any] = {},
        otherwise: Mapping[str, Step] = {},
    ) -> None:
        self.otherwise = otherwise
        self.steps = steps
        self.known = known
        self.fixed = fixed
        self.by_name = {step.name: step for step in steps}
        self.values: dict[str, Any] = {**known, **fixed}
        for name in self.by_name:
            self._made(name, self.by_name, self.values)

    def elsewhere(self) -> ValuesAt:
        """The same steps from other numbers, near these and always the same."""
        moved = {name: 1 + 0.01 / (k + 3) for k, name in enumerate((*self.known, *self.fixed))}

        def near(values: Mapping[str, Any]) -> dict[str, Any]:
            return {name: value * moved[name] if is_real(value) else value for name, value in values.items()}

        return ValuesAt(self.steps, near(self.known), near(self.fixed), self.otherwise)

    def predicted(self, changes: Mapping[str, Step], target: str) -> Any:
        """A quantity's value with these steps changed. Raises what a wrong equation is stopped by."""
        return real(self._predicted(changes, target))

    def all_predicted(self, changes: Mapping[str, Step]) -> dict[str, Any]:
        """The values of all quantities with these steps changed. Raises what a wrong equation is stopped by."""
        dirty = set(changes).union(*map(self._made_from_it, changes)).difference(self.fixed)
        found = {name: value for name, value in self.values.items() if name not in dirty}
        for name in dirty:
            self._made(name, {**self.by_name, **changes}, found)
        return found

    def carried(self, name: str, value: Any, target: str) -> Any:
        """A quantity's value where another one, that it is made from, has this value. Raises the same."""
        if name in self.fixed:
            return self.values[target]
        found = {name: value}
        for step in self.between(name, target):
            found[step.name] = step.function(
                step.at, *[found[parent] if parent in found else self.values[parent] for parent in step.parents]
            )
        return real(found.get(target, self.values[target]))

    def made_from(self, name: str) -> list[Step]:
        """The steps by which all that goes back to a quantity is made, in order."""
        further = {*self._made_from_it(name)} - {name}
        return [step for step in self.steps if step.name in further]

    def between(self, name: str, target: str) -> Sequence[Step]:
        """The steps by which a quantity goes into another one, in order."""
        if (name, target) not in self._ways:
            steps: dict[str, Step] = {}
            further = set(self._made_from_it(name)) - {name}

            def visit(quantity: str) -> None:
                if quantity in further and quantity not in steps:
                    for parent in self.by_name[quantity].parents:
                        visit(parent)
                    steps[quantity] = self.by_name[quantity]

            visit(target)
            self._ways[name, target] = tuple(steps.values())
        return self._ways[name, target]

    @cached_property
    def _ways(self) -> dict[tuple[str, str], Sequence[Step]]:
        return {}

    def _predicted(self, changes: Mapping[str, Step], target: str) -> Any:
        dirty = set(changes).union(*map(self._made_from_it, changes)).difference(self.fixed)
        if target not in dirty:
            return self.values[target]
        found = {name: value for name, value in self.values.items() if name not in dirty}
        return self._made(target, {**self.by_name, **changes}, found)

    def follows(self, step: Step, equation: WayToWrite) -> bool:
        """Whether a way to write a step gives its value here."""
        try:
            value = equation.changed(step, equation.tree).function(step.at, *map(self.values.__getitem__, step.parents))
            return _alike(value, self.values[step.name])
        except STOPPED:
            return False

    def ancestors(self, target: str) -> list[str]:
        """The steps that a quantity is made by, itself first, as far back as nothing is fixed."""
        found = [target] if target in self.by_name else []
        for name in found:
            for parent in self.by_name[name].parents:
                if parent in self.by_name and parent not in self.fixed and parent not in found:
                    found.append(parent)
        return found

    @cached_property
    def quantities(self) -> tuple[str, ...]:
        """What is known and a number, or an array of them: what may stand in another quantity's place."""
        return tuple(name for name, value in self.known.items() if is_real(value))

    @cached_property
    def alike(self) -> int:
        """How many of the quantities that are numbers are 0, or the size of another one: fewer show more."""
        numbers = [abs(float(value)) for value in self.values.values() if value.__class__ in (float, np.float64)]
        return len(numbers) - len({*numbers} - {0.0})

    @cached_property
    def constants(self) -> dict[str, float]:
        """By what a result may have been multiplied: for each way, in words, the number."""
        found = {"the sign of the result is turned": -1.0, "the result is doubled": 2.0, "the result is halved": 0.5}
        found |= {"the result is four times too large": 4.0, "the result is doubled and its sign turned": -2.0}
        for what, size in self.sizes.items():
            if size > 1:
                found[f"the result is multiplied by {what}"] = float(size)
                found[f"the result is divided by {what}"] = 1.0 / size
        return found

    def by_a_number(self, factor: float) -> str:
        """Which given number multiplies by the same, or divides, in words; "" for none."""
        for name in self.quantities:
            value = self.known[name]
            if np.ndim(value) == 0 and value:
                for done, number in (("multiplied", float(value)), ("divided", 1 / float(value))):
                    if abs(number - factor) <= 1e-9 * abs(factor):
                        return f"{done} by {name}"
        return ""

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The sizes of what is given, each in words: of each array its rows, its entries, the numbers in a row."""
        found = {}
        for name, value in self.known.items():
            if isinstance(value, np.ndarray) and value.ndim:
                if value.ndim > 1:
                    found[f"the number of rows of {name}"] = value.shape[0]
                    found[f"the number of entries of {name}"] = value.size
                found[f"the number of numbers in a row of {name}"] = value.shape[-1]
        return found

    def _made(self, name: str, steps: Mapping[str, Step], found: dict[str, Any]) -> Any:
        """A quantity from what is found, and kept there."""
        if name not in found:
            step = steps[name]
            values = [self._made(parent, steps, found) for parent in step.parents]
            found[name] = step.function(step.at, *values)
        return found[name]

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for step in self.steps:
            for parent in step.parents:
                found.setdefault(parent, []).append(step.name)
        return found

    def _made_from_it(self, name: str) -> Collection[str]:
        """All that is made from a quantity, as far on as nothing is fixed."""
        if name not in self._further:
            self._further[name] = self._all_made_from_it(name)
        return self._further[name]

    @cached_property
    def _further(self) -> dict[str, Collection[str]]:
        return {}

    def _all_made_from_it(self, name: str) -> Collection[str]:
        found: dict[str, None] = {}
        waiting = [name]
        while waiting:
            for child in self._children.get(waiting.pop(), ()):
                if child not in found and child not in self.fixed:
                    found[child] = None
                    waiting.append(child)
        return found


def real(value: Any) -> Any:
    """A number or an array of them as it is. Raises TypeError for anything else: a function, a complex number."""
    if not isinstance(value, float) and np.asarray(value).dtype.kind not in "fiub":
        raise TypeError("no real number")
    return value


def is_real(value: Any) -> bool:
    """Whether it is a number or an array of them."""
    try:
        real(value)
    except (TypeError, ValueError):
        return False
    return True


def _alike(a: Any, b: Any) -> bool:
    """Whether two results are equal but for rounding, entry by entry."""
    if isinstance(a, Mapping):
        return isinstance(b, Mapping) and a.keys() == b.keys() and all(_alike(a[key], b[key]) for key in a)
    if isinstance(a, tuple):
        return isinstance(b, tuple) and len(a) == len(b) and all(map(_alike, a, b))
    return np.shape(a) == np.shape(b) and bool(np.allclose(a, b, rtol=1e-9, atol=1e-12))
