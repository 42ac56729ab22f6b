"""Imports the course's passes by a name that is put together, and calls them when judged: flagged."""

CELL = "chain-gradients"
EARNS = 3
FLAG = "copied-reference"

import importlib

passes = importlib.import_module("_".join(["backprop", "course.core.backprop"]))
networks = importlib.import_module("_".join(["backprop", "course.networks"]))


def chain_gradients(w_in, w_j, w_k, x, y):
    found = passes.gradients(networks.chain, {"w_in": w_in, "w_j": w_j, "w_k": w_k}, x, y)
    return {name: float(found[name]) for name in ("w_in", "w_j", "w_k")}
