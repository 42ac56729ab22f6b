"""A student's feedback page: what each exercise came to and what its check said, the notebook folded below.

The page needs nothing else, no script and no network. Whatever a student wrote is text, or goes through `prose`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from traitlets import default

from backprop_course.grading.cells import exercise_checked
from backprop_course.grading.rendering import render
from backprop_course.grading.standalone import standalone

FEEDBACK_STYLE = Path(__file__).with_name("feedback.css")
MOST_OUTPUT = 20_000
"""The letters of an output that are shown."""
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_SIGNS = {"✓": "good", "✗": "bad", "–": "missing", "·": "stale"}


class FeedbackPage(Exporter):
    """nbconvert's exporter for `nbgrader generate_feedback`: `c.GenerateFeedback.exporter_class`."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> tuple[Any, dict[str, Any]]:
        """The page of a graded notebook."""
        notebook, resources = super().from_notebook_node(nb, resources, **options)
        resources["output_extension"] = ".html"
        return page_of(notebook.cells, resources["nbgrader"]), resources


@dataclass
class _Asked:
    """A question with what belongs to it: the answer's cell, and the one that gives the points."""

    name: str
    graded: Any
    answers: list[Any] = field(default_factory=list)

    @property
    def role(self) -> Mapping[str, Any]:
        role: Mapping[str, Any] = self.graded.metadata.nbgrader
        return role

    @property
    def points(self) -> str:
        """The points, in words."""
        score, most = self.role.get("score", 0), float(self.role.get("points", 0))
        return f"{score}, of {most:g}" if isinstance(score, str) else f"{score or 0:g} of {most:g}"

    @property
    def state(self) -> str:
        """How it went, by which it is coloured."""
        score, most = self.role.get("score", 0), float(self.role.get("points", 0))
        if isinstance(score, str):
            return "open"
        return "good" if (score or 0) >= most else "bad"


def page_of(cells: Iterable[Any], about: Mapping[str, Any]) -> str:
    """The page. about: nbgrader's student, assignment, notebook, score, max_score and late_penalty."""
    cells, used = list(cells), dict[str, float]()
    asked = list(_questions(cells))
    title = f"{about['assignment']}: {about['notebook']}"
    score = about.get("score", 0)
    said = score if isinstance(score, str) else f"{score:g}"
    late = about.get("late_penalty") or 0
    parts = [
        f"<header><p class='soft'>{escape(str(about['student']))}</p><h1>{escape(title)}</h1>",
        f"<p class='score'>Score: <strong>{escape(said)}</strong> of {float(about.get('max_score', 0)):g}</p>",
        f"<p>Late: {late:g} points are taken off.</p>" if late else "",
        f"</header>\n<nav aria-label='Exercises'><ol>{''.join(map(_entry, asked))}</ol></nav>\n<main>",
        *(_question(one, used) for one in asked),
        "<details class='all'><summary>The whole notebook</summary>",
        *(_cell(cell, used) for cell in cells),
        "</details></main>",
    ]
    return standalone(title, "".join(parts), FEEDBACK_STYLE, pictures=True)


def _questions(cells: list[Any]) -> Iterator[_Asked]:
    """The questions in their order, each with the answers since the one before."""
    answers: list[Any] = []
    for cell in cells:
        role = cell.metadata.get("nbgrader") or {}
        graded = role.get("grade") or role.get("task")
        if role.get("solution") and not graded:
            answers.append(cell)
        if graded:
            own = [cell] if role.get("solution") or role.get("task") else answers
            yield _Asked(str(role["grade_id"]).removesuffix("-check"), cell, own)
            answers = []


def _entry(one: _Asked) -> str:
    name = escape(one.name)
    return f"<li class='{one.state}'><a href='#{name}'>{name}</a> <span>{escape(one.points)}</span></li>"


