"""What a quantity is in its network, in words: to say what belongs where another one stands, and not which."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_course.core.trace import Kind, Step
from backprop_course.misconceptions.registry import Steps

_OF_KIND: dict[Kind, str] = {
    "pre-activation": "weighted sum",
    "activation": "activation",
    "pre-activation error": "error signal",
    "activation error": "gradient of an activation",
    "weight gradient": "gradient of a weight",
    "bias gradient": "gradient of a bias",
}
_OF_PARENTS: dict[str, tuple[str, ...]] = {
    "to_unit_below": ("weight",),
    "to_weight": ("input",),
    "loss": ("prediction", "target"),
    "loss_gradient": ("prediction", "target"),
}
"""What goes into a rule, where it is made by no step."""


def roles(steps: Steps) -> dict[str, str]:
    """What each quantity is, one word or a few; none for what has no name of that kind."""
    found = {step.name: _OF_KIND[step.kind] for step in steps if step.kind in _OF_KIND}
    for step in steps:
        for parent, role in zip(step.parents, _of_parents(step), strict=False):
            found.setdefault(parent, role)
    return found


def _of_parents(step: Step) -> Iterator[str]:
    if step.rule == "weighted_sum":
        for _ in step.at.edges:
            yield "input"
            yield "weight"
        yield "bias"
    yield from _OF_PARENTS.get(step.rule, ())


def what_belongs(role: str, instead: str) -> str:
    """What kind of quantity belongs where one of another role stands, or of the same; "" is a role without a name."""
    if not role:
        return "something else"
    if role in ("prediction", "target"):
        return f"the {role}"
    if instead == role:
        return f"another {role}"
    return f"{'an' if role[0] in 'aei' else 'a'} {role}"
