"""An answer as an example for everybody: what a student computed, without what says who computed it."""

from __future__ import annotations

import builtins
import io
import keyword
import re
import tokenize
from collections.abc import Iterable, Iterator

import numpy as np

from backprop_course.grading.standings import Student

MOST_LINES = 15
MOST_COLUMNS = 100
REDACTED = "…"

_WHOLE = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]+")
_MOST_READ = 1000
"""The letters of a line that are looked at: patterns take the square of what they read. A line is cut off later."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+|\w+://\S+|[/\\](home|Users)[/\\]\S*")
_LONG_NUMBER = re.compile(r"(?<![\w.])\d{5,}(?![\w.])")
_STRING = re.compile(r"""(?s)([A-Za-z]*)('{3}|"{3}|'|")(.*)\2""")
_STUB = re.compile(r"[\w, ]+ = None(, None)*|\s*raise NotImplementedError")
"""What stood in the answer cell before."""
_LITTLE = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *dir(np), "np", "numpy", "self"})
"""What a program says, whatever somebody in the class is called."""


def words_of(people: Iterable[Student]) -> frozenset[str]:
    """The words that tell who somebody is, in lower case."""
    found: set[str] = set()
    for one in people:
        names = [word for name in (one.first_name, one.last_name) for word in _LETTERS.findall(name) if len(word) > 1]
        ids = [word for id in (one.id, one.email, one.lms_id) for word in _LETTERS.findall(id) if len(word) > 2]
        found.update(names, ids, (id for id in (one.id, one.lms_id) if not id.isdigit() or len(id) > 3))
    return frozenset(word.lower() for word in found)


def anonymous(source: str, words: frozenset[str], formulas: bool, kept: frozenset[str] = frozenset()) -> str:
    """An answer's program without comments, and without names, addresses and numbers of students.

    words: of the class (`words_of`). formulas: whether texts are formulas, which stay; others with a space go.
    kept: what the exercise itself is about. At most `MOST_LINES` lines.
    """
    little = _LITTLE | {word for name in kept for word in (name, *_LETTERS.findall(name))}

    def hide(match: re.Match[str]) -> str:
        word = match[0]
        return REDACTED if word.lower() in words and word not in little else word

    def line(text: str) -> str:
        hidden = _LONG_NUMBER.sub(REDACTED, _ADDRESS.sub(REDACTED, text[:_MOST_READ]))
        hidden = _LETTERS.sub(hide, _WHOLE.sub(hide, hidden))
        shown = "".join(letter if letter.isprintable() else " " for letter in hidden).rstrip()
        return shown if len(shown) <= MOST_COLUMNS else f"{shown[: MOST_COLUMNS - 1]}{REDACTED}"

    lines = [line(text) for text in _program(source, formulas).splitlines()]
    lines = [text for text in lines if text and not _STUB.fullmatch(text)]
    return "\n".join([*lines[: MOST_LINES - 1], REDACTED] if len(lines) > MOST_LINES else lines)


def _program(source: str, formulas: bool) -> str:
    """The source without comments, and without texts that are prose."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return "\n".join(text.split("#")[0] for text in source.splitlines())
    lines = source.splitlines(keepends=True)
    for token, new in reversed(list(_changes(tokens, formulas))):
        (first, start), (last, end) = token.start, token.end
        lines[first - 1 : last] = [lines[first - 1][:start] + new + lines[last - 1][end:]]
    return "".join(lines)


def _changes(tokens: Iterable[tokenize.TokenInfo], formulas: bool) -> Iterator[tuple[tokenize.TokenInfo, str]]:
    for token in tokens:
        if token.type == tokenize.COMMENT:
            yield token, ""
        elif token.type == tokenize.STRING and (match := _STRING.fullmatch(token.string)):
            prefix, quote, text = match.groups()
            if len(quote) == 3 or (not formulas and re.search(r"\s", text)):
                yield token, f"{prefix}{quote[0]}{REDACTED}{quote[0]}"
        elif tokenize.tok_name[token.type] == "FSTRING_MIDDLE" and not formulas and re.search(r"\s", token.string):
            yield token, REDACTED  # Python 3.12 takes an f-string apart
