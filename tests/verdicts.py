"""Every exercise's verdicts on right and on mistaken answers, as plain data: the same on every Python.

Run as `python verdicts.py ANSWERS`, with the instructor's answer cells by exercise in a JSON file; prints JSON.
"""

import json
import sys
from functools import singledispatch

import numpy as np

from backprop_course.checks import judge
from backprop_course.checks.formulas import FormulaJudge, judge_formula
from backprop_course.checks.functions import judge_function
from backprop_course.checks.personal import as_given
from backprop_course.checks.proof import Mistaken, mistaken_formula, mistaken_function, right_answers
from backprop_course.checks.settings import Settings, during
from backprop_course.exercises import EXERCISES, Bug, Derivation, Formula, Function, Functions, Options, Values
from backprop_course.misconceptions import variants


def told(parts):
    return [[part.name, part.status, part.misconception] for part in parts]


def each_once(found):
    """One variant of every mistake."""
    return {variant.misconception: variant for variant in found}


def fail(*_):
    raise ZeroDivisionError


@singledispatch
def cases(exercise, answer):
    """The cases of an exercise and their verdicts. answer: the instructor's answer cell."""
    raise NotImplementedError(type(exercise))


@cases.register
def of_values(exercise: Values, answer):
    yield "right", judge(exercise.id, right_answers(exercise)).parts
    predicted = dict(zip(exercise.variants, exercise.predicted, strict=True))
    for name, variant in each_once(exercise.variants).items():
        yield name, judge(exercise.id, {**right_answers(exercise), **predicted[variant]}).parts
    for odd in (None, "0.5", float("nan"), [1.0, 2.0], object()):
        yield (
            f"odd: {type(odd)} {odd if odd != odd else ''}",
            judge(exercise.id, dict.fromkeys(exercise.asked, odd)).parts,
        )


@cases.register(Function)
@cases.register(Functions)
def of_functions(exercise, answer):
    for function in exercise.written:
        for case, parts in of_function(function):
            yield f"{function.name}: {case}", parts


def of_function(exercise):
    def parts(function):
        return judge_function(exercise, {exercise.name: function}, np.random.default_rng(0)).parts

    yield "right", parts(mistaken_function(exercise, None))
    case = next(iter(exercise.cases(np.random.default_rng(0))))
    for name, variant in each_once(variants(case.steps)).items():
        yield name, parts(mistaken_function(exercise, variant))
    for name, odd in {"raises": fail, "None": lambda *_: None, "prints": print, "no function": 3}.items():
        yield f"odd: {name}", parts(odd)


@cases.register
def of_formula(exercise: Formula, answer):
    typed = {}
    exec(answer, typed)
    yield "right", judge_formula(exercise, typed, np.random.default_rng(0)).parts
    yield "odd", judge(exercise.id, dict.fromkeys(exercise.asked, "2x +")).parts
    judging = FormulaJudge(exercise, {}, np.random.default_rng(0))
    for mistake, variant in each_once(exercise.variants).items():
        wrong = [(name, Mistaken(mistaken_formula(exercise, variant, name))) for name in exercise.asked]
        yield mistake, [judging.alone(name, formula) for name, formula in wrong]


@cases.register
def of_options(exercise: Options, answer):
    yield "right", judge(exercise.id, right_answers(exercise)).parts
    for name, option in exercise.asked.items():
        for other in option.options or option.reasons:
            yield f"{name} = {other}", judge(exercise.id, {**right_answers(exercise), name: other}).parts


@cases.register
def of_bug(exercise: Bug, answer):
    right = right_answers(exercise)
    yield "right", judge(exercise.id, right).parts
    for line in (*range(1, len(exercise.right.lines) + 1), 99, "odd"):
        yield f"line {line}", judge(exercise.id, {**right, exercise.line_name: line}).parts
    faulty = exercise.fault.program.function(exercise.mending.name)
    yield "not mended", judge(exercise.id, {**right, exercise.mending.name: faulty}).parts


@cases.register
def of_derivation(exercise: Derivation, answer):
    right = right_answers(exercise)
    yield "right", judge(exercise.id, right).parts
    for name, lines in right.items():
        for what, wrong in {"ends early": lines[:-1], "false": [*lines[:1], f"2*({lines[-1]})"], "odd": 3}.items():
            yield f"{name} {what}", judge(exercise.id, {**right, name: wrong}).parts


def verdicts(answers):
    for id, exercise in EXERCISES.items():
        for case, parts in cases(exercise, answers.get(id, "")):
            yield f"{id}: {case}", told(parts)
    yield from of_personal_numbers()


def of_personal_numbers():
    """Numbers drawn for some students, and what is said to who makes a mistake with them, or takes another's."""
    with during(Settings(personal_numbers="1-q8Zk0xR2mW", self_study=False, people=("ada", "李明"))):
        for id in ("chain-forward", "split-updates", "skip-regressor-step"):
            for student in ("ada", "李明", "o'brien"):
                mine = as_given(EXERCISES[id], {"student_id": student})
                yield f"{id}: numbers of {student}", [[name, value, None] for name, value in mine.givens.items()]
                names = {**right_answers(mine), "student_id": student}
                yield f"{id}: {student}: right", told(judge(id, names).parts)
                wrong = dict(zip(mine.variants, mine.predicted, strict=True))[mine.variants[-1]]
                yield f"{id}: {student}, mistaken", told(judge(id, {**names, **wrong}).parts)
                yield f"{id}: {student}, as ada", told(judge(id, {**names, "student_id": "ada"}).parts)


def main(path):
    with open(path) as file:
        print(json.dumps(dict(verdicts(json.load(file)))))


if __name__ == "__main__":
    main(sys.argv[1])
