"""Whether what was released is what this version of the course judges: exercises that it knows, with the same numbers.

`nbgrader generate_assignment` notes in the gradebook which version made a release, and a fingerprint of each exercise
in it: what is asked, from which numbers. Grading compares, before the first submission.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from backprop_course import __version__
from backprop_course.checks.settings import Settings
from backprop_course.errors import CourseError
from backprop_course.exercises import EXERCISES, Exercise, exercise, find
from backprop_course.exercises.files import FILE
from backprop_course.exercises.kinds import redrawable
from backprop_course.exercises.notebooks import COURSES_IDS
from backprop_course.grading.cells import exercises_named
from backprop_course.grading.class_settings import refuse_what_cannot_be_read, settings_in, settings_of
from backprop_course.grading.imports import not_there
from backprop_course.grading.personal_numbers import drawn_for_nobody
from backprop_course.grading.unmarked import FINGERPRINTS

if TYPE_CHECKING:
    from backprop_course.grading.released import ReleasedNotebook

Mark = Mapping[str, object]
"""version: of the course that made a release. exercises: the fingerprint of each exercise in it, by its id. drawn: the
same of some numbers drawn for it, where each student has numbers of his own."""


def release_mark(where: str, sources: Iterable[str]) -> Mark:
    """The mark of a notebook. sources: its cells' texts.

    Raises CourseError where they ask for an exercise that is not known, or decide what cannot be read.
    """
    sources = list(sources)
    refuse_what_cannot_be_read(where, sources)
    asked = _asked(where, sources)
    mark: dict[str, object] = {"version": __version__, "exercises": {id: fingerprint(exercise(id)) for id in asked}}
    return mark | ({"drawn": drawn} if (drawn := _drawn(asked, settings_of(sources))) else {})


def refuse_what_does_not_fit(assignment: str, notebooks: Iterable[ReleasedNotebook]) -> None:
    """Raises CourseError where a release asks for or imports what is not known, or what is other than it was."""
    for notebook in notebooks:
        asked = _asked(assignment, [cell.source for cell in notebook.cells if cell.locked])
        version = notebook.mark.get("version")
        then = notebook.mark.get("exercises")
        then = then if isinstance(then, dict) else FINGERPRINTS
        changed = [id for id in asked if id in then and then[id] != fingerprint(exercise(id))]
        if own := [id for id in changed if id not in COURSES_IDS]:
            raise CourseError(
                f"{assignment} was released with other numbers or other parts of {', '.join(own)} than {FILE} gives "
                f"now (with version {version} of the course then, {__version__} now): put {FILE} back as it was, or "
                "release the assignment again (`nbgrader generate_assignment --force`) and hand it out anew."
            )
        if changed:
            by = f"version {version} of the course" if version else "an early version of the course (0.1.0)"
            raise CourseError(
                f"{assignment} was released by {by}, whose {', '.join(changed)} had other numbers or other "
                f"parts than in this one ({__version__}): install that version to grade it, or release the assignment "
                "again (`nbgrader generate_assignment --force`) and hand it out anew."
            )
        if gone := not_there(cell.source for cell in notebook.cells if cell.cell_type == "code"):
            by = f"version {version} of the course" if version else "an early version of the course (0.1.0)"
            raise CourseError(
                f"{assignment} was released by {by}; its cells import {', '.join(gone)}, which is not in this one "
                f"({__version__}): install that version to grade it, or release the assignment again "
                "(`nbgrader generate_assignment --force`) and hand it out anew."
            )
        drawn = notebook.mark.get("drawn")
        now = _drawn(asked, settings_in(notebook.cells)) if drawn else {}
        others = [id for id, numbers in drawn.items() if now.get(id) != numbers] if isinstance(drawn, dict) else []
        if others:
            raise CourseError(
                f"In {assignment} students have numbers of their own; those of {', '.join(others)} are no longer drawn "
                f"as they were by version {version} of the course and the {FILE} of then. Grade it with these, or "
                "release it again (`nbgrader generate_assignment --force`) and hand it out anew."
            )


def other_versions(assignment: str, notebooks: Iterable[ReleasedNotebook]) -> list[str]:
    """What to say where another version of the course made a release than the one that grades it; else nothing."""
    made = {str(notebook.mark.get("version", "0.1.0")) for notebook in notebooks} - {__version__}
    return [
        f"{assignment} was released by version {version} of the course and is graded by {__version__}: exercises, "
        "numbers and points are the same, but a check may be stricter. What was graded before the update is graded by "
        "this version, too, with --force."
        for version in sorted(made)
    ]


def _drawn(asked: Iterable[str], decided: Settings) -> dict[str, str]:
    """A fingerprint of the numbers that students have, by exercise; none where all have the published ones."""
    if not decided.personal_numbers:
        return {}
    found = {}
    for id in asked:
        if redrawable(exercise(id)):
            drawn = [sorted(numbers.items()) for numbers in drawn_for_nobody(exercise(id), decided)]
            found[id] = hashlib.sha256(json.dumps(drawn).encode()).hexdigest()[:16]
    return found


def fingerprint(exercise: Exercise) -> str:
    """What an exercise asks, from which numbers and of which program, in a few letters."""
    givens = sorted(getattr(exercise, "givens", {}).items())
    asked = [type(exercise).__name__, list(exercise.parts), list(exercise.names), exercise.points, givens]
    asked += [exercise.shown] if exercise.shown else []
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def _asked(where: str, sources: Iterable[str]) -> list[str]:
    """The exercises that cells check or take numbers from. Raises CourseError for one that is not known."""
    asked = list(dict.fromkeys(id for source in sources for id in exercises_named(source)))
    unknown = [id for id in asked if not find(id)]
    if unknown:
        near = {id: get_close_matches(id, EXERCISES, n=1) for id in unknown}
        said = [f"{id!r} (did you mean {near[id][0]!r}?)" if near[id] else repr(id) for id in unknown]
        raise CourseError(
            f"{where} asks for exercises that are neither in this course nor in its own {FILE}: {', '.join(said)}. "
            f"Nothing was graded: mend the notebook or {FILE} beside it, then "
            f"`nbgrader generate_assignment --force {where}`."
        )
    return asked
