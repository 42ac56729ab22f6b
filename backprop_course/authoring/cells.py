"""The cells of a notebook that asks a file's exercises: picture, givens, questions, answers, checks, step-through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import singledispatch

from backprop_course.authoring.solutions import answer_cell
from backprop_course.core.network import Network
from backprop_course.exercises import Bug, Derivation, Exercise, Formula, Function, Functions, Options, Values
from backprop_course.exercises.files import MODULE, ExerciseFile

_HELPERS = {
    "sigmoid": "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))",
    "tanh": "tanh = np.tanh",
    "relu": "def relu(z):\n    return np.maximum(z, 0)",
    "step": "def step(z):\n    return 1.0 * (z >= 0)  # the slope of a ReLU",
    "softmax": (
        "def softmax(z):\n    e = np.exp(z - z.max(axis=-1, keepdims=True))\n"
        "    return e / e.sum(axis=-1, keepdims=True)"
    ),
    "log": "log = np.log",
    "sign": "def sign(difference):\n    return np.where(difference > 0, 1.0, -1.0)[()]",
    "outer": "outer = np.multiply.outer",
}
"""What the equations are written with."""


@dataclass(frozen=True)
class Made:
    """A cell. role: nbgrader's, all but its name; None for one that nbgrader does not know."""

    id: str
    source: str
    code: bool = True
    role: dict[str, object] | None = field(default=None)


def cells_of(file: ExerciseFile, title: str) -> list[Made]:
    """The cells of a notebook with all exercises of a file, in their order."""
    asked = list(_asked(file))
    code = "\n".join(cell.source for cell in asked if cell.code)
    return [*_head(file, title, code), *asked]


def _head(file: ExerciseFile, title: str, code: str) -> Iterator[Made]:
    first = file.exercises[0].id
    points = sum(exercise.points for exercise in file.exercises)
    count = len(file.exercises)
    said = f"# {title}\n\n{count} exercise{'s' * (count > 1)}, {points:g} points. Run the cells from top to bottom."
    yield Made(f"{first}-title", said, code=False)
    helpers = [text for name, text in _HELPERS.items() if re.search(rf"\b{name}\(", code)]
    lines = [
        "import numpy as np",
        "",
        f"import {MODULE}",
        "from backprop_course import check, given",
        "from backprop_course.drawing import figure",
        "from backprop_course.widgets import StepThrough",
    ]
    spaced = [f"\n\n{text}" if text.startswith("def") else f"\n{text}" for text in helpers]
    yield Made(f"{first}-setup", "\n".join([*lines, *spaced]), role=_locked())
    for name in file.networks:
        yield Made(f"{first}-picture-{name.replace('_', '-')}", f"figure({MODULE}.{name})")


def _asked(file: ExerciseFile) -> Iterator[Made]:
    known: frozenset[str] = frozenset()
    numbers: dict[str, float] = {}
    for exercise in file.exercises:
        given = dict(exercise.given)
        if any(numbers.get(name) != value for name, value in given.items()):
            yield Made(f"{exercise.id}-givens", _givens(exercise, file), role=_locked())
            # Other numbers: what was computed from those before is no longer the same.
            known = known if not numbers.keys() & {n for n in given if numbers.get(n) != given[n]} else frozenset()
            numbers = {**numbers, **given}
        if program := exercise.shown:
            yield Made(f"{exercise.id}-source", f"```python\n{program}\n```", code=False)
        yield Made(f"{exercise.id}-question", _question(exercise), code=False)
        yield Made(exercise.id, answer_cell(exercise, file, known), role={"solution": True})
        role: dict[str, object] = {"grade": True, "locked": True, "points": exercise.points}
        yield Made(f"{exercise.id}-check", f'check("{exercise.id}")', role=role)
        # What is a number after an exercise of values is a text after one of formulas.
        known = known | set(exercise.answered) if given else known - set(exercise.answered)
        yield from _steps_through(file, exercise)


def _givens(exercise: Exercise, file: ExerciseFile) -> str:
    names = list(exercise.given)
    lines = [f'numbers = given("{exercise.id}")']
    lines += [f'{name} = numbers["{name}"]' for name in names]
    network = next((name for name, net in file.networks.items() if _fits(net, names)), None)
    return "\n".join([*lines, f"figure({MODULE}.{network}, numbers)" if network else "numbers"])


def _fits(network: Network, names: list[str]) -> bool:
    return {*network.weights, "x", "y"} == set(names) - {"eta"}


def _steps_through(file: ExerciseFile, last: Exercise) -> Iterator[Made]:
    """A step-through below the last exercise of values on a network."""
    for name, network in file.networks.items():
        about = [exercise for exercise in file.exercises if _fits(network, list(exercise.given))]
        if about and about[-1] is last:
            after = ", ".join(f'"{exercise.id}"' for exercise in about)
            after = after if len(about) == 1 else f"({after})"
            source = f'StepThrough({MODULE}.{name}, given("{about[0].id}"), after={after})'
            said = "**See** it, one step at a time. A step appears when your answers up to it are right."
            yield Made(f"{about[0].id}-see", said, code=False)
            yield Made(f"{about[0].id}-steps", source)


def _question(exercise: Exercise) -> str:
    points = f"({exercise.points:g} point{'s' * (exercise.points != 1)})"
    return f"## {exercise.id.replace('-', ' ').capitalize()}\n\n{_said(exercise)} {points}"


@singledispatch
def _said(exercise: Exercise) -> str:
    return f"Give {_named(exercise.answered)}."


@_said.register(Values)
def _of_values(exercise: Values) -> str:
    return f"Compute {_named(exercise.asked)}, from the numbers above."


@_said.register(Bug)
def _of_bug(exercise: Bug) -> str:
    return (
        f"One line of `{exercise.mending.name}` above is wrong: behind each stands its number, and what it gives. Give "
        f"the number of that line to `{exercise.line_name}`, then copy the function into the cell below, and mend the "
        "line."
    )


@_said.register(Formula)
def _of_formulas(exercise: Formula) -> str:
    return (
        f"Type the right-hand side of the equation of {_named(exercise.asked)}, each as a text between quotes. "
        "In it may stand the given names and the quantities before it."
    )


@_said.register(Derivation)
def _said_derivations(exercise: Derivation) -> str:
    asked = "; ".join(
        f"`{name}`, {goal.of}, in terms of {_named(goal.at_hand)}" for name, goal in exercise.goals.items()
    )
    return (
        f"Derive line by line: {asked}. Each is a list of lines, typed as text, and every line is equal to the one "
        "before it."
    )


@_said.register(Options)
def _of_options(exercise: Options) -> str:
    offered = [option.options for option in exercise.asked.values() if option.options]
    choices = f" Choose from {', '.join(map(repr, offered[0]))}." if offered else " A shape is a tuple, such as (4, 5)."
    return f"Give {_named(exercise.asked)}.{choices}"


@_said.register(Function)
@_said.register(Functions)
def _of_functions(exercise: Function | Functions) -> str:
    said = []
    for function in exercise.written:
        keys = f" It returns a dict with the keys {_named(function.keys)}." if function.keys else ""
        said.append(f"Write the function `{function.name}`.{keys} It is called with numbers drawn anew at each check.")
    return "\n\n".join(said)


def _named(names: object) -> str:
    return ", ".join(f"`{name}`" for name in names)  # type: ignore[attr-defined]


def _locked() -> dict[str, object]:
    return {"locked": True}
