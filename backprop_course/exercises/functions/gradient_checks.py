"""Checking a gradient as an exercise: the relative error of every parameter's, against slopes by numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from backprop_course.core import gradcheck
from backprop_course.core.backprop import gradients
from backprop_course.core.functions import Array
from backprop_course.core.network import Network
from backprop_course.core.trace import ByName, Step
from backprop_course.exercises.functions.numerics import written
from backprop_course.exercises.functions.relative_errors import draw
from backprop_course.exercises.kinds import Case, Function
from backprop_course.networks import mlp

LossOfParameters = Callable[[ByName], Array]


class Checking:
    """The relative error of every parameter's gradient against slopes by numbers."""

    parts: ClassVar = {"errors": {"slopes": lambda loss: loss, "compared": lambda loss: loss}}

    def errors(self, loss: LossOfParameters, params: ByName, gradients: ByName) -> dict[str, Array]:
        """How far each gradient is from its numerical one."""

        def error(name: str) -> Array:
            numeric = self.slopes(loss, lambda value: loss({**params, name: value}), params[name])
            return self.compared(loss, gradients[name], numeric)

        return {name: error(name) for name in params}

    def slopes(self, at: LossOfParameters, loss: Callable[[Array], Array], value: Array) -> Array:
        """The gradient by central differences, every entry by itself."""
        return gradcheck.numerical_gradient(loss, value)

    def compared(self, at: LossOfParameters, analytic: Array, numeric: Array) -> Array:
        """Their relative error."""
        return gradcheck.relative_error(analytic, numeric)

    def error(self, name: str, errors: dict[str, Array]) -> Array:
        """One of the errors."""
        return errors[name]


_CHECKING = Checking()

CUT = 1e-4
"""Below it a relative error counts as that of a right gradient, and above as that of a wrong one."""


def check_gradients_exercise(id: str) -> Function:
    """The exercise `check_gradients(loss, params, gradients)`, a dict of relative errors."""
    return Function(id, "check_gradients", _checks, _check, verify=_by_nudging, accepts=_tells_the_same)


def _check(arguments: tuple[Any, ...], shown: Mapping[str, str] | None = None) -> Case:
    loss, params, found = arguments
    known = {"loss": loss, "params": params, "gradients": found}
    steps = (
        Step("errors", "errors", loss, ("params", "gradients"), "", _CHECKING),
        *(Step(f"error_{name}", "error", name, ("errors",), "", _CHECKING) for name in params),
    )
    return Case(known, known, steps, {name: f"error_{name}" for name in params}, shown=shown or {})


def _checks(rng: np.random.Generator) -> Iterator[Case]:
    cube = written("lambda params: np.sum(params['w']**3)", lambda params: np.sum(params["w"] ** 3))
    yield _formula(cube, {"w": np.array([2.0, -1.0])}, {"w": np.array([12.0, 3.0])})
    yield _formula(cube, {"w": np.array([2.0, -1.0])}, {"w": np.array([12.0, -3.0])})
    # Near its minimum a square has next to no slope: there a one-sided difference is mostly curvature, and so is
    # one at entries that have not been put back.
    square = written("lambda params: (np.sum(params['w']) - 16)**2", lambda params: (np.sum(params["w"]) - 16) ** 2)
    near = np.array([1.0001, 0.9998, 1.0003] + 13 * [1.0])
    yield _formula(square, {"w": near}, {"w": np.full(16, 2 * (near.sum() - 16))})
    # Far from 0 a loss has few digits left for a tiny step; and one parameter has no say in it.
    w, v = 1 + abs(draw(rng, (2, 3))), 1 + abs(draw(rng, (2, 3)))
    far = written(
        "lambda params: 100 + np.sum(params['w'] * params['v'])",
        lambda params: 100 + np.sum(params["w"] * params["v"]),
    )
    idle = draw(rng, (3,))
    yield _formula(far, {"w": w, "v": v, "idle": idle}, {"w": v, "v": w, "idle": np.zeros(3)})
    yield _network(rng, "right")
    yield _network(rng, "right but for W_1, which is doubled", lambda found: {"W_1": 2 * found["W_1"]})
    yield _network(rng, "right but for w_2, which has the wrong sign", lambda found: {"w_2": -found["w_2"]})
    yield _network(rng, "right but for b_1, which is 0", lambda found: {"b_1": 0 * found["b_1"]})
    yield _network(rng, "right but for b_2, which is halved", lambda found: {"b_2": 0.5 * found["b_2"]})
    yield _network(rng, "right but for W_1, which is transposed", lambda found: {"W_1": found["W_1"].T}, sizes=(3, 3))
    yield _network(rng, "right but for one entry of w_2", _one_entry_wrong)
    halved = lambda found: {"W_1": found["W_1"] / 2}  # noqa: E731
    yield _network(rng, "right but for W_1, which is halved", halved, scale=1e-6)
    yield _network(rng, "right", scale=1e6)


