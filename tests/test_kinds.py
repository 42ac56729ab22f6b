"""A kind of exercises is a module in kinds/, a judge and a made-up answer, registered by the kind."""

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

import backprop_course
from backprop_course.checks import Part, Verdict, given, judge
from backprop_course.checks.judging import judge_of, verdict_on
from backprop_course.errors import CourseError
from backprop_course.exercises import EXERCISES, Exercise, exercise, names_judged
from backprop_course.grading.demo import _mistaken, mistaken

PACKAGE = Path(backprop_course.__file__).parent
KINDS = {"Bug", "Derivation", "Values", "Formula", "Function", "Functions", "Options"}


@dataclass(frozen=True)
class Word(Exercise):
    """An exercise of a kind that the course does not have: one word."""

    id: str
    name: str
    right: str

    @property
    def parts(self):
        return (self.name,)

    @property
    def points(self):
        return 1.0

    @property
    def answered(self):
        return (self.name,)


class Silent(Word):
    """A kind for which nothing is registered."""


@verdict_on.register(Word)
def judge_word(exercise, namespace, rng):
    right = namespace.get(exercise.name) == exercise.right
    return Verdict(exercise.id, (Part(exercise.name, "right" if right else "wrong"),), float(right), exercise.points)


@mistaken.register(Word)
def mistaken_word(exercise, source):
    return f"{source}\n{exercise.name} = {exercise.right[::-1]!r}"


@pytest.fixture
def word(monkeypatch):
    toy = Word("toy-word", "rule", "chain")
    monkeypatch.setitem(EXERCISES, toy.id, toy)
    return toy


def test_a_new_kind_is_judged_by_the_judge_that_is_registered_for_it(word):
    assert judge("toy-word", {"rule": "chain"}).passed
    assert judge("toy-word", {"rule": "product"}).points == 0.0


def test_a_new_kind_has_the_mistaken_answer_of_a_made_up_class_that_is_registered_for_it(word):
    (name, source), *others = _mistaken({"toy-word": "rule = 'chain'", "no-exercise": "x = 1"})
    answers = {}
    exec(source, answers)
    assert name == "toy-word"
    assert not others
    assert not judge("toy-word", answers).passed


def test_what_a_new_kind_does_not_say_is_that_of_an_exercise_with_neither_numbers_nor_functions(word):
    assert names_judged(word) == ("rule",)
    assert (word.as_text, word.by_name, word.written, word.using(())) == (False, {}, (), word)
    with pytest.raises(CourseError, match="no given numbers"):
        given("toy-word")


def test_a_kind_without_a_judge_is_said_to_have_none(monkeypatch):
    verdict_on.register(Silent, verdict_on.dispatch(object))
    monkeypatch.setitem(EXERCISES, "silent", Silent("silent", "rule", "chain"))
    with pytest.raises(CourseError, match="kind Silent, which has no judge"):
        judge("silent", {})


@pytest.mark.parametrize("found", EXERCISES.values(), ids=list(EXERCISES))
def test_every_exercise_has_a_judge_and_a_mistaken_answer(found):
    assert judge_of(found)
    assert mistaken(found, "pass").startswith("pass\n")


def test_an_unknown_exercise_gets_the_closest_name():
    with pytest.raises(CourseError, match=r"no exercise .chain-forwards.; did you mean .chain-forward."):
        exercise("chain-forwards")
    with pytest.raises(CourseError, match=r"there are .*chain-forward"):
        exercise("?")


def test_nothing_in_the_package_asks_for_an_exercises_kind():
    asked = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("isinstance", "issubclass")
        and KINDS & {name.id for name in ast.walk(node.args[1]) if isinstance(name, ast.Name)}
    ]
    assert not asked
