"""The table of equations: every quantity's, in the order of the page."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from drawn import COURSE, known

from backprop_course import CourseError, networks
from backprop_course.drawing import equations


def test_paths_that_meet_are_one_sum():
    rows = {row.quantity: row for row in equations(networks.skip_regressor).rows}
    assert rows["h_0"].backward == ("dL_dh_0", "dL_dz_2 * w_s + dL_dz_1 * w_1")


def test_rows_run_from_the_loss_to_the_first_unit_and_then_to_the_weights():
    quantities = [row.quantity for row in equations(networks.chain).rows]
    assert quantities == ["L", "y_hat", "z_o", "h_k", "z_k", "h_j", "z_j", "w_k", "w_j", "w_in"]


def test_a_fused_loss_is_written_with_the_prediction():
    loss = equations(networks.skip_classifier).rows[0]
    assert loss.forward == ("L", "-y * log(y_hat) - (1 - y) * log(1 - y_hat)")


@pytest.mark.parametrize("name", COURSE)
def test_the_page_is_well_formed(name):
    table = equations(COURSE[name])
    root = ElementTree.fromstring(table._repr_html_())
    assert [head.text for head in root.iter("th")] == ["Forward ↑", "Backward ↓"]
    formulas = [equation for row in table.rows for equation in (row.forward, row.backward) if equation]
    assert len(list(root.iter("math"))) == len(formulas)


def test_the_table_as_latex_has_a_line_for_each_row():
    table = equations(networks.chain)
    assert table.latex.startswith("\\begin{array}{ll}")
    assert table.latex.count("\\\\") == len(table.rows) - 1
    assert "\\frac{\\partial L}{\\partial w_{\\mathrm{in}}} = x \\cdot" in table.latex


def test_the_table_as_text_lines_up():
    lines = repr(equations(networks.chain)).splitlines()
    assert lines[1] == "y_hat = z_o                dL_dy_hat = y_hat - y"
    assert lines[-1].strip() == "dL_dw_in = x * dL_dz_j"


@pytest.mark.parametrize("given", [None, {}, 1.0])
def test_what_has_no_equations_is_said(given):
    with pytest.raises(CourseError, match=f"A network or a trace is expected; this is {type(given).__name__}"):
        equations(given)


def test_a_batch_has_its_own_equations():
    rows = {row.quantity: row for row in equations(known(networks.mlp(4, 5), "forward", batch=3)).rows}
    assert rows["W_1"].backward == ("dL_dW_1", "x.T @ dL_dz_1")
