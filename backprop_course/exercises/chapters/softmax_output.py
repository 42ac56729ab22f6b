"""06's functions of a layer of logits: softmax, cross-entropy, the gradients at the output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from backprop_course.core.backprop import Backprop
from backprop_course.core.forward import Edge, Forward, Output
from backprop_course.core.functions import Array, softmax, softmax_cross_entropy
from backprop_course.core.names import PREDICTION, TARGET, gradient
from backprop_course.core.trace import Step
from backprop_course.exercises.kinds import Case, Function, Functions

_FORWARD, _BACKPROP = Forward(), Backprop()
_EDGE = Edge("W_3", "2", "3", source_wide=True, target_wide=True, batched=False)
_FAR = 1e4


def _probabilities(z: str) -> Step:
    return Step(PREDICTION, "activate", softmax, (z,), "", _FORWARD, kind="activation", unit="3")


def _error(z: str) -> tuple[Step, ...]:
    """The error at the logits of one input."""
    at = Output(softmax_cross_entropy, softmax, wide=True, batched=False)
    what: dict[str, Any] = {"kind": "pre-activation error", "unit": "3", "of": z}
    return (_probabilities(z), Step(gradient(z), "loss_gradient", at, (PREDICTION, TARGET), "", _BACKPROP, **what))


def _logits(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Moderate logits, all of them different: equal ones would hide too much."""
    sizes = rng.choice(np.arange(3, 33), size=shape, replace=False) / 10
    logits: np.ndarray = sizes * rng.choice([-1, 1], shape)
    return logits


def _fine(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """The same with more decimals: there what is rounded shows."""
    return np.round(_logits(rng, *shape) + rng.uniform(-0.04, 0.04, shape), 6)


def _labels(rng: np.random.Generator, *shape: int) -> np.ndarray:
    labels: np.ndarray = np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]
    return labels


# --- softmax ------------------------------------------------------------------------------------------


def _softmax(arguments: tuple[Any, ...]) -> Case:
    (z,) = arguments
    return Case({"z": z}, {"z": z}, (_probabilities("z"),), {"": "y_hat"})


def _softmax_cases(rng: np.random.Generator) -> Iterator[Case]:
    # Positive logits first: there even the logarithm of a logit is a number.
    yield _softmax((np.abs(_logits(rng, 2)),))
    for shape in ((3,), (10,), (2, 3), (3, 3), (4, 2), (1, 4)):
        yield _softmax((_logits(rng, *shape),))
    yield _softmax((_fine(rng, 4),))
    for z in ([_FAR, 0], [-_FAR, 1 - _FAR, -_FAR], [_FAR, _FAR], [[_FAR, _FAR - 1], [2 - _FAR, -_FAR]]):
        yield _softmax((np.array(z),))
    yield _softmax((np.round(rng.uniform(-_FAR, _FAR, (3, 5))),))
    yield _softmax((np.array([1, 2, 3]),))
    yield _softmax((np.array([[1, 2, 3], [4, 0, -1]]),))


def _softmax_by_hand(case: Case, key: str) -> str:
    first, second = case.arguments["z"].reshape(-1)[:2]  # type: ignore[attr-defined]  # an array, by _softmax_cases
    if abs(first - second) > 20:
        return "Check alone: every row must add up to 1."
    times = np.exp(first - second)
    return f"Check alone: every row must add up to 1, and its first entry is here {times:.4g} times the second."


# --- cross-entropy ------------------------------------------------------------------------------------


def _cross_entropy(arguments: tuple[Any, ...]) -> Case:
    z, y = arguments
    at = Output(softmax_cross_entropy, softmax, wide=True, batched=np.ndim(z) > 1)
    given = {"z": z, "y": y}
    return Case(given, given, (Step("L", "loss", at, ("z", "y"), "", _FORWARD),), {"": "L"})


def _cross_entropy_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield _cross_entropy((np.abs(_logits(rng, 2)), _labels(rng, 2)))
    for shape in ((3,), (10,), (1, 3), (2, 3), (3, 3), (5, 2)):
        yield _cross_entropy((_logits(rng, *shape), _labels(rng, *shape)))
    yield _cross_entropy((_fine(rng, 4), _labels(rng, 4)))
    # Far out: surely right, surely wrong, undecided; then rows that differ by much.
    for z, true in (([_FAR, 0], 0), ([_FAR, 0], 1), ([-_FAR, 1 - _FAR, -_FAR], 2)):
        yield _cross_entropy((np.array(z), np.eye(len(z))[true]))
    yield _cross_entropy((np.array([[_FAR, _FAR - 1], [2 - _FAR, -_FAR]]), np.array([[0.0, 1.0], [1.0, 0.0]])))
    yield _cross_entropy((np.round(rng.uniform(-_FAR, _FAR, (4, 3))), _labels(rng, 4, 3)))
    yield _cross_entropy((np.array([1, 2, 3]), np.array([1, 0, 0])))
    yield _cross_entropy((np.array([[1, 2, 3], [4, 0, -1]]), np.array([[1, 0, 0], [0, 0, 1]])))


