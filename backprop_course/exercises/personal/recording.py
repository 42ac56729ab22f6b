"""A calculation written down operation by operation, so that it can be carried out for many numbers at once, for ever.

What a mistake gives is computed by rules that somebody may mend next year. Written down, it stays what it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

RecordedRow = tuple[Any, ...]
"""("given", name), ("number", value), or (operation, row, row): rows of what it is made from, by their numbers."""

_OPERATIONS = (
    *("add", "subtract", "multiply", "divide", "power", "negative", "absolute", "maximum", "minimum"),
    *("exp", "log", "log1p", "sqrt", "tanh", "sign", "copysign", "heaviside"),
    *("greater", "greater_equal", "less", "less_equal"),
)
"""What may be written down: NumPy's functions of these names."""


class Recorder:
    """Writes down what is done with its numbers. rows: all operations so far, each once."""

    def __init__(self) -> None:
        self.rows: list[RecordedRow] = []
        self._places: dict[RecordedRow, int] = {}

    def given(self, name: str) -> Recorded:
        """A number that is only known later."""
        return Recorded(self, self.place("given", name))

    def place(self, *row: Any) -> int:
        """The place of a row, which is written down where it is new."""
        if row not in self._places:
            self._places[row] = len(self.rows)
            self.rows.append(row)
        return self._places[row]

    def of(self, value: Any) -> int:
        """The place of a number, recorded or plain."""
        return value.at if isinstance(value, Recorded) else self.place("number", float(value))


class Recorded:
    """A number that is only known later: what is done with it is written down. at: its row."""

    def __init__(self, recorder: Recorder, at: int) -> None:
        self._recorder, self.at = recorder, at

    def _made(self, operation: str, *values: Any) -> Recorded:
        if operation not in _OPERATIONS:
            raise TypeError(f"{operation} cannot be written down.")
        return Recorded(self._recorder, self._recorder.place(operation, *map(self._recorder.of, values)))

    def __array_ufunc__(self, function: np.ufunc, method: str, *values: Any, **named: Any) -> Recorded:
        if method != "__call__" or named:
            raise TypeError(f"{function.__name__}.{method} cannot be written down.")
        return self._made(function.__name__, *values)

    def __bool__(self) -> bool:
        raise TypeError("What depends on a number that is only known later cannot be written down.")

    def __neg__(self) -> Recorded:
        return self._made("negative", self)

    def __abs__(self) -> Recorded:
        return self._made("absolute", self)

    def __add__(self, other: Any) -> Recorded:
        return self._made("add", self, other)

    def __radd__(self, other: Any) -> Recorded:
        return self._made("add", other, self)

    def __sub__(self, other: Any) -> Recorded:
        return self._made("subtract", self, other)

    def __rsub__(self, other: Any) -> Recorded:
        return self._made("subtract", other, self)

    def __mul__(self, other: Any) -> Recorded:
        return self._made("multiply", self, other)

    def __rmul__(self, other: Any) -> Recorded:
        return self._made("multiply", other, self)

    def __truediv__(self, other: Any) -> Recorded:
        return self._made("divide", self, other)

    def __rtruediv__(self, other: Any) -> Recorded:
        return self._made("divide", other, self)

    def __pow__(self, other: Any) -> Recorded:
        return self._made("power", self, other)

    def __rpow__(self, other: Any) -> Recorded:
        return self._made("power", other, self)

    def __gt__(self, other: Any) -> Recorded:
        return self._made("greater", self, other)

    def __ge__(self, other: Any) -> Recorded:
        return self._made("greater_equal", self, other)

    def __lt__(self, other: Any) -> Recorded:
        return self._made("less", self, other)

    def __le__(self, other: Any) -> Recorded:
        return self._made("less_equal", self, other)


@dataclass(frozen=True)
class Calculation:
    """Operations in an order in which each comes after what it is made from."""

    rows: tuple[RecordedRow, ...]

    def carried_out(self, givens: Mapping[str, np.ndarray], until: int | None = None) -> list[np.ndarray]:
        """The value of every row, or of those before one. givens: (count,) each. Returns (count,) each."""
        (size,) = {np.shape(values) for values in givens.values()}
        values: list[np.ndarray] = []
        with np.errstate(all="ignore"):
            for operation, *made_from in self.rows[:until]:
                if operation == "given":
                    values.append(givens[made_from[0]])
                elif operation == "number":
                    values.append(np.full(size, made_from[0]))
                else:
                    # Comparisons give truth values, of which not every operation can be taken.
                    found = getattr(np, operation)(*[values[at] for at in made_from])
                    values.append(found.astype(float) if found.dtype == bool else found)
        return values

    @classmethod
    def read(cls, rows: Sequence[Sequence[Any]]) -> Calculation:
        """The one that was written down as plain data. Raises ValueError for an operation that is not known."""
        for operation, *_ in rows:
            if operation not in (*_OPERATIONS, "given", "number"):
                raise ValueError(f"the operation {operation!r} is not known.")
        return cls(tuple(map(tuple, rows)))
