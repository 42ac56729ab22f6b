"""One command, `backprop-course`.

A command is a function that adds its arguments to `commands` and sets `run`, and the `extra` that it needs; it is
called in `_parser`.
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
from backprop_course.extras import said

if TYPE_CHECKING:
    from backprop_course.students import Release

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DESCRIPTION = "A course on backpropagation: Jupyter notebooks that say which mistake makes an answer wrong."
EXAMPLE = """\
example:
  backprop-course start my-notebooks    put the notebooks into my-notebooks and open them in JupyterLab
  backprop-course new-class my-class    a course directory for instructors; in it, after `nbgrader generate_assignment`:
  backprop-course grade 03_split_network
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit status: 0, 1 for what went wrong, 2 for wrong arguments."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if "run" not in arguments:
        parser.print_help()
        return 0
    try:
        with said(arguments.extra):
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
    _add_new_class(commands)
    _add_grade(commands)
    _add_report(commands)
    _add_site(commands)
    _add_export(commands)
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
    start.set_defaults(run=_start, extra="course")


def _start(arguments: argparse.Namespace) -> int:
    from backprop_course.students import release

    print(_said(release(arguments.directory), arguments.directory), flush=True)
    options = [f"--ServerApp.root_dir={arguments.directory.resolve()}"]
    if arguments.no_browser:
        options.append("--no-browser")
    if arguments.port is not None:
        options.append(f"--ServerApp.port={arguments.port}")
    return _open_jupyterlab(options)


def _open_jupyterlab(options: list[str]) -> int:
    """Runs JupyterLab in this process, so that Ctrl-C and the exit status are its own."""
    jupyterlab = import_module("jupyterlab.labapp")
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


def _add_new_class(commands: Commands) -> None:
    new_class = commands.add_parser(
        "new-class",
        help="make an instructor's course directory",
        description="Make a course directory for nbgrader: its configuration, the notebooks with solutions, "
        "an example of a list of students. What is there already stays as it is.",
    )
    new_class.add_argument("directory", metavar="DIR", type=Path, help="a folder for the class")
    new_class.set_defaults(run=_new_class, extra="course")


def _new_class(arguments: argparse.Namespace) -> int:
    from backprop_course.grading.new_class import new_class

    print("\n".join(new_class(arguments.directory)))
    return 0


def _add_grade(commands: Commands) -> None:
    grade = commands.add_parser(
        "grade",
        help="grade what a class handed in",
        description="Grade what a class handed in for an assignment, in a course directory of nbgrader. Students' "
        "programs run locked in. Run again, it grades what is new; interrupted, it goes on where it was. "
        "The exit status is 0 if everything is graded, 2 if something waits for a human, 1 if something failed.",
    )
    grade.add_argument("assignment", metavar="ASSIGNMENT", help="such as 03_split_network")
    grade.add_argument(
        "--students", metavar="A,B", default="*", help="names, or patterns such as 'a*' (default: everybody)"
    )
    where = grade.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", metavar="N", type=_count, default=os.cpu_count() or 1, help="(default: %(default)s)"
    )
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="run them on a cluster of Dask instead, such as tcp://10.0.0.1:8786"
    )
    grade.add_argument("--force", action="store_true", help="those too that have been graded; scores by hand stay")
    grade.add_argument("--db", metavar="URL", help="the gradebook's address (default: the configuration's)")
    grade.add_argument("--keep-figures", action="store_true", help="draw plots into the graded notebooks")
    grade.add_argument("--unsafe", action="store_true", help="even where nothing keeps students' programs in")
    grade.add_argument(
        "--demo",
        metavar="N",
        nargs="?",
        type=_count,
        const=40,
        help="make a class in a new folder, with N submissions of all kinds (default: %(const)s), and grade it",
    )
    grade.set_defaults(run=_grade, extra="course")


