"""One part of a right answer is changed: whatever is then said of it contradicts nothing that is right."""

from __future__ import annotations

import numpy as np
import pytest
from proof import equal, mistaken_function

from backprop_course.checks import judge
from backprop_course.checks.functions import judge_function
from backprop_course.exercises import EXERCISES, Function, Functions
from backprop_course.misconceptions import variants

FUNCTIONS = [
    function
    for exercise in EXERCISES.values()
    for function in (exercise.functions if isinstance(exercise, Functions) else [exercise])
    if isinstance(function, Function)
]
KEYED = [function for function in FUNCTIONS if len(function.keys) > 1 and not function.returns]
SCALED = {"turned": -1.0, "halved": 0.5, "doubled": 2.0}


def reproduced(exercise: Function, id: str, answer) -> bool:
    """Whether some way to make the mistake gives a whole answer, every part of it, in every call."""
    cases = list(exercise.cases(np.random.default_rng(5)))
    tables = [{variant: variant.changes for variant in variants(case.steps)} for case in cases]

    def gives(variant):
        found = [case.results(table.get(variant, {})) for case, table in zip(cases, tables, strict=True)]
        wanted = [answer(*case.arguments.values()) for case in cases]
        return all(equal([f[key] for key in w], list(w.values())) for f, w in zip(found, wanted, strict=True))

    return any(gives(variant) for variant in tables[0] if variant.misconception == id)


@pytest.mark.parametrize("how", SCALED)
@pytest.mark.parametrize(
    ("exercise", "key"), [(e, key) for e in KEYED for key in e.keys], ids=lambda p: getattr(p, "id", p)
)
def test_one_gradient_scaled_gets_no_name_that_the_others_refute(exercise, key, how):
    right = mistaken_function(exercise, None)

    def changed(*arguments):
        found = dict(right(*arguments))
        return {**found, key: SCALED[how] * found[key]}

    verdict = judge_function(exercise, {exercise.name: changed}, np.random.default_rng(2))
    (part,) = [part for part in verdict.parts if part.name == key]
    assert part.status == "wrong"
    if part.misconception:
        assert reproduced(exercise, part.misconception, changed), str(verdict)
    elif how == "turned":
        assert part.message.startswith("the size is right, the sign is not."), str(verdict)


@pytest.mark.parametrize("shift", ["min", "mean"])
def test_what_overflows_in_exp_is_not_named_after_the_logarithm_of_0(shift):
    def cross_entropy(z, y):
        m = getattr(np, shift)(z, axis=-1, keepdims=True)
        return np.mean(m[..., 0] + np.log(np.exp(z - m).sum(-1)) - (y * z).sum(-1))

    text = str(judge("cross-entropy", {"cross_entropy": cross_entropy}))
    assert "overflow encountered in exp" in text
    assert "the logarithm of a probability is taken" not in text
