"""One command, `backprop-course`.

A command is a function that adds its arguments to `commands` and sets `run`; it is called in `_parser`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_course import __version__
from backprop_course.errors import CourseError

if TYPE_CHECKING:
    from backprop_course.release import Release

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DESCRIPTION = "A course on backpropagation: Jupyter notebooks that say which mistake makes an answer wrong."
EXAMPLE = """\
example:
  backprop-course start my-notebooks    put the notebooks into my-notebooks and open them in JupyterLab
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit status: 0, 1 for what went wrong, 2 for wrong arguments."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if "run" not in arguments:
        parser.print_help()
        return 0
    try:
        return int(arguments.run(arguments))
    except CourseError as error:
        print(f"backprop-course: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "backprop-course",
        description=DESCRIPTION,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"backprop-course {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_start(commands)
    _add_images(commands)
    return parser


def _add_start(commands: Commands) -> None:
    start = commands.add_parser(
        "start",
        help="put the notebooks into a folder and open them in JupyterLab",
        description="Put the notebooks into a folder and open them in JupyterLab. "
        "Run again, it adds what is new and keeps what you have worked on.",
    )
    start.add_argument(
        "directory",
        metavar="DIR",
        nargs="?",
        type=Path,
        default=Path("backprop-course-notebooks"),
        help="your folder (default: %(default)s)",
    )
    start.add_argument("--no-browser", action="store_true", help="open no browser; JupyterLab prints its address")
    start.add_argument("--port", type=_port, help="JupyterLab's port, 0 for any free one (default: JupyterLab's own)")
    start.set_defaults(run=_start)


def _start(arguments: argparse.Namespace) -> int:
    from backprop_course.release import release

    print(_said(release(arguments.directory), arguments.directory), flush=True)
    options = [f"--ServerApp.root_dir={arguments.directory.resolve()}"]
    if arguments.no_browser:
        options.append("--no-browser")
    if arguments.port is not None:
        options.append(f"--ServerApp.port={arguments.port}")
    return _open_jupyterlab(options)


def _open_jupyterlab(options: list[str]) -> int:
    """Runs JupyterLab in this process, so that Ctrl-C and the exit status are its own."""
    try:
        jupyterlab = import_module("jupyterlab.labapp")
    except ImportError as error:
        raise CourseError(f'JupyterLab is not installed ({error}): pip install "backprop-course[course]".') from error
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options = [*options, "--allow-root"]  # in a container one is root, and JupyterLab would refuse to start
    jupyterlab.main(["--log-level=WARN", "--ServerApp.answer_yes=True", *options])
    return 0


def _said(release: Release, directory: Path) -> str:
    """What was done to whose files, and what to do next."""
    parts = [
        (release.added, "New"),
        (release.restored, "Deleted, and back as new"),
        (release.renewed, "Renewed: the course has a newer version, and you had changed nothing"),
        (release.kept, "Kept as you left them"),
        (release.outdated, "Kept as you left them; the course has a newer version (to get it, rename yours)"),
    ]
    said = [f"Your notebooks are in {directory}."]
    for names, heading in parts:
        if names:
            said += [f"{heading}:", *(f"  {name}" for name in names)]
    return "\n".join(
        [*said, "Opening JupyterLab there: choose a folder on the left, then its notebook. Ctrl-C here stops it."]
    )


def _add_images(commands: Commands) -> None:
    images = commands.add_parser(
        "images",
        help="make the pictures of the course's pages",
        description="Make the pictures of the course's pages, from the library; those that are there are replaced.",
    )
    images.add_argument(
        "directory", metavar="DIR", nargs="?", type=Path, default=Path("images"), help="(default: %(default)s)"
    )
    images.set_defaults(run=_images)


def _images(arguments: argparse.Namespace) -> int:
    from backprop_course.drawing.images import make

    try:
        for path in make(arguments.directory):
            print(path)
    except OSError as error:
        raise CourseError(f"The pictures cannot be written to {arguments.directory}: {error.strerror}.") from error
    return 0


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; a number from 0 to 65535 is expected")


if __name__ == "__main__":
    sys.exit(main())
