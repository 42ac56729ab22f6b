"""Hands in bytes that are no text: refused."""

EARNS = "refused"


def damage(notebook, folder):
    (folder / "chain_network.ipynb").write_bytes(bytes(range(256)) * 1000)
