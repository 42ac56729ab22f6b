"""What to look at where a student's code stops with an exception: a hint for each kind that students meet."""

from __future__ import annotations

import re
from collections.abc import Callable

ExplainedBy = Callable[[re.Match[str], str], str]

_SHAPES = (
    "Write the shapes of both sides next to each other: is a transpose missing, or wrong there? "
    "Has a sum lost an axis (keepdims=True keeps it)?"
)
_HINTS: list[tuple[str, str, ExplainedBy | str]] = []


def advice(kind: str, message: str, code: str = "") -> str:
    """A hint on an exception of that class with that message, which that code raised; "" where there is none.

    kind: the exception's class. message: its text. code: the expression that raised it, or its line, where it is known.
    """
    for kinds, pattern, hint in _HINTS:
        if kind in kinds.split() and (found := re.search(pattern, message)):
            told = hint if isinstance(hint, str) else hint(found, code)
            if told:
                return told
    return ""


def shortened(kind: str, message: str) -> str:
    """The message without what only NumPy's authors can read."""
    if kind == "ValueError" and "gufunc signature" in message:
        sizes = re.search(r"\(?size (\d+) is different from (\d+)\)?", message)
        if sizes:
            return f"matmul: the inner sizes {sizes[2]} and {sizes[1]} differ"
    return message


def _hint(kinds: str, pattern: str) -> Callable[[ExplainedBy], ExplainedBy]:
    def known(hint: ExplainedBy) -> ExplainedBy:
        _HINTS.append((kinds, pattern, hint))
        return hint

    return known


def _says(kinds: str, pattern: str, hint: str) -> None:
    _HINTS.append((kinds, pattern, hint))


_SCALAR_INDEX = "TypeError", r"integer scalar arrays can be converted to a scalar index|cannot be interpreted as an int"


@_hint(*_SCALAR_INDEX)
def _second_argument_is_an_axis(found: re.Match[str], code: str) -> str:
    called = re.search(r"\bnp\.(max|min|amax|amin)\(", code)
    if called:
        return (
            f"np.{called[1]}(a, b) takes a as the array and b as the axis; "
            f"np.{'maximum' if 'max' in called[1] else 'minimum'} compares entry by entry."
        )
    if "math." in code:
        return _one_number_expected(found, code)
    return (
        "An array stands where one whole number is expected, as an axis or a size: np.max(0, z) takes z as the axis; "
        "np.maximum(0, z) compares entry by entry."
    )


@_hint("TypeError", "only .*arrays can be converted to|must be real number, not")
def _one_number_expected(found: re.Match[str], code: str) -> str:
    if "math." in code:
        return "Functions of `math` take one number; for a whole array there are those of NumPy, as np.exp."
    return "A whole array comes where one number is expected; functions of NumPy, as np.exp, take either."


_says(
    "AxisError",
    r"axis \S+ is out of bounds",
    "Count the axes of what comes in here. The last one is axis=-1, however many there are.",
)
_says(
    "ValueError",
    "truth value of an array",
    "if, and, or, max and min decide once; for every entry there are np.where, np.maximum and np.minimum.",
)
_says("TypeError UFuncTypeError _UFuncNoLoopError", "bitwise_xor|for \\^", "In Python code a power is written **.")
_says(
    "UFuncTypeError _UFuncOutputCastingError _UFuncInputCastingError",
    "Cannot cast ufunc",
    "An array of whole numbers cannot hold what is put into it: make it with dtype=float.",
)


@_hint("ValueError", "matmul|shapes|broadcast")
def _unlike_shapes(found: re.Match[str], code: str) -> str:
    if entries := re.search(rf"broadcast together with shapes {_SHAPE} {_SHAPE}", found.string):
        return _of_entries(_sizes(entries[1]), _sizes(entries[2])) or _SHAPES
    if product := re.search(rf"shapes {_SHAPE} and {_SHAPE} not aligned", found.string):
        return _of_a_product(_sizes(product[1]), _sizes(product[2])) or _SHAPES
    return _SHAPES


_SHAPE = r"\(([\d, ]+)\)"
_OUTER = "Does every entry of one belong with every entry of the other? That is np.outer."


def _sizes(shape: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", shape)))


def _of_entries(one: tuple[int, ...], other: tuple[int, ...]) -> str:
    """What to say of two shapes whose entries are to be paired; "" for nothing in particular."""
    one, other = sorted((one, other), key=len)
    if len(one) == len(other) == 1:
        return f"The entries of two vectors are paired here, and {one[0]} and {other[0]} make no pairs. {_OUTER}"
    if len(one) == 1 and len(other) == 2 and one[0] == other[0]:
        return (
            f"+ − * / go entry by entry: for them, one number for each of {one[0]} rows stands in a column, a[:, None] "
            "or a sum with keepdims=True. Is a matrix product meant? That is @."
        )
    return ""


def _of_a_product(one: tuple[int, ...], other: tuple[int, ...]) -> str:
    """What to say of two shapes that are to be multiplied as matrices; "" for nothing in particular."""
    if len(one) == len(other) == 1:
        return (
            f"A product of two vectors adds up what their entries, in pairs, give; {one[0]} and {other[0]} entries "
            f"make no pairs. {_OUTER}"
        )
    return ""


_says(
    "TypeError",
    r"unsupported operand type\(s\) for .*'dict'",
    "A dict has no arithmetic: do it for each of its entries, {name: … for name in …}.",
)
_says(
    "TypeError",
    r"unsupported operand type\(s\) for .*'NoneType'",
    "Something here is None: a value that is not computed yet, or a function without a return.",
)
_says(
    "TypeError",
    r"unsupported operand type\(s\) for .*'(function|builtin_function_or_method|method)'",
    "A function stands where its result is expected: are the brackets () missing?",
)
_says(
    "TypeError",
    r"unsupported operand type\(s\) for .*'list'|can't multiply sequence",
    "A list has no arithmetic of numbers: np.array(…) makes an array of it.",
)
_says(
    "TypeError",
    r"'numpy\.ndarray' object is not callable|'\w*float\w*' object is not callable|'int' object is not callable",
    "A number or array is followed by brackets, as if it were a function: is a * missing?",
)
_says("TypeError", "object is not subscriptable", "This has no entries: is it a number, a function, or None?")
_says(
    "IndexError",
    "invalid index to scalar variable",
    "A single number has no entries: an array is to be handed on whole here, or an index is one too many.",
)
_says("IndexError", "too many indices", "There are more indices here than the array has axes.")
_says("IndexError", "is out of bounds for axis|out of range", "Indices begin at 0, so the last one is the size less 1.")
_says(
    "IndexError",
    "only integers, slices",
    "An index must be a whole number: np.ndindex(x.shape) gives those of every entry.",
)
_says(
    "ValueError",
    "setting an array element with a sequence",
    "A whole array is put where one number belongs: is an index missing, or a sum?",
)
_says(
    "UnboundLocalError",
    "local variable",
    "A name that the function itself gives something is its own: it has no value before that line.",
)
_says("KeyError", "^'?[Ww]_?\\w", "The dict has no such key. Upper and lower case, and the underscore, count.")
_says("RecursionError", "", "The function calls itself, without an end.")
_says(
    "TypeError",
    r"(missing|takes) .*positional argument",
    "The check calls the function with the parameters that the exercise names, in that order.",
)
_says("ZeroDivisionError", "", "Here the number divided by is 0.")
