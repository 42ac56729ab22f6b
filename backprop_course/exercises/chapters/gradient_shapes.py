"""06: which shape a gradient has, and where it is positive, negative or zero, with a reason for each wrong answer."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_course.exercises.kinds import Option, Options
from backprop_course.networks import classifier

_INPUTS, _FIRST, _SECOND, _CLASSES = (classifier().input_width or 0, *(unit.width or 0 for unit in classifier().units))

Reasons = dict[tuple[int, ...] | str, tuple[str | None, str]]


def _weight(number: int, n_in: int, n_out: int) -> Option:
    W = f"W_{number}"
    reasons: Reasons = {
        (n_out, n_in): (
            "gradient-transposed",
            f"That is the other way round. h @ {W} makes {n_out} numbers of {n_in}: {W} has a row for each input.",
        ),
        (n_out,): (
            "input-left-out",
            f"That is one number for each unit of the layer. Each unit has a weight for each of its {n_in} inputs.",
        ),
        (n_in,): (
            None,
            f"That is one number for each input. Each input has a weight to each of the {n_out} units.",
        ),
        (): ("gradient-summed-up", f"L is one number, but it has a slope for every entry of {W}."),
        (n_in, n_in): (None, f"{W} leads from {n_in} to {n_out} numbers, not from {n_in} to {n_in}."),
        (n_out, n_out): (None, f"{W} leads from {n_in} to {n_out} numbers, not from {n_out} to {n_out}."),
    }
    return Option((n_in, n_out), reasons=reasons | _batched(W, n_in, n_out))


def _vector(name: str, n: int, others: Reasons) -> Option:
    reasons: Reasons = {
        (n, 1): (None, f"{name} is no column: a vector has one axis in NumPy. A tuple of one size has a comma, (7,)."),
        (): (None, f"L is one number, but it has a slope for every one of the {n} entries of {name}."),
    }
    return Option((n,), reasons=reasons | _batched(name, n) | others)


def _batched(name: str, *shape: int) -> Reasons:
    return {(1, *shape): (None, f"There is one input here, not a batch of one: {name} has no batch axis.")}


_MATRIX = "That is the shape of {}, which has a weight for every pair. Here there is one number for each unit."

GRADIENT_SHAPES = Options(
    "gradient-shapes",
    {
        "shape_dW_1": _weight(1, _INPUTS, _FIRST),
        "shape_db_1": _vector(
            "b_1",
            _FIRST,
            {
                (_INPUTS,): (None, "A bias belongs to a unit of the layer, not to an input. How wide is layer 1?"),
                (_INPUTS, _FIRST): (None, _MATRIX.format("W_1")),
            },
        ),
        "shape_dz_3": _vector(
            "z_3",
            _CLASSES,
            {
                (_SECOND,): (None, "That is the width of layer 2, which comes in. z_3 has a logit for each class."),
                (_SECOND, _CLASSES): (None, _MATRIX.format("W_3")),
                (_CLASSES, _CLASSES): (
                    None,
                    "That is the softmax's Jacobian: how each probability answers to each logit. L is a single number.",
                ),
            },
        ),
        "shape_dW_3": _weight(3, _SECOND, _CLASSES),
        "shape_db_3": _vector(
            "b_3",
            _CLASSES,
            {
                (_SECOND,): (None, "A bias belongs to a unit of the layer, not to an input. How wide is layer 3?"),
                (_SECOND, _CLASSES): (None, _MATRIX.format("W_3")),
            },
        ),
        "shape_dh_2": _vector(
            "h_2",
            _SECOND,
            {
                (_CLASSES,): (None, "That is dL_dz_3's shape, before it comes down through W_3. How wide is layer 2?"),
                (_FIRST,): (None, "That is the width of layer 1. How many units hand on their h as h_2?"),
                (_SECOND, _CLASSES): (
                    None,
                    "That is one error for each path. Those that come back to the same unit are added.",
                ),
                (_FIRST, _SECOND): (None, "That is the shape of W_2. h_2 has one number for each unit."),
            },
        ),
    },
)


def _sign(right: str, **reasons: str) -> Option:
    ids = {"zero": "true-class-only" if right == "positive" else None}
    given: Reasons = {sign: (ids.get(sign, "error-sign"), reason) for sign, reason in reasons.items()}
    return Option(right, ("positive", "negative", "zero"), given)


_NOT_ZERO = "A softmax is never quite 0 or 1, so something is always left to push."


def _zero_part(right: str, **reasons: str) -> Option:
    given: Mapping[tuple[int, ...] | str, tuple[str | None, str]] = {
        part: ("gradient-transposed" if part in ("row", "column") else None, reason) for part, reason in reasons.items()
    }
    return Option(right, ("row", "column", "all", "none"), given)


_SOME = "An entry is the product of one h and one error. Which entries hold this one?"

GRADIENT_SIGNS = Options(
    "gradient-signs",
    {
        "sign_dz_true": _sign(
            "negative",
            positive="A step against a positive gradient would lower the true class's logit. It should rise.",
            zero=_NOT_ZERO,
        ),
        "sign_dz_other": _sign(
            "positive",
            negative="A step against a negative gradient would raise a wrong class's logit. It should fall.",
            zero=f"The wrong classes' logits are in the softmax's sum as well. {_NOT_ZERO}",
        ),
        "dW_zero_if_dz_j_is_zero": _zero_part(
            "column",
            row="Row i of W_3 holds the weights that leave unit i. dL_dz_j belongs to class j, where they end.",
            all=f"{_SOME} The other classes still have their errors.",
            none=_SOME,
        ),
        "dW_zero_if_h_i_is_zero": _zero_part(
            "row",
            column="Column j of W_3 holds the weights that lead to class j; h_i belongs to unit i, where they start.",
            all=f"{_SOME} The other units still send something.",
            none=_SOME,
        ),
    },
)
