"""Hands in a program whose name is no text in any encoding: flagged, and the batch goes on."""

EARNS = "all"
FLAG = "suspicious-file"

import os


def damage(notebook, folder):
    with open(os.fsencode(folder) + b"/\xff\xfe\x80.py", "wb"):
        pass
    with open(os.fsencode(folder) + b"/\xff.png", "wb"):
        pass
