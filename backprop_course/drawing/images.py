"""The pictures in pages, made from the library."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from backprop_course.backprop import backward
from backprop_course.drawing.animation import Animation, animation
from backprop_course.drawing.figure import figure
from backprop_course.networks import chain, split
from backprop_course.trace import Trace


def _chain() -> Trace:
    """The forward pass of 02, with its published numbers."""
    return chain.forward({"w_in": 2.0, "w_j": 5.0, "w_k": 3.0}, x=1.0, y=3.0)


def _split() -> Trace:
    """Both passes of 03, with its published numbers."""
    weights = {"w_in": 2.0, "w_ij": 4.0, "w_ik": 6.0, "w_j": 5.0, "w_k": 3.0}
    return backward(split.forward(weights, x=1.0, y=8.0))


@cache
def chain_forward() -> Animation:
    """The forward pass through a chain."""
    return animation(chain, _chain())


@cache
def split_pass() -> Animation:
    """Forward and back through a network that splits."""
    return animation(split, _split())


ANIMATIONS = {"chain_forward": chain_forward, "split_pass": split_pass}
"""How each animation is made, by the name of its files."""


def _on_paper(svg: str) -> bytes:
    # A page may be dark, and a picture in it does not know: bring paper along.
    return svg.replace('style="', 'style="background: #fff; color: #222; ', 1).encode() + b"\n"


def _animated_svg(made: Callable[[], Animation]) -> bytes:
    return _on_paper(made().svg)


def _gif(made: Callable[[], Animation]) -> bytes:
    return made().gif


PICTURES: dict[str, Callable[[], bytes]] = {"split_network.svg": lambda: _on_paper(figure(split, _split()).svg)}
"""How each file under images/ is made."""
for _name, _made in ANIMATIONS.items():
    PICTURES[f"{_name}.svg"] = partial(_animated_svg, _made)
    PICTURES[f"{_name}.gif"] = partial(_gif, _made)


def make(directory: Path) -> list[Path]:
    """Writes all pictures into a folder, which is made where there is none, and returns their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, picture in PICTURES.items():
        path = directory / name
        path.write_bytes(picture())
        paths.append(path)
    return paths
