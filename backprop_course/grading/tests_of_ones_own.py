"""Instructors' own test cells (`assert …`, hidden tests), run by the examiner on the student's remote names.

What a test needs from the student are the names that it mentions. What the released, locked cells and the tests above
it give is the instructor's, and so are Python's builtins: a student's name never stands in for those, as a forged
`numpy`, `all` or tolerance would. An empty or a non-finite result is useless (`numpy.allclose([], 1)` is true), unless
the test speaks of such. A test is plain Python, without magics.
"""

from __future__ import annotations

import ast
import io
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backprop_course.checks import Verdict, judge
from backprop_course.exercises import exercise, names_judged
from backprop_course.grading.bounds_of_tests import TestTimeIsUp, alarm, in_a_folder_with, room, silent
from backprop_course.grading.released_values import InstructorsNames
from backprop_course.sandbox.between.messages import Late, WireError
from backprop_course.sandbox.between.opaque import Unpassable, opaque, useless
from backprop_course.sandbox.between.task import Flag, TestForm
from backprop_course.sandbox.outside.conversation import Conversation
from backprop_course.sandbox.outside.proxies import Names

_PUT_BACK = "__put_back__"
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)
_SPEAKS_OF_NOT_FINITE = re.compile(r"\b(nan|inf|infinity|isnan|isinf|isfinite|nan_to_num)\b", re.IGNORECASE)
_SPEAKS_OF_EMPTY = re.compile(r"\blen\(|\.size\b|\.shape\b|\bempty|\[\]|\(\)|\{\}")


@dataclass(frozen=True)
class Tested:
    """What a test gave: the points and what it shows.

    not_carried_out: why it could not be, or "". changed: a function changed the test's arguments. printed: the points
    are what the test's last line gave.
    """

    points: float
    outputs: list[dict[str, Any]]
    not_carried_out: str = ""
    changed: bool = False
    printed: bool = False


class _Points(float):
    """What `check` gives in a test; where it is the test's last value, it is scaled to what the test can give."""

    most: float

    def __new__(cls, verdict: Verdict) -> _Points:
        points = super().__new__(cls, verdict.points)
        points.most = verdict.max_points
        return points


class OwnTests:
    """The tests of one notebook, in order, and the instructor's names, which live on from one to the next."""

    def __init__(self, files: Mapping[str, str]) -> None:
        """files: those of the assignment, by name, in Base64."""
        self.names = InstructorsNames()
        self._files = files
        self._theirs: tuple[str, ...] = ()

    def saw(self, source: str) -> None:
        """A released, locked cell comes to pass."""
        self.names.saw(source)

    def run(self, source: str, form: TestForm, line: Conversation, most: float, seconds: float, count: int) -> Tested:
        """Runs a test cell. count: the cell's number.

        Raises nothing: without a verdict there are no points.
        """
        if form.where == "nowhere":
            return Tested(0.0, [not_carried_out(why := "it denies the model solution its points")], why)
        refused = Unpassable.raised
        tested = self._run(source, form, line, most, seconds, count)
        tested = replace(tested, changed=line.changed_arguments)
        if Unpassable.raised > refused:
            return Tested(0.0, [not_carried_out(Unpassable.last)], Unpassable.last)
        return tested

    def _run(self, source: str, form: TestForm, line: Conversation, most: float, seconds: float, count: int) -> Tested:
        printed = io.StringIO()
        try:
            tree = ast.parse(source)
            with silent(printed), alarm(seconds, line), room(), in_a_folder_with(self._files):
                value = self._value(tree, source, line)
        except (TestTimeIsUp, Late):
            return Tested(0.0, [_error("TimeoutError", f"the test was stopped after {seconds:.3g} seconds", source)])
        except WireError as error:
            return Tested(0.0, [_error("RuntimeError", str(error), source)])
        except BaseException as error:  # whatever it is, the test has not passed
            return Tested(0.0, [_error(type(error).__name__, _words(error), source, _line_of(error))])
        outputs = [{"output_type": "stream", "name": "stdout", "text": printed.getvalue()[:10_000]}]
        outputs = outputs if printed.getvalue() and not HIDDEN.search(source) else []
        if not _is_number(value) or not form.prints_points:
            return Tested(most, outputs)
        if isinstance(value, _Points):
            value = value * most / value.most
        points = min(max(float(value), 0.0), most) if math.isfinite(value) else 0.0
        shown = {"data": {"text/plain": repr(points)}, "metadata": {}, "execution_count": count}
        return Tested(points, [*outputs, {"output_type": "execute_result", **shown}], printed=True)

    def _value(self, tree: ast.Module, source: str, line: Conversation) -> Any:
        """Runs a test, and returns the value of its last line where that is an expression."""
        line.arriving = _usable(bool(_SPEAKS_OF_NOT_FINITE.search(source)), bool(_SPEAKS_OF_EMPTY.search(source)))
        space = self.names.space
        for name in self._theirs:
            space.pop(name, None)
        wanted = self.names.needed_by(tree)
        if "check" in wanted:
            space["check"] = lambda id: _Points(judge(id, Names(line, names_judged(exercise(id)))))
        asked = tuple(sorted(wanted - {"check"}))
        found = Names(line, asked)
        theirs = {name: line.arriving(found[name]) for name in asked if name in found}
        space |= theirs
        self._theirs = (*theirs, "check")
        space |= {_PUT_BACK: line.put_back}
        before = dict(space)
        try:
            return _run(tree, space)
        finally:
            line.put_back()
            bound = {name for name in space if name not in before or space[name] is not before[name]}
            self._theirs = tuple(name for name in self._theirs if name not in bound)
            self.names.carried_out(bound, tree)


