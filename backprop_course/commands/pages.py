"""Commands that make files to be looked at: `site`, `export`, `images`."""

from __future__ import annotations

import argparse
from pathlib import Path

from backprop_course.commands.arguments import Commands
from backprop_course.errors import CourseError


def add(commands: Commands) -> None:
    """Adds them to the command line."""
    _add_site(commands)
    _add_export(commands)
    _add_images(commands)


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
    site.add_argument(
        "--exercises",
        metavar="FILE",
        type=Path,
        help="exercises of your own, such as notebooks/10_exam/exercises.py, and the notebooks beside it "
        "(visitors' browsers have the file, and whoever looks can read it)",
    )
    site.set_defaults(run=_site, extra="site")


def _site(arguments: argparse.Namespace) -> int:
    from backprop_course.site.build import build_site

    size = build_site(arguments.directory, arguments.pyodide, arguments.exercises)
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
