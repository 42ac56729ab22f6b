"""Programs with one fault: a listed mistake made at one step, written as one line, with numbers that show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from math import isfinite

import numpy as np

from backprop_course.core import names
from backprop_course.core.functions import Array
from backprop_course.core.network import Network
from backprop_course.core.trace import Step, carry_out
from backprop_course.exercises.programs import Program, gradient_steps, has_layers, line_of, program_of
from backprop_course.misconceptions import MISCONCEPTIONS, variants
from backprop_course.misconceptions.expressions import Operation
from backprop_course.misconceptions.points import STOPPED
from backprop_course.misconceptions.printed import gone_wrong

_POINTS = 12
_EXAMPLES = (4, 5, 3)
"""How many examples a batch has, in turn: no number of them is always twice another size."""
DIFFERENT = 1e-7
"""From there on two quantities are not the same."""
SHOWN = 0.01
"""How far from right, relative, a gradient must be for the numbers to show it."""


@dataclass(frozen=True)
class Fault:
    """One step of a network's passes gone wrong, so that one line of the program is.

    misconception: the id of the mistake. step: the quantity that it is made in. tree: what stands there instead.
    wrong: the step as a student carries it out who makes the mistake.
    """

    network: Network
    misconception: str
    step: str
    tree: Operation = field(repr=False)
    wrong: Step = field(repr=False, compare=False)

    @cached_property
    def program(self) -> Program:
        """The program with the fault."""
        return program_of(self.network, {self.step: self.tree})

    @property
    def line(self) -> str:
        """The quantity whose line is faulty."""
        return line_of(self.network, self.step)

    def shows(self, given: Mapping[str, Array]) -> bool:
        """Whether some gradient is clearly another one with these numbers, and every number finite."""
        right = program_of(self.network).values(given)
        try:
            wrong = self.program.values(given)
        except STOPPED:  # shapes that do not fit: everybody finds the line by Python's own error
            return False
        if not all(np.isfinite(value).all() for value in wrong.values()):
            return False
        gradients = [names.gradient(weight) for weight in self.network.weights]
        return any(apart(wrong[name], right[name]) >= SHOWN for name in gradients)


def apart(one: Array, other: Array) -> float:
    """How far two gradients are from each other, as a share of the larger."""
    if isinstance(one, float) and isinstance(other, float):  # single numbers are most, and NumPy is slow with them
        size = max(abs(one), abs(other))
        return 1.0 if not isfinite(one + other) else abs(one - other) / size if size else 0.0
    if np.shape(one) != np.shape(other) or not (np.isfinite(one).all() and np.isfinite(other).all()):
        return 1.0
    largest = max(np.abs(one).max(), np.abs(other).max())
    return float(np.abs(np.subtract(one, other)).max() / largest) if largest else 0.0


def faults_of(network: Network, misconception: str = "") -> tuple[Fault, ...]:
    """Every fault that can be made in a network's program, each once; misconception: of this mistake alone."""
    return tuple(_faults(network, misconception))


@cache
def points_of(network: Network) -> tuple[dict[str, Array], ...]:
    """The values of all quantities at points that are always the same."""
    rng = np.random.default_rng(0)
    found = []
    for k in range(_POINTS):
        weights, x, y = network.random(rng, _EXAMPLES[k % len(_EXAMPLES)] if has_layers(network) else None)
        if network.loss.fused == "sigmoid" and not has_layers(network):
            y = rng.uniform(0.05, 0.95)  # a label of 0 or 1 hides half of the loss
        found.append(carry_out(gradient_steps(network), {**weights, "x": x, "y": y}))
    return tuple(found)


def _faults(network: Network, misconception: str) -> Iterator[Fault]:
    steps, points = gradient_steps(network), points_of(network)
    by_name = {step.name: step for step in steps}
    before = {step.name: tuple(points[0])[: list(points[0]).index(step.name)] for step in steps}
    seen: set[tuple[str, Operation]] = set()
    made = MISCONCEPTIONS[misconception].variants(steps) if misconception else variants(steps)
    for variant in made:
        if len(variant.changes) != 1:
            continue
        [(name, wrong)] = variant.changes.items()
        tree = gone_wrong(by_name[name], wrong, before[name], points)
        if tree is None or (name, tree) in seen:
            continue
        seen.add((name, tree))
        fault = Fault(network, variant.misconception, name, tree, wrong)
        if any(map(fault.shows, points)) and _as_carried_out(fault, points):
            yield fault


def _as_carried_out(fault: Fault, points: tuple[dict[str, Array], ...]) -> bool:
    """Whether the program gives what the passes give with the step gone wrong, wherever its numbers are drawn."""
    changed = tuple(fault.wrong if step.name == fault.step else step for step in gradient_steps(fault.network))
    for point in points:
        given = {name: point[name] for name in ("x", *fault.network.weights, "y")}
        try:
            passes, program = carry_out(changed, dict(given)), fault.program.values(given)
        except STOPPED:
            return False
        if any(apart(passes[name], value) > DIFFERENT for name, value in program.items()):
            return False
    return True
