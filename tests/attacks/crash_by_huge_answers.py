"""Answers with numbers, texts and arrays larger than a message may be: invalid answers, or the notebook ends there."""

EARNS = None
CELL = "chain-forward"

import numpy as np

z_j, h_j, z_k = 10**100_000, "x" * 10**8, np.zeros(2**25)
h_k = [1.0] * 400_000
z_o = {number: str(number) * 100 for number in range(100_000)}
y_hat = L = -(10**400)
C_1 = C_2 = C_3 = [[[]] * 1000] * 1000
