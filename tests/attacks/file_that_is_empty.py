"""Hands in nothing: refused."""

EARNS = "refused"


def damage(notebook, folder):
    (folder / "chain_network.ipynb").touch()
