"""A pass as frames: for each step, the part of the picture where it happens, and what happens in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from backprop_course.core.network import Network
from backprop_course.core.trace import Step, Trace
from backprop_course.drawing.layers import LOSS

Phase = Literal["forward", "backward", "weights"]


@dataclass(frozen=True)
class Frame:
    """One step as it is shown.

    phase: forward, back with the errors, or the weights' gradients, which need those.
    nodes, routes: by the names they have in a figure, what is at work; parents: the quantities that are read.
    sentence: what happens.
    """

    quantity: str
    phase: Phase
    nodes: tuple[str, ...]
    routes: tuple[str, ...]
    parents: tuple[str, ...]
    sentence: str


def frames(trace: Trace) -> tuple[Frame, ...]:
    """A frame for every step of a trace, in order."""
    return tuple(_FRAMES[step.rule](trace.network, step) for step in trace.steps)


def _frame(step: Step, phase: Phase, sentence: str, nodes: tuple[str, ...] = (), routes: tuple[str, ...] = ()) -> Frame:
    return Frame(step.name, phase, nodes, routes, step.parents, sentence)


def _weighted_sum(network: Network, step: Step) -> Frame:
    unit = network.unit[step.place]
    arrivals = len(unit.inputs) + bool(unit.bias)
    sentence = f"What arrives at {_unit(network, unit.name)} is weighed" + (" and added up." if arrivals > 1 else ".")
    return _frame(step, "forward", sentence, (unit.name,), (*unit.inputs, *([unit.bias] if unit.bias else [])))


def _activate(network: Network, step: Step) -> Frame:
    name = step.place
    kind = network.unit[name].activation.name
    gives = " This is the prediction." if step.name == "y_hat" else ""
    return _frame(
        step, "forward", f"{_unit(network, name).capitalize()} applies its activation ({kind}).{gives}", (name,)
    )


def _loss(network: Network, step: Step) -> Frame:
    sentence = "The loss compares the prediction with the target."
    return Frame(step.name, "forward", (LOSS,), ("y_hat", "y"), ("y_hat", "y"), sentence)


def _loss_gradient(network: Network, step: Step) -> Frame:
    last = network.units[-1].name
    if network.loss.fused:
        sentence = "The way back starts: the loss and the last activation in one step, prediction minus target."
        return _frame(step, "backward", sentence, (LOSS, last), ("y_hat",))
    sentence = "The way back starts: how the loss changes with the prediction."
    return _frame(step, "backward", sentence, (LOSS,), ("y_hat",))


def _through_activation(network: Network, step: Step) -> Frame:
    sentence = f"Back through {_unit(network, step.place)}: times the slope of its activation."
    return _frame(step, "backward", sentence, (step.place,))


def _to_unit_below(network: Network, step: Step) -> Frame:
    edge = step.at
    path = f", the path by {_unit(network, step.path)}" if step.path else ""
    sentence = f"Back along {edge.weight} to {_unit(network, edge.source)}{path}: times the weight."
    return _frame(step, "backward", sentence, (edge.source,), (edge.weight,))


def _sum_paths(network: Network, step: Step) -> Frame:
    sentence = f"The paths meet again at {_unit(network, step.place)}: what they bring is added up."
    routes = tuple(edge.weight for edge in network.edges_from(step.place))
    return _frame(step, "backward", sentence, (step.place,), routes)


def _to_weight(network: Network, step: Step) -> Frame:
    weight = step.at.weight
    sentence = f"The gradient of {weight}: what came in, times the error where it leads to."
    return _frame(step, "weights", sentence, (), (weight,))


def _to_bias(network: Network, step: Step) -> Frame:
    summed = ", summed over the batch" if step.at else ""
    return _frame(step, "weights", f"The gradient of {step.place}: the error itself{summed}.", (), (step.place,))


def _unit(network: Network, name: str) -> str:
    return f"unit {name}" if network.width(name) is None else f"layer {name}"


_FRAMES: dict[str, Callable[[Network, Step], Frame]] = {
    "weighted_sum": _weighted_sum,
    "activate": _activate,
    "loss": _loss,
    "loss_gradient": _loss_gradient,
    "through_activation": _through_activation,
    "to_unit_below": _to_unit_below,
    "sum_paths": _sum_paths,
    "to_weight": _to_weight,
    "to_bias": _to_bias,
}
