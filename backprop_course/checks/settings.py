"""What a class decides: how many degrees of hints, whether model answers are shown, whose numbers there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from backprop_course.errors import CourseError

MOST_HINTS = 3
_NUMBERS = re.compile(r"(\d{1,4})-([A-Za-z0-9_]{8,100})", re.ASCII)


@dataclass(frozen=True)
class Settings:
    """hints: the degrees that are given, 0 to 3. model_answers: whether one way to write it is shown after full points.

    personal_numbers: what each student's numbers are drawn by, "version-salt"; "" where all have the published ones.
    practice: whether `practice` gives new numbers.
    self_study: whether nobody else grades: then model answers are also shown to whoever gives up, and those to
    written questions to whoever has answered. people: the ids of the class, known while it is graded.
    """

    hints: int = MOST_HINTS
    model_answers: bool = True
    personal_numbers: str = ""
    practice: bool = True
    self_study: bool = True
    people: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if type(self.hints) is not int or not 0 <= self.hints <= MOST_HINTS:
            raise CourseError(f"hints is {self.hints!r}; a number of degrees from 0 to {MOST_HINTS} is expected.")
        for name in ("model_answers", "practice"):
            if type(getattr(self, name)) is not bool:
                raise CourseError(f"{name} is {getattr(self, name)!r}; True or False is expected.")
        given = self.personal_numbers
        if type(given) is not str or not (given == "" or _NUMBERS.fullmatch(given)):
            raise CourseError(
                f"personal_numbers is {given!r:.60}; what `backprop-course new-class` has made is expected: a version, "
                'a hyphen and a salt of 8 or more letters and digits, as "1-q8Zk0xR2mW".'
            )

    @property
    def version(self) -> int:
        """What personal numbers are drawn by."""
        return int(self.personal_numbers.partition("-")[0])

    @property
    def salt(self) -> str:
        """What makes this class's numbers others than another one's."""
        return self.personal_numbers.partition("-")[2]

    @property
    def line(self) -> str:
        """The line of a set-up cell that makes them those of a notebook: a class's release holds it."""
        said = f"hints={self.hints}, model_answers={self.model_answers}"
        said += f', personal_numbers="{self.personal_numbers}"' if self.personal_numbers else ""
        said += "" if self.practice else ", practice=False"
        return f"from backprop_course import in_class\n\nin_class({said})"


_here = [Settings()]


def settings() -> Settings:
    """Those of this kernel: of self-study, where no set-up cell says that it is a class's."""
    return _here[0]


def set_here(found: Settings) -> None:
    """Makes them those of this kernel."""
    _here[0] = found


@contextmanager
def during(found: Settings) -> Iterator[None]:
    """They hold meanwhile: a notebook of a class is judged."""
    before = settings()
    set_here(found)
    try:
        yield
    finally:
        set_here(before)
