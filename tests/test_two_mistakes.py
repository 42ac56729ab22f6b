"""Two mistakes at once, of any kind and at different steps: both are told, and never a pair that is not so."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_course.checks import judge
from backprop_course.checks.proof import mistaken_function
from backprop_course.exercises import EXERCISES
from backprop_course.misconceptions.equations import functions_of, ways_to_write
from backprop_course.misconceptions.expressions import Operation, parent
from backprop_course.misconceptions.many_values import Many, in_all, many_values
from backprop_course.misconceptions.neighbours import neighbours
from backprop_course.misconceptions.points import STOPPED

CHAIN = """
def chain_gradients(w_in, w_j, w_k, x, y):
    s = lambda t: 1 / (1 + np.exp(-t))
    h_j = s({z_j})
    h_k = s(w_j * h_j)
    d_o = {d_o}
    d_k = d_o * w_k * h_k * (1 - h_k)
    d_j = {d_j}
    return {{"w_in": d_j * x, "w_j": d_k * h_j, "w_k": d_o * h_k}}
"""
MLP = """
def backpropagation(X, y, params):
    s = lambda t: 1 / (1 + np.exp(-t))
    h = s(X @ params["W_1"] + params["b_1"])
    out = {out}
    d = (out - y) * out * (1 - out) / len(X)
    e = {e}
    return {{"w_2": h.T @ d, "b_2": d.sum(), "W_1": X.T @ e, "b_1": e.sum(0)}}
"""
DESCENT = """
def gradient_step(weights, gradients, eta):
    steps = {w: -eta * gradients[w] for w in weights}
    if "w_k" in weights:
        steps["w_k"] = -gradients["w_k"] / eta
        steps["w_j"] = eta * gradients["w_j"]
    return {w: weights[w] + steps[w] for w in weights}
"""
LOGITS = """
def logit_gradient(z, y):
    e = np.exp(-z)
    p = e / e.sum(axis=-1, keepdims=True)
    return (p - y) * p * (1 - p)
