"""Calls the function it was given with arrays whose result fills the examiner's memory: a call that fails."""

NOTEBOOK = "05_mlp/mlp"
CELL = "gradient-check"
EARNS = None

import numpy as np


def check_gradients(loss, params, gradients):
    for name, value in params.items():
        try:
            loss(params | {name: np.zeros((2_000_000, 1, 1)) + np.zeros(1)})
        except Exception as error:
            print(error)
    return {name: 0.0 for name in params}
