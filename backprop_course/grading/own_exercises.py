"""Whether an assignment's own exercises and its notebooks belong together, said before anything is released."""

from __future__ import annotations

from pathlib import Path

from backprop_course.errors import CourseError
from backprop_course.exercises.files import FILE, ExerciseFile, known
from backprop_course.exercises.numbers import refuse_hidden
from backprop_course.grading.cells import parse_notebook


def refuse_what_does_not_match(folder: Path, file: ExerciseFile) -> None:
    """Raises CourseError for an exercise without its cells or its program, other cells, and hidden mistakes.

    folder: the instructor's, with the notebooks beside the file.
    """
    answers: set[str] = set()
    checks: set[str] = set()
    sources: list[str] = []
    for path in sorted(folder.glob("*.ipynb")):
        for cell in parse_notebook(path.read_bytes(), path.stem):
            sources.append(cell.source)
            if cell.solution:
                answers.add(cell.name)
            elif cell.name and cell.exercise:
                checks.add(cell.exercise)
    for exercise in file.exercises:
        if exercise.id not in answers and exercise.id not in checks:
            raise CourseError(
                f"{exercise.id} is in {FILE}, and no notebook in {folder} asks it: `backprop-course notebook` adds its "
                f"cells, or take it out of {FILE}."
            )
        if exercise.id not in checks:
            raise CourseError(f'{exercise.id} has an answer cell and no cell that checks it: check("{exercise.id}").')
        if exercise.id not in answers:
            raise CourseError(f"{exercise.id} is checked, and there is no answer cell of that name (its grade_id).")
        if exercise.shown and not any(exercise.shown in source for source in sources):
            raise CourseError(
                f"The program with a bug that {exercise.id} is about stands in no notebook in {folder}: "
                "`backprop-course notebook` puts it there again, beside what you have edited."
            )
    with known(file):
        refuse_hidden(file.exercises)
