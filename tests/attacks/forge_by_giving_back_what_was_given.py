"""Returns the examiner's own functions as answers: 0 points."""

NOTEBOOK = "01_chain_rule/chain_rule"


def compose_derivative(df, g, dg):
    return dg


def numerical_derivative(f, x, eps=1e-5):
    return f
