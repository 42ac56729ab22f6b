"""A download from a learning platform, a zip or a folder, read as if whoever made it meant harm.

Nothing is written by the paths in an archive: they only say whose a file is. An archive that climbs out of its folder,
is encrypted, damaged or would fill the disk is refused as a whole, before anything of it is collected; a single file
that cannot be taken is told of, and stops nobody else.
"""

from __future__ import annotations

import contextlib
import io
import stat
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from backprop_course.errors import CourseError
from backprop_course.grading.files import MOST_BYTES, MOST_IN_ALL

MOST_ENTRIES = 100_000
MOST_UNPACKED = 8 * 2**30
"""More than the download of a large class has: entries, and bytes of all files together."""

_JUNK = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints", "__pycache__"}
_ENCRYPTED, _UTF8 = 0x1, 0x800
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)
_HOURS_OF_MEANING = 3600.0


@dataclass(frozen=True)
class Downloaded:
    """A file in a download: its path there, when it was changed as far as the download says, and why it is not taken.

    content: reads it; raises CourseError where it is damaged.
    """

    path: PurePosixPath
    when: datetime | None
    content: Callable[[], bytes]
    refused: str = ""


def files_of(source: Path) -> list[Downloaded]:
    """The files of a download, by path; of those with the same path the newest.

    Raises CourseError where there is none, or it cannot be trusted.
    """
    if source.is_dir():
        found = list(_in_folder(source))
    elif source.suffix.lower() in (".gz", ".tgz", ".7z", ".rar", ".tar"):
        raise CourseError(f"{source} is no zip; unpack it, and collect the folder.")
    else:
        found = _in_zip(source)
    if not found:
        raise CourseError(f"{source} holds no files.")
    newest: dict[PurePosixPath, Downloaded] = {}
    for file in found:
        before = newest.get(file.path)
        if before is None or before.when is None or (file.when is not None and file.when >= before.when):
            newest[file.path] = file
    return list(newest.values())


def dates_mean_something(files: list[Downloaded]) -> bool:
    """Whether the dates are those of handing in: a platform may give all files the moment of the download."""
    times = [file.when.timestamp() for file in files if file.when]
    return bool(times) and max(times) - min(times) > _HOURS_OF_MEANING


def files_inside(file: Downloaded) -> list[Downloaded]:
    """The files in a zip that a student handed in, at most one deep; itself alone where it is none.

    Raises CourseError where it is one that cannot be read.
    """
    if file.path.suffix.lower() != ".zip" or file.refused:
        return [file]
    inner = _entries(file.content(), file.path.name)
    return [Downloaded(one.path, one.when or file.when, one.content, one.refused) for one in inner]


def _in_folder(folder: Path) -> Iterator[Downloaded]:
    for number, path in enumerate(sorted(folder.rglob("*"))):
        if number > MOST_ENTRIES:
            raise CourseError(f"{folder} has more than {MOST_ENTRIES:,} files: is it the download of one assignment?")
        relative = PurePosixPath(unicodedata.normalize("NFC", path.relative_to(folder).as_posix()))
        if path.is_dir() or _is_junk(relative):
            continue
        state = path.lstat()
        refused = "is a link or no ordinary file" if not stat.S_ISREG(state.st_mode) else _too_large(state.st_size)
        yield Downloaded(relative, datetime.fromtimestamp(state.st_mtime).astimezone(), path.read_bytes, refused)


def _in_zip(source: Path) -> list[Downloaded]:
    try:
        if not source.exists():
            raise CourseError(f"There is no {source}.")
        archive = zipfile.ZipFile(source)
    except _DAMAGED as error:
        raise CourseError(f"{source} is no zip archive, or it is damaged: {_said(error)}.") from error
    return _files_in(archive, str(source))


def _entries(content: bytes, name: str) -> list[Downloaded]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGED as error:
        raise CourseError(f"{name} is no zip archive, or it is damaged: {_said(error)}.") from error
    found = _files_in(archive, name)
    if sum(len(one.path.parts) > 0 and not one.refused for one in found) > 1000:
        raise CourseError(f"{name} holds more than 1,000 files.")
    return found


def _files_in(archive: zipfile.ZipFile, name: str) -> list[Downloaded]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise CourseError(f"{name} holds more than {MOST_ENTRIES:,} files: it is no download of one assignment.")
    found, size = [], 0
    for entry in entries:
        path = _path(entry)
        if path.is_absolute() or ".." in path.parts or ":" in (path.parts or ("",))[0][1:2]:
            raise CourseError(
                f"{name}: {_shown(str(path))} climbs out of its folder. No learning platform makes such a zip."
            )
        if entry.is_dir() or not path.parts or _is_junk(path):
            continue
        if entry.flag_bits & _ENCRYPTED:
            raise CourseError(f"{name} is encrypted; unpack it with its password, and collect the folder.")
        is_link = stat.S_ISLNK(entry.external_attr >> 16)
        refused = "is a link" if is_link else _too_large(entry.file_size)
        size += 0 if refused else entry.file_size
        if size > MOST_UNPACKED:
            raise CourseError(f"{name} would unpack to more than {MOST_UNPACKED >> 30} GB.")
        found.append(Downloaded(path, _when(entry), _reader(archive, entry, f"{name}: {_shown(str(path))}"), refused))
    return found


def _reader(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(entry) as file:  # which gives no more than the size that the entry announces
                return file.read(MOST_IN_ALL)
        except (*_DAMAGED, RuntimeError) as error:
            raise CourseError(f"{name} is damaged: {_said(error)}.") from error

    return read


def _path(entry: zipfile.ZipInfo) -> PurePosixPath:
    """An entry's path. Names without the mark of UTF-8 are UTF-8 all the same, mostly, and cp437 else."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/")))


def _when(entry: zipfile.ZipInfo) -> datetime | None:
    """A zip's clock is the local one, and says 1980 where nobody set it."""
    try:
        return (
            datetime.fromtimestamp(time.mktime((*entry.date_time, 0, 0, -1))).astimezone()
            if entry.date_time[0] > 1980
            else None
        )
    except (ValueError, OverflowError):
        return None


def _is_junk(path: PurePosixPath) -> bool:
    return any(part in _JUNK or part.startswith(("._", "~$")) for part in path.parts)


def _too_large(size: int) -> str:
    if size <= MOST_BYTES:
        return ""
    return f"has {size / 2**20:,.0f} MB; no more than {MOST_BYTES >> 20} MB are taken"


def _said(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name[:200])
