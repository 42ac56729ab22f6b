"""Wrong answers that nobody has listed: edits of the equations, factors, pairs, behaviour; and never a false name."""

from __future__ import annotations

import random
import warnings

import numpy as np
import pytest
from mutants import slips, solutions

from backprop_course.checks import judge
from backprop_course.checks.comparing import close_numbers
from backprop_course.checks.functions import judge_function
from backprop_course.checks.misfits import misfit
from backprop_course.checks.search import WrongPart
from backprop_course.exercises import EXERCISES, Formula, Options, Values
from backprop_course.exercises.kinds import evaluate
from backprop_course.exercises.personal import with_numbers_of
from backprop_course.misconceptions.edits import edits
from backprop_course.misconceptions.equations import ways_to_write
from backprop_course.misconceptions.points import STOPPED, ValuesAt

SIGMOID = "def sigmoid(t):\n    return 1 / (1 + np.exp(-t))\n"
MLP = (
    SIGMOID
    + """
def backpropagation(X, y, params):
    h = sigmoid(X @ params["W_1"] + params["b_1"])
    out = sigmoid(h @ params["w_2"] + params["b_2"])
    d = {d}
    e = {e}
    return {{"w_2": h.T @ d, "b_2": d.sum(), "W_1": X.T @ e, "b_1": e.sum(0)}}
"""
)
RIGHT_D = "(out - y) * out * (1 - out) / len(X)"
RIGHT_E = 'np.outer(d, params["w_2"]) * h * (1 - h)'


def mlp(d=RIGHT_D, e=RIGHT_E):
    return MLP.format(d=d, e=e)


