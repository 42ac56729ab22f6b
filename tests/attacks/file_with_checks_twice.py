"""Hands in every check twice, the second one with points of its own, which ends stock nbgrader's batch: 0 points."""

EARNS = 0

import copy


def damage(notebook, folder):
    for cell in list(notebook["cells"]):
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            second = copy.deepcopy(cell)
            second["source"] = "100.0"
            second["metadata"]["nbgrader"]["points"] = 100
            notebook["cells"] += [second, copy.deepcopy(second)]
