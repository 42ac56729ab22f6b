"""From the files of a download to attempts: a person's files, each by the name that the assignment gives it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from backprop_course.errors import CourseError
from backprop_course.lms import canvas, moodle
from backprop_course.lms.download import Downloaded, dates_mean_something, files_inside, files_of
from backprop_course.lms.handed_in import HandedIn

CLOCK = "timestamp.txt"
"""nbgrader's own file, which says when a submission came; a student's own says nothing."""


@dataclass
class Attempt:
    """What a person handed in, the newest of each file.

    files: by path. dates: whether those of the files are the moment of handing in. troubles: what cannot be taken.
    """

    lms: str
    number: str
    name: str
    files: dict[PurePosixPath, tuple[HandedIn, Downloaded]] = field(default_factory=dict)
    when: datetime | None = None
    troubles: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """What tells this person from another one."""
        return (self.number, "" if self.number else self.name)

    @property
    def called(self) -> str:
        """The person as the platform calls them."""
        return f"{self.name} ({self.number})" if self.name and self.number else self.name or self.number or "nobody"

    @property
    def attachment(self) -> int:
        """The greatest number of a file."""
        return max((named.attachment for named, _ in self.files.values()), default=0)

    @property
    def late(self) -> bool:
        """Whether the platform says that a file came late."""
        return any(named.late for named, _ in self.files.values())

    @property
    def prefixes(self) -> dict[str, str]:
        """What the platform put before each file's name."""
        return {path.as_posix(): named.prefix for path, (named, _) in self.files.items() if named.prefix}


@dataclass(frozen=True)
class DownloadRead:
    """A download that was read. lms: who made it; dated: whether it says when somebody handed in."""

    path: Path
    lms: str
    dated: bool
    files: int


def attempts_in(
    paths: Sequence[Path], assignment: str, notebooks: Iterable[str], students: Iterable[str]
) -> tuple[list[DownloadRead], list[Attempt]]:
    """What everybody handed in, from all downloads together.

    notebooks: the assignment's. students: the class's, by which a folder's name is told from a class's.
    Raises CourseError where a download cannot be read.
    """
    sources: list[DownloadRead] = []
    found: dict[tuple[str, str, str], Attempt] = {}
    known, ids = {f"{name}.ipynb" for name in notebooks}, set(students)
    for path in paths:
        files = files_of(path)
        named = _named(files, assignment, known, ids)
        lms, dated = named[0][0].lms if named else "folder", dates_mean_something(files)
        sources.append(DownloadRead(path, lms, dated, len(files)))
        for one, file in named:
            attempt = found.setdefault((one.lms, *one.who), Attempt(one.lms, one.number, one.name))
            _take(attempt, one, file, known, dated)
    return sources, list(found.values())


def _named(
    files: list[Downloaded], assignment: str, notebooks: set[str], students: set[str]
) -> list[tuple[HandedIn, Downloaded]]:
    """Whose each file is, by the words of the platform that most of the files are named by."""
    for words in (moodle.handed_in, canvas.handed_in):
        named = [(one, file) for file in files if (one := words(file.path))]
        if named and len(named) * 2 >= len(files):
            others = [file for file in files if words(file.path) is None]
            return named + [(HandedIn(named[0][0].lms, "", file.path.as_posix(), file.path), file) for file in others]
    return _by_folder(files, assignment, notebooks, students)


def _by_folder(
    files: list[Downloaded], assignment: str, notebooks: set[str], students: set[str]
) -> list[tuple[HandedIn, Downloaded]]:
    """A plain folder: one of each student's, or a file with the student's name."""
    tops = {file.path.parts[0] for file in files}
    cut = len(tops) == 1 and not tops & students and all(len(file.path.parts) > 2 for file in files)
    if len(tops) == 1 and not tops & students and not cut:  # class/ada.ipynb
        cut = all(len(file.path.parts) == 2 for file in files) and len(files) > 1
    named = []
    for file in files:
        parts = file.path.parts[1:] if cut else file.path.parts
        if len(parts) > 1:
            deeper = parts[2:] if parts[1] == assignment and len(parts) > 2 else parts[1:]
            named.append((HandedIn("folder", "", parts[0], PurePosixPath(*deeper)), file))
        else:
            stem, suffix = PurePosixPath(parts[0]).stem, PurePosixPath(parts[0]).suffix
            which = next((name for name in sorted(notebooks) if name.removesuffix(".ipynb") in stem), "")
            who = stem.replace(which.removesuffix(".ipynb"), "", 1).strip("_- ") if which else stem
            inner = which or (next(iter(notebooks)) if len(notebooks) == 1 and suffix == ".ipynb" else parts[0])
            named.append((HandedIn("folder", "", who, PurePosixPath(inner)), file))
    return named


def _take(attempt: Attempt, named: HandedIn, file: Downloaded, notebooks: set[str], dated: bool) -> None:
    try:
        inner = files_inside(file)
    except CourseError as error:
        attempt.troubles.append(str(error))
        inner = [file]
    for one in inner:
        path = named.inner if one is file else PurePosixPath(one.path)
        if one.refused:
            attempt.troubles.append(f"{path} {one.refused}")
            continue
        if not all(part.isprintable() and len(part.encode(errors="replace")) < 250 for part in path.parts):
            attempt.troubles.append("a file has a name that cannot be written down")
            continue
        if path == PurePosixPath(CLOCK):
            continue
        if (first := canvas.first_name_of(path.name)) in notebooks and path.name not in notebooks:
            path = path.with_name(first)
        if _is_newer(named, one, attempt.files.get(path)):
            attempt.files[path] = (named, one)
        if dated and one.when and (attempt.when is None or one.when > attempt.when):
            attempt.when = one.when


def _is_newer(named: HandedIn, file: Downloaded, before: tuple[HandedIn, Downloaded] | None) -> bool:
    if before is None or named.attachment != before[0].attachment:
        return before is None or named.attachment > before[0].attachment
    return before[1].when is None or (file.when is not None and file.when >= before[1].when)
