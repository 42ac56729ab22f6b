"""The exercises of the first notebook: derivatives, the chain rule, and a derivative by numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_course.core import functions
from backprop_course.core.functions import Array
from backprop_course.core.gradcheck import numerical_derivative
from backprop_course.core.trace import Step
from backprop_course.exercises.chapters.derivations import LOGISTIC
from backprop_course.exercises.functions import elementwise, numerics
from backprop_course.exercises.kinds import Case, Exercise, Formula, Function, Functions

F = Callable[[Array], Array]


@dataclass(frozen=True)
class Composition:
    """A function of a function, f(g(x)): the outer one's derivative, the inner one, and its derivative.

    f: the outer function, where a student knows it. text: the derivative written out, where that is shorter.
    """

    df: F
    g: F
    dg: F
    f: F | None = None
    text: str = ""


class Derivatives:
    """Derivatives of single functions, and of one function put into another."""

    def d_log(self, at: None, x: Array) -> Array:
        """(log x)' = 1 / x"""
        return 1 / x

    def d_log_text(self, at: None, x: str) -> str:
        return f"1 / {x}"

    def d_exp(self, at: None, x: Array) -> Array:
        """(e^x)' = e^x"""
        return np.exp(x)

    def d_exp_text(self, at: None, x: str) -> str:
        return f"exp({x})"

    def chain_rule(self, at: Composition, x: Array) -> Array:
        """(f(g(x)))' = f'(g(x)) · g'(x)"""
        return at.df(at.g(x)) * at.dg(x)

    def chain_rule_text(self, at: Composition, x: str) -> str:
        return f"df(g({x})) * dg({x})"

    def chain_rule_forms(self, at: Composition, x: str) -> tuple[str, ...]:
        return (at.text.format(x=x),) if at.text else ()


_DERIVATIVES = Derivatives()


def _alone(name: str, rules: Any, at: Any, *parents: str, rule: str = "") -> Step:
    return Step(name, rule or name, at, parents, name, rules)


def _before(asked: tuple[str, ...], *given: str) -> dict[str, tuple[str, ...]]:
    """For each thing asked what may stand in it: what is given, and what was asked before."""
    return {name: (*given, *asked[:k]) for k, name in enumerate(asked)}


_SLOPES = ("d_log", "d_exp", "d_exp_square", "d_log_square")
_EXP_SQUARE = Composition(np.exp, lambda x: x**2, lambda x: 2 * x, np.exp, "exp({x}**2) * 2 * {x}")
_LOG_SQUARE = Composition(lambda u: 1 / u, lambda x: x**2, lambda x: 2 * x, np.log, "1 / {x}**2 * 2 * {x}")

LOG_AND_EXP_DERIVATIVES = Formula(
    "log-and-exp-derivatives",
    _SLOPES,
    (
        _alone("d_log", _DERIVATIVES, None, "x"),
        _alone("d_exp", _DERIVATIVES, None, "x"),
        _alone("d_exp_square", _DERIVATIVES, _EXP_SQUARE, "x", rule="chain_rule"),
        _alone("d_log_square", _DERIVATIVES, _LOG_SQUARE, "x", rule="chain_rule"),
    ),
    lambda rng: {"x": rng.uniform(0.3, 2.5)},
    _before(_SLOPES, "x"),
)


def _compose(arguments: tuple[Any, ...]) -> Case:
    df, g, dg, x = arguments
    step = _alone("result", _DERIVATIVES, Composition(df, g, dg), "x", rule="chain_rule")
    known = {"df": df, "g": g, "dg": dg}
    shown = {name: function.__name__ for name, function in known.items()}
    return Case(known, {"x": x}, (step,), {"": "result"}, shown=shown, then=(x,))


def _compositions(rng: np.random.Generator) -> Iterator[Case]:
    written = numerics.written
    square, of_square = written("lambda u: u**2", lambda u: u**2), written("lambda u: 2 * u", lambda u: 2 * u)
    line, of_line = written("lambda x: 3 * x + 1", lambda x: 3 * x + 1), written("lambda x: 3", lambda x: 3)
    outer = (of_square, np.cos, np.exp, written("lambda u: 3 * u**2", lambda u: 3 * u**2))
    inner = ((line, of_line), (square, of_square), (np.sin, np.cos), (np.exp, np.exp))
    yield _compose((of_square, line, of_line, 2.0))
    for g, dg in inner:
        decimals = 4 if g is np.exp else 1  # what is rounded shows where numbers have more
        for df in outer:
            yield _compose((df, g, dg, float(np.round(rng.uniform(0.2, 1.2) * rng.choice([-1, 1]), decimals))))
    yield _compose((of_square, line, of_line, 3))


def _inner_nudge(case: Case, key: str) -> str:
    """What a nudge of x is at each station, in numbers; the last one is the student's to find."""
    df, g = case.arguments["df"], case.arguments["g"]
    assert callable(df)
    assert callable(g)
    (x,) = case.then or ()
    assert isinstance(x, float | int)
    inner, slope = float(g(x)), float(numerical_derivative(g, x))
    return (
        f"Check alone: at x = {x:g} the inner function is {inner:.4g}, and passes a nudge of x on {slope:.4g} times "
        f"as large; the outer one then passes that on {float(df(inner)):.4g} times as large."
    )


COMPOSE = Function("chain-rule", "compose_derivative", _compositions, _compose, verify=_inner_nudge)


ACTIVATION_DERIVATIVES = Functions(
    "activation-derivatives",
    (
        elementwise.value_of("activation-derivatives", "sigmoid", functions.sigmoid),
        elementwise.slope_of("activation-derivatives", "sigmoid_derivative", functions.sigmoid),
        elementwise.slope_of("activation-derivatives", "tanh_derivative", functions.tanh),
        elementwise.value_of("activation-derivatives", "relu", functions.relu),
        elementwise.slope_of("activation-derivatives", "relu_derivative", functions.relu),
    ),
)

EXERCISES: tuple[Exercise, ...] = (
    LOG_AND_EXP_DERIVATIVES,
    COMPOSE,
    numerics.numerical_derivative_exercise("numerical-derivative"),
    ACTIVATION_DERIVATIVES,
    LOGISTIC,
)
