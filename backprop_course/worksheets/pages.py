"""Worksheets and their key as pages to be printed: plain HTML that stands alone, with rules for paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from backprop_course.drawing import figure
from backprop_course.formula import to_mathml
from backprop_course.formula.language import FUNCTIONS
from backprop_course.formula.names import GREEK, Symbol, read_name
from backprop_course.worksheets.number_sheets import PaperSheet

IN_A_KEY = 6
"""How many sheets stand side by side in the key."""
_ROOM = 165.0
"""The height, in millimetres, that the rows of a page have: less than is left on A4 and on US letter."""
_ROW, _SMALLEST = 13.0, 5.5
_KEY_ROOM = 245.0
"""The same for the rows of a page of the key, below its heads."""
_LINE = 0.8
"""The height of a row of the key, in millimetres for each point of its type."""

_SHARED = """
  body { margin: 0; font: 11pt system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: #000;
    background: #fff }
  table { border-collapse: collapse }
  th, td { border: 0.3mm solid #777; padding: 0 1.5mm; font-weight: normal; text-align: left }
  h1 { font-size: 13pt; margin: 0 }
  @media screen { section { max-width: 190mm; margin: 8mm auto; padding: 8mm; border: 0.3mm solid #bbb } }
  @media print { section { break-after: page; break-inside: avoid } section:last-of-type { break-after: auto } }
"""
_SHEETS = """
  @page { size: A4; margin: 12mm }
  header { display: flex; justify-content: space-between; align-items: baseline; gap: 8mm }
  .name { border-bottom: 0.3mm solid #000; min-width: 60mm; display: inline-block }
  .picture { height: 46mm; margin: 3mm 0; text-align: center }
  .picture svg { max-height: 46mm; max-width: 100%; width: auto }
  .givens { margin: 0 auto 4mm }
  .givens th, .givens td { text-align: center; padding: 1mm 2.5mm }
  .asked { display: flex; gap: 5mm; align-items: flex-start }
  .asked table { flex: 1; table-layout: fixed; width: 100% }
  .asked th { width: 21mm } code { font-size: 8pt } .asked td.value { width: 22mm }
  .asked thead th { font-size: 9pt; height: 5mm; width: auto } .asked thead th:first-child { width: 21mm }
  .asked thead th:last-child { width: 22mm }
"""
_KEY = """
  @page { size: A4; margin: 12mm }
  math { math-style: compact } tbody th { padding: 0.5mm 1.5mm; line-height: 1.3 }
  table { width: 100% }
  td, thead th { text-align: right; font-variant-numeric: tabular-nums } th:first-child { text-align: left }
  tbody.given td, tbody.given th { background: #f0f0f0; print-color-adjust: exact }
  thead th { overflow-wrap: anywhere }
"""


@dataclass(frozen=True)
class Copy:
    """One student's pages, or a variant's: whose they are, in words, and the given numbers of each sheet."""

    whose: str
    numbers: tuple[Mapping[str, float], ...]
    anybodys: bool = False


def sections_of(title: str, sheets: Sequence[PaperSheet], copy: Copy) -> Iterator[str]:
    """The pages of one copy, a section for each sheet; `document` makes a file of many."""
    for sheet, numbers in zip(sheets, copy.numbers, strict=True):
        yield _section(title, sheet, copy, numbers)


def document(title: str, sections: Sequence[str], *, key: bool = False) -> str:
    """Sections as one page that stands alone."""
    style = _SHARED + (_KEY if key else _SHEETS)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n" + "\n".join(sections) + "\n</body>\n</html>\n"
    )


def _section(title: str, sheet: PaperSheet, copy: Copy, numbers: Mapping[str, float]) -> str:
    known = {name: numbers[name] for name in sheet.names if name != "eta"}
    picture = figure(sheet.network, known).svg if sheet.network else ""
    heads = "".join(f"<th>{to_mathml(name)}</th>" for name in sheet.names)
    given = "".join(f"<td>{_short(numbers[name])}</td>" for name in sheet.names)
    name = 'Name: <span class="name">&nbsp;</span>' if copy.anybodys else ""
    return (
        f"<section><header><h1>{escape(title)}</h1><div>{name} {escape(copy.whose)}</div></header>\n"
        f'<div class="picture">{picture}</div>\n'
        f'<table class="givens"><tr>{heads}</tr><tr>{given}</tr></table>\n'
        f'<div class="asked">{_columns(sheet)}</div></section>'
    )


def _columns(sheet: PaperSheet) -> str:
    """What is asked, in one table or in two side by side, so high that they fill a page and no more."""
    asked = [name for exercise in sheet.exercises for name in exercise.asked]
    half = (len(asked) + 1) // 2
    columns = [asked] if len(asked) < 10 else [asked[:half], asked[half:]]
    height = max(_SMALLEST, min(_ROW, _ROOM / max(map(len, columns))))
    return "".join(_table(column, height) for column in columns)


def _table(names: Sequence[str], height: float) -> str:
    rows = "".join(
        f'<tr style="height: {height:.1f}mm"><th>{_typeset(name)}</th><td></td><td class="value"></td></tr>'
        for name in names
    )
    return f"<table><thead><tr><th></th><th>Equation</th><th>Value</th></tr></thead><tbody>{rows}</tbody></table>"


def key_of(title: str, sheets: Sequence[PaperSheet], copies: Sequence[Copy]) -> Iterator[str]:
    """The key: every value of every copy, some copies a page."""
    for k, sheet in enumerate(sheets):
        yield from _key_sections(title, sheet, [(copy.whose, copy.numbers[k]) for copy in copies])


def _key_sections(title: str, sheet: PaperSheet, copies: Sequence[tuple[str, Mapping[str, float]]]) -> Iterator[str]:
    equations = sheet.equations
    size = min(10.0, _KEY_ROOM / (len(equations) + len(sheet.names)) / _LINE)
    for first in range(0, len(copies), IN_A_KEY):
        some = copies[first : first + IN_A_KEY]
        values = [sheet.values(numbers) for _, numbers in some]
        heads = "".join(f"<th>{escape(whose)}</th>" for whose, _ in some)
        given = "".join(_key_row(to_mathml(name), [one[name] for one in values]) for name in sheet.names)
        made = "".join(
            _key_row(_typeset(name, equation), [one[name] for one in values]) for name, equation in equations.items()
        )
        yield (
            f'<section style="font-size: {size:.1f}pt"><h1>{escape(title)}: key</h1><table><thead><tr><th></th>{heads}'
            f'</tr></thead><tbody class="given">{given}</tbody><tbody>{made}</tbody></table></section>'
        )


def _key_row(head: str, values: Sequence[float]) -> str:
    return f"<tr><th>{head}</th>{''.join(f'<td>{_short(value)}</td>' for value in values)}</tr>"


def _typeset(*sides: str) -> str:
    """Two sides of an equation, or a name, as mathematics; as they are typed where a word stands for a letter."""
    words = [word for word in re.findall(r"[A-Za-z_]\w*", " ".join(sides)) if _is_word(word)]
    return f"<code>{escape(' = '.join(sides))}</code>" if words else to_mathml(*sides)


def _is_word(name: str) -> bool:
    symbol = read_name(name)
    return isinstance(symbol, Symbol) and name not in FUNCTIONS and len(symbol.base) > 1 and symbol.base not in GREEK


def _short(value: float) -> str:
    return f"{value + 0.0:.4g}".replace("-", "−")
