"""Commands for exercises of one's own: `prove`, `notebook`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from backprop_course.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Adds them to the command line."""
    _add_prove(commands)


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
