"""The exercise of finding the one fault in a program of a network's gradients, and mending it."""

from __future__ import annotations

from difflib import get_close_matches

from backprop_course.core.network import Network
from backprop_course.errors import CourseError
from backprop_course.exercises.constructors.calls import called, gradients
from backprop_course.exercises.functions.network_functions import gradients_of
from backprop_course.exercises.kinds import Bug
from backprop_course.exercises.programs import has_layers
from backprop_course.misconceptions import MISCONCEPTIONS


def bug(
    id: str,
    network: Network,
    *,
    seed: int = 0,
    mistake: str = "",
    at: str = "",
    name: str = "",
    points: float = 2.0,
) -> Bug:
    """The exercise of a program with one fault: which line it is in, and the program with that line mended.

    The program returns every weight's gradient, as in `gradients`; what stands in the faulty line is a mistake that the
    course has a name for, and no other line's smallest change would mend it.

    seed: draws the fault, and the numbers that the program is shown with. mistake, at: the mistake's id, and the
    quantity it is made in, where they are not to be drawn. name: the function's; without, the id with _ for -.
    Raises CourseError for a mistake that is not known. The fault is looked for when it is first needed; one that cannot
    be made is refused then.
    """
    function = called(id, name)
    if mistake and mistake not in MISCONCEPTIONS:
        near = get_close_matches(mistake, MISCONCEPTIONS, n=1)
        raise CourseError(f"There is no mistake {mistake!r}{f'; did you mean {near[0]!r}?' if near else '.'}")
    if has_layers(network):
        mending = gradients(id, network, function)
    else:
        mending = gradients_of(id, function, network, (*network.weights, "x", "y"))
    return Bug(id, network, mending, seed, mistake, at, worth=points)
