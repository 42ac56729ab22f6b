"""What a class decides about help, as a line of the set-up cell that it releases."""

from __future__ import annotations

import re

from backprop_course.checks.settings import Settings

_IMPORTS_CHECK = re.compile(r"^from backprop_course import .*\bcheck\b", re.MULTILINE)


def sets_up(source: str) -> bool:
    """Whether a locked code cell is the one that sets a notebook of the course up."""
    return bool(_IMPORTS_CHECK.search(source))


def with_settings(source: str, settings: Settings) -> str:
    """A set-up cell with a class's settings; an instructor's own line is left alone."""
    return source if "in_class(" in source else f"{source.rstrip()}\n\n{settings.line}"
