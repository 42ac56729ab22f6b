"""What the maths is given: numbers and arrays read as floats, their shapes demanded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from backprop_course.errors import CourseError

if TYPE_CHECKING:
    from backprop_course.core.functions import Array, Loss


def as_array(name: str, value: object) -> Array:
    """A float or a float array as it is, anything else as one; an integer becomes a float, an array of them float64.

    Raises CourseError for what is not a real number or an array of them.
    """
    kind = value.__class__
    if kind is float or (kind is np.ndarray and value.ndim and value.dtype.kind == "f"):  # type: ignore[attr-defined]
        return value
    try:
        if kind is int:
            return float(value)  # type: ignore[arg-type]
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        array = np.asarray(None)
    if array.dtype.kind == "f":
        return array[()]
    if array.dtype.kind in "iu":
        return array.astype(np.float64)[()]
    of = f" of {array.dtype}" if array.ndim else ""
    raise CourseError(f"{name} is {kind.__name__}{of}; a number or an array of real numbers is expected.")


def expect_shape(name: str, value: Array, shape: tuple[int, ...], why: str) -> None:
    """Raises CourseError unless the value has that shape."""
    if getattr(value, "shape", ()) != shape:
        raise CourseError(f"{name} has shape {np.shape(value)}; expected {shape}: {why}.")


def shape_of(width: int | None) -> tuple[int, ...]:
    """The shape of what a unit of that width hands on for one example."""
    return () if width is None else (width,)


def read_weights(weights: Mapping[str, Array], shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """Weights and biases by name. Raises CourseError for a missing or unknown one, and for another shape."""
    if not isinstance(weights, Mapping):
        raise CourseError(f"weights is {type(weights).__name__}; a dict is expected, with {', '.join(shapes)}.")
    values = {}
    for name, shape in shapes.items():
        if name not in weights:
            raise CourseError(f"The weight {name} is missing; this network needs {', '.join(shapes)}.")
        values[name] = value = as_array(name, weights[name])
        if value.__class__ is not float or shape:
            expect_shape(name, value, shape, "weights are (n_in, n_out), so that z = h @ W")
    if len(weights) > len(shapes):
        unknown = ", ".join(str(name) for name in weights if name not in shapes)
        raise CourseError(f"Unknown weights: {unknown}; this network has {', '.join(shapes)}.")
    return values


def expect_targets(y: Array, batch: tuple[int, ...], width: int | None, loss: Loss) -> None:
    """Raises CourseError unless these are targets for the predictions of an output of that width.

    batch: () for one example, else its size.
    """
    classes = loss.fused == "softmax"
    if classes and np.shape(y) == batch:
        raise CourseError(
            f"y has shape {np.shape(y)}: class numbers, it seems. {loss.name} expects one-hot labels of shape "
            f"{(*batch, width)}: np.eye({width})[y], for whole numbers y from 0."
        )
    expect_shape("y", y, batch + shape_of(width), "one target for every prediction")
    if classes and not abs(np.sum(y, axis=-1) - 1).max() < 1e-3:
        raise CourseError(
            "y has rows that do not add up to 1; "
            f"{loss.name} expects one-hot labels or probabilities along the last axis."
        )