def _cross_entropy_by_hand(case: Case, key: str) -> str:
    z, y = np.atleast_2d(case.values["z"]), np.atleast_2d(case.values["y"])
    if np.ptp(z) > 20:
        behind = ", ".join(f"{gap:.4g}" for gap in z.max(axis=-1) - (y * z).sum(axis=-1))
        return f"Check alone: the true class's logit lies behind the largest by {behind}. That is nearly what it costs."
    chances = ", ".join(f"{p:.4g}" for p in (y * softmax.value(z)).sum(axis=-1))
    if len(z) > 1:
        return (
            f"Check alone: the true classes have the probabilities {chances}. Minus their logarithms, what is the mean?"
        )
    return f"Check alone: the true class has the probability {chances}. What is minus its logarithm?"


# --- gradients at the output --------------------------------------------------------------------------


def _logit_gradient(arguments: tuple[Any, ...]) -> Case:
    z, y = arguments
    given = {"z": z, "y": y}
    return Case(given, given, _error("z"), {"": "dL_dz"})


def _logit_gradient_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n in (2, 3, 3, 5, 10):
        yield _logit_gradient((_logits(rng, n), _labels(rng, n)))
    yield _logit_gradient((_fine(rng, 4), _labels(rng, 4)))
    yield _logit_gradient((np.array([1, 2, 3]), np.array([1, 0, 0])))


def _loss(z: Array, y: Array) -> float:
    return float(softmax_cross_entropy.value(z, y).sum())


def _nudged(z: Array, y: Array, k: int, by: float = 1.0) -> float:
    """By numbers: how fast the loss changes where the logit z[k] changes by so much."""
    eps = 1e-5
    nudge = eps * by * np.eye(len(z))[k]
    return (_loss(z + nudge, y) - _loss(z - nudge, y)) / (2 * eps)


def _said(variable: str, slope: float) -> str:
    return f"Check alone: change {variable} by 1e-05 and L changes by {1e-5 * slope:.4g}; the slope is {slope:.4g}."


def _nudged_logit(case: Case, key: str) -> str:
    # The first wrong class: the gradient reaches it too, which is easily forgotten.
    z, y = case.values["z"], case.values["y"]
    k = int(y.argmin())
    return _said(f"z[{k}]", _nudged(z, y, k))


def _output_weight(arguments: tuple[Any, ...]) -> Case:
    h_2, z_3, y = arguments
    given = {"h_2": h_2, "z_3": z_3, "y": y}
    to_weight = Step("dL_dW_3", "to_weight", _EDGE, ("h_2", "dL_dz_3"), "", _BACKPROP, kind="weight gradient", of="W_3")
    return Case(given, given, (*_error("z_3"), to_weight), {"": "dL_dW_3"})


def _output_weight_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n_in, n_out in ((2, 3), (3, 2), (4, 4), (1, 3), (7, 10)):
        h_2 = np.round(rng.uniform(0.1, 0.9, n_in), 2)
        yield _output_weight((h_2, _logits(rng, n_out), _labels(rng, n_out)))
    yield _output_weight((np.round(rng.uniform(0.1, 0.9, 3), 6), _fine(rng, 4), _labels(rng, 4)))
    yield _output_weight((np.array([1, 2]), np.array([1, 2, 3]), np.array([1, 0, 0])))


def _nudged_weight(case: Case, key: str) -> str:
    h_2, z_3, y = (case.values[name] for name in ("h_2", "z_3", "y"))
    i, k = len(h_2) - 1, int(y.argmin())
    return f"Nudging W_3[{i}, {k}] nudges z_3[{k}] by h_2[{i}] times as much. " + _said(
        f"W_3[{i}, {k}]", _nudged(z_3, y, k, h_2[i])
    )


def _output_bias(arguments: tuple[Any, ...]) -> Case:
    z_3, y = arguments
    given = {"z_3": z_3, "y": y}
    to_bias = Step("dL_db_3", "to_bias", False, ("dL_dz_3",), "", _BACKPROP, kind="bias gradient", of="b_3")
    return Case(given, given, (*_error("z_3"), to_bias), {"": "dL_db_3"})


def _output_bias_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n in (2, 3, 3, 5, 10):
        yield _output_bias((_logits(rng, n), _labels(rng, n)))
    yield _output_bias((_fine(rng, 4), _labels(rng, 4)))
    yield _output_bias((np.array([1, 2, 3]), np.array([1, 0, 0])))


def _nudged_bias(case: Case, key: str) -> str:
    z_3, y = case.values["z_3"], case.values["y"]
    k = int(y.argmin())
    return _said(f"b_3[{k}]", _nudged(z_3, y, k))


SOFTMAX = Function("softmax", "softmax", _softmax_cases, _softmax, silent=True, verify=_softmax_by_hand)
CROSS_ENTROPY_OF_LOGITS = Function(
    "cross-entropy",
    "cross_entropy",
    _cross_entropy_cases,
    _cross_entropy,
    worth=3.0,
    silent=True,
    verify=_cross_entropy_by_hand,
)
LOGIT_GRADIENT = Function(
    "logit-gradient", "logit_gradient", _logit_gradient_cases, _logit_gradient, verify=_nudged_logit
)
OUTPUT_GRADIENTS = Functions(
    "output-weight-gradient",
    (
        Function(
            "output-weight-gradient",
            "output_weight_gradient",
            _output_weight_cases,
            _output_weight,
            verify=_nudged_weight,
        ),
        Function(
            "output-weight-gradient",
            "output_bias_gradient",
            _output_bias_cases,
            _output_bias,
            worth=1.0,
            verify=_nudged_bias,
        ),
    ),
)
