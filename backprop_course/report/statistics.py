"""What the numbers of a class say beyond means: how well an exercise tells students apart, which mistakes go together.

Discrimination is the correlation of an exercise's points with those of all the others (the corrected item-total
correlation of classical test theory): 0.3 and more is usual for a good exercise; below 0, the weak do better.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from backprop_course.report.findings import Findings

FEWEST_STUDENTS = 10
"""Of fewer, a correlation says nothing."""
MOST_PAIRS = 10


def discriminations(findings: Findings) -> dict[str, float]:
    """How well each exercise tells strong from weak students, from −1 to 1, by its cell; only where it can be told.

    What is not graded yet of anybody is left out for all.
    """
    graded = findings.graded
    cells = [
        question.cell
        for question in findings.exercises
        if all(person.points.get(question.cell) is not None for person in graded)
    ]
    if len(graded) < FEWEST_STUDENTS or len(cells) < 2:
        return {}
    points = np.array([[person.points[cell] for cell in cells] for person in graded], dtype=float)
    rest = points.sum(axis=1, keepdims=True) - points
    return {
        cell: float(np.corrcoef(points[:, column], rest[:, column])[0, 1])
        for column, cell in enumerate(cells)
        if points[:, column].std() > 1e-9 and rest[:, column].std() > 1e-9
    }


@dataclass(frozen=True)
class MistakesTogether:
    """Two mistakes that the same students make. expected: how many would, if one had nothing to do with the other."""

    one: str
    other: str
    students: int
    expected: float


def mistakes_together(findings: Findings) -> list[MistakesTogether]:
    """The pairs that three students make at least, and half as many again as by chance; the most surprising first."""
    people = [set(person.mistakes) for person in findings.graded]
    alone = Counter(mistake for mistakes in people for mistake in mistakes)
    pairs = Counter(pair for mistakes in people for pair in combinations(sorted(mistakes), 2))
    made = [
        MistakesTogether(one, other, count, alone[one] * alone[other] / len(people))
        for (one, other), count in pairs.items()
    ]
    telling = [pair for pair in made if pair.students >= 3 and pair.students >= 1.5 * pair.expected]
    return sorted(telling, key=lambda pair: (pair.expected - pair.students, pair.one, pair.other))[:MOST_PAIRS]
