"""Network: what is connected to what, and the forward pass.

A network is written once, as units in order. A unit of no width is a single number, a unit of width n
a layer. From this one object come the steps of its forward pass here, those of its backward pass in
`backprop`, and with them every value, equation and picture of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from backprop_course.core import functions, names
from backprop_course.core.arrays import as_array, expect_shape, expect_targets, read_weights, shape_of
from backprop_course.core.forward import Edge, Forward, Inputs, Output
from backprop_course.core.functions import Activation, Array, Loss
from backprop_course.core.structure import check_structure
from backprop_course.core.trace import ByName, Kind, Step, Trace, carry_out
from backprop_course.errors import CourseError


@dataclass(frozen=True)
class Unit:
    """A unit, or a layer of them: h = f(Σ h_source · weight + bias).

    name: its name, "j" in z_j and h_j.
    activation: an activation or its name.
    inputs: where its weighted inputs come from, {name of the weight: name of the source}; "x" is the input.
    bias: the name of its bias, or None.
    width: how many units the layer has; None for a single unit, whose values are numbers.
    """

    name: str
    activation: Activation
    inputs: Mapping[str, str]
    bias: str | None = None
    width: int | None = None

    def __init__(
        self,
        name: str,
        activation: str | Activation,
        inputs: Mapping[str, str],
        bias: str | None = None,
        width: int | None = None,
    ) -> None:
        for attribute, value in (
            ("name", name),
            ("activation", functions.activation_named(activation)),
            ("inputs", MappingProxyType(dict(inputs))),
            ("bias", bias),
            ("width", width),
        ):
            object.__setattr__(self, attribute, value)

    def __repr__(self) -> str:
        more = {"bias": self.bias, "width": self.width}
        said = "".join(f", {name}={value!r}" for name, value in more.items() if value is not None)
        return f"Unit({self.name!r}, {self.activation.name!r}, {dict(self.inputs)!r}{said})"


class Network:
    """What is connected to what: units in order, each with its incoming weights, and the loss.

    units: in an order in which every unit comes after those it takes its inputs from; the last is the output.
    loss: a loss or its name.
    input_width: how many numbers one input has; None where it is a single number.

    Raises CourseError for a cycle, an unknown or repeated name, a unit that leads nowhere, or a loss that
    does not fit the output's activation.

    >>> chain = Network(Unit("j", "tanh", {"w_j": "x"}), Unit("o", "linear", {"w_o": "j"}), loss="squared_error")
    >>> trace = chain.forward({"w_j": 0.0, "w_o": 2.0}, x=1.0, y=3.0)
    >>> float(trace["L"])
    4.5
    """

    def __init__(self, *units: Unit, loss: str | Loss, input_width: int | None = None) -> None:
        strange = next((unit for unit in units if not isinstance(unit, Unit)), None)
        if strange is not None:
            raise CourseError(f"A network is made of units, Network(Unit(…), …, loss=…); {strange!r:.60} is none.")
        self.units = units
        self.loss = functions.loss_named(loss)
        self.input_width = input_width
        check_structure(self)

    @cached_property
    def unit(self) -> dict[str, Unit]:
        """Units by name."""
        return {unit.name: unit for unit in self.units}

    @cached_property
    def weights(self) -> dict[str, tuple[int, ...]]:
        """The shape of every weight and bias, by name, from input to output."""
        shapes = {}
        for unit in self.units:
            for weight, source in unit.inputs.items():
                shapes[weight] = shape_of(self.width(source)) + shape_of(unit.width)
            if unit.bias:
                shapes[unit.bias] = shape_of(unit.width)
        return shapes

    def width(self, name: str) -> int | None:
        """The width of a unit, or of the input "x"."""
        return self.input_width if name == "x" else self.unit[name].width

    def activation_of(self, name: str) -> str:
        """The name of what a unit hands on: h_j; y_hat for the output, x for the input."""
        if name == names.INPUT:
            return names.INPUT
        return names.PREDICTION if name == self.units[-1].name else names.activation(name)

    def edges_from(self, name: str, batched: bool = False) -> list[Edge]:
        """The edges that leave a unit, or the input "x", nearest to the output first."""
        return [edge for unit in reversed(self.units) for edge in self._edges(unit, batched) if edge.source == name]

    def _edges(self, unit: Unit, batched: bool) -> tuple[Edge, ...]:
        return tuple(
            Edge(weight, source, unit.name, self.width(source) is not None, unit.width is not None, batched)
            for weight, source in unit.inputs.items()
        )

    def output(self, batched: bool = False) -> Output:
        """The end of the network."""
        last = self.units[-1]
        return Output(self.loss, last.activation, last.width is not None, batched)

    def steps(self, batched: bool = False) -> tuple[Step, ...]:
        """The forward pass, step by step, to the prediction; `loss_step` comes after."""
        return (self._batch_steps if batched else self._single_steps)[:-1]

    def loss_step(self, batched: bool = False) -> Step:
        """The step from the prediction and the target to the loss L."""
        return (self._batch_steps if batched else self._single_steps)[-1]

    @cached_property
    def _single_steps(self) -> tuple[Step, ...]:
        return self._make_steps(batched=False)

    @cached_property
    def _batch_steps(self) -> tuple[Step, ...]:
        return self._make_steps(batched=True)

    def _make_steps(self, batched: bool) -> tuple[Step, ...]:
        steps = []
        for unit in self.units:
            edges = self._edges(unit, batched)
            parents = [name for edge in edges for name in (self.activation_of(edge.source), edge.weight)]
            if unit.bias:
                parents.append(unit.bias)
            z, h = names.pre_activation(unit.name), self.activation_of(unit.name)
            at = Inputs(edges, unit.bias is not None)
            steps.append(_step(z, "weighted_sum", at, parents, "pre-activation", unit.name))
            steps.append(_step(h, "activate", unit.activation, [z], "activation", unit.name))
        out = names.pre_activation(self.units[-1].name) if self.loss.fused else names.PREDICTION
        steps.append(_step(names.LOSS, "loss", self.output(batched), [out, names.TARGET], "loss"))
        return tuple(steps)

    def forward(self, weights: Mapping[str, Array], x: Array, y: Array | None = None) -> Trace:
        """The forward pass: from the input to the prediction, and to the loss where a target is given.

        weights: every weight and bias by name, in the shapes of `Network.weights`.
        x: one input, of shape () or (input_width,), or a batch of them along axis 0; y: targets likewise.
        Returns the trace of all quantities. Float32 stays float32; nothing handed in is changed.
        Raises CourseError for a missing or unknown weight, a wrong shape, or what is not a number.
        """
        values, batched = self.read(weights, x, y)
        steps = self._batch_steps if batched else self._single_steps
        if y is None:
            steps = steps[:-1]
        return Trace(self, batched, steps, carry_out(steps, values))

    def read(self, weights: Mapping[str, Array], x: Array, y: Array | None = None) -> tuple[ByName, bool]:
        """What a pass begins with, by name, read as `forward` reads it; and whether it is a batch."""
        values = read_weights(weights, self.weights)
        values["x"] = x = as_array("x", x)
        inside = 0 if self.input_width is None else 1
        batched = x.__class__ is not float and x.ndim == inside + 1
        batch = x.shape[:1] if batched else ()
        if batch == (0,):
            raise CourseError(f"x has shape {x.shape}; a batch, along axis 0, has at least one example.")
        expect_shape("x", x, batch + shape_of(self.input_width), "axis 0 is the batch")
        if y is not None:
            values["y"] = y = as_array("y", y)
            expect_targets(y, batch, self.units[-1].width, self.loss)
        return values, batched

    def random(self, rng: np.random.Generator, batch: int | None = None) -> tuple[ByName, Array, Array]:
        """Random weights, inputs and targets that fit: (weights, x, y), float64, all of moderate size."""
        weights = {name: _random(rng, shape) for name, shape in self.weights.items()}
        lead = () if batch is None else (batch,)
        x = _random(rng, lead + shape_of(self.input_width))
        y = _random(rng, lead + shape_of(self.units[-1].width))
        if self.loss.fused == "softmax":
            y = np.eye(y.shape[-1])[rng.integers(y.shape[-1], size=lead)]
        elif self.loss.fused == "sigmoid":
            y = (y > 0) * 1.0
        return weights, x, y

    def _repr_html_(self) -> str | None:
        from backprop_course.drawing.shown import network_html  # a notebook that shows it pays for drawing, no one else

        return network_html(self)

    def __repr__(self) -> str:
        arrows = ", ".join(f"{source} –{w}→ {unit.name}" for unit in self.units for w, source in unit.inputs.items())
        return f"Network({arrows}; {self.loss.name})"


def _step(name: str, rule: str, at: Any, parents: list[str], kind: Kind, unit: str = "") -> Step:
    return Step(name, rule, at, tuple(parents), unit or name, _FORWARD, kind=kind, unit=unit)


_FORWARD = Forward()


def _random(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    # Away from 0 and of moderate size, so that no product is lost to rounding.
    if not shape:
        return float(rng.uniform(0.3, 1.5) * (2.0 * rng.integers(2) - 1.0))
    return rng.uniform(0.3, 1.5, shape) * (2.0 * rng.integers(2, size=shape) - 1.0)
