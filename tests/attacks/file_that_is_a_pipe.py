"""Hands in a pipe as its notebook, whose reader would wait for ever: refused."""

EARNS = "refused"

import os


def damage(notebook, folder):
    os.mkfifo(folder / "chain_network.ipynb")
