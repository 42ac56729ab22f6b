"""Exercises from a plain file, `exercises.py` beside a notebook: loaded by whoever judges, and known meanwhile.

A student's notebook imports the file, which registers them. Whoever grades loads the instructor's copy instead, and
several assignments can have a file of that name.
"""

from __future__ import annotations

import ast
import io
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FrameType, ModuleType

from backprop_course.core.network import Network
from backprop_course.errors import CourseError
from backprop_course.exercises import registry
from backprop_course.exercises.kinds import Exercise
from backprop_course.misconceptions import MISCONCEPTIONS, Misconception

MODULE = "exercises"
"""The module that a notebook imports."""

FILE = f"{MODULE}.py"
FILE_SECONDS = 20.0
"""How long a file may take: its numbers are looked for while it is loaded."""


@dataclass(frozen=True)
class ExerciseFile:
    """What a file registers and defines.

    name: where it is, for messages. text: its Python. exercises: in the order in which they are registered.
    module: what `import exercises` gives. mistakes: those in functions of one's own, by id.
    """

    name: str
    text: str
    exercises: tuple[Exercise, ...]
    module: ModuleType
    mistakes: Mapping[str, Misconception]

    @property
    def networks(self) -> dict[str, Network]:
        """The networks that it has names for."""
        return {name: value for name, value in vars(self.module).items() if isinstance(value, Network)}


def load_file(path: Path) -> ExerciseFile:
    """The exercises of a file. Raises CourseError where it cannot be read, or does not load as it must."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise CourseError(f"{path} cannot be read: {why}.") from error
    return load(text, str(path))


def load(text: str, name: str = FILE) -> ExerciseFile:
    """The exercises of a file of this text. What it registers is not known afterwards.

    Raises CourseError for one that fails, prints, does not end, or registers nothing.
    """
    if (name, text) not in _LOADED:
        _LOADED[name, text] = _loaded(text, name)
    return _LOADED[name, text]


_LOADED: dict[tuple[str, str], ExerciseFile] = {}


@contextmanager
def known(file: ExerciseFile | None) -> Iterator[None]:
    """A file's exercises are known meanwhile, beside the course's, and `import exercises` gives the file."""
    if file is None:
        yield
        return
    with _restored(), registry.set_aside():
        registry.register_from(registry.Registrant(file.name, file), file.exercises)
        MISCONCEPTIONS.update(file.mistakes)
        sys.modules[MODULE] = file.module
        yield


@contextmanager
def _restored() -> Iterator[None]:
    """Puts the mistakes that are known and the module of that name back as they were."""
    mistakes, module = dict(MISCONCEPTIONS), sys.modules.get(MODULE)
    try:
        yield
    finally:
        MISCONCEPTIONS.clear()
        MISCONCEPTIONS.update(mistakes)
        sys.modules.pop(MODULE, None)
        if module is not None:
            sys.modules[MODULE] = module


def beside(folder: Path) -> ExerciseFile | None:
    """The exercises of an assignment's folder; None where it has no file of them."""
    path = folder / FILE
    return load_file(path) if path.is_file() else None


def _loaded(text: str, name: str) -> ExerciseFile:
    try:
        code = compile(ast.parse(text, name), name, "exec")
    except (SyntaxError, ValueError) as error:
        where = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise CourseError(f"{name}{where}: {getattr(error, 'msg', error)}.") from error
    module = ModuleType(MODULE)
    module.__file__, module.__spec__ = name, ModuleSpec(MODULE, None, origin=name)
    printed = io.StringIO()
    others, courses = set(registry.EXERCISES), dict(MISCONCEPTIONS)
    with _restored(), registry.set_aside(), redirect_stdout(printed), _limited(name):
        sys.modules[MODULE] = module  # dataclasses look for the module of their class
        _run(code, module, name)
        made = tuple(exercise for id, exercise in registry.EXERCISES.items() if id not in others)
        mistakes = {id: mistake for id, mistake in MISCONCEPTIONS.items() if mistake is not courses.get(id)}
    if said := printed.getvalue().strip():
        raise CourseError(
            f"{name} prints {said[:60]!r} while it is loaded; every notebook would show that: take it out."
        )
    if not made:
        raise CourseError(
            f'{name} registers no exercise: net = Network(…), then register(values("exam-forward", net)). '
            "Both come from backprop_course and backprop_course.exercises."
        )
    return ExerciseFile(name, text, made, module, mistakes)


def _run(code: object, module: ModuleType, name: str) -> None:
    try:
        exec(code, vars(module))  # type: ignore[arg-type]
    except _TooLong:
        said = f"{name} was not loaded within {FILE_SECONDS:g} seconds: does a loop in it never end?"
        raise CourseError(said) from None
    except (Exception, SystemExit) as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
        where = f"{name}, line {lines[-1]}" if lines else name
        what = str(error) if isinstance(error, CourseError) else f"{type(error).__name__}: {error}"
        if isinstance(error, ModuleNotFoundError) and (Path(name).parent / f"{error.name}.py").is_file():
            what += f". {FILE} stands alone: it may import packages, and no file beside it; take over what it needs"
        raise CourseError(f"{where}: {what}") from error


class _TooLong(BaseException):
    """A file is at work for too long. No `except Exception` of its own takes this for an error."""


@contextmanager
def _limited(name: str) -> Iterator[None]:
    """Ends what takes too long, where signals can do that: in a main thread, on a system that has timers."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, stop)
    left, _ = signal.setitimer(signal.ITIMER_REAL, FILE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)
        signal.signal(signal.SIGALRM, before)
