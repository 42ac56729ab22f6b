"""One command, `backprop-course`: reads its line, runs one of `commands/`, says what went wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from backprop_course import __version__
from backprop_course.commands import GROUPS
from backprop_course.errors import CourseError
from backprop_course.extras import said

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
    for group in GROUPS:
        group.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
