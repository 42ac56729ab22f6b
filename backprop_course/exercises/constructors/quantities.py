"""Exercises on the quantities of a network of single units: its numbers, and the formulas that make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from backprop_course.core import names
from backprop_course.core.backprop import steps_of_both
from backprop_course.core.functions import Array
from backprop_course.core.network import Network
from backprop_course.errors import CourseError
from backprop_course.exercises.functions.network_functions import other_slope, regime
from backprop_course.exercises.kinds import Formula, Values
from backprop_course.exercises.network_values import errors_of, forward_of, known_quantities, updates_of, values_of
from backprop_course.exercises.number_sets import numbers_of
from backprop_course.exercises.programs import has_layers

Numbers = str | Mapping[str, float] | None


def values(
    id: str,
    network: Network,
    asked: Sequence[str] = (),
    *,
    numbers: Numbers = None,
    points: float | None = None,
    hides: Sequence[str] = (),
) -> Values:
    """The exercise of computing quantities of a network from given numbers: its forward pass.

    asked: other quantities, such as ("dL_dw_1", "dL_dw_2"), in the order in which they are judged.
    numbers: the given ones, x, y and all weights by name, or a set's name; without, the network's own set, found by
        search so that every mistake shows. Exercises of one network, and of one set, share its numbers.
    points: one for each thing asked, without. hides: ids of mistakes that the numbers may hide.
    Raises CourseError for a network with layers, and for numbers or quantities that it does not have.
    """
    return _values(id, network, tuple(asked) or forward_of(_single(network)), numbers, points, hides)


def errors(
    id: str,
    network: Network,
    *,
    numbers: Numbers = None,
    points: float | None = None,
    hides: Sequence[str] = (),
) -> Values:
    """The exercise of computing the error of every unit, from the output back; arguments as in `values`."""
    return _values(id, network, errors_of(_single(network)), numbers, points, hides)


def updates(
    id: str,
    network: Network,
    *,
    numbers: Numbers = None,
    points: float | None = None,
    hides: Sequence[str] = (),
) -> Values:
    """The exercise of what gradient descent adds to every weight, update_w = −eta · dL_dw; arguments as in `values`."""
    return _values(id, network, updates_of(_single(network)), numbers, points, hides)


def formulas(id: str, network: Network, asked: Sequence[str] = (), *, points: float | None = None) -> Formula:
    """The exercise of typing the right-hand side of every equation of both passes, as text.

    In each may stand what comes before it in the passes, and what is asked before it.

    asked: other quantities, in an order in which each can be made from those before it.
    Raises CourseError for a network with layers, and for quantities that it does not have.
    """
    steps = steps_of_both(_single(network))
    whole = tuple(step.name for step in steps if not step.path)
    asked = tuple(asked) or whole
    known_quantities(id, network, asked, steps)
    given = (names.INPUT, *network.weights, names.TARGET)
    at_hand = {}
    for k, name in enumerate(asked):
        before = [one for one in whole[: whole.index(name)] if one not in asked]
        at_hand[name] = (*given, *before, *asked[:k])
    kinks = bool(other_slope(steps)) or network.loss.name == "absolute_error"
    return Formula(
        id,
        asked,
        steps,
        lambda rng: _draw(network, rng),
        at_hand,
        otherwise=other_slope(steps),
        regime=(lambda values: regime(network, values)) if kinks else None,
        worth=points,
    )


def _single(network: Network) -> Network:
    """The network. Raises CourseError for one with layers, and for what is none."""
    if has_layers(network):
        raise CourseError(
            "This network has layers, whose numbers and formulas nobody writes out one by one: ask for its "
            "gradients(…), predictions(…) or shapes(…)."
        )
    return network


def _values(
    id: str,
    network: Network,
    asked: tuple[str, ...],
    numbers: Numbers,
    points: float | None,
    hides: Sequence[str],
) -> Values:
    if numbers is None or isinstance(numbers, str):  # found by search: not while a file is imported
        return values_of(id, network, asked, partial(numbers_of, network, numbers), points, hides)
    return values_of(id, network, asked, numbers_of(network, numbers), points, hides)


def _draw(network: Network, rng: np.random.Generator) -> dict[str, Array]:
    weights, x, y = network.random(rng)
    # A label of 0 or 1 would hide half of a logistic loss; its formula holds between them, too.
    return {**weights, "x": x, "y": rng.uniform(0.05, 0.95) if network.loss.fused else y}
