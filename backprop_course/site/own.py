"""A file of exercises of one's own on the website: its notebooks, and the module that these import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from backprop_course.errors import CourseError
from backprop_course.exercises.files import FILE, MODULE, ExerciseFile, known
from backprop_course.exercises.numbers import refuse_hidden
from backprop_course.site.catalogue import Entry, read_entry
from backprop_course.site.wheels import Wheel, pack
from backprop_course.students import students_notebook

EXERCISES_PACKAGE = "backprop-course-exercises"
"""What the browser's Python calls the file."""


def refuse_what_cannot_be_shown(file: ExerciseFile, path: Path) -> None:
    """Raises CourseError for a file of another name, one without a notebook, and one whose numbers hide a mistake."""
    if path.name != FILE:
        raise CourseError(f"A notebook imports its exercises from {FILE}: rename {path.name}.")
    if not list(path.resolve().parent.glob("*.ipynb")):
        raise CourseError(f"No notebook is beside {path}: `backprop-course notebook {path} -o …` makes one.")
    with known(file):
        refuse_hidden(file.exercises)


def own_entries(file: ExerciseFile, path: Path) -> list[Entry]:
    """The notebooks beside a file of exercises, as the start page shows them."""
    folder = path.resolve().parent
    entries = [
        read_entry(f"{folder.name}/{one.name}", students_notebook(one)) for one in sorted(folder.glob("*.ipynb"))
    ]
    return [replace(entry, network=next(iter(file.networks.values()), None)) for entry in entries]


def exercises_wheel(text: str) -> Wheel:
    """The file as a package, so that `import exercises` finds it."""
    metadata = f"Metadata-Version: 2.1\nName: {EXERCISES_PACKAGE}\nVersion: 0\n"
    return pack(EXERCISES_PACKAGE, "0", {f"{MODULE}.py": text.encode(), "{info}/METADATA": metadata.encode()}, ())
