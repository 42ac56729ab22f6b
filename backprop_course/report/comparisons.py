"""The parts of a report's page that compare: mistakes with each other, this report with the last one."""

from __future__ import annotations

from html import escape

from backprop_course.misconceptions import MISCONCEPTIONS
from backprop_course.report.findings import Findings
from backprop_course.report.history import Since
from backprop_course.report.html import number_html, section_html, students_html, table_html
from backprop_course.report.statistics import mistakes_together


def together_html(findings: Findings) -> str:
    """Which mistakes the same students make; "" where there is nothing to be said."""
    rows = [
        f"<tr><td>{escape(_mistake(pair.one))}</td><td>{escape(_mistake(pair.other))}</td>"
        f"{number_html(students_html(pair.students))}{number_html(f'{pair.expected:.1f}')}</tr>"
        for pair in mistakes_together(findings)
    ]
    if not rows:
        return ""
    note = (
        "<p>Whoever makes one of these makes the other, too, more often than by chance: there may be one idea behind "
        "both.</p>"
    )
    heads = ("Mistake", "With", "Both", "By chance")
    return section_html("Mistakes that come together", note + table_html("", heads, rows))


def since_html(since: Since | None) -> str:
    """What changed since the last report; "" where there was none."""
    if since is None:
        return ""
    rows = [_changed("Graded", *since.graded), _changed("Waiting for a grade by hand", *since.waiting)]
    rows += [_changed(f"{name}, mean", *map(_short, means)) for name, means in since.means.items()]
    rows += [_changed(_mistake(id), *counts) for id, counts in since.mistakes.items()]
    table = table_html("", ("", f"{since.when}", "Now"), rows)
    return section_html("Since the last report", table)


def _changed(what: str, then: object, now: object) -> str:
    return f'<tr><th scope="row">{escape(what)}</th>{number_html(str(then))}{number_html(str(now))}</tr>'


def _short(mean: float) -> str:
    return f"{mean:.2f}"


def _mistake(id: str) -> str:
    return MISCONCEPTIONS[id].name if id in MISCONCEPTIONS else id
