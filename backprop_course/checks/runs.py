"""What the last run of each cell came to: a check is about the code that is there, not about an earlier run's values.

A cell that stopped leaves the values of the run before it. A hook of IPython's notes, for every cell that was not
run silently, whether it came to its end and which names its text gives something. The cell of an answer is known by
the id that the front end sends (every answer cell's is its exercise's), else by the names that its text binds.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backprop_course.calling.exceptions import advice

LONGEST = 100_000
"""The letters of a cell that is looked into."""
AGAIN = "Nothing of it has run in this kernel yet: run the cells above again (Run → Run All Above Selected Cell)."
_BINDS_UNSEEN = re.compile(r"\b(?:exec|eval|globals|locals|vars|setattr|update)\b|import\s*\*|^\s*%", re.M)
"""What can give a name something without naming it."""
_STATEMENT = re.compile(r"\s*(?:async\s+)?(?:def|class)\s+(\w+)|\s*(?:for|with|import|from)\b(.*)")


@dataclass(frozen=True)
class CellRun:
    """The last run of a cell.

    number: the how manieth run it was. cell: the id that the front end sent, or "". binds: the names that its text
    gives something. unseen: whether it may give something to others as well. error: how it stopped; "" where it came
    to its end. advice: a hint on that.
    """

    number: int
    cell: str
    binds: frozenset[str]
    unseen: bool
    error: str
    advice: str = ""


class Runs:
    """The last run of every cell of a kernel."""

    def __init__(self) -> None:
        self.last: dict[object, CellRun] = {}
        self.count = 0

    def note(self, result: Any) -> None:
        """Called by IPython after each cell, with its ExecutionResult."""
        info = result.info
        if info is None or info.silent or not info.store_history:
            return  # a front end's own questions, such as a variable viewer's
        self.count += 1
        source = info.raw_cell if isinstance(info.raw_cell, str) else ""
        cell = getattr(info, "cell_id", None) or ""
        binds = bound_names(source)
        error = result.error_before_exec or result.error_in_exec
        told, hint = (_told(error), advice(type(error).__name__, str(error))) if error else ("", "")
        run = CellRun(self.count, cell, binds, bool(_BINDS_UNSEEN.search(source)), told, hint)
        self.last[cell or binds] = run

    def trouble(self, exercise: str, asked: Collection[str], namespace: Mapping[str, object]) -> tuple[str, str]:
        """Why values of this exercise are not those of the code that is there, and a hint; "" where nothing says so.

        asked: the names that an answer gives something.
        """
        own = next((run for run in self.last.values() if run.cell == exercise), None)
        others = [run for run in self.last.values() if run is not own and run.binds & {*asked}]
        if own is None:
            own = max(others, key=lambda run: run.number, default=None)
            others = [run for run in others if run is not own]
        if own is None:
            return "", ""
        there = [name for name in asked if namespace.get(name) is not None]
        if own.error:
            later = [run for run in others if run.number > own.number and not run.error]
            again = frozenset[str]().union(*(run.binds for run in later))
            if again.issuperset(asked):
                return "", ""
            return f"the cell above stopped with {own.error}", own.advice
        # Whoever renames an answer leaves the old one behind.
        everybody = (own, *self.last.values())
        if any(run.unseen for run in everybody):
            return "", ""
        gone = [name for name in there if not any(name in run.binds for run in everybody)]
        return (f"the cell above no longer sets {', '.join(gone)}", "") if gone else ("", "")

    def has_run(self, exercise: str, asked: Collection[str]) -> bool:
        """Whether the answer's cell has run in this kernel, as far as one can know."""
        return any(run.cell == exercise or run.binds & {*asked} for run in self.last.values())


def bound_names(source: str) -> frozenset[str]:
    """The names that a cell's text gives something, also where the text is no Python yet."""
    if len(source) > LONGEST:
        return frozenset()
    lines = ["" if line.lstrip().startswith(("%", "!", "?")) else line for line in source.split("\n")]
    text = "\n".join(lines)
    try:
        return frozenset(_bound_in(ast.walk(ast.parse(text))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset(name for line in lines for name in _bound_in_line(line))


def _bound_in(nodes: Iterable[ast.AST]) -> Iterable[str]:
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)


def _bound_in_line(line: str) -> Iterable[str]:
    """The same for one line, by its tokens: what stands before the last = outside of brackets."""
    if statement := _STATEMENT.match(line):
        yield from re.findall(r"[^\W\d]\w*", statement[1] or statement[2])
        return
    names, depth, pending = list[str](), 0, list[str]()
    try:
        for token in tokenize.generate_tokens(io.StringIO(line.strip() + "\n").readline):
            if token.type == tokenize.NAME and not depth:
                pending.append(token.string)
            elif token.type == tokenize.OP and token.string in ("=", ":=", *(f"{sign}=" for sign in "+-*/@")):
                if not depth:
                    names += pending
                    pending = []
            elif token.type == tokenize.OP and token.string in "([{":
                depth += 1
            elif token.type == tokenize.OP and token.string in ")]}":
                depth -= 1
    except (tokenize.TokenError, SyntaxError):
        pass  # an open bracket or quote: what came before it counts
    yield from names


def _told(error: BaseException) -> str:
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else _line(error)
    return f"{type(error).__name__}{f' (line {line})' if line else ''}"


def _line(error: BaseException) -> int | None:
    """The line of the cell in which it stopped: the first of the traceback that runs in the notebook itself."""
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_name == "<module>" and trace.tb_frame.f_globals.get("__name__") == "__main__":
            return trace.tb_lineno
        trace = trace.tb_next
    return None


def runs_of(shell: Any) -> Runs:
    """The runs noted in IPython's shell; from the first call on they are."""
    noted = getattr(shell, _KEPT, None)
    if not isinstance(noted, Runs):
        noted = Runs()
        setattr(shell, _KEPT, noted)
        shell.events.register("post_run_cell", noted.note)
    return noted


_KEPT = "_backprop_course_runs"
