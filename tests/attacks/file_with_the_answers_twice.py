"""Hands in every answer twice, right ones first and none at last: the last one counts, 0 points."""

EARNS = 0

import copy


def damage(notebook, folder):
    for cell in list(notebook["cells"]):
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            notebook["cells"].append(copy.deepcopy(cell))
            cell["source"] = "z_j, h_j, z_k, h_k, z_o, y_hat, L = [0.5] * 7"
