"""Pages with students' own words, in formgrader and in feedback: text and pictures, nothing that is alive.

Markdown may hold any HTML, and nbconvert passes it on: a script in an answer would run in formgrader with the
instructor's rights. What a cell has become as HTML goes through here; formulas are text until MathJax sees them.
"""

from __future__ import annotations

import re

import bleach  # type: ignore[import-untyped]
from nbconvert.filters import strip_files_prefix

TAGS = {
    *bleach.ALLOWED_TAGS,
    *("p", "br", "hr", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "img", "sub", "sup", "del", "u"),
    *("table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "details", "summary"),
}
PLAIN = {"class", "title", "alt", "align", "colspan", "rowspan", "width", "height", "start", "open", "id"}
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*|(?!/)[\w./ %-]+")
"""A picture within the page, or in a file beside it: none that tells somebody elsewhere who looks at it."""


def harmless(html: str) -> str:
    """HTML without what could run, load or send anything: instead of nbconvert's filter `strip_files_prefix`."""
    stripped = strip_files_prefix(html)  # type: ignore[no-untyped-call]
    protocols = {*bleach.ALLOWED_PROTOCOLS, "data"}
    return str(bleach.clean(stripped, tags=TAGS, attributes=_may, protocols=protocols))


def _may(tag: str, name: str, value: str) -> bool:
    """Whether a tag may have an attribute."""
    if name == "src":
        return tag == "img" and _PICTURE.fullmatch(value) is not None
    if name == "href":
        return tag == "a" and not value.lower().lstrip().startswith("data:")
    return name in PLAIN
