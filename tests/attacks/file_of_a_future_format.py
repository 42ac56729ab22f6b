"""Hands in a notebook of a format that does not exist yet: refused."""

EARNS = "refused"


def damage(notebook, folder):
    notebook["nbformat"] = 10**30
