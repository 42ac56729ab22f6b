"""Commands for exercises of one's own, and on paper: `prove`, `notebook`, `worksheet`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_course.commands.arguments import Commands, positive

if TYPE_CHECKING:
    from backprop_course.exercises import Exercise

EVERY = sys.maxsize
"""So many single edits as there are."""


def add(commands: Commands) -> None:
    """Adds them to the command line."""
    _add_prove(commands)
    _add_notebook(commands)
    _add_worksheet(commands)


def _add_prove(commands: Commands) -> None:
    prove = commands.add_parser(
        "prove",
        help="prove that the exercises of a file tell mistakes apart",
        description="Carry out every mistake that can be made in the exercises of a file, and say which ones their "
        "numbers hide, which are not named, and which nobody can tell apart; where numbers hide one, better ones. "
        "The course's own exercises, and those of an installed package, are proven by their ids. "
        "With --edits, also what nobody listed: single changes of the equations are carried out with the exercise's "
        "numbers; each must be rejected, and what is said of it be true; those that cannot be told apart are listed. "
        "The exit status is 0 if all is proven, 1 if something is hidden or misnamed, or the file cannot be used.",
    )
    prove.add_argument(
        "what", metavar="FILE", nargs="+", help="such as notebooks/10_exam/exercises.py; or an id: chain-forward"
    )
    prove.add_argument(
        "--everywhere",
        action="store_true",
        help="each mistake at each place in formulas and functions, too, not at one of them; takes several times as "
        "long",
    )
    prove.add_argument(
        "--edits",
        metavar="N",
        nargs="?",
        type=positive,
        const=EVERY,
        default=0,
        help="N single changes of each exercise's equations as well, of every kind alike, the same ones each time; "
        "without N all of them: minutes for numbers, hours for functions",
    )
    prove.set_defaults(run=_prove, extra="notebook")


def _prove(arguments: argparse.Namespace) -> int:
    from backprop_course.exercises import exercise
    from backprop_course.exercises.files import known, load_file

    # All are looked for first: what is not there is said before anything is proven.
    files = {what: load_file(Path(what)) for what in arguments.what if what.endswith(".py") or Path(what).exists()}
    others = {what: exercise(what) for what in arguments.what if what not in files}
    proven = True
    for what in arguments.what:
        file = files.get(what)
        with known(file):
            for one in file.exercises if file else [others[what]]:
                proven = _proven(one, arguments.everywhere) and proven
                if arguments.edits:
                    proven = _edits_proven(one, arguments.edits) and proven
    return 0 if proven else 1


def _proven(exercise: Exercise, everywhere: bool) -> bool:
    """Proves an exercise and prints what was shown; on a terminal a bar says how far it is."""
    from backprop_course.checks import prove

    with _bar(exercise.id) as seen:
        proof = prove(exercise, everywhere=everywhere, seen=seen)
    print(proof, flush=True)
    return proof.passed


def _edits_proven(exercise: Exercise, count: int) -> bool:
    """The same for single edits of its equations, where it has any."""
    from backprop_course.checks.proving_edits import prove_edits

    with _bar(f"{exercise.id}, single edits") as seen:
        proof = prove_edits(exercise, count, seen=seen)
    if proof is None:
        return True
    print(proof, flush=True)
    return proof.passed


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """What is called for each mistake that was tried: (how many, of how many)."""
    from backprop_course.grading.progress import Progress

    bars: list[Progress] = []

    def seen(done: int, of: int) -> None:
        if done == 1:
            bars.append(Progress(of, sys.stderr, what))
        bars[-1].step(False)

    yield seen if sys.stderr.isatty() else lambda done, of: None
    if bars:
        bars[-1].close()


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


def _add_worksheet(commands: Commands) -> None:
    worksheet = commands.add_parser(
        "worksheet",
        help="make printable pages of an assignment, numbers for each student, and a key",
        description="Make a printable page for each student, with numbers of their own: picture, given numbers, and a "
        "table to fill in; and a key with every value. In a class's folder a student's numbers are those of the "
        "notebook. Both are plain HTML, and PDF where Chromium or Chrome is installed. What is there is replaced.",
    )
    worksheet.add_argument(
        "what",
        metavar="WHAT",
        help="an assignment, such as 02_chain_network, or a file: notebooks/10_exam/exercises.py",
    )
    for_whom = worksheet.add_mutually_exclusive_group(required=True)
    for_whom.add_argument(
        "--students",
        metavar="CSV",
        type=Path,
        help="the class: a table with a column id, or Moodle's list of participants, or Canvas's exported gradebook",
    )
    for_whom.add_argument(
        "--variants", metavar="N", type=positive, default=0, help="so many pages that are nobody's, with a number each"
    )
    worksheet.add_argument(
        "-o", "--output", metavar="DIR", type=Path, help="a folder for them (default: worksheets/ASSIGNMENT)"
    )
    worksheet.set_defaults(run=_worksheet, extra="course")


def _worksheet(arguments: argparse.Namespace) -> int:
    from backprop_course.worksheets.command import worksheet

    return worksheet(arguments.what, roster=arguments.students, variants=arguments.variants, output=arguments.output)
