"""The course's own exercises, those of each notebook in its order, registered as anybody's are."""

from __future__ import annotations

from pathlib import Path

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
from backprop_course.exercises.registry import EXERCISES, Registrant, register_from, registrants

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

COURSES_IDS = frozenset(exercise.id for exercises in NOTEBOOKS.values() for exercise in exercises)


def beside_the_course() -> dict[str, tuple[Exercise, ...]]:
    """Exercises of one's own that are registered, by the notebook that they are in as far as that can be told."""
    found: dict[str, list[Exercise]] = {}
    for id, name in registrants().items():
        if id not in COURSES_IDS and id in EXERCISES:
            found.setdefault(_notebook(name), []).append(EXERCISES[id])
    return {name: tuple(exercises) for name, exercises in found.items()}


def _notebook(registrant: str) -> str:
    """The notebook beside a file of exercises, folder/name as the course's are; no folder where none is known."""
    path = Path(registrant)
    if path.parent.name == "site-packages":  # on a website the file is a package of its own
        return f"/{path.stem}"
    try:
        folder = path.parent if path.is_absolute() else Path.cwd()
        notebooks = [one.stem for one in folder.glob("*.ipynb")]
    except OSError:  # a folder that has been deleted
        folder, notebooks = path.parent, []
    return f"{folder.name}/{notebooks[0] if len(notebooks) == 1 else path.stem.strip('_')}"
