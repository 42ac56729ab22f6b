"""06: softmax and cross-entropy differentiated by hand, step by step: three classes, class 1 the true one."""

from __future__ import annotations

import ast

import numpy as np

from backprop_course.core.functions import Array, softmax, softmax_cross_entropy
from backprop_course.core.trace import Step
from backprop_course.exercises.kinds import Formula

TRUE, OTHER = 1, 0
_LOGITS, _PROBABILITIES = ("z_0", "z_1", "z_2"), ("h_0", "h_1", "h_2")


class CrossEntropySteps:
    """L = −z_1 + log Σ e^z, term by term; `at` is the class whose logit is moved."""

    def probability(self, at: int, *z: Array) -> Array:
        return softmax.value(np.array(z))[at]

    def probability_text(self, at: int, *z: str) -> str:
        return f"exp({z[at]}) / ({_summed(z)})"

    def log_difference(self, at: int, *z: Array) -> Array:
        return softmax_cross_entropy.value(np.array(z), np.eye(3)[at]).sum()

    def log_difference_text(self, at: int, *z: str) -> str:
        return f"log({_summed(z)}) - {z[at]}"

    def first_partial(self, at: int, *z: Array) -> Array:
        """Of −z_1: a constant."""
        return -float(at == TRUE)

    def first_partial_text(self, at: int, *z: str) -> str:
        return "-1" if at == TRUE else "0"

    def second_partial(self, at: int, *z: Array) -> Array:
        """Of log Σ e^z: a probability."""
        return softmax.value(np.array(z))[at]

    def second_partial_text(self, at: int, *z: str) -> str:
        return self.probability_text(at, *z)

    def both_partials(self, at: int, first: Array, *h: Array) -> Array:
        return first + h[at]

    def both_partials_text(self, at: int, first: str, *h: str) -> str:
        return f"{first} + {h[at]}"


def _summed(z: tuple[str, ...]) -> str:
    return " + ".join(f"exp({one})" for one in z)


_RULES = CrossEntropySteps()


def _step(name: str, rule: str, at: int, *parents: str) -> Step:
    return Step(name, rule, at, parents, "", _RULES)


_STEPS = (
    *(_step(h, "probability", k, *_LOGITS) for k, h in enumerate(_PROBABILITIES)),
    _step("L_difference", "log_difference", TRUE, *_LOGITS),
    _step("d_first_true", "first_partial", TRUE, *_LOGITS),
    _step("d_first_other", "first_partial", OTHER, *_LOGITS),
    _step("d_second_other", "second_partial", OTHER, *_LOGITS),
    _step("dL_dz_true", "both_partials", TRUE, "d_first_true", *_PROBABILITIES),
    _step("dL_dz_other", "both_partials", OTHER, "d_first_other", *_PROBABILITIES),
)
_ASKED = tuple(step.name for step in _STEPS[3:])
_ERRORS = ("dL_dz_true", "dL_dz_other")


def _draw(rng: np.random.Generator) -> dict[str, Array]:
    # Positive, so that even the logarithm of a logit is a number.
    return {z: float(rng.uniform(0.2, 2)) for z in _LOGITS}


def _at_hand(asked: str) -> tuple[str, ...]:
    earlier = _ASKED[: _ASKED.index(asked)]
    return (*_LOGITS, *earlier, *(_PROBABILITIES if asked in _ERRORS else ()))


def _form(asked: str, tree: ast.expr) -> str:
    if asked == "L_difference" and any(_logarithm_of_quotient(node) for node in ast.walk(tree)):
        return "right, but still the logarithm of a quotient.\nTake it apart: log(a / b) = log(a) − log(b)."
    return ""


def _logarithm_of_quotient(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("log", "ln") and _quotient(node.args[0])


def _quotient(node: ast.expr) -> bool:
    """Whether a product holds a divisor: a / b, a * b**-1 or a * exp(-b)."""
    match node:
        case ast.BinOp(_, ast.Div(), _):
            return True
        case ast.BinOp(left, ast.Mult(), right):
            return _quotient(left) or _quotient(right)
        case ast.BinOp(base, ast.Pow(), exponent):
            return _quotient(base) or _negative(exponent)
        case ast.UnaryOp(_, operand):
            return _quotient(operand)
        case ast.Call(ast.Name("exp"), [exponent]):
            return _negative(exponent)
    return False


def _negative(exponent: ast.expr) -> bool:
    return isinstance(exponent, ast.UnaryOp) and isinstance(exponent.op, ast.USub)


CROSS_ENTROPY_STEPS = Formula(
    "cross-entropy-steps", _ASKED, _STEPS, _draw, {asked: _at_hand(asked) for asked in _ASKED}, _form
)