"""


def chain(z_j="w_in * x", d_o="w_k * h_k - y", d_j="d_k * w_j * h_j * (1 - h_j)"):
    return CHAIN.format(z_j=z_j, d_o=d_o, d_j=d_j)


def mlp(out='s(h @ params["w_2"] + params["b_2"])', e='np.outer(d, params["w_2"]) * h * (1 - h)'):
    return MLP.format(out=out, e=e)


PAIRS = {
    "one forward, one backward": (
        "chain-gradients",
        chain(z_j="w_in + x", d_j="d_k * w_k * h_j * (1 - h_j)"),
        {
            "w_k": ["the weight is added instead of multiplied (in unit j)"],
            "w_in": [
                "the weight is added instead of multiplied",
                "another connection's weight is used on the way back",
            ],
        },
    ),
    "two that no list has, one through the other": (
        "chain-gradients",
        chain(z_j="w_in - x", d_o="np.tanh(w_k * h_k - y)"),
        {"w_k": ["in the equation of z_j", "tanh is applied"]},
    ),
    "a slip in a matrix product's batch, and a listed one before it": (
        "mlp-batch-backward",
        mlp(out='s(h @ params["w_2"] - params["b_2"])', e='np.outer(d, params["w_2"]) * h * h'),
        {"W_1": ["in the equation of z_2", "in the equation of dL_dz_1"]},
    ),
    "each in a result of its own": (
        "chain-descent",
        DESCENT,
        {"gradient_step": ["the step goes uphill (at w_j)", "divided by the learning rate (at w_k)"]},
    ),
    "a sign in the softmax, and its slope": (
        "logit-gradient",
        LOGITS,
        {
            "logit_gradient": [
                "the smallest logit gets the largest",
                "the output's slope is multiplied in once too often",
            ]
        },
    ),
}


@pytest.mark.parametrize(("id", "source", "told"), PAIRS.values(), ids=PAIRS)
def test_two_mistakes_at_different_steps_are_both_told(id, source, told):
    answers: dict[str, object] = {}
    exec(source, {"np": np}, answers)
    said = {part.name: part for part in judge(id, answers).parts}
    for name, clauses in told.items():
        assert all(clause in said[name].message for clause in clauses), said[name].message
    assert judge(id, answers).parts == judge(id, answers).parts


def test_a_number_that_different_pairs_give_is_told_by_none():
    exercise = EXERCISES["skip-regressor-step"]
    known = {**exercise.expected}
    right = judge(exercise.id, {**exercise.givens, **known})
    assert right.passed
    off = known["new_L"] * 1.0371234567891  # made by nothing
    (part,) = [p for p in judge(exercise.id, {**exercise.givens, **known, "new_L": off}).parts if p.name == "new_L"]
    assert part.because is None


def test_a_search_among_steps_that_make_several_things_at_once_stops_at_nothing():
    exercise = EXERCISES["mlp-train"]
    right = mistaken_function(exercise, None)

    def train(*arguments):
        params, losses = right(*arguments)
        off = 0.01 * np.cos(np.arange(params["W_1"].size)).reshape(params["W_1"].shape)
        return {**params, "W_1": params["W_1"] + off}, losses

    (part,) = [part for part in judge(exercise.id, {exercise.name: train}).parts if part.name == "W_1"]
    assert part.status == "wrong"
    assert "could not be carried out" not in part.message, part.message


def equations(*ids):
    for id in ids:
        case = list(EXERCISES[id].explained_on)[-1]
        values = {**case.values}
        for step in case.steps:
            values[step.name] = step.function(step.at, *[values[name] for name in step.parents])
        for step in case.steps:
            for way in ways_to_write(step):
                if not way.part:
                    yield pytest.param(step, way, [values[name] for name in step.parents], id=f"{id} {step.name}")


@pytest.mark.parametrize(("step", "way", "values"), [*equations("mlp-batch-backward", "hidden-gradients")])
def test_what_is_worked_out_for_many_values_is_what_comes_out_one_by_one(step, way, values):
    rng = np.random.default_rng(0)
    first = [np.asarray(values[0]) + 0.1 * rng.normal(size=np.shape(values[0])) for _ in range(3)]
    last = [np.asarray(values[-1]) + 0.1 * rng.normal(size=np.shape(values[-1])) for _ in range(2)]
    stacked = [in_all(value) for value in values]
    stacked[0] = Many(np.array(first)[None])
    if len(values) > 1:
        stacked[-1] = Many(np.array(last)[:, None])
    functions, known = functions_of(step.at), dict[Operation, object]()
    slips = [slip.edited for slip in neighbours(way.tree, way.names) if not slip.needs_other]

    def alone(tree, n, m):
        each = [first[m], *values[1:-1], last[n]] if len(values) > 1 else [first[m]]
        return tree.value({**functions, **{f"#{k}": value for k, value in enumerate(each)}})

    with np.errstate(all="ignore"):
        for tree in [way.tree, *slips[:: max(1, len(slips) // 15)]]:
            try:
                found = many_values(tree, {**functions, **{f"#{k}": one for k, one in enumerate(stacked)}}, known)
            except STOPPED as error:
                if "at once" not in str(error):
                    with pytest.raises(STOPPED):
                        alone(tree, 0, 0)
                continue
            array = found.array if isinstance(found, Many) else np.asarray(found)[None, None]
            for n, m in np.ndindex(*array.shape[:2]):
                one = alone(tree, n, m)
                assert np.shape(one) == array.shape[2:], tree
                np.testing.assert_allclose(array[n, m], one, rtol=1e-9)


@pytest.mark.parametrize("axis", [2, -3])
def test_an_axis_that_a_value_has_not_stops_for_many_as_for_one(axis):
    tree = Operation("sum", (parent("a"),), axis)
    with pytest.raises(ValueError, match="axis"):
        many_values(tree, {"a": Many(np.ones((1, 4, 3, 2)))}, {})
