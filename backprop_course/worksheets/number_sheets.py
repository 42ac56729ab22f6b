"""What stands on a page: a network, its given numbers, the quantities that are asked; and every value, for the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from backprop_course import networks
from backprop_course.core.network import Network
from backprop_course.errors import CourseError
from backprop_course.exercises import Exercise, Givens, Values
from backprop_course.exercises.kinds import evaluate, redrawable
from backprop_course.exercises.kinds.quantities import sources_of
from backprop_course.exercises.personal import drawn_givens, number_set, refuse_published

COURSES = (networks.chain, networks.split, networks.skip_classifier, networks.skip_regressor)


@dataclass(frozen=True)
class PaperSheet:
    """One page's questions, the same for everybody: exercises of values that share their given numbers.

    network: the one that they are about; None where it is not known, and there is no picture then.
    """

    exercises: tuple[Values, ...]
    network: Network | None

    @property
    def names(self) -> tuple[str, ...]:
        """The given numbers, those of the exercise that needs most of them."""
        return max((tuple(exercise.givens) for exercise in self.exercises), key=len)

    @property
    def equations(self) -> dict[str, str]:
        """The equation of every quantity, in the order in which a page goes through them, those not asked as well."""
        found: dict[str, str] = {}
        for exercise in self.exercises:
            for name in _needed(exercise):
                step = exercise.by_name[name]
                found.setdefault(name, step.equation(*step.parents))
        return found

    def numbers(self, seed: str, version: int) -> dict[str, float]:
        """The given numbers of a seed, those that a notebook with this seed has.

        Raises CourseError where there are none but the published ones: every page would have the same.
        """
        found: dict[str, float] = {}
        for exercise in self.exercises:
            drawn = drawn_givens(exercise.id, seed, version)
            refuse_published(exercise, [drawn])
            found |= drawn
        return found

    def values(self, givens: Mapping[str, float]) -> dict[str, float]:
        """Every quantity, from these given numbers."""
        found: dict[str, float] = {}
        for exercise in self.exercises:
            mine = replace(exercise, givens=Givens({name: givens[name] for name in exercise.givens}))
            known = dict(mine.start)
            for name in _needed(exercise):
                evaluate(name, mine.by_name, mine.start, known)
            found |= {name: float(value) for name, value in known.items()}
        return found


def _needed(exercise: Values) -> list[str]:
    """The quantities that are asked, and those that they are made from, in the order of the steps."""
    made_from = sources_of(exercise.steps, exercise.givens)
    needed = frozenset().union(*(made_from[name] for name in exercise.asked))
    return [name for name in exercise.by_name if name in needed]


def sheets_of(exercises: Iterable[Exercise], known: Sequence[Network] = COURSES) -> list[PaperSheet]:
    """The pages of an assignment: one for each set of given numbers.

    known: networks that the exercises may be about. Raises CourseError where no exercise has given numbers.
    """
    groups: dict[str, list[Values]] = {}
    for exercise in exercises:
        if redrawable(exercise):
            groups.setdefault(number_set(exercise).name, []).append(exercise)
    if not groups:
        raise CourseError(
            "No exercise there has given numbers to compute with (values, errors, updates): no worksheet."
        )
    return [PaperSheet(tuple(group), _network_of(group[0], known)) for group in groups.values()]


def _network_of(exercise: Values, known: Sequence[Network]) -> Network | None:
    """The network whose forward pass an exercise's steps go through."""
    for network in known:
        passes = (*network.steps(), network.loss_step())
        if all(exercise.by_name.get(step.name) == step for step in passes):
            return network
    return None