def _one_entry_wrong(found: ByName) -> ByName:
    wrong = np.array(found["w_2"])
    wrong[np.abs(wrong).argmax()] *= 1.5
    return {"w_2": wrong}


def _formula(loss: LossOfParameters, params: ByName, found: ByName) -> Case:
    return _check((loss, params, found), {"loss": loss.__name__})


def _network(
    rng: np.random.Generator,
    what: str,
    change: Callable[[ByName], ByName] = lambda found: {},
    scale: float = 1.0,
    sizes: tuple[int, int] = (2, 3),
) -> Case:
    """The mean loss of a random network, times a scale; its gradients, some of them changed."""
    network = mlp(*sizes)
    params, x, y, found = _steep(network, rng)
    found = {name: np.array(scale * gradient) for name, gradient in found.items()}
    of = f"the loss of a {sizes[0]}-{sizes[1]}-1 network"
    return _check(
        (lambda params: scale * network.forward(params, x, y)["L"], params, {**found, **change(found)}),
        {"loss": of if scale == 1 else f"{scale:g} times {of}", "params": "its params", "gradients": what},
    )


def _steep(network: Network, rng: np.random.Generator) -> tuple[ByName, Array, Array, ByName]:
    """A random network that is steep in every parameter, so that its curvature plays next to no part."""
    while True:
        params, x, y = network.random(rng, 4)
        params = {name: np.array(value) for name, value in params.items()}
        y = 1 + abs(y)  # out of a sigmoid's reach
        found = gradients(network, params, x, y)
        if min(np.abs(gradient).min() for gradient in found.values()) > 1e-3:
            return params, x, y, found


def _tells_the_same(answer: np.ndarray, value: Array) -> bool:
    """Whether an error says of a gradient what it should, by whatever definition.

    Of a gradient that is doubled or halved none says exactly 1: that is a flag.
    """
    if answer.size != 1:
        return False
    error, expected = float(answer.reshape(())), float(value)
    if expected < CUT:
        return 0 <= error < CUT
    return expected / 5 <= error <= 5 * expected and not (error == 1 and abs(expected - 0.5) < 1e-3)


def _by_nudging(case: Case, key: str) -> str:
    loss, params, found = (case.values[name] for name in ("loss", "params", "gradients"))
    given = np.asarray(found[key])
    numeric = np.asarray(gradcheck.numerical_gradient(lambda value: loss({**params, key: value}), params[key]))
    where = np.unravel_index(np.abs(given - numeric).argmax(), given.shape)
    entry = f"{key}[{', '.join(str(int(k)) for k in where)}]" if where else key
    right = gradcheck.relative_error(given, numeric) < CUT
    fact = f"nudge {entry} to both sides: its slope is {numeric[where]:.6g}; gradients has {given[where]:.6g}."
    return f"Check alone: {fact} So the error of {key} must be {'tiny' if right else 'large'}."
