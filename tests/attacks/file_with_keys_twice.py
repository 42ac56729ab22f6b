"""Writes a notebook's cells twice into one JSON object, for two readers who take different ones: 0 points."""

EARNS = 0

import json


def damage(notebook, folder):
    text = json.dumps(notebook)
    (folder / "chain_network.ipynb").write_text('{"cells": [{"source": "100.0"}], ' + text[1:])
