"""What is not installed, said in one sentence with the command that installs it.

The course alone needs NumPy; what else there is to it comes with an extra of the package, by user: `notebook`,
`course`, `cluster`, `postgresql`, `site`, `docs`, `dev`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from backprop_course.errors import CourseError

DISTRIBUTION = "backprop-course"


class MissingPackage(CourseError, ModuleNotFoundError):
    """A package of an extra is not installed: a CourseError, and what `except ImportError` catches."""


@contextmanager
def said(extra: str) -> Iterator[None]:
    """What cannot be imported in here belongs to that extra: raises MissingPackage for it.

    What is wrong with the course's own modules stays as it is.
    """
    try:
        yield
    except MissingPackage:
        raise
    except ImportError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("", "backprop_course", *sys.stdlib_module_names):
            raise
        raise missing(package, extra, f" ({error})") from error


def expect(extra: str, *packages: str) -> None:
    """Raises MissingPackage unless these can be imported, without importing them."""
    for package in packages:
        if find_spec(package) is None:
            raise missing(package, extra)


def missing(package: str, extra: str, why: str = "") -> MissingPackage:
    """The error that says how to install a package that is not there."""
    return MissingPackage(f"{package} is not installed{why}: {command(extra)}")


def command(extra: str) -> str:
    """How to install the course with an extra, from where this copy of it was installed."""
    import json  # these take longer to import than most commands need, for what is seldom asked
    from importlib.metadata import PackageNotFoundError, distribution
    from urllib.parse import urlparse
    from urllib.request import url2pathname

    try:
        origin = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return _in_a_clone(extra)
    if not origin:
        return f'pip install "{DISTRIBUTION}[{extra}]"'  # it came from a package index
    found = json.loads(origin)
    if urlparse(found["url"]).scheme != "file":
        kind = f"{found['vcs_info']['vcs']}+" if "vcs_info" in found else ""
        return f'pip install "{DISTRIBUTION}[{extra}] @ {kind}{found["url"]}"'
    path = url2pathname(urlparse(found["url"]).path)
    if not Path(path).exists():
        return _in_a_clone(extra)
    editable = "-e " if found.get("dir_info", {}).get("editable") else ""
    return f'pip install {editable}"{path}[{extra}]"'


def _in_a_clone(extra: str) -> str:
    return f'pip install ".[{extra}]", in a clone of the course'
