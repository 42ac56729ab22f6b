"""Wheels for a browser's Python, made from what is installed here: nothing is downloaded, nothing compiled."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Set
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import backprop_course
from backprop_course.extras import missing

COURSE = "backprop-course"
NOT_IN_A_BROWSER = ("grading", "site", "notebooks")
"""Rooms of the course for instructors; the last one, in an installed package, holds the solutions."""

COMPILED = (".so", ".pyd", ".pyc")
METADATA_FILES = ("METADATA", "entry_points.txt")
BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix", "extra": ""}


@dataclass(frozen=True)
class Wheel:
    """A wheel, and what a lock file of Pyodide says about it.

    name: the package's, as in the lock file. depends: other packages' names. imports: the modules at its top.
    """

    name: str
    version: str
    file_name: str
    content: bytes
    depends: tuple[str, ...]
    imports: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """The fingerprint of the file."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def locked(self) -> dict[str, Any]:
        """Its entry in a lock file, all but where it lies."""
        return {
            "name": self.name,
            "version": self.version,
            "sha256": self.sha256,
            "depends": list(self.depends),
            "imports": list(self.imports),
            "install_dir": "site",
            "package_type": "package",
            "unvendored_tests": False,
        }


def wheels(names: tuple[str, ...], python: str, elsewhere: Set[str], without: Set[str]) -> list[Wheel]:
    """Wheels of the course, of installed packages, and of all that these need in a browser.

    names: what the course needs there. python: the browser's version of Python, as in "3.14". elsewhere: packages
    that are there already. without: packages that are left out, whoever says to need them.
    Raises CourseError for a package that is not installed.
    """
    made = {COURSE: pack(COURSE, _installed(COURSE).version, dict(_files(COURSE)), names)}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in made and name not in elsewhere:
            needed = tuple(need for need in _needed(_installed(name), python) if need not in without)
            made[name] = pack(name, _installed(name).version, dict(_files(name)), needed)
            waiting += needed
    return list(made.values())


def course_wheel() -> Wheel:
    """The course's own wheel: the library and its checks, as they are installed here."""
    return wheels((), "3.14", frozenset(), frozenset())[0]


def pack(name: str, version: str, files: dict[str, bytes], depends: tuple[str, ...]) -> Wheel:
    """A wheel of these files; the same files make the same wheel."""
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    tag = "Wheel-Version: 1.0\nGenerator: backprop-course\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {path.replace("{info}", info): content for path, content in files.items()}
    files[f"{info}/WHEEL"] = tag.encode()
    record = [f"{path},sha256={_digest(content)},{len(content)}" for path, content in sorted(files.items())]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path)  # with a date that stays the same
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    tops = {path.split("/")[0].removesuffix(".py") for path in files if path.endswith(".py")}
    return Wheel(name, version, f"{stem}-py3-none-any.whl", buffer.getvalue(), depends, tuple(sorted(tops)))


def unpacked(path: Path) -> Wheel:
    """A wheel that is there already. Its name and version are read from the name of its file."""
    name, version = path.name.split("-")[:2]
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tops = {entry.split("/")[0].removesuffix(".py") for entry in archive.namelist() if entry.endswith(".py")}
    return Wheel(canonicalize_name(name), version, path.name, content, (), tuple(sorted(tops)))


def _installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError as error:
        raise missing(name, "site") from error


def _needed(found: Distribution, python: str) -> Iterator[str]:
    """What a package needs in a browser, its extras left out."""
    for line in found.requires or ():
        requirement = Requirement(line)
        here = {**BROWSER, "python_version": python, "python_full_version": f"{python}.0"}
        if requirement.marker is None or requirement.marker.evaluate(here):
            yield canonicalize_name(requirement.name)


def _files(name: str) -> Iterator[tuple[str, bytes]]:
    """A package's files by their paths in a wheel; `{info}` stands for the folder of its metadata."""
    found = _installed(name)
    if name == COURSE:
        yield from _course_files()  # an editable install lists none of them
    for path in found.files or () if name != COURSE else ():
        inside = not path.is_absolute() and ".." not in path.parts
        metadata = re.search(r"\.(dist|egg)-info$", path.parts[0])
        # Compiled parts are for another machine. Those of our packages are only faster: their source lies beside.
        if inside and not metadata and not path.name.endswith(COMPILED):
            yield path.as_posix(), Path(str(path.locate())).read_bytes()
    for metadata_file in METADATA_FILES:
        if text := found.read_text(metadata_file):
            yield f"{{info}}/{metadata_file}", text.encode()


def _course_files() -> Iterator[tuple[str, bytes]]:
    package = Path(backprop_course.__file__).parent
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if path.is_file() and inside.parts[0] not in NOT_IN_A_BROWSER and "__pycache__" not in inside.parts:
            yield f"{package.name}/{inside.as_posix()}", path.read_bytes()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
