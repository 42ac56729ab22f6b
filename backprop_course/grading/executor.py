"""Executes a notebook: the student's cells in a locked-in process, the checks here, where the student cannot reach."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from backprop_course.checks import Verdict, judge
from backprop_course.checks.output import output_of
from backprop_course.errors import CourseError
from backprop_course.exercises import EXERCISES, Exercise, names_judged
from backprop_course.grading import sheet
from backprop_course.grading.copying import bound_names, meddles_with, reference_names, uses_of_reference
from backprop_course.grading.plots import PYPLOT, only_drawing
from backprop_course.grading.tests_of_ones_own import run_test
from backprop_course.sandbox.between.messages import Late, WireError
from backprop_course.sandbox.between.task import Flag, Outcome, Task
from backprop_course.sandbox.inside.landlock import NEWEST
from backprop_course.sandbox.outside.clock import CandidatesClock
from backprop_course.sandbox.outside.fork_server import Warm
from backprop_course.sandbox.outside.proxies import Names
from backprop_course.sandbox.outside.session import Session


class Executor:
    """Executes one notebook at a time: `outcome = execute(task)`. To be used in a `with` statement.

    newest_landlock: the version of Landlock to go up to, as if the kernel were that old.
    layers: what keeps a student's code in, on this machine, by name.
    Raises CourseError where this machine cannot run candidates at all.
    """

    def __init__(self, newest_landlock: int = NEWEST) -> None:
        if not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
            raise CourseError("Submissions cannot be kept apart on this system; grade them with nbgrader autograde.")
        self._newest_landlock = newest_landlock
        self._warm: Warm | None = None
        self.layers: tuple[str, ...] = ()

    def __enter__(self) -> Executor:
        with self._session(Task("", "", "", "{}", {})) as session:
            self.layers = session.layers
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends what was started."""
        if self._warm:
            self._warm.close()
        self._warm = None

    def __call__(self, task: Task) -> Outcome:
        """What comes out of a task. Raises nothing for what a submission holds.

        Raises CourseError where no candidate can be started: that is not the submission's doing.
        """
        started = time.perf_counter()
        with self._session(task) as session:
            run = _Run(task, session.clock)
            run.all_cells(session)
        return run.outcome(self.layers, time.perf_counter() - started)

    @contextlib.contextmanager
    def _session(self, task: Task) -> Iterator[Session]:
        session = self._started(task, tries=2)
        try:
            yield session
        finally:
            session.close()

    def _started(self, task: Task, tries: int) -> Session:
        if self._warm is None:
            self._warm = Warm(self._newest_landlock)
        try:
            return self._warm.session(task)
        except WireError as error:
            self._warm.close()
            self._warm = None
            if tries == 1:
                raise CourseError(f"No process for a submission can be started: {error}. Is memory short?") from error
            return self._started(task, tries - 1)


