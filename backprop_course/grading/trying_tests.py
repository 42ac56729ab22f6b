"""Before a class is graded, the instructor's own solution is: what form each test of his own has, it shows.

A test that denies the model solution its points apart runs beside the student's code, with those above it whose names
it needs; one that denies them there, too, is not used: a human gives its points.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from backprop_course.checks.cell_text import parsed_cell
from backprop_course.errors import CourseError
from backprop_course.grading.cells import exercise_checked
from backprop_course.grading.configuration import Grading
from backprop_course.grading.folders import files_for_everybody
from backprop_course.grading.marking import task
from backprop_course.grading.released import ReleasedCell, ReleasedNotebook
from backprop_course.grading.released_values import changed_by, mentioned
from backprop_course.grading.submission import Mended, mend
from backprop_course.sandbox.between.task import Outcome, Task, TestForm

APART, BESIDE, NOWHERE = "apart", "beside", "nowhere"


@dataclass(frozen=True)
class TriedTests:
    """How the tests of a notebook are carried out. said: what the instructor should know about it, a line each."""

    forms: Mapping[str, TestForm] = field(default_factory=dict)
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class AssignmentTests:
    """The tests of an assignment: those of each notebook, by its name, and the files that lie where they run."""

    notebooks: Mapping[str, TriedTests] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()


def try_tests(
    assignment: str,
    released: Mapping[str, ReleasedNotebook],
    source: Path,
    rules: Grading,
    run: Callable[[Iterator[Task]], Iterator[tuple[Task, Outcome | CourseError]]],
    exercises: str = "",
    with_files: bool = True,
) -> AssignmentTests:
    """Tries the own tests of an assignment's notebooks. source: the folder of the instructor's version.

    run: executes tasks. exercises: the text of the assignment's own file of them. with_files: what lies beside the
    instructor's notebooks is the assignment's.
    Nothing is executed where all tests are checks of the course's exercises.
    """
    files, said = files_for_everybody(source) if with_files else ({}, ())
    trials = dict[str, Trial]()
    for name, notebook in released.items():
        if tests := [cell for cell in notebook.cells if _is_own_test(cell)]:
            model = _model(notebook, source / f"{name}.ipynb")
            solved = task("the model solution", assignment, model, rules, exercises, {}, files) if model else None
            trials[name] = Trial(name, tests, solved, rules.own_tests)
    while waiting := [trial.next for trial in trials.values() if trial.next]:
        for executed, outcome in run(iter(waiting)):
            trials[executed.name].take(outcome)
    tried = {name: trial.tried for name, trial in trials.items()}
    return AssignmentTests(tried, files, (*said, *(line for one in tried.values() for line in one.said)))


def _is_own_test(cell: ReleasedCell) -> bool:
    return cell.automatic and cell.cell_type == "code" and not exercise_checked(cell.source)


def _model(released: ReleasedNotebook, path: Path) -> Mended | None:
    """The instructor's own solution as if it had been handed in; None where there is none."""
    try:
        mended = mend(path.read_bytes(), released)
    except (OSError, CourseError):
        return None
    answers = {cell.name for cell in released.cells if cell.solution and cell.cell_type == "code"}
    if answers and answers <= mended.unanswered:
        return None
    return mended


