"""The exercise of a function of one's own: a reference that says what is right, and functions that go wrong."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backprop_course.core.arrays import as_array
from backprop_course.core.functions import Array
from backprop_course.core.trace import Step
from backprop_course.errors import CourseError
from backprop_course.exercises.kinds import Case, Function
from backprop_course.misconceptions import MISCONCEPTIONS, Misconception, Steps

Call = Callable[..., Any]
Cases = Sequence[Any] | Callable[[np.random.Generator], Iterable[Any]]


@dataclass(frozen=True)
class Reference:
    """The rule of a function of one's own: its result is what the reference returns, or one entry of that.

    id: the exercise's. value: the reference. name: how it is called in equations. mistakes: the ids of those that
    its author knows of.
    """

    id: str
    name: str
    value: Call
    mistakes: tuple[str, ...] = ()

    def called(self, at: str, *values: Array) -> Any:
        """What the reference returns, as an array; of a dict the entry of that key."""
        return _read(self.id, self.value(*(np.copy(v) if np.ndim(v) else v for v in values)), at)

    def called_text(self, at: str, *names: str) -> str:
        return f"{self.name}({', '.join(names)}){f'[{at!r}]' if at else ''}"


def function(
    id: str,
    *,
    reference: Call,
    cases: Cases,
    mistakes: Sequence[tuple[Any, ...]] = (),
    name: str = "",
    points: float | None = None,
) -> Function:
    """The exercise of writing a function that returns what a reference returns: a number, an array, or a dict of them.

    cases: calls to judge it by, the smallest first: each a tuple of arguments, or the one argument; or a function of a
        NumPy generator that draws them anew for each check.
    mistakes: what students are likely to write, each ("its name in a line", a function that makes it, "a hint").
    name: the function's; without, the reference's own. points: 2, or one for each key of a dict, without.
    Raises CourseError where the reference fails in a case, and for a mistake that is no such tuple.
    """
    if not callable(reference):
        raise CourseError(f"{id}: the reference is {reference!r:.60}; a function is expected.")
    own = getattr(reference, "__name__", "")
    called = name or (own if own.isidentifier() else str(id).replace("-", "_"))
    rules = Reference(str(id), called, reference)
    parameters = _parameters(rules)
    drawn = _drawn(cases)
    first = next(iter(drawn(np.random.default_rng(0))), None)
    if first is None:
        raise CourseError(f"{id}: there are no cases; give some calls, cases=[0.5, -2.0, np.array([1.0, 2.0])].")
    result = _result(rules, first)
    keys = tuple(map(str, result)) if isinstance(result, Mapping) else ()

    rules = replace(rules, mistakes=tuple(_learn(rules, mistake) for mistake in mistakes))

    def case(arguments: tuple[Any, ...]) -> Case:
        given = dict(zip(parameters, arguments, strict=True))
        made = {key: f"result[{key}]" for key in keys} or {"": "result"}
        steps = tuple(Step(made[key], "called", key, tuple(given), called, rules) for key in made)
        return Case(given, given, steps, made)

    def of(rng: np.random.Generator) -> Iterator[Case]:
        for arguments in drawn(rng):
            if len(arguments) != len(parameters):
                raise CourseError(
                    f"{id}: a case has {len(arguments)} arguments; {called} takes {', '.join(parameters)}."
                )
            yield case(arguments)

    for arguments in drawn(np.random.default_rng(0)):
        _result(rules, arguments)
    return Function(id, called, of, case, keys, points)


def _parameters(rules: Reference) -> tuple[str, ...]:
    try:
        found = inspect.signature(rules.value).parameters.values()
    except (TypeError, ValueError):
        raise CourseError(f"{rules.id}: the reference does not say what it takes; wrap it in a def.") from None
    if any(parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) for parameter in found):
        raise CourseError(f"{rules.id}: the reference takes *arguments; a fixed number of them is expected.")
    return tuple(parameter.name for parameter in found if parameter.default is parameter.empty)


def _drawn(cases: Cases) -> Callable[[np.random.Generator], Iterator[tuple[Any, ...]]]:
    def drawn(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
        for arguments in cases(rng) if callable(cases) else cases:
            yield tuple(map(_plain, arguments if isinstance(arguments, tuple) else (arguments,)))

    return drawn


def _plain(argument: Any) -> Any:
    """Lists as arrays; all else as it is."""
    return np.array(argument) if isinstance(argument, list) else argument


def _result(rules: Reference, arguments: tuple[Any, ...]) -> Any:
    """What the reference returns. Raises CourseError where that is nothing that can be compared."""
    try:
        with np.errstate(all="ignore"):
            result = rules.value(*arguments)
    except Exception as error:
        shown = ", ".join(map(repr, arguments))
        raise CourseError(f"{rules.id}: {rules.name}({shown:.80}) raises {type(error).__name__}: {error}") from error
    for key, value in result.items() if isinstance(result, Mapping) else [("", result)]:
        as_array(f"What {rules.name} returns{f' for {key!r}' if key else ''}", value)
    return result


def _read(id: str, result: Any, key: str) -> Array:
    if not key:
        return as_array(f"What {id} returns", result)
    return as_array(f"What {id} returns for {key!r}", result[key])


def _learn(rules: Reference, mistake: tuple[Any, ...]) -> str:
    """Makes a mistake in this function known, by an id of its own, which is returned."""
    match mistake:
        case (str(name), wrong) if callable(wrong):
            hint = ""
        case (str(name), wrong, str(hint)) if callable(wrong):
            pass
        case _:
            raise CourseError(
                f"{rules.id}: a mistake is ('its name in a line', a function that makes it, 'a hint'); this is "
                f"{mistake!r:.80}."
            )
    id = f"{rules.id}-{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}"

    def source(steps: Steps) -> Iterator[tuple[str, dict[str, Step]]]:
        made = Reference(rules.id, rules.name, wrong)
        yield (
            "",
            {
                step.name: replace(step, rules=made, function=made.called)
                for step in steps
                if isinstance(step.rules, Reference) and step.rules.id == rules.id and step.rule == "called"
            },
        )

    MISCONCEPTIONS[id] = Misconception(
        id, name, hint or f"Compare your {rules.name} with its definition.", [(source, ())]
    )
    return id
