"""The course for nbgrader: what a `nbgrader_config.py` says, and what it can say about grading.

from backprop_course.grading.configuration import configure

c = get_config()
configure(c)
c.Grading.copies_score_nothing = True
"""

from __future__ import annotations

import os
from typing import Any

from traitlets import Bool, Enum, Float, Integer, Unicode
from traitlets.config import Configurable

from backprop_course.checks.settings import MOST_HINTS, Settings
from backprop_course.grading.open_gradebook import have_nbgrader_wait
from backprop_course.sandbox.between.task import Limits
from backprop_course.students import STUBS

_OURS = "backprop_course.grading.preprocessors"
_NBGRADERS = "nbgrader.preprocessors"
_OUTPUT = [f"{_NBGRADERS}.IgnorePattern", f"{_NBGRADERS}.LimitOutput"]
_EXECUTE_AND_SAVE = [f"{_OURS}.ExecuteAndSave", *_OUTPUT]
_STOCK_EXECUTE_AND_SAVE = [f"{_NBGRADERS}.Execute", *_OUTPUT, f"{_NBGRADERS}.SaveAutoGrades"]


class Grading(Configurable):
    """What submissions may use, and what is made of what they did: `c.Grading` in a `nbgrader_config.py`."""

    cell_seconds = Float(Limits.cell_seconds, help="Time for a cell.").tag(config=True)
    check_seconds = Float(Limits.check_seconds, help="Time for a check.").tag(config=True)
    submission_seconds = Float(Limits.submission_seconds, help="Time for a notebook.").tag(config=True)
    memory = Integer(Limits.memory, help="Memory for each process of a submission, in bytes.").tag(config=True)
    keep_figures = Bool(False, help="Draw plots, so that one sees them in graded notebooks; that takes time.").tag(
        config=True
    )
    copies_score_nothing = Bool(
        False, help="Give no points for an answer that has the course's own library compute it."
    ).tag(config=True)
    own_tests = Enum(
        ("auto", "apart", "beside"),
        "auto",
        help="Where your own tests run: apart from the student's code, beside it as in nbgrader, or as your own "
        "solution shows that each has to.",
    ).tag(config=True)

    hints = Integer(MOST_HINTS, min=0, max=MOST_HINTS, help="How many degrees of hints students may have.").tag(
        config=True
    )
    model_answers = Bool(True, help="Show students one way to write an answer after they have full points.").tag(
        config=True
    )

    personal_numbers = Unicode(
        "",
        help="Give each student numbers of his own, drawn from the id that he types: what new-class has written into "
        "this file, a version and a salt. Empty: all have the published ones.",
    ).tag(config=True)
    practice = Bool(True, help="Let students practise with new numbers, without points.").tag(config=True)

    def settings(self) -> Settings:
        """What the class decides about help and numbers: it goes into every notebook that is released."""
        return Settings(self.hints, self.model_answers, self.personal_numbers, self.practice, self_study=False)

    def limits(self) -> Limits:
        """The limits of a task."""
        return Limits(
            cell_seconds=self.cell_seconds,
            check_seconds=self.check_seconds,
            submission_seconds=self.submission_seconds,
            memory=self.memory,
        )


def configure(config: Any) -> None:
    """Sets nbgrader up for the course: its source notebooks, and its own steps with ours among them.

    config: what `get_config()` gives. Where processes cannot be forked (Windows), nbgrader executes as ever.
    A gradebook that another program has locked is waited for in this process, by nbgrader's own code too.
    """
    have_nbgrader_wait()
    config.CourseDirectory.course_id = "backprop-course"
    config.CourseDirectory.source_directory = "notebooks"
    config.ClearSolutions.update(STUBS)
    config.GenerateAssignment.preprocessors = [
        f"{_NBGRADERS}.IncludeHeaderFooter",
        f"{_OURS}.WriteSettings",
        *(f"{_NBGRADERS}.{step}" for step in ("InstantiateTests", "LockCells")),
        f"{_NBGRADERS}.ClearSolutions",
        f"{_OURS}.AskForId",
        *(f"{_NBGRADERS}.{step}" for step in ("ClearOutput", "CheckCellMetadata")),
        f"{_NBGRADERS}.ComputeChecksums",
        f"{_OURS}.SaveRelease",
        *(f"{_NBGRADERS}.{step}" for step in ("ClearHiddenTests", "ClearMarkScheme", "ComputeChecksums")),
        f"{_NBGRADERS}.CheckCellMetadata",
    ]
    config.Autograde.exporter_class = "backprop_course.grading.submitted_notebooks.SubmittedNotebooks"
    config.Autograde.sanitize_preprocessors = []  # it has mended what it gives
    config.Autograde.autograde_preprocessors = [
        *(_EXECUTE_AND_SAVE if hasattr(os, "fork") else _STOCK_EXECUTE_AND_SAVE),
        f"{_NBGRADERS}.AssignLatePenalties",
        f"{_NBGRADERS}.CheckCellMetadata",
    ]
    config.ExportApp.plugin_class = "backprop_course.grading.table.TableExporter"
    filters = {"strip_files_prefix": "harmless", "highlight_code": "coloured", "markdown2html": "typeset"}
    # In words, a score passes through the filters that make a number of it.
    filters |= {"float": "number_or_words", "round": "rounded_or_words"}
    config.HTMLExporter.filters = {name: f"backprop_course.grading.pages.{ours}" for name, ours in filters.items()}
    config.GenerateFeedback.exporter_class = "backprop_course.grading.feedback_page.FeedbackPage"
    config.GenerateFeedback.force = True  # a page that is older than a grade, by hand too, is never left
    config.GenerateFeedback.preprocessors = [
        f"{_OURS}.HideFromStudents",
        f"{_OURS}.GetTrueGrades",
    ]
