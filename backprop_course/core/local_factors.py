"""The backward pass by a cache: local factors, kept from the forward pass, and errors as their products."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from backprop_course.core.backprop import Backprop
from backprop_course.core.forward import Edge
from backprop_course.core.functions import Activation, Array


@dataclass(frozen=True)
class Factor:
    """What an error meets between two units: the activation below and the edge above it."""

    activation: Activation
    edge: Edge


class Cache(Backprop):
    """Local factors, kept from the forward pass: with them the backward pass is products and sums."""

    parts: ClassVar = {
        "local_factor": {"to_unit_below": lambda at: at.edge, "through_activation": lambda at: at.activation}
    }

    def local_factor(self, at: Factor, W: Array, z: Array, h: Array) -> Array:
        """What the error at the unit above is multiplied by to become the error at this one.

        dz_above/dz = w · f'(z), for single units: two rules, one after the other.
        """
        return self.through_activation(at.activation, z, h, self.to_unit_below(at.edge, W, 1.0))

    def local_factor_text(self, at: Factor, W: str, z: str, h: str) -> str:
        return self.through_activation_text(at.activation, z, h, W)

    def carry(self, source: str, delta: Array, factor: Array) -> Array:
        """The error at a unit, from the one at the unit above and the factor between them."""
        return delta * factor

    def carry_text(self, source: str, delta: str, factor: str) -> str:
        return f"{delta} * {factor}"
