"""Hands in a picture that is small to hand in and fills the disk when it is copied: refused."""

import os

EARNS = "refused"


def damage(notebook, folder):
    with open(folder / "big.png", "wb") as file:
        os.truncate(file.fileno(), 20 * 2**30)
