"""Typeset expressions: read the way they stand there, they mean what was typed."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn import COURSE, drawn_networks, known
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.mathtext import MathTextParser

from backprop_course.drawing import equations
from backprop_course.errors import CourseError
from backprop_course.formula import to_latex, to_mathml
from backprop_course.formula.names import GREEK

rng = np.random.default_rng(0)
NAMES = ["a", "w_in", "h_1", "y_hat", "dL_dz_1", "x"]
VALUES = {name: rng.uniform(0.5, 2.0, (2, 2)) * rng.choice([-1, 1], (2, 2)) for name in NAMES}
FUNCTIONS = {
    "exp": np.exp,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.maximum(z, 0),
    "sign": np.sign,
    "step": lambda z: (z >= 0) * 1.0,
    "log": np.log,
    "max": np.maximum,
}


def tokens(element):
    """What stands there, from left to right, as Python: rows are invisible, so they add no brackets."""
    children = list(element)
    match element.tag:
        case "math" | "mrow":
            return [token for child in children for token in tokens(child)]
        case "mi" | "mn":
            return [{"σ": "sigmoid", "ReLU": "relu"}.get(element.text, element.text)]
        case "mo" if element.text == "|":
            return ["abs(" if element.attrib["form"] == "prefix" else ")"]
        case "mo" if element.text == "\u2061":
            return []
        case "mo":
            return [{"·": "*", "−": "-"}.get(element.text, element.text)]
        case "mspace":
            return ["@"]
        case "mfrac":
            top, bottom = (read(child) for child in children)
            return [f"d{top[1:]}_d{bottom[1:]}" if top.startswith("∂") else f"(({top})/({bottom}))"]
        case "mover":
            return [f"{children[0].text}_hat"]
        case "msub":
            return [f"{children[0].text}_{''.join(children[1].itertext())}"]
        case "msubsup":
            exponent = ".T" if children[2].text == "T" else f"**({read(children[2])})"
            return [f"{children[0].text}_{''.join(children[1].itertext())}{exponent}"]
        case "msup" if children[1].text == "T":
            return [*tokens(children[0]), ".T"]
        case "msup" if children[0].text == "e":
            return [f"exp({read(children[1])})"]
        case "msup":
            return [*tokens(children[0]), f"**({read(children[1])})"]
        case "msqrt":
            return [f"sqrt({''.join(read(child) for child in children)})"]
    raise AssertionError(element.tag)


def read(element):
    """The formula as a Python expression: a number right before something else is a factor of it."""
    found = []
    for token in tokens(element):
        if found and re.fullmatch(r"[\d.]+|\(.+\)", found[-1]) and re.match(r"[\w(]", token):
            found.append("*")
        found.append(token)
    return "".join(found)


def expressions():
    """Expressions in names and numbers, with brackets around everything."""
    leaves = st.sampled_from([*NAMES, "2", "0.5", "1.25"])

    def larger(smaller):
        return st.one_of(
            st.builds("({}) {} ({})".format, smaller, st.sampled_from("+-*/@"), smaller),
            st.builds("-({})".format, smaller),
            st.builds("({})**{}".format, smaller, st.sampled_from(["2", "3", "(2 + 1)", "-1"])),
            st.builds("{}({})".format, st.sampled_from(["tanh", "sigmoid", "relu", "step", "sign"]), smaller),
            st.builds("abs({})".format, st.sampled_from(NAMES)),
            st.builds("({}).T".format, smaller),
            st.builds("max({}, {})".format, smaller, smaller),
        )

    return st.recursive(leaves, larger, max_leaves=8)


def evaluate(text):
    with np.errstate(all="ignore"):
        try:
            return eval(text, dict(FUNCTIONS), VALUES)
        except ZeroDivisionError:  # Python's own numbers raise where NumPy's give inf or NaN
            return np.nan


@settings(max_examples=300, deadline=None)
@given(expression=expressions())
def test_a_formula_read_as_it_stands_there_has_the_value_of_the_expression(expression):
    try:
        value = evaluate(expression)
    except (TypeError, ValueError, AttributeError):
        return  # a matrix product or a transpose of a number
    shown = read(ElementTree.fromstring(to_mathml(expression)))
    np.testing.assert_allclose(evaluate(shown), value, rtol=1e-9, equal_nan=True)


@settings(max_examples=100, deadline=None)
@given(expression=expressions())
def test_latex_can_be_set_by_matplotlib(expression):
    MathTextParser("path").parse(f"${to_latex(expression)}$")


@settings(max_examples=50, deadline=None)
@given(network=drawn_networks(), batch=st.sampled_from([None, 2]))
def test_every_equation_of_a_random_trace_can_be_typeset(network, batch):
    for quantity in known(network, "backward", batch).quantities:
        ElementTree.fromstring(to_mathml(quantity.name, quantity.equation))
        assert to_latex(quantity.name, quantity.equation).startswith(to_latex(quantity.name) + " = ")


@pytest.mark.parametrize("batch", [None, 2])
@pytest.mark.parametrize("name", ["split", "skip_classifier", "mlp"])
def test_every_equation_of_the_course_can_be_set_by_matplotlib(name, batch):
    for quantity in known(COURSE[name], "backward", batch).quantities:
        MathTextParser("path").parse(f"${to_latex(quantity.name, quantity.equation)}$")


@pytest.mark.parametrize(
    ("expression", "latex"),
    [
        ("h_i * w_ij", r"h_{i} \cdot w_{ij}"),
        ("w_in", r"w_{\mathrm{in}}"),
        ("sigmoid(z)", r"\sigma \left( z \right)"),
        ("dL_dz_o", r"\frac{\partial L}{\partial z_{o}}"),
        ("h_1**2", r"h_{1}^{2}"),
        ("x.T @ dL_dz_1", r"x^{\mathsf{T}} \, \frac{\partial L}{\partial z_{1}}"),
        ("outer(x, delta_j)", r"x \otimes \delta_{j}"),
        ("dL_db.sum(axis=0)", r"\sum_{\mathrm{batch}} \frac{\partial L}{\partial b}"),
        ("(a * b).sum(axis=-1)", r"\sum a \cdot b"),
        ("(a - b).sum() * c", r"\left( \sum \left( a - b \right) \right) \cdot c"),
        ("a.mean()", r"\operatorname{mean} \left( a \right)"),
        ("(y_hat - y) / len(y)", r"\frac{\hat{y} - y}{N}"),
        ("0.5 * (y_hat - y)**2", r"\frac{1}{2} \left( \hat{y} - y \right)^{2}"),
        ("np.exp(-x**2)", "e^{- x^{2}}"),
        ("np.pi * math.e", r"\pi \cdot e"),
        ("1e-5 * x", r"1 \cdot 10^{-5} x"),
        ("+x - -y", r"x - \left( - y \right)"),
        ("2 * 3 * x", r"2 \cdot 3 \cdot x"),
        ("a - (b - c)", r"a - \left( b - c \right)"),
        ("a + (b - c)", "a + b - c"),
        ("a * -b", r"a \cdot \left( - b \right)"),
        ("a @ (b * c)", r"a \, \left( b \cdot c \right)"),
        ("sqrt(abs(x))", r"\sqrt{\left| x \right|}"),
    ],
)
def test_expressions_are_set_as_in_a_textbook(expression, latex):
    assert to_latex(expression) == latex


def test_several_expressions_are_set_equal():
    assert to_latex("h_j", "sigmoid(z_j)", "0.88") == r"h_{j} = \sigma \left( z_{j} \right) = 0.88"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "h_1 *",
        "2x",
        "x = 1",
        "'text'",
        "True",
        "1j",
        "1e999",
        "[x]",
        "x[0]",
        "x and y",
        "x < y",
        "f(x)",
        "log()",
        "log(x, y)",
        "x.real",
        "x.sum(0)",
        "x.sum(axis=k)",
        "x.sum(dtype=int)",
        "lambda: 0",
        "(x := 1)",
        "x // 2",
        "x ^ 2",
        "~x",
        "os.log(x)",
        "x\0",
        "(" * 300 + "x" + ")" * 300,
        "-" * 3000 + "x",
        "+".join("x" * 20_000),
    ],
)
def test_what_is_no_formula_is_refused_with_a_message(text):
    for convert in (to_mathml, to_latex):
        with pytest.raises(CourseError) as caught:
            convert(text)
        assert len(str(caught.value)) < 320


def test_a_large_whole_number_is_set():
    assert to_latex("9" * 400) == "9" * 400


def test_greek_names_become_greek_letters():
    for name, letter in GREEK.items():
        assert letter in to_mathml(f"{name}_1")
        MathTextParser("path").parse(f"${to_latex(f'{name}_1')}$")


@settings(max_examples=25, deadline=None)
@given(network=drawn_networks(wide=False))
def test_the_table_holds_every_equation_and_each_gives_its_quantitys_value(network):
    trace = known(network, "backward")
    table = equations(trace)
    written = [equation for row in table.rows for equation in (row.forward, row.backward) if equation]
    assert {name for name, _ in written} == {step.name for step in trace.steps if "_via_" not in step.name}
    for name, text in written:
        assert "_via_" not in text
        assert eval(text, dict(FUNCTIONS), dict(trace)) == pytest.approx(trace[name])
