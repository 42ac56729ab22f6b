"""Writes negative, huge and absurd points and versions into its metadata: 0 points, and the batch goes on."""

EARNS = 0


def damage(notebook, folder):
    for number, cell in enumerate(notebook["cells"]):
        if role := cell["metadata"].get("nbgrader"):
            role["points"] = [-1, 1e308, "7", None, [], True][number % 6]
            role["schema_version"] = [0, 99, None, "x", -1, {}][number % 6]
