"""What there is of the course where a student's program runs: `sandbox/inside/fork_server` imports this, by its name.

`LOADED` is imported there before there is a student, so that a candidate has it at once; calls of what `WATCHED` names
are noted while a student's code runs; `set_up` comes last, before the first candidate is forked.
"""

from __future__ import annotations

LOADED = (
    "backprop_course.checks",
    "backprop_course.drawing",
    "backprop_course.networks",
    "backprop_course.widgets",
)
"""What students' cells import of the course."""

WATCHED = {
    "backprop_course.core.network": ("Network.forward",),
    "backprop_course.core.backprop": ("backward", "gradients"),
    "backprop_course.core.gradcheck": (
        "numerical_derivative",
        "numerical_gradient",
        "relative_error",
        "check_gradients",
    ),
    "backprop_course.core.training": ("train",),
    "backprop_course.core.regularisation": ("shrinkage", "regularised_optimum", "numerical_hessian"),
    "backprop_course.core.functions": ("activation_named", "loss_named"),
    "backprop_course.checks": ("judge",),
    "backprop_course.exercises.kinds.quantities": ("evaluate",),
    "backprop_course.exercises.kinds.case": ("Case.results",),
    "backprop_course.exercises.kinds.values": ("Values.carried",),
    "backprop_course.exercises.kinds.formula": ("Formula.values",),
}
"""What computes an answer: by module, its functions and methods."""


def set_up() -> None:
    """Makes `check` give nothing: the verdict is reached elsewhere."""
    from backprop_course import checks

    vars(checks)["check"] = lambda exercise_id: 0.0
