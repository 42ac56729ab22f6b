"""Hands in a folder with the notebook's name: refused."""

EARNS = "refused"


def damage(notebook, folder):
    (folder / "chain_network.ipynb" / "chain_network.ipynb").mkdir(parents=True)
