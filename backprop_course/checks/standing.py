"""Where one stands: what is done, what is open, what a human grades, in this notebook and in the course."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from backprop_course.checks.attempts import earlier_attempts, keep_own_points, own_points_of
from backprop_course.checks.output import ipython, put_out
from backprop_course.errors import CourseError
from backprop_course.exercises import NOTEBOOKS
from backprop_course.exercises.notebooks import beside_the_course
from backprop_course.exercises.written import WRITTEN

latest: dict[str, float] = {}
"""The points of the last check of each exercise in this kernel, which was about the code that is there."""


@dataclass(frozen=True)
class QuestionStanding:
    """An exercise or a written question.

    points: so far, None where none are known. by_hand: whether a human grades; own: the points one gave oneself.
    """

    id: str
    points: float | None
    most: float
    by_hand: bool = False
    own: float | None = None

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do that a check could see."""
        return self.points is not None and self.points >= self.most


@dataclass(frozen=True)
class NotebookStanding:
    """How far one is with a notebook. name: its path in the course, no suffix. beside: whether it is not its own."""

    name: str
    questions: tuple[QuestionStanding, ...]
    beside: bool = False

    @property
    def points(self) -> float:
        return sum(one.points or 0 for one in self.questions)

    @property
    def most(self) -> float:
        return sum(one.most for one in self.questions)

    @property
    def by_hand(self) -> float:
        """The points that a human gives."""
        return sum(one.most for one in self.questions if one.by_hand)

    @property
    def open(self) -> tuple[str, ...]:
        """What has a check and does not have all its points."""
        return tuple(one.id for one in self.questions if not one.by_hand and not one.done)


def course_standing(shell: Any) -> tuple[NotebookStanding, ...]:
    """Every notebook of the course, and those beside it whose exercises are registered here.

    The last check of this kernel counts, else the last one that is remembered.
    """

    def points(id: str) -> float | None:
        tried = [latest[id]] if id in latest else earlier_attempts(shell, id)[-1:]
        return tried[0] if tried else None

    return tuple(
        NotebookStanding(
            name,
            (
                *(QuestionStanding(one.id, points(one.id), one.points) for one in exercises),
                *(
                    QuestionStanding(one.id, None, one.points, by_hand=True, own=own_points_of(shell, one.id))
                    for one in WRITTEN.get(name, ())
                ),
            ),
            beside=name not in NOTEBOOKS,
        )
        for name, exercises in (NOTEBOOKS | beside_the_course()).items()
    )


def progress() -> None:
    """Shows what is done, what is open and what is graded by hand, and the points: of this notebook and of the course.

    It counts the checks of this kernel and, where IPython keeps a profile, those of earlier ones.
    """
    if "NBGRADER_EXECUTION" in os.environ:
        return
    shell = ipython()
    all_standings = course_standing(shell)
    here = _here(all_standings)
    data = {"text/plain": _as_text(all_standings, here), "text/html": _html(all_standings, here)}
    put_out(data, {}, shell)


def own_points(question: str, points: float | None) -> None:
    """Keeps the points that you give yourself for a written question, by its marking scheme; None takes them back.

    They are told beside those that checks give, never among them. Raises CourseError where it is not worth that.
    """
    if "NBGRADER_EXECUTION" in os.environ:
        return
    worth = {one.id: one.points for questions in WRITTEN.values() for one in questions}
    if question not in worth:
        raise CourseError(f"There is no written question {question!r}; there are {', '.join(worth)}.")
    most = worth[question]
    if points is not None and not (isinstance(points, int | float) and 0 <= points <= most):
        raise CourseError(f"points is {points!r}; a number from 0 to {most:g} is expected, or None.")
    keep_own_points(ipython(), question, points)
    said = "no points of your own yet." if points is None else f"{points:g} of {most:g} points of your own."
    print(f"{question}: {said}")


def _here(all_standings: tuple[NotebookStanding, ...]) -> tuple[NotebookStanding, ...]:
    """The notebooks that this kernel works in: by what was checked in it, else by its folder."""
    checked = tuple(one for one in all_standings if any(question.id in latest for question in one.questions))
    try:
        folder = Path.cwd().name
    except OSError:  # a folder that has been deleted
        folder = ""
    return checked or tuple(one for one in all_standings if one.name.split("/")[0] == folder)


def _as_text(all_standings: tuple[NotebookStanding, ...], here: tuple[NotebookStanding, ...]) -> str:
    return "\n".join([*(line for one in here for line in _lines(one)), *_course(all_standings), _lasting()])


