"""Exercises of values on a network of single units: which quantities are asked, by which steps, after which others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from typing import cast

from backprop_course.core import names
from backprop_course.core.backprop import backward_steps, steps_of_both
from backprop_course.core.network import Network
from backprop_course.core.trace import Step
from backprop_course.core.training import Descent
from backprop_course.errors import CourseError
from backprop_course.exercises.kinds import Givens, Values
from backprop_course.exercises.kinds.quantities import sources
from backprop_course.misconceptions import MISCONCEPTIONS, Steps

_DESCENT = Descent()


def forward_of(network: Network) -> tuple[str, ...]:
    """The quantities of the forward pass, to the loss."""
    return tuple(step.name for step in (*network.steps(), network.loss_step()))


def errors_of(network: Network) -> tuple[str, ...]:
    """The prediction's gradient, where the loss has one of its own, and every unit's error, from the output back."""
    start = () if network.loss.fused else (names.gradient(names.PREDICTION),)
    return (*start, *(step.name for step in backward_steps(network) if step.kind == "pre-activation error"))


def updates_of(network: Network) -> tuple[str, ...]:
    """What gradient descent adds to each weight and bias, nearest to the output first."""
    return tuple(f"update_{weight}" for weight in reversed(network.weights))


def values_of(
    id: str,
    network: Network,
    asked: tuple[str, ...],
    numbers: Mapping[str, float] | Callable[[], Givens],
    worth: float | None = None,
    hides: Sequence[str] = (),
) -> Values:
    """The exercise of values that asks these quantities of a network.

    numbers: the given ones, or a function that finds them all, eta among them, when they are first needed.
    Raises CourseError for a quantity that the network does not have, for a rate that is needed and not given, and for a
    mistake to hide that nobody knows.
    """
    passes = steps_of_both(network)
    steps = (*passes, *_update_steps(network))
    known_quantities(id, network, asked, steps)
    if unknown := [str(one) for one in hides if one not in MISCONCEPTIONS]:
        close = get_close_matches(unknown[0], MISCONCEPTIONS, n=1)
        meant = f"did you mean {close[0]!r}?" if close else "`backprop-course prove` says what its numbers hide."
        raise CourseError(f"{id}: hides names {unknown[0]!r}, which is no mistake's id; {meant}")
    named = tuple(numbers) if isinstance(numbers, Mapping) else (names.INPUT, *network.weights, names.TARGET, "eta")
    made_from = sources(steps, named)
    needed = frozenset().union(*(made_from[name] for name in asked))
    if "eta" not in needed:
        steps, named = passes, tuple(name for name in named if name != "eta")
    elif "eta" not in named:
        raise CourseError(f"{id} needs a learning rate: numbers=dict(…, eta=0.3).")
    before = (*forward_of(network), *errors_of(network))
    earlier = tuple(name for name in before if name in needed and name not in asked)
    given = cast(Givens, partial(_found, numbers, named)) if callable(numbers) else _found(lambda: numbers, named)
    return Values(id, asked, given, steps, earlier, worth=worth, hides=tuple(hides))


def _found(numbers: Callable[[], Mapping[str, float]], named: tuple[str, ...]) -> Givens:
    found = numbers()
    return Givens({name: found[name] for name in named})


def known_quantities(id: str, network: Network, asked: tuple[str, ...], steps: Steps) -> None:
    """Raises CourseError where something is asked that is no quantity of a network's steps."""
    there = [step.name for step in steps if not step.path]
    if unknown := [str(name) for name in asked if name not in there]:
        raise CourseError(f"{id} asks for {', '.join(unknown)}; {network!r} has {', '.join(there)}.")


def _update_steps(network: Network) -> Steps:
    return tuple(
        Step(f"update_{w}", "update", None, ("eta", names.gradient(w)), w, _DESCENT, of=w)
        for w in reversed(network.weights)
    )
