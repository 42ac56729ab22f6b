"""Hands in the first half of a notebook: refused."""

EARNS = "refused"

import json


def damage(notebook, folder):
    text = json.dumps(notebook)
    (folder / "chain_network.ipynb").write_text(text[: len(text) // 2])
