"""The judge of each kind of exercise, registered by the kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import singledispatch

import numpy as np

from backprop_course.checks.verdict import Verdict
from backprop_course.errors import CourseError
from backprop_course.exercises import Exercise

Judge = Callable[[Exercise, Mapping[str, object], np.random.Generator], Verdict]


@singledispatch
def verdict_on(exercise: Exercise, namespace: Mapping[str, object], rng: np.random.Generator) -> Verdict:
    """The verdict on the answers in a namespace; a kind's judge is registered with `verdict_on.register(Kind)`."""
    raise NotImplementedError


def judge_of(exercise: Exercise) -> Judge:
    """The judge of an exercise's kind. Raises CourseError where none is registered."""
    judge = verdict_on.dispatch(type(exercise))
    if judge is verdict_on.dispatch(object):
        kind = type(exercise).__name__
        raise CourseError(f"{exercise.id!r} is of the kind {kind}, which has no judge; register one in checks/.")
    return judge
