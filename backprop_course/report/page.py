"""The report on a class as one page that needs nothing else: pictures, tables, mistakes with an example each.

Every text is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from statistics import median

from backprop_course.checks.verdict import STATUSES
from backprop_course.grading.standalone import standalone
from backprop_course.grading.standings import Student
from backprop_course.misconceptions import MISCONCEPTIONS
from backprop_course.report.comparisons import since_html, together_html
from backprop_course.report.copies import PossibleCopy
from backprop_course.report.findings import MANY_MISTAKES, ExerciseSeen, Findings, Person
from backprop_course.report.history import Since
from backprop_course.report.html import number_html, section_html, students_html, table_html
from backprop_course.report.mistakes import mistakes_html, unlisted_html
from backprop_course.report.opinions import opinions_html
from backprop_course.report.pictures import bar, histogram, small_histogram, stack
from backprop_course.report.statistics import discriminations

REPORT_STYLE = Path(__file__).with_name("report.css")
KEYS = tuple(f'<span class="key" style="background:var(--{status})"></span> {status}' for status in STATUSES)
FLAGS = {
    "copied-reference": "takes the course's own computation",
    "suspicious-file": "suspicious file",
    "suspicious-code": "suspicious code",
    "stopped": "stopped",
    "stalled": "the machine stalled",
    "renamed": "another file name",
    "missing-notebook": "a notebook is missing",
    "unknown-notebook": "another notebook",
    "cells-recognised": "cells without metadata",
    "cells-moved": "cells moved",
    "no-id": "no id",
    "no-numbers": "no numbers of one's own",
    "other-id": "another id",
    "anothers-numbers": "right for other numbers",
    "cell-not-found": "an answer was not found",
    "not-carried-out": "a test was not carried out",
    "changed-arguments": "a test's arguments changed",
}


def report_page(
    assignment: str,
    findings: Findings,
    students: Mapping[str, Student] | None,
    since: Since | None = None,
    copies: Sequence[PossibleCopy] = (),
) -> str:
    """The page. students: by id, for the part that only the instructor should see; None leaves it out."""
    parts = [_at_a_glance(findings), since_html(since), _exercises(findings), _part_by_part(findings)]
    parts += [
        mistakes_html(findings),
        unlisted_html(findings),
        together_html(findings),
        opinions_html(findings.opinions, students is not None),
    ]
    if students is not None:
        parts.append(_for_the_instructor(findings, students, copies))
    title = f"What the class got wrong: {assignment}"
    head = f"<header><h1>{escape(title)}</h1>\n<p class='soft'>{date.today():%d %B %Y}</p></header>"
    return standalone(title, f"{head}\n<main>\n{''.join(parts)}</main>", REPORT_STYLE)


def _at_a_glance(findings: Findings) -> str:
    shares = [person.share for person in findings.graded if person.share is not None]
    facts = {
        "handed in": f"{len(findings.handed_in)} of {len(findings.people)}",
        "graded": f"{len(findings.graded)}",
        "points, in the middle of the class": f"{median(shares):.0%}" if shares else "–",
        "waiting for a grade by hand": f"{sum(person.waiting > 0 for person in findings.graded)}",
        "different mistakes": f"{len(findings.mistakes)}",
        "mistakes that no list has": f"{len(findings.unlisted)}",
    }
    listed = "".join(f"<li><strong>{value}</strong>{name}</li>" for name, value in facts.items())
    picture = histogram(shares, "Students by their share of the points")
    words = "How many students have which share of the points (of what has been graded so far)"
    return section_html("At a glance", f'<ul class="facts">{listed}</ul><p>{words}:</p>{picture}')


def _exercises(findings: Findings) -> str:
    rows, telling = [], discriminations(findings)
    for exercise in sorted(findings.exercises.values(), key=lambda one: (one.waiting > 0, -one.lost)):
        name, most, count = exercise.question.name, exercise.question.most, len(exercise.points)
        shares = [points / most for points in exercise.points] if most else []
        rows.append(
            f'<tr><th scope="row">{escape(name)}</th><td>{escape(exercise.question.notebook)}</td>'
            f"{_lost(exercise)}"
            f"{number_html(f'{exercise.mean:.1f} of {most:g}')}"
            f"<td>{small_histogram(shares, f'Points in {name}')}</td>"
            f"{number_html(f'{exercise.solved} of {count}' if count else 'none yet')}"
            f"{_telling(telling.get(exercise.question.cell))}{_attempts(exercise)}{_hints(exercise)}</tr>"
        )
    heads = (
        "Exercise",
        "Notebook",
        "Points lost",
        "",
        "Mean",
        "From 0 to all points",
        "All points",
        "Tells apart",
        "Attempts",
        "Hints",
    )
    note = (
        "<p>The share of points that the class lost says how difficult an exercise was; <em>tells apart</em>, how well "
        "it tells strong from weak students: the correlation of its points with those of all others, from −1 to 1, "
        "0.3 or more for a good exercise, below 0 where the weak do better; attempts, how long the way there was: "
        "those of the student in the middle, and the most that anybody made, where checks noted it; hints, how many "
        "students asked for any, and for how many in the middle.</p>"
    )
    return section_html("Exercises, the hardest first", note + table_html("", heads, rows))


def _telling(correlation: float | None) -> str:
    return number_html("–" if correlation is None else f"{correlation:.2f}".replace("-", "−"))


def _attempts(exercise: ExerciseSeen) -> str:
    made = exercise.attempts
    return number_html(f"{median(made):g}, at most {max(made)}" if made else "–")


def _hints(exercise: ExerciseSeen) -> str:
    taken = exercise.hints
    return number_html(f"{students_html(len(taken))}, {median(taken):g}" if taken else "–")


def _lost(exercise: ExerciseSeen) -> str:
    if exercise.waiting:
        return f'<td colspan="2">{exercise.waiting} to be graded by hand</td>'
    shown = bar(exercise.lost, f"Points lost in {exercise.question.name}")
    return f"<td>{shown}</td>{number_html(f'{exercise.lost:.0%}')}"


def _part_by_part(findings: Findings) -> str:
    tables = [_parts(exercise) for exercise in findings.exercises.values() if exercise.parts]
    if not tables:
        return ""
    note = (
        "<p>What the checks said, in the order of the exercise. <em>Follows</em> is right for a wrong earlier "
        "answer, and has its points; <em>invalid</em> could not be judged, such as a text instead of a number.</p>"
    )
    return section_html("Where it goes wrong first", note + "".join(tables))


def _parts(exercise: ExerciseSeen) -> str:
    rows = [
        f'<tr><th scope="row">{escape(name)}</th><td>{stack(counts, name)}</td>'
        f"{''.join(number_html(str(counts[status] or '')) for status in STATUSES)}</tr>"
        for name, counts in exercise.parts.items()
    ]
    unnamed = f"{students_html(exercise.unnamed)} went wrong here in a way that nothing explains."
    unnamed = unnamed if exercise.unnamed else ""
    name = exercise.question.name
    table = table_html(f"Parts of {name}", ("Part", "Of the class", *KEYS), rows)
    return f'<article><h3>{escape(name)}</h3>{table}<p class="soft">{unnamed}</p></article>'


def _for_the_instructor(findings: Findings, students: Mapping[str, Student], copies: Sequence[PossibleCopy]) -> str:
    def called(person: Person) -> str:
        return escape(students.get(person.student, Student(person.student)).called)

    graded = [person for person in findings.graded if person.needs_help]
    help_rows = [
        f'<tr><th scope="row">{called(person)}</th>'
        f"{number_html('–' if person.share is None else f'{person.share:.0%}')}"
        f"<td>{escape('; '.join(MISCONCEPTIONS[id].name for id in person.mistakes))}</td></tr>"
        for person in sorted(graded, key=lambda one: (one.share if one.share is not None else 0, one.student))
    ]
    flag_rows = [
        f'<tr><th scope="row">{called(person)}</th><td>{escape(FLAGS.get(flag.kind, flag.kind))}</td>'
        f"<td>{escape(' '.join(filter(None, (notebook, flag.cell))))}</td><td>{escape(flag.message)}</td></tr>"
        for person in findings.people
        for notebook, flag in person.flags
    ]
    note_rows = [
        f'<tr><th scope="row">{called(person)}</th><td>{escape(note)}</td></tr>'
        for person in findings.people
        for note in person.notes
    ]
    copy_rows = [
        f"<tr><td>{' and '.join(escape(students.get(one, Student(one)).called) for one in copy.students)}</td>"
        f"<td>{escape(', '.join(copy.cells))}</td>"
        f"<td>{escape(copy.how)}</td>{number_html(str(copy.letters))}</tr>"
        for copy in copies
    ]
    states = "".join(
        f"<h3>{heading}</h3><p>{', '.join(names)}</p>"
        for heading, names in (
            ("Handed nothing in", [called(person) for person in findings.people if person.state == "not handed in"]),
            ("Handed in, and not graded", [called(one) for one in findings.people if one.state == "not graded"]),
        )
        if names
    )
    tables = (
        ("Who may need help", f"Less than half of the points, or {MANY_MISTAKES} different mistakes or more",
         ("Student", "Points", "Mistakes"), help_rows),
        ("To look at", "Hints, which an instructor judges", ("Student", "What", "Where", "Why"), flag_rows),
        ("Possible copies", "The same where hardly anybody else's is: a hint, which you judge",
         ("Students", "Answers", "The same", "Letters"), copy_rows),
        ("Notebooks with trouble", "Not graded, not executed to their end, not to be read, or of an earlier release",
         ("Student", "What"), note_rows),
    )  # fmt: skip
    shown = "".join(
        f"<h3>{heading}</h3>{table_html(caption, heads, rows)}" for heading, caption, heads, rows in tables if rows
    )
    if findings.beside:
        names = ", ".join(sorted(findings.beside))
        states += f"<h3>Tests</h3><p>These tests run beside the student's code: {escape(names)}.</p>"
    note = '<p class="soft">With names: not for the projector. <code>--anonymous</code> leaves this part out.</p>'
    return section_html("For the instructor", f"{note}{shown}{states}")
