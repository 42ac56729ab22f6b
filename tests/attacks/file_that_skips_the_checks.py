"""Tags its checks to be skipped, for which stock nbgrader gives full marks: 0 points."""

EARNS = 0


def damage(notebook, folder):
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell", "nbgrader-skip"]
