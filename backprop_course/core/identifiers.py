"""Which names a network's units and weights may have: those that its equations can be written with."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from backprop_course.core import names
from backprop_course.errors import CourseError

if TYPE_CHECKING:
    from backprop_course.core.network import Unit

_GRADIENT = re.compile(r"d[A-Za-z](_\w+?)?_d[A-Za-z]\w*")  # dL_dw, dy_hat_dz_2


def check_name_of_unit(unit: Unit) -> None:
    """Raises CourseError unless z_name and h_name are names of quantities, and read as those of this unit."""
    z, h = names.pre_activation(unit.name), names.activation(unit.name)
    _check("unit", unit.name, z, f"it gives {z} and {h}")
    if unit.name.split("_")[0] == "hat":
        raise CourseError(f"The unit {unit.name!r} needs another name: {h} would be written as h with a hat.")


def check_name_of_weight(weight: str, unit: Unit) -> None:
    """Raises CourseError unless a weight's or a bias's name is one of a quantity, and of no other one."""
    where = f"weight {weight!r} of unit {unit.name!r}"
    _check(f"weight of unit {unit.name!r}", weight, weight, f"its gradient is {names.gradient(weight)}")
    if _GRADIENT.fullmatch(weight):
        raise CourseError(f"The {where} needs another name: d…_d… is how gradients are called, such as dL_dw.")
    if weight.startswith(("z_", "h_")):
        raise CourseError(f"The {where} needs another name: z_… and h_… are the quantities of units.")


def _check(kind: str, name: object, quantity: str, why: str) -> None:
    if not isinstance(name, str):
        raise CourseError(f"A {kind} is called {name!r} ({type(name).__name__}); a name is text, such as 'a'.")
    reason = ""
    if not _is_name(quantity):
        reason = f"equations cannot be written with {quantity!r}. Take letters, digits and _, and no word of Python's"
    elif not all(quantity.split("_")):
        reason = "a _ stands between two parts of a name, such as w_in"
    elif "_via_" in f"_{name}_":
        reason = "via tells the paths of a gradient apart, such as dL_dh_0_via_2"
    if reason:
        raise CourseError(f"A {kind} cannot be called {name!r} ({why}): {reason}.")


def _is_name(text: str) -> bool:
    """Whether Python reads it as this one name: no keyword, no operation, no letters that it takes for others."""
    try:
        read = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return False
    return isinstance(read, ast.Name) and read.id == text