def _grade(arguments: argparse.Namespace) -> int:
    from backprop_course.grading.command import grade

    if arguments.demo:
        from backprop_course.grading.demo import make_demo

        folder = make_demo(arguments.assignment.rstrip("/"), arguments.demo)
        os.chdir(folder)
        print(f"To go on with it: cd {folder}", flush=True)
    return grade(
        arguments.assignment,
        arguments.students.split(","),
        workers=arguments.workers,
        scheduler=arguments.scheduler,
        force=arguments.force,
        url=arguments.db,
        keep_figures=arguments.keep_figures,
        unsafe=arguments.unsafe,
    )


def _add_report(commands: Commands) -> None:
    report = commands.add_parser(
        "report",
        help="show what a class got wrong",
        description="Make a page on what a class got wrong in an assignment, and a table of students beside it, in a "
        "course directory of nbgrader after grading. No student's program runs for it.",
    )
    report.add_argument("assignment", metavar="ASSIGNMENT", help="such as 03_split_network")
    report.add_argument("-o", "--output", metavar="FILE", type=Path, help="the page (default: reports/ASSIGNMENT.html)")
    report.add_argument("--anonymous", action="store_true", help="nobody's name: for the projector; without the table")
    report.add_argument("--db", metavar="URL", help="the gradebook's address (default: the configuration's)")
    report.set_defaults(run=_report, extra="course")


def _report(arguments: argparse.Namespace) -> int:
    from backprop_course.report.report import report

    return report(
        arguments.assignment.rstrip("/"), url=arguments.db, output=arguments.output, anonymous=arguments.anonymous
    )


def _add_site(commands: Commands) -> None:
    site = commands.add_parser(
        "site",
        help="make a website on which the course runs in the browser",
        description="Make a website on which the course runs in its visitors' browsers: plain files, for any web "
        "server, in any of its folders. An earlier one in DIR is replaced; students' work is in their browsers.",
    )
    site.add_argument("directory", metavar="DIR", type=Path, help="a folder for the website")
    site.add_argument(
        "--pyodide",
        metavar="FOLDER",
        type=Path,
        help="a Pyodide distribution to copy into the site, which then needs no other host (default: Pyodide's CDN)",
    )
    site.set_defaults(run=_site, extra="site")


def _site(arguments: argparse.Namespace) -> int:
    from backprop_course.site.build import build_site

    size = build_site(arguments.directory, arguments.pyodide)
    print(
        f"{arguments.directory} is ready ({size / 1e6:.0f} MB): put it on a web server. To look at it here:\n"
        f"  python -m http.server --directory {arguments.directory}"
    )
    return 0


def _add_export(commands: Commands) -> None:
    export = commands.add_parser(
        "export",
        help="make pages for reading: the notebooks with their pictures and step-throughs",
        description="Make pages for reading: the students' notebooks with all pictures and step-throughs, "
        "as plain HTML. An earlier set of pages in DIR is replaced.",
    )
    export.add_argument("directory", metavar="DIR", type=Path, help="a folder for the pages")
    export.set_defaults(run=_export, extra="site")


def _export(arguments: argparse.Namespace) -> int:
    from backprop_course.site.export import export

    export(arguments.directory)
    print(arguments.directory / "index.html")
    return 0


def _add_images(commands: Commands) -> None:
    images = commands.add_parser(
        "images",
        help="make the pictures of the course's pages",
        description="Make the pictures of the course's pages, from the library; those that are there are replaced.",
    )
    images.add_argument(
        "directory", metavar="DIR", nargs="?", type=Path, default=Path("images"), help="(default: %(default)s)"
    )
    images.set_defaults(run=_images, extra="notebook")


def _images(arguments: argparse.Namespace) -> int:
    from backprop_course.drawing.images import make

    try:
        for path in make(arguments.directory):
            print(path)
    except OSError as error:
        raise CourseError(f"The pictures cannot be written to {arguments.directory}: {error.strerror}.") from error
    return 0


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number; a whole number from 1 is expected")


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; a number from 0 to 65535 is expected")


if __name__ == "__main__":
    sys.exit(main())
