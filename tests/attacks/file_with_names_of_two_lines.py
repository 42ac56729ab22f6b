"""Brings a folder called like a picture, a name of two lines and one of no text: left where they are, and graded."""

import os

EARNS = "all"
FLAG = "suspicious-file"


def damage(notebook, folder):
    (folder / "x.png").mkdir()
    (folder / "two\nlines.png").write_bytes(b"1")
    with open(os.fsencode(folder) + b"/\xff.png", "wb") as file:
        file.write(b"1")
