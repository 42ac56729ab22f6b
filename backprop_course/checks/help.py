"""Help for whoever is stuck: hints below a verdict after a second failed try, or one at a time when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from backprop_course.checks.hints import Hint, as_folds, hints_on, stuck_at
from backprop_course.checks.personal import as_given
from backprop_course.checks.settings import settings
from backprop_course.checks.verdict import Fold, Verdict
from backprop_course.exercises import exercise
from backprop_course.exercises.model_answers import model_answer

TRIES_BEFORE_HELP = 2
"""After so many attempts that were not all right, a verdict offers hints."""
ONE_WAY = "One way to write it"


def offered(verdict: Verdict, tries: int, namespace: Mapping[str, object]) -> Verdict:
    """The verdict, with the hints that are there after so many tries, closed."""
    with suppress(Exception):  # help that cannot be given costs nobody a verdict
        if verdict.passed and settings().model_answers and (answer := model_answer(verdict.exercise)):
            return replace(verdict, folds=(Fold(ONE_WAY, _code(answer)),))
        if not verdict.passed and not verdict.stale and tries >= TRIES_BEFORE_HELP:
            help = Help.on(verdict, namespace)
            return replace(verdict, folds=as_folds(verdict.exercise, help.part, help.hints, help.degrees))
    return verdict


@dataclass(frozen=True)
class Help:
    """The hints that a student may have on the part where he is stuck: all of them, or as many as the class allows.

    part: "" where everything is right. degrees: how many hints there are. answer: one way to write it, for whoever
    gives up; "" in a class.
    """

    exercise: str
    part: str
    hints: tuple[Hint, ...]
    degrees: int
    answer: str = ""

    @classmethod
    def on(cls, verdict: Verdict, namespace: Mapping[str, object]) -> Help:
        """The help where a verdict says that something is not right."""
        part = stuck_at(verdict)
        found = hints_on(as_given(exercise(verdict.exercise), namespace), part, namespace) if part else ()
        here = settings()
        answer = model_answer(verdict.exercise) if part and here.self_study and here.model_answers else ""
        return cls(verdict.exercise, part, found[: here.hints], len(found), answer)

    @property
    def steps(self) -> int:
        """How often one can ask: for each hint, and then to give up."""
        return len(self.hints) + bool(self.answer)

    def output(self, taken: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """What `hint` puts out for so many degrees taken: the data in each form, and the metadata."""
        shown = self.hints[:taken]
        heads = [f"Hint {k} of {self.degrees} on {self.part}" for k in range(1, len(shown) + 1)]
        last = self._last(taken)
        plain = [f"{head}: {one}" for head, one in zip(heads, shown, strict=True)]
        rows = [f"<strong>{head}</strong>{one.html}" for head, one in zip(heads, shown, strict=True)]
        if self.answer and taken == self.steps:
            plain += [f"{ONE_WAY}:", *(f"    {line}" for line in self.answer.splitlines())]
            rows.append(f"<strong>{ONE_WAY}</strong>{_code(self.answer)}")
        html = "".join(f'<div style="margin:.3em 0">{row}</div>' for row in [*rows, f"<div>{escape(last)}</div>"])
        edge = "border-left:4px solid #3366cc;padding:.3em .8em;white-space:pre-wrap"
        return {"text/plain": "\n".join([*plain, last]), "text/html": f'<div style="{edge}">{html}</div>'}, {}

    def _last(self, taken: int) -> str:
        if not self.part:
            return f"{self.exercise}: everything is right; there is nothing to hint at."
        if not self.degrees:
            return f"There is no hint on {self.part}."
        if not self.hints:
            return "In this class there are no hints here."
        if self.answer and taken == self.steps:
            return "Read it, close it, and write it again by yourself: then it is yours."
        if taken < len(self.hints):
            return f'Still stuck? hint("{self.exercise}") once more says more.'
        if taken < self.degrees:
            return "In this class there are no more hints than these."
        last = "That was the last one: put it beside your own line, piece by piece."
        return (
            f'{last}\nhint("{self.exercise}") once more gives up, and shows one way to write it.'
            if self.answer
            else last
        )


def _code(text: str) -> str:
    return f'<pre style="margin:.3em 0">{escape(text)}</pre>'
