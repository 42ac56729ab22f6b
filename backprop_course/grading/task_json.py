"""Tasks and outcomes as JSON, for the way to another machine and back; what comes back is believed only where it fits.

Nothing is pickled here.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any, NoReturn

from backprop_course.errors import CourseError
from backprop_course.sandbox.between.task import Cell, Executed, Flag, Limits, Outcome, Task, TestForm


def pack_task(task: Task) -> bytes:
    """A task as JSON, in ASCII: a notebook's text may hold what no encoding knows."""
    return json.dumps(asdict(task)).encode()


def unpack_task(data: bytes) -> Task:
    """The task that was packed."""
    fields = json.loads(data)
    cells = tuple(Cell(**cell) for cell in fields["cells"])
    tests = {name: TestForm(**form) for name, form in fields["tests"].items()}
    return Task(
        **fields
        | {"cells": cells, "limits": Limits(**fields["limits"]), "tests": tests, "people": tuple(fields["people"])}
    )


def pack_outcome(outcome: Outcome | CourseError) -> bytes:
    """An outcome, or why there is none, as JSON."""
    said = {"error": str(outcome)} if isinstance(outcome, CourseError) else {"outcome": asdict(outcome)}
    return json.dumps(said).encode()


def unpack_outcome(data: object, task: Task) -> Outcome | CourseError:
    """What came of a task: its outcome, or why there is none; an error too where what came does not fit the task."""
    try:
        if not isinstance(data, bytes):
            raise TypeError(f"{type(data).__name__} instead of bytes")
        said = _dict(json.loads(data, parse_constant=_no_number))
        return CourseError(_text(said["error"])) if "error" in said else _outcome(_dict(said["outcome"]), task)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        return CourseError(f"the answer of another machine does not fit ({type(error).__name__}: {error}).")


def _outcome(fields: dict[str, Any], task: Task) -> Outcome:
    cells = tuple(_executed(cell) for cell in map(_dict, _list(fields["cells"])))
    if len(cells) != len(task.cells):
        raise ValueError(f"{len(cells)} cells instead of {len(task.cells)}")
    scores = {_cell(name, task): _number(score) for name, score in _dict(fields["scores"]).items()}
    verdicts = {_cell(name, task): _dict(verdict) for name, verdict in _dict(fields["verdicts"]).items()}
    flags = (_dict(flag) for flag in _list(fields["flags"]))
    return Outcome(
        cells,
        scores,
        verdicts,
        tuple(Flag(_text(flag["kind"]), _text(flag["cell"]), _text(flag["message"])) for flag in flags),
        _text(fields["error"]),
        tuple(map(_text, _list(fields["layers"]))),
        _number(fields["seconds"]),
        fields["stalled"] is True,
        {_cell(name, task): _text(why) for name, why in _dict(fields["not_carried_out"]).items()},
        tuple(_cell(_text(name), task) for name in _list(fields["changed_arguments"])),
        tuple(_cell(_text(name), task) for name in _list(fields["printed_points"])),
    )


def _executed(fields: dict[str, Any]) -> Executed:
    count = fields["count"]
    return Executed(None if count is None else int(_number(count)), list(map(_dict, _list(fields["outputs"]))))


def _cell(name: str, task: Task) -> str:
    if name not in task.points:
        raise ValueError(f"points for {name!r}, which has none")
    return name


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r:.50} instead of a number")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} instead of a text")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} instead of a list")
    return value


def _dict(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} instead of a dict")
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} instead of a number")
