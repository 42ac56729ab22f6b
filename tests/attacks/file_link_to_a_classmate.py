"""Hands in a link to a classmate's notebook: refused."""

EARNS = "refused"


def damage(notebook, folder):
    (folder / "chain_network.ipynb").symlink_to("../../abel/02_chain_network/chain_network.ipynb")
