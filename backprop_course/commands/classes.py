"""Instructors' commands: `new-class`, `grade`, `report`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from backprop_course.commands.arguments import Commands, positive


def add(commands: Commands) -> None:
    """Adds them to the command line."""
    _add_new_class(commands)
    _add_grade(commands)
    _add_report(commands)


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
        "--workers", metavar="N", type=positive, default=os.cpu_count() or 1, help="(default: %(default)s)"
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
        type=positive,
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
