"""How large a gradient is, to be seen: the wider and the more orange the arrow beside it, the larger it is."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from backprop_course.core.functions import Array

_BOUNDS = (0.001, 0.01, 0.1, 1.0)
"""Powers of ten, the same in every picture: when all gradients shrink, all arrows do."""


@dataclass(frozen=True)
class SizeClass:
    """A class of sizes: what it says, and the arrow that it has.

    dashes: as in SVG, the lengths of a dash and of the gap after it.
    """

    words: str
    width: float
    colour: str
    dashes: str = "7 3"


# From grey to orange, each 3:1 or more against white and against a dark page's #111. The width says the same.
NOTHING = SizeClass("0", 1.6, "#808080", "1.6 5")
SIZES = (
    SizeClass("below 0.001", 1.4, "#808080"),
    SizeClass("0.001 to 0.01", 2.4, "#947c67"),
    SizeClass("0.01 to 0.1", 3.6, "#a7774e"),
    SizeClass("0.1 to 1", 5.0, "#bb7335"),
    SizeClass("1 and more", 6.6, "#cf6f1c"),
)


def size(gradient: Array) -> SizeClass:
    """The class of a gradient: of an array, that of its entry farthest from 0.

    What is not a number is in the largest class: no gradient is worse than one that overflowed.
    """
    farthest = float(np.max(np.abs(gradient), initial=0.0))
    if farthest == 0:
        return NOTHING
    return SIZES[-1] if np.isnan(farthest) else SIZES[bisect_right(_BOUNDS, farthest)]


def legend(arrays: bool) -> str:
    """What the arrows mean, as HTML: an arrow and its words for each class; whether there are arrays among them."""
    pieces = "".join(f"<li>{_sample(one)} {one.words}</li>" for one in (NOTHING, *SIZES))
    largest = "; of an array, that of its largest entry" if arrays else ""
    return f"<p>The arrow beside a gradient shows its size{largest}:</p><ul>{pieces}</ul>"


def _sample(one: SizeClass) -> str:
    return (
        '<svg width="34" height="10" viewBox="0 0 34 10" aria-hidden="true">'
        f'<path d="M34,5H0" stroke="{one.colour}" stroke-width="{one.width}" stroke-dasharray="{one.dashes}"/></svg>'
    )
