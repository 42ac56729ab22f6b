"""Exercises of one's own: one door for all, numbers that tell, files that say what is wrong with them."""

import importlib
import importlib.metadata
import re
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from own_networks import FILES

from backprop_course import Network, Unit
from backprop_course.checks import Part, given, judge, prove, proving
from backprop_course.checks.proof import right_answers
from backprop_course.cli import main
from backprop_course.errors import CourseError
from backprop_course.exercises import (
    EXERCISES,
    Givens,
    Options,
    Values,
    errors,
    files,
    find,
    formulas,
    function,
    gradients,
    number_sets,
    register,
    registry,
    updates,
    values,
)
from backprop_course.exercises.files import known, load
from backprop_course.exercises.numbers import hidden_by, not_telling
from backprop_course.misconceptions import MISCONCEPTIONS
from backprop_course.networks import mlp, split

REGISTERS = "from backprop_course.exercises import Options, register\n"


@pytest.fixture(autouse=True)
def nothing_left_behind():
    mistakes = dict(MISCONCEPTIONS)
    with registry.set_aside():
        yield
    MISCONCEPTIONS.clear()
    MISCONCEPTIONS.update(mistakes)


@pytest.fixture(scope="module")
def loaded():
    return {name: load(text, f"{name}.py") for name, text in FILES.items()}


def detour():
    return Network(Unit("a", "tanh", {"w_a": "x"}), Unit("o", "linear", {"w_o": "a", "w_s": "x"}), loss="squared_error")


# The door.


def test_what_is_registered_is_found_judged_and_given():
    register(values("detour-forward", detour(), points=2))
    assert given("detour-forward").keys() == {"x", "w_a", "w_o", "w_s", "y"}
    verdict = judge("detour-forward", right_answers(find("detour-forward")))
    assert verdict.passed
    assert (verdict.points, verdict.max_points) == (2.0, 2.0)
    wrong = {**right_answers(find("detour-forward")), "L": 1e9}
    assert judge("detour-forward", wrong).points == pytest.approx(2 * 4 / 5)


@pytest.mark.parametrize(
    ("exercises", "said"),
    [
        ([Options("chain-forward", {})], "'chain-forward' already by the course's 02_chain_network"),
        ([Options("twice", {}), Options("twice", {})], "'twice' already: give this one another id"),
        ([Options("a b", {})], "cannot be called 'a b': letters, digits"),
        ([[Options("a", {})]], r"register takes exercises.*register\(\*them\)"),
    ],
)
def test_what_cannot_be_registered_is_said_and_changes_nothing(exercises, said):
    before = dict(EXERCISES)
    with pytest.raises(CourseError, match=said):
        register(*exercises)
    assert before == EXERCISES


def test_a_file_that_is_imported_anew_replaces_what_it_registered(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / "sheet_of_one_week.py"
    path.write_text(f"{REGISTERS}register(Options('old', {{}}), Options('same', {{}}))")
    module = importlib.import_module("sheet_of_one_week")
    path.write_text(f"{REGISTERS}register(Options('same', {{}}), Options('new', {{}}))  # longer, so another file")
    importlib.invalidate_caches()
    importlib.reload(module)
    assert [find(id) is not None for id in ("old", "same", "new")] == [False, True, True]
    sys.modules.pop("sheet_of_one_week")


def test_an_installed_package_brings_its_exercises_by_an_entry_point(monkeypatch):
    def load():
        register(Options("from-a-package", {}))

    entry = SimpleNamespace(load=load, value="somebodys.exercises", name="somebody", dist=None)
    monkeypatch.setattr(registry, "_PACKAGED", None)
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [entry] if group == registry.GROUP else [])
    with registry.set_aside():
        assert find("from-a-package")
    assert find("from-a-package")  # a package is imported once, and stays known
    monkeypatch.setattr(registry, "_PACKAGED", None)
    entry.load = lambda: 1 / 0
    with pytest.raises(CourseError, match=r"somebodys\.exercises cannot be loaded: ZeroDivisionError"):
        find("from-another-package")


# Numbers.


