"""The pictures in pages, made from the library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from backprop_course.backprop import backward
from backprop_course.drawing.figure import figure
from backprop_course.networks import split


def _split_network() -> str:
    """The network of 03 after both passes, with its published numbers."""
    weights = {"w_in": 2.0, "w_ij": 4.0, "w_ik": 6.0, "w_j": 5.0, "w_k": 3.0}
    svg = figure(split, backward(split.forward(weights, x=1.0, y=8.0))).svg
    # A page may be dark, and a picture in it does not know: bring paper along.
    return svg.replace('style="', 'style="background: #fff; color: #222; ', 1)


PICTURES: dict[str, Callable[[], str]] = {"split_network.svg": _split_network}
"""How each file under images/ is made."""


def make(directory: Path) -> list[Path]:
    """Writes all pictures into a folder, which is made where there is none, and returns their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, picture in PICTURES.items():
        path = directory / name
        path.write_text(picture() + "\n", encoding="utf-8")
        paths.append(path)
    return paths
