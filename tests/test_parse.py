"""A student's formula is read safely, in any equivalent form, and what cannot be read gets a clear message."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hostile import OBJECTS
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_course.calling.reading import Unreadable
from backprop_course.checks.formulas import read_formula
from backprop_course.formula import to_latex, to_mathml
from backprop_course.formula.language import FUNCTIONS
from backprop_course.formula.parse import Expression

AT_HAND = ("x", "y", "w_0", "z_2", "y_hat", "dL_dz_2")
VALUES = {"x": 0.7, "y": 1.0, "w_0": -1.3, "z_2": 0.4, "y_hat": 0.6, "dL_dz_2": -0.4}


def value(text):
    expression = read_formula(text, AT_HAND)
    assert isinstance(expression, Expression), expression.message
    return expression.value(VALUES)


def message(text, later=()):
    answer = read_formula(text, AT_HAND, later)
    assert isinstance(answer, Unreadable), answer
    return answer.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w_0 * x", -0.91),
        (" (w_0)*((x)) ", -0.91),
        ("w_0 · x", -0.91),
        ("w_0 × x − 1", -1.91),
        ("x^2", 0.49),
        ("x\n  * y", 0.7),
        ("x**2", 0.49),
        ("-x^2", -0.49),
        ("2^3^2", 512.0),
        ("+x", 0.7),
        ("1/(1 + np.exp(-z_2))", 1 / (1 + math.exp(-0.4))),
        ("sigmoid(z_2)", 1 / (1 + math.exp(-0.4))),
        ("logistic(z_2)", 1 / (1 + math.exp(-0.4))),
        ("σ(z_2)", 1 / (1 + math.exp(-0.4))),
        ("math.log(y_hat)", math.log(0.6)),
        ("ln(y_hat)", math.log(0.6)),
        ("numpy.sqrt(x)", math.sqrt(0.7)),
        ("abs(w_0) + max(x, w_0, 0) - min(x, 0)", 2.0),
        ("np.maximum(0, w_0)", 0.0),
        ("relu(w_0) + step(0) + step(-1) + sign(w_0)", 0.0),
        ("sin(x)**2 + cos(x)**2", 1.0),
        ("sinh(x)/cosh(x) - tanh(x)", 0.0),
        ("e**x - exp(x)", 0.0),
        ("cos(pi)", -1.0),
        ("1e3 * x", 700.0),
        (".5 * x", 0.35),
        ("3", 3.0),
        ("-1", -1.0),
        (3, 3.0),
        (np.float32(0.5), 0.5),
    ],
)
def test_a_formula_has_its_value_in_any_form(text, expected):
    assert value(text) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("(x", "more opening than closing brackets: 1 and 0"),
        ("x)", "more closing than opening brackets"),
        ("2x", "write 2 * x"),
        ("2 x", "write 2 * x"),
        ("2(x + 1)", "write 2 * ("),
        ("1.5w_0", "write 1.5 * w_0"),
        ("x y", "An operator is missing between x and y"),
        ("x * * y", "cannot be read"),
        ("exp x", "in brackets: exp(x)"),
        ("log x + log y", "in brackets: log(x)"),
        ("np.log x", "in brackets: np.log(x)"),
        ("exp x**2", "in brackets: exp(…)"),
        ("(x) y", "An operator is missing: is it a *?"),
        ("ln(x^2)'", "A quotation mark"),
        ("w_0x", "which is read as one name: write w_0 * x"),
        ("xyw_0", "write x * y * w_0"),
        ("expx", "write exp(x)"),
        ("σ", "σ without brackets: write σ(…)"),
        ("x +", "cannot be read"),
        ("x(y + 1)", "is a * missing?"),
        ("w_0(y + 1)", "is a * missing?"),
        ("(x)(y)", "is a * missing?"),
        ("dL = x", "equals sign"),
        ("(x := 3)", "equals sign"),
        ("x == y", "comparison"),
        ("x > 0", "comparison"),
        ("h_9 * x", "'h_9', which is not known here; at hand are"),
        ("X", "'X', which is not known here"),
        ("exp", "exp without brackets"),
        ("exp()", "with 0 arguments; it takes one"),
        ("exp(x, y)", "with 2 arguments; it takes one"),
        ("max(x)", "with 1 argument; it takes two or more"),
        ("exp(x=1)", "equals sign"),
        ("exp(*x)", "no plain argument"),
        ("open('x')", "calls 'open', which is not offered"),
        ("eval('x')", "calls 'eval'"),
        ("np.load('x')", "calls 'load'"),
        ("os.system('x')", "calls 'something'"),
        ("__import__('os').system('ls')", "calls 'something'"),
        ("x.__class__", "no formula"),
        ("().__class__.__bases__[0]", "no formula"),
        ("[x for x in y]", "no formula"),
        ("lambda: x", "no formula"),
        ("x if y else z_2", "no formula"),
        ("x and y", "no formula"),
        ("not x", "no formula"),
        ("x @ y", "operator that is not offered"),
        ("x // y", "operator that is not offered"),
        ("x % y", "operator that is not offered"),
        ("~x", "no formula"),
        ("x[0]", "no formula"),
        ("x, y", "no formula"),
        ("{x}", "no formula"),
        ("'text'", "'text', which is no number"),
        ("f'{x}'", "no formula"),
        ("True", "no number"),
        ("1j", "write 1 * j"),
        ("1e999", "too large"),
        ("9" * 500, "too large"),
        ("np.heaviside(x, 1)", "calls 'heaviside', which is not offered"),
        ("import os", "cannot be read"),
        ("x; y", "cannot be read"),
        ("x # y", "holds a #"),
        ("|y - y_hat|", "write abs("),
        ("\x00", "cannot be read"),
        ("x" * 10_000, "has 10,000 characters"),
        ("x + " * 2500 + "x", "characters"),
        ("(" * 300 + "x" + ")" * 300, "cannot be read"),
        ("-" * 1500 + "x", "cannot be read"),
        ("x" + "**x" * 300, "cannot be read"),
    ],
)
def test_what_cannot_be_read_gets_a_clear_message(text, fragment):
    assert fragment in message(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("exp x", ["exp x", "    ^"]),
        (" w_0·x^2 y ", ["w_0·x^2 y", "        ^"]),
        ("σ(z_2) − X", ["σ(z_2) − X", "         ^"]),
        ("x\n+ (y", ["x + (y", "    ^"]),
        ("ln(x^2)'", ["ln(x^2)'", "       ^"]),
        ("2x", ["2x", " ^"]),
        ("x +", ["x +"]),
        ("x + " * 30 + "2y", ["… " + ("x + " * 30 + "2y")[-64:], " " * 65 + "^"]),
    ],
)
def test_a_caret_below_the_students_own_characters_shows_where_reading_stops(text, shown):
    lines = message(text).split("\n")
    assert [line[4:] for line in lines if line.startswith("    ")][: len(shown)] == shown


def test_a_later_name_and_the_name_asked_are_told_apart_from_unknown_ones():
    assert "what is asked, or comes later" in message("h_1 * x", later={"h_1"})


@pytest.mark.parametrize("name", sorted(set(OBJECTS) - {"None", "text"}))
def test_any_object_in_a_formulas_place_gets_a_message(name):
    answer = read_formula(OBJECTS[name], AT_HAND)
    # A complex number without an imaginary part is a number, and that a constant formula.
    assert isinstance(answer, Expression if "complex" in name else Unreadable)


@pytest.mark.parametrize("text", ["9**9**9**9", "exp(exp(exp(x + 99)))", "1/0", "log(-1)", "0**-1", "(-1)**0.5"])
def test_a_value_that_is_none_is_no_error_and_takes_no_time(text):
    assert not math.isfinite(value(text)) or value(text) > 1e300


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="xyw_02()+-*/^. ,=<>np.explog'\"\\\n[]{}:@#eπ−", max_size=40))
def test_reading_never_raises(text):
    answer = read_formula(text, AT_HAND)
    if isinstance(answer, Expression):
        answer.value(VALUES)
    else:
        assert answer.message


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_that_may_be_called_can_be_set_in_both_notations(name):
    arguments = "a, b" if FUNCTIONS[name].several else "a"
    read = read_formula(f"{name}({arguments})", ("a", "b"))
    assert to_mathml(read.text).startswith("<math")
    assert to_latex(read.text)


def _called(inner):
    one = st.sampled_from([name for name, called in FUNCTIONS.items() if not called.several])
    several = st.sampled_from([name for name, called in FUNCTIONS.items() if called.several])
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/", "**", "^"]), inner),
        st.builds("-{}".format, inner),
        st.builds("{}({})".format, one, inner),
        st.builds("{}({}, {})".format, several, inner, inner),
    )


FORMULAS = st.recursive(st.sampled_from(["a", "b", "2", "0.5", "pi", "e"]), _called, max_leaves=8)


@given(FORMULAS)
@settings(deadline=None, max_examples=60)
def test_whatever_is_read_can_be_set_and_read_again(text):
    read = read_formula(text, ("a", "b"))
    assert to_mathml(read.text)
    assert to_latex(read.text)
    again = read_formula(read.text, ("a", "b"))
    values = {"a": 1.3, "b": 0.7}
    with np.errstate(all="ignore"):
        np.testing.assert_equal(again.value(values), read.value(values))
