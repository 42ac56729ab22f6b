"""Lets the course's own network compute the answers: flagged for the instructor."""

CELL = "chain-forward"
EARNS = 7
FLAG = "copied-reference"

trace = chain.forward({"w_in": w_in, "w_j": w_j, "w_k": w_k}, x, y)
z_j, h_j, z_k, h_k, z_o, y_hat, L = (trace[name] for name in ("z_j", "h_j", "z_k", "h_k", "z_o", "y_hat", "L"))
