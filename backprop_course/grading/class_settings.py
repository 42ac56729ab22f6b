"""What a class decides, as a line of the set-up cell that it releases; and the cell for a student's id above it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from backprop_course.checks.cell_text import parsed_cell
from backprop_course.checks.personal import STUDENT_ID
from backprop_course.checks.settings import Settings
from backprop_course.errors import CourseError
from backprop_course.sandbox.between.task import Cell

if TYPE_CHECKING:
    from backprop_course.grading.released import ReleasedCell

_IMPORTS_CHECK = re.compile(r"^from backprop_course import (?:.*|\([^)]*)\bcheck\b", re.MULTILINE)
_AS_TEXT = re.compile(r"^in_class\(", re.MULTILINE)


def sets_up(source: str) -> bool:
    """Whether a locked code cell is the one that sets a notebook of the course up."""
    return bool(_IMPORTS_CHECK.search(source))


def with_settings(source: str, settings: Settings) -> str:
    """A set-up cell with a class's settings; an instructor's own line is left alone."""
    if _calls(source):
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
    """What a released notebook's class has decided, from its cells' text; self-study's, where none says it."""
    for source in sources:
        for call in _calls(source):
            with suppress(ValueError, TypeError, SyntaxError, CourseError):
                return _decided(call)
    return Settings()


def settings_in(cells: Iterable[Cell | ReleasedCell]) -> Settings:
    """The same, from all cells of a notebook: the locked ones count."""
    return settings_of(cell.source for cell in cells if cell.locked)


def refuse_what_cannot_be_read(assignment: str, sources: Iterable[str]) -> None:
    """Raises CourseError for a call of `in_class` whose settings are not written out: grading runs no cell for them."""
    for source in sources:
        try:
            calls = _calls(source)
            if not calls and _AS_TEXT.search(source):
                raise SyntaxError("the cell is not plain Python")
            for call in calls:
                _decided(call)
        except (ValueError, TypeError, SyntaxError, CourseError) as error:
            raise CourseError(
                f"{assignment}: a cell calls in_class(…), and what it decides cannot be read there: "
                f"{str(error).rstrip('.')}. Write each value out, as in in_class(hints=2), or take the call out and "
                "say it in nbgrader_config.py."
            ) from error


def _calls(source: str) -> list[ast.Call]:
    if "in_class(" not in source:
        return []
    called = (node for node in ast.walk(parsed_cell(source)) if isinstance(node, ast.Call))
    return [one for one in called if isinstance(one.func, ast.Name) and one.func.id == "in_class"]


def _decided(call: ast.Call) -> Settings:
    if call.args:
        raise TypeError("its settings have names")
    try:
        given = {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}
    except ValueError:
        raise ValueError(f"{ast.unparse(call)[:80]} holds more than plain values") from None
    return Settings(**given, self_study=False)
