"""The kind *bug*: a program with one fault; which line it is in, and the program with that line mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.core.network import Network
from backprop_course.core.trace import Step
from backprop_course.exercises.fault_draws import drawn_fault, numbers_of_fault
from backprop_course.exercises.faults import Fault
from backprop_course.exercises.kinds.case import Case
from backprop_course.exercises.kinds.function import Function
from backprop_course.exercises.kinds.kind import Exercise
from backprop_course.exercises.programs import Program, program_of, shown_array


@dataclass(frozen=True)
class Bug(Exercise):
    """An exercise of kind *bug*: a program of a network's gradients in which one listed mistake is made in one line.

    id: the exercise's name. network: what the program is for. mending: the exercise of writing that program, by which
    a mended one is judged. seed: draws the fault. mistake, at: the mistake's id and the quantity, where these are not
    drawn.
    """

    id: str
    network: Network
    mending: Function
    seed: int = 0
    mistake: str = ""
    at: str = ""
    worth: float = field(default=2.0, kw_only=True)

    @property
    def line_name(self) -> str:
        """What a student gives the faulty line's number to."""
        return f"{self.mending.name}_line"

    @property
    def parts(self) -> tuple[str, ...]:
        """What is judged, in equal shares."""
        return (self.line_name, self.mending.name)

    @property
    def points(self) -> float:
        """What it is worth."""
        return self.worth

    @property
    def answered(self) -> tuple[str, ...]:
        """The names that an answer gives something."""
        return self.parts

    @property
    def written(self) -> tuple[Function, ...]:
        """The function that a student mends."""
        return (self.mending,)

    def using(self, earlier: tuple[Function, ...]) -> Bug:
        """The same exercise where the mended function may use these of earlier exercises."""
        return replace(self, mending=self.mending.using(earlier))

    @cached_property
    def fault(self) -> Fault:
        """What is wrong in the program. Raises CourseError where no such fault can be made."""
        return drawn_fault(self.network, f"{self.id} {self.seed}", self.mistake, self.at)

    @property
    def line(self) -> int:
        """The number of the faulty line."""
        return self.fault.program.number(self.fault.line)

    @cached_property
    def right(self) -> Program:
        """The program without the fault."""
        return program_of(self.network)

    @cached_property
    def numbers(self) -> Mapping[str, Array]:
        """The numbers that the listing calls the program with."""
        return numbers_of_fault(self.fault, f"{self.id} {self.seed}")

    @cached_property
    def values(self) -> Mapping[str, Array]:
        """What every line of the faulty program gives with these numbers."""
        return self.fault.program.values(self.numbers)

    @property
    def shown(self) -> str:
        """The faulty program in Python, each line with its number and what it gives, and the call that gives it."""
        name = self.mending.name
        return f"{self.fault.program.source(name, self.values)}\n\n\n{self._call(name)}"

    def _call(self, name: str) -> str:
        given = dict(zip(self.right.parameters, self.right.arguments(self.numbers), strict=True))
        single = {parameter: shown_array(value) for parameter, value in given.items() if not isinstance(value, dict)}
        lines = [f"{parameter} = {text}" for parameter, text in single.items() if "\n" in text or "array" in text]
        for parameter, value in given.items():
            if isinstance(value, dict):
                entries = [f'    "{weight}": {shown_array(one)},' for weight, one in value.items()]
                lines += [f"{parameter} = {{", *entries, "}"]
        if lines:
            return "\n".join([*lines, f"{name}({', '.join(given)})"])
        return f"{name}({', '.join(f'{parameter}={text}' for parameter, text in single.items())})"

    @cached_property
    def unmended(self) -> Function:
        """The exercise that the faulty program would be right in: who passes it has mended nothing."""
        wrong = {self.fault.step: self.fault.wrong}

        def cases(rng: np.random.Generator) -> Iterator[Case]:
            for case in self.mending.cases(rng):
                yield _with(case, wrong)

        return replace(self.mending, cases=cases, case=lambda arguments: _with(self.mending.case(arguments), wrong))


def _with(case: Case, changes: Mapping[str, Step]) -> Case:
    """The same case where these steps are carried out otherwise."""
    steps = tuple(changes.get(step.name, step) for step in case.steps)
    return replace(case, steps=steps, otherwise={}, smaller=tuple)
