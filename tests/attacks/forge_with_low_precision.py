"""Answers with half floats, booleans and objects' arrays, for which tolerances are large: 0 points."""

CELL = "chain-forward"

import numpy as np

z_j, h_j, z_k = np.float16(0), np.bool_(True), np.array(0, dtype=object)
h_k, z_o = np.float16(np.inf), np.complex64(0)
y_hat, L = np.array([1.0], dtype=np.float16), np.longdouble(1)