WRONG = {
    "a mean over the columns": (
        "mlp-batch-backward",
        mlp(d="(out - y) * out * (1 - out) / X.shape[1]"),
        "stands where the number of examples belongs",
    ),
    "twice, and no mean": (
        "mlp-batch-backward",
        mlp(d="2 * (out - y) * out * (1 - out)"),
        "a sum over the batch is taken instead of the mean; and the result is doubled",
    ),
    "turned, and no mean": (
        "mlp-batch-backward",
        mlp(d="(y - out) * out * (1 - out)"),
        "a sum over the batch is taken instead of the mean; and the sign of the result is turned",
    ),
    "a gradient for a weight": (
        "mlp-batch-backward",
        mlp(e="np.outer(d, h.T @ d) * h * (1 - h)"),
        "dL_dw_2 stands where a weight belongs in the equation of dL_dh_1",
    ),
    "a matrix product for the slope": (
        "mlp-batch-backward",
        mlp(e='np.outer(d, params["w_2"]) @ (h.T @ (1 - h))'),
        "a matrix product stands where * belongs",
    ),
    "entries for a matrix product": (
        "mlp-batch-forward",
        SIGMOID + 'def feed_forward(X, params):\n    return sigmoid(sigmoid(X * params["W_1"]) @ params["w_2"])',
        "The same two shapes meet if entries are taken one by one where another operation belongs",
    ),
    "brackets in the sigmoid": (
        "mlp-sigmoid",
        "def sigmoid(t):\n    return 1 / 1 + np.exp(-t)\n"
        "def grad_sigmoid(t):\n    s = 1 / (1 + np.exp(-t))\n    return s * (1 - s)",
        "brackets are left out",
    ),
    "another activation's slope": (
        "activation-derivatives",
        "def relu_derivative(z):\n    s = 1 / (1 + np.exp(-z))\n    return s * (1 - s)",
        "the slope of sigmoid stands where another belongs",
    ),
    "two slips in one line": (
        "chain-rule",
        "def compose_derivative(df, g, dg):\n    return lambda x: df(x) * g(x)",
        "two things are so",
    ),
    "norms for the norm": (
        "gradient-check",
        "def relative_error(a, n):\n"
        "    size = np.linalg.norm(a) + np.linalg.norm(n)\n"
        "    return abs(np.linalg.norm(a) - np.linalg.norm(n)) / size if size else 0.0",
        "taken of each part, not of the whole",
    ),
    "the largest class for the true one": (
        "logit-gradient",
        "def logit_gradient(z, y):\n"
        "    e = np.exp(z - z.max(-1, keepdims=True))\n"
        "    h = e / e.sum(-1, keepdims=True)\n"
        "    return h - np.eye(h.shape[-1])[h.argmax(-1)]",
        "the place of the largest entry",
    ),
    "examples mixed": (
        "cross-entropy",
        "def cross_entropy(z, y):\n"
        "    p = z - z.max(-1, keepdims=True)\n"
        "    p = p - np.log(np.exp(p).sum(-1, keepdims=True))\n"
        "    return -np.sum(y @ p.T) / (len(y) if y.ndim > 1 else 1)",
        "a matrix product stands where * belongs",
    ),
    "nothing but 0": (
        "cross-entropy",
        "def cross_entropy(z, y):\n    return 0.0",
        "the result is 0, whatever comes in",
    ),
    "an error shared out": (
        "split-gradients",
        SIGMOID
        + """
def split_gradients(w, x, y):
    i = sigmoid(w["w_in"] * x)
    j, k = sigmoid(w["w_ij"] * i), sigmoid(w["w_ik"] * i)
    e = w["w_j"] * j + w["w_k"] * k - y
    s = w["w_j"] + w["w_k"]
    dj, dk = e * w["w_j"] / s * j * (1 - j), e * w["w_k"] / s * k * (1 - k)
    di = (dj * w["w_ij"] + dk * w["w_ik"]) * i * (1 - i)
    return {"w_in": di * x, "w_ij": dj * i, "w_ik": dk * i, "w_j": e * j, "w_k": e * k}
""",
        "in proportion to their weights",
    ),
    "an argument ignored": (
        "numerical-derivative",
        "def numerical_derivative(f, x, eps=1e-5):\n    eps = 0.05\n    return (f(x + eps) - f(x - eps)) / (2 * eps)",
        "",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_mistake_that_nobody_listed_is_told_and_always_in_the_same_words(what):
    id, source, words = WRONG[what]
    space = {"np": np}
    exec(source, space)
    first, second = judge(id, space), judge(id, space)
    assert words in str(first), str(first)
    assert first.points < first.max_points
    assert str(first) == str(second)


def test_one_part_scaled_says_by_how_much():
    right = {"np": np}
    exec(solutions()["split-gradients"].replace("### BEGIN SOLUTION", ""), {**right, "sigmoid": None})
    exercise = EXERCISES["split-gradients"]
    case = next(iter(exercise.cases(np.random.default_rng(0))))

    def split_gradients(*arguments):
        found = exercise.case(arguments).results()
        return {**found, "w_ij": 4 * found["w_ij"]}

    text = str(judge_function(exercise, {exercise.name: split_gradients}, np.random.default_rng(1)))
    assert case.asked
    assert "w_ij: this is exactly what comes out if all is right, but the result is four times too large." in text


@pytest.mark.parametrize(
    ("message", "read"),
    [
        (
            "operands could not be broadcast together with shapes (4,3) (3,2) ",
            ("entries", (3, 2), (4, 3)),
        ),
        ("shapes (4,3) and (2,3) not aligned: 3 (dim 1) != 2 (dim 0)", ("product", (3,), (2,))),
        ("shapes (4,) and (2,3) not aligned: 4 (dim 0) != 2 (dim 0)", ("product", (4,), (2,))),
        (
            "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
            "(n?,k),(k,m?)->(n?,m?) (size 2 is different from 3)",
            ("product", (3,), (2,)),
        ),
        ("cannot reshape array of size 3 into shape (2,)", None),
    ],
)
def test_shapes_that_do_not_fit_are_read_from_numpys_messages(message, read):
    assert misfit(message) == read


FUNCTIONS = [function for exercise in EXERCISES.values() for function in exercise.written]


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: f"{e.id}-{e.name}")
def test_an_equation_that_is_read_gives_what_its_step_gives(exercise):
    """At least one way to write each step does so at ordinary numbers; those that do not are not used."""
    case = list(exercise.cases(np.random.default_rng(0)))[1 if exercise.id != "gradient-check" else 0]
    point = ValuesAt(case.steps, case.values)
    for step in case.steps:
        if ways_to_write(step):
            assert any(point.follows(step, equation) for equation in ways_to_write(step)), step


VALUES = [exercise for exercise in EXERCISES.values() if isinstance(exercise, Values)]


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_an_edited_number_is_rejected_and_mostly_told(exercise):
    point = ValuesAt(exercise.steps, exercise.start)
    told = wrong = 0
    for name in exercise.asked:
        known = {other: value for other, value in exercise.expected.items() if other != name}
        local = ValuesAt(exercise.steps, exercise.start, known)
        for edit in random.Random(2).sample(found := edits(exercise.steps, [name], local.quantities, local.follows), 6):
            assert found
            try:
                changes = {**exercise.by_name, **edit.changes_in(exercise.steps)}
                with np.errstate(all="ignore"):
                    answer = evaluate(name, changes, {**exercise.start, **known})
            except (ArithmeticError, TypeError, ValueError, AttributeError, LookupError):
                continue
            if np.ndim(answer) or isinstance(answer, complex) or not np.isfinite(answer):
                continue
            verdict = judge(exercise.id, {**exercise.givens, **exercise.expected, name: float(answer)})
            (part,) = [part for part in verdict.parts if part.name == name]
            if abs(answer - exercise.expected[name]) > 1e-3 * abs(exercise.expected[name]):
                assert part.status == "wrong"
                wrong += 1
                told += bool(part.misconception or part.edit)
    assert point.values
    assert wrong > len(exercise.asked)
    assert told >= 0.8 * wrong


def test_of_slips_made_by_machine_in_the_solutions_few_hear_only_that_they_are_wrong():
    told, silent = [], []
    for id, exercise in EXERCISES.items():
        if isinstance(exercise, Options) or id not in solutions():
            continue
        for slip in slips(id, 4, seed=11):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    space = slip.namespace
                    verdict = judge(id, space)
            except Exception:  # the cell itself stops: there is no answer
                continue
            assert "could not be carried out" not in str(verdict), (id, slip.what)
            wrong = [part for part in verdict.parts if part.status in ("wrong", "invalid", "missing")]
            if wrong:
                first = wrong[0].message.split("\n")[0]
                (silent if first.startswith("not right") and not wrong[0].edit else told).append((id, slip.what))
    assert len(told) + len(silent) > 120
    assert len(silent) <= 0.15 * (len(told) + len(silent)), silent


def test_a_formula_with_one_slip_hears_which():
    exercise = EXERCISES["skip-classifier-backward"]
    assert isinstance(exercise, Formula)
    space = {}
    exec(solutions()[exercise.id], space)
    verdict = judge(exercise.id, {**space, "dL_dw_1": "dL_dz_1 + h_0"})
    (part,) = [part for part in verdict.parts if part.name == "dL_dw_1"]
    assert part.edit == "operation"
    assert "a + stands where another operation belongs in the equation of dL_dw_1" in part.message


def test_a_power_that_has_no_value_for_some_numbers_is_told_as_one_slip():
    exercise = EXERCISES["skip-classifier-backward"]
    space = {}
    exec(solutions()[exercise.id], space)
    verdict = judge(exercise.id, {**space, "dL_dw_1": "dL_dz_1 ** h_0"})
    (part,) = [part for part in verdict.parts if part.name == "dL_dw_1"]
    assert "comes out if a power stands where another operation belongs in the equation of dL_dw_1" in part.message


def test_where_different_mistakes_meet_the_same_shapes_none_is_named():
    source = """
def feed_forward(X, params):
    h = 1 / (1 + np.exp(-(X @ params["W_1"].T @ params["W_1"] @ params["W_1"].T)))
    return 1 / (1 + np.exp(-(h @ params["w_2"] + params["b_2"])))
"""
    space = {"np": np}
    exec(source, space)
    (part,) = judge("mlp-batch-forward", space).parts
    assert (part.status, part.misconception) == ("invalid", None)
    assert "stops with an error" in part.message


def test_the_edits_of_an_exercise_are_made_once_for_the_numbers_of_a_whole_class():
    exercise = EXERCISES["split-deltas"]
    found = []
    for seed in ("one", "another"):
        mine = with_numbers_of(exercise, seed)
        point = ValuesAt(mine.steps, mine.start, {"delta_o": mine.expected["delta_o"]})
        found.append(edits(point.steps, point.ancestors("delta_i"), point.quantities, point.follows))
    assert found[0] is found[1]


@pytest.mark.parametrize("id", ["split-deltas", "skip-regressor-step"])
def test_an_edits_own_equation_gives_what_the_step_gives_that_it_changes(id):
    exercise = EXERCISES[id]
    point = ValuesAt(exercise.steps, exercise.start)
    made = [edit for name in exercise.asked for edit in edits(exercise.steps, [name], point.quantities, point.follows)]
    alone = [edit for edit in made if edit.alone]
    for edit in random.Random(3).sample(alone, 40):
        (step,) = edit.changes_in(exercise.steps).values()
        (equation,) = [one for one in ways_to_write(point.by_name[edit.place]) if one.tree == edit.before]
        names = equation.named(step, [point.values[parent] for parent in point.by_name[edit.place].parents])
        names |= {f"?{name}": value for name, value in point.values.items()}
        values = []
        for way in (
            lambda step=step: step.function(step.at, *[point.values[parent] for parent in step.parents]),
            lambda edit=edit, names=names: edit.alone.value_known(names, {}),
        ):
            try:
                with np.errstate(all="ignore"):
                    values.append(way())
            except STOPPED as error:
                values.append(type(error))
        np.testing.assert_equal(*values)
    assert {bool(edit.other) for edit in alone} == {True, False}


def test_what_edits_give_is_worked_out_until_one_of_them_explains_an_answer(monkeypatch):
    exercise = EXERCISES["split-deltas"]
    names = {**exercise.start, **exercise.expected}
    point = ValuesAt(exercise.steps, exercise.start, {k: value for k, value in names.items() if k != "delta_k"})
    tried = []
    written = WrongPart._written
    monkeypatch.setattr(WrongPart, "_written", lambda part, *given: tried.append(given) or written(part, *given))
    wrong = names["delta_k"] / names["h_k"]
    part = WrongPart([point], ["delta_k"], [wrong], close_numbers, close_numbers, lambda k, changes: False)
    assert part.explanation().kind == "left out"
    every = edits(point.steps, point.ancestors("delta_k"), point.quantities, point.follows)
    assert 0 < len(tried) < len(every) / 4
