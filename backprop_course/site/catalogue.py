"""What the course has to offer, read from the students' notebooks: titles, aims, times, exercises, pictures."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from backprop_course.core.network import Network, Unit
from backprop_course.core.regularisation import regularised_optimum
from backprop_course.drawing.figure import figure
from backprop_course.exercises.model_answers import instructors_notebooks
from backprop_course.networks import chain, classifier, mlp, skip_classifier, skip_regressor, split
from backprop_course.students import students_notebook


@dataclass(frozen=True)
class Entry:
    """A notebook as the start page shows it.

    path: `<assignment>/<notebook>.ipynb`. notebook: the students' version. title, about, time: in its own words.
    aims: what one can do afterwards, in HTML. exercises: the ids of those that are checked.
    release: a fingerprint, another one where anything in the notebook has changed. network: that of a notebook on
    exercises of one's own, for its picture.
    """

    path: str
    notebook: Any
    title: str
    about: str
    aims: tuple[str, ...]
    time: str
    exercises: tuple[str, ...]
    release: str
    network: Network | None = None

    @property
    def name(self) -> str:
        """The notebook's name."""
        return Path(self.path).stem

    @property
    def number(self) -> str:
        """The assignment's number, which its notebooks share."""
        return self.path.partition("_")[0].lstrip("0")

    @property
    def picture(self) -> str:
        """A picture of what it is about, as SVG; "" where there is none."""
        if self.network:
            return figure(self.network).svg
        return NOTEBOOK_PICTURES[self.name]() if self.name in NOTEBOOK_PICTURES else ""


def catalogue() -> list[Entry]:
    """Every notebook of the course, in its order. Raises CourseError where one cannot be read."""
    source = instructors_notebooks()
    return [
        read_entry(path.relative_to(source).as_posix(), students_notebook(path))
        for path in sorted(source.glob("*/*.ipynb"))
    ]


def read_entry(path: str, notebook: Any) -> Entry:
    """What a students' notebook says of itself in its first cell, and which exercises it has."""
    head, *paragraphs = re.split(r"\n\s*\n", "".join(notebook.cells[0].source).strip())
    told = {name: paragraph for name, paragraph in map(_kind, paragraphs) if name}
    about = next((paragraph for paragraph in paragraphs if not _kind(paragraph)[0]), "")
    time = re.search(r"about [^;.,]+", told.get("time", ""))
    essence = json.dumps([[cell.cell_type, cell.source, cell.metadata] for cell in notebook.cells], sort_keys=True)
    return Entry(
        path,
        notebook,
        head.lstrip("# ").strip(),
        to_html(about),
        tuple(_aims(told.get("aims", ""))),
        time[0] if time else "",
        tuple(_exercises(notebook)),
        hashlib.sha256(essence.encode()).hexdigest()[:16],
    )


def to_html(markdown: str) -> str:
    """A line of Markdown, without a paragraph around it."""
    html: str = import_module("mistune").html(markdown)
    return html.strip().removeprefix("<p>").removesuffix("</p>")


def _kind(paragraph: str) -> tuple[str, str]:
    """What a paragraph of the first cell is about, by how it begins; "" for one that introduces the subject."""
    begins = {"aims": r"\*\*After", "needs": r"\*\*You need", "time": r"\*\*(Time|It takes)", "how": "Run the cells"}
    return next((kind for kind, pattern in begins.items() if re.match(pattern, paragraph)), ""), paragraph


def _aims(paragraph: str) -> Iterator[str]:
    """The items of the list, or the parts of the sentence, after the words in bold."""
    words = re.sub(r"\*\*.*?\*\*", "", paragraph, count=1).strip()
    for aim in re.split(r"\n?- ", words) if words.startswith("- ") else [words]:
        if aim.strip():
            yield to_html(aim.strip().rstrip(";."))


def _exercises(notebook: Any) -> Iterator[str]:
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("grade") and cell.cell_type == "code":
            yield mark["grade_id"].removesuffix("-check")


def _drawn(network: Network) -> Callable[[], str]:
    return lambda: figure(network).svg


def _bowl() -> str:
    """The loss around its minimum, and how a growing penalty pulls the minimum to 0."""
    H, w_star = np.array([[3.0, 0.0], [0.0, 0.4]]), np.array([2.0, 1.6])
    path = [regularised_optimum(H, w_star, mu) for mu in np.geomspace(0.01, 100.0, 40)]
    points = " ".join(f"{100 * x:.0f},{-100 * y:.0f}" for x, y in path)
    rings = "".join(
        f'<ellipse cx="200" cy="-160" rx="{size * 17:.0f}" ry="{size * 47:.0f}" opacity="{1 - size / 6:.2f}"/>'
        for size in range(1, 5)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="-30 -360 420 390" width="420" height="390" '
        'style="max-width: 100%; height: auto" fill="none" stroke-width="2.4" stroke-linecap="round">'
        "<title>A loss and its minimum, which a growing penalty pulls to 0: along the flat direction first</title>"
        '<path d="M-20,0H380M0,20V-350" stroke="currentColor" opacity=".35"/>'
        f'<g stroke="#2b83ba">{rings}</g><polyline points="{points}" stroke="#cf6f1c" stroke-width="4"/>'
        '<g fill="#cf6f1c"><circle cx="200" cy="-160" r="7"/><circle r="7"/></g></svg>'
    )


_unit = Network(Unit("j", "sigmoid", {"w": "x"}), loss="squared_error")

NOTEBOOK_PICTURES: dict[str, Callable[[], str]] = {
    "chain_rule": _drawn(_unit),
    "chain_network": _drawn(chain),
    "split_network": _drawn(split),
    "skip_classifier": _drawn(skip_classifier),
    "skip_regressor": _drawn(skip_regressor),
    "mlp": _drawn(mlp(4, 5, biased=False)),
    "softmax_cross_entropy": _drawn(classifier()),
    "regularisation": _bowl,
}
"""The picture of each notebook."""
