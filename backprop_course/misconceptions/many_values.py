"""Carries out an equation for many values of what stands in it at once.

Two mistakes at different steps are some hundred thousand pairs: NumPy works them out together, where one after the
other takes minutes. What comes of it is only a hint where to look: a shape that is taken otherwise here than by NumPy
would cost a pair, never make one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_course.misconceptions.expressions import CALLABLE, REDUCTIONS, Operation

LEADING = 2
"""How many axes in front of its own the values of a quantity have: one for each of two mistakes."""


@dataclass(frozen=True, slots=True)
class Many:
    """Many values of one quantity. array: with two axes in front, of size 1 where the values do not differ."""

    array: np.ndarray

    @property
    def own(self) -> tuple[int, ...]:
        """The shape of a single value."""
        return self.array.shape[LEADING:]

    def rows(self, leading: tuple[int, ...]) -> np.ndarray:
        """Each value, one after the other, as often as these axes in front say."""
        return np.broadcast_to(self.array, (*leading, *self.own)).reshape(-1, *self.own)

    def with_axes(self, count: int) -> np.ndarray:
        """The values with so many axes of their own at least, as NumPy adds them in front."""
        more = count - len(self.own)
        if more <= 0:
            return self.array
        return self.array.reshape(*self.array.shape[:LEADING], *[1] * more, *self.own)


def in_all(value: Any) -> Many:
    """The same value for all."""
    return Many(np.asarray(value, dtype=float)[None, None])


def many_values(tree: Operation, values: Mapping[str, Any], known: dict[Operation, Any]) -> Any:
    """What an equation comes to, `Many` or a single value. known: what its parts come to, kept for other equations.

    Raises what NumPy raises for shapes that do not fit, and TypeError for what cannot be done for many at once.
    """
    if tree.op == "name":
        return values[tree.what]
    if tree.op == "number":
        return tree.what
    if tree not in known:
        args = [many_values(arg, values, known) for arg in tree.args]
        if any(isinstance(arg, Many) for arg in args):
            known[tree] = Many(_done(tree, args, values))
        else:
            known[tree] = tree.done(args, values)
    return known[tree]


def _done(tree: Operation, args: list[Any], values: Mapping[str, Any]) -> np.ndarray:
    op = tree.op
    if op in REDUCTIONS:
        return _reduced(op, tree.what, args[0])
    if op in _SPECIAL:
        return _SPECIAL[op](*[arg if isinstance(arg, Many) else in_all(arg) for arg in args])
    if op in _NOT_FOR_MANY:
        raise TypeError(f"{op} cannot be done for many values at once")
    most = max(len(arg.own) if isinstance(arg, Many) else np.ndim(arg) for arg in args)
    shaped = [arg.with_axes(most) if isinstance(arg, Many) else arg for arg in args]
    function = _BETWEEN[op] if op in _BETWEEN else values[op] if op in values else CALLABLE[op]
    return np.asarray(function(*shaped))


def _reduced(op: str, axis: Any, arg: Many) -> np.ndarray:
    kept, own = isinstance(axis, tuple), len(arg.own)
    axis = axis[0] if kept else axis
    if axis is None:
        axes = tuple(range(LEADING, LEADING + own))
    elif not own and axis in (0, -1) and op != "mean":  # NumPy is as strict
        axes = ()
    elif not -own <= axis < own:
        raise ValueError(f"no axis {axis}")
    else:
        axes = (axis % own + LEADING,)
    return np.asarray(getattr(np, op)(arg.array, axis=axes, keepdims=kept)) if axes else arg.array


def _product(a: Many, b: Many) -> np.ndarray:
    if not a.own or not b.own:
        most = max(len(a.own), len(b.own))
        return np.asarray(a.with_axes(most) * b.with_axes(most))
    left = a.array[..., None, :] if len(a.own) == 1 else a.array
    right = b.array[..., None] if len(b.own) == 1 else b.array
    found = left @ right
    if len(b.own) == 1:
        found = found[..., 0]
    if len(a.own) == 1:
        found = found[..., 0] if len(b.own) == 1 else found[..., 0, :]
    return np.asarray(found)


def _outer(a: Many, b: Many) -> np.ndarray:
    left = a.array.reshape(*a.array.shape, *[1] * len(b.own))
    return np.asarray(left * b.with_axes(len(a.own) + len(b.own)))


def _transposed(a: Many) -> np.ndarray:
    return a.array.transpose(0, 1, *range(a.array.ndim - 1, LEADING - 1, -1))


def _length(a: Many) -> np.ndarray:
    return np.asarray(np.sqrt(np.square(a.array).sum(axis=tuple(range(LEADING, a.array.ndim)))))


def _along_row(function: Callable[[np.ndarray], np.ndarray]) -> Callable[[Many], np.ndarray]:
    """What is done along the last axis of each value."""

    def done(a: Many) -> np.ndarray:
        if not a.own:
            raise TypeError("a number alone has no row")
        return function(a.array)

    return done


_SPECIAL: dict[str, Callable[..., np.ndarray]] = {
    "@": _product,
    "outer": _outer,
    "T": _transposed,
    "norm": _length,
    "softmax": _along_row(CALLABLE["softmax"]),
    "sorted": _along_row(CALLABLE["sorted"]),
    "largest": _along_row(CALLABLE["largest"]),
    "len": _along_row(lambda a: np.full((1, 1), a.shape[LEADING])),
    "columns": _along_row(lambda a: np.full((1, 1), a.shape[-1])),
    "size": lambda a: np.full((1, 1), int(np.prod(a.own))),
}
_BETWEEN: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "neg": np.negative,
}
_NOT_FOR_MANY = {"solve", "eigenvalues", "eigenvectors", "eye", "pair", "diagonal"}