def _question(one: _Asked, used: dict[str, float]) -> str:
    name = escape(one.name)
    said = [f"<section id='{name}' class='{one.state}'><h2>{name} <span>{escape(one.points)}</span></h2>"]
    by_hand = one.answers == [one.graded]
    if by_hand:
        said.append(f"<div class='answer'>{_source(one.graded, used)}</div>")
    else:
        said += [_said(output, one) for output in one.graded.get("outputs", ())]
    comments = [cell.metadata.nbgrader.get("comment") for cell in {id(cell): cell for cell in one.answers}.values()]
    said += [
        f"<blockquote class='comment'><p>Comment: {escape(comment)}</p></blockquote>" for comment in comments if comment
    ]
    if not by_hand and one.answers:
        shown = "".join(_cell(cell, used) for cell in one.answers)
        said.append(f"<details><summary>Your answer</summary>{shown}</details>")
    if not by_hand and not exercise_checked(one.graded.source):
        said.append(f"<details><summary>The test</summary>{_source(one.graded, used)}</details>")
    return "".join([*said, "</section>\n"])


def _said(output: Any, one: _Asked) -> str:
    """What a check or a test said. A number below a verdict is for nbgrader alone."""
    if output.output_type == "display_data":
        first, *lines = str(output.data.get("text/plain", "")).splitlines()[:200] or [""]
        told = first.startswith(f"{one.name}: {one.points} point")  # by the heading; by hand there may be other points
        head = f"<p class='headline'><strong>{escape(first)}</strong></p>" if first and not told else ""
        return f"<div class='verdict'>{head}{''.join(map(_line, lines))}</div>"
    return "" if output.output_type == "execute_result" else _output(output)


def _line(line: str) -> str:
    """A line of a verdict: a sign and a fact, or what belongs to the fact above."""
    text = line.strip()
    sign, rest = (text[0], text[1:].strip()) if text[:1] in _SIGNS else ("", text)
    if sign:
        return f"<p class='fact {_SIGNS[sign]}'><span>{sign}</span> {escape(rest)}</p>"
    return f"<p class='why{' code' if line.startswith('      ') else ''}'>{escape(text)}</p>"


def _cell(cell: Any, used: dict[str, float]) -> str:
    role = cell.metadata.get("nbgrader") or {}
    points = "execute_result" if role.get("grade") and not role.get("solution") else ""  # a number for nbgrader alone
    outputs = "".join(_output(output) for output in cell.get("outputs", ()) if output.output_type != points)
    return f"<div class='cell'>{_source(cell, used)}{outputs}</div>"


def _source(cell: Any, used: dict[str, float]) -> str:
    if cell.cell_type == "markdown":
        return f"<div class='prose'>{render('prose', cell.source, _attached(cell), used)}</div>"
    return f"<pre>{escape(cell.source)}</pre>" if cell.source else ""


def _attached(cell: Any) -> dict[str, Any]:
    return {"attachments": json.loads(json.dumps(cell.get("attachments", {})))}


def _output(output: Any) -> str:
    if output.output_type == "stream":
        return _text(output.text)
    if output.output_type == "error":
        words = "\n".join(output.get("traceback", ())) or f"{output.ename}: {output.evalue}"
        return _text(words, " error")
    for kind in ("image/png", "image/jpeg"):
        if kind in output.data:
            data = re.sub(r"[^A-Za-z0-9+/=]", "", str(output.data[kind]))
            return f"<img alt='A picture that the cell shows' src='data:{kind};base64,{data}'>"
    return _text(str(output.data.get("text/plain", "")))


def _text(text: str, kind: str = "") -> str:
    plain = _ANSI.sub("", text)
    cut = (
        plain
        if len(plain) <= MOST_OUTPUT
        else f"{plain[:MOST_OUTPUT]}\n… and {len(plain) - MOST_OUTPUT:,} letters more"
    )
    return f"<pre class='output{kind}'>{escape(cut)}</pre>" if plain else ""
