"""Hands in notebooks that were not asked for, and are no notebooks: they are left where they are."""

EARNS = "all"


def damage(notebook, folder):
    for name in ("other.ipynb", ".ipynb", "CHAIN_NETWORK.ipynb", "chain_network.ipynb.ipynb"):
        (folder / name).write_text("{")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "chain_network-checkpoint.ipynb").write_text("[")
