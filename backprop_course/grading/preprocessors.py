"""Steps of nbgrader's own commands in this course: mend a submission, execute it and save its scores, hide tests.

They are named in `configuration.py`, and do what `backprop-course grade` does, with the same code.
"""

from __future__ import annotations

import atexit
import json
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor  # type: ignore[import-untyped]

from backprop_course.errors import CourseError
from backprop_course.grading.again import once_more
from backprop_course.grading.command import protects
from backprop_course.grading.configuration import Grading
from backprop_course.grading.executor import Executor
from backprop_course.grading.gradebook import Book
from backprop_course.grading.marking import mark, task
from backprop_course.grading.released import ReleasedNotebook
from backprop_course.grading.submission import METADATA, Mended, inspect, mend
from backprop_course.sandbox.between.task import Outcome, Task


class _Step(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """A step that knows what was released."""

    def _mended(self, notebook: Any, here: dict[str, str]) -> tuple[Mended, ReleasedNotebook]:
        with Book(here["db_url"]) as book:
            all_released = book.released(here["assignment"], {})
        [released] = [released for released in all_released if released.name == here["notebook"]]
        return mend(json.dumps(notebook).encode(), released), released


class MendSubmission(_Step):
    """Refuses files that are not what they seem, and puts every released cell back where it belongs."""

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        inspect(Path(resources["metadata"]["path"]))
        mended, _ = self._mended(notebook, resources["nbgrader"])
        return _node(mended.notebook), resources


class ExecuteAndSave(_Step):
    """Executes a mended notebook in the sandbox, and saves its scores and comments in the gradebook."""

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        here, rules = resources["nbgrader"], Grading(config=self.config)
        mended, released = self._mended(notebook, here)
        mended.notebook["metadata"] |= {METADATA: notebook.metadata.get(METADATA, {})}  # of the submitted outputs
        executed = task(here["student"], here["assignment"], mended, released, rules)
        execute = _executor()
        if not protects(execute.layers):
            self.log.warning("Nothing on this machine keeps students' programs from what is yours.")
        marked = mark(_outcome(execute, executed), executed, mended.unanswered, (), rules)
        for flag in marked.flags:
            self.log.warning("%s: %s %s", flag.kind, flag.cell, flag.message)
        with Book(here["db_url"]) as book:
            book.record(here["student"], here["assignment"], {released.name: marked.graded})
        return _node(json.loads(marked.text)), resources


def _node(notebook: dict[str, Any]) -> NotebookNode:
    node: NotebookNode = from_dict(notebook)  # type: ignore[no-untyped-call]
    return node


def _outcome(execute: Callable[[Task], Outcome], task: Task) -> Outcome:
    """What comes out of a task; what stalled is tried again at once, and flagged. Raises CourseError as `execute`."""
    [(_, outcome)] = once_more(lambda tasks: ((one, execute(one)) for one in tasks), iter([task]))
    if isinstance(outcome, CourseError):
        raise outcome
    return outcome


@cache
def _executor() -> Executor:
    """One for all notebooks that nbgrader grades in this process."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(Executor())


class HideFromStudents(ClearHiddenTests):  # type: ignore[misc]  # nbgrader has no types
    """Takes hidden tests out of what students get to see, and what their failing says about them."""

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        role = cell.metadata.get("nbgrader", {})
        if role.get("grade") and not role.get("solution") and self.begin_test_delimeter in cell.source:
            cell, resources = super().preprocess_cell(cell, resources, cell_index)
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    output.update(evalue="", traceback=["A hidden test failed."])
        return cell, resources
