"""Executes a notebook: the student's cells in a locked-in process, the checks here, where the student cannot reach."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType
from typing import Any

from backprop_course.checks import Verdict, judge
from backprop_course.checks.output import output_of
from backprop_course.checks.runs import bound_names
from backprop_course.checks.settings import during
from backprop_course.errors import CourseError
from backprop_course.exercises import files, find, names_judged
from backprop_course.grading import course_inside
from backprop_course.grading.beside import BesideRun, run_beside, runs_beside
from backprop_course.grading.class_settings import settings_in
from backprop_course.grading.copying import meddles_with, reference_names, uses_of_reference
from backprop_course.grading.personal_numbers import asked_besides, flags_of_numbers, hand_numbers
from backprop_course.grading.plots import PYPLOT, only_drawing
from backprop_course.grading.stand_in import hand_over
from backprop_course.grading.tests_of_ones_own import OwnTests, Tested, flags_of_test, shown_error
from backprop_course.sandbox.between.messages import Late, WireError
from backprop_course.sandbox.between.task import Cell, Executed, Flag, Outcome, Task, TestForm
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
        with self._session(Task("", "", "", (), {})) as session:
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
        file = files.load(task.exercises) if task.exercises else None
        decided = settings_in(task.cells)
        with files.known(file), during(replace(decided, people=task.people)):
            with self._session(task, file) as session:
                run = _Run(task, session.clock)
                run.all_cells(session)
            if any(runs_beside(task, cell) for cell in run.cells):
                with self._session(task, file) as session:
                    run.take(run_beside(task, run.cells, session), session.clock)
        return run.outcome(self.layers, time.perf_counter() - started)

    @contextlib.contextmanager
    def _session(self, task: Task, file: files.ExerciseFile | None = None) -> Iterator[Session]:
        session = self._started(task, tries=2)
        try:
            if task.files:
                session.put(task.files)
            if file:
                hand_over(file, session)
            yield session
        finally:
            session.close()

    def _started(self, task: Task, tries: int) -> Session:
        if self._warm is None:
            self._warm = Warm(course_inside.__name__, self._newest_landlock)
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
        self.scores = dict.fromkeys(task.points, 0.0)
        self.verdicts: dict[str, dict[str, object]] = {}
        self.flags: list[Flag] = []
        self.error = ""
        self.own = OwnTests(task.files)
        self.tested: dict[str, Tested] = {}
        self.stalled = False
        self.cells = [cell for cell in task.cells if cell.source.strip()]
        self.shown: list[Executed] = []
        self.reference = reference_names(cell.source for cell in self.cells)
        exercises = {cell.name: find(cell.exercise) for cell in self.cells if cell.name}
        self.asked = {name: frozenset(exercise.answered) for name, exercise in exercises.items() if exercise}
        self.unseen = self._unseen()

    def _unseen(self) -> frozenset[int]:
        """The places of the cells that are not needed for anything but pictures that nobody sees."""
        if self.task.keep_figures:
            return frozenset()
        plain = [place for place, cell in enumerate(self.cells) if not (cell.name or self._answered_in(cell))]
        sources = [cell.source for cell in self.cells]
        return only_drawing(sources, plain, frozenset().union(*self.asked.values()))

    def all_cells(self, session: Session) -> None:
        """Runs and judges every cell. Raises WireError where the candidate is gone."""
        for count, cell in enumerate(self.cells, start=1):
            try:
                if self.clock.now() > self.until:
                    raise Late("the time for the whole notebook is up")
                if runs_beside(self.task, cell):
                    outputs = []  # it gets them when these run
                elif self._is_check(cell):
                    outputs = self._judged(cell, session, count)
                else:
                    outputs = self._executed(cell, session, count)
            except WireError as error:
                self.stop(count, error)
                return
            self.shown.append(Executed(count, outputs))
            if cell.locked and not self._is_check(cell):
                self.own.saw(cell.source)

    def _is_check(self, cell: Cell) -> bool:
        return cell.name in self.task.points and not cell.solution

    def stop(self, count: int, error: WireError) -> None:
        """The notebook ends here: what comes after is not judged, and says so."""
        self.error = f"Execution ended in cell {count}: {error}."
        self.flags.append(Flag("stopped", self.cells[count - 1].name, self.error))
        self.shown.append(Executed(count, [shown_error("DeadKernelError", self.error)]))
        for cell in self.cells[count:]:
            outputs = (
                [shown_error("DeadKernelError", f"Not judged. {self.error}")] if cell.name in self.task.points else []
            )
            self.shown.append(Executed(None, outputs))

    def _executed(self, cell: Cell, session: Session, count: int) -> list[dict[str, Any]]:
        limits = self.task.limits
        seconds = min(limits.cell_seconds, self.until - self.clock.now())
        answers = self._answered_in(cell)
        if answers and (used := uses_of_reference(cell.source, self.reference)):
            self._flag_copy(answers, f"mentions {', '.join(used)} of the course")
        if not cell.locked and (tools := meddles_with(cell.source)):
            self.flags.append(Flag("suspicious-code", cell.name, f"cell {count} mentions {', '.join(tools)}."))
        hand_numbers(cell, session)
        unseen = PYPLOT if count - 1 in self.unseen else ""
        done = session.cell(cell.source, count, seconds, limits.output_size, bool(answers), unseen)
        if answers and done.called:
            self._flag_copy(answers, f"calls the course's {', '.join(sorted(done.called))}")
        return done.outputs

    def _answered_in(self, cell: Cell) -> list[str]:
        """The answers that a cell gives: itself, or, in a cell of the student's own, the names that are asked for."""
        if cell.solution:
            return [cell.name]
        if cell.locked:
            return []
        bound = bound_names(cell.source)
        return [name for name, names in self.asked.items() if names & bound]

    def _judged(self, cell: Cell, session: Session, count: int) -> list[dict[str, Any]]:
        seconds = min(self.task.limits.check_seconds, self.until - self.clock.now())
        most = self.task.points[cell.name]
        with session.line(seconds) as line:
            if exercise := find(cell.exercise):
                names = Names(line, (*names_judged(exercise), *asked_besides(exercise)))
                ran = [one.source for one in self.cells[: count - 1]]
                verdict = judge(exercise.id, names, ran).out_of(most)
                self.flags += flags_of_numbers(self.task, cell, exercise, names, verdict)
                score = max(0.0, min(float(verdict.points), most))
                self.verdicts[cell.name] = verdict.to_json()
                outputs = _shown(verdict, score, count)
            else:
                form = self.task.tests.get(cell.name, TestForm())
                tested = self.own.run(cell.source, form, line, most, seconds, count)
                score, outputs = tested.points, tested.outputs
                self.tested[cell.name] = tested
                self.flags += flags_of_test(cell.name, tested, form)
            if line.called:
                called = ", ".join(sorted(line.called))
                self._flag_copy([cell.name], f"calls the course's {called} while it is judged")
        self.scores[cell.name] = score
        return outputs

    def take(self, beside: BesideRun, clock: CandidatesClock) -> None:
        """What the tests gave that ran beside the student's code."""
        for at, cell in enumerate(self.cells):
            if tested := beside.tested.get(cell.name):
                self.shown[at] = Executed(at + 1, tested.outputs)
                self.scores[cell.name], self.tested[cell.name] = tested.points, tested
        if beside.error:
            self.error = self.error or beside.error
            self.flags.append(Flag("stopped", beside.stopped, beside.error))
        self.stalled = clock.has_cost(self.task.limits.check_seconds / 10)

    def _flag_copy(self, answers: list[str], what: str) -> None:
        self.flags += [Flag("copied-reference", answer, f"{what}.") for answer in answers]

    def outcome(self, layers: tuple[str, ...], seconds: float) -> Outcome:
        shown = iter(self.shown)
        return Outcome(
            tuple(next(shown) if cell.source.strip() else Executed() for cell in self.task.cells),
            self.scores,
            self.verdicts,
            tuple(dict.fromkeys(self.flags)),
            self.error,
            layers,
            seconds,
            self.stalled or self.clock.has_cost(self.task.limits.check_seconds / 10),
            {name: tested.not_carried_out for name, tested in self.tested.items() if tested.not_carried_out},
            tuple(name for name, tested in self.tested.items() if tested.changed),
            tuple(name for name, tested in self.tested.items() if tested.printed),
        )


def _shown(verdict: Verdict, score: float, count: int) -> list[dict[str, Any]]:
    """What a check leaves in a notebook, where nbgrader reads the score."""
    data, metadata = output_of(verdict)
    result = {"data": {"text/plain": repr(score)}, "metadata": {}, "execution_count": count}
    return [
        {"output_type": "display_data", "data": data, "metadata": metadata},
        {"output_type": "execute_result", **result},
    ]
