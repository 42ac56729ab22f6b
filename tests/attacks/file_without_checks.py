"""Deletes its checks, for which stock nbgrader gives no score: they come back, right answers get their points."""

EARNS = "all"


def damage(notebook, folder):
    notebook["cells"] = [cell for cell in notebook["cells"] if not cell["metadata"].get("nbgrader", {}).get("grade")]
