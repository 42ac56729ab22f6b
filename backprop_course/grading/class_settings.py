"""What a class decides, as a line of the set-up cell that it releases; and the cell for a student's id above it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from backprop_course.checks.personal import STUDENT_ID
from backprop_course.checks.settings import Settings
from backprop_course.errors import CourseError

_IMPORTS_CHECK = re.compile(r"^from backprop_course import .*\bcheck\b", re.MULTILINE)


def sets_up(source: str) -> bool:
    """Whether a locked code cell is the one that sets a notebook of the course up."""
    return bool(_IMPORTS_CHECK.search(source))


def with_settings(source: str, settings: Settings) -> str:
    """A set-up cell with a class's settings; an instructor's own line is left alone."""
    if "in_class(" in source:
        return source
    # Whose numbers there are must be known before the cell may ask for some.
    first = settings.personal_numbers and not source.startswith("%%")
    return f"{settings.line}\n\n{source.rstrip()}" if first else f"{source.rstrip()}\n\n{settings.line}"


ID_CELL = STUDENT_ID.replace("_", "-")
"""The name of the cell into which a student types his id."""

ID_SOURCE = f'# Your id in this class, between the quotes: your numbers are drawn from it.\n{STUDENT_ID} = ""'


def id_cell() -> dict[str, object]:
    """The cell for a student's id, as nbformat has it: an answer without points."""
    role = {"grade_id": ID_CELL, "schema_version": 3, "cell_type": "code"}
    role |= {"grade": False, "solution": True, "locked": False, "task": False}
    metadata = {"nbgrader": role}
    made = {"cell_type": "code", "id": ID_CELL, "metadata": metadata, "source": ID_SOURCE}
    return made | {"execution_count": None, "outputs": []}


def settings_of(sources: Iterable[str]) -> Settings:
    """What a released notebook's class has decided, from its locked cells; self-study's, where none says it."""
    for source in sources:
        if "in_class(" in source and (found := _called(source)) is not None:
            return found
    return Settings()


def _called(source: str) -> Settings | None:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="in_class"), args=[], keywords=given):
                try:
                    return Settings(**{str(one.arg): ast.literal_eval(one.value) for one in given}, self_study=False)
                except (ValueError, TypeError, SyntaxError, CourseError):
                    return None
    return None