def test_exercises_of_one_network_share_its_numbers_and_those_of_another_set_do_not():
    net = detour()
    forward, other = values("f", net), values("g", net, numbers="another")
    assert forward.givens == {name: value for name, value in updates("u", net).givens.items() if name != "eta"}
    assert forward.givens != other.givens
    assert values("f", detour()).givens == forward.givens  # the same network, the same numbers, everywhere


def test_numbers_are_looked_for_when_they_are_first_needed_and_no_sooner(monkeypatch):
    searched = []
    found = number_sets._searched
    monkeypatch.setattr(number_sets, "_searched", lambda *which: searched.append(which) or found(*which))
    file = load(f"{FILES['two_skips']}register(values('second-forward', net, numbers='second'))", "lazy.py")
    assert not searched
    with known(file):
        assert judge("two-gradients", right_answers(find("two-gradients"))).passed
        assert not searched
        assert given("two-forward").keys() == {"x", "w_1", "w_2", "w_s", "w_3", "w_t", "y"}
        assert judge("two-errors", right_answers(find("two-errors"))).passed
    assert [name for _, name in searched] == [""]  # for both, and not for the set that nobody asked for


def test_given_numbers_of_ones_own_are_taken_as_they_are():
    numbers = {"x": 0.7, "w_a": 1.3, "w_o": -0.8, "w_s": 0.4, "y": 1.1}
    assert values("f", detour(), numbers=numbers).givens == numbers
    with pytest.raises(CourseError, match=r"there is no w_s, and v, which it does not have"):
        values("f", detour(), numbers={"v": 1} | {name: 1 for name in numbers if name != "w_s"})
    with pytest.raises(CourseError, match=r"needs a learning rate: numbers=dict\(…, eta=0.3\)"):
        updates("u", detour(), numbers=numbers)


def test_numbers_that_hide_a_mistake_are_refused_unless_told_and_better_ones_proposed():
    numbers = {"x": 0.7, "w_a": 1.0, "w_o": -0.8, "w_s": 0.4, "y": 0.6}
    hiding = values("f", detour(), numbers=numbers)
    assert hidden_by(hiding) == ("weight-left-out-forward",)
    proof = prove(hiding)
    assert not proof.passed
    assert proof.hidden
    assert "hidden: " in str(proof)
    assert "better numbers: numbers=dict(x=" in str(proof)
    assert prove(values("f", detour(), numbers=proof.numbers)).passed
    told = values("f", detour(), numbers=numbers, hides=proof.hidden)
    assert not hidden_by(told)


@pytest.mark.parametrize("seed", range(4))
def test_numbers_are_found_for_networks_that_nobody_has_seen(seed):
    rng = np.random.default_rng(seed)
    kinds = ["tanh", "sigmoid", "relu"]
    units = [Unit("a", kinds[seed % 3], {"w_a": "x"}), Unit("b", rng.choice(kinds), {"w_b": "a", "w_s": "x"})]
    net = Network(*units, Unit("o", "linear", {"w_o": "b", "w_t": "a"}), loss="squared_error")
    exercise = values("f", net)
    assert not hidden_by(exercise)
    assert list(not_telling(exercise)) == []
    assert all(round(value, 1) == value for value in exercise.givens.values())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: values("f", mlp(3, 2)), r"has layers.*gradients\(…\)"),
        (lambda: formulas("f", mlp(3, 2)), "has layers"),
        (lambda: values("f", "split"), "An exercise needs a network"),
        (lambda: gradients("f", None), "An exercise needs a network"),
        (lambda: values("f", split, ["z_q"]), "f asks for z_q; .* has z_i, h_i"),
        (lambda: gradients("1-a", split), r"cannot be called '1_a'.*name='exam_gradients'"),
        (lambda: values("f", split, hides=["eror-sign"]), "f: hides names 'eror-sign', .* did you mean 'error-sign'"),
        (lambda: function("f", reference=3, cases=[1.0]), "the reference is 3; a function is expected"),
        (lambda: function("f", reference=lambda *a: a, cases=[1.0]), r"takes \*arguments"),
        (lambda: function("f", reference=lambda z: 1 / z, cases=[0]), r"f\(0\) raises ZeroDivisionError"),
        (lambda: function("f", reference=lambda z: "a", cases=[0.0]), "What f returns is str"),
        (lambda: function("f", reference=lambda z: z, cases=[]), "there are no cases"),
        (lambda: function("f", reference=lambda z: z, cases=[1.0], mistakes=["a"]), "a mistake is"),
    ],
)
def test_what_no_exercise_can_be_made_of_is_said(make, said):
    with pytest.raises(CourseError, match=said):
        make()


