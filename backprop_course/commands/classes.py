"""Instructors' commands: `new-class`, `grade`, `report`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from backprop_course.commands.arguments import Commands, add_assignment, add_gradebook, positive
from backprop_course.errors import CourseError


def add(commands: Commands) -> None:
    """Adds them to the command line."""
    _add_new_class(commands)
    _add_grade(commands)
    _add_answers(commands)
    _add_points(commands)
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
        help="grade what a class handed in, or files",
        description="Grade what a class handed in for an assignment, in a course directory of nbgrader. Students' "
        "programs run locked in. Run again, it grades what is new; interrupted, it goes on where it was. Notebooks' "
        "files instead of an assignment are graded without a class, in the same way, and nothing is written down. "
        "The exit status is 0 if everything is graded, 2 if something waits for a human, 1 if something failed.",
    )
    grade.add_argument(
        "what", metavar="ASSIGNMENT", nargs="+", help="such as 03_split_network; or files: split_network.ipynb …"
    )
    files = grade.add_argument_group("for files")
    files.add_argument("--json", action="store_true", help="points, verdicts and flags as JSON")
    files.add_argument(
        "--source",
        metavar="NOTEBOOK",
        type=Path,
        help="the instructor's notebook that they were made from, or a folder of such (default: the course's own)",
    )
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
    add_gradebook(grade)
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
    if any(what.lower().endswith(".ipynb") for what in arguments.what):
        return _grade_files(arguments)
    if len(arguments.what) > 1:
        raise CourseError(f"One assignment at a time; {', '.join(arguments.what)} are {len(arguments.what)}.")
    if arguments.json or arguments.source:
        raise CourseError("--json and --source are for files: name notebooks, such as split_network.ipynb.")
    from backprop_course.grading.command import grade

    [assignment] = arguments.what
    if arguments.demo:
        from backprop_course.grading.demo import make_demo

        folder = make_demo(assignment.rstrip("/"), arguments.demo)
        os.chdir(folder)
        print(f"To go on with it: cd {folder}", flush=True)
    return grade(
        assignment,
        arguments.students.split(","),
        workers=arguments.workers,
        scheduler=arguments.scheduler,
        force=arguments.force,
        url=arguments.db,
        keep_figures=arguments.keep_figures,
        unsafe=arguments.unsafe,
    )


def _grade_files(arguments: argparse.Namespace) -> int:
    from backprop_course.grading.grade_files import grade_files

    if wrong := [what for what in arguments.what if not what.lower().endswith(".ipynb")]:
        raise CourseError(f"Either files or an assignment: {', '.join(wrong)} is no notebook's file.")
    for_classes = {"--scheduler": arguments.scheduler, "--force": arguments.force, "--db": arguments.db}
    for_classes |= {"--demo": arguments.demo, "--students": arguments.students != "*"}
    for_classes |= {"--keep-figures": arguments.keep_figures}
    if given := [option for option, value in for_classes.items() if value]:
        raise CourseError(f"{' and '.join(given)} {'is' if len(given) == 1 else 'are'} for a class, not for files.")
    return grade_files(
        [Path(what) for what in arguments.what],
        source=arguments.source,
        as_json=arguments.json,
        workers=arguments.workers,
        unsafe=arguments.unsafe,
    )


def _add_answers(commands: Commands) -> None:
    answers = commands.add_parser(
        "answers",
        help="show all answers to each written question, for grading by hand",
        description="Make a page for each written question of an assignment, every answer on it beside the model "
        "answer and the marking scheme, and answers/ASSIGNMENT/points.csv with a line for each answer, in a course "
        "directory of nbgrader after grading.",
    )
    add_assignment(answers)
    answers.add_argument(
        "--server",
        metavar="URL",
        default="http://localhost:8888",
        help="where JupyterLab with formgrader is, for the links (default: %(default)s)",
    )
    add_gradebook(answers)
    answers.set_defaults(run=_answers, extra="course")


def _answers(arguments: argparse.Namespace) -> int:
    from backprop_course.grading.answers import answers

    return answers(arguments.assignment, url=arguments.db, server=arguments.server)


def _add_points(commands: Commands) -> None:
    points = commands.add_parser(
        "points",
        help="take points for written answers from a table",
        description="Take points and comments from a table that `answers` made into nbgrader's gradebook: all lines, "
        "or none where one is wrong. Points that were given elsewhere since the table was made stay, and are told; the "
        "exit status is 2 then.",
    )
    points.add_argument("table", metavar="FILE.csv", type=Path, help="such as answers/03_split_network/points.csv")
    points.add_argument("--over", action="store_true", help="also in place of points that were given elsewhere since")
    add_gradebook(points)
    points.set_defaults(run=_points, extra="course")


def _points(arguments: argparse.Namespace) -> int:
    from backprop_course.grading.points import points

    return points(arguments.table, over=arguments.over, url=arguments.db)


def _add_report(commands: Commands) -> None:
    report = commands.add_parser(
        "report",
        help="show what a class got wrong",
        description="Make a page on what a class got wrong in an assignment, and a table of students beside it, in a "
        "course directory of nbgrader after grading. No student's program runs for it.",
    )
    add_assignment(report)
    report.add_argument("-o", "--output", metavar="FILE", type=Path, help="the page (default: reports/ASSIGNMENT.html)")
    report.add_argument("--anonymous", action="store_true", help="nobody's name: for the projector; without the table")
    add_gradebook(report)
    report.set_defaults(run=_report, extra="course")


def _report(arguments: argparse.Namespace) -> int:
    from backprop_course.report.report import report

    return report(
        arguments.assignment.rstrip("/"), url=arguments.db, output=arguments.output, anonymous=arguments.anonymous
    )
