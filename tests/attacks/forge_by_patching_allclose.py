"""Makes NumPy find everything close to everything: 0 points."""

CELL = "chain-forward"

import numpy as np

for name in ("allclose", "isclose", "array_equal", "all", "abs", "equal", "less", "less_equal"):
    setattr(np, name, lambda *values, **named: True)
np.testing.assert_allclose = np.testing.assert_almost_equal = lambda *values, **named: None
z_j = h_j = z_k = h_k = z_o = y_hat = L = 7.0
