"""The exercises of the first notebook: derivatives, the chain rule, and a derivative by numbers."""

from __future__ import annotations

import ast
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

    def product_gradient(self, at: None, x_1: Array, x_2: Array) -> Array:
        """The gradient of x_1 · x_2: each variable's slope is the other one."""
        return np.array([x_2, x_1])

    def product_gradient_text(self, at: None, x_1: str, x_2: str) -> str:
        return f"pair({x_2}, {x_1})"


class LogRules:
    """What the logarithm makes of a product, a power and a quotient."""

    def log_product(self, at: None, a: Array, b: Array) -> Array:
        """log(a b) = log a + log b"""
        return np.log(a) + np.log(b)

    def log_product_text(self, at: None, a: str, b: str) -> str:
        return f"log({a}) + log({b})"

    def log_power(self, at: None, a: Array, b: Array) -> Array:
        """log(a^b) = b log a"""
        return b * np.log(a)

    def log_power_text(self, at: None, a: str, b: str) -> str:
        return f"{b} * log({a})"

    def log_quotient(self, at: None, a: Array, b: Array) -> Array:
        """log(a / b) = log a − log b"""
        return np.log(a) - np.log(b)

    def log_quotient_text(self, at: None, a: str, b: str) -> str:
        return f"log({a}) - log({b})"


_DERIVATIVES, _LOG_RULES = Derivatives(), LogRules()


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


def _one_letter_each(asked: str, tree: ast.expr) -> str:
    """What is wrong with a formula in which a logarithm is not of one letter alone."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("log", "ln"):
            for node in ast.walk(call.args[0]):
                if isinstance(node, ast.Call) or (
                    isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.Pow)
                ):
                    return (
                        f"the right value, but not yet taken apart: it holds {ast.unparse(call)}.\n"
                        "Use the rule, so that every logarithm is of one letter alone: log(a), log(b)."
                    )
    return ""


def _larger_first(rng: np.random.Generator) -> dict[str, Array]:
    # a > b > 0 and a > 1: then log(a - b) and log(a)**b have values, and are known for the mistakes they are.
    b = rng.uniform(0.4, 2.5)
    return {"a": max(b, 1.0) + rng.uniform(0.2, 2), "b": b}


_LOGS = ("log_product", "log_power", "log_quotient")

LOG_RULES = Formula(
    "log-rules",
    _LOGS,
    tuple(_alone(name, _LOG_RULES, None, "a", "b") for name in _LOGS),
    _larger_first,
    _before(_LOGS, "a", "b"),
    form=_one_letter_each,
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
        for df in outer:
            yield _compose((df, g, dg, float(np.round(rng.uniform(0.2, 1.2) * rng.choice([-1, 1]), 1))))
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


def _product(arguments: tuple[Any, ...]) -> Case:
    known = dict(zip(("x_1", "x_2"), arguments, strict=True))
    return Case(known, known, (_alone("result", _DERIVATIVES, None, *known, rule="product_gradient"),), {"": "result"})


def _products(rng: np.random.Generator) -> Iterator[Case]:
    yield _product((2.0, 3.0))
    yield _product((0.0, -4.0))
    for _ in range(4):
        x_1, x_2 = np.round(rng.uniform(0.5, 5, 2) * rng.choice([-1, 1], 2), 1)
        yield _product((float(x_1), float(x_2)))
    yield _product((2, 5))


def _one_nudged(case: Case, key: str) -> str:
    x_1, x_2 = (float(case.values[name]) for name in ("x_1", "x_2"))
    return (
        f"Check alone: with x_2 = {x_2:g} held, move x_1 from {x_1:g} to {x_1 + 1:g}: "
        f"the product goes from {x_1 * x_2 + 0:g} to {(x_1 + 1) * x_2 + 0:g}."
    )


PRODUCT = Function("partial-derivatives", "product_gradient", _products, _product, worth=1.0, verify=_one_nudged)

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
    LOG_RULES,
    COMPOSE,
    PRODUCT,
    numerics.numerical_derivative_exercise("numerical-derivative"),
    numerics.numerical_gradient_exercise("numerical-gradient"),
    ACTIVATION_DERIVATIVES,
    LOGISTIC,
)
