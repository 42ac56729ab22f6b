"""A course directory for instructors, in which nbgrader's commands, formgrader and `backprop-course grade` work."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from backprop_course.errors import CourseError
from backprop_course.exercises.model_answers import instructors_notebooks
from backprop_course.exercises.personal import VERSION

NBGRADER_CONFIG = '''\
"""This class for nbgrader. Run its commands in this folder, such as `nbgrader generate_assignment 01_chain_rule`."""

from backprop_course.grading.configuration import configure

c = get_config()
configure(c)

c.CourseDirectory.course_id = "backprop-course"
# c.CourseDirectory.db_url = "postgresql+psycopg://…"  # where SQLite is too small
# c.Grading.copies_score_nothing = True                # no points for answers that this package computed
# c.Grading.hints = 0                                  # 0 to 3 degrees; for an exam none, in what is released then
# c.Grading.model_answers = False                      # no "one way to write it" after full points
# c.Grading.practice = False                           # no practice with new numbers
# c.Grading.keep_figures = True                        # plots in graded notebooks; takes longer

# Numbers of their own for each student, drawn from the id that they type: take the # away. Keep the line as it is as
# long as anything released with it is to be graded; what it means is in the guide, "Numbers for each student".
# c.Grading.personal_numbers = "{numbers}"
'''

ROSTER = """\
id,first_name,last_name,email
ada,Ada,Lovelace,ada@example.org
emmy,Emmy,Noether,emmy@example.org
"""


def new_class(directory: Path) -> list[str]:
    """Makes a course directory; what is there already stays as it is. Returns what to say about it.

    Raises CourseError where it cannot be written.
    """
    try:
        if directory.exists() and not directory.is_dir():
            raise CourseError(f"{directory} is a file; give the name of a folder for the class.")
        kept = [name for name, text in _files(directory) if not _put(directory / name, text)]
    except OSError as error:
        raise CourseError(f"Cannot make a class in {directory}: {error.strerror}: {error.filename}.") from error
    said = [f"The class is in {directory}: nbgrader_config.py, roster-example.csv, and notebooks/ with solutions."]
    if kept:
        said += ["Kept as they were:", *(f"  {name}" for name in kept)]
    return [
        *said,
        "Next, in that folder:",
        "  nbgrader generate_assignment 01_chain_rule    makes release/, to hand out; the gradebook knows it then",
        "  nbgrader db student import roster.csv         your students, if you want their names in it",
        "  backprop-course grade 01_chain_rule           grades submitted/STUDENT/01_chain_rule/*.ipynb",
        "  jupyter lab                                   menu Nbgrader: formgrader, for what is graded by hand",
        "  nbgrader generate_feedback 01_chain_rule      a page for each student",
    ]


def _files(directory: Path) -> Iterator[tuple[str, bytes]]:
    yield "nbgrader_config.py", NBGRADER_CONFIG.replace("{numbers}", _numbers(directory)).encode()
    yield "roster-example.csv", ROSTER.encode()
    source = instructors_notebooks()
    for path in sorted(source.glob("*/**/*")):
        name = path.relative_to(source)
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in name.parts):
            yield f"notebooks/{name.as_posix()}", path.read_bytes()


def _numbers(directory: Path) -> str:
    """What personal numbers are drawn by: that of the class that is there already, else a new salt."""
    path = directory / "nbgrader_config.py"
    known = re.search(r'personal_numbers = "([^"]+)"', path.read_text("utf-8", "replace")) if path.is_file() else None
    return known[1] if known else f"{VERSION}-{secrets.token_hex(8)}"


def _put(path: Path, content: bytes) -> bool:
    """Writes a file where there is none; whether it is now as it should be."""
    if path.exists():
        return path.read_bytes() == content
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    shutil.move(part, path)
    return True
