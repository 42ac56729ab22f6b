"""A network's passes as a program: a line for each quantity, printed from its equation, and the dict of gradients."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from backprop_course.core import functions, names
from backprop_course.core.backprop import steps_of_both
from backprop_course.core.functions import Array
from backprop_course.core.network import Network
from backprop_course.errors import CourseError
from backprop_course.misconceptions import Steps
from backprop_course.misconceptions.expressions import Operation, number, parent
from backprop_course.misconceptions.printed import line_of_code, substituted, tree_of

_BATCH = "X"
"""What a batch of inputs is called in a program; a network calls every input x."""
_MOST_ENTRIES = 4

CALLED: Mapping[str, Any] = {
    "np": np,
    "sigmoid": functions.sigmoid.value,
    "softmax": functions.softmax.value,
}
"""What the lines of a program call."""


@dataclass(frozen=True)
class Program:
    """A function that returns every weight's gradient, line by line.

    network: its network. trees: what stands in each line, by the quantity that it makes, in order. Lines are numbered
    from 1. What comes back along single paths stands in the line of the sum.
    """

    network: Network
    trees: Mapping[str, Operation]

    @property
    def parameters(self) -> tuple[str, ...]:
        """What the function takes: the weights, x and y; of layers a batch, its targets and a dict."""
        if has_layers(self.network):
            return (_BATCH, names.TARGET, "params")
        return (*self.network.weights, names.INPUT, names.TARGET)

    @cached_property
    def lines(self) -> dict[str, str]:
        """Each line's right side, by the quantity that it makes."""
        return {name: line_of_code(substituted(tree, self._called)) for name, tree in self.trees.items()}

    @property
    def _called(self) -> dict[str, Operation]:
        return {names.INPUT: parent(_BATCH)} if has_layers(self.network) else {}

    def number(self, name: str) -> int:
        """The number of the line that makes a quantity."""
        return list(self.trees).index(name) + 1

    def source(self, name: str, values: Mapping[str, Array] | None = None) -> str:
        """The function in Python; with values, every line with its number and what it gives."""
        body = [f"{quantity} = {right}" for quantity, right in self.lines.items()]
        if values is not None:
            width = max(map(len, body)) + 2
            told = [_shown(values[quantity]) for quantity in self.lines]
            body = [
                f"{line:<{width}}# {k:>2}: {value}" for k, (line, value) in enumerate(zip(body, told, strict=True), 1)
            ]
        weights = self.network.weights
        result = ", ".join(f'"{weight}": {names.gradient(weight)}' for weight in reversed(weights))
        if has_layers(self.network):
            taken = ", ".join(f'params["{weight}"]' for weight in weights)
            body.insert(0, f"{', '.join(weights)} = {taken}")
        return "\n    ".join([f"def {name}({', '.join(self.parameters)}):", *body, f"return {{{result}}}"])

    def with_numbers(self, name: str, values: Mapping[str, Array]) -> str:
        """A line's right side with numbers for names; "" where some are arrays."""
        used = dict.fromkeys(self.trees[name].names())
        if any(np.ndim(values[one]) for one in used):
            return ""
        put_in = {one: number(float(f"{values[one]:.4g}")) for one in used}
        return re.sub(r"(?<=[*/+-] )-[\d.e-]+", r"(\g<0>)", line_of_code(substituted(self.trees[name], put_in)))

    def values(self, given: Mapping[str, Array]) -> dict[str, Array]:
        """What every line gives, from the numbers that the function is called with."""
        found = dict(given)
        with np.errstate(all="ignore"):
            for name, tree in self.trees.items():
                found[name] = tree.value(found)
        return found

    def function(self, name: str) -> Callable[..., dict[str, Array]]:
        """The function of the source, as Python makes it."""
        made = dict(CALLED)
        exec(self.source(name), made)  # our own lines, printed from equations
        found: Callable[..., dict[str, Array]] = made[name]
        return found

    def arguments(self, given: Mapping[str, Array]) -> tuple[Any, ...]:
        """What the function is called with, where these are the numbers."""
        values = {
            **given,
            _BATCH: given[names.INPUT],
            "params": {weight: given[weight] for weight in self.network.weights},
        }
        return tuple(values[parameter] for parameter in self.parameters)


def program_of(network: Network, changed: Mapping[str, Operation] = {}) -> Program:
    """The program of a network's gradients. changed: what stands in the place of some equations."""
    trees = {step.name: changed.get(step.name) or tree_of(step) for step in gradient_steps(network)}
    paths = {step.name: trees[step.name] for step in gradient_steps(network) if step.path}
    return Program(network, {name: substituted(tree, paths) for name, tree in trees.items() if name not in paths})


def gradient_steps(network: Network) -> Steps:
    """The steps that a program of gradients carries out: those of both passes, without the loss."""
    return tuple(step for step in steps_of_both(network, has_layers(network)) if step.name != names.LOSS)


def line_of(network: Network, name: str) -> str:
    """The quantity in whose line a step stands: its own; of one of several paths, that of their sum."""
    step = next(step for step in gradient_steps(network) if step.name == name)
    return names.gradient(step.of) if step.path else name


def has_layers(network: Network) -> bool:
    """Whether its input or a unit is wide. Raises CourseError for what is no network."""
    if not isinstance(network, Network):
        raise CourseError(f"An exercise needs a network, Network(Unit(…), …, loss=…); this is {network!r:.60}.")
    return network.input_width is not None or any(unit.width is not None for unit in network.units)


def _shown(value: Array) -> str:
    """What a line gives, in a comment: a number, a few of them, or a shape."""
    if np.ndim(value) == 0:
        return f"{float(value) + 0.0:.4g}"
    if np.ndim(value) == 1 and np.size(value) <= _MOST_ENTRIES:
        return f"[{', '.join(f'{float(one) + 0.0:.3g}' for one in value)}]"
    return f"shape {np.shape(value)}"


def shown_array(value: Array) -> str:
    """A number or an array as it is typed."""
    if np.ndim(value) == 0:
        return f"{float(value):g}"
    return f"np.array({np.round(value, 6).tolist()})"
