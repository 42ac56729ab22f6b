"""A notebook's cells run as a kernel would run them, without a kernel."""

from __future__ import annotations

import ast
import os
import re
import sys
import warnings
from contextlib import nullcontext
from typing import Any

import numpy as np
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from backprop_course.sandbox.inside.outputs import TYPES, Displays, LastLine, Outputs, Stream
from backprop_course.sandbox.inside.unseen import nothing_drawn

_NO_COMMANDS = "No commands are run while grading: "
_PROMPT = re.compile(r"^[^\S\n]*(>>>|\.\.\.|In \[)", re.MULTILINE)
"""Pasted with a cell's lines: IPython takes it away."""
_IPYTHONS = re.compile(r"[%!?]|^[^\S\n]*[,;/]", re.MULTILINE)
"""What IPython's own syntax begins or ends with. Python has other uses for some of it."""
_AWAITS = re.compile("await|async")


def _is_python(cell: str) -> bool:
    """Whether IPython would leave a cell as it is. A single line may be a command without its `%`, so it says no."""
    if "\n" not in cell.strip() or cell[0].isspace() or _PROMPT.search(cell):
        return False
    if not _IPYTHONS.search(cell):
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are said when it is compiled to be run
        try:
            compile(cell, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return False
    return True


class Shell(InteractiveShell):
    """IPython's shell; `outputs` has what the last cell showed."""

    displayhook_class = Type(LastLine)
    display_pub_class = Type(Displays)

    def __init__(self, **more: Any) -> None:
        self.outputs = Outputs()
        self.draws = False
        super().__init__(**more)  # type: ignore[no-untyped-call]
        self._by_default = self._transformers()

    def _transformers(self) -> list[Any]:
        """What changes a cell before it is Python; a notebook may add to that."""
        ours = self.input_transformer_manager
        return [
            *ours.cleanup_transforms,
            *ours.line_transforms,
            *ours.token_transformers,
            *self.input_transformers_post,
        ]

    def transform_cell(self, raw_cell: str) -> str:
        """IPython's own syntax turned into Python. What is Python already needs no look at each of its words."""
        if _is_python(raw_cell) and self._transformers() == self._by_default:
            return raw_cell if raw_cell.endswith("\n") else f"{raw_cell}\n"
        return super().transform_cell(raw_cell)  # type: ignore[no-any-return, no-untyped-call]

    def should_run_async(self, raw_cell: str, *, transformed_cell: str | None = None, **more: Any) -> bool:
        """Whether a cell awaits something. Most do not have the word, and need not be compiled to know."""
        if transformed_cell is not None and not _AWAITS.search(transformed_cell):
            return False
        return super().should_run_async(raw_cell, transformed_cell=transformed_cell, **more)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        try:
            words = str(evalue)
        except Exception:
            words = ""
        self.outputs.error(etype.__name__, words, stb)

    def enable_matplotlib(self, gui: str | None = None) -> Any:
        """What `%matplotlib` asks for, in a notebook that is only graded: nothing, unless its figures are kept."""
        if not self.draws:
            return "inline", "inline"
        return super().enable_matplotlib("inline")  # type: ignore[no-untyped-call]

    def enable_gui(self, gui: str | None = None) -> None:
        """What `%gui` asks for: nothing, there are no windows."""

    def system(self, cmd: str) -> None:
        """A command with `!`: there are none here."""
        print(f"{_NO_COMMANDS}{cmd}")
        self.user_ns["_exit_code"] = 0

    system_raw = system_piped = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """What a command with `!` prints: there are none here."""
        return [] if split else ""

    def ask_exit(self) -> None:
        """What `exit` asks for: nothing, the next cell is run all the same."""


def make_shell(directory: str) -> Shell:
    """The one shell of this process. directory: where IPython may put its things."""
    config = Config()
    config.HistoryManager.enabled = False
    shell = Shell.instance(config=config, ipython_dir=directory)
    _show(shell, "text/plain")
    return shell


def _show(shell: Shell, *types: str) -> None:
    assert shell.display_formatter is not None
    shell.display_formatter.active_types = list(types)


def run_cell(shell: Shell, source: str, room: int, unseen: str = "") -> list[dict[str, Any]]:
    """Runs a cell and returns what it shows; an exception is one of its outputs.

    unseen: where it only draws, and nobody looks, the name by which it calls Matplotlib's pyplot.
    """
    shell.outputs.start(room)
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Stream(shell.outputs, "stdout"), Stream(shell.outputs, "stderr")
    try:
        with nothing_drawn(shell, unseen) if unseen else nullcontext():
            shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
    except BaseException as error:  # one that comes between the cell's own code and IPython's
        shell.outputs.error(type(error).__name__, str(error), [])
    finally:
        sys.stdout, sys.stderr = streams
    return shell.outputs.finished()


def as_in_a_kernel(shell: Shell, keep_figures: bool) -> None:
    """Prepares a fresh process: numbers drawn anew, no input, figures drawn or not."""
    shell.user_ns.update(dict.fromkeys(("_", "__", "___"), ""))
    np.random.seed(None)  # noqa: NPY002  (the one that students use)
    import builtins
    import random

    random.seed()

    def no_input(prompt: object = "") -> str:
        raise StdinNotImplementedError("input was called, but nobody can answer while grading.")

    builtins.input = no_input
    shell.draws = keep_figures
    if keep_figures:
        _show(shell, *TYPES)
        shell.enable_matplotlib("inline")
    elif "matplotlib" in sys.modules:
        from matplotlib._pylab_helpers import Gcf

        shell.events.register("post_execute", Gcf.destroy_all)  # as a notebook closes its figures
    sys.path.append("")  # a module that the student has written; last, so that it stands in for no other
    os.environ.update(HOME=os.getcwd(), TMPDIR=os.getcwd())
