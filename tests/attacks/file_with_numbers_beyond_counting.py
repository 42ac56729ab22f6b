"""Writes a number with a hundred thousand digits into its notebook: refused."""

EARNS = "refused"

import json


def damage(notebook, folder):
    text = json.dumps(notebook | {"metadata": {"x": 0}})
    (folder / "chain_network.ipynb").write_text(text.replace('{"x": 0}', '{"x": ' + "9" * 100_000 + "}"))
