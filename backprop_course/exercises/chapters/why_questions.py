"""06: why the gradients are what they are, as choices, with a reason for each wrong one."""

from __future__ import annotations

from backprop_course.exercises.kinds import Option, Options

_LETTERS = ("a", "b", "c")


def _choice(right: str, **reasons: str | tuple[str, str]) -> Option:
    """One of three sentences. reasons: why each wrong one is; with the mistake's id before it, where it has one."""
    told: dict[tuple[int, ...] | str, tuple[str | None, str]] = {}
    for letter, reason in reasons.items():
        told[letter] = (None, reason) if isinstance(reason, str) else reason
    assert {right, *told} == set(_LETTERS)
    return Option(right, _LETTERS, told)


LOSS_WHY = Options(
    "loss-why",
    {
        "one_term_left": _choice(
            "b",
            a="A softmax is never quite 0: every class has a logarithm. What is each multiplied by?",
            c="Minus a logarithm of a probability is never negative, so these terms cannot cancel each other.",
        ),
        "all_logits_stay": _choice(
            "c",
            a="Those terms are gone: each is multiplied by a label of 0. Look at the one that is left.",
            b=("true-class-only", "It has z_true alone on top of the fraction. What stands below the line?"),
        ),
        "first_term": _choice(
            "a",
            b="No label stands in the first term, it is −z_true. What becomes of it when another logit is nudged?",
            c="The first term is −z_true, whatever the probabilities are. What becomes of it when another logit moves?",
        ),
        "second_term": _choice(
            "b",
            a="The probabilities may be as unequal as you like. Each has its own; what do all of them have in common?",
            c="The slope of log u is 1/u: it does depend on what stands inside. Is there a label inside?",
        ),
    },
)

WEIGHT_WHY = Options(
    "weight-why",
    {
        "between_them": _choice(
            "c",
            a="h_i is what the weight is multiplied by: it comes before it, and stays as it is when the weight grows.",
            b="A weight ends at a single class: z_j is the only logit that it is part of.",
        ),
        "loss_changes": _choice(
            "a",
            b=(
                "true-class-only",
                "z_j stands in the softmax's sum, so all probabilities move with it, the true class's too.",
            ),
            c="h_i is made in the layer below, before W_3 is met: the weight cannot change it.",
        ),
        "bias_gradient": _choice(
            "b",
            a="A bias is learned like a weight, and has a gradient of its own: how far does z_j move when it does?",
            c="The softmax comes after z. Look at the way from b_j to z_j alone: what is that derivative?",
        ),
    },
)
