"""Hands in right answers with a byte order mark, as some editors write them: graded as ever."""

EARNS = "all"

import json


def damage(notebook, folder):
    (folder / "chain_network.ipynb").write_text(json.dumps(notebook), encoding="utf-8-sig")
