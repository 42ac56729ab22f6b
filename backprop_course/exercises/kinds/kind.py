"""What every kind of exercise says of itself; how it is judged is registered in `checks`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from backprop_course.core.trace import Step

if TYPE_CHECKING:
    from backprop_course.exercises.kinds.function import Function


class Givens(dict[str, float]):
    """An exercise's numbers by name; shown as a table in a notebook."""

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in self)
        return f"<table><tr>{head}</tr><tr>{''.join(f'<td>{value:g}</td>' for value in self.values())}</tr></table>"


class Exercise(ABC):
    """What is asked and what it is worth. A kind is a frozen dataclass with an `id` that answers these."""

    id: str
    as_text: ClassVar[bool] = False
    """Whether answers are typed as text, so that names in a string are the student's words."""

    redrawable: ClassVar[bool] = False
    """Whether others of its kind can stand for its given numbers: a student's own, or those of practice."""

    hides: tuple[str, ...] = ()
    """Mistakes, by id, that its given numbers may hide, since whoever chose them says so."""

    @property
    @abstractmethod
    def parts(self) -> tuple[str, ...]:
        """What is judged."""

    @property
    @abstractmethod
    def points(self) -> float:
        """What it is worth."""

    @property
    @abstractmethod
    def answered(self) -> tuple[str, ...]:
        """The names that an answer gives something."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of a notebook that judging needs."""
        return self.answered

    @property
    def given(self) -> Givens:
        """The numbers that it gives; none, where it gives none."""
        return Givens()

    @property
    def by_name(self) -> Mapping[str, Step]:
        """The steps by the quantity that they make; none, where it is not about quantities."""
        return {}

    @property
    def shown(self) -> str:
        """A program that is to be read before the question; "" for most."""
        return ""

    @property
    def written(self) -> tuple[Function, ...]:
        """The functions that a student writes in it."""
        return ()

    def using(self, earlier: tuple[Function, ...]) -> Exercise:
        """The same exercise where a student may use these functions of earlier ones."""
        return self


@dataclass(frozen=True)
class NumbersAlone(Exercise):
    """Stands for an exercise where nobody may know what is right: `given` finds its numbers, and that is all."""

    id: str
    numbers: Mapping[str, float]

    @property
    def parts(self) -> tuple[str, ...]:
        """Nothing is judged here."""
        return ()

    @property
    def points(self) -> float:
        """Nothing is judged here."""
        return 0.0

    @property
    def answered(self) -> tuple[str, ...]:
        """Nothing is judged here."""
        return ()

    @property
    def given(self) -> Givens:
        """The numbers that the exercise gives."""
        return Givens(self.numbers)
