"""Commands for exercises of one's own: `prove`, `notebook`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from backprop_course.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Adds them to the command line."""
    _add_prove(commands)
    _add_notebook(commands)


def _add_prove(commands: Commands) -> None:
    prove = commands.add_parser(
        "prove",
        help="prove that the exercises of a file tell mistakes apart",
        description="Carry out every mistake that can be made in the exercises of a file, and say which ones their "
        "numbers hide, which are not named, and which nobody can tell apart; where numbers hide one, better ones. "
        "The exit status is 0 if all is proven, 1 if something is hidden or misnamed, or the file cannot be used.",
    )
    prove.add_argument("file", metavar="FILE", type=Path, help="such as notebooks/10_exam/exercises.py")
    prove.add_argument(
        "--everywhere",
        action="store_true",
        help="each mistake at each place in formulas and functions, too, not at one of them; takes minutes",
    )
    prove.set_defaults(run=_prove, extra="notebook")


def _prove(arguments: argparse.Namespace) -> int:
    from backprop_course.checks import prove
    from backprop_course.exercises.files import known, load_file
    from backprop_course.grading.progress import Progress

    file = load_file(arguments.file)
    progress = Progress(len(file.exercises), sys.stderr)
    proven = True
    with known(file):
        for exercise in file.exercises:
            proof = prove(exercise, everywhere=arguments.everywhere)
            proven = proven and proof.passed
            progress.close()
            print(proof, flush=True)
            progress.step(not proof.passed)
    progress.close()
    return 0 if proven else 1


def _add_notebook(commands: Commands) -> None:
    notebook = commands.add_parser(
        "notebook",
        help="make a notebook for nbgrader from a file of exercises",
        description="Make a complete source notebook for nbgrader from a file of exercises: picture, given numbers, "
        "questions, answer cells with stubs and solutions, checks with their points, a step-through. Edit its prose. "
        "Run again, cells that you have edited stay, others are renewed.",
    )
    notebook.add_argument("file", metavar="FILE", type=Path, help="such as notebooks/10_exam/exercises.py")
    notebook.add_argument(
        "-o", "--output", metavar="NOTEBOOK", type=Path, required=True, help="such as notebooks/10_exam/exam.ipynb"
    )
    notebook.set_defaults(run=_notebook, extra="notebook")


def _notebook(arguments: argparse.Namespace) -> int:
    from backprop_course.authoring.notebook import make_notebook

    done = make_notebook(arguments.file, arguments.output)
    assignment = arguments.file.resolve().parent.name
    print(f"{arguments.output} is there. Next: `nbgrader generate_assignment {assignment}`.")
    for said, ids in (
        ("Kept as you edited them", done.edited),
        ("Renewed", done.renewed),
        ("Taken out, since their exercise is gone", done.removed),
    ):
        if ids:
            print(f"{said}: {', '.join(map(str, ids))}")
    return 0
