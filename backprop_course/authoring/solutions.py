"""What stands in an exercise's answer cell: a stub for students, and between nbgrader's marks a solution."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable, Mapping
from functools import singledispatch

import numpy as np

from backprop_course.core.trace import Step
from backprop_course.exercises import Bug, Case, Derivation, Exercise, Formula, Function, Functions, Options, Values
from backprop_course.exercises.files import ExerciseFile

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
"""Between these nbgrader takes out what students do not get."""

LATER = "# This function's source is not in the file: write the solution here."


@singledispatch
def answer_cell(exercise: Exercise, file: ExerciseFile, known: frozenset[str]) -> str:
    """The source of an answer cell. known: names that cells above it bind."""
    names = "\n".join(f"{name} = None" for name in exercise.answered)
    return f"{names}\n{BEGIN}\n# Write the solution here.\n{END}"


@answer_cell.register(Values)
def _values(exercise: Values, file: ExerciseFile, known: frozenset[str]) -> str:
    stub = "\n".join(f"{name} = None" for name in exercise.asked)
    lines = _lines(exercise.asked, exercise.by_name, known | set(exercise.givens))
    return "\n".join([stub, BEGIN, *lines, END])


@answer_cell.register(Bug)
def _bug(exercise: Bug, file: ExerciseFile, known: frozenset[str]) -> str:
    name, line = exercise.mending.name, exercise.line_name
    head, *body = exercise.right.source(name).split("\n")
    inside = "\n".join([f"    {BEGIN}", *body, f"    {END}", "    raise NotImplementedError"])
    return f"{line} = None\n{BEGIN}\n{line} = {exercise.line}\n{END}\n\n\n{head}\n{inside}"


@answer_cell.register(Formula)
def _formulas(exercise: Formula, file: ExerciseFile, known: frozenset[str]) -> str:
    stub = [f"{name} = None" for name in exercise.asked]
    made = [f'{name} = "{_formula(name, exercise.by_name, exercise.at_hand[name])}"' for name in exercise.asked]
    return "\n".join([*stub, BEGIN, *made, END])


@answer_cell.register(Derivation)
def _derivations(exercise: Derivation, file: ExerciseFile, known: frozenset[str]) -> str:
    stub = [f"{name} = None" for name in exercise.goals]
    made = [
        "\n".join([f"{n} = [", *(f'    "{line}",' for line in goal.lines), "]"]) for n, goal in exercise.goals.items()
    ]
    return "\n".join([*stub, BEGIN, *made, END])


@answer_cell.register(Options)
def _options(exercise: Options, file: ExerciseFile, known: frozenset[str]) -> str:
    stub = [f"{name} = None" for name in exercise.asked]
    return "\n".join([*stub, BEGIN, *(f"{name} = {option.right!r}" for name, option in exercise.asked.items()), END])


@answer_cell.register(Function)
@answer_cell.register(Functions)
def _functions(exercise: Function | Functions, file: ExerciseFile, known: frozenset[str]) -> str:
    return "\n\n\n".join(_function(function, file) for function in exercise.written)


def _function(exercise: Function, file: ExerciseFile) -> str:
    case = next(iter(exercise.cases(np.random.default_rng(0))))
    head = f"def {exercise.name}({', '.join(case.arguments)}):"
    body = _own_body(exercise.name, file) or "\n".join(_body(case, exercise)) or LATER
    inside = textwrap.indent(f"{BEGIN}\n{body}\n{END}\nraise NotImplementedError", "    ")
    return f"{head}\n{inside}"


def _own_body(name: str, file: ExerciseFile) -> str:
    """The body of a function of that name in the file, without its docstring; "" where there is none."""
    for node in ast.walk(ast.parse(file.text)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            body = [step for step in node.body if not _is_docstring(step)]
            lines = file.text.splitlines()[body[0].lineno - 1 : node.end_lineno] if body else []
            return textwrap.dedent("\n".join(lines))
    return ""


def _is_docstring(step: ast.stmt) -> bool:
    return isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant) and isinstance(step.value.value, str)


def _body(case: Case, exercise: Function) -> Iterable[str]:
    """The equations of a case, from its arguments to what is asked."""
    if any(step.rule == "called" for step in case.steps):  # a reference of one's own, which is not in the file
        return
    known = set(case.arguments)
    for parameter, argument in case.arguments.items():
        if isinstance(argument, dict):
            names = [name for name in argument if name in case.values]
            yield from (f'{name} = {parameter}["{name}"]' for name in names)
            known.update(names)
    for name in case.values:
        if name not in known and name.upper() in known:
            yield f"{name} = {name.upper()}"
            known.add(name)
    asked = list(case.asked.values())
    yield from _lines(asked, case.by_name, frozenset(known))
    if list(case.asked) == [""]:
        yield f"return {asked[0]}"
    else:
        yield f"return {{{', '.join(f'{key!r}: {name}' for key, name in case.asked.items())}}}".replace("'", '"')


def _lines(asked: Iterable[str], steps: Mapping[str, Step], known: frozenset[str]) -> list[str]:
    """An assignment for each quantity that is asked, and for those that it is made from and nobody has."""
    lines: dict[str, str] = {}

    def make(name: str) -> None:
        if name in known or name in lines or name not in steps:
            return
        step = steps[name]
        right = step.equation(*step.parents)
        for parent in step.parents:
            if _mentions(right, parent):
                make(parent)
        lines[name] = f"{name} = {right}"

    for name in asked:
        make(name)
    return list(lines.values())


def _mentions(text: str, name: str) -> bool:
    """Whether an equation uses a name; a linear unit's slope needs neither its z nor its h."""
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(ast.parse(text, mode="eval")))


def _formula(name: str, steps: Mapping[str, Step], at_hand: Iterable[str]) -> str:
    """A quantity's right-hand side in names that are at hand; others are put in."""
    step = steps[name]
    parents = (parent if parent in at_hand else f"({_formula(parent, steps, at_hand)})" for parent in step.parents)
    return step.equation(*parents)
