"""The examples by which these networks are taught elsewhere: numbers that students meet, and sometimes copy."""

from __future__ import annotations

from collections.abc import Mapping

_WORKED: tuple[tuple[str, dict[str, float]], ...] = (
    ("chain-", {"x": 1.0, "w_in": 2.0, "w_j": 5.0, "w_k": 3.0, "y": 3.0}),
    ("split-", {"x": 1.0, "w_in": 2.0, "w_ij": 4.0, "w_ik": 6.0, "w_j": 5.0, "w_k": 3.0, "y": 8.0, "eta": 0.01}),
    ("skip-regressor-", {"x": 1.0, "y": -3.0, "w_0": 0.5, "w_1": 0.5, "w_2": 0.5, "w_s": 0.5, "eta": 1.0}),
)
"""For the exercises whose ids begin so, the given numbers of the example."""


def worked_example(exercise_id: str, givens: Mapping[str, float]) -> dict[str, float] | None:
    """The numbers of the example of an exercise's network, under the names of its givens; None where there is none."""
    for beginning, numbers in _WORKED:
        if exercise_id.startswith(beginning) and givens.keys() <= numbers.keys():
            return {name: numbers[name] for name in givens}
    return None