class Trial:
    """Tries the tests of one notebook on the model solution: `while task := trial.next: trial.take(outcome)`.

    model: the model solution, as a task; None where the source has none. way: `c.Grading.own_tests`.
    """

    def __init__(self, name: str, tests: Sequence[ReleasedCell], model: Task | None, way: str) -> None:
        self._name, self._tests, self._model, self._way = name, tests, model, way
        self._forms = {test.name: TestForm(BESIDE if way == BESIDE else APART) for test in tests}
        self._failed: dict[str, str] = {}
        self._why = "the source has no solution" if model is None else ""
        self.next: Task | None = replace(model, tests=self._forms) if model else None

    def take(self, outcome: Outcome | Exception) -> None:
        """The model solution has been executed; `next` is what to execute now, or None."""
        assert self._model
        tried, self.next = self.next, None
        assert tried
        if not isinstance(outcome, Outcome):
            self._why = f"the model solution could not be executed ({outcome})"
            return
        sources = {test.name: test.source for test in self._tests}
        for name in set(outcome.printed_points) & self._forms.keys():
            # A number, but not the points: beside assertions it says nothing.
            if outcome.scores.get(name, 0.0) < self._model.points[name] and _asserts(sources[name]):
                self._forms[name] = replace(self._forms[name], prints_points=False)
        for name in set(outcome.changed_arguments) & self._forms.keys():
            self._forms[name] = replace(self._forms[name], may_change=True)
        fails = {name for name in self._forms if self._denied(name, outcome)}
        more = self._with_what_they_need(fails) - {n for n, form in self._forms.items() if form.where == BESIDE}
        if more and self._way == "auto":
            for name in more:
                self._forms[name] = replace(self._forms[name], where=BESIDE)
            self.next = replace(self._model, tests=dict(self._forms))
            return
        self._failed = {name: self._reason(name, outcome) for name in fails}
        for name in fails:
            self._forms[name] = replace(self._forms[name], where=NOWHERE)

    def _denied(self, name: str, outcome: Outcome) -> bool:
        assert self._model
        whole = outcome.scores.get(name, 0.0) >= self._model.points[name]
        no_points = name in outcome.printed_points and not self._forms[name].prints_points
        return name in outcome.not_carried_out or not (whole or no_points)

    def _reason(self, name: str, outcome: Outcome) -> str:
        assert self._model
        if name in outcome.not_carried_out:
            return outcome.not_carried_out[name]
        shown = next(
            one.outputs for cell, one in zip(self._model.cells, outcome.cells, strict=True) if cell.name == name
        )
        errors = [f"{one['ename']}: {one['evalue']}".rstrip(": ") for one in shown if one["output_type"] == "error"]
        said = (
            f"it prints {outcome.scores.get(name, 0.0):g}" if name in outcome.printed_points else "something on stderr"
        )
        return " ".join(" ".join(errors).split())[:120] or said

    def _with_what_they_need(self, names: set[str]) -> set[str]:
        """Tests with those above them that bind names which they mention, and so on."""
        needed, found = set[str](), set[str]()
        for test in reversed(self._tests):
            tree = parsed_cell(test.source)
            if test.name in names or needed & {name for one in tree.body for name in changed_by(one)}:
                found.add(test.name)
                needed |= mentioned(tree)
        return found

    @property
    def tried(self) -> TriedTests:
        """How the tests are carried out."""
        where = {way: [name for name, form in self._forms.items() if form.where == way] for way in (BESIDE, NOWHERE)}
        said = []
        if self._why:
            form = "beside the student's code" if self._way == BESIDE else "apart"
            said.append(f"{self._name}: {self._why}: its own tests run {form}, untried.")
        if where[BESIDE] and not self._why:
            said.append(f"{self._name}: these tests run beside the student's code: {', '.join(where[BESIDE])}.")
        for name in where[NOWHERE]:
            said.append(
                f"{self._name}: {name} denies the model solution its points ({self._failed[name]}); it is not used, "
                "and waits for a human in every submission."
            )
        for name, one in self._forms.items():
            if not one.prints_points and one.where != NOWHERE:
                said.append(f"{self._name}: the number in the last line of {name} is not counted as its points.")
        return TriedTests(self._forms, tuple(said))


def _asserts(source: str) -> bool:
    """Whether a test can fail, besides giving a number."""
    return any(
        isinstance(node, ast.Assert | ast.Raise) or (isinstance(node, ast.Attribute) and node.attr.startswith("assert"))
        for node in ast.walk(parsed_cell(source))
    )
