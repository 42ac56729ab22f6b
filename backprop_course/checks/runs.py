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
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from backprop_course.calling.exceptions import advice
from backprop_course.checks.cell_text import without_magics

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
    gives something. reached: those of them that this run gave something. unseen: whether it may give something to
    others as well. error: how it stopped; "" where it came to its end, or still runs. advice: a hint on that.
    """

    number: int
    cell: str
    binds: frozenset[str]
    reached: frozenset[str]
    unseen: bool
    error: str = ""
    advice: str = ""


class Trouble(NamedTuple):
    """Why values are not those of the code that is there; what a verdict on them is about; a hint, or "".

    about: "" where there is nothing that it could be about.
    """

    why: str
    about: str = ""
    hint: str = ""


class Runs:
    """The last run of every cell of a kernel. names: the notebook's."""

    def __init__(self, names: Mapping[str, object]) -> None:
        self.last: dict[object, CellRun] = {}
        self.count = 0
        self.names = names
        self.before: dict[str, object] = {}

    def begin(self, info: Any) -> None:
        """Called by IPython before each cell, with its ExecutionInfo: a check in it is about what it sets."""
        if run := self._run(info):
            # The objects themselves: another one could come to lie where one was that is gone.
            self.before = {name: self.names[name] for name in run.binds if name in self.names}
            self.last[run.cell or run.binds] = run

    def note(self, result: Any) -> None:
        """Called by IPython after each cell, with its ExecutionResult."""
        run, before, self.before = self._run(result.info), self.before, {}
        if run is None:
            return
        self.count = run.number
        if error := result.error_before_exec or result.error_in_exec:
            reached = frozenset[str]()
            if not result.error_before_exec:
                new = {name for name in run.binds if name in self.names and self.names[name] is not before.get(name)}
                reached = _bound_above(_line(error), result.info.raw_cell) | new
            told, hint = _told(error, result.info.raw_cell), advice(type(error).__name__, str(error))
            run = replace(run, reached=reached, error=told, advice=hint)
        self.last[run.cell or run.binds] = run

    def _run(self, info: Any) -> CellRun | None:
        if info is None or info.silent or not info.store_history:
            return None  # a front end's own questions, such as a variable viewer's
        source = info.raw_cell if isinstance(info.raw_cell, str) else ""
        binds = bound_names(source)
        unseen = bool(_BINDS_UNSEEN.search(source))
        return CellRun(self.count + 1, getattr(info, "cell_id", None) or "", binds, binds, unseen)

    def trouble(self, exercise: str, asked: Collection[str], namespace: Mapping[str, object]) -> Trouble | None:
        """Why values of this exercise are not those of the code that is there; None where nothing says so.

        asked: the names that an answer gives something.
        """
        own = next((run for run in self.last.values() if run.cell == exercise), None)
        there = [name for name in asked if namespace.get(name) is not None]
        # The last run that binds a name decides; where none does, the answer's own cell.
        deciding = {name: self._last_binding(name, own) for name in asked}
        failed = {name: run for name, run in deciding.items() if run and run.error}
        if failed:
            run = max(failed.values(), key=lambda run: run.number)
            old = [name for name in there if name in failed and name not in failed[name].reached]
            subject = "the cell above" if run is own or not run.cell else f"the last cell that sets {_listed(failed)}"
            about = f"an earlier run{'' if old == there else f' (at {_listed(old)})'}" if old else ""
            if there and not old:
                about = "what ran before that line"
            return Trouble(f"{subject} stopped with {run.error}", about, run.advice)
        # Whoever renames an answer leaves the old one behind.
        if own is None or any(run.unseen for run in self.last.values()):
            return None
        gone = [name for name in there if not any(name in run.binds for run in self.last.values())]
        about = "an earlier run" if gone == there else f"an earlier run (at {_listed(gone)})"
        return Trouble(f"the cell above no longer sets {_listed(gone)}", about) if gone else None

    def _last_binding(self, name: str, own: CellRun | None) -> CellRun | None:
        binding = (run for run in self.last.values() if name in run.binds)
        return max(binding, key=lambda run: run.number, default=own)

    def has_run(self, exercise: str, asked: Collection[str]) -> bool:
        """Whether the answer's cell has run in this kernel, as far as one can know."""
        return any(run.cell == exercise or run.binds & {*asked} for run in self.last.values())


@lru_cache(256)  # while grading, most cells are the same in every submission
def bound_names(source: str) -> frozenset[str]:
    """The names that a cell's text gives something, also where the text is no Python yet."""
    if len(source) > LONGEST:
        return frozenset()
    text = without_magics(source)
    try:
        return frozenset(_bound_in(ast.walk(ast.parse(text))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset(name for line in text.split("\n") for name in _bound_in_line(line))


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


def _bound_above(line: int | None, source: str) -> frozenset[str]:
    """The names that a cell's statements above a line surely give something."""
    if line is None or source.lstrip().startswith("%%"):
        return frozenset()
    lines = source.lstrip("\n").split("\n")[: line - 1]
    while lines:  # what the line is in the middle of is no statement yet
        text = "\n".join("" if one.startswith(("%", "!", "?")) else one for one in lines)
        try:
            simple = [node for node in ast.parse(text).body if isinstance(node, _SIMPLE)]
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            lines.pop()
        else:
            return frozenset(name for node in simple for name in _bound_in(ast.walk(node)))
    return frozenset()


_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _told(error: BaseException, source: str) -> str:
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else _line(error)
    counted = line and not source.lstrip().startswith("%%")  # a magic counts the lines below its own
    return f"{type(error).__name__}{f' (line {line})' if counted else ''}"


def _line(error: BaseException) -> int | None:
    """The line of the cell in which it stopped: the first of the traceback that runs in the notebook itself."""
    trace = error.__traceback__
    while trace:
        code = trace.tb_frame.f_code.co_name  # IPython 8.0 writes the line into it
        if code.startswith(("<module>", "<cell line")) and trace.tb_frame.f_globals.get("__name__") == "__main__":
            return trace.tb_lineno
        trace = trace.tb_next
    return None


def runs_of(shell: Any) -> Runs:
    """The runs noted in IPython's shell; from the first call on they are."""
    noted = getattr(shell, _KEPT, None)
    if not isinstance(noted, Runs):
        noted = Runs(shell.user_ns)
        setattr(shell, _KEPT, noted)
        shell.events.register("pre_run_cell", noted.begin)
        shell.events.register("post_run_cell", noted.note)
    return noted


_KEPT = "_backprop_course_runs"
