"""What stands for Matplotlib in cells that only draw, while nobody looks; the examiner says which those are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib.pyplot
import numpy as np


class Unseen:
    """A figure, axes, a line, a method of theirs: whatever it is asked for, there is no more to it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # also those that IPython tries, to learn whether an object has all there are
            raise AttributeError(name)
        return self

    def __call__(self, *arguments: object, **named: object) -> Any:
        return self

    def __getitem__(self, key: object) -> Any:
        return self

    def _ipython_display_(self) -> None:
        """Shows nothing."""


class _Pyplot(Unseen):
    def subplots(self, nrows: int = 1, ncols: int = 1, *, squeeze: bool = True, **named: object) -> tuple[Any, Any]:
        """A figure and its axes, of the shape that they always have."""
        axes = np.full((nrows, ncols), Unseen(), object)
        if not squeeze:
            return Unseen(), axes
        return Unseen(), axes.item() if axes.size == 1 else axes.squeeze()


@contextmanager
def nothing_drawn(shell: Any, name: str) -> Iterator[None]:
    """The cell that IPython runs meanwhile draws nothing; it only draws, and with what has that name."""
    if shell.user_ns.get(name) is not matplotlib.pyplot:  # it fails, or it is somebody's own
        yield
        return
    shell.user_ns[name] = _Pyplot()
    try:
        yield
    finally:
        shell.user_ns[name] = matplotlib.pyplot
