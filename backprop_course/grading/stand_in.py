"""What `import exercises` gives a student's notebook while it is graded: networks and given numbers, no reference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backprop_course.core.functions import ACTIVATIONS, LOSSES
from backprop_course.core.network import Network
from backprop_course.errors import CourseError

if TYPE_CHECKING:
    from backprop_course.exercises.files import ExerciseFile
    from backprop_course.sandbox.outside.session import Session

_SECONDS, _ROOM = 20.0, 2**16


def hand_over(file: ExerciseFile, session: Session) -> None:
    """Makes the stand-in known to a candidate, before it reads a byte of the submission."""
    done = session.cell(source(file), 0, _SECONDS, _ROOM, False, "")
    if done.outputs:
        raise CourseError(f"{file.name} cannot be handed to the process that runs notebooks: {done.outputs[-1]!r:.300}")


def source(file: ExerciseFile) -> str:
    """The stand-in as Python: it defines a module and leaves nothing else behind."""
    return "\n".join(
        [
            "def _stand_in():",
            "    import sys",
            "    from types import ModuleType",
            "    from backprop_course import Network, Unit",
            "    from backprop_course.exercises import NumbersAlone, register",
            "    module = ModuleType('exercises')",
            "    def missing(name):",
            "        raise AttributeError(f'exercises.{name} is not at hand while grading; networks and numbers are.')",
            "    module.__getattr__ = missing",
            *(f"    {line}" for line in _lines(file)),
            "    sys.modules['exercises'] = module",
            "_stand_in()",
            "del _stand_in",
        ]
    )


def _lines(file: ExerciseFile) -> Iterator[str]:
    for name, network in file.networks.items():
        if _is_plain(network):
            yield f"module.{name} = {_written(network)}"
    for exercise in file.exercises:
        given = {name: float(value) for name, value in exercise.given.items()}
        yield f"register(NumbersAlone({exercise.id!r}, {given!r}))"


def _is_plain(network: Network) -> bool:
    """Whether it is made of the course's functions alone: those have names by which they are made again."""
    ours = all(ACTIVATIONS.get(unit.activation.name) is unit.activation for unit in network.units)
    return ours and LOSSES.get(network.loss.name) is network.loss


def _written(network: Network) -> str:
    units = [f"Unit{(u.name, u.activation.name, dict(u.inputs), u.bias, u.width)!r}" for u in network.units]
    return f"Network({', '.join(units)}, loss={network.loss.name!r}, input_width={network.input_width!r})"
