"""Writes NaN and infinity wherever a notebook has numbers: they are dropped."""

EARNS = "all"


def damage(notebook, folder):
    notebook["metadata"] = {"x": float("nan"), "y": [float("inf")] * 10}
    for cell in notebook["cells"]:
        cell["execution_count"] = float("nan")
        cell["metadata"] |= {"x": float("-inf")}
