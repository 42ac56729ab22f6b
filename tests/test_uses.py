"""Cells that use a student's functions: whatever these do, "Run all" goes to the end, and says whose fault it is."""

from __future__ import annotations

import ast
import re
from types import FunctionType

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from backprop_course.exercises import NOTEBOOKS
from backprop_course.grading.cell_names import names_read
from backprop_course.students import instructors_notebooks
from backprop_course.widgets import shaped, uses

plt.switch_backend("agg")


def column(*arguments, **named):
    """Numbers of a shape that nobody asks for."""
    return np.ones((7, 1, 2))


def nothing(*arguments, **named):
    """A function whose return is missing."""


def failing(*arguments, **named):
    raise TypeError("this is not for people")


@pytest.fixture(scope="module")
def shell():
    return InteractiveShell()


@pytest.fixture(autouse=True)
def _nothing_shown(monkeypatch):
    """Plots are built and not drawn: what a student's function gives them shows by then."""
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))


def bound(source):
    """The names that a cell gives values to."""
    return {name for statement in ast.parse(source).body for name in _targets(statement)}


def _targets(statement):
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    inner = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return {node.id for node in inner}


def answers(cells):
    """The places of the answer cells, and the functions that they define."""
    asked = {k for k, cell in enumerate(cells) if cell.metadata.get("nbgrader", {}).get("solution")}
    functions = [
        f.name for k in sorted(asked) for f in ast.parse(cells[k].source).body if isinstance(f, ast.FunctionDef)
    ]
    return asked, functions


def stopped(shell, cells, asked, name, fault):
    """The cells that raise where one function does something else; only what depends on it is run."""
    kept = dict(shell.user_ns)
    shell.user_ns[name] = FunctionType(fault.__code__.replace(co_name=name), {"np": np})
    touched, raised = {name}, []
    try:
        for k, cell in enumerate(cells):
            if "check(" in cell.source or not touched & names_read(cell.source):
                continue
            touched |= bound(cell.source)
            if k not in asked and not shell.run_cell(cell.source).success:
                raised.append(cell.id)
    finally:
        shell.user_ns.clear()
        shell.user_ns.update(kept)
    return raised


@pytest.mark.filterwarnings("ignore")  # of NumPy, about what a wrong function returns
@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_run_all_goes_to_its_end_whatever_a_students_function_does(shell, notebook, capsys):
    cells = nbformat.read(instructors_notebooks() / f"{notebook}.ipynb", 4).cells
    cells = [cell for cell in cells if cell.cell_type == "code"]
    asked, functions = answers(cells)
    shell.reset()
    for cell in cells:
        assert "check(" in cell.source or shell.run_cell(cell.source).success, cell.id
    for name in functions:
        for fault in (nothing, column, failing):
            capsys.readouterr()
            assert stopped(shell, cells, asked, name, fault) == [], (name, fault)
            printed = capsys.readouterr()
            assert printed.err == ""
            if "this is not for people" in printed.out:
                assert re.search(rf"^Your .*\b{name}\b.* not work here yet: TypeError: this is not", printed.out, re.M)
    plt.close("all")


def said(capsys):
    """What is printed for a block that is carried out in the test."""
    return capsys.readouterr().out.splitlines()


def test_what_is_not_written_is_asked_for(capsys):
    def softmax(z):
        raise NotImplementedError

    with uses("softmax", "logit_gradient"):
        softmax(1.0)
    with uses("relu"):
        relu(1.0)  # noqa: F821
    with uses("one", "other"):
        raise NotImplementedError
    assert said(capsys) == ["First write softmax.", "First write relu.", "First write one and other."]


def test_an_error_is_told_with_the_innermost_function_that_it_comes_from(capsys):
    def inner(x):
        return x + "1"

    def outer(x):
        return inner(x)

    with uses("outer", "inner", "unused"):
        outer(1)
    with uses("outer", "inner"):
        print(None - 1.0)
    inside, beside = said(capsys)
    assert inside == "Your inner does not work here yet: TypeError: unsupported operand type(s) for +: 'int' and 'str'"
    assert beside.startswith("Your outer and inner do not work here yet: TypeError: ")


def test_an_exception_without_words_is_told_too(capsys):
    class Rude(Exception):
        def __str__(self):
            raise ValueError

    with uses("f"):
        raise Rude
    assert said(capsys) == ["Your f does not work here yet: Rude: "]


def test_a_plot_that_was_not_finished_is_not_shown():
    before = plt.figure()
    with uses("f"):
        plt.figure()
        raise ValueError
    assert plt.get_fignums() == [before.number]
    plt.close("all")


def test_who_interrupts_a_cell_is_obeyed():
    with pytest.raises(KeyboardInterrupt), uses("f"):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (np.ones((3, 1)), "what it returns has shape (3, 1); shape (3,) is expected."),
        (2.0, "what it returns has shape (); shape (3,) is expected."),
        (None, "what it returns is None; "),
        ("text", "what it returns is the text 'text'; "),
    ],
)
def test_a_result_of_another_shape_is_told_and_not_drawn(value, told, capsys):
    with uses("f", "another"):
        plt.plot(shaped("f", value, (3,)))
    assert said(capsys)[0].startswith(f"Your f does not work here yet: {told}")
    assert plt.get_fignums() == []


def test_numbers_of_the_right_shape_are_an_array():
    assert shaped("f", [1, 2.5], (2,)).tolist() == [1.0, 2.5]
