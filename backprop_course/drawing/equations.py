"""The table of a network's equations: forward on the left, read upwards; backward on the right, read downwards."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape

from backprop_course.core.backprop import backward_steps
from backprop_course.core.names import gradient
from backprop_course.core.network import Network
from backprop_course.core.trace import Step, Trace
from backprop_course.drawing.figure import nobody_looks
from backprop_course.drawing.svg import BACKWARD, FORWARD
from backprop_course.errors import CourseError
from backprop_course.formula.typeset import parse, to_latex, to_mathml

Equation = tuple[str, str]
"""A quantity's name, and what it is equal to, as a NumPy expression."""


@dataclass(frozen=True)
class Row:
    """One quantity's equation, and its gradient's; a weight has only a gradient."""

    quantity: str
    forward: Equation | None
    backward: Equation | None


@dataclass(frozen=True)
class Table:
    """The equations as a table: for pages, as LaTeX (an array), and as plain text."""

    rows: tuple[Row, ...]

    @property
    def latex(self) -> str:
        """The table as a LaTeX array."""
        lines = [f"{_latex(row.forward)} & {_latex(row.backward)}" for row in self.rows]
        return "\\begin{array}{ll}\n" + " \\\\[1ex]\n".join(lines) + "\n\\end{array}"

    def _repr_html_(self) -> str | None:
        if nobody_looks():
            return None
        rows = "\n".join(
            f'<tr data-quantity="{escape(row.quantity)}">{_cell(row.forward)}{_cell(row.backward)}</tr>'
            for row in self.rows
        )
        heads = "".join(
            f'<th scope="col" style="text-align: left; border-bottom: 2px {line} {colour}">{name}</th>'
            for name, line, colour in (("Forward ↑", "solid", FORWARD), ("Backward ↓", "dashed", BACKWARD))
        )
        return (
            f'<table style="border-collapse: collapse"><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table>'
        )

    def __repr__(self) -> str:
        lines = [(_plain(row.forward), _plain(row.backward)) for row in self.rows]
        width = max(len(forward) for forward, _ in lines)
        return "\n".join(f"{forward:<{width}}   {backward}".rstrip() for forward, backward in lines)


def equations(of: Network | Trace) -> Table:
    """The equations of a network's two passes, the way they stand on paper.

    A row for each quantity from the loss down to the first unit, then one for each weight's gradient. A
    gradient that arrives along several paths is written as one sum. Raises CourseError for what is neither.
    """
    if not isinstance(of, Network | Trace):
        raise CourseError(f"A network or a trace is expected; this is {type(of).__name__}.")
    network, batched = (of.network, of.batched) if isinstance(of, Trace) else (of, False)
    steps = (*network.steps(batched), network.loss_step(batched))
    forward = {step.name: expression(network, step, batched) for step in steps}
    gradients = backward_steps(network, batched)
    backward = _folded(gradients, {step.name: expression(network, step, batched) for step in gradients})
    rows = [Row(name, (name, text), _gradient(name, backward)) for name, text in reversed(forward.items())]
    weights = [step.of for step in gradients if step.kind in ("weight gradient", "bias gradient")]
    rows += [Row(name, None, _gradient(name, backward)) for name in weights]
    return Table(tuple(rows))


def expression(network: Network, step: Step, batched: bool, named: Callable[[str], str] = str) -> str:
    """What a step computes, as a NumPy expression; `named` gives what stands there for a quantity."""
    written = step.equation(*map(named, step.parents))
    if step.rule == "loss" and network.loss.fused:
        # A loss that is computed from z is still one of y_hat to the reader.
        output = network.steps(batched)[-1]
        written = written.replace(output.equation(*map(named, output.parents)), named("y_hat"))
    return written


def _folded(steps: Iterable[Step], equations: Mapping[str, str]) -> dict[str, str]:
    """The gradients along single paths, put into the sums that they are for."""

    paths = {step.name for step in steps if step.path}

    def whole(text: str) -> str:
        folded = re.sub(r"\w+", lambda word: f"({equations[word[0]]})" if word[0] in paths else word[0], text)
        return text if folded == text else ast.unparse(parse(folded))  # with no more brackets than needed

    return {name: whole(text) for name, text in equations.items() if name not in paths}


def _gradient(name: str, backward: Mapping[str, str]) -> Equation | None:
    of = gradient(name)
    return (of, backward[of]) if of in backward else None


def _cell(equation: Equation | None) -> str:
    formula = to_mathml(*equation) if equation else ""
    return f'<td style="text-align: left; padding: 0.3em 2em 0.3em 0">{formula}</td>'


def _latex(equation: Equation | None) -> str:
    return f"\\displaystyle {to_latex(*equation)}" if equation else ""


def _plain(equation: Equation | None) -> str:
    return " = ".join(equation) if equation else ""
