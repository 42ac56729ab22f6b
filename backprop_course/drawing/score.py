"""When each piece of a picture appears and when it is at work, for pictures that move."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from backprop_course.core.trace import Trace
from backprop_course.drawing import text
from backprop_course.drawing.frames import Frame, frames

Role = Literal["forward", "backward"]
Times = dict[str, list[tuple[int, Role]]]

STEP = 1.2
"""Seconds for one step."""


@dataclass(frozen=True)
class Score:
    """The steps of a trace, seen from each piece of the picture.

    told: the step at which a quantity is first written; paths: at which a way back is first travelled.
    nodes, routes: the steps in which a piece is at work, and which way.
    """

    frames: tuple[Frame, ...]
    told: dict[str, tuple[int, Role]]
    paths: dict[str, int]
    nodes: Times
    routes: Times


def score(trace: Trace) -> Score:
    """Reads a trace as a score."""
    steps = frames(trace)
    told: dict[str, tuple[int, Role]] = {}
    paths: dict[str, int] = {}
    nodes: Times = {}
    routes: Times = {}
    for k, frame in enumerate(steps):
        way = role(frame)
        told[frame.quantity] = (k, way)
        for name in frame.nodes:
            nodes.setdefault(name, []).append((k, way))
        for name in frame.routes:
            routes.setdefault(name, []).append((k, way))
            if way == "backward":
                paths.setdefault(name, k)
    return Score(steps, told, paths, nodes, routes)


def role(frame: Frame) -> Role:
    """Which way a step goes; the weights' gradients belong to the way back."""
    return "forward" if frame.phase == "forward" else "backward"


def caption(sentence: str, width: float) -> list[text.Line]:
    """A sentence in lines of at most that width (or one word), quantities in it set as such."""
    lines: list[list[text.Run]] = [[]]
    for word in sentence.split():
        runs = _word(word)
        if lines[-1] and text.width((*lines[-1], *runs)) > width:
            lines.append([])
        lines[-1] += [*([text.Run(" ")] if lines[-1] else []), *runs]
    return [tuple(line) for line in lines]


def _word(word: str) -> list[text.Run]:
    quantity = re.fullmatch(r"([^\W_]\w*_\w+)(\W*)", word)
    if not quantity:
        return [text.Run(word)]
    name, after = quantity.groups()
    return [*text.name(name), *([text.Run(after)] if after else [])]