def _lines(standing: NotebookStanding) -> Iterator[str]:
    yield f"{_title(standing)}: {standing.points:g} of {standing.most:g} points"
    if done := [one.id for one in standing.questions if one.done]:
        yield f"  done: {', '.join(done)}"
    if standing.open:
        yield f"  open: {', '.join(_open(one) for one in standing.questions if one.id in standing.open)}"
    if by_hand := [f"{one.id} ({one.most:g})" for one in standing.questions if one.by_hand and one.own is None]:
        yield f"  graded by hand: {', '.join(by_hand)}"
    if own := [f"{one.id} ({one.own:g} of {one.most:g})" for one in standing.questions if one.own is not None]:
        yield f"  your own points, beside those: {', '.join(own)}"


def _open(question: QuestionStanding) -> str:
    return f"{question.id} ({question.points or 0:g} of {question.most:g})"


def _course(all_standings: tuple[NotebookStanding, ...]) -> Iterator[str]:
    counted = [one for one in all_standings if not one.beside]
    most, points, by_hand = (sum(getattr(one, what) for one in counted) for what in ("most", "points", "by_hand"))
    yield f"The course: {points:g} of {most:g} points; {by_hand:g} of them are given by a human."
    for one in all_standings:
        yield f"  {_bar(one)} {one.points:>3g} of {one.most:<3g} {_title(one)}{_BESIDE if one.beside else ''}"


_BESIDE = " (not counted in the course)"
_WIDTH = 12


def _bar(standing: NotebookStanding) -> str:
    filled = int(_WIDTH * _share(standing))
    return "█" * filled + "·" * (_WIDTH - filled)


def _share(standing: NotebookStanding) -> float:
    return standing.points / standing.most if standing.most else 0.0


def _lasting() -> str:
    if "google.colab" in sys.modules or sys.platform == "emscripten":
        return "Nothing lasts here: this counts what was checked since this session began."
    return "This counts the last check of each exercise on this computer."


def _title(standing: NotebookStanding) -> str:
    folder, notebook = standing.name.split("/")
    before = folder[:2] if folder[:2].isdigit() else f"{folder}:" if folder else ""
    return f"{before} {notebook.replace('_', ' ')}".strip()


def _html(all_standings: tuple[NotebookStanding, ...], here: tuple[NotebookStanding, ...]) -> str:
    detail = "".join(_detail(one) for one in here)
    rows = "".join(_row(one, one in here) for one in all_standings)
    head, *_ = _course(all_standings)
    return (
        f'<div style="line-height:1.5">{detail}<div><strong>{escape(head)}</strong></div>'
        f'<table style="border-collapse:collapse"><thead><tr><th scope="col" style="{_CELL}">Notebook</th>'
        f'<th scope="col" style="{_CELL}">Points</th><th scope="col" style="{_CELL}">Open</th></tr></thead>'
        f"<tbody>{rows}</tbody></table><div>{escape(_lasting())}</div></div>"
    )


_CELL = "text-align:left;padding:.15em 1.2em .15em 0"


def _detail(standing: NotebookStanding) -> str:
    first, *lines = _lines(standing)
    rest = "".join(f'<div style="padding-left:1.4em">{escape(line.strip())}</div>' for line in lines)
    return f"<div><strong>{escape(first)}</strong></div>{rest}"


def _row(standing: NotebookStanding, here: bool) -> str:
    title, link = escape(_title(standing)), _link_to(standing.name)
    named = (f'<a href="{escape(link)}">{title}</a>' if link else title) + (_BESIDE if standing.beside else "")
    state = f"{len(standing.open)} open" if standing.open else "all done"
    bar = (
        f'<svg width="90" height="9" aria-hidden="true" style="vertical-align:middle;margin-right:.6em">'
        f'<rect width="90" height="9" rx="3" fill="currentColor" opacity=".15"/>'
        f'<rect width="{90 * _share(standing):.0f}" height="9" rx="3" fill="#2e8540"/></svg>'
    )
    mark = " ← here" if here else ""
    return (
        f'<tr><th scope="row" style="{_CELL};font-weight:normal">{named}{mark}</th>'
        f'<td style="{_CELL}">{bar}{standing.points:g} of {standing.most:g}</td><td style="{_CELL}">{state}</td></tr>'
    )


def _link_to(notebook: str) -> str:
    """Where a notebook lies from here, or "" where it does not."""
    paths = (f"../{notebook}.ipynb", f"{notebook}.ipynb")
    return next((path for path in paths if os.path.exists(path)), "")
