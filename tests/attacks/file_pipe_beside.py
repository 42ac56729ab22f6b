"""Hands in a pipe and a socket beside its notebook: refused."""

EARNS = "refused"

import os


def damage(notebook, folder):
    os.mkfifo(folder / "picture.png")
