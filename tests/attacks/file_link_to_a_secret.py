"""Hands in a link to a file of the instructor's as its notebook: refused."""

EARNS = "refused"


def damage(notebook, folder):
    (folder / "chain_network.ipynb").symlink_to("../../../secret.txt")
