"""Named mistakes: each is one rule gone wrong, so every mistake can be carried out."""

from backprop_course.misconceptions import (
    arrays,
    backward,
    calculus,
    cross_entropy,
    edges,
    forward,
    gradient_checks,
    losses,
    numerics,
    paths,
    regularisation,
    skip,
    softmax,
    training,
    updates,
)
from backprop_course.misconceptions.registry import MISCONCEPTIONS, Misconception, Steps, Variant, variants

__all__ = [
    "MISCONCEPTIONS",
    "Misconception",
    "Steps",
    "Variant",
    "arrays",
    "backward",
    "calculus",
    "cross_entropy",
    "edges",
    "forward",
    "gradient_checks",
    "losses",
    "numerics",
    "paths",
    "regularisation",
    "skip",
    "softmax",
    "training",
    "updates",
    "variants",
]
