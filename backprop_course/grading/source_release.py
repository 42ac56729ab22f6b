"""A release without a gradebook: made from the instructor's notebook, as `nbgrader generate_assignment` makes it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from backprop_course.checks.settings import Settings
from backprop_course.errors import CourseError
from backprop_course.exercises.files import beside, known
from backprop_course.grading.cells import parse_notebook
from backprop_course.grading.class_settings import sets_up, with_settings
from backprop_course.grading.files import read_file
from backprop_course.grading.fitting import release_mark
from backprop_course.grading.released import ReleasedCell, ReleasedNotebook
from backprop_course.sandbox.between.task import Cell
from backprop_course.students import students_notebook


def released_from(path: Path) -> ReleasedNotebook:
    """What the gradebook would know of an instructor's notebook: hidden tests and marking schemes are in it.

    Its set-up cell says what a class decides about help as long as its settings file says nothing else.
    Raises CourseError where nbgrader finds a mistake in it, or it asks for exercises that are not known.
    """
    ours = {cell.name: cell.source for cell in parse_notebook(read_file(path), path.stem) if cell.name}
    made = students_notebook(path)
    setting_up = next((name for name, source in ours.items() if sets_up(source)), "")
    if setting_up:
        ours[setting_up] = with_settings(ours[setting_up], Settings(self_study=False))
    cells, texts = [], set()
    for cell in made.cells:
        role = cell.metadata.get("nbgrader") or {}
        name = role.get("grade_id")
        if not name:
            texts.add(cell.source.strip())
            continue
        graded = role["grade"] or role["task"]
        cells.append(
            ReleasedCell(
                name,
                cell.cell_type,
                ours[name] if role["locked"] and not role["solution"] else cell.source,
                role["locked"],
                role.get("checksum"),
                float(role["points"]) if graded else None,
                role["solution"],
                role["task"],
                cell.get("id", ""),
            )
        )
    return ReleasedNotebook(
        path.stem,
        tuple(cells),
        dict(made.metadata.get("kernelspec", {})),
        mark=release_mark(path.parent.name, [cell.source for cell in made.cells if cell.cell_type == "code"]),
        texts=frozenset(texts),
    )


def instructors_files(source: Path) -> list[Path]:
    """The notebooks in a folder, `<assignment>/<notebook>.ipynb` or side by side; or the one that is named.

    Raises CourseError where there is none.
    """
    if source.is_dir():
        found = sorted(path for path in (*source.glob("*.ipynb"), *source.glob("*/*.ipynb")) if path.is_file())
    else:
        found = [source] if source.is_file() else []
    if not found:
        raise CourseError(f"{source} holds no instructor's notebook.")
    return found


class Sources:
    """The instructor's notebooks, to find the one that a file was made from."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._names = {path: _names(parse_notebook(read_file(path), path.stem)) for path in paths}
        self._made: dict[Path, ReleasedNotebook] = {}

    def of(self, cells: Iterable[Cell], called: str) -> tuple[Path, ReleasedNotebook]:
        """Raises CourseError where a file holds cells of none of them."""
        names = _names(cells)
        hits = {path: len(names & theirs) for path, theirs in self._names.items()}
        best = max(hits, key=lambda path: hits[path])
        if not hits[best]:
            raise CourseError(
                f"{called} holds none of the cells of {', '.join(path.stem for path in self._names)}; --source names "
                "the instructor's notebook that it was made from."
            )
        if best not in self._made:
            with known(beside(best.parent)):
                self._made[best] = released_from(best)
        return best, self._made[best]


def _names(cells: Iterable[Cell]) -> set[str]:
    return {name for cell in cells for name in (cell.name, cell.id) if name}
