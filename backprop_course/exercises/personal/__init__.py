"""Numbers for each student: an exercise's givens, drawn from a seed, the same on every machine and in every year.

A *number set* is the givens that several exercises share. No seed gives the published numbers; a seed gives others of
the same kind, as telling as those (`drawing`). A student's seed is the class's salt and the id that is typed, in
Unicode's form NFKC, without spaces around it and without capitals; the empty id has no numbers of its own.

What numbers a seed gives depends on a *version*: the rules of drawing, and the list of mistakes that numbers are tried
with. For the course's own exercises a version holds the mistakes' arithmetic itself, written down
(`frozen/<version>.json`), so that mending a mistake changes nobody's numbers. For other exercises it holds which
mistakes count; their arithmetic is that of the course at hand, and a release notes what it gave (`grading/fitting`).
A class pins the version that it was made with; old versions stay.
"""

from backprop_course.exercises.personal.people import identified, seed_of
from backprop_course.exercises.personal.sets import (
    VERSION,
    draw_together,
    drawn_givens,
    is_drawn,
    number_set,
    personal_givens,
    refuse_published,
    right_for_each,
    with_numbers_of,
)

__all__ = [
    "VERSION",
    "draw_together",
    "drawn_givens",
    "identified",
    "is_drawn",
    "number_set",
    "personal_givens",
    "refuse_published",
    "right_for_each",
    "seed_of",
    "with_numbers_of",
]
