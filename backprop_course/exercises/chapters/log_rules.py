"""06: what the logarithm makes of a product, a power and a quotient."""

from __future__ import annotations

import ast

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.exercises.kinds import Formula


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


_RULES = LogRules()


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
    tuple(Step(name, name, None, ("a", "b"), name, _RULES) for name in _LOGS),
    _larger_first,
    {name: ("a", "b", *_LOGS[:k]) for k, name in enumerate(_LOGS)},
    form=_one_letter_each,
)
