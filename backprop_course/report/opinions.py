"""What students think of a notebook: a number and a sentence, written into a cell of it; counted, not signed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from statistics import median
from typing import NamedTuple

from backprop_course.grading.csvfile import CsvValue
from backprop_course.report.html import number_html, section_html, table_html

NUMBERS = (1, 2, 3, 4, 5)
_LONGEST = 500
"""Letters of a sentence."""

# Whatever else is written behind the number; but not a number between two, or of more than 5.
_NUMBER = re.compile(r"^\*\*From 1 [^\n]*:\*\*\s*\**([1-5])(?:\s*/\s*5)?(?!\s*[-–/]\s*\d|[.,]?\d|\w)", re.MULTILINE)
_SENTENCE = re.compile(r"^\*\*What I would change:\*\*(.*)", re.MULTILINE | re.DOTALL)


class Opinion(NamedTuple):
    """What a student thinks of a notebook. number: from 1 to 5, None where there is none; sentence: "" without."""

    number: int | None
    sentence: str


def read_opinion(source: str) -> Opinion | None:
    """The opinion in a cell's text; None where it holds none, such as in the cell as it was released."""
    number, sentence = _NUMBER.search(source), _SENTENCE.search(source)
    words = " ".join(sentence[1].split())[:_LONGEST] if sentence else ""
    return Opinion(int(number[1]) if number else None, words) if number or words else None


def opinions_html(opinions: Mapping[str, Sequence[Opinion]], sentences: bool) -> str:
    """The section of the page, "" where nobody has written anything. sentences: whether to show them, too."""
    rows, said = [], []
    for notebook, given in opinions.items():
        given = sorted(given, key=_unsigned)
        numbers = [one.number for one in given if one.number is not None]
        counts = Counter(numbers)
        middle = f"{median(numbers):g}" if numbers else "–"
        cells = "".join(number_html(str(counts[number] or "")) for number in NUMBERS)
        rows.append(f'<tr><th scope="row">{escape(notebook)}</th>{cells}{number_html(middle)}</tr>')
        said += [f"<li>{escape(one.sentence)} ({escape(notebook)})</li>" for one in given if one.sentence]
    if not rows:
        return ""
    note = "<p>How many gave a notebook which number, from 1 (lost) to 5 (clear, and worth the time).</p>"
    table = table_html("", ("Notebook", *map(str, NUMBERS), "In the middle"), rows)
    listed = f"<h3>What they would change</h3><ul>{''.join(said)}</ul>" if said and sentences else ""
    return section_html("Opinions", note + table + listed)


def opinion_rows(opinions: Mapping[str, Sequence[Opinion]]) -> Iterator[list[CsvValue]]:
    """The table: a row an opinion, without whose it is."""
    yield ["notebook", "number", "sentence"]
    for notebook, given in opinions.items():
        for one in sorted(given, key=_unsigned):
            yield [notebook, one.number, one.sentence]


def _unsigned(opinion: Opinion) -> tuple[int, str]:
    """An order that says nothing of whose it is."""
    return opinion.number or 0, opinion.sentence
