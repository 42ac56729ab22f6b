"""The trace of a pass: every quantity with its name, the rule that made it, its value and its equation.

A pass is a sequence of steps, each one quantity made from earlier ones. Carried out, they give the
values; read, they give the equations; with one step put wrong, they give a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.names import gradient
from backprop_course.errors import CourseError

if TYPE_CHECKING:
    from backprop_course.core.network import Network

ByName = dict[str, Array]

Kind = Literal[
    "",
    "pre-activation",
    "activation",
    "loss",
    "pre-activation error",
    "activation error",
    "weight gradient",
    "bias gradient",
]
"""What of a network a quantity is: an error is the gradient of z or h, "" is none of these."""


@dataclass(frozen=True)
class Step:
    """One quantity and how it is made: `name = rule(at, *parents)`.

    rule: the name of the method of `rules` that computes it; the one beside it, rule_text, writes it out.
    at: what of the network it belongs to (an edge, an activation …): the method's first argument.
    place: the unit or the weight in words, for messages.
    kind: what of a network it is. unit: the unit that it is a quantity of. of: for a gradient, the quantity
        that it is the gradient of. path: the unit from which it comes back, where it is one of several paths.
    function: that method; another one where a mistake is made.
    """

    name: str
    rule: str
    at: Any
    parents: tuple[str, ...]
    place: str
    rules: Any = field(repr=False, compare=False)
    function: Callable[..., Array] = field(default=None, repr=False, compare=False)  # type: ignore[assignment]
    kind: Kind = ""
    unit: str = ""
    of: str = ""
    path: str = ""

    def __post_init__(self) -> None:
        if self.function is None:
            object.__setattr__(self, "function", getattr(self.rules, self.rule))

    def carried_out_by(self, function: Callable[..., Array], parents: tuple[str, ...]) -> Step:
        """The same step with another function, of these quantities."""
        step = object.__new__(Step)  # there are thousands in a search, and `replace` takes longer than to carry one out
        step.__dict__.update(self.__dict__, function=function, parents=parents)
        return step

    def equation(self, *names: str) -> str:
        """What it is made by, as a NumPy expression, with these names (or numbers) for the parents."""
        return getattr(self.rules, f"{self.rule}_text")(self.at, *names)  # type: ignore[no-any-return]


def carry_out(steps: tuple[Step, ...], values: ByName) -> ByName:
    """Carries out steps in order, adding each quantity to `values`, and hands `values` back."""
    value_of = values.__getitem__
    for step in steps:
        values[step.name] = step.function(step.at, *map(value_of, step.parents))
    return values


@dataclass(frozen=True)
class Quantity:
    """One line of a trace: a quantity, the rule and the quantities it was made from, its value and equation.

    equation: in symbols, a NumPy expression; numbers: the same with the values put in (shapes, for arrays).
    """

    name: str
    rule: str
    parents: tuple[str, ...]
    value: Array
    equation: str
    numbers: str

    def __str__(self) -> str:
        return f"{self.name} = {self.equation} = {self.numbers} = {_show(self.value)}"


class Trace(Mapping[str, Array]):
    """Every quantity of a pass by name, in the order in which it was computed, with its equation."""

    def __init__(self, network: Network, batched: bool, steps: tuple[Step, ...], values: ByName) -> None:
        self.network = network
        self.batched = batched
        self.steps = steps
        self.values_by_name = values

    def __getitem__(self, name: str) -> Array:
        try:
            return self.values_by_name[name]
        except KeyError:
            raise CourseError(f"The trace has no {name!r}; it has {', '.join(self.values_by_name)}.") from None

    def __contains__(self, name: object) -> bool:
        return name in self.values_by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    @property
    def gradients(self) -> ByName:
        """The loss's gradient for every weight and bias, by the weight's name; after a backward pass."""
        try:
            return {name: self.values_by_name[gradient(name)] for name in self.network.weights}
        except KeyError:
            raise CourseError("The trace has no gradients yet; call backward(trace) for one that has.") from None

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """One line for every step, in order."""
        return tuple(self.quantity(step) for step in self.steps)

    def quantity(self, step: Step) -> Quantity:
        """The line of one step."""
        numbers = [_show(self[name], inside=True) for name in step.parents]
        return Quantity(
            step.name,
            step.rule,
            step.parents,
            self[step.name],
            step.equation(*step.parents),
            step.equation(*numbers),
        )

    def _repr_html_(self) -> str | None:
        from backprop_course.drawing.shown import trace_html  # a notebook that shows it pays for drawing, no one else

        return trace_html(self)

    def __str__(self) -> str:
        return "\n".join(str(line) for line in self.quantities)

    def __repr__(self) -> str:
        return f"Trace({', '.join(f'{name}={_show(value)}' for name, value in self.items())})"


def expect_trace(given: object, network: Network | None = None) -> None:
    """Raises CourseError for what is no trace, or not one of that network."""
    if not isinstance(given, Trace):
        raise CourseError(
            f"A trace is expected, such as network.forward(weights, x, y); this is {type(given).__name__}."
        )
    if network is not None and given.network is not network:
        raise CourseError("The trace is one of another network.")


def _show(value: Array, inside: bool = False) -> str:
    if np.ndim(value):
        return f"<{'×'.join(str(n) for n in np.shape(value))}>"
    text = f"{float(value):.4g}"
    return f"({text})" if inside and text.startswith("-") else text