class _PutsBack(ast.NodeTransformer):
    """After each statement of a test, what functions have done to its arguments is done to these.

    Not before: `assert f(x) == 2 * x` compares with the x that it passed.
    """

    def visit(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        for field in ("body", "orelse", "finalbody"):
            statements = getattr(node, field, None)
            if isinstance(statements, list):
                setattr(node, field, [one for statement in statements for one in _followed(statement)])
        return node


def _followed(statement: ast.stmt) -> list[ast.stmt]:
    if not any(isinstance(node, ast.Call) for node in ast.walk(statement)):
        return [statement]
    call = ast.Expr(ast.Call(ast.Name(_PUT_BACK, ast.Load()), [], []))
    return [statement, ast.fix_missing_locations(ast.copy_location(call, statement))]


def _run(tree: ast.Module, space: dict[str, Any]) -> Any:
    *steps, last = tree.body or [ast.Pass()]
    result = last.value if isinstance(last, ast.Expr) else None
    body: Any = _PutsBack().visit(ast.Module(steps if result else [*steps, last], []))
    exec(compile(body, "<test>", "exec"), space)
    return eval(compile(ast.Expression(result), "<test>", "eval"), space) if result else None


def flags_of_test(name: str, tested: Tested, form: TestForm) -> list[Flag]:
    """What an instructor should know about a test."""
    if why := tested.not_carried_out:
        return [Flag("not-carried-out", name, f"the test could not be carried out ({why}); a human gives its points.")]
    if tested.changed and not form.may_change:
        return [Flag("changed-arguments", name, "a function changes what the test has passed to it.")]
    return []


def not_carried_out(why: str) -> dict[str, Any]:
    """What stands below a test that could not be carried out."""
    return shown_error("NotCarriedOut", f"{why}; a human gives its points.")


def shown_error(name: str, words: str) -> dict[str, Any]:
    """An error as an output."""
    return {"output_type": "error", "ename": name, "evalue": words, "traceback": [f"{name}: {words}"]}


def _usable(not_finite: bool, empty: bool) -> Callable[[Any], Any]:
    """What a test gets for a value of the student's: the value, or what fails whatever is tried on it."""

    def usable(value: Any) -> Any:
        kind = type(value)
        if isinstance(value, np.ndarray | np.generic | float | complex):
            if isinstance(value, np.ndarray) and value.dtype.kind == "V":
                return opaque("array with several fields")  # only its form has arrived
            if np.size(value) == 0 and not empty:
                return useless("empty array")
            return value if not_finite or _finite(value) else useless("number that is not finite")
        if kind in (list, tuple, set):
            return kind(map(usable, value)) if value or empty else useless(f"empty {kind.__name__}")
        if kind is dict:
            return {key: usable(entry) for key, entry in value.items()} if value or empty else useless("empty dict")
        return value

    return usable


def _finite(value: Any) -> bool:
    kind = np.asarray(value).dtype.kind
    if kind in "Mm":
        return not np.isnat(value).any()
    return kind not in "fc" or bool(np.isfinite(value).all())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool | np.bool_)


def _words(error: BaseException) -> str:
    try:
        return "".join(c for c in str(error)[:1000] if c.isprintable() or c == "\n")
    except Exception:
        return ""


def _line_of(error: BaseException) -> int:
    trace, number = error.__traceback__, 0
    while trace:
        number = trace.tb_lineno if trace.tb_frame.f_code.co_filename == "<test>" else number
        trace = trace.tb_next
    return number


def _error(name: str, words: str, source: str, number: int = 0) -> dict[str, Any]:
    """What is shown of a failed test: nothing, where it is a hidden one."""
    for hidden in HIDDEN.finditer(source):
        if source.count("\n", 0, hidden.start()) < number <= source.count("\n", 0, hidden.end()) + 1:
            name, words, number = "AssertionError", "a hidden test failed", 0
    where = f" (in line {number} of this cell)" if number else ""
    trace = [f"{name}: {words}{where}" if words else f"{name}{where}"]
    return {"output_type": "error", "ename": name, "evalue": words, "traceback": trace}
