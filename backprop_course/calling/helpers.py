"""The earlier functions that a student's function calls: which they are, and the same function with right ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

from backprop_course.calling.reading import is_elsewhere


def functions_used(function: Any) -> list[str]:
    """The names of the notebook's own functions that a function calls, itself or through one of them."""
    if is_elsewhere(function):
        return function.functions_used()  # type: ignore[no-any-return]
    found: dict[str, None] = {}
    if type(function) is FunctionType:
        _collect(function.__code__, function.__globals__, found)
    return list(found)


def _collect(code: CodeType, own: dict[str, Any], found: dict[str, None]) -> None:
    for name in _names(code):
        value = own.get(name)
        if name not in found and type(value) is FunctionType and value.__globals__ is own:
            found[name] = None
            _collect(value.__code__, own, found)


def _names(code: CodeType) -> Iterator[str]:
    """The names that a function's code looks up, those within functions inside it too."""
    yield from code.co_names
    for constant in code.co_consts:
        if type(constant) is CodeType:
            yield from _names(constant)


def with_helpers(function: Any, helpers: Mapping[str, Callable[..., Any]]) -> Any:
    """The same function, and the notebook's functions that it calls, with other ones in the place of some."""
    if is_elsewhere(function):
        return function.with_helpers(helpers)
    own = function.__globals__
    others = dict(own)
    for name in functions_used(function):
        others[name] = _anew(own[name], others)
    # A helper under a second name is the same helper.
    replaced = {id(own[name]): helper for name, helper in helpers.items() if name in own}
    others.update({name: replaced[id(value)] for name, value in own.items() if id(value) in replaced})
    return _anew(function, others)


def _anew(function: FunctionType, names: dict[str, Any]) -> FunctionType:
    made = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__
    return made
