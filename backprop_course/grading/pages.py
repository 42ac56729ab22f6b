"""Pages with students' own words, in formgrader and in feedback: text and pictures, nothing that is alive.

Markdown may hold any HTML, and nbconvert passes it on: a script in an answer would run in formgrader with the
instructor's rights. What a cell has become as HTML goes through here; formulas are text until MathJax sees them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import bleach  # type: ignore[import-untyped]
from jinja2 import pass_context
from jinja2.filters import do_float, do_round
from nbconvert.filters import strip_files_prefix

from backprop_course.grading.hand_graded import source_of
from backprop_course.grading.rendering import render

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


@pass_context
def coloured(page: Mapping[str, Any], source: str, metadata: Mapping[str, Any] | None = None) -> str:
    """A program in colours, or as it is where they would take too long: instead of nbconvert's `highlight_code`."""
    language = page["nb"].metadata.get("language_info", {}).get("pygments_lexer", "ipython3")
    options = {"language": language, "metadata": json.loads(json.dumps(metadata or {}))}
    return render("code", source, options, _used(page))


@pass_context
def typeset(page: Mapping[str, Any], source: str) -> str:
    """Markdown as HTML, or as it is where that would take too long: instead of nbconvert's `markdown2html`."""
    cell = page.get("cell") or {}
    path = page.get("resources", {}).get("metadata", {}).get("path", "")
    options = {"attachments": json.loads(json.dumps(cell.get("attachments", {}))), "path": path}
    return render("markdown", source, options, _used(page)) + _model_answer(cell, page.get("resources", {}), path)


def _model_answer(cell: Mapping[str, Any], resources: Mapping[str, Any], path: str) -> str:
    """In formgrader, what the instructor's notebook keeps beside a written answer; "" elsewhere."""
    role = cell.get("metadata", {}).get("nbgrader", {})
    if "submission_id" not in resources or not (role.get("grade") and role.get("solution")):
        return ""
    folder = Path(path).parents[2] / "notebooks" / resources["assignment_id"]  # where `configure` has them
    _, model = source_of(folder / f"{resources['notebook_id']}.ipynb", role["grade_id"])
    shown = render("markdown", model, {"attachments": {}, "path": ""}, {}) if model else ""
    return f"<details open><summary>Model answer and marking scheme</summary>{shown}</details>" if shown else ""


def _used(page: Mapping[str, Any]) -> dict[str, float]:
    """Where a page's own time is counted."""
    used: dict[str, float] = page["resources"].setdefault("backprop_course_used", {})
    return used


def number_or_words(value: object, default: float = 0.0) -> object:
    """Jinja's filter `float`, which leaves the words "not graded yet" as they are."""
    return value if isinstance(value, str) else do_float(value, default)


def rounded_or_words(value: Any, precision: int = 0, method: Literal["common", "ceil", "floor"] = "common") -> object:
    """Jinja's filter `round`, which leaves words as they are."""
    return value if isinstance(value, str) else do_round(value, precision, method)


def _may(tag: str, name: str, value: str) -> bool:
    """Whether a tag may have an attribute."""
    if name == "src":
        return tag == "img" and _PICTURE.fullmatch(value) is not None
    if name == "href":
        return tag == "a" and not value.lower().lstrip().startswith("data:")
    return name in PLAIN
