"""`backprop-course grade`: grades a class, says how far it is, and ends with what an instructor has to know."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from backprop_course.errors import CourseError
from backprop_course.grading.failures import note_failures
from backprop_course.grading.progress import Progress
from backprop_course.grading.summary import Before, Result, status, summary
from backprop_course.grading.workers import Workers, local_executor
from backprop_course.sandbox.between.loading import loading

if TYPE_CHECKING:
    from backprop_course.grading.cluster import Cluster

MATTER = ("Landlock", "seccomp")
"""The layers of isolation without one of which a student's code can read and write what the instructor can."""


def grade(
    assignment: str,
    students: Sequence[str] = ("*",),
    *,
    workers: int,
    scheduler: str | None = None,
    force: bool = False,
    url: str | None = None,
    keep_figures: bool = False,
    unsafe: bool = False,
) -> int:
    """Grades an assignment in the current course directory.

    Returns 0 where all is graded, 2 where something waits for a human, 1 where something could not be graded.

    scheduler: the address of a cluster of Dask whose workers execute, instead of so many on this machine.
    Raises CourseError where nothing can be graded.
    """
    if not hasattr(os, "fork"):
        raise CourseError("Submissions cannot be kept apart on this system; `nbgrader autograde` grades them.")
    start, assignment = time.monotonic(), assignment.rstrip("/")
    with _pool(workers, scheduler) as pool:  # they load while this process does
        with loading():
            from backprop_course.grading.class_folder import find_course
            from backprop_course.grading.grade import Class, alone
            from backprop_course.grading.gradebook import Book

            course = find_course(url)
        if keep_figures:
            course.config.Grading.keep_figures = True
        with alone(course), Book(course.url, course.directory.course_id) as book:
            submissions = Class(course, book, assignment, students, force)
            results: list[Result] = []
            if submissions.students:
                say_what_protects(pool.layers(), unsafe, "on every worker" if scheduler else "on this machine")
                submissions.start_again()
                results = _shown(submissions.grade(pool.run), len(submissions.students))
                note_failures(course.root, assignment, {result.student: result.failed for result in results})
    before = Before(submissions.graded_before, submissions.waiting_before, tuple(submissions.outdated))
    seconds = time.monotonic() - start
    lines = summary(assignment, results, before, seconds, submissions.tests.said)
    print(*lines, *submissions.other_versions, sep="\n")
    return status(results, before)


def _shown(coming: Iterable[Result], total: int) -> list[Result]:
    """All results, each shown as it comes."""
    progress, results = Progress(total, sys.stderr), []
    try:
        for result in coming:
            results.append(result)
            progress.step(bool(result.failed))
    except (KeyboardInterrupt, CourseError) as error:
        progress.close()
        if isinstance(error, KeyboardInterrupt):
            print("Interrupted. The same command, without --force, goes on where it was.", file=sys.stderr)
        raise
    progress.close()
    return results


def _pool(workers: int, scheduler: str | None) -> Workers | Cluster:
    if scheduler is None:
        return Workers(workers, local_executor)
    from backprop_course.grading.cluster import Cluster

    return Cluster(scheduler)


def protects(layers: Iterable[str]) -> bool:
    """Whether these layers of isolation keep a student's program from what is the instructor's."""
    return any(layer.startswith(MATTER) for layer in layers)


def say_what_protects(layers: Iterable[str], unsafe: bool, where: str = "on this machine") -> None:
    """Says which layers of isolation hold. Raises CourseError where none does that matters, unless that is allowed."""
    layers = tuple(layers)
    if not unsafe and not protects(layers):
        raise CourseError(
            f"Neither {' nor '.join(MATTER)} work {where}: students' programs could read and change what you "
            "can, this class's grades too. Grade on a Linux machine with a newer kernel, or with --unsafe on one that "
            "holds nothing you would miss."
        )
    print(f"Submissions are kept in by: {', '.join(layers) or 'nothing'}.", file=sys.stderr)
