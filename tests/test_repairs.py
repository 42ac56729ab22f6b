"""A change of the student's own source that makes it right: where it is, of which kind, and that it is so."""

import linecache
import textwrap

import numpy as np
import pytest
from repaired import REPAIRED, STOPS

from backprop_course.calling.source import FunctionSource
from backprop_course.checks import judge


@pytest.fixture
def notebook(monkeypatch):
    """Runs the source of a cell, which can be read as in a kernel."""

    def run(source, readable=True, **names):
        source = textwrap.dedent(source).lstrip("\n")
        if readable:
            monkeypatch.setitem(linecache.cache, "<cell>", (len(source), None, source.splitlines(True), "<cell>"))
        namespace = {"np": np, **names}
        exec(compile(source, "<cell>" if readable else "<no cell>", "exec"), namespace)
        return namespace

    return run


def first_line(id, namespace, name):
    part = next(part for part in judge(id, namespace).parts if part.name == name)
    assert part.status in ("wrong", "invalid")
    return part.message.split("\n")[0], part.edit


@pytest.mark.parametrize(("id", "source", "name", "kind", "told"), REPAIRED, ids=[case[0] for case in REPAIRED])
def test_what_no_equation_explains_is_told_by_the_place_whose_change_makes_it_right(
    notebook, id, source, name, kind, told
):
    said, edit = first_line(id, notebook(source), name)
    assert said.startswith("not right; one change makes it right")
    assert told in said
    assert edit == kind
    assert first_line(id, notebook(source), name) == (said, edit)


def test_a_helper_of_ones_own_is_named_with_its_cell(notebook):
    helper = """
    def stretched(z):
        return np.tanh(z) * 3 + np.sin(z)

    def tanh_derivative(z):
        return 1 - stretched(z) ** 2
    """
    said, _ = first_line("activation-derivatives", notebook(helper), "tanh_derivative")
    assert said == "not right."  # two changes
    said, _ = first_line("activation-derivatives", notebook(helper.replace(" + np.sin(z)", "")), "tanh_derivative")
    assert said.endswith(": in line 2 of the cell of stretched one thing less in `np.tanh(z) * 3`.")


def test_without_a_source_nothing_is_said_of_it(notebook):
    assert first_line("mlp-tanh", notebook(REPAIRED[0][1], readable=False), "W_1") == ("not right.", None)


CALLS = []


@pytest.mark.parametrize(
    "more",
    [
        "while False:\n            pass",
        "CALLS.append(1)",
        "np.save('x', h)",
        "other(h)",
        "import math",
        "h.tofile('x')",
    ],
)
def test_a_function_that_does_more_than_calculate_is_not_carried_out_with_changes(notebook, more):
    source = REPAIRED[0][1].replace("    y_hat =", f"    if len(X) < 0:\n        {more}\n    y_hat =")
    namespace = notebook(source, CALLS=CALLS, other=np.linalg.norm)
    assert first_line("mlp-tanh", namespace, "W_1")[0] == "not right."


def test_what_is_said_to_make_it_right_does_so(notebook):
    namespace = notebook(REPAIRED[0][1])
    function = namespace["tanh_backpropagation"]
    source = FunctionSource(function)
    right = []
    for number, repair in enumerate(source.repairs):
        try:
            repaired = source.repaired(number)
        except ValueError:
            continue
        if repair.kind == "brackets" and judge("mlp-tanh", {**namespace, function.__name__: repaired}).passed:
            right.append(repair)
    assert [repair.code for repair in right] == ["(1 - h) ** 2"]
    assert not judge("mlp-tanh", namespace).passed  # the function itself is as it was


def test_a_call_that_stops_is_told_by_the_place_too(notebook):
    part = judge("mlp-forward", notebook(STOPS)).parts[0]
    assert part.status == "invalid"
    first, second, *_ = part.message.split("\n")
    assert first.endswith("stops with an error.")
    assert second == "One change makes it right: in line 4 of its cell another number in place of `2` in `sizes[2]`."
    assert part.edit == "number"


def test_every_change_of_every_solution_makes_a_function_or_none(notebook):
    """None of the many trees that changes make stops the check itself."""
    for _, source, *_ in REPAIRED:
        namespace = notebook(source)
        for function in [value for value in namespace.values() if callable(value)]:
            found = FunctionSource(function)
            assert len({repair.kind for repair in found.repairs}) > 5
            for number in range(len(found.repairs)):
                try:
                    assert callable(found.repaired(number))
                except ValueError:
                    continue


SHIFTED = """
def softmax(z):
    e = np.exp({shifted})
    total = 0.0
    for k in range(1, z.shape[-1]):
        total = total + e[..., k : k + 1]
    return e / total
"""


def test_a_change_that_later_calls_do_not_bear_is_not_said_to_make_it_right(notebook):
    told = "not right; one change makes it right: in line 4 of its cell another number in place of `1`"
    shifted = SHIFTED.format(shifted="z - z.max(axis=-1, keepdims=True)")
    assert first_line("softmax", notebook(shifted), "softmax")[0].startswith(told)
    assert (
        first_line("softmax", notebook(SHIFTED.format(shifted="z")), "softmax")[0] == "not right."
    )  # it overflows, too
