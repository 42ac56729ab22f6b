"""Find the bug: programs with one fault are proven by carrying them out, and judged by line and by function."""

import textwrap
from functools import cache

import numpy as np
import pytest
from own_networks import WITH_A_BUG

from backprop_course import Network, Unit, backward
from backprop_course.authoring.cells import cells_of
from backprop_course.checks import judge, prove
from backprop_course.checks.hints import hints_on
from backprop_course.core.trace import carry_out
from backprop_course.errors import CourseError
from backprop_course.exercises import EXERCISES, Bug, bug, files
from backprop_course.exercises.faults import apart, faults_of, points_of
from backprop_course.exercises.programs import gradient_steps, program_of
from backprop_course.exercises.repairs import other_repairs
from backprop_course.misconceptions import MISCONCEPTIONS
from backprop_course.networks import chain, mlp, skip_classifier, skip_regressor, split

NETWORKS = {
    "chain": chain,
    "split": split,
    "skip classifier": skip_classifier,
    "skip regressor": skip_regressor,
    "mlp": mlp(2, 3),
}
BUGS = [exercise for exercise in EXERCISES.values() if isinstance(exercise, Bug)]
every_bug = pytest.mark.parametrize("exercise", BUGS, ids=lambda exercise: exercise.id)
SAME = 1e-6


@cache
def proven(name):
    """The faults of a network that can be mended in their own line alone."""
    return [fault for fault in faults_of(NETWORKS[name]) if not other_repairs(fault)]


def at_hand():
    """What a notebook holds before its answers."""
    return {"np": np, "sigmoid": lambda z: 1 / (1 + np.exp(-z))}


def made(source):
    """The function of a source, as a student has it in a notebook."""
    space = at_hand()
    exec(source, space)
    return space["f"]


def gradients(function, network, point):
    given = {name: point[name] for name in ("x", *network.weights, "y")}
    return function(*program_of(network).arguments(given))


def same(found, expected):
    return all(apart(found[name], expected[name]) < SAME for name in expected)


def test_the_courses_networks_and_mistakes_give_three_hundred_different_bugs():
    sources = {fault.program.source("f") for name in NETWORKS for fault in proven(name)}
    assert len(sources) >= 300


@pytest.mark.parametrize("name", NETWORKS)
def test_each_is_one_line_of_a_program_that_runs_and_goes_wrong_as_the_mistake_does_and_mended_there_is_right(name):
    network = NETWORKS[name]
    right = program_of(network).source("f")
    points = points_of(network)[:4]
    expected = [backward(network.forward({w: p[w] for w in network.weights}, p["x"], p["y"])).gradients for p in points]
    assert all(same(gradients(made(right), network, p), one) for p, one in zip(points, expected, strict=True))
    for fault in proven(name):
        source = fault.program.source("f")
        lines = list(zip(source.split("\n"), right.split("\n"), strict=True))
        assert [a.strip().partition(" = ")[0] for a, b in lines if a != b] == [fault.line], fault
        faulty = [gradients(made(source), network, p) for p in points]
        assert not all(same(found, one) for found, one in zip(faulty, expected, strict=True)), fault
        steps = tuple(fault.wrong if step.name == fault.step else step for step in gradient_steps(network))
        for point, found in zip(points, faulty, strict=True):
            passes = carry_out(steps, {name: point[name] for name in ("x", *network.weights, "y")})
            assert same(found, {w: passes[f"dL_d{w}"] for w in network.weights}), fault
        assert "\n".join(b if a != b else a for a, b in lines) == right


def test_a_fault_that_another_lines_smallest_change_would_mend_as_well_is_no_bug():
    [turned] = [fault for fault in faults_of(chain, "error-sign") if fault.step == "dL_dy_hat"]
    assert "dL_dz_o" in [line for line, _ in other_repairs(turned)]
    with pytest.raises(CourseError, match="in that line alone"):
        prove(bug("exam-bug", chain, mistake="error-sign"))


@every_bug
def test_a_bug_is_proven_as_any_exercise_is(exercise):
    proof = prove(exercise)
    assert proof.passed, str(proof)
    assert f"{exercise.mistake} in line {exercise.line}, {exercise.fault.line} = " in str(proof)


@every_bug
def test_the_line_and_the_mended_function_get_the_points(exercise):
    for line in exercise.line, float(exercise.line), str(exercise.line), np.int64(exercise.line):
        verdict = judge(exercise.id, answer(exercise, exercise.right, line))
        assert verdict.passed, str(verdict)
        assert verdict.points == exercise.points
    assert judge(exercise.id, answer(exercise, exercise.right, None)).points == exercise.points / 2
    assert judge(exercise.id, {exercise.line_name: exercise.line}).points == exercise.points / 2


def answer(exercise, program, line):
    """What a notebook holds with this program and this line's number."""
    space = at_hand() | {exercise.line_name: line}
    exec(program.source(exercise.mending.name), space)
    return space


@every_bug
def test_of_a_right_line_it_is_said_why_it_is_right_and_nothing_of_the_faulty_one(exercise):
    for number, name in enumerate(exercise.right.lines, 1):
        if number != exercise.line:
            verdict = judge(exercise.id, {exercise.line_name: number})
            part = verdict.parts[0]
            assert part.status == "wrong"
            assert f"{name} = {exercise.right.lines[name]}" in part.message
            assert str(exercise.line) not in part.message.partition("\n")[0]
            assert exercise.right.lines[exercise.fault.line] not in part.message
            assert "equation" in part.message


