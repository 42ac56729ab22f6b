"""Students' command: `start`."""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_course.commands.arguments import Commands, port

if TYPE_CHECKING:
    from backprop_course.students import Release


STUDENTS_LAB = Path(__file__).with_name("students_lab")
"""Configuration of a student's JupyterLab, laid out as Jupyter looks for it."""
_QUIET = (
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--KernelManager.transport_encryption=auto",
)


def add(commands: Commands) -> None:
    """Adds them to the command line."""
    _add_start(commands)


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
    start.add_argument("--port", type=port, help="JupyterLab's port, 0 for any free one (default: JupyterLab's own)")
    start.set_defaults(run=_start, extra="course")


def _start(arguments: argparse.Namespace) -> int:
    from backprop_course.students import WELCOME, release

    print(_said(release(arguments.directory), arguments.directory), flush=True)
    options = [f"--ServerApp.root_dir={arguments.directory.resolve()}"]
    if (arguments.directory / WELCOME).exists():
        options.append(f"--LabApp.default_url=/lab/tree/{WELCOME}")
    if arguments.no_browser:
        options.append("--no-browser")
    if arguments.port is not None:
        options.append(f"--ServerApp.port={arguments.port}")
    return _open_jupyterlab(options)


def _open_jupyterlab(options: list[str]) -> int:
    """Runs a student's JupyterLab in this process, so that Ctrl-C and the exit status are its own.

    Of nbgrader it has Validate and none of the instructors' tools. It asks nothing about news; its kernels' traffic is
    encrypted where it can be, and what it logs are errors.
    """
    # Read before every other configuration; what a student has configured himself comes next.
    paths = [str(STUDENTS_LAB), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(paths)
    jupyterlab = import_module("jupyterlab.labapp")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options = [*options, "--allow-root"]  # in a container one is root, and JupyterLab would refuse to start
    jupyterlab.main(["--log-level=ERROR", "--ServerApp.answer_yes=True", *_QUIET, *options])
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
    return "\n".join([*said, "Opening JupyterLab there. Ctrl-C here stops it."])
