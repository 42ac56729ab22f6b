"""The command `worksheet`: an assignment's pages and their key, for a roster or for so many variants."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backprop_course.checks.settings import Settings
from backprop_course.errors import CourseError
from backprop_course.exercises import NOTEBOOKS, Exercise
from backprop_course.exercises.files import FILE, ExerciseFile, beside, known, load_file
from backprop_course.exercises.personal import VERSION, identified, seed_of
from backprop_course.grading.class_folder import CONFIG_NAME, Course, find_course
from backprop_course.grading.configuration import Grading
from backprop_course.grading.progress import Progress
from backprop_course.grading.standings import Student
from backprop_course.lms.people import read_roster
from backprop_course.whole_files import write_whole
from backprop_course.worksheets.number_sheets import COURSES, PaperSheet, sheets_of
from backprop_course.worksheets.pages import Copy, document, key_of, sections_of
from backprop_course.worksheets.pdf import print_to_pdf

PAGES, KEY = "worksheets.html", "key.html"


@dataclass(frozen=True)
class ToPrint:
    """What is to be printed: its title, its exercises, and the file that they are from, where they are one's own."""

    name: str
    exercises: Sequence[Exercise]
    file: ExerciseFile | None = None

    @property
    def title(self) -> str:
        """The name in words."""
        return self.name.replace("_", " ")


def worksheet(what: str, *, roster: Path | None = None, variants: int = 0, output: Path | None = None) -> int:
    """Makes the pages and the key in a folder, says where, and returns the exit status.

    what: an assignment, or a file of exercises. Raises CourseError for what cannot be printed.
    """
    course = find_course() if Path(f"{CONFIG_NAME}.py").is_file() else None
    asked = _asked(what, course)
    students = read_roster(roster) if roster else []
    _refuse_twins(students, roster)
    rules = Grading(config=course.config).settings() if course else Settings()
    version, salt = (rules.version, rules.salt) if rules.personal_numbers else (VERSION, "")
    with known(asked.file):
        networks = [*asked.file.networks.values()] if asked.file else COURSES
        sheets = sheets_of(asked.exercises, networks)
        copies = _copies(students, variants, sheets, salt, version)
        folder = output or Path("worksheets", asked.name)
        made = _write(folder, asked.title, sheets, copies)
    for path, why in made:
        print(path)
        if why:
            print(f"No PDF of it: {why}. Print the page from a browser.")
        else:
            print(path.with_suffix(".pdf"))
    if students and not rules.personal_numbers:
        print(
            "Notebooks have the published numbers for everybody here, not these: c.Grading.personal_numbers is not set."
            if course
            else "These numbers belong to no class. In a class's folder a page has its student's numbers."
        )
    return 0


def _asked(what: str, course: Course | None) -> ToPrint:
    """The exercises of a file or of an assignment: the class's own, else the course's."""
    if what.endswith(".py"):
        file = load_file(Path(what))
        return ToPrint(Path(what).resolve().parent.name, file.exercises, file)
    name = what.rstrip("/")
    if course and (own := beside(course.source(name))):
        return ToPrint(name, own.exercises, own)
    exercises = [one for notebook, several in NOTEBOOKS.items() if notebook.split("/")[0] == name for one in several]
    if not exercises:
        names = dict.fromkeys(notebook.split("/")[0] for notebook in NOTEBOOKS)
        raise CourseError(
            f"There is no assignment {name!r}; there are {', '.join(names)}, and a class's own with {FILE} in its "
            "folder."
        )
    return ToPrint(name, exercises)


def _refuse_twins(students: Sequence[Student], roster: Path | None) -> None:
    """Raises CourseError for two ids that are one to a notebook: both would have the same numbers."""
    seen: dict[str, str] = {}
    for student in students:
        other = seen.setdefault(identified(student.id), student.id)
        if other != student.id:
            raise CourseError(f"{roster}: the ids {other!r} and {student.id!r} are the same to a notebook; mend one.")


def _copies(
    students: Sequence[Student], variants: int, sheets: Sequence[PaperSheet], salt: str, version: int
) -> list[Copy]:
    """Everybody's numbers, or those of so many variants."""
    seeds = [(one.called, seed_of(one.id, salt)) for one in students]
    seeds += [(f"Variant {k}", f"{salt}\nvariant {k}\n") for k in range(1, variants + 1)]
    progress = Progress(len(seeds), sys.stderr)
    copies = []
    for whose, seed in seeds:
        copies.append(Copy(whose, tuple(sheet.numbers(seed, version) for sheet in sheets), anybodys=not students))
        progress.step(False)
    progress.close()
    return copies


def _write(folder: Path, title: str, sheets: Sequence[PaperSheet], copies: Sequence[Copy]) -> list[tuple[Path, str]]:
    """Writes pages and key, and prints both. Returns each with why there is no PDF of it, or ""."""
    pages = [section for copy in copies for section in sections_of(title, sheets, copy)]
    keys = list(key_of(title, sheets, copies))
    files = {PAGES: (document(title, pages), len(pages)), KEY: (document(f"{title}: key", keys, key=True), len(keys))}
    made = []
    for name, (text, count) in files.items():
        path = folder / name
        write_whole(path, text)
        path.with_suffix(".pdf").unlink(missing_ok=True)  # never one of other numbers
        made.append((path, print_to_pdf(path, count)))
    return made
