"""A loss or its slope, computed by a wrong formula in y_hat and y."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backprop_course.core.forward import Output
from backprop_course.core.functions import Array, sigmoid
from backprop_course.misconceptions.registry import (
    wrong_rule,
)

LossFormula = Callable[[Array, Array], Array]


def wrong_formulas(
    id: str, name: str, hint: str, where: Callable[[Output], bool], rule: str, *formulas: LossFormula
) -> None:
    """Registers wrong formulas, each in (y_hat, y), for the loss or for one of its slopes."""

    def overriding(formula: LossFormula) -> type:
        def method(self: Any, at: Output, out: Array, y: Array) -> Array:
            # The loss is handed z where it is taken together with its activation.
            return formula(sigmoid.value(out) if rule == "loss" and at.loss.fused else out, y)

        return type(id.title().replace("-", ""), (), {rule: method})

    for formula in formulas:
        wrong_rule(id, name, hint, where)(overriding(formula))
