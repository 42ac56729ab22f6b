"""A number set as data: the quantities that exercises ask, and what each mistake gives, from numbers not yet known.

A set is made from exercises as they are today (`recorded`), or read as some version of the course wrote it down.
Drawing asks nothing else: what a student's numbers are depends on this data, a hash, and NumPy's arithmetic alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backprop_course.core.trace import Step
from backprop_course.errors import CourseError
from backprop_course.exercises.kinds import Values, evaluate
from backprop_course.exercises.personal.recording import Calculation, Recorder


@dataclass(frozen=True)
class Asked:
    """What one exercise asks, by rows of the set's calculation.

    right: the row of each quantity that is asked. wrong: the same for each way to go wrong that leads to other rows.
    ids: the mistakes that lead there, for each of those.
    """

    right: tuple[int, ...]
    wrong: tuple[tuple[int, ...], ...]
    ids: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class NumberSet:
    """Given numbers that exercises share.

    name: what the hash is taken of, beside the seed. published: the numbers of whoever has none of his own.
    calculation: all that follows from them; its first `until` rows are those of right answers. right: the row of every
    quantity, given or asked. asked: by an exercise's id.
    """

    name: str
    published: Mapping[str, float]
    calculation: Calculation
    until: int
    right: Mapping[str, int]
    asked: Mapping[str, Asked]

    def to_json(self) -> dict[str, Any]:
        """The set as plain data."""
        return {
            "published": dict(self.published),
            "rows": [list(row) for row in self.calculation.rows],
            "until": self.until,
            "right": dict(self.right),
            "asked": {
                id: {
                    "right": list(one.right),
                    "wrong": [list(row) for row in one.wrong],
                    "ids": list(map(list, one.ids)),
                }
                for id, one in self.asked.items()
            },
        }

    @classmethod
    def read(cls, name: str, data: Mapping[str, Any]) -> NumberSet:
        """The set that was written down as plain data."""
        asked = {
            id: Asked(tuple(one["right"]), tuple(map(tuple, one["wrong"])), tuple(map(tuple, one["ids"])))
            for id, one in data["asked"].items()
        }
        rows = Calculation.read(data["rows"])
        return cls(name, data["published"], rows, data["until"], data["right"], asked)


def recorded(name: str, exercises: Sequence[Values], mistakes: Collection[str]) -> NumberSet:
    """The set that exercises share, with these mistakes, by id, as they are carried out today.

    Raises CourseError where right answers are made by something else than arithmetic.
    """
    recorder = Recorder()
    published = {name: value for exercise in exercises for name, value in exercise.givens.items()}
    given = {name: recorder.given(name) for name in published}
    right: dict[str, int] = {name: one.at for name, one in given.items()}
    starts = []
    for exercise in exercises:
        start: dict[str, Any] = {name: given[name] for name in exercise.givens}
        if exercise.after:
            start |= _answers(exercise.after, exercise.after.by_name, start, exercise.after.asked)
        starts.append(start)
        try:
            found = _answers(exercise, exercise.by_name, start, (*exercise.earlier, *exercise.asked))
        except (TypeError, AttributeError) as error:
            raise CourseError(f"Other numbers cannot be drawn for {exercise.id}: {error}") from error
        right |= {name: recorder.of(value) for name, value in found.items()}
    until = len(recorder.rows)
    asked = {}
    for exercise, start in zip(exercises, starts, strict=True):
        ways: dict[tuple[int, ...], dict[str, None]] = {}
        rows_right = tuple(right[name] for name in exercise.asked)
        for variant in exercise.variants:
            if variant.misconception in mistakes and not exercise.made_before(variant):
                steps = {**exercise.by_name, **variant.changes}
                try:
                    found = _answers(exercise, steps, start, (*exercise.earlier, *exercise.asked))
                except (TypeError, AttributeError):
                    continue  # it looks at the numbers themselves: nobody can say what it gives for others
                rows = tuple(recorder.of(found[name]) for name in exercise.asked)
                if rows != rows_right:
                    ways.setdefault(rows, {})[variant.misconception] = None
        asked[exercise.id] = Asked(rows_right, tuple(ways), tuple(map(tuple, ways.values())))
    return NumberSet(name, published, Calculation(tuple(recorder.rows)), until, right, asked)


def _answers(
    exercise: Values, steps: Mapping[str, Step], start: Mapping[str, Any], names: Iterable[str]
) -> dict[str, Any]:
    found: dict[str, Any] = dict(start)
    return {name: found[name] if name in found else evaluate(name, steps, start, found) for name in names}
