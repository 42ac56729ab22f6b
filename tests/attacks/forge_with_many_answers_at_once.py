"""Answers with all numbers between -5 and 5, as arrays, lists, sets and ranges: 0 points."""

CELL = "chain-forward"

import numpy as np

z_j = h_j = np.linspace(-5, 5, 10_001)
z_k = list(z_j)
h_k = set(z_j)
z_o = dict(enumerate(z_j))
y_hat = range(-5, 5)
L = map(float, z_j)
