"""Deletes everything: 0 points."""

EARNS = 0


def damage(notebook, folder):
    notebook["cells"] = []
