"""Commands from a learning platform and back: `collect`, `return`."""

from __future__ import annotations

import argparse
from pathlib import Path

from backprop_course.commands.arguments import Commands, add_assignment, add_gradebook


def add(commands: Commands) -> None:
    """Adds them to the command line."""
    _add_collect(commands)
    _add_return(commands)


def _add_collect(commands: Commands) -> None:
    collect = commands.add_parser(
        "collect",
        help="put what a class handed in on Moodle or Canvas into place",
        description="Put what a class handed in into submitted/, in a course directory of nbgrader: from a download of "
        "Moodle's or Canvas's, or a plain folder with one for each student in it. Students are found by login, e-mail, "
        "number or name; who is not certain is asked about. The newest attempt counts; older ones are kept in "
        "downloaded/ASSIGNMENT/earlier/. The exit status is 0 if all is in place, 2 if somebody's is not, 1 if a file "
        "cannot be read: nothing is collected then.",
    )
    collect.add_argument("downloads", metavar="ZIP", nargs="+", type=Path, help="the download: a zip, or a folder")
    add_assignment(collect)
    collect.add_argument(
        "--roster",
        metavar="CSV",
        type=Path,
        help="the class: id, first_name, last_name, email, lms_user_id, or Moodle's list of participants, or Canvas's "
        "exported gradebook; the gradebook keeps it (default: who is in the gradebook)",
    )
    collect.add_argument(
        "--worksheet",
        metavar="CSV",
        type=Path,
        help="Moodle's grading worksheet, for e-mails, dates and the way back",
    )
    add_gradebook(collect)
    collect.set_defaults(run=_collect, extra="course")


def _collect(arguments: argparse.Namespace) -> int:
    from backprop_course.lms.collect import collect

    return collect(
        arguments.downloads,
        arguments.assignment,
        roster=arguments.roster,
        worksheet=arguments.worksheet,
        url=arguments.db,
    )


def _add_return(commands: Commands) -> None:
    give_back = commands.add_parser(
        "return",
        help="give grades and feedback back to Moodle or Canvas",
        description="Write grades.csv and feedback.zip into returned/ASSIGNMENT/, in a course directory of nbgrader: "
        "for Moodle its grading worksheet, filled in, for Canvas the table that it imports, and the feedback pages of "
        "those who were collected from there, named as it wants them. Grades in which something waits for a human are "
        "left out. The exit status is 0 if everybody's goes back, 2 if somebody's does not, 1 if nothing can.",
    )
    add_assignment(give_back)
    give_back.add_argument("--to", choices=("moodle", "canvas"), required=True)
    give_back.add_argument("--partial", action="store_true", help="those too in which something waits for a human")
    give_back.add_argument(
        "--worksheet", metavar="CSV", type=Path, help="Moodle's grading worksheet (default: the one collected)"
    )
    give_back.add_argument(
        "--column", metavar="TITLE", help="what Canvas calls the assignment, best with its number: 'Split (4711)'"
    )
    add_gradebook(give_back)
    give_back.set_defaults(run=_return, extra="course")


def _return(arguments: argparse.Namespace) -> int:
    from backprop_course.lms.give_back import give_back

    return give_back(
        arguments.assignment,
        arguments.to,
        partial=arguments.partial,
        worksheet=arguments.worksheet,
        column=arguments.column,
        url=arguments.db,
    )
