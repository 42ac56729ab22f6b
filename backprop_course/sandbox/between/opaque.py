"""Stand-ins for what is no plain data: they can be looked at, and fail whatever else is tried on them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar, NoReturn

from backprop_course.calling.reading import type_name


class Unpassable(TypeError):
    """Something that a test needs cannot pass between examiner and candidate.

    raised: how often that has happened in this process; a test may catch a TypeError, and must not pass by that.
    last: what was said of it last.
    """

    raised: ClassVar[int] = 0
    last: ClassVar[str] = ""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} cannot be passed to a test")
        Unpassable.raised += 1
        Unpassable.last = str(self)


class Opaque:
    """Something that is no plain data, or that a test is not to use.

    A class of the same name as the student's is made for each, so that messages name that one.
    """

    _passable: ClassVar[bool] = False

    def __getattr__(self, name: str) -> NoReturn:
        _refuse(self)

    def __repr__(self) -> str:
        return f"<{type_name(self)}>"


def _refuse(self: Opaque, *arguments: object, **named: object) -> NoReturn:
    if type(self)._passable:
        raise TypeError(f"{type_name(self)}: nothing that a test can use")
    raise Unpassable(f"a value of type {type_name(self)}")


for _method in (
    *("eq", "ne", "lt", "le", "gt", "ge", "bool", "len", "iter", "next", "contains", "getitem", "str", "format"),
    *("float", "int", "complex", "index", "round", "bytes", "array", "array_ufunc", "array_function", "await"),
    *("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "rfloordiv", "mod", "rmod"),
    *("pow", "rpow", "matmul", "rmatmul", "and", "rand", "or", "ror", "xor", "rxor", "neg", "pos", "abs", "invert"),
    *("copy", "deepcopy", "reduce_ex", "enter", "exit"),
):
    setattr(Opaque, f"__{_method}__", _refuse)
Opaque.__hash__ = object.__hash__  # type: ignore[method-assign]  # as a dict's key it is nothing but itself


def opaque(name: str) -> Opaque:
    """A stand-in for a value of the class of that name, which cannot be passed."""
    made: Opaque = _opaque_class(name, False)()
    return made


def useless(name: str) -> Opaque:
    """A stand-in for a value that could be passed, but must not make a test succeed: an empty array, say."""
    made: Opaque = _opaque_class(name, True)()
    return made


@lru_cache(200)
def _opaque_class(name: str, passable: bool) -> Any:
    return type(name, (Opaque,), {"_passable": passable})
