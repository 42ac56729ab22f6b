"""A reader of 02 who is alone: wrong answers first, then what the hints lead to, up to the last point of each check."""

import re

import numpy as np
import pytest

from backprop_course.checks import judge
from backprop_course.checks.help import Help, offered
from backprop_course.exercises import NOTEBOOKS, Values, exercise

CHAIN = [one.id for one in NOTEBOOKS["02_chain_network/chain_network"]]
WRONG_LINES = {
    "h_j": "w_in * x",
    "h_k": "w_j * h_j",
    "y_hat": "h_k",
    "delta_o": "y - y_hat",
    "delta_k": "delta_o * w_k",
    "delta_j": "delta_k * w_j",
}
"""What somebody might write in `chain_gradients` who has understood next to nothing."""


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def told(id, names):
    """The hints that a second failed try offers: closed below the verdict, and as `hint` would give them."""
    verdict = judge(id, names)
    folds = offered(verdict, 2, names).folds
    assert len(folds) == 3
    return Help.on(verdict, names)


@pytest.fixture(scope="module")
def notebook():
    return {**exercise("chain-forward").givens, "sigmoid": sigmoid, "np": np}


@pytest.mark.parametrize("id", [id for id in CHAIN if isinstance(exercise(id), Values)])
def test_numbers_are_found_equation_by_equation(notebook, id):
    notebook |= dict.fromkeys(exercise(id).asked, 7.0)  # wrong, all of them
    for _ in exercise(id).asked:
        if judge(id, notebook).passed:
            break
        helped = told(id, notebook)
        name, equation = helped.hints[1].equation
        assert name == helped.part
        exec(f"{name} = {equation}", notebook)
    assert judge(id, notebook).passed


def written(lines):
    body = "\n".join(f"    {name} = {expression}" for name, expression in lines.items())
    returned = '    return {"w_in": delta_j * x, "w_j": delta_k * h_j, "w_k": delta_o * h_k}'
    names = {"sigmoid": sigmoid}
    exec(f"def chain_gradients(w_in, w_j, w_k, x, y):\n{body}\n{returned}", names)
    return names


def test_a_function_is_mended_line_by_line_from_the_first_that_is_wrong():
    lines = dict(WRONG_LINES)
    for _ in lines:
        if judge("chain-gradients", written(lines)).passed:
            break
        helped = told("chain-gradients", written(lines))
        where = re.search(r"(\w+) is the first that is not", helped.hints[0].text)[1]
        _, equation = helped.hints[1].equation
        lines[where] = in_own_names(equation)
    assert judge("chain-gradients", written(lines)).passed


def in_own_names(equation):
    """An equation as the reader of 02 would write it: error signals as delta, and what is no line of his own put in."""
    given = {
        "z_j": "(w_in * x)",
        "z_k": "(w_j * h_j)",
        "z_o": "(w_k * h_k)",
        "dL_dy_hat": "(y_hat - y)",
        "dL_dh_k": "(delta_o * w_k)",
        "dL_dh_j": "(delta_k * w_j)",
    }
    for name, written_out in given.items():
        equation = re.sub(rf"\b{name}\b", written_out, equation)
    return re.sub(r"\bdL_dz_(\w)\b", r"delta_\1", equation)


def test_the_rule_of_a_step_is_all_that_gradient_step_needs():
    wrong = {"gradient_step": lambda weights, gradients, eta: weights}
    rule = told("chain-descent", wrong).hints[1].text
    assert rule == ("For every name: the weight, less eta times the gradient of that name. All go into a new dict.")

    def gradient_step(weights, gradients, eta):
        new = {}
        for name in weights:
            new[name] = weights[name] - eta * gradients[name]
        return new

    assert judge("chain-descent", {"gradient_step": gradient_step}).passed
