"""What makes units a network, and what to say where they are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from numbers import Integral
from typing import TYPE_CHECKING

from backprop_course.core.functions import softmax
from backprop_course.core.identifiers import check_name_of_unit, check_name_of_weight
from backprop_course.errors import CourseError

if TYPE_CHECKING:
    from backprop_course.core.network import Network, Unit


def check_structure(network: Network) -> None:
    """Raises CourseError for what no network can be: see Network."""
    if not network.units:
        raise CourseError("A network needs at least one unit.")
    if network.input_width is not None:
        whole("input_width", network.input_width, "None makes the input a single number")
    names = [unit.name for unit in network.units]
    weights = [name for unit in network.units for name in (*unit.inputs, *([unit.bias] if unit.bias else ()))]
    for kind, given in (("unit", names), ("weight", weights)):
        twice = sorted({name for name in given if given.count(name) > 1})
        if twice:
            raise CourseError(f"The {kind} {twice[0]!r} is there twice; every {kind} needs a name of its own.")
    for unit in network.units:
        check_name_of_unit(unit)
    if "x" in names:
        raise CourseError("A unit is called 'x'; that is the input's name.")
    seen = {"x"}
    for unit in network.units:
        if not unit.inputs:
            raise CourseError(f"The unit {unit.name!r} has no inputs; name at least one weight and its source.")
        sources = list(unit.inputs.values())
        if len(set(sources)) < len(sources):
            raise CourseError(f"The unit {unit.name!r} takes the same source twice: {', '.join(sources)}.")
        for weight, source in unit.inputs.items():
            if source not in seen:
                raise CourseError(_out_of_order(network.units, unit, weight, source, names))
        if unit.width is not None:
            whole(f"The width of the unit {unit.name!r}", unit.width, "None makes a single unit")
        if unit.activation is softmax and unit.width is None:
            raise CourseError(f"The unit {unit.name!r} is a softmax without a width; softmax needs a layer.")
        seen.add(unit.name)
    used = {source for unit in network.units for source in unit.inputs.values()}
    dead = [name for name in names[:-1] if name not in used]
    if dead:
        raise CourseError(f"The unit {dead[0]!r} leads nowhere; the output is the last unit, {names[-1]!r}.")
    if "x" not in used:
        raise CourseError("No unit takes the input 'x'.")
    if network.loss.fused not in (None, network.units[-1].activation.name):
        raise CourseError(
            f"{network.loss.name} goes with an output unit that is {network.loss.fused}; "
            f"{names[-1]!r} is {network.units[-1].activation.name}."
        )
    taken = ["x", "y", *(step.name for step in network.steps()), "L"]
    clash = [name for name in weights if name in taken]
    if clash:
        raise CourseError(f"The weight {clash[0]!r} needs another name; these are taken: {', '.join(taken)}.")
    for unit in network.units:
        for weight in (*unit.inputs, *([unit.bias] if unit.bias else ())):
            check_name_of_weight(weight, unit)
    called = _functions_called(network).intersection(weights)
    if called:
        raise CourseError(
            f"The weight {min(called)!r} needs another name: {min(called)} is a function in this network's equations."
        )


def _functions_called(network: Network) -> set[str]:
    """The functions that stand in the network's equations."""
    steps = (*network.steps(batched=True), network.loss_step(batched=True), *network.steps(), network.loss_step())
    texts = [step.equation(*step.parents) for step in steps]
    texts += [unit.activation.pull_back_text for unit in network.units] + [network.loss.gradient_text]
    return {name for text in texts for name in re.findall(r"(?<![.\w])(\w+)\(", text)}


def whole(what: str, value: object, otherwise: str) -> int:
    """A positive whole number as an int. Raises CourseError for anything else; `otherwise` says what one may do."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise CourseError(f"{what} is {value!r}; a whole number from 1 is expected ({otherwise}).")
    return int(value)


def _out_of_order(units: Sequence[Unit], unit: Unit, weight: str, source: str, names: list[str]) -> str:
    if source not in names:
        there = ", ".join(["x", *names])
        return f"The weight {weight!r} of unit {unit.name!r} comes from {source!r}; there are {there}."
    ways = {unit.name: unit.name}  # from this unit to every one that it leads to
    reached = [unit.name]
    for name in reached:  # grows while it is walked
        for other in units:
            if name in other.inputs.values() and other.name not in ways:
                ways[other.name] = f"{ways[name]} → {other.name}"
                reached.append(other.name)
    if source in ways:
        return f"There is a cycle: {ways[source]} → {unit.name}. A feedforward network has none."
    return f"The unit {unit.name!r} takes {source!r}, which comes after it; list units from input to output."
