"""Where submissions came from, kept beside the class: who they are to their platform, and what their files are called.

In `downloaded/<assignment>/`: `collected.json`, the grading worksheet, `unplaced.csv` to be filled in, and `earlier/`,
the attempts that newer ones have replaced.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from backprop_course.errors import CourseError
from backprop_course.grading import csvfile
from backprop_course.whole_files import write_whole

COLUMNS = ("lms", "number", "name", "could be", "student")
FILL_IN = "student"


@dataclass(frozen=True)
class Origin:
    """A student's submission where it came from.

    lms: "moodle", "canvas" or "folder". number, name: the person's there. prefixes: what the platform put before the
    name of each file, by that name. attachment: the greatest number of a file. late: whether the platform says so.
    """

    lms: str
    number: str
    name: str
    prefixes: Mapping[str, str] = field(default_factory=dict)
    attachment: int = 0
    late: bool = False


class Downloads:
    """The folder of an assignment's downloads."""

    def __init__(self, root: Path, assignment: str) -> None:
        self.folder = root / "downloaded" / assignment
        self.unplaced = self.folder / "unplaced.csv"
        self.worksheet = self.folder / "worksheet.csv"
        self._collected = self.folder / "collected.json"

    def origins(self) -> dict[str, Origin]:
        """Where everybody's submission came from, by student. Raises CourseError where that cannot be read."""
        try:
            found = json.loads(self._collected.read_bytes())
            return {student: Origin(**one) for student, one in found.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise CourseError(
                f"{self._collected} cannot be read ({type(error).__name__}); collect once more."
            ) from error

    def note(self, origins: Mapping[str, Origin]) -> None:
        """Keeps where everybody's submission came from."""
        noted = {student: asdict(one) for student, one in sorted(origins.items())}
        write_whole(self._collected, json.dumps(noted, indent=1, ensure_ascii=False))

    def keep_worksheet(self, path: Path) -> None:
        """Keeps a copy of the grading worksheet, for the way back."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if path.resolve() != self.worksheet.resolve():
            shutil.copyfile(path, self.worksheet)

    def placed_by_hand(self) -> dict[tuple[str, str], list[str]]:
        """What the instructor has filled in: the students by the platform's number for a person, or their name."""
        if not self.unplaced.exists():
            return {}
        rows = csvfile.read(self.unplaced).rows
        return {
            (row.get("number", ""), "" if row.get("number") else row.get("name", "")): [
                student.strip() for student in row.get(FILL_IN, "").split(";") if student.strip()
            ]
            for row in rows
        }

    def ask(self, rows: Iterable[Iterable[str]]) -> None:
        """Writes who could not be placed, with an empty column to be filled in."""
        self.folder.mkdir(parents=True, exist_ok=True)
        csvfile.write(self.unplaced, [COLUMNS, *rows], for_people=True)

    def keep_earlier(self, student: str, submitted: Path) -> None:
        """Moves a submission to the earlier ones."""
        kept = self.folder / "earlier" / student
        kept.mkdir(parents=True, exist_ok=True)
        number = next(number for number in range(1, 10**6) if not (kept / str(number)).exists())
        shutil.move(submitted, kept / str(number))
