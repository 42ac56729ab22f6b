"""A fault drawn by a seed, and numbers that show it: from a hash, so that they are the same for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TypeVar

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.network import Network
from backprop_course.errors import CourseError
from backprop_course.exercises.faults import Fault, faults_of
from backprop_course.exercises.programs import gradient_steps, has_layers
from backprop_course.exercises.repairs import other_repairs
from backprop_course.misconceptions import MISCONCEPTIONS
from backprop_course.misconceptions.printed import line_of_code

T = TypeVar("T")

_TRIES = 400
_EXAMPLES = 4
_LEAST, _MOST = 3, 19
"""The size of a number, in tenths."""


def drawn_fault(network: Network, seed: str, misconception: str = "", step: str = "") -> Fault:
    """A fault drawn by a seed, one that can be mended in its line alone; misconception, step: where these are fixed.

    Raises CourseError where there is none.
    """
    for id in [misconception] if misconception else _in_order(MISCONCEPTIONS, seed):
        found = [fault for fault in faults_of(network, id) if step in ("", fault.step)]
        for fault in _in_order(found, seed):
            if not other_repairs(fault):
                return fault
    what = f"{misconception or 'a mistake'}{f' in {step}' if step else ''}"
    raise CourseError(
        f"{network!r} has no program with {what}, written as one line, that can be mended in that line alone; take "
        "another one, or none and it is drawn."
    )


def _in_order(things: Iterable[T], seed: str) -> list[T]:
    """Things in an order that a seed draws: by a hash, so that it is the same for ever."""
    return sorted(things, key=lambda one: sha256(f"{seed} {_told(one)}".encode()).digest())


def _told(one: object) -> str:
    return f"{one.step} {line_of_code(one.tree)}" if isinstance(one, Fault) else str(one)


def numbers_of_fault(fault: Fault, seed: str) -> dict[str, Array]:
    """Weights, x and y with one decimal, with which a fault shows in a gradient, and every line can be worked out.

    Raises CourseError where none were found.
    """
    for k in range(_TRIES):
        given = _numbers(fault.network, _tenths(f"{seed} {k}"))
        if _told_apart(given) and fault.shows(given) and _away_from_kinks(fault, given):
            return given
    raise CourseError(f"No numbers were found that show {fault.misconception} in {fault.step} of {fault.network!r}.")


def _numbers(network: Network, tenths: Iterator[float]) -> dict[str, Array]:
    batch = (_EXAMPLES,) if has_layers(network) else ()
    shapes = dict(network.weights)
    inputs = () if network.input_width is None else (network.input_width,)
    width = network.units[-1].width
    outputs = () if width is None else (width,)
    found: dict[str, Array] = {name: _array(tenths, shape) for name, shape in shapes.items()}
    found["x"] = _array(tenths, batch + inputs)
    if network.loss.fused == "softmax" and width:
        classes = [abs(int(10 * next(tenths))) % width for _ in range(_EXAMPLES)]
        found["y"] = np.eye(width)[classes]
    elif network.loss.fused:
        found["y"] = np.abs(_array(tenths, batch + outputs)) / 2
    else:
        found["y"] = _array(tenths, batch + outputs)
    return found


def _array(tenths: Iterator[float], shape: tuple[int, ...]) -> Array:
    if not shape:
        return next(tenths)
    found: list[float] = []
    while len(found) < np.prod(shape):
        if (number := next(tenths)) not in found:  # no two rows alike
            found.append(number)
    return np.array(found).reshape(shape)


def _told_apart(given: dict[str, Array]) -> bool:
    """Whether no two single numbers are of one size, and none is 1: nobody then takes one for another."""
    sizes = [1.0, *(abs(value) for value in given.values() if np.ndim(value) == 0)]
    return len(set(sizes)) == len(sizes)


def _away_from_kinks(fault: Fault, given: dict[str, Array]) -> bool:
    """Whether no number that goes into a function is exactly 0, where a slope may be a matter of choice."""
    values = fault.program.values(given)
    return all(np.all(values[step.name]) for step in gradient_steps(fault.network) if step.kind == "pre-activation")


def _tenths(seed: str) -> Iterator[float]:
    block = seed.encode()
    while True:
        block = sha256(block).digest()
        for one, sign in zip(block[::2], block[1::2], strict=True):
            yield (-1 if sign % 3 == 0 else 1) * (_LEAST + one % (_MOST - _LEAST + 1)) / 10
