"""The notebooks as plain pages for reading: with their pictures, and step-throughs that step without a kernel."""

from __future__ import annotations

import asyncio
import os
import sys
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

from backprop_course.errors import CourseError
from backprop_course.exercises.model_answers import instructors_notebooks
from backprop_course.grading.progress import Progress
from backprop_course.site.build import replace_folder, say
from backprop_course.site.catalogue import Entry, catalogue
from backprop_course.site.outputs import Widgets, output_html
from backprop_course.site.pages import about, asset, html_page
from backprop_course.site.prose import code_html, prose_html

KERNEL_NAME = "python3"
QUIETLY = ["--IPKernelApp.log_level=ERROR"]
EXPORT_LEAD = (
    "The notebooks of the course, to read: with all pictures, and step-throughs that step. "
    "Where an exercise comes, its answer is left out; to solve it, use the notebook."
)

PROGRESS = "In the notebook stands here what you have done, what is open, and how many points that makes."


def export(directory: Path) -> None:
    """Writes a page for each of the students' notebooks, and one that lists them, into a folder.

    The pages show the students' cells, and what follows from the right answers: a step-through waits for these.
    Raises CourseError where the folder holds something else, or what is needed is not installed.
    """

    def make(new: Path, _: Path) -> None:
        new.mkdir()
        say("The students' notebooks are being made.")
        entries = catalogue()
        say(f"The {len(entries)} notebooks are being run, with the instructors' answers.")
        progress = Progress(len(entries), sys.stderr)
        try:
            solved = asyncio.run(_run_all(entries, progress))
        finally:
            progress.close()
        (new / "start.css").write_text(asset("start.css"), encoding="utf-8")
        (new / "index.html").write_text(_index(entries), encoding="utf-8")
        following = [*entries[1:], None]
        for entry, outputs, after in zip(entries, solved, following, strict=True):
            (new / f"{entry.name}.html").write_text(_reading_page(entry, outputs, after), encoding="utf-8")

    replace_folder(directory, make)


async def _run_all(entries: list[Entry], progress: Progress) -> list[Any]:
    """The notebooks that were run, as many at a time as there are processors."""
    places = asyncio.Semaphore(os.cpu_count() or 1)

    async def run(entry: Entry) -> Any:
        async with places:
            notebook = await _run(entry)
        progress.step(failed=False)  # one that fails ends it all
        return notebook

    return await asyncio.gather(*map(run, entries))


async def _run(entry: Entry) -> Any:
    """A notebook with the instructors' answers, run; what its widgets hold is in its metadata."""
    notebook = import_module("nbformat").read(instructors_notebooks() / entry.path, 4)
    client = import_module("nbclient").NotebookClient(
        notebook, kernel_name=KERNEL_NAME, timeout=600, store_widget_state=True, extra_arguments=QUIETLY
    )
    try:
        await client.async_execute()
    except Exception as error:  # what a cell raises, and what keeps a kernel from starting
        raise CourseError(f"{entry.path} cannot be run: {error}") from error
    return notebook


def _index(entries: list[Entry]) -> str:
    items = "".join(
        f'<li class="entry">{about(entry)}<div class="actions"><a class="open" href="{entry.name}.html">Read'
        f"</a></div></div></li>"
        for entry in entries
    )
    body = f"<main><h1>Backpropagation</h1><p class='lead'>{EXPORT_LEAD}</p><ol class='entries'>{items}</ol></main>"
    return html_page("Backpropagation", body, "start.css")


def _reading_page(entry: Entry, solved: Any, after: Entry | None) -> str:
    widgets = Widgets(solved)
    outputs = {cell.id: cell.get("outputs", []) for cell in solved.cells}
    cells = "\n".join(_cell(cell, outputs.get(cell.id, []), widgets) for cell in entry.notebook.cells)
    ways = '<a href="index.html">All notebooks</a>'
    if after:
        ways += f' <a href="{after.name}.html">Next: {escape(after.title)}</a>'
    top, end = (f"<nav class='actions' aria-label='{place}'>{ways}</nav>" for place in ("At the top", "At the end"))
    body = f"{top}\n<main class='reading'>\n{cells}\n</main>\n{end}\n{widgets.scripts()}"
    return html_page(entry.title, body, "start.css", widgets.styles())


def _cell(cell: Any, outputs: list[Any], widgets: Widgets) -> str:
    if cell.cell_type == "markdown":
        return prose_html(cell.source)
    mark = cell.metadata.get("nbgrader", {})
    if mark.get("grade") or mark.get("solution"):
        outputs = []  # an answer's own, and that it is right
    if cell.source.strip() == "progress()":
        return f"<p>{PROGRESS}</p>"  # whoever made the pages has done everything
    code = code_html(cell.source)
    if cell.metadata.get("jupyter", {}).get("source_hidden"):
        code = f"<details><summary>The code of this cell</summary>{code}</details>"
    return code + "".join(output_html(output, widgets) for output in outputs)
