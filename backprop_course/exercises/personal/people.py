"""A student's id as it is typed, and as numbers are drawn from it."""

from __future__ import annotations

import unicodedata

MOST_LETTERS_OF_AN_ID = 200
"""The letters of an id; a longer one is none."""


def identified(typed: object) -> str:
    """The id that somebody has typed: NFKC, without spaces around it, casefolded; "" for what is no id.

    A number is read as its digits. Two ids that differ in that alone are one student's.
    """
    if type(typed) is int and abs(typed) < 10**MOST_LETTERS_OF_AN_ID:
        typed = str(typed)
    if type(typed) is not str or len(typed) > MOST_LETTERS_OF_AN_ID:
        return ""
    # Casefolding can undo the normal form, so that comes last as well.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold())
    return folded.strip()


def seed_of(student_id: object, salt: str) -> str:
    """What a student's numbers are drawn from; "" for the empty id."""
    found = identified(student_id)
    return f"{salt}\n{found}" if found else ""
