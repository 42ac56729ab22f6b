"""Plots that nobody looks at: what a cell asks of pyplot is noted, and carried out only if something depends on it.

To build a plot without drawing it costs Matplotlib some 10 ms: of a graded notebook's time more than all the rest.
What differs is that nobody hears of an error in a plot of which nothing is asked.
"""

from __future__ import annotations

import operator
from collections import deque
from collections.abc import Callable
from functools import wraps
from types import FunctionType, ModuleType
from typing import Any

import matplotlib.pyplot
import numpy as np

AT_ONCE = frozenset({"savefig", "imsave", "imread", "canvas", "draw"})
"""What reaches further than the picture in memory."""


class Notes:
    """What has been asked of Matplotlib and not been done yet, in order."""

    def __init__(self) -> None:
        self.waiting: deque[Later] = deque()
        self.busy = False

    def add(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Later:
        """Notes a call; what stands for its result."""
        later = Later(self, function, arguments, named)
        self.waiting.append(later)
        return later

    def carry_out(self) -> None:
        """Does what waits. Raises what Matplotlib raises."""
        if self.busy:
            return
        self.busy = True
        try:
            while self.waiting:
                self.waiting.popleft()._make()
        finally:
            self.busy = False


class Later:
    """What a noted call gives. What plots are usually told is noted in turn; for anything else it is carried out."""

    def __init__(self, notes: Notes, function: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        vars(self).update(_notes=notes, _call=(function, arguments, named))

    def _make(self) -> None:
        function, arguments, named = self._call
        vars(self)["_made"] = _value(function)(*_value(arguments), **_value(named))

    def _value(self) -> Any:
        self._notes.carry_out()
        if "_made" not in vars(self):  # its turn has been, and it failed
            self._make()
        return self._made

    def __getattr__(self, name: str) -> Any:
        if self._notes.busy or name.startswith("_") or name in AT_ONCE:
            return getattr(self._value(), name)
        return self._notes.add(getattr, self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._notes.add(setattr, self, name, value)

    def __getitem__(self, key: Any) -> Any:
        return self._value()[key] if self._notes.busy else self._notes.add(operator.getitem, self, key)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._value()(*arguments, **named) if self._notes.busy else self._notes.add(self, *arguments, **named)

    def __enter__(self) -> Any:
        return self._value().__enter__()

    def __exit__(self, *error: Any) -> Any:
        return self._value().__exit__(*error)

    def __array__(self, *arguments: Any, **named: Any) -> Any:
        return np.asarray(self._value(), *arguments, **named)


def _asked(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, *arguments: function(_value(self), *_value(arguments))


def _asked_from_the_right(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, other: function(_value(other), _value(self))


for _function in (iter, next, len, bool, int, float, complex, str, repr, format, hash, round, reversed):
    setattr(Later, f"__{_function.__name__}__", _asked(_function))
for _name in ("eq", "ne", "lt", "le", "gt", "ge", "contains", "setitem", "delitem", "neg", "abs", "index"):
    setattr(Later, f"__{_name}__", _asked(getattr(operator, _name)))
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    setattr(Later, f"__{_name}__", _asked(getattr(operator, _name)))
    setattr(Later, f"__r{_name}__", _asked_from_the_right(getattr(operator, _name)))


def _value(given: Any) -> Any:
    """An argument with everything in it carried out."""
    kind = type(given)
    if kind is Later:
        return given._value()
    if kind in (list, tuple):
        return kind(map(_value, given))
    if kind is dict:
        return {key: _value(entry) for key, entry in given.items()}
    return given


class Pyplot(ModuleType):
    """Stands for `matplotlib.pyplot`: while `unseen`, what its functions are asked is noted."""

    def __init__(self) -> None:
        super().__init__("matplotlib.pyplot", matplotlib.pyplot.__doc__)
        self.real = matplotlib.pyplot
        self.unseen = False
        self.notes = Notes()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.real, name)
        if type(found) is not FunctionType:
            return found
        gives_nothing = found.__annotations__.get("return") == "None"

        @wraps(found)
        def function(*arguments: Any, **named: Any) -> Any:
            if not self.unseen:
                return found(*arguments, **named)
            if name == "subplots":
                return self._subplots(*arguments, **named)
            later = self.notes.add(found, *arguments, **named)
            if name in AT_ONCE:
                return later._value()
            return None if gives_nothing else later

        setattr(self, name, function)
        return function

    def __dir__(self) -> list[str]:
        return dir(self.real)

    def _subplots(self, nrows: int = 1, ncols: int = 1, *, squeeze: bool = True, **named: Any) -> Any:
        """Two things: who unpacks them asks for nothing yet."""
        both = self.notes.add(self.real.subplots, nrows, ncols, squeeze=False, **named)
        axes = np.empty((nrows, ncols), object)
        for index in np.ndindex(nrows, ncols):
            axes[index] = both[1][index]
        if squeeze:
            axes = axes.item() if axes.size == 1 else axes.squeeze()
        return both[0], axes

    def forget(self) -> None:
        """What no cell asks for any more is not done, unless something kept of it is asked for."""
        self.notes = Notes()
