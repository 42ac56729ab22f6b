"""The derivations of 01, 04, 05 and 07, line by line, in scalar names."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import numpy as np

from backprop_course.core.functions import Array, sigmoid
from backprop_course.exercises.kinds.derivation import Derivation, Goal, names_in, operations_in

_SIGMOIDS = {"sigmoid", "s"}


def _logistic_numbers(rng: np.random.Generator) -> dict[str, Array]:
    z = rng.uniform(-3, 3)
    return {"z": z, "s": sigmoid.value(z)}


def _only_s(tree: ast.expr) -> str:
    if extra := sorted(names_in(tree) - {"s"}):
        return f"right, but not yet there: it still holds {', '.join(extra)}; write it in s alone."
    return ""


LOGISTIC = Derivation(
    "logistic-derivation",
    {
        "logistic_lines": Goal(
            "the slope of the sigmoid at z",
            ("z", "s"),
            lambda numbers: numbers["s"] * (1 - numbers["s"]),
            {
                "the derivative before it is simplified: a line that holds powers of e and z, and no s yet": (
                    lambda tree: not names_in(tree) & _SIGMOIDS
                )
            },
            _only_s,
            (
                "-1 / (1 + exp(-z))**2 * (-exp(-z))",
                "exp(-z) / (1 + exp(-z))**2",
                "1 / (1 + exp(-z)) * exp(-z) / (1 + exp(-z))",
                "1 / (1 + exp(-z)) * (1 + exp(-z) - 1) / (1 + exp(-z))",
                "s * (1 - s)",
            ),
        )
    },
    _logistic_numbers,
    3.0,
)


def _difference(tree: ast.expr) -> str:
    if operations_in(tree) & {ast.Mult, ast.Div, ast.Pow}:
        return "right, but not yet there: products and quotients are left in it; multiply out, and see what cancels."
    return ""


def _cancels(tree: ast.expr) -> bool:
    """Whether a line on the way has no sum of quotients left that is multiplied as a whole."""
    factors = [
        side.operand if isinstance(side, ast.UnaryOp) else side
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div)
        for side in (node.left, node.right)
    ]
    sums = [factor for factor in factors if isinstance(factor, ast.BinOp) and isinstance(factor.op, ast.Add | ast.Sub)]
    return bool(_difference(tree)) and not any(operations_in(one) & {ast.Div, ast.Pow} for one in sums)


CROSS_ENTROPY = Derivation(
    "cross-entropy-derivation",
    {
        "error_lines": Goal(
            "dL/dy_hat times dy_hat/dz_2",
            ("y_hat", "y"),
            lambda numbers: numbers["y_hat"] - numbers["y"],
            {
                "the product of the two slopes, with the quotients of dL_dy_hat still in it": (
                    lambda tree: ast.Div in operations_in(tree)
                ),
                "what cancels: a line in which each quotient is multiplied by y_hat * (1 - y_hat)": _cancels,
            },
            _difference,
            (
                "(-y / y_hat + (1 - y) / (1 - y_hat)) * y_hat * (1 - y_hat)",
                "-y * (1 - y_hat) + (1 - y) * y_hat",
                "-y + y * y_hat + y_hat - y * y_hat",
                "y_hat - y",
            ),
        )
    },
    lambda rng: {"y_hat": rng.uniform(0.05, 0.95), "y": rng.uniform(0.05, 0.95)},
    3.0,
)

_WEIGHTS = ("v_a", "v_b", "w_a", "w_b")
_SHARED = ("dL_dy_hat", "dy_hat_dz_2")
_TO_OUTPUT, _TO_HIDDEN = (*_SHARED, "dz_2_dw_a"), (*_SHARED, "dz_2_dh_a", "dh_a_dz_a", "dz_a_dv_a")
_QUANTITIES = ("x", *_WEIGHTS, "h_a", "h_b", "y_hat", "y")


def _two_units(rng: np.random.Generator) -> dict[str, Array]:
    """A network of two hidden units, with every slope on the way from the loss to the weights of unit a."""
    known: dict[str, Array] = {name: rng.uniform(0.3, 1.5) * rng.choice([-1, 1]) for name in ("x", *_WEIGHTS)}
    h = {unit: sigmoid.value(known["x"] * known[f"v_{unit}"]) for unit in "ab"}
    y_hat, y = sigmoid.value(h["a"] * known["w_a"] + h["b"] * known["w_b"]), rng.uniform(0.05, 0.95)
    return known | {
        "h_a": h["a"],
        "h_b": h["b"],
        "y_hat": y_hat,
        "y": y,
        "dL_dy_hat": y_hat - y,
        "dy_hat_dz_2": y_hat * (1 - y_hat),
        "dz_2_dw_a": h["a"],
        "dz_2_dh_a": known["w_a"],
        "dh_a_dz_a": h["a"] * (1 - h["a"]),
        "dz_a_dv_a": known["x"],
    }


def _along(weight: str, slopes: tuple[str, ...], lines: tuple[str, ...]) -> Goal:
    def value(numbers: Mapping[str, Array]) -> Array:
        return np.prod([numbers[name] for name in slopes])

    def form(tree: ast.expr) -> str:
        if left := [name for name in slopes if name in names_in(tree)]:
            return f"right, but not yet there: write out {', '.join(left)}, in {', '.join(_QUANTITIES)}."
        return ""

    return Goal(
        f"dL/d{weight}",
        (*_QUANTITIES, *slopes),
        value,
        {f"the chain rule in names: the product of {', '.join(slopes)}": lambda tree: {*slopes} <= names_in(tree)},
        form,
        (" * ".join(slopes), *lines),
    )


MLP = Derivation(
    "mlp-derivation",
    {
        "w_a_lines": _along("w_a", _TO_OUTPUT, ("(y_hat - y) * y_hat * (1 - y_hat) * h_a",)),
        "v_a_lines": _along(
            "v_a",
            _TO_HIDDEN,
            (
                "(y_hat - y) * y_hat * (1 - y_hat) * w_a * dh_a_dz_a * dz_a_dv_a",
                "(y_hat - y) * y_hat * (1 - y_hat) * w_a * h_a * (1 - h_a) * x",
            ),
        ),
    },
    _two_units,
    4.0,
)


def _zero_to_be_read(tree: ast.expr) -> str:
    """Nothing where a formula is a product, one factor of which is a less what it must be there."""
    for factor in _factors(tree):
        match factor:
            case ast.BinOp(ast.Name("a"), ast.Sub(), right) if "a" not in names_in(right):
                return ""
            case ast.BinOp(left, ast.Sub(), ast.Name("a")) if "a" not in names_in(left):
                return ""
    return "right, but where it is 0 cannot be read off yet: make it a product, (…) * (a - …), with no a in the …"


def _factors(tree: ast.expr) -> list[ast.expr]:
    match tree:
        case ast.BinOp(left, ast.Mult(), right):
            return [*_factors(left), *_factors(right)]
        case ast.UnaryOp(_, operand):
            return _factors(operand)
    return [tree]


def _once(tree: ast.expr) -> bool:
    """Whether a stands once in a sum."""
    count = sum(isinstance(node, ast.Name) and node.id == "a" for node in ast.walk(tree))
    return count == 1 and isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub)


EIGENDIRECTION = Derivation(
    "eigendirection-derivation",
    {
        "slope_lines": Goal(
            "the slope of lam/2 * (a - a_star)**2 + mu/2 * a**2 along a",
            ("a", "a_star", "lam", "mu"),
            lambda numbers: numbers["lam"] * (numbers["a"] - numbers["a_star"]) + numbers["mu"] * numbers["a"],
            {"all that holds a, collected: a line in which a stands once, in a sum": _once},
            _zero_to_be_read,
            (
                "lam * (a - a_star) + mu * a",
                "lam * a - lam * a_star + mu * a",
                "(lam + mu) * a - lam * a_star",
                "(lam + mu) * (a - lam / (lam + mu) * a_star)",
            ),
        )
    },
    lambda rng: {name: rng.uniform(0.3, 3) for name in ("a", "a_star", "lam", "mu")},
    3.0,
)
