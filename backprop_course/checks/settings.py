"""What a class decides about help: how many degrees of hints, and whether model answers are shown."""

from __future__ import annotations

from dataclasses import dataclass

from backprop_course.errors import CourseError

MOST_HINTS = 3


@dataclass(frozen=True)
class Settings:
    """hints: the degrees that are given, 0 to 3. model_answers: whether one way to write it is shown after full points.

    self_study: whether nobody else grades: then model answers are also shown to whoever gives up, and those to
    written questions to whoever has answered.
    """

    hints: int = MOST_HINTS
    model_answers: bool = True
    self_study: bool = True

    def __post_init__(self) -> None:
        if type(self.hints) is not int or not 0 <= self.hints <= MOST_HINTS:
            raise CourseError(f"hints is {self.hints!r}; a number of degrees from 0 to {MOST_HINTS} is expected.")
        if type(self.model_answers) is not bool:
            raise CourseError(f"model_answers is {self.model_answers!r}; True or False is expected.")

    @property
    def line(self) -> str:
        """The line of a set-up cell that makes them those of a notebook: a class's release holds it."""
        said = f"hints={self.hints}, model_answers={self.model_answers}"
        return f"from backprop_course import in_class\n\nin_class({said})"


_here = [Settings()]


def settings() -> Settings:
    """Those of this kernel: of self-study, where no set-up cell says that it is a class's."""
    return _here[0]


def in_class(*, hints: int = MOST_HINTS, model_answers: bool = True) -> None:
    """Makes this notebook one of a class. Its set-up cell calls it; `nbgrader generate_assignment` writes that line.

    Raises CourseError for what is no setting.
    """
    _here[0] = Settings(hints, model_answers, self_study=False)
