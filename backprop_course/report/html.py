"""The pieces of a report's page: sections, tables, numbers; what goes in is HTML, but for captions and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

MOST_ROWS = 200


def section_html(heading: str, content: str) -> str:
    """A section of the page."""
    return f"<section><h2>{heading}</h2>\n{content}</section>\n"


def table_html(caption: str, heads: Iterable[str], rows: Sequence[str]) -> str:
    """rows: as HTML. A long table ends with how many more there are."""
    heads = tuple(heads)
    columns = "".join(f'<th scope="col">{head}</th>' if head else "<td></td>" for head in heads)
    more = len(rows) - MOST_ROWS
    last = [f'<tr><td colspan="{len(heads)}">… and {more} more, in the table beside this page.</td></tr>']
    body = "\n".join([*rows[:MOST_ROWS], *(last if more > 0 else [])])
    said = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<div class="wide"><table>{said}<thead><tr>{columns}</tr></thead><tbody>\n{body}</tbody></table></div>\n'


def number_html(text: str) -> str:
    """A cell with a number."""
    return f'<td class="number">{escape(text)}</td>'


def students_html(count: int) -> str:
    """So many students, in words."""
    return f"{count} student{'' if count == 1 else 's'}"