class _Run:
    """The execution of one task, cell by cell."""

    def __init__(self, task: Task, clock: CandidatesClock) -> None:
        self.task = task
        self.clock = clock
        self.until = clock.now() + task.limits.submission_seconds
        self.notebook = json.loads(task.notebook)
        self.scores = dict.fromkeys(task.points, 0.0)
        self.verdicts: dict[str, dict[str, object]] = {}
        self.flags: list[Flag] = []
        self.error = ""
        self.released: list[str] = []
        code = [cell for cell in self.notebook.get("cells", []) if cell["cell_type"] == "code"]
        for cell in code:
            cell["outputs"], cell["execution_count"] = [], None
        self.cells = [cell for cell in code if sheet.source(cell).strip()]
        self.reference = reference_names(map(sheet.source, self.cells))
        checked = {sheet.grade_id(cell): EXERCISES.get(sheet.checked(cell)) for cell in self.cells}
        self.asked = {grade_id: _asked(exercise) for grade_id, exercise in checked.items() if exercise}
        self.unseen = self._unseen()

    def _unseen(self) -> frozenset[int]:
        """The places of the cells that are not needed for anything but pictures that nobody sees."""
        if self.task.keep_figures:
            return frozenset()
        plain = [
            place for place, cell in enumerate(self.cells) if not (sheet.grade_id(cell) or self._answered_in(cell))
        ]
        return only_drawing([*map(sheet.source, self.cells)], plain, frozenset().union(*self.asked.values()))

    def all_cells(self, session: Session) -> None:
        """Runs and judges every cell. Raises WireError where the candidate is gone."""
        for count, cell in enumerate(self.cells, start=1):
            cell["execution_count"] = count
            try:
                if self.clock.now() > self.until:
                    raise Late("the time for the whole notebook is up")
                if sheet.grade_id(cell) in self.task.points and not sheet.is_answer(cell):
                    cell["outputs"] = self._judged(cell, session, count)
                else:
                    cell["outputs"] = self._executed(cell, session, count)
            except WireError as error:
                self.stop(cell, error)
                return
            if sheet.is_locked(cell):
                self.released.append(sheet.source(cell))

    def stop(self, at: dict[str, Any], error: WireError) -> None:
        """The notebook ends here: what comes after is not judged, and says so."""
        self.error = f"Execution ended in cell {at['execution_count']}: {error}."
        self.flags.append(Flag("stopped", sheet.grade_id(at), self.error))
        at["outputs"] = [_failed("DeadKernelError", self.error)]
        for cell in self.cells:
            if cell["execution_count"] is None and sheet.grade_id(cell) in self.task.points:
                cell["outputs"] = [_failed("DeadKernelError", f"Not judged. {self.error}")]

    def _executed(self, cell: dict[str, Any], session: Session, count: int) -> list[dict[str, Any]]:
        source, limits = sheet.source(cell), self.task.limits
        seconds = min(limits.cell_seconds, self.until - self.clock.now())
        answers = self._answered_in(cell)
        if answers and (used := uses_of_reference(source, self.reference)):
            self._flag_copy(answers, f"mentions {', '.join(used)} of the course")
        if not sheet.is_locked(cell) and (tools := meddles_with(source)):
            what = f"cell {count} mentions {', '.join(tools)}."
            self.flags.append(Flag("suspicious-code", sheet.grade_id(cell), what))
        unseen = PYPLOT if count - 1 in self.unseen else ""
        done = session.cell(source, count, seconds, limits.output_size, bool(answers), unseen)
        if answers and done.called:
            self._flag_copy(answers, f"calls the course's {', '.join(sorted(done.called))}")
        return done.outputs

    def _answered_in(self, cell: dict[str, Any]) -> list[str]:
        """The answers that a cell gives: itself, or, in a cell of the student's own, the names that are asked for."""
        if sheet.is_answer(cell):
            return [sheet.grade_id(cell)]
        if sheet.is_locked(cell):
            return []
        bound = bound_names(sheet.source(cell))
        return [grade_id for grade_id, names in self.asked.items() if names & bound]

    def _judged(self, cell: dict[str, Any], session: Session, count: int) -> list[dict[str, Any]]:
        grade_id = sheet.grade_id(cell)
        seconds = min(self.task.limits.check_seconds, self.until - self.clock.now())
        most = self.task.points[grade_id]
        exercise = sheet.checked(cell)
        with session.line(seconds) as line:
            if exercise in EXERCISES:
                verdict = judge(exercise, Names(line, names_judged(EXERCISES[exercise]))).out_of(most)
                score = max(0.0, min(float(verdict.points), most))
                self.verdicts[grade_id] = verdict.to_json()
                outputs = _shown(verdict, score, count)
            else:
                tested = run_test(sheet.source(cell), self.released, line, most, seconds, count)
                score, outputs = tested.points, tested.outputs
            if line.called:
                self._flag_copy([grade_id], f"calls the course's {', '.join(sorted(line.called))} while it is judged")
        self.scores[grade_id] = score
        return outputs

    def _flag_copy(self, answers: list[str], what: str) -> None:
        self.flags += [Flag("copied-reference", answer, f"{what}.") for answer in answers]

    def outcome(self, layers: tuple[str, ...], seconds: float) -> Outcome:
        notebook = json.dumps(self.notebook, ensure_ascii=False)
        return Outcome(
            notebook,
            self.scores,
            self.verdicts,
            tuple(dict.fromkeys(self.flags)),
            self.error,
            layers,
            seconds,
            self._stalled(),
        )

    def _stalled(self) -> bool:
        """Whether something was not done in time, and a tenth of a check's time was not the candidate's to use."""
        much = self.task.limits.check_seconds / 10
        return (self.clock.late and self.clock.lost > much) or (self.clock.alarmed and self.clock.held > much)


def _asked(exercise: Exercise) -> frozenset[str]:
    """The names that an answer to it gives something."""
    return frozenset(exercise.answered)


def _shown(verdict: Verdict, score: float, count: int) -> list[dict[str, Any]]:
    """What a check leaves in a notebook, where nbgrader reads the score."""
    data, metadata = output_of(verdict)
    return [
        {"output_type": "display_data", "data": data, "metadata": metadata},
        {
            "output_type": "execute_result",
            "data": {"text/plain": repr(score)},
            "metadata": {},
            "execution_count": count,
        },
    ]


def _failed(name: str, words: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": words, "traceback": [f"{name}: {words}"]}
