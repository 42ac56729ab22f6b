"""Hands in a notebook of twenty megabytes: refused."""

EARNS = "refused"


def damage(notebook, folder):
    notebook["metadata"]["x"] = "x" * 20_000_000
