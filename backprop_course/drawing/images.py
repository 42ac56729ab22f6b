"""The pictures in pages, made from the library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from backprop_course.core.backprop import backward
from backprop_course.drawing.animation import animation
from backprop_course.networks import split


def _split_pass() -> bytes:
    """Forward and back through a network that splits, with published numbers of it."""
    weights = {"w_in": 2.0, "w_ij": 4.0, "w_ik": 6.0, "w_j": 5.0, "w_k": 3.0}
    svg = animation(split, backward(split.forward(weights, x=1.0, y=8.0))).svg
    # A page may be dark, and a picture in it does not know: bring paper along.
    return svg.replace('style="', 'style="background: #fff; color: #222; ', 1).encode() + b"\n"


PICTURES: dict[str, Callable[[], bytes]] = {"split_pass.svg": _split_pass}
"""How each file under images/ is made."""


def make(directory: Path) -> list[Path]:
    """Writes all pictures into a folder, which is made where there is none, and returns their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, picture in PICTURES.items():
        path = directory / name
        path.write_bytes(picture())
        paths.append(path)
    return paths
