"""The exercise of which shape each gradient of a network of layers has."""

from __future__ import annotations

from backprop_course.core.network import Network
from backprop_course.errors import CourseError
from backprop_course.exercises.kinds import Option, Options
from backprop_course.exercises.programs import has_layers

Reasons = dict[tuple[int, ...] | str, tuple[str | None, str]]


def shapes(id: str, network: Network, *, points: float | None = None) -> Options:
    """The exercise of naming the shape of the gradient of every weight and bias, shape_dW_1, for one example.

    points: one for each, without. Raises CourseError for a network without layers.
    """
    if not has_layers(network):
        raise CourseError(f"{id}: all gradients of this network are single numbers; shapes needs layers.")
    return Options(id, {f"shape_d{name}": _shape(name, shape) for name, shape in network.weights.items()}, points)


def _shape(name: str, shape: tuple[int, ...]) -> Option:
    reasons: Reasons = {
        (1, *shape): (None, f"There is one example here, not a batch of one: {name} has no batch axis.")
    }
    if shape:
        reasons[()] = ("gradient-summed-up", f"L is one number, but it has a slope for every entry of {name}.")
    if len(shape) == 1:
        reasons[(shape[0], 1)] = (
            None,
            f"{name} is no column: a vector has one axis in NumPy. A tuple of one size has a comma, (7,).",
        )
    if len(shape) == 2:
        n_in, n_out = shape
        if n_in != n_out:
            reasons[(n_out, n_in)] = (
                "gradient-transposed",
                f"That is the other way round. h @ {name} makes {n_out} numbers of {n_in}: a row for each input.",
            )
            reasons[(n_in,)] = (None, f"That is one number for each input. Each has a weight to each of {n_out} units.")
        reasons[(n_out,)] = (
            "input-left-out",
            f"That is one number for each unit of the layer. Each unit has a weight for each of its {n_in} inputs.",
        )
    return Option(shape, reasons={wrong: why for wrong, why in reasons.items() if wrong != shape})