@every_bug
def test_a_function_that_is_not_mended_hears_that_and_no_mistakes_name(exercise):
    part = judge(exercise.id, answer(exercise, exercise.fault.program, None)).parts[1]
    assert (part.status, part.misconception) == ("wrong", None)
    assert "it gives what the faulty program gives" in part.message
    assert MISCONCEPTIONS[exercise.fault.misconception].name not in part.message


@every_bug
def test_a_function_that_is_mended_wrongly_hears_the_mistake(exercise):
    others = faults_of(exercise.network, "input-left-out")
    wrong = next(fault for fault in others if fault.line != exercise.fault.line)
    part = judge(exercise.id, answer(exercise, wrong.program, exercise.line)).parts[1]
    assert (part.status, part.misconception) == ("wrong", "input-left-out")


@every_bug
def test_without_an_answer_nothing_is_right(exercise):
    verdict = judge(exercise.id, {})
    assert (verdict.points, {part.status for part in verdict.parts}) == (0.0, {"missing"})


@pytest.mark.parametrize("odd", ["dL_dz_k", 0, 99, 2.5, [3], float("nan"), object()])
def test_what_is_no_lines_number_is_told_what_is(odd):
    exercise = BUGS[0]
    part = judge(exercise.id, {exercise.line_name: odd}).parts[0]
    assert part.status == "invalid"
    assert str(len(exercise.right.lines)) in part.message


@every_bug
def test_three_degrees_of_hints_lead_to_the_line_and_do_not_name_it(exercise):
    hints = hints_on(exercise, exercise.line_name, {})
    assert len(hints) == 3
    said = "\n".join(map(str, hints))
    assert exercise.fault.line not in said
    assert f"line {exercise.line}" not in said
    assert exercise.right.lines[exercise.fault.line] not in said
    # What the function needs is told to whoever has found the line.
    assert hints_on(exercise, exercise.mending.name, {}) == hints
    found = hints_on(exercise, exercise.mending.name, {exercise.line_name: exercise.line})
    assert len(found) == 3
    assert str(found[0]).startswith(exercise.fault.line)
    assert exercise.right.lines[exercise.fault.line] not in "\n".join(map(str, found))


@every_bug
def test_the_listing_gives_the_numbers_that_stand_behind_its_lines(exercise):
    space = at_hand()
    *source, call = exercise.shown.rpartition("\n")
    exec("".join(source), space)
    result = eval(call, space)
    assert same(result, {w: exercise.values[f"dL_d{w}"] for w in exercise.network.weights})
    assert not same(result, {w: exercise.right.values(exercise.numbers)[f"dL_d{w}"] for w in exercise.network.weights})
    for number, name in enumerate(exercise.right.lines, 1):
        value = exercise.values[name]
        shown = f"{value:.4g}" if np.ndim(value) == 0 else ""
        assert f"# {number:>2}: {shown}" in exercise.shown


def test_the_same_seed_gives_the_same_bug_and_another_one_another():
    drawn = [bug("exam-bug", skip_classifier, seed=seed) for seed in range(6)]
    assert bug("exam-bug", skip_classifier, seed=3).shown == drawn[3].shown
    assert len({one.shown for one in drawn}) == 6
    assert len({one.fault.misconception for one in drawn}) > 3


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"mistake": "first-path"}, "did you mean 'first-path-only'"),
        ({"mistake": "first-path-only"}, "has no program with first-path-only"),
        ({"mistake": "input-left-out", "at": "dL_dz_k"}, "input-left-out in dL_dz_k"),
    ],
)
def test_a_bug_that_cannot_be_made_is_refused_with_the_reason(wanted, said):
    with pytest.raises(CourseError, match=said):
        prove(bug("exam-bug", chain, **wanted))


def test_an_own_notebook_shows_the_program_before_the_question_and_its_solution_is_right():
    file = files.load(WITH_A_BUG, "exercises.py")
    with files.known(file):
        cells = {cell.id: cell.source for cell in cells_of(file, "Exam")}
        assert list(cells).index("exam-bug-source") < list(cells).index("exam-bug-question")
        space = {"np": np}
        exec(textwrap.dedent(cells["exam-bug-source"].strip("`").removeprefix("python\n")), space)
        assert judge("exam-bug", space).points == 0
        exec(cells["exam-bug"], space)
        assert judge("exam-bug", space).points == 3


def test_numbers_below_0_are_put_in_brackets():
    exercise = bug("exam-bug", chain, seed=1)
    put_in = exercise.right.with_numbers("z_k", {"h_j": 0.4, "w_j": -1.5})
    assert put_in == "0.4 * (-1.5)"


def test_a_network_of_several_outputs_has_bugs_too():
    two = Network(Unit("a", "relu", {"W_1": "x"}, "b_1", 3), Unit("o", "softmax", {"W_2": "a"}, "b_2", 2),
                  loss="softmax_cross_entropy", input_width=2)  # fmt: skip
    assert prove(bug("exam-bug", two)).passed
