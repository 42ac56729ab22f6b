"""Replaces Python's own `abs`, `float`, `all`, `isinstance` and `AssertionError`: 0 points."""

CELL = "chain-forward"
EARNS = 0

import builtins

z_j = h_j = z_k = h_k = z_o = y_hat = L = 7.0
builtins.AssertionError = type("AssertionError", (), {})
builtins.all = builtins.any = builtins.isinstance = lambda *values: True
builtins.abs = builtins.round = builtins.max = builtins.min = lambda *values: 0.0
