"""The parts of a report's page on mistakes: those of the list, with an example each, and what else explains answers."""

from __future__ import annotations

from html import escape

from backprop_course.misconceptions import MISCONCEPTIONS
from backprop_course.report.findings import Findings, MistakeSeen
from backprop_course.report.html import number_html, section_html, students_html, table_html
from backprop_course.report.pictures import bar


def mistakes_html(findings: Findings) -> str:
    """Those of the list, the most frequent first, each with its hint and an example."""
    articles = []
    graded = len(findings.graded) or 1
    for id, found in sorted(findings.mistakes.items(), key=lambda item: (-item[1].students, item[0])):
        known = MISCONCEPTIONS[id]
        example = findings.shown_example(id)
        shown = f"<p>In {escape(found.example_of)}, somebody wrote:</p><pre>{escape(example)}</pre>" if example else ""
        picture = bar(found.students / graded, f"Share of the class with: {known.name}")
        articles.append(
            f"<article><h3>{escape(known.name)}</h3>"
            f"<p>{picture} {students_html(found.students)}, in {_where(found)}</p>"
            f"<p>{escape(known.hint)}</p>{shown}</article>"
        )
    return section_html("Mistakes, the most frequent first", "".join(articles) or "<p>None that has a name.</p>")


def unlisted_html(findings: Findings) -> str:
    """What explains wrong answers though it has no name, hint and line of its own."""
    graded = len(findings.graded) or 1
    rows = [
        f'<tr><th scope="row">{escape(one.clause)}</th><td>{escape(one.kind)}</td>'
        f"<td>{bar(found.students / graded, f'Share of the class with: {one.clause}')}</td>"
        f"{number_html(str(found.students))}<td>{_where(found)}</td></tr>"
        for one, found in sorted(findings.unlisted.items(), key=lambda item: (-item[1].students, item[0]))
    ]
    if not rows:
        return ""
    note = (
        "<p>Wrong answers that are no mistake of the list, in the words of the checks: what gives exactly the same, or "
        "what shows in them; … stands for a number of somebody's own.</p>"
    )
    heads = ("What was said", "Kind", "Of the class", "Students", "In")
    return section_html("Other mistakes, that no list has", note + table_html("", heads, rows))


def _where(found: MistakeSeen) -> str:
    """In which exercises, with how many students."""
    return ", ".join(f"{escape(name)} ({count})" for name, count in found.exercises.most_common())
