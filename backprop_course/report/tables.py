"""The report as tables for a spreadsheet or a program: students, exercises, mistakes, possible copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from statistics import median

from backprop_course.grading.csvfile import CsvValue
from backprop_course.grading.standings import Student
from backprop_course.misconceptions import MISCONCEPTIONS
from backprop_course.report.copies import PossibleCopy
from backprop_course.report.findings import Findings, MistakeSeen
from backprop_course.report.opinions import opinion_rows
from backprop_course.report.statistics import discriminations, mistakes_together

TableRows = Iterable[list[CsvValue]]


def tables(findings: Findings, people: Mapping[str, Student], copies: Iterable[PossibleCopy]) -> dict[str, TableRows]:
    """Each table, by what to add to the report's name."""
    return {
        "": _students(findings, people),
        "-exercises": _exercises(findings),
        "-mistakes": _mistakes(findings),
        "-together": _together(findings),
        "-copies": _copies(copies),
        "-opinions": opinion_rows(findings.opinions),
    }


def _students(findings: Findings, people: Mapping[str, Student]) -> Iterator[list[CsvValue]]:
    names = [question.name for question in findings.exercises]
    yield ["student", "last_name", "first_name", "state", "share", *names, "mistakes", "unlisted", "flags", "notes"]
    for person in sorted(findings.people, key=lambda one: one.student):
        student = people.get(person.student, Student(person.student))
        yield [
            student.id,
            student.last_name,
            student.first_name,
            person.state,
            person.share,
            *(person.points.get(question.cell) for question in findings.exercises),
            "; ".join(person.mistakes),
            "; ".join(one.clause for one in person.unlisted),
            "; ".join(f"{' '.join(filter(None, (flag.kind, flag.cell)))}: {flag.message}" for _, flag in person.flags),
            "; ".join(person.notes),
        ]


def _exercises(findings: Findings) -> Iterator[list[CsvValue]]:
    telling = discriminations(findings)
    yield [
        *("exercise", "notebook", "most", "graded", "mean", "lost", "discrimination", "solved"),
        *("unnamed", "waiting", "attempts_known", "attempts_median", "hints_known", "hints"),
    ]
    for question, one in findings.exercises.items():
        known = bool(one.points)
        yield [
            question.name,
            question.notebook,
            question.most,
            len(one.points),
            one.mean if known else None,
            one.lost if known else None,
            telling.get(question.cell),
            one.solved if known else None,
            one.unnamed,
            one.waiting,
            len(one.attempts),
            median(one.attempts) if one.attempts else None,
            len(one.hints),
            sum(one.hints) if one.hints else None,
        ]


def _mistakes(findings: Findings) -> Iterator[list[CsvValue]]:
    """Those of the list, then the others, which have a kind in place of an id."""
    yield ["mistake", "name", "students", "exercises", "kind"]
    for id, found in sorted(findings.mistakes.items(), key=lambda item: (-item[1].students, item[0])):
        yield [id, MISCONCEPTIONS[id].name, found.students, _where(found), "listed"]
    for one, found in sorted(findings.unlisted.items(), key=lambda item: (-item[1].students, item[0])):
        yield ["", one.clause, found.students, _where(found), one.kind]


def _where(found: MistakeSeen) -> str:
    return "; ".join(f"{name}: {count}" for name, count in found.exercises.most_common())


def _together(findings: Findings) -> Iterator[list[CsvValue]]:
    yield ["mistake", "other", "students", "expected_by_chance"]
    for pair in mistakes_together(findings):
        yield [pair.one, pair.other, pair.students, pair.expected]


def _copies(copies: Iterable[PossibleCopy]) -> Iterator[list[CsvValue]]:
    yield ["student", "other", "answers", "letters", "same"]
    for copy in copies:
        yield [*copy.students, "; ".join(copy.cells), copy.letters, copy.how]
