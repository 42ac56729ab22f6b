"""The course's own exercises, those of each notebook in its order, registered as anybody's are."""

from __future__ import annotations

from backprop_course.exercises.chapters import (
    chain_network,
    chain_rule,
    mlp,
    regularisation,
    skip_classifier,
    skip_regressor,
    softmax_cross_entropy,
    split_network,
)
from backprop_course.exercises.kinds import Exercise
from backprop_course.exercises.registry import EXERCISES, Registrant, register_from

_CHAPTERS: dict[str, tuple[Exercise, ...]] = {
    "01_chain_rule/chain_rule": chain_rule.EXERCISES,
    "02_chain_network/chain_network": chain_network.EXERCISES,
    "03_split_network/split_network": split_network.EXERCISES,
    "04_skip_connections/skip_classifier": skip_classifier.EXERCISES,
    "04_skip_connections/skip_regressor": skip_regressor.EXERCISES,
    "05_mlp/mlp": mlp.EXERCISES,
    "06_softmax_cross_entropy/softmax_cross_entropy": softmax_cross_entropy.EXERCISES,
    "07_regularisation/regularisation": regularisation.EXERCISES,
}


def _registered(notebook: str, exercises: tuple[Exercise, ...]) -> tuple[Exercise, ...]:
    """A notebook's exercises as they are known from then on."""
    register_from(Registrant(f"the course's {notebook}", __spec__), exercises)
    return tuple(EXERCISES[exercise.id] for exercise in exercises)


NOTEBOOKS: dict[str, tuple[Exercise, ...]] = {
    notebook: _registered(notebook, exercises) for notebook, exercises in _CHAPTERS.items()
}
"""The exercises of every notebook, in its order."""
