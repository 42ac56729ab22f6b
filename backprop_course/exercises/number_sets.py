"""Given numbers for any network of single units, found by search so that every mistake shows.

Numbers have one decimal and come from a hash, so that the same network has the same numbers everywhere.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np

from backprop_course.core.arrays import as_array
from backprop_course.core.functions import absolute_error, relu
from backprop_course.core.network import Network
from backprop_course.core.trace import carry_out
from backprop_course.errors import CourseError
from backprop_course.exercises.kinds import Givens, Values
from backprop_course.exercises.network_values import errors_of, forward_of, updates_of, values_of
from backprop_course.exercises.numbers import SHOWN_APART, nearness, not_telling
from backprop_course.misconceptions import Steps

_TRIES = 400
"""Sets of numbers that are looked at; of these the first without fault, or the one with the fewest."""
_LOOKED = 24
"""How many of them are looked at with all mistakes carried out, which takes longest."""
_SMALLEST, _LARGEST = 0.01, 30.0
"""Between these every quantity can be worked out by hand, to four digits."""
_BENT = 2.5
"""From there on a sigmoid and a tanh are flat."""

Faults = tuple[int, int, int]
_Asked = TypeVar("_Asked", bound=tuple[Values, ...])

_FOUND: dict[tuple[int, str], tuple[Network, Givens]] = {}


def numbers_of(network: Network, named: str | Mapping[str, float] | None = None) -> Givens:
    """The numbers of a network: x, its weights and biases, y, and a learning rate eta.

    named: the name of a set, for several of one network; or the numbers themselves, of which eta may be left out.
    Raises CourseError for numbers that are not the network's.
    """
    if named is not None and not isinstance(named, str):
        return _given(network, named)
    name = named or ""
    # By identity, and the network kept: two networks are the same one only where somebody says so.
    if (id(network), name) not in _FOUND:
        _FOUND[id(network), name] = network, _searched(network, name)
    return _FOUND[id(network), name][1]


def _given(network: Network, numbers: Mapping[str, float]) -> Givens:
    needed = ("x", *network.weights, "y")
    missing = [name for name in needed if name not in numbers]
    unknown = [name for name in numbers if name not in (*needed, "eta")]
    if missing or unknown:
        said = [f"no {', '.join(missing)}"] if missing else []
        said += [f"{', '.join(map(str, unknown))}, which it does not have"] if unknown else []
        raise CourseError(
            f"The numbers of this network are {', '.join(needed)} (and eta); there is {', and '.join(said)}."
        )
    for name, value in numbers.items():
        if np.ndim(as_array(name, value)):
            raise CourseError(f"{name} is {value!r:.40}; a single number is expected.")
    return Givens({name: float(numbers[name]) for name in (*needed, "eta") if name in numbers})


def _searched(network: Network, name: str) -> Givens:
    asked: list[Values] = []

    def with_numbers(givens: Givens) -> tuple[Values, ...]:
        if not asked:
            asked.extend(_asked(network, givens))
        return tuple(replace(one, givens=Givens({name: givens[name] for name in one.givens})) for one in asked)

    best = _best(map(with_numbers, _candidates(network, name)))
    if best is None:
        raise CourseError(
            f"No numbers were found with which {network!r} can be worked out by hand; give some: numbers=dict(x=…, …)."
        )
    return best[-1].givens  # the last one needs them all


def _asked(network: Network, givens: Givens) -> tuple[Values, ...]:
    """All that may be asked of a network with these numbers."""
    return tuple(
        values_of("", network, asked, givens)
        for asked in (forward_of(network), errors_of(network), updates_of(network))
    )


def better_numbers(exercise: Values) -> Givens | None:
    """Numbers for an exercise that hide less than its own, with the same signs; None where none were found."""
    signs = {name: -1 if value < 0 else 1 for name, value in exercise.givens.items()}
    fixed = {name: value for name, value in exercise.givens.items() if value in (0, 1) and name == "y"}

    def candidates() -> Iterator[tuple[Values]]:
        for k in range(_TRIES):
            number = _distinct(_integers(f"{exercise.id} {sorted(signs)} {k}"))
            rate = {"eta": number(2, 7)} if "eta" in signs else {}
            drawn = {name: sign * number(3, 20 + len(signs)) for name, sign in signs.items()}
            found = drawn | rate | fixed
            yield (replace(exercise, givens=Givens({name: found[name] for name in signs})),)

    best = _best(candidates())
    return best[0].givens if best and _faults(best) < _faults((exercise,)) else None


def _best(candidates: Iterable[_Asked]) -> _Asked | None:
    """The first without fault of those that can be worked out by hand, or the one with the fewest."""
    best, fewest, looked = None, (sys.maxsize, 0, 0), 0
    for candidate in candidates:
        if not _workable(candidate[-1].steps, Givens(candidate[-1].start)):
            continue
        looked += 1
        faults = _faults(candidate, fewest)
        if faults < fewest:
            best, fewest = candidate, faults
        if fewest[:2] == (0, 0) or looked == _LOOKED:
            break
    return best


def _candidates(network: Network, name: str) -> Iterator[Givens]:
    for k in range(_TRIES):
        yield Givens(_one(network, _integers(f"{network!r} {name} {k}")))


def _one(network: Network, integers: Iterator[int]) -> Iterator[tuple[str, float]]:
    """Numbers with one decimal, no two of one size; x and the weights into a ReLU are positive more often than not."""
    number, room = _distinct(integers), 20 + len(network.weights)

    def sign(negative: int) -> int:
        """Negative in so many of eight cases."""
        return -1 if next(integers) % 8 < negative else 1

    eta = number(2, 7)
    # Of a class, a probability: a label of 0 or 1 hides half of the loss.
    y = number(2, 8) if network.loss.fused else sign(2) * number(2, room)
    yield "x", number(5, room)
    for unit in network.units:
        for weight in (*unit.inputs, *([unit.bias] if unit.bias else [])):
            yield weight, sign(2 if unit.activation is relu else 4) * number(3, room)
    yield "y", y
    yield "eta", eta


def _distinct(integers: Iterator[int]) -> Callable[[int, int], float]:
    """A function that gives a number between two, of tenths, and none twice.

    Never 1 or 2, and no half: with these a factor, a square or ½ is lost.
    """
    taken = {5, 10, 20}

    def number(least: int, most: int) -> float:
        while (tenths := least + next(integers) % (most - least + 1)) in taken:
            pass
        taken.add(tenths)
        return tenths / 10

    return number


def _integers(seed: str) -> Iterator[int]:
    """The bytes of a hash, and of the hash's hash, for ever: a generator's stream may change with its library."""
    block = seed.encode()
    while True:
        block = hashlib.sha256(block).digest()
        yield from block


def _workable(steps: Steps, givens: Givens) -> bool:
    """Whether every unit is on, and every quantity neither tiny nor large: nothing flat, nothing lost in rounding."""
    values = carry_out(steps, dict(givens))
    for step in steps:
        value = abs(values[step.name])
        if step.kind and not _SMALLEST <= value <= _LARGEST:
            return False
        if step.rule == "activate" and step.at is relu and values[step.parents[0]] < 0:
            return False
        if step.rule == "activate" and step.at.name in ("sigmoid", "tanh") and abs(values[step.parents[0]]) > _BENT:
            return False
        if step.rule == "loss" and step.at.loss is absolute_error and value <= SHOWN_APART:
            return False
    return True


def _faults(exercises: tuple[Values, ...], most: Faults = (sys.maxsize, 0, 0)) -> Faults:
    """How many mistakes the given numbers hide; how many they confuse; how many they show less well than others would.

    most: from there on it does not matter how many more there are.
    """
    hidden = confused = badly = 0
    for exercise in exercises:
        near = nearness(exercise)
        hidden += len(near.hidden) + len(list(not_telling(exercise)))
        confused, badly = confused + near.confused, badly + len(near.somewhere)
        if (hidden, confused, badly) >= most:
            break
    return hidden, confused, badly
