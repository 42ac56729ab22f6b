"""Answers with containers within themselves and a thousand deep: invalid answers."""

EARNS = 7
CELL = "chain-forward"

z_j, h_j, z_k = [], {}, ()
z_j.append(z_j)
h_j[0] = h_j
for _ in range(50_000):
    z_k = (z_k,)
h_k = [z_j, h_j, z_k]
z_o = y_hat = L = {"a": h_k}
