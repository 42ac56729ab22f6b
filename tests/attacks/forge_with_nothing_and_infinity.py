"""Answers with NaN, infinity, empty arrays and masked ones, which pass careless comparisons: 0 points."""

CELL = "chain-forward"

import numpy as np

z_j, h_j = float("nan"), float("inf")
z_k, h_k = np.array([]), np.zeros((0, 3))
z_o, y_hat = np.ma.masked, np.ma.masked_array([1.0], [True])
L = np.datetime64("NaT")
