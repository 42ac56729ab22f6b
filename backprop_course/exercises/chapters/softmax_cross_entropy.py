"""06: a classifier; shapes, softmax with cross-entropy, and the gradients of a network of layers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from backprop_course.core.network import Network
from backprop_course.core.trace import ByName
from backprop_course.exercises.chapters.cross_entropy_steps import CROSS_ENTROPY_STEPS
from backprop_course.exercises.chapters.gradient_shapes import GRADIENT_SHAPES, GRADIENT_SIGNS
from backprop_course.exercises.chapters.log_rules import LOG_RULES
from backprop_course.exercises.chapters.softmax_output import (
    CROSS_ENTROPY_OF_LOGITS,
    LOGIT_GRADIENT,
    OUTPUT_GRADIENTS,
    SOFTMAX,
)
from backprop_course.exercises.chapters.why_questions import LOSS_WHY, WEIGHT_WHY
from backprop_course.exercises.functions.array_functions import layer_gradients_of
from backprop_course.exercises.kinds import Exercise
from backprop_course.networks import classifier


def _network_for(params: ByName) -> Network:
    return classifier((len(params["W_1"]), *(params[f"W_{k}"].shape[1] for k in (1, 2, 3))))


def _single(rng: np.random.Generator) -> Iterable[tuple[Network, int | None]]:
    # Equal widths first: there a mistaken transpose still gives numbers. Then none that can hide it.
    for widths in ((2, 2, 2, 2), (3, 3, 3, 3), (4, 2, 3, 2), (2, 5, 4, 3), (6, 4, 3, 5)):
        yield classifier(widths), None


def _batches(rng: np.random.Generator) -> Iterable[tuple[Network, int | None]]:
    # One example last: it would not show what is wrong with many.
    for widths, batch in (
        ((2, 2, 2, 2), 2),
        ((3, 3, 3, 3), 3),
        ((2, 5, 4, 3), 6),
        ((6, 4, 3, 5), 8),
        ((4, 2, 3, 2), 1),
    ):
        yield classifier(widths), batch


def _growing(rng: np.random.Generator) -> Iterable[tuple[Network, int | None]]:
    yield from ((classifier((2, 3, 3, 2)), batch) for batch in (4, 12, 36))


_PARAMS = ("W_3", "b_3", "W_2", "b_2", "W_1", "b_1")

EXERCISES: tuple[Exercise, ...] = (
    GRADIENT_SHAPES,
    SOFTMAX,
    LOG_RULES,
    CROSS_ENTROPY_OF_LOGITS,
    CROSS_ENTROPY_STEPS,
    LOSS_WHY,
    LOGIT_GRADIENT,
    WEIGHT_WHY,
    OUTPUT_GRADIENTS,
    GRADIENT_SIGNS,
    layer_gradients_of("hidden-gradients", "network_gradients", _network_for, ("x", "y", "params"), _single, _PARAMS),
    layer_gradients_of(
        "batch-gradients",
        "batch_gradients",
        _network_for,
        ("X", "y", "params"),
        _batches,
        _PARAMS,
        "examples",
        _growing,
    ),
)
