"""Deletes everything: refused, and a human is asked."""

EARNS = "refused"


def damage(notebook, folder):
    notebook["cells"] = []