# Files.


def test_a_file_is_known_as_long_as_it_is_needed(loaded):
    file = loaded["three_classes"]
    before = set(MISCONCEPTIONS)
    assert find("softplus") is None
    with known(file):
        assert judge("softplus", right_answers(find("softplus"))).passed
        verdict = judge("softplus", {"softplus": lambda z: np.log(np.exp(z))})
        assert verdict.parts[0].misconception == "softplus-the-1-is-left-out"
        assert "What is added inside the logarithm?" in str(verdict)
        assert sys.modules["exercises"].softplus
    assert find("softplus") is None
    assert set(MISCONCEPTIONS) == before
    assert "exercises" not in sys.modules


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "registers no exercise"),
        ("def f(:", r"f\.py, line 1: invalid syntax"),
        ("\nraise ValueError('no')", r"f\.py, line 2: ValueError: no"),
        ("import sys\nsys.exit(3)", r"f\.py, line 2: SystemExit: 3"),
        ("print('hello')", r"prints 'hello' while it is loaded"),
        ("while True: pass", r"not loaded within 0\.5 seconds"),
        (
            f"{REGISTERS}register(Options('chain-forward', {{}}))",
            "line 2: There is an exercise 'chain-forward'",
        ),
        (f"{REGISTERS}register(Options('a', {{}}))\nregister(Options('a', {{}}))", "line 3: There is an exercise 'a'"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_in_one_message(text, said, monkeypatch):
    monkeypatch.setattr(files, "FILE_SECONDS", 0.5)
    before = dict(EXERCISES)
    with pytest.raises(CourseError, match=said):
        load(text, "f.py")
    assert before == EXERCISES


def test_a_file_that_needs_another_one_beside_it_is_told_that_it_stands_alone(tmp_path):
    (tmp_path / "networks_of_mine.py").write_text("net = None")
    (tmp_path / "exercises.py").write_text("import networks_of_mine")
    with pytest.raises(CourseError, match=r"No module named 'networks_of_mine'\. exercises\.py stands alone"):
        files.load_file(tmp_path / "exercises.py")


def test_two_files_may_have_the_same_ids(loaded):
    one = load(FILES["two_skips"], "one.py")
    with known(loaded["two_skips"]):
        assert find("two-forward") is not one.exercises[0]
    with known(one):
        assert find("two-forward").givens == one.exercises[0].givens


# The proof.


@pytest.mark.parametrize("name", FILES)
def test_each_mistake_in_networks_unlike_the_courses_is_named_as_itself_or_one_of_its_like(loaded, name):
    file = loaded[name]
    with known(file):
        proofs = [prove(exercise, everywhere=False) for exercise in file.exercises]
    for proof in proofs:
        assert proof.passed, str(proof)
        assert not proof.hidden
    tried = [one for proof in proofs for one in proof.tried]
    named = [one for proof in proofs for one in proof.named]
    assert len(named) >= 0.99 * len(tried), "\n".join(map(str, proofs))
    assert len(tried) > (25 if name == "three_classes" else 50)


def test_a_formula_whose_mistake_gets_the_name_of_another_one_is_not_proven(loaded, monkeypatch):
    exercise = loaded["two_skips"].exercises[3]
    assert prove(exercise, everywhere=False).passed
    monkeypatch.setattr(
        proving.FormulaJudge, "alone", lambda self, name, formula: Part(name, "wrong", "weight-left-out-backward")
    )
    proof = prove(exercise, everywhere=False)
    assert {one.variant.misconception for one in proof.named} == {"weight-left-out-backward"}
    assert "misnamed: sign-for-mask is taken for weight-left-out-backward (at dL_dz_b" in str(proof)
    assert not proof.passed


def test_the_proof_says_what_was_not_tried_and_everywhere_leaves_nothing(loaded):
    formulas = loaded["two_skips"].exercises[3]
    one_place, everywhere = prove(formulas, everywhere=False), prove(formulas)
    assert f"mistakes were made, each at one place (--everywhere: {one_place.left} more ways): all" in str(one_place)
    assert everywhere.left == 0
    assert "ways: all of them are named" in str(everywhere)
    ways = {one.variant for one in everywhere.tried}
    assert len(ways) == len({one.variant for one in one_place.tried}) + one_place.left


def test_the_proof_says_what_no_numbers_tell_apart_and_what_only_others_show(loaded):
    told = str(prove(loaded["two_skips"].exercises[1]))
    assert "✓ two-errors: values, 2 points" in told
    assert "no numbers tell apart: branch-weights-swapped, unit-skipped" in told
    assert "shown only by formulas or a function, with a unit off or an error turned: " in told
    assert "mask-left-out" in told


def test_a_mistake_that_the_cases_of_a_function_do_not_show_is_hidden():
    def double(z):
        return 2 * z

    mistakes = [("a square", lambda z: z * z)]
    proof = prove(function("twice", reference=double, cases=[2.0, 0.0], mistakes=mistakes))
    assert proof.hidden == ("twice-a-square",)
    assert prove(function("twice", reference=double, cases=[2.0, 3.0], mistakes=mistakes)).passed


def test_a_check_that_denies_right_answers_their_points_is_not_proven():
    broken = replace(EXERCISES["chain-deltas"], givens=Givens(EXERCISES["chain-deltas"].givens | {"w_k": float("nan")}))
    assert isinstance(broken, Values)
    assert not prove(replace(broken, earlier=())).passed
    refusing = prove(replace(EXERCISES["log-rules"], form=lambda asked, tree: "not like this."), everywhere=False)
    assert refusing.wrong == "log_product: not like this.; log_power: not like this.; log_quotient: not like this."
    assert not refusing.passed


def test_prove_prints_each_proof_and_its_exit_status_says_whether_all_is_shown(tmp_path, capsys):
    path = tmp_path / "exercises.py"
    path.write_text(FILES["two_skips"].replace('gradients("two-gradients", net),', ""))
    assert main(["prove", str(path)]) == 0
    printed = capsys.readouterr()
    assert [line.split(":")[0] for line in printed.out.splitlines() if line[0] in "✓✗"] == [
        "✓ two-forward",
        "✓ two-errors",
        "✓ two-formulas",
    ]
    assert not printed.err  # a bar is for a terminal
    numbers = "numbers=dict(x=0.7, w_1=1, w_2=0.8, w_s=0.4, w_3=0.6, w_t=1.7, y=0.9)"
    path.write_text(FILES["two_skips"].split("register(\n")[0] + f'register(values("two-forward", net, {numbers}))\n')
    assert main(["prove", str(path)]) == 1
    assert "hidden: " in capsys.readouterr().out
    assert main(["prove", str(tmp_path / "nothing.py")]) == 1
    assert "nothing.py cannot be read: No such file or directory" in capsys.readouterr().err


def test_the_courses_exercises_are_proven_by_their_ids_and_a_bar_says_how_far_it_is(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert main(["prove", "chain-deltas", "gradient-shapes"]) == 0
    printed = capsys.readouterr()
    assert [line.split(",")[0] for line in printed.out.splitlines() if line[0] == "✓"] == [
        "✓ chain-deltas: values",
        "✓ gradient-shapes: options",
    ]
    assert re.search(r"chain-deltas: (\d+) of \1, 0 s left", printed.err)
    assert main(["prove", "chain-deltas", "chain-detlas"]) == 1
    printed = capsys.readouterr()
    assert "There is no exercise 'chain-detlas'; did you mean 'chain-deltas'?" in printed.err
    assert not printed.out  # said before anything is proven


def test_a_better_set_is_found_only_where_there_is_one():
    telling = values("f", detour())
    assert number_sets.better_numbers(telling) is None or not hidden_by(telling)


def test_the_constructors_import_numpy_and_nothing_else():
    program = (
        "import sys; import backprop_course.exercises; "
        "print(sorted({'IPython', 'nbformat', 'nbgrader', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_errors_of_a_network_without_forward_exercise_are_judged_by_what_is_there():
    register(errors("alone", detour()))
    assert judge("alone", right_answers(find("alone"))).passed
